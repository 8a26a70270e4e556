/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Counts events by CPU, bank, grades and source, in a table of a fixed size. Rows never go away, so
 * no count ever goes down. Pure; the caller has the lock.
 */
#ifndef _MCEWARDEN_EVENT_COUNTS_TABLE_H
#define _MCEWARDEN_EVENT_COUNTS_TABLE_H

#include <linux/types.h>
#include <uapi/mcewarden.h>

#define MCW_EVENT_COUNTS_ROWS 4096
#define MCW_EVENT_COUNTS_HASH_BITS 13 /* twice as many as rows, so one is always free */

struct mcw_event_counts_table {
	unsigned int used; /* the rows below this index are in use */
	struct mcw_event_count rows[MCW_EVENT_COUNTS_ROWS];
	u16 index[1 << MCW_EVENT_COUNTS_HASH_BITS]; /* a row's number + 1; 0: free */
};

bool mcw_event_counts_table_count(struct mcw_event_counts_table *table,
				  const struct mcw_record *rec, u8 grade);
void mcw_event_counts_table_fill(const struct mcw_event_counts_table *table,
				 struct mcw_event_counts *counts);

#endif /* _MCEWARDEN_EVENT_COUNTS_TABLE_H */
