// SPDX-License-Identifier: GPL-2.0
/*
 * Hooks at the entry of kernel functions, exported or not, by ftrace.
 *
 * ftrace can find a function by name, but compares the names of all functions: this takes 0.08 s
 * on an emulated CPU, and a second if the kernel has sanitizers. A kprobe that is never armed finds
 * the address in a tenth of that. If no kprobe can be registered, ftrace searches.
 *
 * The ops of all hooks have FTRACE_OPS_FL_PERMANENT: so the kernel refuses kernel.ftrace_enabled=0
 * with EBUSY, instead of switching the hooks off.
 */
#include <mcewarden/ftrace_hook.h>

#include <linux/errno.h>
#include <linux/ftrace.h>
#include <linux/kprobes.h>
#include <linux/printk.h>
#include <linux/string.h>

/* Not all kernels export ftrace_free_filter(). */
static void free_ftrace_filter(struct ftrace_ops *ops)
{
	ftrace_set_filter(ops, NULL, 0, 1);
}

/* Returns 0 if the function cannot have a kprobe. */
static unsigned long function_entry(const char *function)
{
	struct kprobe probe = { .symbol_name = function, .flags = KPROBE_FLAG_DISABLED };

	if (register_kprobe(&probe))
		return 0;
	unregister_kprobe(&probe);
	return (unsigned long)probe.addr;
}

static int set_ftrace_filter(struct ftrace_ops *ops, const char *function, bool alone)
{
	unsigned long entry = function_entry(function);

	if (entry && !ftrace_set_filter_ip(ops, entry, 0, alone))
		return 0;
	/* The cast is safe: ftrace writes only to names with wildcards. */
	return ftrace_set_filter(ops, (unsigned char *)function, strlen(function), alone);
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

	err = set_ftrace_filter(ops, function, true);
	if (err)
		goto warn;
	err = register_ftrace_function(ops);
	if (err)
		goto filter;
	return 0;

filter:
	free_ftrace_filter(ops);
warn:
	pr_warn("cannot trace %s(): error %d%s\n", function, err,
		err == -EBUSY ? " (is sysctl kernel.ftrace_enabled 0?)" : "");
	return err;
}

/**
 * mcw_ftrace_hook_also() - call the same ops for one more function
 * @ops: given to mcw_ftrace_hook(), which succeeded
 * @function: the function's name; it is no error if the kernel has no such function
 *
 * Context: process, may sleep.
 */
void mcw_ftrace_hook_also(struct ftrace_ops *ops, const char *function)
{
	set_ftrace_filter(ops, function, false);
}

/**
 * mcw_ftrace_unhook() - remove the hooks of an ops
 * @ops: given to mcw_ftrace_hook(), which succeeded
 *
 * Context: process, may sleep. No CPU is inside the callback when it returns.
 */
void mcw_ftrace_unhook(struct ftrace_ops *ops)
{
	unregister_ftrace_function(ops);
	free_ftrace_filter(ops);
}
