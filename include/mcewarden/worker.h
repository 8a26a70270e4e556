/* SPDX-License-Identifier: GPL-2.0 */
/* The worker: takes every event from the ring. */
#ifndef _MCEWARDEN_WORKER_H
#define _MCEWARDEN_WORKER_H

#include <linux/types.h>

struct mcw_record;

#define MCW_STRAGGLERS 16 /* a lane; more passed producers than that count as missed */
#define MCW_WORKER_AT_ONCE (MCW_STRAGGLERS + 1) /* events between two looks for room */

int mcw_worker_init(void (*consumer)(const struct mcw_record *rec), bool (*room)(void));
void mcw_worker_exit(void);
void mcw_worker_wake(void);
void mcw_worker_run(void);
u64 mcw_worker_taken(void);
u64 mcw_worker_missed(void);

#endif /* _MCEWARDEN_WORKER_H */
