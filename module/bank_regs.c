// SPDX-License-Identifier: GPL-2.0
/*
 * The registers behind bank<N>ctl and bank<N>threshold, on one CPU: MCi_CTL (on AMD's scalable MCA
 * that architecture's own MSR) and bits 14:0 of MCi_CTL2.
 *
 * Everything runs on the CPU that owns the registers, with interrupts off. So its view of that
 * CPU's banks needs no lock: an IPI, an irq_work and a hotplug callback cannot interrupt each
 * other, and the kernel's threshold interrupt cannot come between a read and a write of MCi_CTL2.
 * #MC and NMI may come, but write neither register. bank_control.c writes the wanted values, one
 * word per register for all CPUs.
 *
 * Which registers are written
 * ---------------------------
 * A bank whose MCi_CTL read 0 when it was first seen is never written, nor is a bank that the
 * kernel does not use or that belongs to the firmware (firmware.c). The kernel's flag for the
 * former is not visible. From v5.10 on it is clear in two cases: if the register reads 0 after the
 * kernel wrote it, and for bank 0 of Intel's family 6 before model 0x1a, for which there is a test
 * here too. A register whose file nobody has written is not touched either, and changes by the
 * kernel do not count as drift.
 *
 * A threshold is written only if the bank's interrupt is enabled (bit 30). If it is not, or the
 * threshold reads 32749, the kernel is in a storm, and the write is put off. The first CPU that
 * finds a shared bank different writes it. The kernel serialises its own writes of MCi_CTL2 by a
 * lock that no module can take. So if two CPUs share a bank, and a storm begins on one in the few
 * cycles between read and write on the other, the write enables the interrupt again.
 * bank<N>threshold's entry in include/ABI says so.
 *
 * Drift means that the module left a register at the wanted value, and finds another one.
 */
#include <mcewarden/bank_regs.h>

#include <linux/atomic.h>
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/lockdep.h>
#include <linux/minmax.h>
#include <linux/percpu.h>
#include <asm/cpufeature.h>
#include <asm/mce.h>
#include <asm/msr.h>
#include <asm/processor.h>
#include <mcewarden/firmware.h>

#define THRESHOLD_STORM 32749 /* from v6.9 on the kernel's mark of a bank in a storm */

struct reg_state {
	u64 found; /* when first seen; 0: do not touch. Other CPUs read it too */
	u64 left; /* the value after the last look or write */
};

struct cpu_banks {
	struct reg_state regs[MCW_BANK_REGS][MCW_BANKS];
	u64 put_off; /* thresholds, one bit per bank */
	unsigned int count;
	u64 mcg_cap; /* other CPUs read it too */
	bool cmci;
	bool known;
};

static struct cpu_banks __percpu *cpu_banks;
static atomic64_t bank_drift = ATOMIC64_INIT(0);

struct mcw_bank_want mcw_bank_wants[MCW_BANK_REGS][MCW_BANKS];

static u32 bank_msr(enum mcw_bank_reg reg, unsigned int bank)
{
	if (reg == MCW_BANK_THRESHOLD)
		return MSR_IA32_MCx_CTL2(bank);
	if (boot_cpu_has(X86_FEATURE_SMCA))
		return MSR_AMD64_SMCA_MCx_CTL(bank);
	return MSR_IA32_MCx_CTL(bank);
}

/* The part of the register that the file shows and sets. */
static u64 register_part(enum mcw_bank_reg reg, u64 raw)
{
	return reg == MCW_BANK_THRESHOLD ? raw & MCI_CTL2_CMCI_THRESHOLD_MASK : raw;
}

/* Whether the kernel would mind a write just now. */
static bool is_bank_throttled(enum mcw_bank_reg reg, u64 raw)
{
	return reg == MCW_BANK_THRESHOLD &&
	       (!(raw & MCI_CTL2_CMCI_EN) || register_part(reg, raw) == THRESHOLD_STORM);
}

