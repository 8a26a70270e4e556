// SPDX-License-Identifier: GPL-2.0
/*
 * Whether the kernel declares a storm of the threshold interrupts of a CPU, and throttles them. On
 * Intel MCi_CTL2 shows that.
 *
 * Up to v6.8 the kernel answers a storm by clearing the interrupt bit of all banks that the CPU
 * owns: bit 30 was set when last seen, is clear now, the CPU stayed online, and interrupts came
 * fast enough to make the kernel throttle. The end of an interrupt reads MCi_CTL2 of the banks that
 * had a record, or of all banks if none had one, as in the interrupt at which the kernel throttles.
 * Each tick of a storm reads it of the throttled banks, to see the end of throttling. From v6.9 on
 * the kernel raises the threshold of the bank instead, and that is what a look finds.
 *
 * From v6.9 on (AMD: v6.19) a storm is declared by machine_check_poll() for one bank, be it called
 * by the interrupt's handler or by a timer. Then it calls mce_intel_handle_storm() or
 * mce_amd_handle_storm(). An ftrace hook there notes the bank. In an interrupt the look at its end
 * finds the note; else an irq_work looks. On AMD this is the only sign: no register shows a storm,
 * and interrupts go on, as the kernel enables them again when it clears the bank. The same function
 * ends a storm.
 *
 * If CMCI is off altogether (mce=no_cmci, firmware first), no interrupt comes and no bit was seen
 * set. If it is switched off (cmci_disabled), the last interrupts do not come fast enough. If it is
 * switched off during throttling, the bits are never set again: so an ftrace hook on
 * mce_disable_cmci() has the module forget the bits that it saw set. A storm that already runs at
 * load is not detected.
 *
 * All state is per CPU, and changes only on its CPU with interrupts off. The hook on
 * mce_disable_cmci() runs with interrupts off on the CPU whose CMCI is switched off, and only sets
 * a flag for the next look. The hook on a storm may run with interrupts on, in a timer's poll; it
 * sets and clears the bits of the bank by one instruction each, and a look takes the noted ones by
 * one. CPUs may differ: a CPU has MCi_CTL2 if its own MCG_CAP says so.
 */
#include <mcewarden/cmci_throttle.h>

#include <linux/bitops.h>
#include <linux/cpumask.h>
#include <linux/ftrace.h>
#include <linux/irq_work.h>
#include <linux/irqflags.h>
#include <linux/lockdep.h>
#include <linux/percpu.h>
#include <asm/mce.h>
#include <asm/msr.h>
#include <asm/processor.h>
#include <mcewarden/bank_regs.h>
#include <mcewarden/capture_context.h>
#include <mcewarden/entry_watch.h>

#define KERNEL_STORM_THRESHOLD 32749 /* in MCi_CTL2, from v6.9 on */

/* Masks have one bit per bank. */
struct throttle_cpu {
	unsigned long enabled; /* banks in which MCi_CTL2 bit 30 was seen set */
	unsigned long throttled; /* those of them in which the kernel cleared it */
	u64 times[MCW_THROTTLE_INTERRUPTS]; /* ring of the latest interrupts' times; 0: none yet */
	unsigned int next; /* index into times */
	unsigned long declared; /* banks of which the kernel declared a storm since the last look */
	unsigned long storming; /* banks whose storm the kernel has declared, and not ended */
	bool switched_off; /* CMCI was switched off since the last look */
};

static DEFINE_PER_CPU(struct throttle_cpu, throttle_cpus);
static DEFINE_PER_CPU(struct irq_work, declared_work);

static void (*declared_call)(void);

/* The kernel calls mce_disable_cmci() on each CPU, with interrupts off. */
static void notrace cmci_switched_off(struct ftrace_regs *fregs)
{
	this_cpu_write(throttle_cpus.switched_off, true);
}

/* The kernel calls mce_*_handle_storm(bank, on) on the CPU whose bank has begun or ended one. */
static void notrace storm_handled(struct ftrace_regs *fregs)
{
	unsigned int bank = ftrace_regs_get_argument(fregs, 0);
	bool on = ftrace_regs_get_argument(fregs, 1) & 0xff;

	if (bank >= BITS_PER_LONG)
		return;
	if (!on) {
		this_cpu_and(throttle_cpus.storming, ~BIT(bank));
		this_cpu_and(throttle_cpus.declared, ~BIT(bank));
		return;
	}
	this_cpu_or(throttle_cpus.storming, BIT(bank));
	this_cpu_or(throttle_cpus.declared, BIT(bank));
	if (!(this_cpu_read(mcw_capture_context) & MCW_CONTEXT_THRESHOLD_IRQ))
		irq_work_queue(this_cpu_ptr(&declared_work));
}

