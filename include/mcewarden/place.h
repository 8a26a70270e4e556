/* SPDX-License-Identifier: GPL-2.0 */
/* Knobs where old scripts look for them: with the kernel's own, of each CPU. */
#ifndef _MCEWARDEN_PLACE_H
#define _MCEWARDEN_PLACE_H

#include <linux/sysfs.h>

extern const struct attribute_group mcw_place_files;

void mcw_place_init(const struct attribute_group *const *groups);
void mcw_place_exit(void);

#endif /* _MCEWARDEN_PLACE_H */
