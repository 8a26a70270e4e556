// SPDX-License-Identifier: GPL-2.0
/*
 * /sys/devices/system/mcewarden/ with the module's version, state and counters. include/ABI
 * describes every file.
 */
#include <mcewarden/sysfs.h>

#include <linux/device.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/kobject.h>
#include <linux/sysfs.h>
#include <asm/mce.h>
#include <asm/msr.h>
#include <mcewarden/ring.h>
#include <mcewarden/tap.h>
#include <mcewarden/version.h>

static ssize_t version_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s\n", MCW_VERSION);
}
static DEVICE_ATTR_RO(version);

static ssize_t capture_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s\n", mcw_tap_captures() ? "tap" : "chain");
}
static DEVICE_ATTR_RO(capture);

static ssize_t mcg_cap_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	u64 cap;
	int err = rdmsrq_safe(MSR_IA32_MCG_CAP, &cap);

	return err ? err : sysfs_emit(buf, "0x%016llx\n", cap);
}
static DEVICE_ATTR_RO(mcg_cap);

static ssize_t mcg_ctl_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	u64 cap, ctl;
	int err = rdmsrq_safe(MSR_IA32_MCG_CAP, &cap);

	if (!err && !(cap & MCG_CTL_P))
		err = -ENODEV;
	if (!err)
		err = rdmsrq_safe(MSR_IA32_MCG_CTL, &ctl);
	return err ? err : sysfs_emit(buf, "0x%016llx\n", ctl);
}
static DEVICE_ATTR_RO(mcg_ctl);

static struct attribute *home_attrs[] = {
	&dev_attr_version.attr,
	&dev_attr_capture.attr,
	&dev_attr_mcg_cap.attr,
	&dev_attr_mcg_ctl.attr,
	NULL,
};

static const struct attribute_group home_group = { .attrs = home_attrs };
static const struct attribute_group *base_home_groups[] = { &home_group, NULL };

/* stats/<lane>/<counter>: the same counters for each lane. */
static const struct {
	const char *name;
	size_t offset;
} lane_counter_names[] = {
	{ "committed", offsetof(struct mcw_lane_info, committed) },
	{ "refused", offsetof(struct mcw_lane_info, refused) },
	{ "dropped", offsetof(struct mcw_lane_info, dropped) },
	{ "overwritten", offsetof(struct mcw_lane_info, overwritten) },
	{ "skipped", offsetof(struct mcw_lane_info, skipped) },
};

struct lane_counter {
	struct kobj_attribute attr;
	unsigned int lane;
	size_t offset; /* in struct mcw_lane_info */
};

static struct lane_counter lane_counters[MCW_LANES][ARRAY_SIZE(lane_counter_names)];
static struct attribute *lane_attrs[MCW_LANES][ARRAY_SIZE(lane_counter_names) + 1];
static struct attribute_group lane_groups[MCW_LANES] = {
	[MCW_LANE_SEVERE] = { .name = "severe", .attrs = lane_attrs[MCW_LANE_SEVERE] },
	[MCW_LANE_OTHER] = { .name = "other", .attrs = lane_attrs[MCW_LANE_OTHER] },
	[MCW_LANE_NOTICE] = { .name = "notice", .attrs = lane_attrs[MCW_LANE_NOTICE] },
	[MCW_LANE_LOCATION] = { .name = "location", .attrs = lane_attrs[MCW_LANE_LOCATION] },
};

static ssize_t lane_counter_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	const struct lane_counter *counter = container_of(attr, struct lane_counter, attr);
	struct mcw_lane_info info;

	mcw_ring_info(counter->lane, &info);
	return sysfs_emit(buf, "%llu\n", *(u64 *)((char *)&info + counter->offset));
}

static void fill_lane_groups(void)
{
	unsigned int id, i;

	for (id = 0; id < MCW_LANES; id++) {
		for (i = 0; i < ARRAY_SIZE(lane_counter_names); i++) {
			struct lane_counter *counter = &lane_counters[id][i];

			sysfs_attr_init(&counter->attr.attr);
			counter->attr.attr.name = lane_counter_names[i].name;
			counter->attr.attr.mode = 0444;
			counter->attr.show = lane_counter_show;
			counter->lane = id;
			counter->offset = lane_counter_names[i].offset;
			lane_attrs[id][i] = &counter->attr.attr;
		}
	}
}

