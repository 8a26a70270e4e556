/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The limits of the diagnosis: one table with the range, the default and the source of each. Pure.
 */
#ifndef MCW_DIAGNOSE_LIMITS_H
#define MCW_DIAGNOSE_LIMITS_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

enum mcw_limit {
	MCW_LIMIT_BACKGROUND_HOURS,
	MCW_LIMIT_CHANCE,
	MCW_LIMIT_WINDOW_DAYS,
	MCW_LIMIT_CELL_ERRORS,
	MCW_LIMIT_ROW_COLUMNS,
	MCW_LIMIT_COLUMN_ROWS,
	MCW_LIMIT_SPREAD_CELLS,
	MCW_LIMIT_CORE_ERRORS,
	MCW_LIMIT_CACHE_ERRORS,
	MCW_LIMIT_UNIT_HOURS,
	MCW_LIMIT_LINK_ERRORS,
	MCW_LIMIT_LINK_HOURS,
	MCW_LIMIT_FIRMWARE_ERRORS,
	MCW_LIMIT_CLOSE_DAYS,

	MCW_LIMITS
};

struct mcw_limits {
	__u32 value[MCW_LIMITS];
};

struct mcw_limit_about {
	const char *name;	/* in the file */
	__u32 least, most, normal;
	const char *means;
	const char *source;	/* why the default is what it is */
};

const struct mcw_limit_about *mcw_limit_about(enum mcw_limit limit);
void mcw_limits_default(struct mcw_limits *l);

/* What is wrong in a file. */
struct mcw_limits_wrong {
	unsigned int line;	/* from 1 */
	char text[160];		/* "cell_errors = 0: out of range, 2 to 1000" */
};

/*
 * Reads the section [diagnose] of a file; others belong to somebody else. Return: false after the
 * first mistake; l is as before then.
 */
bool mcw_limits_parse(struct mcw_limits *l, const char *text, size_t length,
		      struct mcw_limits_wrong *wrong);

#endif /* MCW_DIAGNOSE_LIMITS_H */
