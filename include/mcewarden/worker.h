/* SPDX-License-Identifier: GPL-2.0 */
/* The worker takes every event from the ring, grades it, and hands it on. */
#ifndef _MCEWARDEN_WORKER_H
#define _MCEWARDEN_WORKER_H

#include <linux/sysfs.h>
#include <linux/types.h>

struct mcw_record;
struct mcw_verdict;

#define MCW_STRAGGLERS 16 /* kept per lane; events of further ones count as missed */
#define MCW_WORKER_AT_ONCE (MCW_STRAGGLERS + 1) /* events between two looks for room */

extern const struct attribute_group mcw_worker_rules;
extern const struct attribute_group mcw_worker_stats;

int mcw_worker_init(void (*consumer)(const struct mcw_record *rec,
				     const struct mcw_verdict *verdict),
		    bool (*room)(void));
void mcw_worker_exit(void);
void mcw_worker_wake(void);
void mcw_worker_run(void);
void mcw_worker_drain(void);
bool mcw_worker_has_taken(u64 pos);
u64 mcw_worker_missed(void);

#endif /* _MCEWARDEN_WORKER_H */
