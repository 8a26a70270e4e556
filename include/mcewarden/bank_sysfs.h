/* SPDX-License-Identifier: GPL-2.0 */
/* The files bank<N>ctl and bank<N>threshold, and those of the banks in stats/. */
#ifndef _MCEWARDEN_BANK_SYSFS_H
#define _MCEWARDEN_BANK_SYSFS_H

#include <linux/sysfs.h>

extern const struct attribute_group mcw_bank_sysfs_files;
extern const struct attribute_group mcw_bank_sysfs_stats;

int mcw_bank_sysfs_init(void);

#endif /* _MCEWARDEN_BANK_SYSFS_H */
