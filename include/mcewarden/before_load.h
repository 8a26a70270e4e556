/* SPDX-License-Identifier: GPL-2.0 */
/* Whether there were errors before the load. */
#ifndef _MCEWARDEN_BEFORE_LOAD_H
#define _MCEWARDEN_BEFORE_LOAD_H

struct attribute_group;

extern const struct attribute_group mcw_before_load_stats;

int mcw_before_load_init(void);

#endif /* _MCEWARDEN_BEFORE_LOAD_H */
