// SPDX-License-Identifier: GPL-2.0
/*
 * What boots left when they crashed.
 */
#ifdef MCW_SQLITE

#include "store/crash.h"

#include "store/internal.h"

static __u64 boot_read(struct mcw_store *s, sqlite3_stmt *row, char id[33])
{
	__u64 number = 0;

	while (mcw_sql_next(s, row)) {
		number = sqlite3_column_int64(row, 0);
		mcw_sql_text(row, 1, id, 33);
	}
	return number;
}

__u64 mcw_store_boot_of_load(struct mcw_store *s, __u64 load, char id[33])
{
	s->failed = SQLITE_OK;
	id[0] = '\0';
	return boot_read(s,
			 mcw_sql_begin(s,
				       "SELECT number, id FROM boots WHERE id IN"
				       " (SELECT boot FROM loads WHERE load = ?)",
				       "i", (long long)load),
			 id);
}

__u64 mcw_store_boot_before(struct mcw_store *s, __u64 wall_ns, const char *running, char id[33])
{
	s->failed = SQLITE_OK;
	id[0] = '\0';
	return boot_read(s,
			 mcw_sql_begin(s,
				       "SELECT max(number), id FROM boots WHERE first_ns <= ?"
				       " AND first_ns > 0 AND id <> ?",
				       "it", (long long)wall_ns, running),
			 id);
}

__u64 mcw_store_boot_next_ns(struct mcw_store *s, __u64 number)
{
	s->failed = SQLITE_OK;
	return mcw_sql_number(s, 0,
			      "SELECT first_ns FROM boots WHERE number > ? ORDER BY number LIMIT 1",
			      "i", (long long)number);
}

bool mcw_store_crashes_add(struct mcw_store *s, const struct mcw_store_crash *crashes,
			   char *const *keys, size_t count)
{
	if (!mcw_sql_transaction(s))
		return false;
	for (size_t i = 0; i < count; i++) {
		const struct mcw_store_crash *c = &crashes[i];

		mcw_sql_run(s,
			    "INSERT OR IGNORE INTO crashes (key, boot, reboot_ns, wall_ns, source,"
			    " told, class, cpu, bank, status, addr, text)"
			    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
			    "tiiitttiiiit", keys[i], (long long)c->boot, (long long)c->reboot_ns,
			    (long long)c->wall_ns, c->source, c->told, c->class, (long long)c->cpu,
			    (long long)c->bank, (long long)c->status, (long long)c->addr, c->text);
	}
	return mcw_sql_commit(s);
}

#endif
