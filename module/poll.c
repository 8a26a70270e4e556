// SPDX-License-Identifier: GPL-2.0
/*
 * The module's own polls. The module never reads a bank itself. It calls the kernel's
 * machine_check_poll(), so that the kernel's other users see the record too, and the tap captures
 * it on the way.
 *
 * No error twice
 * --------------
 * machine_check_poll() reads a bank, logs what it found, and then clears the bank. A second poll of
 * the same bank between the read and the clear logs the same error again; and an error that arrives
 * between the two clears is lost. So no poll by the module may come between the two in any other
 * poll, and no other poll between the two in the module's. These other polls are possible:
 *
 * 1. The kernel's timer on the same CPU polls in softirq with interrupts on. The module polls only
 *    from timers that are pinned to the CPU whose banks they poll. Pinned timers of one CPU are on
 *    one list, the kernel's is one of them, and that CPU's softirq runs those that are due one
 *    after the other. So none of them interrupts another one.
 * 2. Hard interrupts on the same CPU: CMCI, AMD's threshold and deferred-error interrupts, and
 *    polls that the kernel runs on all CPUs by IPI (a write to its check_interval or bankN) come
 *    with interrupts off. The module's polls have interrupts off, too, so none of them comes in
 *    between. The other way round nothing of the module polls in a hard interrupt, except for
 *    (4). #MC may come in between; it scans by itself, and the kernel deals with that.
 * 3. The module's other polls: on the same CPU they are timers as in (1), and on another CPU they
 *    matter only for a bank that the CPUs share. poll_running excludes them: a CPU that finds it
 *    set comes back a jiffy later, as it must not wait with interrupts off.
 * 4. After an interrupt that nobody owns the module polls at once, in the hard interrupt. That is
 *    right only if the interrupt did not come in the middle of (1). All polls with interrupts on
 *    are in softirq; so if the interrupted code was in no softirq, and had not disabled them, there
 *    is none on this CPU. Else the timer polls, at the next jiffy.
 * 5. A poll by hand, by a write to the file poll, only makes the timers of all CPUs due now, and
 *    waits for them. It is (1).
 * 6. CPU hotplug: a CPU that comes is polled by the kernel before interrupts are on, or in its
 *    hotplug callbacks with interrupts off. The module's timer starts in a later callback. When a
 *    CPU goes, the module's callback comes first. It deletes the timer, and waits for it; so no
 *    timer moves to another CPU, where it would poll that one's banks.
 * 7. Banks that CPUs share, where the kernel polls on the other CPU: the kernel's timers take no
 *    lock that a module can take. A bank with CMCI enabled is polled by no timer, and only the CPU
 *    that owns it reads it in its interrupts. In a storm (up to v6.8) the kernel polls a bank on
 *    its owner only, and so does cmci_storm.c. There remains a bank that CPUs share, that has no
 *    CMCI, and that the timers of all of them poll. On such a bank the kernel's own timers may log
 *    an error twice; the module's timers may then do so too, and nothing that a module can do
 *    excludes it.
 *
 * PREEMPT_RT: softirqs run in threads there, which may be preempted. Timers of one CPU are still
 * run one after the other, as the code that runs them holds a lock for that list; so (1), (3),
 * (5) and (6) hold. (2) holds as well: that vector stays a hard interrupt. In (4) the interrupted
 * task tells nothing of a softirq thread that was preempted before; so there the timer always
 * polls. machine_check_poll() takes no lock that sleeps: interrupts may be off.
 *
 * State
 * -----
 * Each CPU's struct poll_cpu changes only on that CPU with interrupts off: in its timer, in IPIs
 * from knobs and files, in the hotplug callbacks and in the vector. So it needs no lock. IPIs take
 * no hotplug lock: a CPU that is not online does not answer, and one that is about to go answers,
 * but finds "online" false after its callback. polls_wanted counts the CPUs that a writer of the
 * file poll waits for: atomic_inc() by the IPI, and atomic_dec_and_test(), a full barrier, before
 * wake_up().
 *
 * Each CPU has its own interval, like the kernel's timers. It is halved, down to 10 ms, while polls
 * find something, and doubled, up to check_interval, while they do not. So one CPU with errors does
 * not make the others busier. The tap sets a bit in this CPU's mcw_capture_context when a poll
 * finds something. Where the chain alone captures, nobody sets it, and the interval stays at
 * check_interval.
 *
 * When there is no timer
 * ----------------------
 * With check_interval 0, and on a CPU that has no bank to poll (poll_banks.c), the timer is set
 * only for the file poll and for (4). The banks are looked up before each poll; if there is none
 * any more, the timer is not set again. It starts again when one comes back: bank_control.c tells
 * of all that the kernel does to these registers. Where it cannot see that, as there is no ftrace,
 * or as a storm on AMD ends without a mark, the timer goes on, and only looks.
 */
