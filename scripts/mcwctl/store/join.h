/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Events and their locations, which come after them: a queue in which each event waits for its
 * location, for a limited time. That is half a second, and longer once a location came too late:
 * then the event is counted already, for the part that its registers name. Pure but for its memory.
 */
#ifndef MCW_STORE_JOIN_H
#define MCW_STORE_JOIN_H

#include <stdbool.h>
#include <stddef.h>

#include "decode/location.h"
#include "diagnose/diagnose.h"
#include "source/dimms.h"

#define MCW_JOIN_ROOM 4096
#define MCW_JOIN_EARLY 16

/* A record, and what is known of its part. */
struct mcw_joined {
	struct mcw_record rec;	/* an EVENT, an OUTCOME, a VICTIM, or a LOCATION of no event */
	struct mcw_sign sign;
	bool is_sign;		/* of an event or a location: it is about a part */
	struct mcw_fault_part module; /* an event's that is not, but whose location names one */
	bool located;		/* it need not wait any more */
	__u64 until_ns;
};

struct mcw_join {
	struct mcw_location_join parts;
	const struct mcw_dimms *dimms;	/* NULL: none are known */
	struct mcw_joined early[MCW_JOIN_EARLY];	/* locations that came before their event */
	unsigned int early_next;
	__u64 wait_ns;		/* so long does an event wait; 0: the least */
	struct {
		__u64 pos;
		unsigned int lane;
		bool is_there;
	} gone[MCW_JOIN_EARLY];	/* events that have waited in vain */
	unsigned int gone_next;
	size_t first, count;
	struct mcw_joined queue[MCW_JOIN_ROOM];
};

/* Whether it has room for one more. */
bool mcw_join_is_full(const struct mcw_join *j);
/* now_ns: by any clock that does not go back. */
void mcw_join_add(struct mcw_join *j, const struct mcw_record *rec, __u64 now_ns);
/* The first one, if it need not wait; all: whether or not. The next call may overwrite it. */
const struct mcw_joined *mcw_join_take(struct mcw_join *j, __u64 now_ns, bool all);
/* When the first one need not wait any more. 0: there is none. */
__u64 mcw_join_due(const struct mcw_join *j);
/* No more records of this load come: what is left of locations is used. */
void mcw_join_end(struct mcw_join *j);

#endif /* MCW_STORE_JOIN_H */