static u64 wanted_value(const struct reg_state *state, enum mcw_bank_reg reg, unsigned int bank)
{
	u64 value = READ_ONCE(mcw_bank_wants[reg][bank].value);

	if (reg == MCW_BANK_CTL)
		return value & state->found;
	return value == MCW_BANK_AS_FOUND ? state->found : value;
}

static bool is_foreign_bank0(unsigned int bank)
{
	return !bank && boot_cpu_data.x86_vendor == X86_VENDOR_INTEL && boot_cpu_data.x86 == 6 &&
	       boot_cpu_data.x86_model < 0x1a;
}

static void learn_threshold(struct cpu_banks *here, unsigned int bank, u64 raw)
{
	struct reg_state *state = &here->regs[MCW_BANK_THRESHOLD][bank];
	struct mcw_bank_want *want = &mcw_bank_wants[MCW_BANK_THRESHOLD][bank];

	if (state->found || is_bank_throttled(MCW_BANK_THRESHOLD, raw))
		return;
	state->left = register_part(MCW_BANK_THRESHOLD, raw);
	if (!READ_ONCE(want->written))
		WRITE_ONCE(want->first, state->left);
	/* If a CPU that came earlier shares the bank, the register may have the admin's value. */
	WRITE_ONCE(state->found, READ_ONCE(want->first) ?: state->left);
}

/* Learns this CPU's banks. The kernel may enable a bank's interrupt later, so look at it again. */
static void learn_cpu_banks(struct cpu_banks *here)
{
	u64 firmware = mcw_firmware_banks();
	unsigned int bank;
	u64 raw;

	if (!here->known) {
		if (rdmsrq_safe(MSR_IA32_MCG_CAP, &raw))
			raw = 0;
		WRITE_ONCE(here->mcg_cap, raw);
		here->count = min((unsigned int)(raw & MCG_BANKCNT_MASK), MCW_BANKS);
		here->cmci = raw & MCG_CMCI_P;
	}
	for (bank = 0; bank < here->count; bank++) {
		struct reg_state *ctl = &here->regs[MCW_BANK_CTL][bank];

		if (firmware & BIT_ULL(bank))
			continue;
		if (!here->known && !is_foreign_bank0(bank) &&
		    !rdmsrq_safe(bank_msr(MCW_BANK_CTL, bank), &raw))
			WRITE_ONCE(ctl->found, ctl->left = raw);
		if (here->cmci && !rdmsrq_safe(bank_msr(MCW_BANK_THRESHOLD, bank), &raw))
			learn_threshold(here, bank, raw);
	}
	here->known = true;
}

static int write_register_part(enum mcw_bank_reg reg, unsigned int bank, u64 raw, u64 value)
{
	if (reg == MCW_BANK_THRESHOLD)
		value |= raw & ~MCI_CTL2_CMCI_THRESHOLD_MASK;
	return wrmsrq_safe(bank_msr(reg, bank), value);
}

static bool was_threshold_put_off(const struct cpu_banks *here, enum mcw_bank_reg reg,
				  unsigned int bank)
{
	return reg == MCW_BANK_THRESHOLD && here->put_off & BIT_ULL(bank);
}

/**
 * mcw_bank_regs_settle() - bring one register to its wanted value
 * @reg: which register
 * @bank: of which bank
 * @left: the value that the register has afterwards
 *
 * Context: the register's CPU, interrupts off, neither NMI nor #MC.
 * Return: 0, also if the register must not be touched; -EAGAIN if the write is put off; -EIO if
 * the hardware did not take the value.
 */
