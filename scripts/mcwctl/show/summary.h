/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a reader has seen, for the line at its end. Pure, but for the output.
 */
#ifndef MCW_SHOW_SUMMARY_H
#define MCW_SHOW_SUMMARY_H

#include <stdbool.h>
#include <stdio.h>

#include <uapi/mcewarden.h>

struct mcw_summary {
	__u64 events;
	__u64 grades[MCW_GRADE_PANIC + 1];	/* of these events */
	__u64 outcomes;
	__u64 storms;
	__u64 hidden;		/* by filters */
	__u64 lost;
};

void mcw_summary_add(struct mcw_summary *s, const struct mcw_record *rec);
void mcw_summary_print(FILE *out, const struct mcw_summary *s);

#endif /* MCW_SHOW_SUMMARY_H */
