/* SPDX-License-Identifier: GPL-2.0 */
/* Marks the capture context of a CPU while it comes up. */
#ifndef _MCEWARDEN_COMING_CPUS_H
#define _MCEWARDEN_COMING_CPUS_H

int mcw_coming_cpus_init(void);
void mcw_coming_cpus_exit(void);

#endif /* _MCEWARDEN_COMING_CPUS_H */
