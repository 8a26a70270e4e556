/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Conditions for the journal: those on which the recorder has acted, as it stores them.
 */
#ifndef MCW_CMD_JOURNAL_CONDITIONS_H
#define MCW_CMD_JOURNAL_CONDITIONS_H

#include "diagnose/conditions.h"

struct mcw_options;

/* Zeroed is the start. */
struct mcw_journal_conditions {
	struct mcw_conditions *now, *before;
	bool has_before;
	__u64 due_ns; /* when to look next, monotonic; 0: no record came since */
	bool again; /* and once more after that */
};

/* A record came, so the recorder may act, and store that within a second. */
void mcw_journal_conditions_expect(struct mcw_journal_conditions *c);
/* Return: milliseconds until a look is due; 0: now; -1: none is. */
int mcw_journal_conditions_due(const struct mcw_journal_conditions *c);

/*
 * Calls take for each condition on which the recorder has acted since the look before; at the first
 * one, for those that were filled after since_ns by the wall clock. Without the file, for none.
 */
void mcw_journal_conditions_look(struct mcw_journal_conditions *c, const struct mcw_options *o,
				 __u64 since_ns,
				 void (*take)(void *self, const struct mcw_condition_bucket *b,
					      const struct mcw_conditions_conf *conf),
				 void *self);
void mcw_journal_conditions_free(struct mcw_journal_conditions *c);

#endif /* MCW_CMD_JOURNAL_CONDITIONS_H */
