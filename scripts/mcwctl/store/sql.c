// SPDX-License-Identifier: GPL-2.0
/*
 * Statements of SQLite, with a failure that stays.
 */
#ifdef MCW_SQLITE

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "store/internal.h"

void mcw_sql_fail(struct mcw_store *s, int said)
{
	if (s->failed != SQLITE_OK)
		return;
	s->failed = said;
	snprintf(s->why, sizeof(s->why), "%s", sqlite3_errmsg(s->db));
}

static int value_bind(sqlite3_stmt *row, int at, char type, va_list *values)
{
	const void *from;

	switch (type) {
	case 'i':
		return sqlite3_bind_int64(row, at, va_arg(*values, long long));
	case 't':
		return sqlite3_bind_text(row, at, va_arg(*values, const char *), -1,
					 SQLITE_TRANSIENT);
	default:
		from = va_arg(*values, const void *);
		return sqlite3_bind_blob64(row, at, from, va_arg(*values, size_t), SQLITE_STATIC);
	}
}

static sqlite3_stmt *begin(struct mcw_store *s, const char *sql, const char *types, va_list *values)
{
	sqlite3_stmt *row = NULL;
	int said;

	if (s->failed != SQLITE_OK)
		return NULL;
	said = sqlite3_prepare_v2(s->db, sql, -1, &row, NULL);
	for (int at = 1; said == SQLITE_OK && *types; at++)
		said = value_bind(row, at, *types++, values);
	if (said == SQLITE_OK)
		return row;
	mcw_sql_fail(s, said);
	sqlite3_finalize(row);
	return NULL;
}

sqlite3_stmt *mcw_sql_begin(struct mcw_store *s, const char *sql, const char *types, ...)
{
	sqlite3_stmt *row;
	va_list values;

	va_start(values, types);
	row = begin(s, sql, types, &values);
	va_end(values);
	return row;
}

bool mcw_sql_next(struct mcw_store *s, sqlite3_stmt *row)
{
	int said = row ? sqlite3_step(row) : SQLITE_DONE;

	if (said == SQLITE_ROW)
		return true;
	if (said != SQLITE_DONE)
		mcw_sql_fail(s, said);
	sqlite3_finalize(row);
	return false;
}

void mcw_sql_run(struct mcw_store *s, const char *sql, const char *types, ...)
{
	sqlite3_stmt *row;
	va_list values;

	va_start(values, types);
	row = begin(s, sql, types, &values);
	va_end(values);
	while (mcw_sql_next(s, row))
		;
}

long long mcw_sql_number(struct mcw_store *s, long long none, const char *sql, const char *types,
			 ...)
{
	long long number = none;
	sqlite3_stmt *row;
	va_list values;

	va_start(values, types);
	row = begin(s, sql, types, &values);
	va_end(values);
	if (!mcw_sql_next(s, row))
		return none;
	number = sqlite3_column_int64(row, 0);
	sqlite3_finalize(row);
	return number;
}

void mcw_sql_text(sqlite3_stmt *row, int column, char *text, size_t size)
{
	const char *is = (const char *)sqlite3_column_text(row, column);

	snprintf(text, size, "%s", is ? is : "");
}

bool mcw_sql_transaction(struct mcw_store *s)
{
	s->failed = SQLITE_OK;
	mcw_sql_run(s, "BEGIN IMMEDIATE", "");
	return s->failed == SQLITE_OK;
}

bool mcw_sql_commit(struct mcw_store *s)
{
	mcw_sql_run(s, "COMMIT", "");
	if (s->failed == SQLITE_OK)
		return true;
	/* It may have rolled back by itself: then this fails, and nothing is lost by that. */
	sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	return false;
}

#endif
