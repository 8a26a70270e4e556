/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The records that belong to events and are there already when reading begins: outcomes, their
 * victims, and locations. Each is given once: with its event or its outcome, or when its own turn
 * comes.
 *
 * A victim names a page. Its outcome is that of the last event of this page before the signal; for
 * a page that was taken, of the event that it was taken for.
 */
#ifndef MCW_SOURCE_RELATED_H
#define MCW_SOURCE_RELATED_H

#include <stdbool.h>
#include <stddef.h>

#include "decode/location.h"
#include "source/device.h"

struct mcw_related_victim {
	struct mcw_record record;
	size_t outcome;		/* the number of its outcome; MCW_RELATED_NONE */
	size_t next;		/* the next victim of that outcome */
	bool given;
};

/* What belongs to the outcome of the same number. */
struct mcw_related_outcome {
	size_t victim;		/* its first one that was not given */
	bool given;
};

struct mcw_related_location {
	struct mcw_record first;
	char *text;		/* label, message and detail */
	bool given;
};

#define MCW_RELATED_NONE (~(size_t)0)

/* Zeroed is empty. */
struct mcw_related {
	struct mcw_outcomes outcomes;	/* sorted by event */
	struct mcw_related_outcome *state;	/* one for each of them */
	size_t *by_page;		/* their numbers, sorted by page */
	struct mcw_related_victim *victim;	/* sorted by position */
	size_t victim_count, victim_room;
	struct mcw_related_location *location;	/* whole ones, sorted by event */
	size_t location_count, location_room;
	struct mcw_location_join join;
};

/* Of the device, from these lanes. Prints what is wrong. */
bool mcw_related_read(struct mcw_related *k, const char *path, unsigned int lanes);

/* Of a recording, from the session at offset up to the next load; none if it is no regular file. */
bool mcw_related_from(struct mcw_related *k, const char *path, __u64 offset, unsigned int lanes);

/* What these two do with each record, and at the end. */
bool mcw_related_add(struct mcw_related *k, const struct mcw_record *rec);
bool mcw_related_end(struct mcw_related *k);

void mcw_related_free(struct mcw_related *k);

/* The next outcome of an event, and the next victim of an outcome; NULL if all were given. */
const struct mcw_record *mcw_related_outcome(struct mcw_related *k, const struct mcw_head *event);
const struct mcw_record *mcw_related_victim(struct mcw_related *k,
					    const struct mcw_record *outcome);

/* The next location of an event, valid as long as k is. Return: false if all were given. */
bool mcw_related_location(struct mcw_related *k, const struct mcw_head *event,
			  struct mcw_location_whole *whole);

/* The outcome of a victim, if both were not given yet, or NULL. */
const struct mcw_record *mcw_related_outcome_of(const struct mcw_related *k,
						const struct mcw_record *victim);

/*
 * Whether a record was given. From now on it is, unless it is of a location, which can have several
 * records: then it is when the whole one is done.
 */
bool mcw_related_give(struct mcw_related *k, const struct mcw_record *rec);
void mcw_related_location_done(struct mcw_related *k, const struct mcw_location_whole *whole);

#endif /* MCW_SOURCE_RELATED_H */
