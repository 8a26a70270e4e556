// SPDX-License-Identifier: GPL-2.0
/*
 * The injector registers here.
 *
 * A call of the injector holds the lock for reading. So unregistering waits for running calls, and
 * the injector's code cannot go away under them.
 */
#include <mcewarden/inject_hook.h>

#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/rwsem.h>
#include <mcewarden/sysfs.h>

static DECLARE_RWSEM(injector_lock);
static const struct mcw_injector *loaded_injector; /* under injector_lock */

static MCW_COUNTER(injector_raised, raised);
static MCW_COUNTER(injector_untaken, untaken);
static MCW_COUNTER(injector_refused, refused);

static struct attribute *injector_stats[] = { &injector_raised.attr.attr,
					      &injector_untaken.attr.attr,
					      &injector_refused.attr.attr, NULL };
const struct attribute_group mcw_inject_hook_stats = { .name = "injector",
						       .attrs = injector_stats };

/**
 * mcw_inject_hook_register() - have an injector raise the errors from now on
 * @injector: the injector; must stay until it is unregistered
 *
 * Context: process, may sleep.
 * Return: 0, or -EBUSY if there is an injector already.
 */
int mcw_inject_hook_register(const struct mcw_injector *injector)
{
	int err = 0;

	down_write(&injector_lock);
	if (loaded_injector)
		err = -EBUSY;
	else
		loaded_injector = injector;
	up_write(&injector_lock);
	return err;
}
EXPORT_SYMBOL_GPL(mcw_inject_hook_register);

/**
 * mcw_inject_hook_unregister() - forget an injector, and wait for its running calls
 * @injector: the injector
 *
 * Context: process, may sleep.
 */
void mcw_inject_hook_unregister(const struct mcw_injector *injector)
{
	down_write(&injector_lock);
	if (loaded_injector == injector)
		loaded_injector = NULL;
	up_write(&injector_lock);
}
EXPORT_SYMBOL_GPL(mcw_inject_hook_unregister);

/**
 * mcw_inject_hook_inject() - raise an error
 * @record: the record that the banks shall show
 *
 * Context: process, may sleep.
 * Return: 0, -ENODEV if no injector is loaded, or the injector's error.
 */
int mcw_inject_hook_inject(const struct mce *record)
{
	int err = -ENODEV;

	down_read(&injector_lock);
	if (loaded_injector)
		err = loaded_injector->inject(record);
	up_read(&injector_lock);
	mcw_counter_add(err < 0 ? &injector_refused : &injector_raised, 1);
	if (err <= 0)
		return err;
	mcw_counter_add(&injector_untaken, 1);
	pr_warn_ratelimited("an injected error stays in its bank: the kernel's poll skips disabled banks and errors that need an exception\n");
	return 0;
}
