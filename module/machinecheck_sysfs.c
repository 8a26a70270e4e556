// SPDX-License-Identifier: GPL-2.0
/*
 * The files tolerant and trigger in /sys/devices/system/machinecheck/machinecheckN/ of every CPU,
 * where older kernels had them and old scripts look for them. They have the same attributes as the
 * files in the module's home directory, so it does not matter which one the admin writes.
 *
 * The module does not replace a file that the running kernel has there itself. It decides that
 * once, at load: when a CPU comes, the module is called while the directory is still empty, and the
 * kernel fills it later.
 *
 * CPUs that come and go
 * ---------------------
 * The directories are devices on one of the kernel's buses. A subsys_interface on that bus is
 * called for each device that is there, and for each that comes or goes. The bus calls it under the
 * bus's mutex, and hotplug adds and removes the device under the hotplug lock. Removing a file
 * waits until nobody is inside its show or store. So the lock order is
 *
 *	hotplug lock, the bus's mutex, being inside a file, the locks that its show or store takes
 *
 * and no show or store may wait for an earlier one. These files take the lock of the knobs or the
 * lock of trigger.c. Code that holds one of them never waits for hotplug or for the bus. Every knob
 * that is added here must obey this rule.
 *
 * Unloading
 * ---------
 * subsys_interface_unregister() takes the bus's mutex, so no CPU comes or goes meanwhile. It takes
 * the interface off the bus and removes the files. When it returns, no device has the files or gets
 * them, nobody is inside one, and reading or writing a file that is still open gives ENODEV. It
 * does not take the hotplug lock. It may wait for a store, but the store cannot wait for a part of
 * the module that is gone already, because the files go first.
 */
#include <mcewarden/machinecheck_sysfs.h>

#include <linux/cpu.h>
#include <linux/cpumask.h>
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/kobject.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <mcewarden/missing.h>

#define BUS "machinecheck"
#define MOST 4

static const struct attribute *knob_attrs[MOST + 1]; /* NULL-terminated */
static bool interface_registered;

static void say_missing(const char *directory, int err)
{
	pr_warn("cannot add files to /sys/devices/system/" BUS "/%s: error %d\n", directory, err);
	mcw_missing_note(MCW_MISSING_MACHINECHECK);
}

static int add_knob_files(struct device *dev, struct subsys_interface *interface)
{
	int err = sysfs_create_files(&dev->kobj, knob_attrs);

	if (err)
		say_missing(dev_name(dev), err);
	return err;
}

static void remove_knob_files(struct device *dev, struct subsys_interface *interface)
{
	sysfs_remove_files(&dev->kobj, knob_attrs);
}

static struct subsys_interface knob_interface = {
	.name = "mcewarden",
	.add_dev = add_knob_files,
	.remove_dev = remove_knob_files,
};

/* in_place/NAME: whether that knob is in the kernel's directories, too. */
static ssize_t in_place_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	bool in_place = false;
	unsigned int i;

	for (i = 0; READ_ONCE(interface_registered) && knob_attrs[i]; i++)
		in_place |= !strcmp(knob_attrs[i]->name, attr->attr.name);
	return sysfs_emit(buf, "%u\n", in_place);
}

static struct device_attribute in_place_tolerant = __ATTR(tolerant, 0444, in_place_show, NULL);
static struct device_attribute in_place_trigger = __ATTR(trigger, 0444, in_place_show, NULL);

static struct attribute *in_place_attrs[] = {
	&in_place_tolerant.attr,
	&in_place_trigger.attr,
	NULL,
};

const struct attribute_group mcw_machinecheck_sysfs_files = {
	.name = "in_place",
	.attrs = in_place_attrs,
};

/* Returns the kernel's device of a CPU with a reference, or NULL. */
static struct device *find_machinecheck_device(unsigned int cpu)
{
	struct device *dev = get_cpu_device(cpu);
	struct kobject *kobj;
	char name[32];

	if (!dev)
		return NULL;
	snprintf(name, sizeof(name), BUS "%u", cpu);
	/* This kset has all devices. */
	kobj = kset_find_obj(dev->kobj.kset, name);
	if (!kobj)
		return NULL;
	dev = kobj_to_dev(kobj);
	if (dev->bus && !strcmp(dev->bus->name, BUS))
		return dev;
	put_device(dev);
	return NULL;
}

/**
 * mcw_machinecheck_sysfs_device() - find the kernel's device of some CPU
 *
 * All CPUs' devices are alike, and the first CPU may be offline.
 *
 * Context: process.
 * Return: the device with a reference, or NULL.
 */
struct device *mcw_machinecheck_sysfs_device(void)
{
	struct device *dev;
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		dev = find_machinecheck_device(cpu);
		if (dev)
			return dev;
	}
	return NULL;
}

/**
 * mcw_machinecheck_sysfs_has() - whether the kernel's device of a CPU has a file
 * @dev: from mcw_machinecheck_sysfs_device()
 * @name: the file's name
 *
 * Context: process, may sleep.
 * Return: true if the file is there, by whomever.
 */
bool mcw_machinecheck_sysfs_has(const struct device *dev, const char *name)
{
	struct kernfs_node *node = sysfs_get_dirent(dev->kobj.sd, name);

	sysfs_put(node);
	return node;
}

static void choose_knobs(const struct device *dev, const struct attribute_group *const *groups)
{
	unsigned int chosen = 0;
	struct attribute **attr;

	for (; *groups; groups++) {
		for (attr = (*groups)->attrs; *attr; attr++) {
			if (!mcw_machinecheck_sysfs_has(dev, (*attr)->name) &&
			    !WARN_ON(chosen == MOST))
				knob_attrs[chosen++] = *attr;
		}
	}
}

/**
 * mcw_machinecheck_sysfs_init() - add the knobs of which the kernel has no file there itself
 * @groups: groups of device attributes, NULL-terminated
 *
 * If that fails, the log says so, and the knobs are only in the home directory.
 *
 * Context: process, may sleep. The knobs' show and store may be called from now on.
 */
void mcw_machinecheck_sysfs_init(const struct attribute_group *const *groups)
{
	struct device *dev = mcw_machinecheck_sysfs_device();
	int err = -ENODEV;

	if (!dev)
		goto warn;
	choose_knobs(dev, groups);
	knob_interface.subsys = dev->bus;
	put_device(dev);
	if (!knob_attrs[0])
		return;
	err = subsys_interface_register(&knob_interface);
	if (err)
		goto warn;
	WRITE_ONCE(interface_registered, true);
	return;

warn:
	say_missing("", err);
}

/**
 * mcw_machinecheck_sysfs_exit() - remove the files
 *
 * Context: process, sleeps until nobody is inside one of them.
 */
void mcw_machinecheck_sysfs_exit(void)
{
	if (interface_registered)
		subsys_interface_unregister(&knob_interface);
}
