/* SPDX-License-Identifier: GPL-2.0 */
/* The threshold (CMCI) and deferred-error vectors: knows when a CPU is inside. */
#ifndef _MCEWARDEN_VECTOR_H
#define _MCEWARDEN_VECTOR_H

void mcw_vector_init(void);
void mcw_vector_exit(void);

#endif /* _MCEWARDEN_VECTOR_H */
