/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The device, opened, the outcomes that are in it at this moment, and the counts of events.
 */
#ifndef MCW_SOURCE_DEVICE_H
#define MCW_SOURCE_DEVICE_H

#include <stdbool.h>
#include <stddef.h>

#include <uapi/mcewarden.h>

/* For reading without waiting, and of the ABI that we know. Return: -1: it was said why not. */
int mcw_device_open(const char *path);

/* Zeroed is empty. */
struct mcw_outcomes {
	struct mcw_record *records;
	size_t count;
	size_t room;
};

typedef int (*mcw_outcome_order)(const struct mcw_record *a, const struct mcw_record *b);

/* Each of these two orders what it leaves equal by the time at which it was said. */
int mcw_outcome_by_event(const struct mcw_record *a, const struct mcw_record *b);
int mcw_outcome_by_page(const struct mcw_record *a, const struct mcw_record *b);
/* Positions of several loads of the module say nothing together. */
int mcw_outcome_by_page_and_time(const struct mcw_record *a, const struct mcw_record *b);

/* False: no memory, and it was said. */
bool mcw_outcomes_add(struct mcw_outcomes *o, const struct mcw_record *rec);
void mcw_outcomes_sort(struct mcw_outcomes *o, mcw_outcome_order order);

/* All outcomes that the device has now, in this order. False: it was said what is wrong. */
bool mcw_outcomes_read(struct mcw_outcomes *o, const char *path, mcw_outcome_order order);
void mcw_outcomes_free(struct mcw_outcomes *o);

/* The first one, of those read by event, that is about the event at pos of lane, or a later one. */
size_t mcw_outcomes_of(const struct mcw_outcomes *o, unsigned int lane, __u64 pos);

/* Zeroed is empty; rows is to be freed. */
struct mcw_event_count_rows {
	struct mcw_event_count *rows;
	size_t count;
};

/* All that the module has counted of events; no record counts as read by it. Says what is wrong. */
bool mcw_event_counts_read(struct mcw_event_count_rows *all, const char *path);

#endif /* MCW_SOURCE_DEVICE_H */
