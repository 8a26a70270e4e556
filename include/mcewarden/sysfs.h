/* SPDX-License-Identifier: GPL-2.0 */
/* /sys/devices/system/mcewarden/, and counters for its stats/. */
#ifndef _MCEWARDEN_SYSFS_H
#define _MCEWARDEN_SYSFS_H

#include <linux/atomic.h>
#include <linux/capability.h>
#include <linux/errno.h>
#include <linux/kobject.h>
#include <linux/sysfs.h>

/* A counter with its own file in stats/. */
struct mcw_counter {
	struct kobj_attribute attr;
	atomic64_t value;
};

ssize_t mcw_counter_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf);

/* Defines a counter called @_symbol in the code, whose file is called @_name. */
#define MCW_COUNTER(_symbol, _name)					\
	struct mcw_counter _symbol = {					\
		.attr = __ATTR(_name, 0444, mcw_counter_show, NULL),	\
		.value = ATOMIC64_INIT(0),				\
	}

static inline void mcw_counter_add(struct mcw_counter *counter, u64 n)
{
	atomic64_add(n, &counter->value);
}

/*
 * Every store asks this first: a file's mode lets root write, also root without capabilities, as in
 * a container. Returns 0 or -EPERM.
 */
static inline int mcw_sysfs_may_write(void)
{
	return capable(CAP_SYS_ADMIN) ? 0 : -EPERM;
}

int mcw_sysfs_init(void);
void mcw_sysfs_exit(void);
int mcw_sysfs_publish(const struct attribute_group *const *in_home,
		      const struct attribute_group *const *in_stats);
void mcw_sysfs_withdraw(void);
int mcw_sysfs_add_stats(const struct attribute_group *const *groups);
void mcw_sysfs_remove_stats(const struct attribute_group *const *groups);

#endif /* _MCEWARDEN_SYSFS_H */
