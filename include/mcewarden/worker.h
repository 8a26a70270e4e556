/* SPDX-License-Identifier: GPL-2.0 */
/* The worker: takes every event from the ring. */
#ifndef _MCEWARDEN_WORKER_H
#define _MCEWARDEN_WORKER_H

#include <linux/types.h>

struct mcw_record;

int mcw_worker_init(void (*consumer)(const struct mcw_record *rec));
void mcw_worker_exit(void);
void mcw_worker_wake(void);
u64 mcw_worker_taken(void);
u64 mcw_worker_missed(void);

#endif /* _MCEWARDEN_WORKER_H */
