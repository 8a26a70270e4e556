// SPDX-License-Identifier: GPL-2.0
/*
 * Hooks at the entry of one function of the kernel's each, by ftrace, which finds it by
 * name, exported or not.
 *
 * The ops of all hooks have FTRACE_OPS_FL_PERMANENT: kernel.ftrace_enabled=0 is refused with
 * EBUSY then, rather than to blind us.
 */
#include <mcewarden/trace.h>

#include <linux/errno.h>
#include <linux/ftrace.h>
#include <linux/printk.h>
#include <linux/string.h>

/* Frees the filter; ftrace_free_filter() is not exported on all kernels. */
static void free_filter(struct ftrace_ops *ops)
{
	ftrace_set_filter(ops, NULL, 0, 1);
}

/**
 * mcw_trace_hook() - have a function's entry traced
 * @ops: the callback; not registered
 * @function: its name
 *
 * An ops without a filter would be called for every function: none is registered
 * without one. What cannot be traced is said in the log.
 *
 * Context: process, may sleep.
 * Return: 0 or the error of ftrace.
 */
int mcw_trace_hook(struct ftrace_ops *ops, const char *function)
{
	int err;

	/* It writes to a name with wildcards only. */
	err = ftrace_set_filter(ops, (unsigned char *)function, strlen(function), 1);
	if (err)
		goto warn;
	err = register_ftrace_function(ops);
	if (err)
		goto filter;
	return 0;

filter:
	free_filter(ops);
warn:
	pr_warn("cannot trace %s(): error %d%s\n", function, err,
		err == -EBUSY ? " (is sysctl kernel.ftrace_enabled 0?)" : "");
	return err;
}

/**
 * mcw_trace_unhook() - have it traced no more
 * @ops: given to mcw_trace_hook(), which succeeded
 *
 * Context: process, may sleep. No CPU is inside the callback when it returns.
 */
void mcw_trace_unhook(struct ftrace_ops *ops)
{
	unregister_ftrace_function(ops);
	free_filter(ops);
}
