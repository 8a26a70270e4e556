/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How many records a reader has seen. Apart from its output it is pure.
 */
#ifndef MCW_SHOW_SUMMARY_H
#define MCW_SHOW_SUMMARY_H

#include <stdbool.h>
#include <stdio.h>

#include <uapi/mcewarden.h>

struct mcw_summary {
	__u64 events;
	__u64 grades[MCW_GRADE_PANIC + 1];	/* events by grade */
	__u64 outcomes;
	__u64 storms;
	__u64 locations;
	__u64 victims;
	__u64 hidden;		/* left out by filters */
	__u64 lost;
};

void mcw_summary_add(struct mcw_summary *s, const struct mcw_record *rec);
void mcw_summary_print(FILE *out, const struct mcw_summary *s);

#endif /* MCW_SHOW_SUMMARY_H */
