/* SPDX-License-Identifier: GPL-2.0 */
/* Asks the firmware for the part of the machine that an address is in. */
#ifndef _MCEWARDEN_ADXL_H
#define _MCEWARDEN_ADXL_H

#include <linux/types.h>

struct mcw_record;

int mcw_adxl_init(void);
void mcw_adxl_exit(void);
void mcw_adxl_take(const struct mcw_record *rec);
u64 mcw_adxl_lost(void);

#endif /* _MCEWARDEN_ADXL_H */
