// SPDX-License-Identifier: GPL-2.0
/*
 * refuse FUNCTION NUMBER VALUE [MODULE [OTHER]]: the call of that number, from 1, that the module
 * makes of this function of the kernel's does not come there, and returns VALUE. So does each call
 * that it makes of the other function. Calls of other callers are let through. mcw_test/refused is
 * 1 once there was such a call of the first. "refuse 0" ends it.
 *
 * fail NUMBER [MODULE]: the memory allocation of that number, from 1, fails while the module
 * initialises itself. mcw_test/fail_left is what is left to count after that: 0 once one has
 * failed. "fail 0" ends it. For kernels with fault injection.
 *
 * Without MODULE it is mcewarden. It is not loaded when the command comes.
 */
#include "mcw_test.h"

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/kprobes.h>
#include <linux/limits.h>
#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/string.h>

#define NAME_BYTES 64

u64 mcw_test_refused;
u64 mcw_test_fail_left;

static char target_name[NAME_BYTES];
static struct module *target; /* while it is there */
static char refused_name[NAME_BYTES];
static char other_name[NAME_BYTES]; /* empty: none */
static unsigned int refuse_number;
static long refuse_value;
static atomic_t calls_seen;
static bool refusing;

static bool failing;

/* Runs in place of the function. */
static noinline long refuse(void)
{
	return refuse_value;
}

NOKPROBE_SYMBOL(refuse);

/* At the entry of a function its return address is on top of the stack. */
static bool called_by_target(const struct pt_regs *regs)
{
	const struct module *mod = READ_ONCE(target);

	return mod && within_module(*(unsigned long *)regs->sp, mod);
}

NOKPROBE_SYMBOL(called_by_target);

static int divert(struct pt_regs *regs)
{
	instruction_pointer_set(regs, (unsigned long)refuse);
	return 1;
}

NOKPROBE_SYMBOL(divert);

static int count_call(struct kprobe *probe, struct pt_regs *regs)
{
	if (!called_by_target(regs) || atomic_inc_return(&calls_seen) != refuse_number)
		return 0;
	WRITE_ONCE(mcw_test_refused, 1);
	return divert(regs);
}

NOKPROBE_SYMBOL(count_call);

static int divert_call(struct kprobe *probe, struct pt_regs *regs)
{
	return called_by_target(regs) ? divert(regs) : 0;
}

NOKPROBE_SYMBOL(divert_call);

/* A probe with a post handler is not optimized to a jump, which could not divert. */
static void after(struct kprobe *probe, struct pt_regs *regs, unsigned long flags)
{
}

static struct kprobe refuse_probe, other_probe;

static int see_module(struct notifier_block *nb, unsigned long state, void *data)
{
	struct module *mod = data;

	if (strcmp(mod->name, target_name))
		return NOTIFY_DONE;
	WRITE_ONCE(target, state == MODULE_STATE_GOING ? NULL : mod);
#ifdef CONFIG_FAULT_INJECTION
	if (failing && state != MODULE_STATE_COMING) {
		WRITE_ONCE(mcw_test_fail_left, current->fail_nth);
		current->fail_nth = 0;
	}
#endif
	return NOTIFY_DONE;
}

static struct notifier_block module_block = { .notifier_call = see_module, .priority = INT_MAX };
static bool modules_seen;

static int see_modules(void)
{
	int err = modules_seen ? 0 : register_module_notifier(&module_block);

	modules_seen = !err;
	return err;
}

static void forget_modules(void)
{
	if (modules_seen && !refusing && !failing) {
		unregister_module_notifier(&module_block);
		modules_seen = false;
		target = NULL;
	}
}

static void stop_refusing(void)
{
	if (refusing)
		unregister_kprobe(&refuse_probe);
	if (refusing && *other_name)
		unregister_kprobe(&other_probe);
	refusing = false;
	forget_modules();
}

/* A used probe must be cleared before it can be registered again. */
static int register_probes(void)
{
	int err;

	refuse_probe = (struct kprobe){
		.symbol_name = refused_name,
		.pre_handler = count_call,
		.post_handler = after,
	};
	other_probe = (struct kprobe){
		.symbol_name = other_name,
		.pre_handler = divert_call,
		.post_handler = after,
	};
	err = register_kprobe(&refuse_probe);
	if (err || !*other_name)
		return err;
	err = register_kprobe(&other_probe);
	if (err)
		unregister_kprobe(&refuse_probe);
	return err;
}

/**
 * mcw_test_refuse() - the command "refuse"
 * @args: function, number, value (and module, other function); or 0
 *
 * Context: process; the caller has the lock of the commands.
 * Return: 0 or an error; -ENOENT if the kernel has no such function.
 */
int mcw_test_refuse(const char *args)
{
	int err;

	stop_refusing();
	if (sysfs_streq(skip_spaces(args), "0"))
		return 0;
	strcpy(target_name, "mcewarden");
	*other_name = '\0';
	if (sscanf(args, "%63s %u %ld %63s %63s", refused_name, &refuse_number, &refuse_value,
		   target_name, other_name) < 3)
		return -EINVAL;
	err = see_modules();
	if (err)
		return err;
	atomic_set(&calls_seen, 0);
	WRITE_ONCE(mcw_test_refused, 0);
	err = register_probes();
	refusing = !err;
	forget_modules();
	return err;
}

#ifdef CONFIG_FAULT_INJECTION
static u32 fail_number;

/* The kernel's loader allocates too, before and after: only what the module itself does counts. */
static int begin_to_fail(struct kprobe *probe, struct pt_regs *regs)
{
	const struct module *mod = READ_ONCE(target);

	if (mod && regs_get_kernel_argument(regs, 0) == (unsigned long)mod->init)
		current->fail_nth = fail_number;
	return 0;
}

NOKPROBE_SYMBOL(begin_to_fail);

static struct kprobe fail_probe;

static void stop_failing(void)
{
	if (failing)
		unregister_kprobe(&fail_probe);
	failing = false;
	forget_modules();
}

/**
 * mcw_test_fail() - the command "fail"
 * @args: number (and module); or 0
 *
 * Context: as mcw_test_refuse().
 * Return: 0 or an error.
 */
int mcw_test_fail(const char *args)
{
	int err;

	stop_failing();
	strcpy(target_name, "mcewarden");
	if (sscanf(args, "%u %63s", &fail_number, target_name) < 1)
		return -EINVAL;
	if (!fail_number)
		return 0;
	err = see_modules();
	if (err)
		return err;
	fail_probe = (struct kprobe){
		.symbol_name = "do_one_initcall",
		.pre_handler = begin_to_fail,
	};
	err = register_kprobe(&fail_probe);
	failing = !err;
	forget_modules();
	return err;
}
#else
int mcw_test_fail(const char *args)
{
	return sysfs_streq(skip_spaces(args), "0") ? 0 : -EOPNOTSUPP;
}
#endif
