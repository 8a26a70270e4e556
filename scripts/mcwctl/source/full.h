/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A disk without room, which the recorder meets in several files at once: it is said once when it
 * begins, and once when all of them can be written again. A file tells other programs.
 */
#ifndef MCW_SOURCE_FULL_H
#define MCW_SOURCE_FULL_H

#include <stdbool.h>

#include <linux/types.h>

/* Where the service mcewarden-record keeps its state. */
#define MCW_FULL_STATE	"/run/mcewarden/record/state"
#define MCW_FULL_TEXT	256

/* What is written. */
enum mcw_full_file {
	MCW_FULL_RECORDS,
	MCW_FULL_STORE,
	MCW_FULL_CONDITIONS,
	MCW_FULL_FILES
};

/* Whether the error means that there is no room. */
bool mcw_full_is(int err);

/* NULL: no program is told. It says that there is room. */
void mcw_full_state(const char *path);

/* This file cannot be written for want of room. Says so, unless that is known already. */
void mcw_full_begin(enum mcw_full_file file, const char *path, int err);

/* It was written. Says so if none is left that cannot be. */
void mcw_full_end(enum mcw_full_file file);

struct mcw_full {
	bool full;
	__u64 since_s;
	char path[MCW_FULL_TEXT];
	char why[MCW_FULL_TEXT];
};

/* What the recorder has told. Return: 0, or what errno says: ENOENT where none tells. */
int mcw_full_read(struct mcw_full *f, const char *path);

#endif /* MCW_SOURCE_FULL_H */
