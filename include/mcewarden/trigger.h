/* SPDX-License-Identifier: GPL-2.0 */
/* The knob trigger: a program that the module runs when events have arrived. */
#ifndef _MCEWARDEN_TRIGGER_H
#define _MCEWARDEN_TRIGGER_H

#include <linux/sysfs.h>

struct mcw_record;

extern const struct attribute_group mcw_trigger_knobs;
extern const struct attribute_group mcw_trigger_stats;

int mcw_trigger_init(void);
void mcw_trigger_exit(void);
void mcw_trigger_take(const struct mcw_record *rec);

#endif /* _MCEWARDEN_TRIGGER_H */