int mcw_bank_regs_settle(enum mcw_bank_reg reg, unsigned int bank, u64 *left)
{
	struct cpu_banks *here = this_cpu_ptr(cpu_banks);
	struct reg_state *state = &here->regs[reg][bank];
	u64 goal = wanted_value(state, reg, bank);
	u64 raw;

	lockdep_assert_irqs_disabled();
	if (!state->found)
		return 0;
	if (rdmsrq_safe(bank_msr(reg, bank), &raw))
		return -EIO;
	if (is_bank_throttled(reg, raw)) {
		here->put_off |= BIT_ULL(bank);
		return -EAGAIN;
	}
	if (register_part(reg, raw) != goal) {
		if (state->left == goal && !was_threshold_put_off(here, reg, bank))
			atomic64_inc(&bank_drift);
		if (write_register_part(reg, bank, raw, goal) ||
		    rdmsrq_safe(bank_msr(reg, bank), &raw))
			return -EIO;
	}
	if (reg == MCW_BANK_THRESHOLD)
		here->put_off &= ~BIT_ULL(bank);
	state->left = register_part(reg, raw);
	*left = state->left;
	return state->left == goal ? 0 : -EIO;
}

/**
 * mcw_bank_regs_look() - bring this CPU's banks to the wanted values
 *
 * Context: interrupts off, any but NMI and #MC.
 * Return: whether a threshold is put off whose bank the kernel has marked as in a storm.
 */
bool mcw_bank_regs_look(void)
{
	struct cpu_banks *here = this_cpu_ptr(cpu_banks);
	unsigned int reg, bank;
	u64 left;

	lockdep_assert_irqs_disabled();
	learn_cpu_banks(here);
	for (reg = 0; reg < MCW_BANK_REGS; reg++)
		for (bank = 0; bank < here->count; bank++)
			if (READ_ONCE(mcw_bank_wants[reg][bank].written))
				mcw_bank_regs_settle(reg, bank, &left);
	return here->put_off && mcw_bank_regs_storming() & here->put_off;
}

/**
 * mcw_bank_regs_read() - read a register from the hardware
 * @reg: which register
 * @bank: of which bank
 * @value: filled
 *
 * Context: the register's CPU, interrupts off.
 * Return: 0, or -ENODEV if this CPU has no such register, or it must not be touched.
 */
int mcw_bank_regs_read(enum mcw_bank_reg reg, unsigned int bank, u64 *value)
{
	u64 raw;

	if (!this_cpu_ptr(cpu_banks)->regs[reg][bank].found ||
	    rdmsrq_safe(bank_msr(reg, bank), &raw))
		return -ENODEV;
	*value = register_part(reg, raw);
	return 0;
}

/**
 * mcw_bank_regs_count() - how many banks this CPU has
 *
 * Context: interrupts off. mcw_bank_regs_look() ran on this CPU before.
 * Return: 0..MCW_BANKS.
 */
unsigned int mcw_bank_regs_count(void)
{
	return this_cpu_ptr(cpu_banks)->count;
}

/**
 * mcw_bank_regs_has_cmci() - whether this CPU has MCi_CTL2
 *
 * Context: interrupts off. mcw_bank_regs_look() ran on this CPU before.
 * Return: what its own MCG_CAP says; CPUs may differ.
 */
bool mcw_bank_regs_has_cmci(void)
{
	return this_cpu_ptr(cpu_banks)->cmci;
}

/**
 * mcw_bank_regs_mcg_cap() - what a CPU can do
 * @cpu: which CPU
 *
 * Context: any.
 * Return: its MCG_CAP; 0 if it was not online since the load.
 */
u64 mcw_bank_regs_mcg_cap(unsigned int cpu)
{
	return READ_ONCE(per_cpu_ptr(cpu_banks, cpu)->mcg_cap);
}

/**
 * mcw_bank_regs_off() - which banks of this CPU the admin switched off
 *
 * Context: interrupts off.
 * Return: one bit per bank.
 */
u64 mcw_bank_regs_off(void)
{
	const struct cpu_banks *here = this_cpu_ptr(cpu_banks);
	unsigned int bank;
	u64 off = 0;

	for (bank = 0; bank < here->count; bank++) {
		const struct reg_state *state = &here->regs[MCW_BANK_CTL][bank];

		if (READ_ONCE(mcw_bank_wants[MCW_BANK_CTL][bank].written) && state->found &&
		    !wanted_value(state, MCW_BANK_CTL, bank))
			off |= BIT_ULL(bank);
	}
	return off;
}

