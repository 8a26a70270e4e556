/* SPDX-License-Identifier: GPL-2.0 */
/* The banks whose corrected errors the firmware keeps to itself (firmware first). */
#ifndef _MCEWARDEN_FIRMWARE_H
#define _MCEWARDEN_FIRMWARE_H

#include <linux/sysfs.h>
#include <linux/types.h>

extern const struct attribute_group mcw_firmware_files;

int mcw_firmware_init(void);
u64 mcw_firmware_banks(void);

#endif /* _MCEWARDEN_FIRMWARE_H */
