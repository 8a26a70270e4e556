// SPDX-License-Identifier: GPL-2.0
/*
 * Lines in the log about storms of threshold interrupts. They are written in process context,
 * because a slow console may take milliseconds for a line.
 *
 * Each CPU keeps what is to be said about it. A storm that begins or ends again before its line is
 * written has no line more, so there are never more lines than a console takes.
 */
#include <mcewarden/storm_log.h>

#include <linux/atomic.h>
#include <linux/bitops.h>
#include <linux/bits.h>
#include <linux/compiler.h>
#include <linux/cpumask.h>
#include <linux/percpu.h>
#include <linux/printk.h>
#include <linux/workqueue.h>

struct to_say {
	atomic64_t banks; /* one bit per bank */
	bool all_banks;
};

struct storm_log {
	struct to_say begun;
	struct to_say ended;
	bool throttled;
	bool said_throttled; /* only the work item uses it */
};

static DEFINE_PER_CPU(struct storm_log, storm_logs);

static void say_begun(unsigned int cpu, struct to_say *begun)
{
	unsigned long banks = atomic64_xchg(&begun->banks, 0);
	unsigned int bank;

	for_each_set_bit(bank, &banks, BITS_PER_LONG)
		pr_notice("CPU %u bank %u: a storm of threshold interrupts began\n", cpu, bank);
	if (xchg(&begun->all_banks, false))
		pr_notice("CPU %u, all banks: a storm of threshold interrupts began\n", cpu);
}

static void say_ended(unsigned int cpu, struct to_say *ended)
{
	unsigned long banks = atomic64_xchg(&ended->banks, 0);
	unsigned int bank;

	for_each_set_bit(bank, &banks, BITS_PER_LONG)
		pr_notice("CPU %u bank %u: the storm of threshold interrupts ended\n", cpu, bank);
	if (xchg(&ended->all_banks, false))
		pr_notice("CPU %u, all banks: the storm of threshold interrupts ended\n", cpu);
}

static void say_throttled(unsigned int cpu, struct storm_log *log)
{
	bool throttled = READ_ONCE(log->throttled);

	if (throttled && !log->said_throttled)
		pr_notice("CPU %u: the kernel is throttling threshold interrupts\n", cpu);
	if (!throttled && log->said_throttled)
		pr_notice("CPU %u: the kernel stopped throttling threshold interrupts\n", cpu);
	log->said_throttled = throttled;
}

static void write_lines(struct work_struct *work)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		struct storm_log *log = per_cpu_ptr(&storm_logs, cpu);

		say_begun(cpu, &log->begun);
		say_throttled(cpu, log);
		say_ended(cpu, &log->ended);
	}
}

static DECLARE_WORK(storm_log_work, write_lines);

/**
 * mcw_storm_log_phase() - say that a storm of this CPU begins or ends
 * @bank: which bank's
 * @ends: it ends
 * @all_banks: it is the storm of all banks together
 *
 * Context: interrupts off, any but NMI and #MC.
 */
void mcw_storm_log_phase(unsigned int bank, bool ends, bool all_banks)
{
	struct storm_log *log = this_cpu_ptr(&storm_logs);
	struct to_say *to_say = ends ? &log->ended : &log->begun;

	if (all_banks)
		xchg(&to_say->all_banks, true);
	else
		atomic64_or(BIT(bank), &to_say->banks);
	schedule_work(&storm_log_work);
}

/**
 * mcw_storm_log_throttled() - say whether the kernel throttles this CPU's interrupts
 * @throttled: it does
 *
 * Context: as mcw_storm_log_phase().
 */
void mcw_storm_log_throttled(bool throttled)
{
	WRITE_ONCE(this_cpu_ptr(&storm_logs)->throttled, throttled);
	schedule_work(&storm_log_work);
}

/**
 * mcw_storm_log_flush() - wait until all lines are written
 *
 * Context: process, sleeps.
 */
void mcw_storm_log_flush(void)
{
	flush_work(&storm_log_work);
}
