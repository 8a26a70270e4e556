// SPDX-License-Identifier: GPL-2.0
/*
 * mcewarden_inject is a separate module for test machines. It gets the records that are written to
 * /dev/mcelog, and takes each through the kernel's real code on the CPU that the record names (see
 * inject_raise.c). This file decides who may inject, and when nobody may.
 *
 * The writing task moves to that CPU itself, because an exception affects the task that runs there.
 */
#include <linux/capability.h>
#include <linux/cpu.h>
#include <linux/cpumask.h>
#include <linux/debugfs.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/kmod.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/security.h>
#include <linux/string.h>
#include <asm/mce.h>
#include <mcewarden/inject_raise.h>
#include <mcewarden/inject_hook.h>
#include <mcewarden/version.h>

#define HOPS 3

static DEFINE_MUTEX(inject_lock); /* one injection at a time: a CPU has only one injectm */
static bool taint_told; /* under inject_lock */
static const struct mcw_inject_hook *main_hook; /* of the main module */

/* mce-inject exports no symbol, but has a directory in debugfs, as a module or built in. */
static bool sees_mce_inject(void)
{
	struct dentry *found = debugfs_lookup("mce-inject", NULL);

	if (IS_ERR_OR_NULL(found))
		return false;
	dput(found);
	pr_err_ratelimited("cannot inject while the kernel's mce-inject is loaded: rmmod mce-inject first\n");
	return true;
}

static int may_inject(void)
{
	int err;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	/* Like a write to an MSR, an injection changes what the kernel reads from the hardware. */
	err = security_locked_down(LOCKDOWN_MSR);
	if (err) {
		pr_err_ratelimited("cannot inject: the kernel is locked down\n");
		return err;
	}
	return sees_mce_inject() ? -EBUSY : 0;
}

/* Shows in later reports of this machine that some errors were not real. */
static void taint_and_tell(void)
{
	lockdep_assert_held(&inject_lock);
	if (taint_told)
		return;
	taint_told = true;
	add_taint(TAINT_USER, LOCKDEP_STILL_OK);
	pr_warn("test errors are being injected, first by %*pE[%d]: from now on some reported errors are not real\n",
		(int)strnlen(current->comm, TASK_COMM_LEN), current->comm, task_pid_nr(current));
}

/* Raises the error on the record's CPU; tries again if somebody moves the task away from it. */
static int raise_on_cpu(const struct mce *record)
{
	cpumask_var_t before;
	int hop, err = -EAGAIN;

	if (!alloc_cpumask_var(&before, GFP_KERNEL))
		return -ENOMEM;
	cpumask_copy(before, current->cpus_ptr);
	for (hop = 0; hop < HOPS && err == -EAGAIN; hop++) {
		err = set_cpus_allowed_ptr(current, cpumask_of(record->extcpu));
		if (!err)
			err = mcw_inject_raise(record);
	}
	set_cpus_allowed_ptr(current, before);
	free_cpumask_var(before);
	return err;
}

static int inject_locked(const struct mce *record)
{
	lockdep_assert_held(&inject_lock);
	if (record->extcpu >= nr_cpu_ids || !cpu_online(record->extcpu))
		return -EINVAL;
	taint_and_tell();
	if (MCJ_CTX(record->inject_flags) == MCJ_CTX_RANDOM &&
	    !(record->inject_flags & (MCJ_NMI_BROADCAST | MCJ_IRQ_BROADCAST)))
		return mcw_inject_stage(record);
	return raise_on_cpu(record);
}

static int inject_record(const struct mce *record)
{
	int err = may_inject();

	if (err)
		return err;
	mutex_lock(&inject_lock);
	cpus_read_lock();
	err = inject_locked(record);
	cpus_read_unlock();
	mutex_unlock(&inject_lock);
	return err;
}

static const struct mcw_injector mcewarden_injector = { .inject = inject_record };

/* The main module cannot be unloaded from here to its counterpart. */
static int __init get_hook(void)
{
	main_hook = symbol_get(mcw_inject_hook);
	if (!main_hook && !request_module("mcewarden"))
		main_hook = symbol_get(mcw_inject_hook);
	if (!main_hook) {
		pr_err("cannot load: load mcewarden first\n");
		return -ENODEV;
	}
	if (!strcmp(main_hook->version, MCW_VERSION))
		return 0;
	pr_err("cannot load: this is version %s, and mcewarden is version %s\n", MCW_VERSION,
	       main_hook->version);
	symbol_put(mcw_inject_hook);
	return -EINVAL;
}

static int __init mcewarden_inject_init(void)
{
	int err;

	if (sees_mce_inject())
		return -EBUSY;
	err = get_hook();
	if (err)
		return err;
	err = mcw_inject_raise_init();
	if (err)
		goto put_hook;
	err = main_hook->plug(&mcewarden_injector);
	if (err)
		goto raise_exit;
	return 0;

raise_exit:
	mcw_inject_raise_exit();
put_hook:
	symbol_put(mcw_inject_hook);
	return err;
}

static void __exit mcewarden_inject_exit(void)
{
	main_hook->unplug(&mcewarden_injector);
	mcw_inject_raise_exit();
	symbol_put(mcw_inject_hook);
}

module_init(mcewarden_inject_init);
module_exit(mcewarden_inject_exit);

MODULE_DESCRIPTION("Injects machine-check errors through /dev/mcelog, for tests");
MODULE_AUTHOR("The mcewarden authors");
MODULE_LICENSE("GPL");
MODULE_VERSION(MCW_VERSION);
