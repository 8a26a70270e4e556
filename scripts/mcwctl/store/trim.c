// SPDX-License-Identifier: GPL-2.0
/*
 * Keeps the store small: deletes what is old. What is bad stays, however old: open faults, and
 * pages that are offline, as long as their addresses mean the same. So do the totals of all parts.
 */
#ifdef MCW_SQLITE

#include "store/batch.h"
#include "store/internal.h"

#define NS_PER_DAY (86400 * NS_PER_S)

static void before_delete(struct mcw_store *s, __u64 before_ns)
{
	const long long before = before_ns;

	/* Days of which the date is not known go with the first ones. */
	mcw_sql_run(s, "DELETE FROM errors WHERE day < ?", "i",
		    (long long)mcw_store_day_of(before_ns));
	mcw_sql_run(s,
		    "DELETE FROM faults WHERE closed IS NOT NULL AND closed_ns < ?"
		    " AND last_ns < ?",
		    "ii", before, before);
	mcw_sql_run(s,
		    "DELETE FROM pages WHERE last_ns < ? AND (state <> 'offline' OR"
		    " layout <> (SELECT id FROM layouts ORDER BY last_ns DESC, id DESC LIMIT 1))",
		    "i", before);
	mcw_sql_run(s,
		    "DELETE FROM layouts WHERE last_ns < ? AND id NOT IN"
		    " (SELECT layout FROM pages)",
		    "i", before);
	mcw_sql_run(s,
		    "DELETE FROM boots WHERE last_ns < ? AND number <>"
		    " (SELECT max(number) FROM boots)",
		    "i", before);
	mcw_sql_run(s, "DELETE FROM crashes WHERE max(reboot_ns, wall_ns) < ?", "i", before);
	mcw_sql_run(s, "DELETE FROM loads WHERE boot NOT IN (SELECT id FROM boots)", "");
}

static __u64 bytes_used(struct mcw_store *s)
{
	return mcw_sql_number(s, 0, "PRAGMA page_size", "") *
	       (mcw_sql_number(s, 0, "PRAGMA page_count", "") -
		mcw_sql_number(s, 0, "PRAGMA freelist_count", ""));
}

/* A month at a time, until it fits or only what must stay is left. */
static void bytes_delete(struct mcw_store *s, __u64 now_ns, unsigned int days, __u64 bytes)
{
	while (s->failed == SQLITE_OK && days > 30 && bytes_used(s) > bytes) {
		days -= 30;
		before_delete(s, now_ns - days * NS_PER_DAY);
	}
}

bool mcw_store_trim(struct mcw_store *s, __u64 now_ns, unsigned int days, __u64 bytes)
{
	if (now_ns < CLOCK_SET_NS || days * NS_PER_DAY > now_ns || !mcw_sql_transaction(s))
		return false;
	before_delete(s, now_ns - days * NS_PER_DAY);
	bytes_delete(s, now_ns, days, bytes);
	if (!mcw_sql_commit(s))
		return false;
	mcw_sql_run(s, "PRAGMA incremental_vacuum", "");
	return s->failed == SQLITE_OK;
}

#endif
