// SPDX-License-Identifier: GPL-2.0
/*
 * The injector registers here.
 *
 * A call of the injector holds the lock for reading. So unplugging waits for running calls, and
 * the injector's code cannot go away under them.
 */
#include <mcewarden/inject_hook.h>

#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/rwsem.h>
#include <asm/mce.h>
#include <mcewarden/sysfs.h>
#include <mcewarden/version.h>

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

static int plug_injector(const struct mcw_injector *injector)
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

static void unplug_injector(const struct mcw_injector *injector)
{
	down_write(&injector_lock);
	if (loaded_injector == injector)
		loaded_injector = NULL;
	up_write(&injector_lock);
}

const struct mcw_inject_hook mcw_inject_hook = {
	.version = MCW_VERSION,
	.plug = plug_injector,
	.unplug = unplug_injector,
};
EXPORT_SYMBOL_GPL(mcw_inject_hook);

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
	if (err == MCW_INJECT_REPLACED)
		pr_warn_ratelimited("CPU %u: an injected error that waited for a broadcast is replaced by another\n",
				    record->extcpu);
	else if (record->inject_flags & MCJ_EXCEPTION)
		pr_warn_ratelimited("an injected error stays in its bank: the kernel's exception handler skips disabled banks and corrected errors, and clears nothing where it panics\n");
	else
		pr_warn_ratelimited("an injected error stays in its bank: the kernel's poll skips disabled banks and errors that need an exception\n");
	return 0;
}
