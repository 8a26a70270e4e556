// SPDX-License-Identifier: GPL-2.0
/*
 * Knobs in place: tolerant and trigger in /sys/devices/system/machinecheck/machinecheckN/ of every
 * CPU, where kernels had them and old scripts look for them. They are the very attributes of our
 * home directory, so it does not matter where they are written.
 *
 * What the running kernel has there itself stays. That is decided once, at load: the
 * directory of a CPU that comes is empty when we are told of it, the kernel fills it later.
 *
 * CPUs that come and go
 * ---------------------
 * The directories are the devices of a bus of the kernel's, and a subsys_interface on that bus is
 * called for each that is there and each that comes or goes. The bus calls it under a mutex of
 * its own, and hotplug makes and removes the device under the hotplug lock. Removing a file
 * waits for who is inside its show or store. So the order is
 *
 *	hotplug lock, mutex of the bus, being inside a file of ours, what its show or store takes
 *
 * and no show or store may wait for one of the former. Those here take the lock of the knobs or
 * that of trigger.c; neither is ever held over anything that waits for hotplug or for the bus. A
 * knob that is to be placed must keep to that.
 *
 * Unloading
 * ---------
 * subsys_interface_unregister() takes the bus' mutex, so it meets no CPU in the middle, and
 * takes the interface off the bus and the files away. Once it returned no device gets our files,
 * none has them, nobody is inside one, and a file that is held open gives ENODEV. It does not
 * need the hotplug lock, and cannot wait for a store that waits for something of ours:
 * all that the stores need is still there, for this goes first.
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

#define BUS "machinecheck"
#define MOST 4

static const struct attribute *knob_attrs[MOST + 1]; /* ended by NULL */
static bool interface_registered;

static int add_knob_files(struct device *dev, struct subsys_interface *interface)
{
	int err = sysfs_create_files(&dev->kobj, knob_attrs);

	if (err)
		pr_err("cannot place knobs with %s: error %d\n", dev_name(dev), err);
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

/* in_place/NAME: whether that knob is in the kernel's directories as well. */
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

/* The kernel's device of a CPU, with a reference. NULL: there is none. */
static struct device *find_machinecheck_device(unsigned int cpu)
{
	struct device *dev = get_cpu_device(cpu);
	struct kobject *kobj;
	char name[32];

	if (!dev)
		return NULL;
	snprintf(name, sizeof(name), BUS "%u", cpu);
	/* The set that all devices are in. */
	kobj = kset_find_obj(dev->kobj.kset, name);
	if (!kobj)
		return NULL;
	dev = kobj_to_dev(kobj);
	if (dev->bus && !strcmp(dev->bus->name, BUS))
		return dev;
	put_device(dev);
	return NULL;
}

/* Of whichever CPU: they are all alike, and the first one may be away. */
static struct device *find_any_machinecheck_device(void)
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

static bool has_file(const struct device *dev, const char *name)
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
			if (!has_file(dev, (*attr)->name) && !WARN_ON(chosen == MOST))
				knob_attrs[chosen++] = *attr;
		}
	}
}

/**
 * mcw_machinecheck_sysfs_init() - place knobs where the kernel has none of their names
 * @groups: of device attributes, ended by NULL
 *
 * Where it cannot be done a line in the log says so, and the knobs are at home only.
 *
 * Context: process, may sleep. Their show and store may be called from now on.
 */
void mcw_machinecheck_sysfs_init(const struct attribute_group *const *groups)
{
	struct device *dev = find_any_machinecheck_device();
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
	pr_warn("no knobs in /sys/devices/system/" BUS "/: error %d\n", err);
}

/**
 * mcw_machinecheck_sysfs_exit() - take them away
 *
 * Context: process, sleeps until nobody is inside one of them.
 */
void mcw_machinecheck_sysfs_exit(void)
{
	if (interface_registered)
		subsys_interface_unregister(&knob_interface);
}
