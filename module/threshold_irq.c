// SPDX-License-Identifier: GPL-2.0
/*
 * Probes on the kernel's tracepoints at entry and exit of the threshold and deferred-error vectors.
 * The interrupt found the records that the tap sees between the two.
 *
 * Who may interrupt whom
 * ----------------------
 * The probes run in hard interrupt context with interrupts off, so entry and exit alternate on one
 * CPU. Only NMI and #MC can come in between, and they do not touch MCW_CONTEXT_THRESHOLD_IRQ (the
 * tap checks for #MC before it). Single instructions on the CPU itself change
 * mcw_capture_context. All other data here is per CPU too, and only the vector on that CPU writes
 * it; sysfs reads it from other CPUs, word by word.
 *
 * Unowned interrupts
 * ------------------
 * If the kernel has installed no handler, its default handler prints "Unexpected" and does not
 * look for errors: they wait for a poll. The ftrace callback on the default handler only sets a
 * flag, as little else is safe there. The exit probe sees the flag while the CPU is still inside
 * the vector: in hard interrupt context with interrupts off, on the interrupted CPU, where the
 * kernel's own handler would just have called machine_check_poll(). So the probe polls this CPU's
 * banks before it clears the capture context, and the record has source cmci. If the interrupt came
 * in the middle of a softirq, that may be a poll of the kernel's timer; then poll.c leaves the poll
 * to the module's timer, and the record has source poll. Without ftrace such an interrupt is only
 * counted.
 *
 * CPU hotplug
 * -----------
 * Every possible CPU has counts, which are kept. An offline CPU takes no interrupt, so nothing
 * changes its counts. cmci_storm.c explains its own hotplug handling.
 *
 * Loading and unloading while interrupts come
 * -------------------------------------------
 * The exit probe is registered first and unregistered last, and the entry probe is never there
 * without it. If probes are registered during an interrupt, exit may clear a context bit that was
 * not set, but no bit stays set; the interrupt has no entry time and is not counted. If they are
 * unregistered during an interrupt, the bit may stay set: the tap is disarmed by then, and the word
 * goes away with the module.
 *
 * The module acts on interrupts only from mcw_entry_watch_begin(), after the probes are registered,
 * to mcw_entry_watch_end(), before they go, so that its polls find the tap armed. Then no CPU is
 * inside default_handler_called(), but one may still be in the vector with the flag set. That CPU
 * polls, and the tap or the chain captures its records;
 * main.c's wait_for_probes() waits for it.
 */
#include <mcewarden/threshold_irq.h>

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/percpu.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <linux/tracepoint.h>
#include <asm/irq_vectors.h>
#include <mcewarden/missing.h>
#include <mcewarden/poll.h>
#include <mcewarden/poll_banks.h>
#include <mcewarden/tap.h>
#include <mcewarden/entry_watch.h>
#include <mcewarden/cmci_storm.h>

DEFINE_PER_CPU(struct mcw_threshold_irq_counts, mcw_threshold_irq_counts);
static DEFINE_PER_CPU(u64, irq_entered_ns); /* 0: not inside the vector */
static DEFINE_PER_CPU(bool, irq_unowned); /* this interrupt called the default handler */

static void threshold_irq_enter(void *data, int vector)
{
	this_cpu_write(irq_entered_ns, ktime_get_mono_fast_ns());
	this_cpu_or(mcw_capture_context, MCW_CONTEXT_THRESHOLD_IRQ);
}

static void count_threshold_irq(u64 ns)
{
	struct mcw_threshold_irq_counts *c = this_cpu_ptr(&mcw_threshold_irq_counts);

	if (!c->interrupts || ns < c->ns_min)
		WRITE_ONCE(c->ns_min, ns);
	if (ns > c->ns_max)
		WRITE_ONCE(c->ns_max, ns);
	WRITE_ONCE(c->ns_sum, c->ns_sum + ns);
	WRITE_ONCE(c->last_wall_ns, ktime_get_real_fast_ns());
	WRITE_ONCE(c->interrupts, c->interrupts + 1);
}

static void poll_unowned_irq(void)
{
	struct mcw_threshold_irq_counts *c = this_cpu_ptr(&mcw_threshold_irq_counts);

	this_cpu_write(irq_unowned, false);
	WRITE_ONCE(c->unowned, c->unowned + 1);
	mcw_poll_unowned();
}

