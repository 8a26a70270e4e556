/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What belongs to one event: its location, its outcome, its victims; and why something of that is
 * not there. Pure.
 */
#ifndef MCW_DECODE_FOLLOW_H
#define MCW_DECODE_FOLLOW_H

#include <stdbool.h>

#include <uapi/mcewarden.h>

#define MCW_FOLLOW_LOCATIONS	(8 * MCW_LOCATION_PARTS)
#define MCW_FOLLOW_OUTCOMES	8

enum mcw_follow_part {
	MCW_FOLLOW_EVENT,
	MCW_FOLLOW_LOCATION,
	MCW_FOLLOW_OUTCOME,
	MCW_FOLLOW_VICTIM,
	MCW_FOLLOW_PARTS
};

/* A victim of the event's page. Its signal may be about another event of that page. */
struct mcw_follow_victim {
	struct mcw_record rec;
	bool counted;		/* by the outcome of an event */
	bool counted_here;	/* by the outcome of this one */
};

/* Zeroed, but for edac, adxl and over, is the start. */
struct mcw_follow {
	bool edac;		/* an EDAC driver has a memory controller */
	bool adxl;		/* the firmware translates addresses */
	bool over;		/* no record will come any more */
	struct mcw_record event;
	struct mcw_record locations[MCW_FOLLOW_LOCATIONS];	/* parts of them count, too */
	struct mcw_record outcomes[MCW_FOLLOW_OUTCOMES];
	struct mcw_record victims[MCW_VICTIMS_LISTED];
	unsigned int count[MCW_FOLLOW_PARTS];	/* of these records; more are left out */
	__u64 next_ns;		/* when the page's next event of the lane severe came; 0: none */
	struct mcw_follow_victim of_page[MCW_VICTIMS_LISTED];
	unsigned int of_page_count;
};

/* The event to follow. */
void mcw_follow_event(struct mcw_follow *f, const struct mcw_record *event);

/* Takes a record if it belongs to the event. The same record must not come twice. */
void mcw_follow_take(struct mcw_follow *f, const struct mcw_record *rec);

/*
 * Why a part is not there; NULL: it is. *due: it should have come, so it still may unless the
 * records are over.
 */
const char *mcw_follow_missing(const struct mcw_follow *f, enum mcw_follow_part part, bool *due);

/* Whether all that is due is there. */
bool mcw_follow_is_complete(const struct mcw_follow *f);

/* Nanoseconds from the event to the last record of it. */
__u64 mcw_follow_duration(const struct mcw_follow *f);

/* "event", "location", "outcome", "victim". */
const char *mcw_follow_name(enum mcw_follow_part part);

#endif /* MCW_DECODE_FOLLOW_H */