static void look_by_irq_work(struct irq_work *work)
{
	unsigned long irqs;

	local_irq_save(irqs); /* on PREEMPT_RT this runs in a thread, which stays on its CPU */
	declared_call();
	local_irq_restore(irqs);
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
	here->next = (here->next + 1) % MCW_THROTTLE_INTERRUPTS;
	return here->times[here->next] && now - here->times[here->next] <= MCW_THROTTLE_WITHIN_NS;
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
 * mcw_cmci_throttle_interrupt() - look for the kernel's storms after an interrupt
 * @found: the banks in which it found errors
 * @now: ktime_get_mono_fast_ns()
 *
 * Context: interrupts off, any but NMI and #MC.
 * Return: the storms. What was seen throttled, mcw_cmci_throttle_banks() says.
 */
struct mcw_kernel_storms mcw_cmci_throttle_interrupt(unsigned long found, u64 now)
{
	struct throttle_cpu *here = this_cpu_ptr(&throttle_cpus);
	struct mcw_kernel_storms storms = { .declared = this_cpu_xchg(throttle_cpus.declared, 0) };
	bool tripped;

	lockdep_assert_irqs_disabled();
	tripped = may_trip(here, now);
	forget_if_off(here);
	if (has_ctl2())
		storms.raised = look_at_ctl2(here, found ? found | storms.declared : ~0UL, tripped);
	storms.declared |= storms.raised & found;
	storms.raised &= storms.declared;
	return storms;
}

/**
 * mcw_cmci_throttle_declared() - look for the kernel's storms without an interrupt
 *
 * Context: as mcw_cmci_throttle_interrupt().
 * Return: as mcw_cmci_throttle_interrupt().
 */
struct mcw_kernel_storms mcw_cmci_throttle_declared(void)
{
	struct throttle_cpu *here = this_cpu_ptr(&throttle_cpus);
	struct mcw_kernel_storms storms = { .declared = this_cpu_xchg(throttle_cpus.declared, 0) };

	lockdep_assert_irqs_disabled();
	forget_if_off(here);
	if (has_ctl2())
		storms.raised = look_at_ctl2(here, storms.declared, false);
	return storms;
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
 * mcw_cmci_throttle_storming() - which banks of this CPU have a storm of the kernel's
 *
 * Context: as mcw_cmci_throttle_interrupt().
 * Return: one bit per bank whose storm was seen to be declared, and not to end.
 */
unsigned long mcw_cmci_throttle_storming(void)
{
	return this_cpu_read(throttle_cpus.storming);
}

/**
 * mcw_cmci_throttle_forget() - forget what was seen on this CPU, which goes offline
 *
 * On Intel the kernel ends its storms then. On AMD it keeps them, and does not declare them again
 * when the CPU is back: mcw_cmci_throttle_declared() returns them then.
 *
 * Context: as mcw_cmci_throttle_interrupt().
 */
void mcw_cmci_throttle_forget(void)
{
	struct throttle_cpu *here = this_cpu_ptr(&throttle_cpus);
	unsigned long storming = boot_cpu_data.x86_vendor == X86_VENDOR_INTEL ? 0 : here->storming;

	*here = (struct throttle_cpu){ .declared = storming, .storming = storming };
}

/**
 * mcw_cmci_throttle_init() - watch for CMCI being switched off, and for storms
 * @declared: called when a poll made the kernel declare a storm, on its CPU, with interrupts off
 *
 * Context: process, may sleep.
 * Return: 0.
 */
int mcw_cmci_throttle_init(void (*declared)(void))
{
	unsigned int cpu;

	declared_call = declared;
	for_each_possible_cpu(cpu)
		init_irq_work(per_cpu_ptr(&declared_work, cpu), look_by_irq_work);
	if (boot_cpu_data.x86_vendor == X86_VENDOR_INTEL) {
		mcw_entry_watch("mce_disable_cmci", cmci_switched_off, false);
		mcw_entry_watch("mce_intel_handle_storm", storm_handled, true);
	} else if (boot_cpu_data.x86_vendor == X86_VENDOR_AMD) {
		mcw_entry_watch("mce_amd_handle_storm", storm_handled, true);
	}
	return 0;
}

/**
 * mcw_cmci_throttle_exit() - wait until nobody is told of storms any more
 *
 * Context: process, sleeps. mcw_entry_watch_end() is done.
 */
void mcw_cmci_throttle_exit(void)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		irq_work_sync(per_cpu_ptr(&declared_work, cpu));
}
