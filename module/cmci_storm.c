// SPDX-License-Identifier: GPL-2.0
/*
 * Storms of threshold interrupts. This file detects and reports them, and polls the banks while
 * the kernel throttles the interrupts.
 *
 * Up to v6.8 the kernel answers more than 15 interrupts in a second by clearing the interrupt
 * bit of all banks that the CPU owns, and polls them once a second for minutes. The hardware
 * keeps the first uncorrected error of a bank, so a second one within that second is lost. In that
 * time the module polls this CPU's banks every storm_poll_ms. From v6.9 on the kernel raises the
 * threshold of the bank instead. Uncorrected errors still interrupt, and each poll by the module
 * would count in the history by which the kernel ends its storm; so the module does not poll. On
 * AMD nothing is throttled; poll_banks.c says why the module does not poll there, either.
 *
 * A storm is one bank's, by the knobs, or because the kernel declares one for the bank. Up to v6.8
 * the kernel counts the interrupts of a CPU, whichever bank they are for, and throttles all. If no
 * bank of that CPU has a storm then, one of all its banks begins. It ends as all others do, when no
 * error came for storm_quiet_s. The kernel may still throttle then, as "throttled" says.
 *
 * cmci_throttle.c finds out what the kernel does. A storm that already runs at load is not seen.
 *
 * Who may interrupt whom
 * ----------------------
 * All state is per CPU, and changes only on its CPU with interrupts off: at the end of the vector,
 * in storm_tick(), which is a timer, in take_declared(), which an irq_work calls, and in the
 * hotplug callbacks. So they cannot interrupt each other and need no lock. poll.c says why the
 * timer is pinned, and why its polls log no error twice. NMI and #MC do not call this file. The
 * tap, which does run in them, sets bits in mcw_tap_found by single instructions, and this file
 * takes them by single instructions. Other CPUs only read the words that sysfs shows.
 *
 * The timer of a CPU that goes offline would move to another CPU. So the callback that runs on the
 * CPU before it goes ends its storms, forgets the bits that were seen, and deletes the timer.
 * Later interrupts are only counted, as "online" is false until the CPU is back. Unloading runs the
 * same callback on every CPU, and then waits for the irq_work and for the work that writes the log
 * lines.
 *
 * Banks that CPUs share
 * ---------------------
 * The same interrupt throttles all CPUs that share a bank. Only the CPU that owns the bank for
 * CMCI had its interrupt bit cleared, and only on that CPU the kernel polls it. A poll on another
 * one could come between the read and the clear of the kernel's. So a CPU polls the banks that it
 * owns, and no others. The kernel tells which these are: its handler passes them to
 * machine_check_poll(), and poll_scope.c notes them there.
 */
#include <mcewarden/cmci_storm.h>

#include <linux/bitops.h>
#include <linux/cpuhotplug.h>
#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/irqflags.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/lockdep.h>
#include <linux/percpu.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/timer.h>
#include <mcewarden/bank_control.h>
#include <mcewarden/bank_regs.h>
#include <mcewarden/cmci_throttle.h>
#include <mcewarden/knob.h>
#include <mcewarden/missing.h>
#include <mcewarden/notice.h>
#include <mcewarden/poll.h>
#include <mcewarden/poll_banks.h>
#include <mcewarden/storm_detect.h>
#include <mcewarden/storm_log.h>
#include <mcewarden/sysfs.h>
#include <mcewarden/tap.h>
#include <uapi/mcewarden.h>

#define IDLE_TICK_MS 1000

MCW_KNOB(storm_count, 10, 2, MCW_STORM_MAX_COUNT, NULL,
	 "interrupts for one bank within storm_window_ms that start a storm");
MCW_KNOB(storm_window_ms, 1000, 10, 60000, NULL,
	 "milliseconds within which storm_count interrupts start a storm");
MCW_KNOB(storm_quiet_s, 30, 1, 3600, NULL,
	 "seconds without an error of the bank after which a storm ends");
MCW_KNOB(storm_poll_ms, 50, 0, 1000, NULL,
	 "milliseconds between polls of a throttled CPU, or 0 for no polls");

static struct attribute *storm_knob_attrs[] = {
	&storm_count_knob.attr.attr,
	&storm_window_ms_knob.attr.attr,
	&storm_quiet_s_knob.attr.attr,
	&storm_poll_ms_knob.attr.attr,
	NULL,
};

const struct attribute_group mcw_cmci_storm_knobs = { .attrs = storm_knob_attrs };

static MCW_COUNTER(storms, storms);
static MCW_COUNTER(storm_polls, storm_polls);

