// SPDX-License-Identifier: GPL-2.0
/*
 * untraceable ON: makes ftrace refuse all requests. For kernels from 7.x on, where the sysctl
 * kernel.ftrace_enabled cannot be turned off.
 */
#include "mcw_test.h"

#include <linux/errno.h>
#include <linux/ftrace.h>
#include <linux/kernel.h>
#include <linux/kprobes.h>
#include <linux/ptrace.h>

static bool untraceable;

/* Runs in place of register_ftrace_function(). */
static noinline int refuse(struct ftrace_ops *ops)
{
	return -EBUSY;
}

NOKPROBE_SYMBOL(refuse);

static int divert(struct kprobe *probe, struct pt_regs *regs)
{
	instruction_pointer_set(regs, (unsigned long)refuse);
	return 1;
}

NOKPROBE_SYMBOL(divert);

/* A probe with a post handler is not optimized to a jump, which could not divert. */
static void after(struct kprobe *probe, struct pt_regs *regs, unsigned long flags)
{
}

static struct kprobe probe = {
	.symbol_name = "register_ftrace_function",
	.pre_handler = divert,
	.post_handler = after,
};

int mcw_test_untraceable(const char *args)
{
	bool on;
	int err = 0;

	if (kstrtobool(skip_spaces(args), &on))
		return -EINVAL;
	if (on == untraceable)
		return 0;
	if (on) {
		/* A used probe must be cleared before it can be registered again. */
		probe.addr = NULL;
		probe.flags = 0;
		err = register_kprobe(&probe);
	} else {
		unregister_kprobe(&probe);
	}
	if (!err)
		untraceable = on;
	return err;
}
