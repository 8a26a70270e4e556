/* SPDX-License-Identifier: GPL-2.0 */
/*
 * linux/mm.h as from v6.3 on: functions change vm_flags. MF_SW_SIMULATED, from v5.19 on, keeps
 * unpoisoning possible.
 */
#ifndef _MCW_COMPAT_LINUX_MM_H
#define _MCW_COMPAT_LINUX_MM_H

#include_next <linux/mm.h>

#if !MCW_HAS_MF_SW_SIMULATED
#define MF_SW_SIMULATED 0
#endif

#if !MCW_HAS_VM_FLAGS_SET
static inline void vm_flags_set(struct vm_area_struct *vma, unsigned long flags)
{
	vma->vm_flags |= flags;
}
#endif

#if !MCW_HAS_VM_FLAGS_CLEAR
static inline void vm_flags_clear(struct vm_area_struct *vma, unsigned long flags)
{
	vma->vm_flags &= ~flags;
}
#endif

#endif /* _MCW_COMPAT_LINUX_MM_H */
