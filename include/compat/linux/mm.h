/* SPDX-License-Identifier: GPL-2.0 */
/*
 * linux/mm.h as from v6.3 on: functions change vm_flags. MF_SW_SIMULATED, from v5.19 on, keeps
 * unpoisoning possible.
 */
#ifndef _MCW_COMPAT_LINUX_MM_H
#define _MCW_COMPAT_LINUX_MM_H

#include_next <linux/mm.h>

#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 19, 0)
#define MF_SW_SIMULATED 0
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
static inline void mcw_vm_flags_set(struct vm_area_struct *vma, unsigned long flags)
{
	vma->vm_flags |= flags;
}

static inline void mcw_vm_flags_clear(struct vm_area_struct *vma, unsigned long flags)
{
	vma->vm_flags &= ~flags;
}

/* Under other names, because stable kernels may have them too. */
#define vm_flags_set(vma, flags) mcw_vm_flags_set(vma, flags)
#define vm_flags_clear(vma, flags) mcw_vm_flags_clear(vma, flags)
#endif

#endif /* _MCW_COMPAT_LINUX_MM_H */
