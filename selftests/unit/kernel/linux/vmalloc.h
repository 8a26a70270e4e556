/* SPDX-License-Identifier: GPL-2.0 */
/* vmalloc.c beside this directory has the code. */
#ifndef _UNIT_LINUX_VMALLOC_H
#define _UNIT_LINUX_VMALLOC_H

#include <linux/types.h>

extern long vmalloc_live; /* areas not freed yet */
extern long vmalloc_granted; /* how many calls succeed; below 0: all */

void *vzalloc(unsigned long size);
void vfree(const void *area);

#endif /* _UNIT_LINUX_VMALLOC_H */
