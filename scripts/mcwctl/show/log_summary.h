/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The errors of a log, counted: by part, by page, by bank, by day.
 */
#ifndef MCW_SHOW_LOG_SUMMARY_H
#define MCW_SHOW_LOG_SUMMARY_H

#include <stdio.h>

#include "klog/records.h"

#define MCW_SUMMARY_KINDS	4
#define MCW_SUMMARY_ROWS	256	/* of a kind; what finds no room is counted together */
#define MCW_SUMMARY_KEY_BYTES	64

struct mcw_log_summary {
	unsigned long records;
	struct {
		unsigned int count;
		unsigned long others;	/* records without a row */
		struct {
			char key[MCW_SUMMARY_KEY_BYTES];
			unsigned long records;
			unsigned long corrected;	/* errors that they stand for */
			unsigned long worse;		/* records that are not corrected */
		} rows[MCW_SUMMARY_ROWS];
	} kinds[MCW_SUMMARY_KINDS];
};

void mcw_log_summary_add(struct mcw_log_summary *s, const struct mcw_console_record *r);
void mcw_log_summary_text(FILE *out, struct mcw_log_summary *s);
void mcw_log_summary_json(FILE *out, struct mcw_log_summary *s);

#endif /* MCW_SHOW_LOG_SUMMARY_H */
