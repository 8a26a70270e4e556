/* SPDX-License-Identifier: GPL-2.0 */
/* The knob tolerant. */
#ifndef _MCEWARDEN_TOLERANT_H
#define _MCEWARDEN_TOLERANT_H

#include <linux/sysfs.h>

struct mcw_event;

extern const struct attribute_group mcw_tolerant_knobs;

unsigned int mcw_tolerant(void);
void mcw_tolerant_panic(const struct mcw_event *ev, const char *rule);

#endif /* _MCEWARDEN_TOLERANT_H */
