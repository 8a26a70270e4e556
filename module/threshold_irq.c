// SPDX-License-Identifier: GPL-2.0
/*
 * The threshold and deferred-error vectors, hooked through the kernel's tracepoints at their
 * entry and exit. A record that the tap sees in between was found by the interrupt.
 *
 * Who may interrupt whom
 * ----------------------
 * The probes run in hard interrupt context with
 * interrupts off, so on one CPU entry and exit alternate; only NMI and #MC come in between, and
 * those only read mcw_capture_context (the tap looks for #MC first). It is changed by single
 * instructions on the own CPU. All else here is per CPU too, and written inside the vector of that
 * CPU alone; sysfs reads it from elsewhere, word by word.
 *
 * An interrupt that nobody owns
 * -----------------------------
 * Where the kernel has installed no handler, its default one says "Unexpected" and finds
 * nothing, and the error waits for a poll. ftrace at the entry of the default handler only sets a
 * flag: it runs with less around it than one would want for more. The exit probe sees the flag,
 * still inside the vector: hard interrupt context with interrupts off on the CPU that was
 * interrupted, where the kernel's own handler would have called machine_check_poll() a
 * moment before. So it polls this CPU's banks, before the CPU stops being "inside": the record
 * has the source cmci. Without ftrace such an interrupt is counted as any other.
 *
 * CPUs that come and go
 * ---------------------
 * Counts are there for every possible CPU, and stay. A CPU that is offline takes no
 * interrupt, so nothing touches it. module/cmci_storm.c has its own argument.
 *
 * Loading and unloading, while interrupts come
 * --------------------------------------------
 * The exit probe is registered first and unregistered last, and without it there is no entry
 * probe: an interrupt that is under way when probes come may clear a flag that was not set,
 * but none leaves one set; it has no time of entry, and is not counted. One that is under way
 * when they go may leave it; the tap is off by then, and the word ends with the module.
 *
 * What the module does about interrupts begins after that (mcw_threshold_irq_start()) and ends
 * before it (mcw_threshold_irq_stop()), so that its polls find the tap armed. When the hook on the
 * default handler is gone no CPU is inside it, but one may still be inside the vector with the flag
 * set; it polls, and the tap or the chain captures. tracepoint_synchronize_unregister() waits for
 * it.
 */
#include <mcewarden/threshold_irq.h>

#include <linux/errno.h>
#include <linux/ftrace.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/percpu.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <linux/tracepoint.h>
#include <mcewarden/poll.h>
#include <mcewarden/tap.h>
#include <mcewarden/ftrace_hook.h>
#include <mcewarden/cmci_storm.h>

DEFINE_PER_CPU(struct mcw_threshold_irq_counts, mcw_threshold_irq_counts);
static DEFINE_PER_CPU(u64, irq_entered_ns); /* when, in ns; 0: not inside */
static DEFINE_PER_CPU(bool, irq_unowned); /* the default handler was called meanwhile */

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
	mcw_poll_this_cpu();
}

static void threshold_irq_leave(void *data, int vector)
{
	u64 since = this_cpu_read(irq_entered_ns), now;

	if (this_cpu_read(irq_unowned))
		poll_unowned_irq();
	this_cpu_and(mcw_capture_context, ~MCW_CONTEXT_THRESHOLD_IRQ);
	if (!since)
		return;
	this_cpu_write(irq_entered_ns, 0);
	now = ktime_get_mono_fast_ns();
	count_threshold_irq(now - since);
	mcw_cmci_storm_interrupt(this_cpu_xchg(mcw_tap_found.by_interrupt, 0), now);
}

static void notrace default_handler_called(unsigned long ip, unsigned long parent_ip,
					   struct ftrace_ops *ops, struct ftrace_regs *fregs)
{
	this_cpu_write(irq_unowned, true);
}

static struct watch {
	const char *entry_name;
	const char *exit_name;
	const char *default_handler; /* what the kernel calls where nobody owns it */
	bool optional; /* not on kernels without AMD support */
	struct tracepoint *entry;
	struct tracepoint *exit;
	bool entry_on;
	bool exit_on;
	bool default_hooked;
	struct ftrace_ops default_ops;
} irq_watches[] = {
	{
		.entry_name = "threshold_apic_entry",
		.exit_name = "threshold_apic_exit",
		.default_handler = "default_threshold_interrupt",
		.default_ops = { .func = default_handler_called, .flags = FTRACE_OPS_FL_PERMANENT },
	},
	{
		.entry_name = "deferred_error_apic_entry",
		.exit_name = "deferred_error_apic_exit",
		.default_handler = "default_deferred_error_interrupt",
		.optional = true,
		.default_ops = { .func = default_handler_called, .flags = FTRACE_OPS_FL_PERMANENT },
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
 * mcw_threshold_irq_init() - count, and tell the tap when a CPU is inside one of the vectors
 *
 * A vector that cannot be watched is said in the log; records of its interrupts then
 * look polled.
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

		if (err)
			pr_warn("cannot watch tracepoint %s: error %d; what its interrupts find will say source poll\n",
				irq_watches[i].entry_name, err);
	}
	return 0;
}

/**
 * mcw_threshold_irq_exit() - leave the vectors
 *
 * Context: process, sleeps. No probe runs when it returns.
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
	tracepoint_synchronize_unregister();
}

/**
 * mcw_threshold_irq_start() - act on what the interrupts show
 *
 * Context: process, may sleep. mcw_threshold_irq_init() is done, the tap is armed where it can be.
 * Return: 0.
 */
int mcw_threshold_irq_start(void)
{
	size_t i;
	int err;

	for (i = 0; i < ARRAY_SIZE(irq_watches); i++) {
		struct watch *w = &irq_watches[i];

		if (w->entry_on)
			w->default_hooked = !mcw_ftrace_hook(&w->default_ops, w->default_handler);
	}
	err = mcw_cmci_storm_init();
	if (err)
		pr_warn("cannot watch for storms of threshold interrupts: error %d\n", err);
	return 0;
}

/**
 * mcw_threshold_irq_stop() - only count from now on
 *
 * Context: process, sleeps.
 */
void mcw_threshold_irq_stop(void)
{
	size_t i;

	mcw_cmci_storm_exit();
	for (i = 0; i < ARRAY_SIZE(irq_watches); i++) {
		if (irq_watches[i].default_hooked)
			mcw_ftrace_unhook(&irq_watches[i].default_ops);
		irq_watches[i].default_hooked = false;
	}
}

/**
 * mcw_threshold_irq_throttled() - whether the kernel has this CPU's interrupts off for a while
 * @cpu: which CPU
 *
 * That is how kernels up to v6.8 answer a storm; later ones only raise the threshold of the bank.
 *
 * Context: any.
 * Return: true where this module saw it happen, and it is not over.
 */
bool mcw_threshold_irq_throttled(unsigned int cpu)
{
	return mcw_cmci_storm_throttled(cpu);
}
