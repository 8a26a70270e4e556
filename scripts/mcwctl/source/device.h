/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Opens the device, and reads its outcomes and its counts of events.
 */
#ifndef MCW_SOURCE_DEVICE_H
#define MCW_SOURCE_DEVICE_H

#include <stdbool.h>
#include <stddef.h>

#include <uapi/mcewarden.h>

/* Opens it for non-blocking reads, and checks its ABI. Return: -1 after printing what is wrong. */
int mcw_device_open(const char *path);

/* Zeroed is empty. */
struct mcw_outcomes {
	struct mcw_record *records;
	size_t count;
	size_t room;
};

typedef int (*mcw_outcome_order)(const struct mcw_record *a, const struct mcw_record *b);

/* Both put records that are equal in this order by their position. */
int mcw_outcome_by_event(const struct mcw_record *a, const struct mcw_record *b);
int mcw_outcome_by_page(const struct mcw_record *a, const struct mcw_record *b);
/* For recordings of several loads of the module: positions start again with each load. */
int mcw_outcome_by_page_and_time(const struct mcw_record *a, const struct mcw_record *b);

/* Return: false without memory, after printing that. */
bool mcw_outcomes_add(struct mcw_outcomes *o, const struct mcw_record *rec);
void mcw_outcomes_sort(struct mcw_outcomes *o, mcw_outcome_order order);

/* All outcomes that the device has now, in this order. Prints what is wrong. */
bool mcw_outcomes_read(struct mcw_outcomes *o, const char *path, mcw_outcome_order order);
void mcw_outcomes_free(struct mcw_outcomes *o);

/* The index of the first outcome of this event, or of a later one; sorted by event. */
size_t mcw_outcomes_of(const struct mcw_outcomes *o, unsigned int lane, __u64 pos);

/* Zeroed is empty. The caller frees rows. */
struct mcw_event_count_rows {
	struct mcw_event_count *rows;
	size_t count;
};

/* All event counts of the module. No record counts as read. Prints what is wrong. */
bool mcw_event_counts_read(struct mcw_event_count_rows *all, const char *path);

#endif /* MCW_SOURCE_DEVICE_H */
