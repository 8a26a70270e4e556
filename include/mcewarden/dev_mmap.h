/* SPDX-License-Identifier: GPL-2.0 */
/* mmap() of /dev/mcewarden. */
#ifndef _MCEWARDEN_DEV_MMAP_H
#define _MCEWARDEN_DEV_MMAP_H

struct file;
struct vm_area_struct;

int mcw_dev_mmap(struct file *file, struct vm_area_struct *vma);

#endif /* _MCEWARDEN_DEV_MMAP_H */
