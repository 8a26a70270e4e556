/* SPDX-License-Identifier: GPL-2.0 */
/* Tasks that get a signal because of a bad page. */
#ifndef _MCEWARDEN_VICTIMS_H
#define _MCEWARDEN_VICTIMS_H

#include <linux/types.h>

struct attribute_group;

extern const struct attribute_group mcw_victims_stats;

int mcw_victims_init(void);
void mcw_victims_exit(void);
u64 mcw_victims_lost(void);

#endif /* _MCEWARDEN_VICTIMS_H */
