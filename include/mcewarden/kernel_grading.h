/* SPDX-License-Identifier: GPL-2.0 */
/* How the running kernel grades records. */
#ifndef _MCEWARDEN_KERNEL_GRADING_H
#define _MCEWARDEN_KERNEL_GRADING_H

#include <linux/types.h>

struct attribute_group;

extern const struct attribute_group mcw_kernel_grading_files;

int mcw_kernel_grading_init(void);
u8 mcw_kernel_grading_generation(void);

#endif /* _MCEWARDEN_KERNEL_GRADING_H */