static struct attribute *storm_counter_attrs[] = { &storms.attr.attr, &storm_polls.attr.attr,
						   NULL };
const struct attribute_group mcw_cmci_storm_stats = { .attrs = storm_counter_attrs };

/* Masks have one bit per bank. */
struct storm_cpu {
	struct timer_list timer;
	struct mcw_storm_bank *banks;
	struct mcw_storm_bank all; /* of all banks together; only the kernel declares that one */
	unsigned int found_bank; /* where an interrupt found the last error */
	bool all_running; /* a storm of all banks together */
	unsigned long running; /* banks in a storm */
	unsigned long throttled; /* banks that the kernel throttles */
	unsigned int count; /* of this CPU's banks: CPUs may differ */
	bool online; /* between the hotplug callbacks */
};

static DEFINE_PER_CPU(struct storm_cpu, storm_cpus);

static int storm_hotplug_state __read_mostly; /* 0: none */

static struct mcw_storm_rule storm_rule(void)
{
	return (struct mcw_storm_rule){
		.count = mcw_knob_get(&storm_count_knob),
		.window_ns = (u64)mcw_knob_get(&storm_window_ms_knob) * NSEC_PER_MSEC,
		.quiet_ns = (u64)mcw_knob_get(&storm_quiet_s_knob) * NSEC_PER_SEC,
	};
}

/* The kernel's rule for all banks of a CPU, up to v6.8. */
static const struct mcw_storm_rule all_banks_rule = {
	.count = MCW_STORM_ONLY_DECLARED,
	.window_ns = MCW_THROTTLE_WITHIN_NS,
};

static void put_storm_record(unsigned int bank, const struct mcw_storm_bank *b, u8 phase, bool all)
{
	const struct mcw_storm storm = {
		.count = b->count,
		.duration_ns = phase == MCW_STORM_END ? b->last_ns - b->began_ns : 0,
		.cpu = smp_processor_id(),
		.bank = bank,
		.phase = phase,
		.throttled = b->throttled,
		.declared = b->declared,
		.all_banks = all,
	};

	mcw_notice_storm(&storm);
	mcw_storm_log_phase(bank, phase == MCW_STORM_END, all);
}

static void begin_storm(struct storm_cpu *s, unsigned int bank)
{
	WRITE_ONCE(s->running, s->running | BIT(bank));
	mcw_counter_add(&storms, 1);
	put_storm_record(bank, &s->banks[bank], MCW_STORM_BEGIN, false);
	mcw_bank_control_look_here(); /* from v6.9 on: to put off the bank's threshold */
}

static void end_storm(struct storm_cpu *s, unsigned int bank)
{
	mcw_storm_detect_end(&s->banks[bank]);
	WRITE_ONCE(s->running, s->running & ~BIT(bank));
	put_storm_record(bank, &s->banks[bank], MCW_STORM_END, false);
}

static void begin_storm_of_all(struct storm_cpu *s)
{
	s->all.throttled = true;
	WRITE_ONCE(s->all_running, true);
	mcw_counter_add(&storms, 1);
	put_storm_record(s->found_bank, &s->all, MCW_STORM_BEGIN, true);
}

static void end_storm_of_all(struct storm_cpu *s)
{
	mcw_storm_detect_end(&s->all);
	WRITE_ONCE(s->all_running, false);
	put_storm_record(s->found_bank, &s->all, MCW_STORM_END, true);
}

static void note_throttled(struct storm_cpu *s)
{
	unsigned long banks = mcw_cmci_throttle_banks();
	bool changed = !banks != !s->throttled;
	unsigned int bank;

	if (banks != s->throttled)
		mcw_poll_banks_set_throttled(banks);
	WRITE_ONCE(s->throttled, banks);
	if (changed) {
		mcw_storm_log_throttled(banks);
		mcw_bank_control_look_here(); /* to put thresholds off, or write those put off */
	}
	if (!banks)
		return;
	/* The kernel throttles all banks of this CPU, whichever bank made it do so. */
	for_each_set_bit(bank, &s->running, s->count) {
		s->banks[bank].throttled = true;
		s->banks[bank].declared = true;
	}
}

static unsigned long storm_tick_interval(const struct storm_cpu *s)
{
	unsigned int poll_ms = mcw_knob_get(&storm_poll_ms_knob);

	return msecs_to_jiffies(s->throttled && poll_ms ? poll_ms : IDLE_TICK_MS);
}

/* Whether this CPU's timer runs. As long as it does, the tap notes the banks of polls. */
static bool is_ticking(void)
{
	return this_cpu_read(mcw_capture_context) & MCW_CONTEXT_STORM;
}

