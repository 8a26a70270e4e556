/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Severe events, each with what was done about it: an event waits for its outcome, and then for the
 * tasks that get a signal. Pure but for its memory. Events come from store/join.h, so they have
 * waited for their location already.
 */
#ifndef MCW_STORE_SEVERE_H
#define MCW_STORE_SEVERE_H

#include <stdbool.h>
#include <stddef.h>

#include "store/join.h"

#define MCW_SEVERE_ROOM 256
#define MCW_SEVERE_VICTIMS 4

struct mcw_severe {
	struct mcw_record rec; /* the event, or the firmware's report: a LOCATION */
	struct mcw_fault_part module; /* the memory module, as far as it is known */
	bool has_outcome;
	struct mcw_outcome outcome;
	struct mcw_victim victim[MCW_SEVERE_VICTIMS];
	unsigned int victims; /* that came; more than there is room for are counted alone */
	__u64 until_ns; /* it need not wait longer than that */
};

/* Zeroed is empty. Those that wait, in the order in which they came. */
struct mcw_severes {
	struct mcw_severe queue[MCW_SEVERE_ROOM];
	size_t count;
};

bool mcw_severes_are_full(const struct mcw_severes *s);
/* now_ns: by the clock of mono_ns, as below. There is room. */
void mcw_severes_add(struct mcw_severes *s, const struct mcw_joined *event, __u64 now_ns);

/* An OUTCOME or a VICTIM. Return: false: it is of none of those that wait. */
bool mcw_severes_take(struct mcw_severes *s, const struct mcw_record *rec, __u64 now_ns);

/*
 * One that need not wait any more; all: one that waits, the first. *one is a copy. Return: false:
 * there is none.
 */
bool mcw_severes_done(struct mcw_severes *s, struct mcw_severe *one, __u64 now_ns, bool all);
/* When the next one need not wait any more; 0: none waits. */
__u64 mcw_severes_due(const struct mcw_severes *s);

/* The page that it is about, or MCW_NO_PAGE. */
__u64 mcw_severe_page(const struct mcw_severe *one);

#endif /* MCW_STORE_SEVERE_H */