#include <mcewarden/poll.h>

#include <linux/atomic.h>
#include <linux/bitmap.h>
#include <linux/bitops.h>
#include <linux/cpuhotplug.h>
#include <linux/cpumask.h>
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/irqflags.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/lockdep.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/printk.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <linux/timer.h>
#include <linux/wait.h>
#include <asm/mce.h>
#include <mcewarden/bank_control.h>
#include <mcewarden/knob.h>
#include <mcewarden/mce_config.h>
#include <mcewarden/poll_banks.h>
#include <mcewarden/sysfs.h>
#include <mcewarden/tap.h>

#define SHORTEST_JIFFIES (HZ < 200 ? 1UL : HZ / 100UL) /* 10 ms */

static void polls_changed(void);
MCW_KNOB(check_interval, 300, 0, 4294967295, polls_changed,
	 "seconds between the module's own polls of the banks, or 0 for no polls");

enum {
	QUIET,
	ALL,
};

static const char *const poll_banks_words[] = { [QUIET] = "quiet", [ALL] = "all" };
MCW_WORD_KNOB(poll_banks, QUIET, poll_banks_words, polls_changed,
	      "banks to poll: quiet, those that the kernel does not read by interrupt, or all (quiet)");

struct poll_cpu {
	struct timer_list timer;
	unsigned long interval; /* jiffies between polls of check_interval; 0: none */
	unsigned long due;
	bool online; /* between the hotplug callbacks */
	bool wanted; /* a writer of the file poll waits */
	bool unowned; /* an interrupt left its poll to the timer */
};

static DEFINE_PER_CPU(struct poll_cpu, poll_cpus);
static unsigned long poll_running; /* bit 0: some CPU polls */
static atomic_t polls_wanted = ATOMIC_INIT(0);
static DECLARE_WAIT_QUEUE_HEAD(polls_wanted_wait);
static DEFINE_MUTEX(poll_file_lock); /* one writer of the file poll at a time */
static enum cpuhp_state poll_hotplug_state;
static MCW_COUNTER(poll_count, polls);

static u64 banks_here(void)
{
	return mcw_poll_banks_look(mcw_knob_get(&poll_banks_knob) == ALL);
}

/* Returns whether something was found. Not inline: a test has it take long. */
static noinline bool poll_alone(u64 banks)
{
	mce_banks_t map;
	bool found;

	bitmap_from_u64(map, banks);
	this_cpu_or(mcw_capture_context, MCW_CONTEXT_BY_MODULE);
	machine_check_poll(MCP_TIMESTAMP, &map);
	found = this_cpu_read(mcw_capture_context) & MCW_CONTEXT_FOUND;
	this_cpu_and(mcw_capture_context, ~(MCW_CONTEXT_BY_MODULE | MCW_CONTEXT_FOUND));
	return found;
}

static enum mcw_poll poll_here(u64 banks)
{
	bool found;

	lockdep_assert_irqs_disabled();
	if (!banks)
		return MCW_POLL_NONE;
	if (test_and_set_bit_lock(0, &poll_running))
		return MCW_POLL_BUSY;
	found = poll_alone(banks);
	clear_bit_unlock(0, &poll_running);
	return found ? MCW_POLL_FOUND : MCW_POLL_QUIET;
}

/**
 * mcw_poll_from_timer() - have the kernel look into some of this CPU's banks
 * @banks: one bit per bank
 *
 * Context: in a timer that is pinned to this CPU, interrupts off. mcw_bank_regs_look() ran on this
 * CPU before.
 * Return: what came of it.
 */
enum mcw_poll mcw_poll_from_timer(u64 banks)
{
	return poll_here(banks);
}

/**
 * mcw_poll_unowned() - look for the error of an interrupt that nobody owns
 *
 * Context: in the vector: hard interrupt, interrupts off. mcw_bank_regs_look() ran on this CPU
 * before.
 */
