// SPDX-License-Identifier: GPL-2.0
/*
 * Events and their locations. Both are in the order of time in their lanes; but a location can be
 * read a moment before its event, and most errors of a machine without EDAC have none.
 */
#include "store/join.h"

#include <string.h>

#define WAIT_NS 500000000ULL
#define WAIT_MOST_NS (16 * WAIT_NS)

static struct mcw_joined *entry(struct mcw_join *j, size_t i)
{
	return &j->queue[(j->first + i) % MCW_JOIN_ROOM];
}

bool mcw_join_is_full(const struct mcw_join *j)
{
	return j->count == MCW_JOIN_ROOM;
}

static struct mcw_joined *entry_add(struct mcw_join *j, const struct mcw_record *rec)
{
	struct mcw_joined *e = entry(j, j->count++);

	memset(e, 0, sizeof(*e));
	e->rec = *rec;
	return e;
}

static void place_set(struct mcw_join *j, struct mcw_joined *e,
		      const struct mcw_location_whole *whole)
{
	struct mcw_dimm_known known = mcw_dimms_of_location(j->dimms, whole);

	if (!known.dimm && !known.place.known)
		return;
	e->is_sign = mcw_sign_of_event(&e->sign, &e->rec, &known);
	if (!e->is_sign) {
		struct mcw_sign sign = mcw_sign_of_memory();

		mcw_sign_place(&sign, &known);
		e->module = sign.part;
	}
	e->located = true;
}

static bool is_about(const struct mcw_location *l, const struct mcw_head *event)
{
	return l->of_lane == event->lane && l->of_pos == event->pos;
}

/* The firmware's own report, without an event. */
static void report_add(struct mcw_join *j, const struct mcw_location_whole *whole)
{
	struct mcw_dimm_known known = mcw_dimms_of_location(j->dimms, whole);
	struct mcw_joined *e;

	if (mcw_join_is_full(j))
		return;
	e = entry_add(j, &whole->first);
	e->sign = mcw_sign_of_report(&whole->first, &known);
	e->is_sign = true;
	e->located = true;
}

static __u64 wait_of(const struct mcw_join *j)
{
	return j->wait_ns ? j->wait_ns : WAIT_NS;
}

static void gone_add(struct mcw_join *j, const struct mcw_head *event)
{
	unsigned int i = j->gone_next++ % MCW_JOIN_EARLY;

	j->gone[i].pos = event->pos;
	j->gone[i].lane = event->lane;
	j->gone[i].is_there = true;
}

/*
 * Whether its event has waited in vain. Whoever says the locations of this machine takes longer
 * then: let the next events wait for that.
 */
static bool is_late(struct mcw_join *j, const struct mcw_location *l)
{
	for (unsigned int i = 0; i < MCW_JOIN_EARLY; i++) {
		if (!j->gone[i].is_there || j->gone[i].lane != l->of_lane ||
		    j->gone[i].pos != l->of_pos)
			continue;
		j->gone[i].is_there = false;
		j->wait_ns = 2 * wait_of(j);
		if (j->wait_ns > WAIT_MOST_NS)
			j->wait_ns = WAIT_MOST_NS;
		return true;
	}
	return false;
}

/* Its event has not come yet: keep what the location says for a while. */
static void early_add(struct mcw_join *j, const struct mcw_location_whole *whole)
{
	struct mcw_joined *e = &j->early[j->early_next++ % MCW_JOIN_EARLY];

	e->rec = whole->first;
	e->located = true;
}

static void location_take(struct mcw_join *j, const struct mcw_location_whole *whole)
{
	const struct mcw_location *l = &whole->first.location;

	if (l->flags & MCW_LOCATION_NO_EVENT) {
		report_add(j, whole);
		return;
	}
	if (l->flags & (MCW_LOCATION_LOST | MCW_LOCATION_UNSURE))
		return;
	for (size_t i = j->count; i--;) {
		struct mcw_joined *e = entry(j, i);

		if (e->rec.head.type != MCW_EVENT || !is_about(l, &e->rec.head))
			continue;
		if (!e->located)
			place_set(j, e, whole);
		return;
	}
	if (!is_late(j, l))
		early_add(j, whole);
}

static void event_add(struct mcw_join *j, const struct mcw_record *rec, __u64 now_ns)
{
	struct mcw_joined *e = entry_add(j, rec);

	e->until_ns = now_ns + wait_of(j);
	e->is_sign = mcw_sign_of_event(&e->sign, rec, NULL);
	for (size_t i = 0; i < MCW_JOIN_EARLY; i++) {
		struct mcw_joined *early = &j->early[i];
		struct mcw_location_join join = { .next = 0 };
		struct mcw_location_whole whole;

		if (!early->located || !is_about(&early->rec.location, &rec->head))
			continue;
		early->located = false;
		if (mcw_location_take(&join, &early->rec, &whole) ||
		    mcw_location_left(&join, &whole))
			place_set(j, e, &whole);
	}
}

void mcw_join_add(struct mcw_join *j, const struct mcw_record *rec, __u64 now_ns)
{
	struct mcw_location_whole whole;

	switch (rec->head.type) {
	case MCW_EVENT:
		event_add(j, rec, now_ns);
		break;
	case MCW_LOCATION:
		if (mcw_location_take(&j->parts, rec, &whole))
			location_take(j, &whole);
		break;
	case MCW_OUTCOME:
	case MCW_VICTIM:
		entry_add(j, rec)->located = true;
		break;
	}
}

const struct mcw_joined *mcw_join_take(struct mcw_join *j, __u64 now_ns, bool all)
{
	struct mcw_joined *e = entry(j, 0);

	if (!j->count || (!all && !e->located && now_ns < e->until_ns))
		return NULL;
	j->first = (j->first + 1) % MCW_JOIN_ROOM;
	j->count--;
	if (e->rec.head.type == MCW_EVENT && !e->located && !all)
		gone_add(j, &e->rec.head);
	return e;
}

__u64 mcw_join_due(const struct mcw_join *j)
{
	const struct mcw_joined *e = &j->queue[j->first];

	if (!j->count)
		return 0;
	return e->located ? 1 : e->until_ns;
}

void mcw_join_end(struct mcw_join *j)
{
	struct mcw_location_whole whole;

	while (mcw_location_left(&j->parts, &whole))
		location_take(j, &whole);
	memset(j->early, 0, sizeof(j->early));
	memset(j->gone, 0, sizeof(j->gone));
}
