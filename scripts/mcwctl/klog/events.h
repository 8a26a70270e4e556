/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One error is told once: what the kernel, EDAC, the firmware, mcelog and rasdaemon print of it is
 * joined, doubled lines are dropped, and repeats are counted.
 *
 * Records and notes go through a window of a fixed size, oldest out first, so their order is kept
 * and memory is bounded. A record in it takes in a later one of the same error.
 *
 * Pure but for the function that it is given.
 */
#ifndef MCW_KLOG_EVENTS_H
#define MCW_KLOG_EVENTS_H

#include "klog/records.h"

#define MCW_EVENTS_WINDOW 32

struct mcw_events {
	void (*event)(void *arg, const struct mcw_console_record *r);
	void *arg;
	size_t count;
	size_t first;
	__u64 statuses[MCW_EVENTS_WINDOW];	/* of each; 0: it has none */
	struct mcw_console_record window[MCW_EVENTS_WINDOW];
};

void mcw_events_begin(struct mcw_events *e,
		      void (*event)(void *arg, const struct mcw_console_record *r), void *arg);
void mcw_events_record(struct mcw_events *e, const struct mcw_console_record *r);
void mcw_events_note(struct mcw_events *e, unsigned long line, enum mcw_fact key, const char *text);
/* Hands out all that is in the window. */
void mcw_events_end(struct mcw_events *e);

#endif /* MCW_KLOG_EVENTS_H */
