/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of the store share. Nobody else includes this.
 *
 * The first failure of a transaction stays: what follows does nothing, and the end rolls back. So
 * only the end has to be checked.
 */
#ifndef MCW_STORE_INTERNAL_H
#define MCW_STORE_INTERNAL_H

#include <sqlite3.h>

#include "store/store.h"

#define NS_PER_S 1000000000ULL
#define CLOCK_SET_NS (1577836800 * NS_PER_S) /* 2020: an earlier time is of no clock */

struct mcw_store {
	sqlite3 *db;
	char *path;
	int lock;		/* a file that the recorder holds; -1 */
	int failed;		/* SQLITE_OK: nothing did */
	char why[200];
	enum mcw_store_use use;
};

/* schema.c */
#define MCW_STORE_APPLICATION 0x4d435744	/* "MCWD", in the head of the file */
extern const char *const mcw_store_steps[];
extern const unsigned int mcw_store_version;

/* sql.c */
void mcw_sql_fail(struct mcw_store *s, int said);
/*
 * A statement with its values. types: one letter each; i: long long, t: text, or NULL, b: a blob
 * (pointer, size_t). Return: NULL after a failure.
 */
sqlite3_stmt *mcw_sql_begin(struct mcw_store *s, const char *sql, const char *types, ...);
/* The next row. Return: false at the end, and after a failure; the statement is gone then. */
bool mcw_sql_next(struct mcw_store *s, sqlite3_stmt *row);
/* One that has no rows. */
void mcw_sql_run(struct mcw_store *s, const char *sql, const char *types, ...);
/* The first value of the first row, or none. */
long long mcw_sql_number(struct mcw_store *s, long long none, const char *sql, const char *types,
			 ...);
/* A column of the row, cut if it is too long. */
void mcw_sql_text(sqlite3_stmt *row, int column, char *text, size_t size);
/* Return: whether all since the begin is done. */
bool mcw_sql_transaction(struct mcw_store *s);
bool mcw_sql_commit(struct mcw_store *s);

/* parts.c */
/* The row of a part: one for each physical memory module, whatever slot it is in. */
long long mcw_store_part_id(struct mcw_store *s, const struct mcw_fault_part *part,
			    unsigned int modules, bool serial_is_its_own);

#endif /* MCW_STORE_INTERNAL_H */
