/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the journal is told: an entry's message, priority, message id and fields. Each of these
 * functions adds all fields of one entry.
 *
 * Fields have the bytes that others wrote. The message is printable; other bytes in it become '?'.
 */
#ifndef MCW_SHOW_JOURNAL_H
#define MCW_SHOW_JOURNAL_H

#include <uapi/mcewarden.h>

#include "show/journald.h"

struct mcw_condition_bucket;
struct mcw_conditions_conf;
struct mcw_corrected;
struct mcw_fault;
struct mcw_severe;

/* Each has a message id, and a text in the catalog. */
enum mcw_journal_kind {
	MCW_JOURNAL_CORRECTED,
	MCW_JOURNAL_DEFERRED,
	MCW_JOURNAL_UNCORRECTED,
	MCW_JOURNAL_FATAL,
	MCW_JOURNAL_OUTCOME,
	MCW_JOURNAL_VICTIM,
	MCW_JOURNAL_STORM_BEGIN,
	MCW_JOURNAL_STORM_END,
	MCW_JOURNAL_FAULT,
	MCW_JOURNAL_CONDITION,
	MCW_JOURNAL_LOST,

	MCW_JOURNAL_KINDS
};

/* "corrected", "storm-begin" ...; and 32 digits. */
const char *mcw_journal_kind_name(enum mcw_journal_kind kind);
const char *mcw_journal_kind_id(enum mcw_journal_kind kind);

/* now_ns: by the wall clock; an entry says when an error of long ago was. 0: it need not. */
void mcw_journal_severe(struct mcw_journal_entry *e, const struct mcw_severe *one, __u64 now_ns);
/* Sorts it. */
void mcw_journal_corrected(struct mcw_journal_entry *e, struct mcw_corrected *c);
/* An outcome of no event, or of one that was told already. */
void mcw_journal_outcome(struct mcw_journal_entry *e, const struct mcw_record *rec);
/* A victim of a page whose event was told already. */
void mcw_journal_victim(struct mcw_journal_entry *e, const struct mcw_record *rec);
void mcw_journal_storm(struct mcw_journal_entry *e, const struct mcw_record *rec);
void mcw_journal_fault(struct mcw_journal_entry *e, const struct mcw_fault *f);
void mcw_journal_condition(struct mcw_journal_entry *e, const struct mcw_condition_bucket *b,
			   const struct mcw_conditions_conf *conf);
/* Records that were lost since the last of these entries, by lane. */
void mcw_journal_lost(struct mcw_journal_entry *e, const __u64 lost[MCW_LANES]);

#endif /* MCW_SHOW_JOURNAL_H */