static bool is_storm_running(const struct storm_cpu *s)
{
	return s->running || s->all_running;
}

/* Starts the timer, or gives it its new interval. */
static void tick_in_storm(struct storm_cpu *s, bool was_throttled)
{
	if (!is_storm_running(s) && !s->throttled)
		return;
	if (is_ticking() && was_throttled == !!s->throttled)
		return;
	this_cpu_or(mcw_capture_context, MCW_CONTEXT_STORM);
	mod_timer(&s->timer, jiffies + storm_tick_interval(s));
}

static void note_bank(struct storm_cpu *s, unsigned int bank, bool raised, bool begins)
{
	s->banks[bank].throttled |= raised;
	if (begins)
		begin_storm(s, bank);
}

/* The kernel declared a storm at a poll: no interrupt comes any more, or none ever came. */
static void note_polled(struct storm_cpu *s, struct mcw_kernel_storms kernel, u64 now)
{
	const struct mcw_storm_rule r = storm_rule();
	unsigned int bank;

	for_each_set_bit(bank, &kernel.declared, s->count)
		note_bank(s, bank, kernel.raised & BIT(bank),
			  mcw_storm_detect_declared(&s->banks[bank], &r, now));
}

static void take_declared(void)
{
	struct storm_cpu *s = this_cpu_ptr(&storm_cpus);

	lockdep_assert_irqs_disabled();
	if (!s->online)
		return;
	note_polled(s, mcw_cmci_throttle_declared(), ktime_get_mono_fast_ns());
	tick_in_storm(s, s->throttled);
}

/**
 * mcw_cmci_storm_interrupt() - account for an interrupt of this CPU that is over
 * @found: the banks in which it found errors
 * @now: ktime_get_mono_fast_ns()
 *
 * Context: the end of the vector: hard interrupt, interrupts off.
 */
void mcw_cmci_storm_interrupt(unsigned long found, u64 now)
{
	struct storm_cpu *s = this_cpu_ptr(&storm_cpus);
	const struct mcw_storm_rule r = storm_rule();
	bool was_throttled = s->throttled;
	struct mcw_kernel_storms kernel;
	unsigned int bank;

	lockdep_assert_irqs_disabled();
	if (!s->online)
		return;
	kernel = mcw_cmci_throttle_interrupt(found, now);
	note_throttled(s);
	for_each_set_bit(bank, &found, s->count) {
		s->found_bank = bank;
		note_bank(s, bank, kernel.raised & BIT(bank),
			  mcw_storm_detect_interrupt(&s->banks[bank], &r, now,
						     kernel.declared & BIT(bank)));
	}
	kernel.declared &= ~found;
	note_polled(s, kernel, now);
	if (mcw_storm_detect_interrupt(&s->all, &all_banks_rule, now,
				       !was_throttled && s->throttled && !s->running))
		begin_storm_of_all(s);
	tick_in_storm(s, was_throttled);
}

/* Returns whether it was this CPU's turn. */
static bool poll_throttled_cpu(void)
{
	enum mcw_poll poll = mcw_poll_from_timer(mcw_poll_banks_throttled());

	if (poll == MCW_POLL_BUSY)
		return false;
	if (poll != MCW_POLL_NONE)
		mcw_counter_add(&storm_polls, 1);
	return true;
}

/* A bank in which a poll found an error was not quiet. Ends the storms of the quiet banks. */
static void settle_storms(struct storm_cpu *s)
{
	unsigned long polled = this_cpu_xchg(mcw_tap_found.by_poll, 0);
	u64 now = ktime_get_mono_fast_ns();
	const struct mcw_storm_rule r = storm_rule();
	unsigned int bank;

	for_each_set_bit(bank, &polled, s->count)
		mcw_storm_detect_error(&s->banks[bank], now);
	if (polled)
		mcw_storm_detect_error(&s->all, now);
	for_each_set_bit(bank, &s->running, s->count) {
		if (mcw_storm_detect_quiet(&s->banks[bank], &r, now))
			end_storm(s, bank);
	}
	if (mcw_storm_detect_quiet(&s->all, &r, now))
		end_storm_of_all(s);
}

/* Returns the jiffies until the next tick, 0: none. */
static unsigned long storm_tick_here(struct storm_cpu *s)
{
	unsigned long interval;

	mcw_cmci_throttle_tick();
	note_throttled(s);
	interval = storm_tick_interval(s);
	if (s->throttled && mcw_knob_get(&storm_poll_ms_knob) && !poll_throttled_cpu())
		interval = 1;
	settle_storms(s);
	if (!is_storm_running(s) && !s->throttled) {
		this_cpu_and(mcw_capture_context, ~MCW_CONTEXT_STORM);
		return 0;
	}
	return interval;
}