void mcw_poll_unowned(void)
{
	struct poll_cpu *here = this_cpu_ptr(&poll_cpus);

	lockdep_assert_irqs_disabled();
	if (!IS_ENABLED(CONFIG_PREEMPT_RT) && !softirq_count() &&
	    poll_here(banks_here()) != MCW_POLL_BUSY)
		return;
	if (!here->online)
		return;
	here->unowned = true;
	mod_timer(&here->timer, jiffies);
}

static unsigned long longest_interval(void)
{
	return (unsigned long)mcw_knob_get(&check_interval_knob) * HZ;
}

/* Whether somebody starts the timer when a bank comes back, where there is none to poll. */
static bool will_be_started(void)
{
	return mcw_bank_control_sees_rewrites() && !mcw_poll_banks_unmarked_storms();
}

static void adapt_interval(struct poll_cpu *here, enum mcw_poll poll)
{
	if (poll == MCW_POLL_NONE && will_be_started())
		here->interval = 0;
	else if (poll == MCW_POLL_FOUND)
		here->interval = max(here->interval / 2, SHORTEST_JIFFIES);
	else
		here->interval = min(here->interval * 2, longest_interval());
	here->due = jiffies + here->interval;
}

/* Returns whether the poll that a writer of the file poll waits for is done. */
static bool poll_if_due(struct poll_cpu *here)
{
	bool due = here->interval && time_after_eq(jiffies, here->due);
	bool wanted = here->wanted;
	enum mcw_poll poll;

	if (due || wanted || here->unowned) {
		poll = poll_here(banks_here());
		if (poll == MCW_POLL_BUSY) {
			mod_timer(&here->timer, jiffies + 1);
			return false;
		}
		if (poll != MCW_POLL_NONE && (due || wanted))
			mcw_counter_add(&poll_count, 1);
		here->wanted = false;
		here->unowned = false;
		if (due)
			adapt_interval(here, poll);
	}
	if (here->interval)
		mod_timer(&here->timer, here->due);
	return wanted;
}

static void wanted_poll_done(void)
{
	if (atomic_dec_and_test(&polls_wanted))
		wake_up(&polls_wanted_wait);
}

static void poll_timer(struct timer_list *timer)
{
	struct poll_cpu *here = this_cpu_ptr(&poll_cpus);
	bool done = false;
	unsigned long irqs;

	local_irq_save(irqs);
	if (here->online)
		done = poll_if_due(here);
	local_irq_restore(irqs);
	if (done)
		wanted_poll_done();
}

/* Starts the timer of check_interval anew, or stops it. */
static void start_interval(struct poll_cpu *here)
{
	lockdep_assert_irqs_disabled();
	if (!here->online)
		return;
	here->interval = longest_interval();
	if (!banks_here() && will_be_started())
		here->interval = 0;
	here->due = jiffies + here->interval;
	/* The timer is about to run, for somebody who waits, and goes on with the interval then. */
	if (here->wanted || here->unowned)
		return;
	if (here->interval)
		mod_timer(&here->timer, here->due);
	else
		timer_delete(&here->timer);
}

/**
 * mcw_poll_look_here() - look which of this CPU's banks are to be polled
 *
 * Context: interrupts off, any but NMI and #MC. mcw_bank_regs_look() ran on this CPU before.
 */
void mcw_poll_look_here(void)
{
	struct poll_cpu *here = this_cpu_ptr(&poll_cpus);

	if (here->online && banks_here() && !here->interval)
		start_interval(here);
}

static void start_interval_by_call(void *unused)
{
	start_interval(this_cpu_ptr(&poll_cpus));
}

/* Returns why, or NULL. */
static const char *no_bank_to_poll(void)
{
	if (mcw_mce_config_ignore_ce())
		return "the kernel's ignore_ce is 1";
	if (!mcw_poll_banks_polled())
		return "the kernel reads all banks by interrupt, or they are the firmware's or off";
	return NULL;
}

/* Called after a write to check_interval or poll_banks. */
static void polls_changed(void)
{
	const char *why;
	unsigned int cpu;

	mcw_mce_config_refresh();
	for_each_possible_cpu(cpu)
		smp_call_function_single(cpu, start_interval_by_call, NULL, 1);
	why = no_bank_to_poll();
	if (longest_interval() && why)
		pr_info("check_interval: no bank is left to poll, so no timer runs: %s\n", why);
}

