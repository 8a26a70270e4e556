// SPDX-License-Identifier: GPL-2.0
/*
 * The threshold and deferred-error vectors, hooked through the kernel's tracepoints at their
 * entry and exit. A record that the tap sees in between was found by the interrupt.
 *
 * The probes run in hard interrupt context with interrupts off, so on one CPU entry
 * and exit alternate; only NMI and #MC come in between, and those only read the word (the tap
 * looks for #MC first). It is changed by single instructions on the own CPU.
 *
 * The exit probe is registered first and unregistered last, and without it there is no entry
 * probe: an interrupt that is under way when probes come may clear a flag that was not set,
 * but none leaves one set. One that is under way when they go may; the tap is off by
 * then, and the word ends with the module.
 */
#include <mcewarden/vector.h>

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/percpu.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <linux/tracepoint.h>
#include <mcewarden/tap.h>

static void enter(void *data, int vector)
{
	this_cpu_or(mcw_tap_why, MCW_TAP_IN_VECTOR);
}

static void leave(void *data, int vector)
{
	this_cpu_and(mcw_tap_why, ~MCW_TAP_IN_VECTOR);
}

static struct watch {
	const char *entry_name;
	const char *exit_name;
	bool optional; /* not on kernels without AMD support */
	struct tracepoint *entry;
	struct tracepoint *exit;
	bool entry_on;
	bool exit_on;
} watches[] = {
	{ "threshold_apic_entry", "threshold_apic_exit", false },
	{ "deferred_error_apic_entry", "deferred_error_apic_exit", true },
};

static void find(struct tracepoint *tp, void *data)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(watches); i++) {
		if (!strcmp(tp->name, watches[i].entry_name))
			watches[i].entry = tp;
		if (!strcmp(tp->name, watches[i].exit_name))
			watches[i].exit = tp;
	}
}

static int watch(struct watch *w)
{
	int err;

	if (!w->entry || !w->exit)
		return w->optional ? 0 : -ENOENT;
	err = tracepoint_probe_register(w->exit, leave, NULL);
	w->exit_on = !err;
	if (err)
		return err;
	err = tracepoint_probe_register(w->entry, enter, NULL);
	w->entry_on = !err;
	return err;
}

/**
 * mcw_vector_init() - tell the tap when a CPU is inside one of the vectors
 *
 * A vector that cannot be watched is said in the log; records of its interrupts then
 * look polled.
 *
 * Context: process, may sleep.
 */
void mcw_vector_init(void)
{
	size_t i;

	for_each_kernel_tracepoint(find, NULL);
	for (i = 0; i < ARRAY_SIZE(watches); i++) {
		int err = watch(&watches[i]);

		if (err)
			pr_warn("cannot watch tracepoint %s: error %d; what its interrupts find will say source poll\n",
				watches[i].entry_name, err);
	}
}

/**
 * mcw_vector_exit() - leave the vectors
 *
 * Context: process, sleeps. No probe runs when it returns.
 */
void mcw_vector_exit(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(watches); i++) {
		if (watches[i].entry_on)
			tracepoint_probe_unregister(watches[i].entry, enter, NULL);
		if (watches[i].exit_on)
			tracepoint_probe_unregister(watches[i].exit, leave, NULL);
	}
	tracepoint_synchronize_unregister();
}
