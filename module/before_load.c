// SPDX-License-Identifier: GPL-2.0
/*
 * stats/before_load/: what the kernel had counted by the time of the load. If it is not 0, there
 * were errors that the module has no records of; nothing says how many, as an interrupt or an
 * exception may find none or several.
 *
 * The kernel exports only some of the variables to modules, and has other ones in each version.
 * /proc/interrupts is its own interface to them, the same on all kernels.
 *
 * The counts are read once the tap works. Of an error that comes meanwhile there may be both a
 * record and a count: that is better than neither.
 */
#include <mcewarden/before_load.h>

#include <linux/err.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/kobject.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/sysfs.h>
#include <mcewarden/interrupt_lines.h>
#include <mcewarden/proc.h>

static struct mcw_interrupt_lines counts;
static int counts_error;

static int read_all(struct file *file, char *text)
{
	loff_t pos = 0;
	ssize_t length;

	while ((length = kernel_read(file, text, PAGE_SIZE, &pos)) > 0)
		mcw_interrupt_lines_take(&counts, text, length);
	return length;
}

static int read_counts(void)
{
	struct file *file = mcw_proc_open("interrupts");
	char *text;
	int err = -ENOMEM;

	if (IS_ERR(file))
		return PTR_ERR(file);
	text = kmalloc(PAGE_SIZE, GFP_KERNEL);
	if (text)
		err = read_all(file, text);
	kfree(text);
	filp_close(file, NULL);
	return err;
}

/**
 * mcw_before_load_init() - keep what the kernel has counted so far
 *
 * Context: process, may sleep. The tap captures.
 * Return: 0, as nothing else depends on it.
 */
int mcw_before_load_init(void)
{
	counts_error = read_counts();
	if (counts_error)
		pr_warn("cannot read /proc/interrupts: error %d; whether there were errors before the load is unknown\n",
			counts_error);
	return 0;
}

static ssize_t count_show(enum mcw_interrupt_line line, char *buf)
{
	return counts_error ? -ENODATA : sysfs_emit(buf, "%llu\n", counts.sum[line]);
}

static ssize_t exceptions_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return count_show(MCW_LINE_EXCEPTIONS, buf);
}

static struct kobj_attribute exceptions_attr = __ATTR_RO(exceptions);

static ssize_t threshold_interrupts_show(struct kobject *kobj, struct kobj_attribute *attr,
					 char *buf)
{
	return count_show(MCW_LINE_THRESHOLD, buf);
}

static struct kobj_attribute threshold_interrupts_attr = __ATTR_RO(threshold_interrupts);

static ssize_t deferred_interrupts_show(struct kobject *kobj, struct kobj_attribute *attr,
					char *buf)
{
	return count_show(MCW_LINE_DEFERRED, buf);
}

static struct kobj_attribute deferred_interrupts_attr = __ATTR_RO(deferred_interrupts);

static struct attribute *before_load_attrs[] = {
	&exceptions_attr.attr,
	&threshold_interrupts_attr.attr,
	&deferred_interrupts_attr.attr,
	NULL,
};

const struct attribute_group mcw_before_load_stats = {
	.name = "before_load",
	.attrs = before_load_attrs,
};