static void want_poll_by_call(void *unused)
{
	struct poll_cpu *here = this_cpu_ptr(&poll_cpus);

	if (!here->online)
		return;
	if (!here->wanted)
		atomic_inc(&polls_wanted);
	here->wanted = true;
	mod_timer(&here->timer, jiffies);
}

static int poll_all_cpus(void)
{
	unsigned int cpu;
	int err;

	err = mutex_lock_killable(&poll_file_lock);
	if (err)
		return err;
	for_each_possible_cpu(cpu)
		smp_call_function_single(cpu, want_poll_by_call, NULL, 1);
	err = wait_event_killable(polls_wanted_wait, !atomic_read(&polls_wanted));
	mutex_unlock(&poll_file_lock);
	return err;
}

static ssize_t poll_store(struct device *dev, struct device_attribute *attr, const char *buf,
			  size_t count)
{
	int err = mcw_sysfs_may_write();
	const char *why;

	if (err)
		return err;
	if (!sysfs_streq(buf, "1")) {
		pr_err("poll: write 1 to poll the banks; no other value is accepted\n");
		return -EINVAL;
	}
	mcw_mce_config_refresh();
	if (mcw_mce_config_ignore_ce()) {
		pr_err("poll: the kernel's ignore_ce is 1: corrected errors stay where they are\n");
		return -EOPNOTSUPP;
	}
	err = poll_all_cpus();
	why = no_bank_to_poll();
	if (!err && why)
		pr_info("poll: no bank is left to poll: %s\n", why);
	return err ? err : count;
}
static DEVICE_ATTR_WO(poll);

static ssize_t polled_banks_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	DECLARE_BITMAP(map, MAX_NR_BANKS);

	bitmap_from_u64(map, mcw_mce_config_ignore_ce() ? 0 : mcw_poll_banks_polled());
	return sysfs_emit(buf, "%*pbl\n", MAX_NR_BANKS, map);
}
static DEVICE_ATTR_RO(polled_banks);

static struct attribute *poll_attrs[] = {
	&check_interval_knob.attr.attr,
	&poll_banks_knob.attr.attr,
	&dev_attr_poll.attr,
	&dev_attr_polled_banks.attr,
	NULL,
};

const struct attribute_group mcw_poll_files = { .attrs = poll_attrs };

static struct attribute *poll_counter_attrs[] = { &poll_count.attr.attr, NULL };
const struct attribute_group mcw_poll_stats = { .attrs = poll_counter_attrs };

static int poll_cpu_online(unsigned int cpu)
{
	struct poll_cpu *here = this_cpu_ptr(&poll_cpus);
	unsigned long irqs;

	local_irq_save(irqs);
	here->online = true;
	start_interval(here);
	local_irq_restore(irqs);
	return 0;
}

static int poll_cpu_offline(unsigned int cpu)
{
	struct poll_cpu *here = this_cpu_ptr(&poll_cpus);
	unsigned long irqs;
	bool wanted;

	local_irq_save(irqs);
	wanted = here->wanted;
	here->online = false;
	here->wanted = false;
	here->unowned = false;
	here->interval = 0;
	mcw_poll_banks_forget();
	local_irq_restore(irqs);
	timer_delete_sync(&here->timer);
	if (wanted)
		wanted_poll_done();
	return 0;
}

/**
 * mcw_poll_init() - start polling every check_interval
 *
 * Context: process, may sleep. The tap and the banks are initialised.
 * Return: 0 or an error.
 */
int mcw_poll_init(void)
{
	unsigned int cpu;
	int err;

	for_each_possible_cpu(cpu)
		timer_setup(&per_cpu_ptr(&poll_cpus, cpu)->timer, poll_timer, TIMER_PINNED);
	err = cpuhp_setup_state(CPUHP_AP_ONLINE_DYN, "mcewarden:poll", poll_cpu_online,
				poll_cpu_offline);
	if (err < 0)
		return err;
	poll_hotplug_state = err;
	return 0;
}

/**
 * mcw_poll_exit() - stop all timers
 *
 * Context: process, sleeps. The files are gone.
 */
void mcw_poll_exit(void)
{
	cpuhp_remove_state(poll_hotplug_state);
}
