/* SPDX-License-Identifier: GPL-2.0 */
/* Whether AMD's banks say by themselves that an address is physical. */
#ifndef _MCEWARDEN_PADDRV_H
#define _MCEWARDEN_PADDRV_H

#include <linux/types.h>

int mcw_paddrv_init(void);
u32 mcw_paddrv_cap(void);

#endif /* _MCEWARDEN_PADDRV_H */
