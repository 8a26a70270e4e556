// SPDX-License-Identifier: GPL-2.0
/*
 * Hooks at the entry of kernel functions, exported or not, by ftrace.
 *
 * ftrace can find a function by name, but compares the names of all functions: this takes 0.08 s
 * on an emulated CPU, and a second if the kernel has sanitizers. A kprobe that is never armed finds
 * the address in a tenth of that. If no kprobe can be registered, ftrace searches.
 *
 * A kprobe goes only after a grace period of RCU. So the kprobes stay until the last hook is there,
 * and go together.
 *
 * The ops of all hooks have FTRACE_OPS_FL_PERMANENT: so the kernel refuses kernel.ftrace_enabled=0
 * with EBUSY, instead of switching the hooks off.
 *
 * If ftrace fails to patch code, it gives up for the rest of the boot (ftrace_kill()). It then
 * leaves its hooks as they are, and takes none off.
 */
#include <mcewarden/ftrace_hook.h>

#include <linux/errno.h>
#include <linux/ftrace.h>
#include <linux/kernel.h>
#include <linux/kprobes.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/string.h>

/**
 * mcw_ftrace_free_filter() - let go of the functions of an ops
 * @ops: an ops, not registered
 *
 * Not all kernels export ftrace_free_filter().
 *
 * Context: process, may sleep.
 */
void mcw_ftrace_free_filter(struct ftrace_ops *ops)
{
	ftrace_set_filter(ops, NULL, 0, 1);
}

static struct kprobe found_probes[16];
static unsigned int found_count;

static struct kprobe *found_before(const char *function)
{
	unsigned int i;

	for (i = 0; i < found_count; i++)
		if (!strcmp(found_probes[i].symbol_name, function))
			return &found_probes[i];
	return NULL;
}

/**
 * mcw_ftrace_find() - find the entry of a function
 * @function: the function's name
 *
 * Context: process, may sleep; during load.
 * Return: its address, or 0 if the kernel has none or it cannot have a kprobe.
 */
unsigned long mcw_ftrace_find(const char *function)
{
	struct kprobe *probe = found_before(function);

	if (probe)
		return (unsigned long)probe->addr;
	if (found_count == ARRAY_SIZE(found_probes))
		mcw_ftrace_forget();
	probe = &found_probes[found_count];
	*probe = (struct kprobe){ .symbol_name = function, .flags = KPROBE_FLAG_DISABLED };
	if (register_kprobe(probe))
		return 0;
	found_count++;
	return (unsigned long)probe->addr;
}

static int set_ftrace_filter(struct ftrace_ops *ops, const char *function)
{
	unsigned long entry = mcw_ftrace_find(function);

	if (entry && !ftrace_set_filter_ip(ops, entry, 0, 1))
		return 0;
	/* The cast is safe: ftrace writes only to names with wildcards. */
	return ftrace_set_filter(ops, (unsigned char *)function, strlen(function), 1);
}

/**
 * mcw_ftrace_say_untraced() - write to the log that a function cannot be traced
 * @function: its name
 * @err: ftrace's error
 *
 * Context: any but NMI.
 */
void mcw_ftrace_say_untraced(const char *function, int err)
{
	pr_warn("cannot trace %s(): error %d%s\n", function, err,
		err == -EBUSY ? " (is sysctl kernel.ftrace_enabled 0?)" : "");
}

/**
 * mcw_ftrace_hook() - call an ops at the entry of a function
 * @ops: the ops, not registered
 * @function: the function's name
 *
 * Sets the filter before registering, as an ops without a filter would be called for every
 * function. If the function cannot be traced, the log says so.
 *
 * Context: process, may sleep.
 * Return: 0, or ftrace's error.
 */
int mcw_ftrace_hook(struct ftrace_ops *ops, const char *function)
{
	int err;

	err = set_ftrace_filter(ops, function);
	if (err)
		goto warn;
	err = register_ftrace_function(ops);
	if (err)
		goto filter;
	return 0;

filter:
	mcw_ftrace_free_filter(ops);
warn:
	mcw_ftrace_say_untraced(function, err);
	return err;
}

/*
 * The hooked function still calls the callback. If the module's memory went, the next call would
 * crash the machine; so unloading must not go on.
 */
static void __noreturn stay_for_ever(int err)
{
	pr_crit("ftrace does not take off the module's hooks: error %d; unloading waits for ever, or the next machine check would crash the machine\n",
		err);
	for (;;)
		schedule_timeout_idle(MAX_SCHEDULE_TIMEOUT);
}

/**
 * mcw_ftrace_unregister() - remove the hooks of an ops, and keep its functions
 * @ops: registered
 *
 * Context: as mcw_ftrace_unhook().
 */
void mcw_ftrace_unregister(struct ftrace_ops *ops)
{
	int err = unregister_ftrace_function(ops);

	if (err)
		stay_for_ever(err);
}

/**
 * mcw_ftrace_unhook() - remove the hooks of an ops
 * @ops: given to mcw_ftrace_hook(), which succeeded
 *
 * Context: process, may sleep; only while the module is being unloaded, or fails to load. No CPU is
 * inside the callback when it returns.
 */
void mcw_ftrace_unhook(struct ftrace_ops *ops)
{
	mcw_ftrace_unregister(ops);
	mcw_ftrace_free_filter(ops);
}

/**
 * mcw_ftrace_forget() - let go of the functions that were found by their names
 *
 * The hooks stay. main.c calls it once all hooks are there, and when a load fails.
 *
 * Context: process, sleeps.
 */
void mcw_ftrace_forget(void)
{
	struct kprobe *probes[ARRAY_SIZE(found_probes)];
	unsigned int i;

	for (i = 0; i < found_count; i++)
		probes[i] = &found_probes[i];
	unregister_kprobes(probes, found_count);
	found_count = 0;
}
