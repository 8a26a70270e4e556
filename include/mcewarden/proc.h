/* SPDX-License-Identifier: GPL-2.0 */
/* Files of /proc, read in the kernel. */
#ifndef _MCEWARDEN_PROC_H
#define _MCEWARDEN_PROC_H

struct file;

int mcw_proc_init(void);
void mcw_proc_exit(void);
struct file *mcw_proc_open(const char *name);

#endif /* _MCEWARDEN_PROC_H */