static const struct attribute_group *base_stats_groups[] = {
	&lane_groups[MCW_LANE_SEVERE],
	&lane_groups[MCW_LANE_OTHER],
	&lane_groups[MCW_LANE_NOTICE],
	&lane_groups[MCW_LANE_LOCATION],
	NULL,
};

/* It has no devices and no drivers: only a subsystem can have a directory in devices/system. */
static struct bus_type mcewarden_subsys = {
	.name = "mcewarden",
	.dev_name = "mcewarden",
};

static struct kobject *stats_kobj;
static const struct attribute_group *const *home_parts;
static const struct attribute_group *const *stats_parts;

static int add_groups(struct kobject *kobj, const struct attribute_group *const *groups)
{
	return sysfs_create_groups(kobj, (const struct attribute_group **)groups);
}

static void remove_groups(struct kobject *kobj, const struct attribute_group *const *groups)
{
	sysfs_remove_groups(kobj, (const struct attribute_group **)groups);
}

/* The home directory's object needs no reference, as it lives as long as the subsystem. */
static struct kobject *home_kobj(void)
{
	struct device *dev = bus_get_dev_root(&mcewarden_subsys);

	put_device(dev);
	return &dev->kobj;
}

/**
 * mcw_sysfs_init() - make the home directory and stats/
 *
 * Context: process, may sleep. The ring is initialised.
 * Return: 0 or an error.
 */
int mcw_sysfs_init(void)
{
	int err;

	fill_lane_groups();
	err = subsys_system_register(&mcewarden_subsys, base_home_groups);
	if (err)
		return err;
	stats_kobj = kobject_create_and_add("stats", home_kobj());
	if (!stats_kobj) {
		err = -ENOMEM;
		goto unregister;
	}
	err = sysfs_create_groups(stats_kobj, base_stats_groups);
	if (err)
		goto put_stats;
	return 0;

put_stats:
	kobject_put(stats_kobj);
unregister:
	bus_unregister(&mcewarden_subsys);
	return err;
}

/**
 * mcw_sysfs_exit() - remove the home directory
 *
 * Context: process, sleeps until nobody is inside a show.
 */
void mcw_sysfs_exit(void)
{
	sysfs_remove_groups(stats_kobj, base_stats_groups);
	kobject_put(stats_kobj);
	bus_unregister(&mcewarden_subsys);
}

/**
 * mcw_sysfs_publish() - add the parts' knobs and counters
 * @in_home: groups of device attributes for the home directory, NULL-terminated
 * @in_stats: groups of kobj attributes for stats/, NULL-terminated
 *
 * Comes after the parts, because user space may write a knob from then on.
 *
 * Context: process, may sleep.
 * Return: 0 or an error.
 */
int mcw_sysfs_publish(const struct attribute_group *const *in_home,
		      const struct attribute_group *const *in_stats)
{
	int err = add_groups(home_kobj(), in_home);

	if (err)
		return err;
	err = add_groups(stats_kobj, in_stats);
	if (err) {
		remove_groups(home_kobj(), in_home);
		return err;
	}
	home_parts = in_home;
	stats_parts = in_stats;
	return 0;
}

/**
 * mcw_sysfs_withdraw() - remove the files that mcw_sysfs_publish() added
 *
 * Context: process, sleeps until nobody is inside a show or store of them.
 */
void mcw_sysfs_withdraw(void)
{
	remove_groups(stats_kobj, stats_parts);
	remove_groups(home_kobj(), home_parts);
}

/**
 * mcw_sysfs_add_stats() - add groups that were made at run time to stats/
 * @groups: groups of kobj attributes, NULL-terminated
 *
 * Context: process, may sleep.
 * Return: 0 or an error.
 */
int mcw_sysfs_add_stats(const struct attribute_group *const *groups)
{
	return add_groups(stats_kobj, groups);
}

/**
 * mcw_sysfs_remove_stats() - remove groups from stats/
 * @groups: given to mcw_sysfs_add_stats()
 *
 * Context: process, sleeps until nobody is inside a show of them.
 */
void mcw_sysfs_remove_stats(const struct attribute_group *const *groups)
{
	remove_groups(stats_kobj, groups);
}

/**
 * mcw_counter_show() - show a struct mcw_counter
 * @kobj: stats/
 * @attr: in a struct mcw_counter
 * @buf: a page
 *
 * Context: process.
 * Return: the length.
 */
ssize_t mcw_counter_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	struct mcw_counter *counter = container_of(attr, struct mcw_counter, attr);

	return sysfs_emit(buf, "%llu\n", (u64)atomic64_read(&counter->value));
}
