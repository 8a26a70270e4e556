// SPDX-License-Identifier: GPL-2.0
/*
 * Where the injector plugs in.
 *
 * Calls hold the lock for reading, so unregistering waits for those that are under way, and the
 * injector's code is not gone under them.
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
 * mcw_inject_hook_register() - from now on, errors are raised by this one
 * @injector: stays until it is unregistered
 *
 * Context: process, may sleep.
 * Return: 0, or -EBUSY where there is one already.
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
 * mcw_inject_hook_unregister() - none is raised any more, and none is being raised
 * @injector: the one that was registered
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
 * @record: what the hardware is to say
 *
 * Context: process, may sleep.
 * Return: 0, -ENODEV where no injector is loaded, or what it says.
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
	pr_warn_ratelimited("an injected error was left in its bank: the kernel's poll takes none that is for an exception, and none of a bank that it has off\n");
	return 0;
}
