/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The conditions and what is done about each: one table of their defaults, and what a file of
 * configuration says. Pure.
 */
#ifndef MCW_DIAGNOSE_CONDITIONS_CONF_H
#define MCW_DIAGNOSE_CONDITIONS_CONF_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

#include "diagnose/bucket.h"
#include "diagnose/limits.h"

enum mcw_condition {
	MCW_CONDITION_PAGE,
	MCW_CONDITION_DIMM,
	MCW_CONDITION_SOCKET,
	MCW_CONDITION_CACHE,
	MCW_CONDITION_LINK,
	MCW_CONDITION_STORM,
	MCW_CONDITION_UNCORRECTED,
	MCW_CONDITION_LOST,

	MCW_CONDITIONS
};

struct mcw_condition_about {
	const char *name;	/* of its section */
	struct mcw_bucket_limit normal;
	bool is_error;		/* the kernel's log has it as an error, not as a warning */
	const char *counts;	/* "corrected errors": what fills the bucket */
	const char *means;	/* a line of a comment */
};

#define MCW_CONDITION_PROGRAM	256
#define MCW_THRESHOLD_MOST	1000000U
#define MCW_WINDOW_MOST_S	(365U * 86400)
#define MCW_PROGRAMS_MOST	16U
#define MCW_PROGRAM_MOST_S	3600U

struct mcw_condition_conf {
	struct mcw_bucket_limit limit;
	bool log;		/* a line in the kernel's log */
	bool metric;
	char program[MCW_CONDITION_PROGRAM];	/* an absolute path; empty: none */
};

struct mcw_conditions_conf {
	struct mcw_condition_conf of[MCW_CONDITIONS];
	__u32 programs;		/* how many may run at the same time */
	__u32 program_s;	/* how long one may run */
};

const struct mcw_condition_about *mcw_condition_about(enum mcw_condition condition);
void mcw_conditions_default(struct mcw_conditions_conf *c);

/*
 * Reads a file. The section [diagnose] is that of limits.h, and is not read here. Return: false
 * after the first mistake; c is as before then.
 */
bool mcw_conditions_parse(struct mcw_conditions_conf *c, const char *text, size_t length,
			  struct mcw_limits_wrong *wrong);

/* "24h": a time in the largest unit that fits, as a file has it. */
char *mcw_window_text(__u32 seconds, char *buf, size_t size);

#endif /* MCW_DIAGNOSE_CONDITIONS_CONF_H */
