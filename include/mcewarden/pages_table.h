/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How many corrected errors each page had lately: a table of a fixed size, in which the page
 * that was hit longest ago makes room for a new one. Pure; the caller has the lock.
 */
#ifndef _MCEWARDEN_PAGES_TABLE_H
#define _MCEWARDEN_PAGES_TABLE_H

#include <linux/list.h>
#include <linux/types.h>
#include <uapi/mcewarden.h>

#define MCW_PAGES_HASH_BITS 12

struct mcw_page_entry {
	struct list_head list; /* in the table's order; in a list of its holder's while TAKING */
	struct hlist_node in_bucket;
	u64 page;
	u64 begin_ns; /* its window's first error */
	u64 last_ns;
	u32 count; /* in its window; stands still while TAKING */
	u8 state; /* MCW_PAGE_* */

	/* The holder's, while TAKING. */
	u8 grade;
	u8 rule;
	u32 tries;
	u64 of_pos;
	u64 of_mono_ns;
	unsigned long due;
};

struct mcw_pages_table {
	struct mcw_page_entry *entries;
	unsigned int size;
	unsigned int used; /* entries below that hold a page */
	u64 evicted; /* pages that made room for others */
	struct list_head order; /* hit longest ago first */
	struct hlist_head buckets[1 << MCW_PAGES_HASH_BITS];
};

bool mcw_pages_table_wants(const struct mcw_record *rec, u64 *page);

void mcw_pages_table_init(struct mcw_pages_table *table, struct mcw_page_entry *entries,
			  unsigned int size);
struct mcw_page_entry *mcw_pages_table_hit(struct mcw_pages_table *table, u64 page, u64 now_ns,
					   u64 window_ns);
void mcw_pages_table_hold(struct mcw_page_entry *entry, struct list_head *list);
void mcw_pages_table_release(struct mcw_pages_table *table, struct mcw_page_entry *entry, u8 state);
void mcw_pages_table_tell(const struct mcw_pages_table *table, struct mcw_pages *pages);

#endif /* _MCEWARDEN_PAGES_TABLE_H */