static void threshold_irq_leave(void *data, int vector)
{
	u64 since = this_cpu_read(irq_entered_ns), now;
	unsigned long found;

	if (this_cpu_read(irq_unowned))
		poll_unowned_irq();
	this_cpu_and(mcw_capture_context, ~MCW_CONTEXT_THRESHOLD_IRQ);
	if (!since)
		return;
	this_cpu_write(irq_entered_ns, 0);
	now = ktime_get_mono_fast_ns();
	count_threshold_irq(now - since);
	found = this_cpu_xchg(mcw_tap_found.by_interrupt, 0);
	if (vector == THRESHOLD_APIC_VECTOR)
		mcw_poll_banks_saw_interrupt(found, now);
	mcw_cmci_storm_interrupt(found, now);
}

static void notrace default_handler_called(struct ftrace_regs *fregs)
{
	this_cpu_write(irq_unowned, true);
}

static struct watch {
	const char *entry_name;
	const char *exit_name;
	const char *default_handler; /* the kernel calls it if it has installed no handler */
	bool optional; /* kernels without AMD support do not have it */
	struct tracepoint *entry;
	struct tracepoint *exit;
	bool entry_on;
	bool exit_on;
} irq_watches[] = {
	{
		.entry_name = "threshold_apic_entry",
		.exit_name = "threshold_apic_exit",
		.default_handler = "default_threshold_interrupt",
	},
	{
		.entry_name = "deferred_error_apic_entry",
		.exit_name = "deferred_error_apic_exit",
		.default_handler = "default_deferred_error_interrupt",
		.optional = true,
	},
};

static void find_tracepoints(struct tracepoint *tp, void *data)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(irq_watches); i++) {
		if (!strcmp(tp->name, irq_watches[i].entry_name))
			irq_watches[i].entry = tp;
		if (!strcmp(tp->name, irq_watches[i].exit_name))
			irq_watches[i].exit = tp;
	}
}

static int watch_tracepoints(struct watch *w)
{
	int err;

	if (!w->entry || !w->exit)
		return w->optional ? 0 : -ENOENT;
	err = tracepoint_probe_register(w->exit, threshold_irq_leave, NULL);
	w->exit_on = !err;
	if (err)
		return err;
	err = tracepoint_probe_register(w->entry, threshold_irq_enter, NULL);
	w->entry_on = !err;
	return err;
}

/**
 * mcw_threshold_irq_init() - count interrupts, and show the tap that a CPU is in a vector
 *
 * If a vector cannot be watched, the log says so, and its records have source poll.
 *
 * Context: process, may sleep.
 * Return: 0.
 */
int mcw_threshold_irq_init(void)
{
	size_t i;

	for_each_kernel_tracepoint(find_tracepoints, NULL);
	for (i = 0; i < ARRAY_SIZE(irq_watches); i++) {
		int err = watch_tracepoints(&irq_watches[i]);

		if (!err)
			continue;
		pr_warn("cannot watch tracepoint %s: error %d; errors that its interrupt finds will have source poll\n",
			irq_watches[i].entry_name, err);
		mcw_missing_note(MCW_MISSING_INTERRUPTS);
	}
	return 0;
}

/**
 * mcw_threshold_irq_exit() - remove the probes
 *
 * Context: process, sleeps. A probe may still run until main.c has waited for all probes.
 */
void mcw_threshold_irq_exit(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(irq_watches); i++) {
		if (irq_watches[i].entry_on)
			tracepoint_probe_unregister(irq_watches[i].entry, threshold_irq_enter,
						    NULL);
		if (irq_watches[i].exit_on)
			tracepoint_probe_unregister(irq_watches[i].exit, threshold_irq_leave, NULL);
	}
}

/**
 * mcw_threshold_irq_start() - watch for unowned interrupts and for storms
 *
 * Context: process, may sleep. mcw_threshold_irq_init() is done, and the tap is armed if it can be.
 * Return: 0.
 */
int mcw_threshold_irq_start(void)
{
	size_t i;
	int err;

	for (i = 0; i < ARRAY_SIZE(irq_watches); i++)
		if (irq_watches[i].entry_on)
			mcw_entry_watch(irq_watches[i].default_handler, default_handler_called,
					false);
	err = mcw_cmci_storm_init();
	if (err) {
		pr_warn("cannot detect storms of threshold interrupts: error %d\n", err);
		mcw_missing_note(MCW_MISSING_STORMS);
	}
	return 0;
}

/**
 * mcw_threshold_irq_stop() - only count interrupts from now on
 *
 * Context: process, sleeps.
 */
void mcw_threshold_irq_stop(void)
{
	mcw_cmci_storm_exit();
}

/**
 * mcw_threshold_irq_throttled() - whether the kernel throttles this CPU's interrupts
 * @cpu: which CPU
 *
 * Kernels up to v6.8 do so in a storm; later ones only raise the threshold of the bank.
 *
 * Context: any.
 * Return: true if this module saw it begin, and it has not ended.
 */
bool mcw_threshold_irq_throttled(unsigned int cpu)
{
	return mcw_cmci_storm_throttled(cpu);
}
