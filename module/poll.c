// SPDX-License-Identifier: GPL-2.0
/*
 * The module's own polls. The module never reads a bank itself. It calls the kernel's
 * machine_check_poll(), so that the kernel's other users see the record too, and the tap captures
 * it on the way. The call is made on the CPU that has the banks, with local interrupts off, because
 * a threshold interrupt in the middle would log the same bank twice.
 *
 * Who polls
 * ---------
 * The timer of check_interval is one delayed work, which calls one CPU after the other, those that
 * are due. The file poll calls all CPUs in its writer's context. The threshold vector polls its own
 * CPU. All three poll on the CPU itself with interrupts off, so they cannot interrupt each other.
 * If a CPU is offline, the call fails and the CPU is left out. So this takes no hotplug lock; a CPU
 * that goes offline during the call answers it first.
 *
 * Each CPU has its own interval, like the kernel's timers. It is halved, down to 10 ms, while polls
 * find something, and doubled, up to check_interval, while they do not. So one CPU with errors does
 * not make the others busier. The tap sets a bit in this CPU's mcw_capture_context when a poll
 * finds something. Where the chain alone captures, nobody sets it, and the interval stays at
 * check_interval.
 *
 * The work is on a freezable queue, so no CPU is called while the machine goes to sleep. With
 * check_interval 0 the work is not queued, and there is no timer. The knobs' lock serialises
 * writers of the knob; the work takes no lock.
 *
 * Banks that are left out
 * -----------------------
 * No poll looks at the firmware's banks, or at banks whose bank<N>ctl the admin set to 0. The timer
 * and the file also leave out a bank that the kernel has marked as in a storm (from v6.9 on): the
 * kernel would count each poll as a quiet moment and end the storm early. machine_check_poll()
 * leaves out the banks that the kernel does not poll itself (its own bankN is 0).
 */
#include <mcewarden/poll.h>

#include <linux/bitmap.h>
#include <linux/cpumask.h>
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/lockdep.h>
#include <linux/percpu.h>
#include <linux/printk.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <linux/workqueue.h>
#include <asm/mce.h>
#include <mcewarden/bank_regs.h>
#include <mcewarden/firmware.h>
#include <mcewarden/knob.h>
#include <mcewarden/sysfs.h>
#include <mcewarden/tap.h>

#define SHORTEST_JIFFIES (HZ < 200 ? 1UL : HZ / 100UL) /* 10 ms */

static void restart_polls(void);
MCW_KNOB(check_interval, 300, 0, 4294967295, restart_polls,
	 "seconds between the module's own polls of all banks, or 0 for no polls");

/* Only the work uses it. interval 0 makes the CPU start anew. */
struct poll_timer {
	unsigned long interval;
	unsigned long due;
};

static DEFINE_PER_CPU(struct poll_timer, poll_timers);
static MCW_COUNTER(poll_count, polls);

static void poll_when_due(struct work_struct *work);
static DECLARE_DELAYED_WORK(poll_work, poll_when_due);

/* Returns whether something was found. */
static bool poll_here(u64 left_out)
{
	mce_banks_t banks;
	bool found;

	lockdep_assert_irqs_disabled();
	bitmap_from_u64(banks, ~(left_out | mcw_firmware_banks() | mcw_bank_regs_off()));
	this_cpu_or(mcw_capture_context, MCW_CONTEXT_BY_MODULE);
	machine_check_poll(MCP_TIMESTAMP, &banks);
	found = this_cpu_read(mcw_capture_context) & MCW_CONTEXT_FOUND;
	this_cpu_and(mcw_capture_context, ~(MCW_CONTEXT_BY_MODULE | MCW_CONTEXT_FOUND));
	return found;
}

/**
 * mcw_poll_this_cpu() - have the kernel look into this CPU's banks
 *
 * Context: interrupts off, any but NMI and #MC. mcw_bank_regs_look() ran on this CPU before.
 */
void mcw_poll_this_cpu(void)
{
	poll_here(0);
}

static void poll_by_call(void *info)
{
	bool *found = info;

	*found = poll_here(mcw_bank_regs_storming());
	mcw_counter_add(&poll_count, 1);
}

/* Returns false if the CPU is offline. */
static bool poll_cpu(unsigned int cpu, bool *found)
{
	return !smp_call_function_single(cpu, poll_by_call, found, 1);
}

static unsigned long longest_interval(void)
{
	return (unsigned long)mcw_knob_get(&check_interval_knob) * HZ;
}

/* Returns the jiffies until that CPU's next poll. */
static unsigned long poll_cpu_when_due(unsigned int cpu, unsigned long now)
{
	struct poll_timer *timer = per_cpu_ptr(&poll_timers, cpu);
	unsigned long longest = longest_interval();
	bool found;

	if (!timer->interval) {
		timer->interval = longest;
		timer->due = now + longest;
	} else if (time_after_eq(now, timer->due)) {
		if (!poll_cpu(cpu, &found))
			return longest;
		if (found)
			timer->interval = max(timer->interval / 2, SHORTEST_JIFFIES);
		else
			timer->interval = min(timer->interval * 2, longest);
		timer->due = now + timer->interval;
	}
	return timer->due - now;
}

static void poll_when_due(struct work_struct *work)
{
	unsigned long next = longest_interval();
	unsigned long now = jiffies;
	unsigned int cpu;

	if (!next)
		return;
	for_each_online_cpu(cpu)
		next = min(next, poll_cpu_when_due(cpu, now));
	queue_delayed_work(system_freezable_wq, &poll_work, next);
}

static void restart_polls(void)
{
	unsigned int cpu;

	cancel_delayed_work_sync(&poll_work);
	for_each_possible_cpu(cpu)
		per_cpu_ptr(&poll_timers, cpu)->interval = 0;
	if (longest_interval())
		queue_delayed_work(system_freezable_wq, &poll_work, 0);
}

static ssize_t poll_store(struct device *dev, struct device_attribute *attr, const char *buf,
			  size_t count)
{
	unsigned int cpu;
	bool found;
	int err = mcw_sysfs_may_write();

	if (err)
		return err;
	if (!sysfs_streq(buf, "1")) {
		pr_err("poll: write 1 to poll all banks; no other value is accepted\n");
		return -EINVAL;
	}
	for_each_possible_cpu(cpu)
		poll_cpu(cpu, &found);
	return count;
}
static DEVICE_ATTR_WO(poll);

static struct attribute *poll_attrs[] = { &check_interval_knob.attr.attr, &dev_attr_poll.attr,
					  NULL };
const struct attribute_group mcw_poll_files = { .attrs = poll_attrs };

static struct attribute *poll_counter_attrs[] = { &poll_count.attr.attr, NULL };
const struct attribute_group mcw_poll_stats = { .attrs = poll_counter_attrs };

/**
 * mcw_poll_init() - start polling every check_interval
 *
 * Context: process. The tap and the banks are initialised.
 * Return: 0.
 */
int mcw_poll_init(void)
{
	restart_polls();
	return 0;
}

/**
 * mcw_poll_exit() - stop the polls of the timer
 *
 * Context: process, sleeps. The files are gone.
 */
void mcw_poll_exit(void)
{
	cancel_delayed_work_sync(&poll_work);
}
