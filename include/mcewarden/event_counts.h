/* SPDX-License-Identifier: GPL-2.0 */
/* Counts of events by CPU, bank, grades and source, for metrics. */
#ifndef _MCEWARDEN_EVENT_COUNTS_H
#define _MCEWARDEN_EVENT_COUNTS_H

#include <linux/types.h>

struct attribute_group;
struct mcw_record;
struct mcw_event_counts;
struct mcw_verdict;

extern const struct attribute_group mcw_event_counts_stats;

int mcw_event_counts_init(void);
void mcw_event_counts_exit(void);

void mcw_event_counts_take(const struct mcw_record *rec, const struct mcw_verdict *verdict);
void mcw_event_counts_fill(struct mcw_event_counts *counts);
u64 mcw_event_counts_lost(void);

#endif /* _MCEWARDEN_EVENT_COUNTS_H */
