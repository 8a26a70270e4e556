/* SPDX-License-Identifier: GPL-2.0 */
/*
 * rasdaemon's database, ras-mc_event.db: its rows as lines, oldest first.
 *
 * A line has the form in which rasdaemon or the kernel prints the same event, so that klog/ reads
 * it. Values are found by the names of their columns, since each version of rasdaemon adds some.
 */
#ifndef MCW_SOURCE_RASDAEMON_DB_H
#define MCW_SOURCE_RASDAEMON_DB_H

#include <stdbool.h>
#include <stddef.h>

struct mcw_rasdaemon_db {
	/* Set by the caller. The line has no end of line in it. */
	void (*line)(void *arg, const char *text, size_t length);
	void *arg;
	/* Filled in: tables of other events, "aer_event (3), disk_errors (1)" */
	char others[200];
	char why[200];	/* what went wrong */
};

/* Whether these bytes begin a database of SQLite. */
bool mcw_rasdaemon_db_looks(const void *bytes, size_t length);
/*
 * The file is only read, even where rasdaemon writes to it at that moment. Rows before a fault have
 * been handed out.
 *
 * Return: 0; -1: why says what went wrong.
 */
int mcw_rasdaemon_db_read(struct mcw_rasdaemon_db *db, const char *path);

#endif /* MCW_SOURCE_RASDAEMON_DB_H */
