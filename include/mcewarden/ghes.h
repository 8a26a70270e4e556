/* SPDX-License-Identifier: GPL-2.0 */
/* Which part of the machine an error is about, as the firmware says it (APEI GHES). */
#ifndef _MCEWARDEN_GHES_H
#define _MCEWARDEN_GHES_H

int mcw_ghes_init(void);
void mcw_ghes_exit(void);

#endif /* _MCEWARDEN_GHES_H */
