/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of mcwctl journal share.
 */
#ifndef MCW_CMD_JOURNAL_H
#define MCW_CMD_JOURNAL_H

#include <stdbool.h>

#include "cmd/command.h"
#include "cmd/fault_news.h"
#include "cmd/journal_conditions.h"
#include "cmd/journal_queue.h"
#include "cmd/journal_state.h"
#include "show/journald.h"
#include "source/file_format.h"
#include "store/corrected.h"
#include "store/severe.h"

struct mcw_stream;

struct mcw_journal {
	const struct mcw_options *o;
	bool exports; /* entries go to standard output, in the export format */
	bool sent; /* entries since the state was written last */
	struct mcw_session session; /* of whose load the records are */
	struct mcw_dimms dimms;
	__u64 dimms_looked_ns;
	__u64 clock_ns; /* of a recording: the newest record's monotonic time */
	__u64 wall_ns; /* and its wall clock */

	struct mcw_join join;
	unsigned int notices; /* severe and notice records in it */
	struct mcw_severes severes;
	struct mcw_corrected corrected;
	struct mcw_diagnosis *d;
	struct mcw_fault_news news;
	__u64 news_ns; /* when faults are looked at next; 0: not before an error comes */
	bool caught_up; /* a record came that was not told before the restart */
	struct mcw_journal_conditions conditions;

	__u64 lost[MCW_LANES]; /* that are to be told */
	__u64 lost_seen[MCW_LANES]; /* of the stream's counts */
	__u64 lost_ns; /* when they may be told next */

	struct mcw_journal_state state; /* what the file is to say */
	struct mcw_journal_lane read[MCW_LANES]; /* up to where records were read */
	struct mcw_journal_lane begin[MCW_LANES]; /* up to where they were told at the start */
	bool state_failed; /* it cannot be written, which was printed */
	__u64 state_ns; /* when it was written last */

	struct mcw_journal_queue queue;
	struct mcw_journal_entry entry;
};

/* The time by which all waits: the monotonic clock's, or the newest record's of a recording. */
__u64 mcw_journal_now(const struct mcw_journal *j);

/* cmd/journal_take.c: takes a record; tells what is due; all: also what could wait. */
void mcw_journal_take(struct mcw_journal *j, const struct mcw_record *rec);
void mcw_journal_due(struct mcw_journal *j, const struct mcw_stream *s, bool all);
/* When more will be due, by mcw_journal_now(); 0: nothing waits. */
__u64 mcw_journal_next(const struct mcw_journal *j);
/* Whether all severe and notice records that were read were told. */
bool mcw_journal_is_settled(const struct mcw_journal *j);

/* cmd/journal.c: begins an entry, with what the export format has besides; and sends it. */
void mcw_journal_entry_begin(struct mcw_journal *j);
void mcw_journal_entry_end(struct mcw_journal *j);

#endif /* MCW_CMD_JOURNAL_H */