/* The banks of this CPU whose MCi_CTL2 is as wanted. */
static u64 select_by_ctl2(bool (*is_wanted)(u64 ctl2))
{
	const struct cpu_banks *here = this_cpu_ptr(cpu_banks);
	unsigned int bank;
	u64 wanted = 0;
	u64 raw;

	for (bank = 0; here->cmci && bank < here->count; bank++)
		if (!rdmsrq_safe(bank_msr(MCW_BANK_THRESHOLD, bank), &raw) && is_wanted(raw))
			wanted |= BIT_ULL(bank);
	return wanted;
}

static bool is_marked_storm(u64 ctl2)
{
	return register_part(MCW_BANK_THRESHOLD, ctl2) == THRESHOLD_STORM;
}

static bool is_cmci_enabled(u64 ctl2)
{
	return ctl2 & MCI_CTL2_CMCI_EN;
}

/**
 * mcw_bank_regs_storming() - which banks of this CPU the kernel has marked as in a storm
 *
 * From v6.9 on the kernel sets their threshold to 32749, and each poll brings the storm's end
 * nearer.
 *
 * Context: interrupts off.
 * Return: one bit per bank.
 */
u64 mcw_bank_regs_storming(void)
{
	return select_by_ctl2(is_marked_storm);
}

/**
 * mcw_bank_regs_cmci_enabled() - which banks of this CPU raise CMCI
 *
 * Context: interrupts off.
 * Return: one bit per bank.
 */
u64 mcw_bank_regs_cmci_enabled(void)
{
	return select_by_ctl2(is_cmci_enabled);
}

/**
 * mcw_bank_regs_all() - which banks this CPU has
 *
 * Context: interrupts off. mcw_bank_regs_look() ran on this CPU before.
 * Return: one bit per bank.
 */
u64 mcw_bank_regs_all(void)
{
	unsigned int count = mcw_bank_regs_count();

	return count ? GENMASK_ULL(count - 1, 0) : 0;
}

/**
 * mcw_bank_regs_found() - the values that a register had when first seen
 * @reg: which register
 * @bank: of which bank
 *
 * Context: any.
 * Return: the bits of all CPUs together, online or not; 0 if no CPU's may be touched.
 */
u64 mcw_bank_regs_found(enum mcw_bank_reg reg, unsigned int bank)
{
	unsigned int cpu;
	u64 found = 0;

	for_each_possible_cpu(cpu)
		found |= READ_ONCE(per_cpu_ptr(cpu_banks, cpu)->regs[reg][bank].found);
	return found;
}

/**
 * mcw_bank_regs_drift() - how often a register had drifted
 *
 * Context: any.
 * Return: the number of times that a register was brought back.
 */
u64 mcw_bank_regs_drift(void)
{
	return atomic64_read(&bank_drift);
}

/**
 * mcw_bank_regs_init() - start without knowledge of any CPU, and without wanted values
 *
 * Context: process, may sleep.
 * Return: 0 or -ENOMEM.
 */
int mcw_bank_regs_init(void)
{
	unsigned int reg, bank;

	cpu_banks = alloc_percpu(struct cpu_banks);
	if (!cpu_banks)
		return -ENOMEM;
	for (reg = 0; reg < MCW_BANK_REGS; reg++)
		for (bank = 0; bank < MCW_BANKS; bank++)
			mcw_bank_wants[reg][bank].value = MCW_BANK_AS_FOUND;
	return 0;
}

/**
 * mcw_bank_regs_exit() - forget all CPUs' banks
 *
 * Context: process. Nobody calls anything here any more.
 */
void mcw_bank_regs_exit(void)
{
	free_percpu(cpu_banks);
}
