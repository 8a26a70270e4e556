/* SPDX-License-Identifier: GPL-2.0 */
/* /dev/mcelog, like that of kernels with CONFIG_X86_MCELOG_LEGACY. */
#ifndef _MCEWARDEN_MCELOG_H
#define _MCEWARDEN_MCELOG_H

#include <linux/sysfs.h>
#include <linux/types.h>

struct mcw_record;

extern const struct attribute_group mcw_mcelog_knobs;
extern const struct attribute_group mcw_mcelog_stats; /* for stats/ */

int mcw_mcelog_init(void);
int mcw_mcelog_publish(void);
void mcw_mcelog_withdraw(void);
void mcw_mcelog_exit(void);
void mcw_mcelog_take(const struct mcw_record *rec);
bool mcw_mcelog_suppresses_print(void);
u64 mcw_mcelog_lost(void);

#endif /* _MCEWARDEN_MCELOG_H */
