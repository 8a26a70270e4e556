// SPDX-License-Identifier: GPL-2.0
/*
 * Whether the kernel throttles the threshold interrupts of a CPU. Only MCi_CTL2 shows that.
 *
 * Up to v6.8 the kernel answers a storm by clearing the interrupt bit of all banks that the CPU
 * owns: bit 30 was set when last seen, is clear now, the CPU stayed online, and interrupts came
 * fast enough to make the kernel throttle. The end of an interrupt reads MCi_CTL2 of the banks that
 * had a record, or of all banks if none had one, as in the interrupt at which the kernel throttles.
 * Each tick of a storm reads it of the throttled banks, to see the end of throttling. From v6.9 on
 * the kernel raises the threshold of the bank instead, and that is what a look finds.
 *
 * If CMCI is off altogether (mce=no_cmci, firmware first), no interrupt comes and no bit was seen
 * set. If it is switched off (cmci_disabled), the last interrupts do not come fast enough. If it is
 * switched off during throttling, the bits are never set again: so an ftrace hook on
 * mce_disable_cmci() has the module forget the bits that it saw set. A storm that already runs at
 * load is not detected.
 *
 * All state is per CPU, and changes only on its CPU with interrupts off. The hook on
 * mce_disable_cmci() runs with interrupts off on the CPU whose CMCI is switched off, and only sets
 * a flag for the next look. CPUs may differ: a CPU has MCi_CTL2 if its own MCG_CAP says so.
 */
#include <mcewarden/cmci_throttle.h>

#include <linux/bitops.h>
#include <linux/lockdep.h>
#include <linux/percpu.h>
#include <linux/string.h>
#include <linux/time64.h>
#include <asm/mce.h>
#include <asm/msr.h>
#include <asm/processor.h>
#include <mcewarden/bank_regs.h>
#include <mcewarden/entry_watch.h>

#define KERNEL_STORM_THRESHOLD 32749 /* in MCi_CTL2, from v6.9 on */
/* The kernel throttles at the 16th interrupt in a second, counted in jiffies: allow for error. */
#define TRIP_INTERRUPTS 16
#define TRIP_WITHIN_NS (2ULL * NSEC_PER_SEC)

/* Masks have one bit per bank. */
struct throttle_cpu {
	unsigned long enabled; /* banks in which MCi_CTL2 bit 30 was seen set */
	unsigned long throttled; /* those of them in which the kernel cleared it */
	u64 times[TRIP_INTERRUPTS]; /* ring of the times of the latest interrupts; 0: none yet */
	unsigned int next; /* index into times */
	bool switched_off; /* CMCI was switched off since the last look */
};

static DEFINE_PER_CPU(struct throttle_cpu, throttle_cpus);

/* The kernel calls mce_disable_cmci() on each CPU, with interrupts off. */
static void notrace cmci_switched_off(void)
{
	this_cpu_write(throttle_cpus.switched_off, true);
}

static bool has_ctl2(void)
{
	return boot_cpu_data.x86_vendor == X86_VENDOR_INTEL && mcw_bank_regs_has_cmci();
}

/* Bits that are clear because CMCI was switched off do not mean throttling. */
static void forget_if_off(struct throttle_cpu *here)
{
	if (!here->switched_off)
		return;
	here->switched_off = false;
	here->enabled = 0;
	here->throttled = 0;
}

/* Whether this interrupt may be the one at which the kernel throttles. */
static bool may_trip(struct throttle_cpu *here, u64 now)
{
	here->times[here->next] = now;
	here->next = (here->next + 1) % TRIP_INTERRUPTS;
	return here->times[here->next] && now - here->times[here->next] <= TRIP_WITHIN_NS;
}

/* Looks at MCi_CTL2 of @banks. Returns those whose threshold the kernel raised in a storm. */
static unsigned long look_at_ctl2(struct throttle_cpu *here, unsigned long banks, bool tripped)
{
	unsigned long raised = 0;
	unsigned int bank;
	u64 ctl2;

	for_each_set_bit(bank, &banks, mcw_bank_regs_count()) {
		if (rdmsrq_safe(MSR_IA32_MCx_CTL2(bank), &ctl2))
			continue;
		if (ctl2 & MCI_CTL2_CMCI_EN) {
			here->enabled |= BIT(bank);
			here->throttled &= ~BIT(bank);
			if ((ctl2 & MCI_CTL2_CMCI_THRESHOLD_MASK) == KERNEL_STORM_THRESHOLD)
				raised |= BIT(bank);
		} else if (here->enabled & BIT(bank) && tripped) {
			here->throttled |= BIT(bank);
		}
	}
	return raised;
}

/**
 * mcw_cmci_throttle_interrupt() - look at MCi_CTL2 after an interrupt
 * @found: the banks in which it found errors
 * @now: ktime_get_mono_fast_ns()
 *
 * Context: interrupts off, any but NMI and #MC.
 * Return: the banks among them whose threshold the kernel raised.
 */
unsigned long mcw_cmci_throttle_interrupt(unsigned long found, u64 now)
{
	struct throttle_cpu *here = this_cpu_ptr(&throttle_cpus);
	bool tripped;

	lockdep_assert_irqs_disabled();
	tripped = may_trip(here, now);
	forget_if_off(here);
	return has_ctl2() ? look_at_ctl2(here, found ? found : ~0UL, tripped) : 0;
}

/**
 * mcw_cmci_throttle_tick() - look whether the banks are still throttled
 *
 * Context: as mcw_cmci_throttle_interrupt().
 */
void mcw_cmci_throttle_tick(void)
{
	struct throttle_cpu *here = this_cpu_ptr(&throttle_cpus);

	forget_if_off(here);
	if (here->throttled)
		look_at_ctl2(here, here->throttled, false);
}

/**
 * mcw_cmci_throttle_banks() - which banks of this CPU the kernel throttles
 *
 * Context: as mcw_cmci_throttle_interrupt().
 * Return: one bit per bank that was seen throttled.
 */
unsigned long mcw_cmci_throttle_banks(void)
{
	return this_cpu_read(throttle_cpus.throttled);
}

/**
 * mcw_cmci_throttle_forget() - forget what was seen on this CPU, which goes offline
 *
 * Context: as mcw_cmci_throttle_interrupt().
 */
void mcw_cmci_throttle_forget(void)
{
	memset(this_cpu_ptr(&throttle_cpus), 0, sizeof(struct throttle_cpu));
}

/**
 * mcw_cmci_throttle_init() - watch for CMCI being switched off
 *
 * Context: process, may sleep.
 * Return: 0.
 */
int mcw_cmci_throttle_init(void)
{
	if (boot_cpu_data.x86_vendor == X86_VENDOR_INTEL)
		mcw_entry_watch("mce_disable_cmci", cmci_switched_off, false);
	return 0;
}
