// SPDX-License-Identifier: GPL-2.0
/*
 * untraceable ON: makes ftrace refuse all requests. For kernels from 7.x on, where the sysctl
 * kernel.ftrace_enabled cannot be turned off.
 *
 * unprobeable ON: no function's return can be probed any more.
 *
 * untraceable tap: mcewarden's tap is not called any more, until "untraceable 0".
 *
 * untraceable kill: has the kernel give up ftrace for this boot, as it does when it fails to patch
 * code.
 */
#include "mcw_test.h"

#include <linux/errno.h>
#include <linux/ftrace.h>
#include <linux/kernel.h>
#include <linux/kprobes.h>
#include <linux/ptrace.h>
#include <linux/string.h>

/* Runs in place of register_ftrace_function() or register_kretprobe(). */
static noinline int refuse(void *unused)
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

struct refused {
	const char *function;
	struct kprobe probe;
	bool on;
};

static struct refused tapping = { .function = "mcewarden:tap_entry" };
static struct refused tracing = { .function = "register_ftrace_function" };
static struct refused probing = { .function = "register_kretprobe" };

static int refuse_function(struct refused *what, const char *args)
{
	bool on;
	int err = 0;

	if (kstrtobool(skip_spaces(args), &on))
		return -EINVAL;
	if (on == what->on)
		return 0;
	if (on) {
		/* A used probe must be cleared before it can be registered again. */
		what->probe = (struct kprobe){
			.symbol_name = what->function,
			.pre_handler = divert,
			.post_handler = after,
		};
		err = register_kprobe(&what->probe);
	} else {
		unregister_kprobe(&what->probe);
	}
	if (!err)
		what->on = on;
	return err;
}

static int kill_ftrace(void)
{
	struct kprobe probe = { .symbol_name = "ftrace_kill", .flags = KPROBE_FLAG_DISABLED };
	int err = register_kprobe(&probe);

	if (err)
		return err;
	unregister_kprobe(&probe);
	((void (*)(void))probe.addr)();
	return 0;
}

int mcw_test_untraceable(const char *args)
{
	args = skip_spaces(args);
	if (!strcmp(args, "kill"))
		return kill_ftrace();
	if (!strcmp(args, "tap"))
		return refuse_function(&tapping, "1");
	if (!strcmp(args, "0"))
		refuse_function(&tapping, "0");
	return refuse_function(&tracing, args);
}

int mcw_test_unprobeable(const char *args)
{
	return refuse_function(&probing, args);
}
