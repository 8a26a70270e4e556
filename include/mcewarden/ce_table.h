/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Counts recent corrected errors by page, in a table of a fixed size. A new page replaces the one
 * that was hit longest ago. Pure; the caller has the lock.
 */
#ifndef _MCEWARDEN_CE_TABLE_H
#define _MCEWARDEN_CE_TABLE_H

#include <linux/list.h>
#include <linux/types.h>
#include <uapi/mcewarden.h>

#define MCW_CE_TABLE_HASH_BITS 12

struct mcw_ce_entry {
	struct list_head
		list; /* in the table's order; in soft_offline.c's lists while it is being taken */
	struct hlist_node in_bucket;
	u64 page;
	u64 begin_ns; /* the first error of the window */
	u64 last_ns;
	u32 count; /* errors in the window; does not change while the page is being taken */
	u8 state; /* MCW_CE_PAGE_* */

	/* soft_offline.c uses these while the page is being taken. */
	u8 grade;
	u8 rule;
	bool translated; /* the page of a normalized address */
	u32 tries;
	u32 err; /* of the last try: 0 or a positive errno */
	u64 of_pos;
	u64 of_mono_ns;
	u64 asked_ns; /* when its last try began */
	unsigned long due;
};

struct mcw_ce_table {
	struct mcw_ce_entry *entries;
	unsigned int size;
	unsigned int used; /* the entries below this index have a page */
	u64 evicted; /* pages that were replaced */
	struct list_head order; /* the page hit longest ago is the first */
	struct hlist_head buckets[1 << MCW_CE_TABLE_HASH_BITS];
};

bool mcw_ce_table_wants(const struct mcw_record *rec);

void mcw_ce_table_init(struct mcw_ce_table *table, struct mcw_ce_entry *entries, unsigned int size);
struct mcw_ce_entry *mcw_ce_table_hit(struct mcw_ce_table *table, u64 page, u64 now_ns,
				      u64 window_ns);
void mcw_ce_table_begin(struct mcw_ce_entry *entry, struct list_head *list);
void mcw_ce_table_end(struct mcw_ce_table *table, struct mcw_ce_entry *entry, u8 state);
void mcw_ce_table_fill(const struct mcw_ce_table *table, struct mcw_ce_pages *pages);

#endif /* _MCEWARDEN_CE_TABLE_H */
