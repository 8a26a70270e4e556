// SPDX-License-Identifier: GPL-2.0
/*
 * What the kernel refused at load, and the module does without. Each part says so in the log, which
 * the kernel overwrites some day; the file "missing" keeps it, and mcwctl doctor tells it.
 *
 * The tap is not among them: the file "capture" says how records are captured.
 */
#include <mcewarden/missing.h>

#include <linux/atomic.h>
#include <linux/bits.h>
#include <linux/device.h>
#include <linux/kernel.h>
#include <linux/sysfs.h>

static const char *const missing_names[] = {
	[MCW_MISSING_POLLS] = "polls",
	[MCW_MISSING_INTERRUPTS] = "interrupts",
	[MCW_MISSING_STORMS] = "storms",
	[MCW_MISSING_ENTRIES] = "entries",
	[MCW_MISSING_PAGE_CALLS] = "page_calls",
	[MCW_MISSING_PAGE_TYPES] = "page_types",
	[MCW_MISSING_VICTIMS] = "victims",
	[MCW_MISSING_SOFT_OFFLINE] = "soft_offline",
	[MCW_MISSING_LOCATIONS] = "locations",
	[MCW_MISSING_MCELOG] = "mcelog",
	[MCW_MISSING_MACHINECHECK] = "machinecheck",
	[MCW_MISSING_ERST] = "erst",
	[MCW_MISSING_CRASH_KERNEL] = "crash_kernel",
};

static atomic_t missing_parts; /* BIT(MCW_MISSING_POLLS) ... */

/**
 * mcw_missing_note() - note that the kernel refused something
 * @what: what the module does without until it is loaded again
 *
 * The caller writes to the log what that means, and why.
 *
 * Context: any.
 */
void mcw_missing_note(enum mcw_missing what)
{
	atomic_or(BIT(what), &missing_parts);
}

static ssize_t missing_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	unsigned int i, missing = atomic_read(&missing_parts);
	int len = 0;

	for (i = 0; i < ARRAY_SIZE(missing_names); i++)
		if (missing & BIT(i))
			len += sysfs_emit_at(buf, len, "%s%s", len ? " " : "", missing_names[i]);
	return len + sysfs_emit_at(buf, len, "%s", len ? "\n" : "none\n");
}
static DEVICE_ATTR_RO(missing);

static struct attribute *missing_attrs[] = { &dev_attr_missing.attr, NULL };

const struct attribute_group mcw_missing_files = { .attrs = missing_attrs };
