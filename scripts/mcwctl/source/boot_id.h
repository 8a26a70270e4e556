/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What tells this boot from others.
 */
#ifndef MCW_SOURCE_BOOT_ID_H
#define MCW_SOURCE_BOOT_ID_H

#include <stdbool.h>

#include <linux/types.h>

/* Prints what is wrong. */
bool mcw_boot_id_read(__u8 id[16]);

#endif /* MCW_SOURCE_BOOT_ID_H */
