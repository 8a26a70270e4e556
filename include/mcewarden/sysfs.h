/* SPDX-License-Identifier: GPL-2.0 */
/* /sys/devices/system/mcewarden/ */
#ifndef _MCEWARDEN_SYSFS_H
#define _MCEWARDEN_SYSFS_H

int mcw_sysfs_init(void);
void mcw_sysfs_exit(void);

#endif /* _MCEWARDEN_SYSFS_H */
