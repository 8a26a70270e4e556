/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ACPI's Hardware Error Source Table: which banks report corrected errors to the firmware.
 * Pure: the same file is compiled in the module and in the unit tests.
 */
#ifndef _MCEWARDEN_HEST_H
#define _MCEWARDEN_HEST_H

#include <linux/types.h>

bool mcw_hest_banks(const u8 *table, u32 bytes, u64 *banks);

#endif /* _MCEWARDEN_HEST_H */
