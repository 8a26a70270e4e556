/* SPDX-License-Identifier: GPL-2.0 */
/* Knobs where old scripts look for them: in the kernel's own directory of each CPU. */
#ifndef _MCEWARDEN_MACHINECHECK_SYSFS_H
#define _MCEWARDEN_MACHINECHECK_SYSFS_H

#include <linux/sysfs.h>
#include <linux/types.h>

struct device;

extern const struct attribute_group mcw_machinecheck_sysfs_files;

void mcw_machinecheck_sysfs_init(const struct attribute_group *const *groups);
void mcw_machinecheck_sysfs_exit(void);
struct device *mcw_machinecheck_sysfs_device(void);
bool mcw_machinecheck_sysfs_has(const struct device *dev, const char *name);

#endif /* _MCEWARDEN_MACHINECHECK_SYSFS_H */