static void storm_tick(struct timer_list *timer)
{
	struct storm_cpu *s = this_cpu_ptr(&storm_cpus);
	unsigned long irqs, interval;

	local_irq_save(irqs);
	interval = s->online ? storm_tick_here(s) : 0;
	if (interval)
		mod_timer(&s->timer, jiffies + interval);
	local_irq_restore(irqs);
}

/* A CPU without memory for its banks only has its interrupts counted. */
static int storm_cpu_online(unsigned int cpu)
{
	struct storm_cpu *s = this_cpu_ptr(&storm_cpus);
	unsigned long irqs;

	if (!s->banks) {
		s->count = mcw_bank_regs_count();
		s->banks = kcalloc_node(s->count, sizeof(*s->banks), GFP_KERNEL, cpu_to_node(cpu));
	}
	if (s->banks) {
		local_irq_save(irqs);
		s->online = true;
		mcw_cmci_throttle_forget(); /* what came after storm_cpu_offline() */
		take_declared();
		local_irq_restore(irqs);
		return 0;
	}
	pr_warn("CPU %u: storms of its threshold interrupts are not seen: error %d\n", cpu,
		-ENOMEM);
	mcw_missing_note(MCW_MISSING_STORMS);
	return 0;
}

static int storm_cpu_offline(unsigned int cpu)
{
	struct storm_cpu *s = this_cpu_ptr(&storm_cpus);
	unsigned long irqs;
	unsigned int bank;

	local_irq_save(irqs);
	s->online = false;
	for_each_set_bit(bank, &s->running, s->count)
		end_storm(s, bank);
	if (s->all_running)
		end_storm_of_all(s);
	mcw_cmci_throttle_forget();
	note_throttled(s);
	this_cpu_and(mcw_capture_context, ~MCW_CONTEXT_STORM);
	local_irq_restore(irqs);
	timer_delete_sync(&s->timer);
	return 0;
}

/**
 * mcw_cmci_storm_banks() - which banks are in a storm
 * @cpu: which CPU
 *
 * Context: any.
 * Return: one bit per bank.
 */
unsigned long mcw_cmci_storm_banks(unsigned int cpu)
{
	return READ_ONCE(per_cpu(storm_cpus, cpu).running);
}

/**
 * mcw_cmci_storm_of_all_banks() - whether a storm of all banks together runs
 * @cpu: which CPU
 *
 * Context: any.
 * Return: true from the kernel's throttling on, if no bank alone had a storm, until all are quiet.
 */
bool mcw_cmci_storm_of_all_banks(unsigned int cpu)
{
	return READ_ONCE(per_cpu(storm_cpus, cpu).all_running);
}

/**
 * mcw_cmci_storm_throttled() - which banks the kernel throttles
 * @cpu: which CPU
 *
 * Context: any.
 * Return: one bit per bank that was seen throttled; if there is one, all of that CPU are.
 */
unsigned long mcw_cmci_storm_throttled(unsigned int cpu)
{
	return READ_ONCE(per_cpu(storm_cpus, cpu).throttled);
}

static void free_storm_banks(void)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		kfree(per_cpu(storm_cpus, cpu).banks);
		per_cpu(storm_cpus, cpu).banks = NULL;
	}
}

/**
 * mcw_cmci_storm_init() - start watching for storms
 *
 * Context: process, may sleep. The tap is armed; the banks and the notice lane are initialised.
 * Return: 0, or an error; then interrupts are only counted.
 */
int mcw_cmci_storm_init(void)
{
	unsigned int cpu;
	int err;

	for_each_possible_cpu(cpu)
		timer_setup(&per_cpu_ptr(&storm_cpus, cpu)->timer, storm_tick, TIMER_PINNED);
	err = cpuhp_setup_state(CPUHP_AP_ONLINE_DYN, "mcewarden:storm", storm_cpu_online,
				storm_cpu_offline);
	if (err < 0) {
		free_storm_banks();
		return err;
	}
	storm_hotplug_state = err;
	return mcw_cmci_throttle_init(take_declared);
}

/**
 * mcw_cmci_storm_exit() - end all storms, and stop watching
 *
 * Context: process, sleeps. Interrupts may still come; the tap is still armed.
 */
void mcw_cmci_storm_exit(void)
{
	if (!storm_hotplug_state)
		return;
	cpuhp_remove_state(storm_hotplug_state);
	mcw_cmci_throttle_exit();
	mcw_storm_log_flush();
	free_storm_banks();
}
