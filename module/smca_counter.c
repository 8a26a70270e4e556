// SPDX-License-Identifier: GPL-2.0
/*
 * How many corrected errors a record of AMD's scalable MCA stands for. A bank counts them in
 * MCA_MISC0 43:32, also those that find the bank full and so get no record. The counter runs on
 * from record to record, up to 0xfff. So a record stands for as many errors as the counter has
 * grown by since the bank's record before, or since the load. AMD APM vol. 2 section 9.3.2.4.
 *
 * When that is not known
 * ----------------------
 * The kernel changes the counter when it has reached its end, when the admin writes
 * threshold_limit, and when a CPU comes up, always in one function, and entry_watch.c tells of its
 * calls. What is known of that CPU's counters is forgotten then, and an irq_work learns them anew.
 * In a kernel in which that function cannot be watched, nothing is counted.
 *
 * With interrupts off the irq_work runs after the function. Newer kernels also call it for each
 * record of a poll, with interrupts on; then the irq_work may learn what the function changes
 * afterwards. It only sets back a counter that is at its end then, and the next record finds that.
 *
 * Up to Linux 6.18 the record of a threshold interrupt has the lower half of MCA_MISC0, without the
 * counter. Nobody knows then how many errors that record has taken of the next one's.
 *
 * Who may interrupt whom
 * ----------------------
 * A counter is used on its own CPU alone, and each use is one instruction. An exception may
 * interrupt a capture, after the kernel has read MCA_MISC0 for it, and take the errors up to a
 * greater value. The interrupted capture then finds that greater value where it expects an older
 * one: it says nothing, and has the counter learned anew, so no error counts twice. The same
 * happens if firmware sets the counter back. Learning never replaces what a record has left.
 *
 * One window is left: if a poll is interrupted after it has read MCA_MISC0, and the admin raises
 * threshold_limit just then, the record counts the difference of the limits as errors.
 *
 * The parts are begun and ended in this order: mcw_smca_counter_init(), the tap, the watch,
 * mcw_smca_counter_begin(); then mcw_smca_counter_end(), the watch's end, the tap's end,
 * mcw_smca_counter_exit(). Values are used only while the watch is on. A record that comes before
 * its bank is learned at the begin leaves its value, and learning keeps that. At the end
 * counters_known is cleared first; the grace periods of the watch's end are the barrier after
 * which every capture sees that. No irq_work is queued when the exit waits for them.
 */
#include <mcewarden/smca_counter.h>

#include <linux/compiler.h>
#include <linux/ftrace.h>
#include <linux/irq_work.h>
#include <linux/irqflags.h>
#include <linux/minmax.h>
#include <linux/percpu.h>
#include <linux/smp.h>
#include <asm/cpufeature.h>
#include <asm/mce.h>
#include <asm/msr.h>
#include <mcewarden/entry_watch.h>
#include <mcewarden/mca.h>

/* MCA_MISC0 */
#define MISC_HAS_COUNTER (MCW_BIT(63) | MCW_BIT(62))
#define MISC_COUNTER_SHIFT 32
#define MISC_COUNTER 0xfffU

#define NOT_KNOWN 0xffffU /* greater than any value */

struct smca_counters {
	u16 value[MAX_NR_BANKS]; /* at the bank's last record */
};

static DEFINE_PER_CPU(struct smca_counters, smca_counters);
static DEFINE_PER_CPU(struct irq_work, learn_work);
static bool changes_found; /* the kernel's function can be watched */
static bool counters_known __read_mostly;

static bool has_counter(u64 misc)
{
	return (misc & MISC_HAS_COUNTER) == MISC_HAS_COUNTER;
}

static u16 counter_of(u64 misc)
{
	return misc >> MISC_COUNTER_SHIFT & MISC_COUNTER;
}

static bool is_corrected(const struct mce *m)
{
	return !(m->status & (MCI_STATUS_UC | MCI_STATUS_DEFERRED));
}

