// SPDX-License-Identifier: GPL-2.0
/*
 * Hooks at the entry of functions of the kernel's, exported or not, by ftrace.
 *
 * ftrace finds a function by name, but looks at the names of all there are for each: 0.08 s
 * on an emulated CPU, a second where the kernel has sanitizers. A kprobe that is never armed
 * knows the address in a tenth of that. Where there is none, ftrace looks.
 *
 * The ops of all hooks have FTRACE_OPS_FL_PERMANENT: kernel.ftrace_enabled=0 is refused with
 * EBUSY then, rather than to blind us.
 */
#include <mcewarden/ftrace_hook.h>

#include <linux/errno.h>
#include <linux/ftrace.h>
#include <linux/kprobes.h>
#include <linux/printk.h>
#include <linux/string.h>

/* Frees the filter; ftrace_free_filter() is not exported on all kernels. */
static void free_ftrace_filter(struct ftrace_ops *ops)
{
	ftrace_set_filter(ops, NULL, 0, 1);
}

/* Returns 0 where no probe may be. */
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
	/* It writes to a name with wildcards only. */
	return ftrace_set_filter(ops, (unsigned char *)function, strlen(function), alone);
}

/**
 * mcw_ftrace_hook() - have a function's entry traced
 * @ops: the callback; not registered
 * @function: its name
 *
 * An ops without a filter would be called for every function: none is registered
 * without one. What cannot be traced is said in the log.
 *
 * Context: process, may sleep.
 * Return: 0 or the error of ftrace.
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
 * mcw_ftrace_hook_also() - have one more function traced by the same callback
 * @ops: given to mcw_ftrace_hook(), which succeeded
 * @function: its name; nothing is said where the kernel has none of that name
 *
 * Context: process, may sleep.
 */
void mcw_ftrace_hook_also(struct ftrace_ops *ops, const char *function)
{
	set_ftrace_filter(ops, function, false);
}

/**
 * mcw_ftrace_unhook() - have it traced no more
 * @ops: given to mcw_ftrace_hook(), which succeeded
 *
 * Context: process, may sleep. No CPU is inside the callback when it returns.
 */
void mcw_ftrace_unhook(struct ftrace_ops *ops)
{
	unregister_ftrace_function(ops);
	free_ftrace_filter(ops);
}