/* On each CPU, with interrupts off. A bank that is another CPU's reads as 0. */
static void learn_counters(void *unused)
{
	unsigned int bank, banks;
	u64 cap, misc;

	if (rdmsrq_safe(MSR_IA32_MCG_CAP, &cap))
		return;
	banks = min_t(u64, cap & MCG_BANKCNT_MASK, MAX_NR_BANKS);
	for (bank = 0; bank < banks; bank++) {
		if (this_cpu_read(smca_counters.value[bank]) != NOT_KNOWN ||
		    rdmsrq_safe(MSR_AMD64_SMCA_MCx_MISC(bank), &misc) || !has_counter(misc))
			continue;
		this_cpu_cmpxchg(smca_counters.value[bank], NOT_KNOWN, counter_of(misc));
	}
}

static void learn_by_irq_work(struct irq_work *work)
{
	unsigned long irqs;

	local_irq_save(irqs); /* on PREEMPT_RT this runs in a thread, which stays on its CPU */
	learn_counters(NULL);
	local_irq_restore(irqs);
}

static void notrace forget_counters(struct ftrace_regs *fregs)
{
	unsigned int bank;

	for (bank = 0; bank < MAX_NR_BANKS; bank++)
		this_cpu_write(smca_counters.value[bank], NOT_KNOWN);
	irq_work_queue(this_cpu_ptr(&learn_work));
}

/**
 * mcw_smca_counter_take() - how many corrected errors a record stands for
 * @m: the kernel's record, not an injected one; on the CPU that found the error
 *
 * Of an uncorrected or deferred error, these are corrected ones that have no record of their own.
 *
 * Context: any, also NMI and #MC; preemption is off.
 * Return: the number of errors, or 0 if it is not known.
 */
u32 mcw_smca_counter_take(const struct mce *m)
{
	u16 now, before;

	if (!READ_ONCE(counters_known) || m->bank >= MAX_NR_BANKS)
		return 0;
	if (!has_counter(m->misc)) {
		if (is_corrected(m))
			this_cpu_write(smca_counters.value[m->bank], NOT_KNOWN);
		return 0;
	}
	now = counter_of(m->misc);
	before = this_cpu_xchg(smca_counters.value[m->bank], now);
	if (before <= now)
		return now - before;
	if (before != NOT_KNOWN) {
		this_cpu_write(smca_counters.value[m->bank], NOT_KNOWN);
		irq_work_queue(this_cpu_ptr(&learn_work));
	}
	return 0;
}

/**
 * mcw_smca_counter_init() - have the kernel's changes of the counters watched
 *
 * Context: process, may sleep. mcw_entry_watch_begin() and the tap come later.
 * Return: 0.
 */
int mcw_smca_counter_init(void)
{
	unsigned int cpu, bank;

	if (!boot_cpu_has(X86_FEATURE_SMCA))
		return 0;
	for_each_possible_cpu(cpu) {
		init_irq_work(per_cpu_ptr(&learn_work, cpu), learn_by_irq_work);
		for (bank = 0; bank < MAX_NR_BANKS; bank++)
			per_cpu(smca_counters, cpu).value[bank] = NOT_KNOWN;
	}
	/* Newer kernels have both: that of a bank calls that of a block. */
	changes_found = mcw_entry_watch("threshold_restart_bank", forget_counters, true);
	changes_found |= mcw_entry_watch("threshold_restart_block", forget_counters, true);
	return 0;
}

/**
 * mcw_smca_counter_begin() - learn the counters, and say from now on how many errors records have
 *
 * Context: process, may sleep. mcw_entry_watch_begin() is done.
 */
void mcw_smca_counter_begin(void)
{
	if (!changes_found || !mcw_entry_watched())
		return;
	WRITE_ONCE(counters_known, true);
	on_each_cpu(learn_counters, NULL, 1);
}

/**
 * mcw_smca_counter_end() - say of no later record how many errors it has
 *
 * Context: process. mcw_entry_watch_end() comes next.
 */
void mcw_smca_counter_end(void)
{
	WRITE_ONCE(counters_known, false);
}

/**
 * mcw_smca_counter_exit() - wait until no counter is learned any more
 *
 * Context: process, sleeps. The watch and the tap have ended.
 */
void mcw_smca_counter_exit(void)
{
	unsigned int cpu;

	if (!boot_cpu_has(X86_FEATURE_SMCA))
		return;
	for_each_possible_cpu(cpu)
		irq_work_sync(per_cpu_ptr(&learn_work, cpu));
}
