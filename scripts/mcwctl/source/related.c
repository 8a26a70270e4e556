// SPDX-License-Identifier: GPL-2.0
/*
 * The records that belong to events and are there already when reading begins. Another file,
 * related_read.c, reads them.
 */
#define _GNU_SOURCE
#include "source/related.h"

#include <stdlib.h>
#include <string.h>

#include "error.h"

#define NONE MCW_RELATED_NONE
#define PAGE_BITS 12
#define NO_POSITION (MCW_LOCATION_NO_EVENT | MCW_LOCATION_LOST | MCW_LOCATION_UNSURE)

static int compare(__u64 a, __u64 b)
{
	return (a > b) - (a < b);
}

/* Makes room for one more. Return: NULL without memory, after printing that. */
static void *grown(void *all, size_t count, size_t *room, size_t size, const char *what)
{
	size_t more = *room ? 2 * *room : 64;

	if (count < *room)
		return all;
	all = reallocarray(all, more, size);
	if (all)
		*room = more;
	else
		mcw_error("no memory for %zu %s", more, what);
	return all;
}

static bool victim_add(struct mcw_related *k, const struct mcw_record *rec)
{
	struct mcw_related_victim *all =
		grown(k->victim, k->victim_count, &k->victim_room, sizeof(*all), "victims");

	if (!all)
		return false;
	k->victim = all;
	all[k->victim_count++] =
		(struct mcw_related_victim){ .record = *rec, .outcome = NONE, .next = NONE };
	return true;
}

static char *text_copy(const struct mcw_location_whole *whole)
{
	size_t label = strlen(whole->label) + 1, message = strlen(whole->message) + 1;
	size_t detail = strlen(whole->detail) + 1;
	char *text = malloc(label + message + detail);

	if (!text) {
		mcw_error("no memory for a location");
		return NULL;
	}
	memcpy(text, whole->label, label);
	memcpy(text + label, whole->message, message);
	memcpy(text + label + message, whole->detail, detail);
	return text;
}

/* The rest of an incomplete one may still come. */
static bool location_add(struct mcw_related *k, const struct mcw_record *rec)
{
	struct mcw_related_location *all;
	struct mcw_location_whole whole;
	char *text;

	if (rec->location.flags & NO_POSITION || !mcw_location_take(&k->join, rec, &whole) ||
	    whole.incomplete)
		return true;
	all = grown(k->location, k->location_count, &k->location_room, sizeof(*all), "locations");
	if (!all)
		return false;
	k->location = all;
	text = text_copy(&whole);
	if (!text)
		return false;
	all[k->location_count++] =
		(struct mcw_related_location){ .first = whole.first, .text = text };
	return true;
}

bool mcw_related_add(struct mcw_related *k, const struct mcw_record *rec)
{
	switch (rec->head.type) {
	case MCW_OUTCOME:
		return mcw_outcomes_add(&k->outcomes, rec);
	case MCW_VICTIM:
		return victim_add(k, rec);
	case MCW_LOCATION:
		return location_add(k, rec);
	default:
		return true;
	}
}

static int victim_by_position(const void *left, const void *right)
{
	const struct mcw_related_victim *a = left, *b = right;

	return compare(a->record.head.pos, b->record.head.pos);
}

static int location_by_event(const void *left, const void *right)
{
	const struct mcw_related_location *a = left, *b = right;
	int order = compare(a->first.location.of_lane, b->first.location.of_lane);

	if (!order)
		order = compare(a->first.location.of_pos, b->first.location.of_pos);
	return order ? order : compare(a->first.head.pos, b->first.head.pos);
}

static int outcome_by_page(const void *left, const void *right, void *records)
{
	const struct mcw_record *all = records;

	return mcw_outcome_by_page(&all[*(const size_t *)left], &all[*(const size_t *)right]);
}

static const struct mcw_record *outcome_at(const struct mcw_related *k, size_t place)
{
	return &k->outcomes.records[k->by_page[place]];
}

/* The place of the first outcome of this page, or of a later page. */
static size_t page_find(const struct mcw_related *k, __u64 page)
{
	size_t low = 0, high = k->outcomes.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (outcome_at(k, middle)->outcome.page < page)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* When the event was captured, or the page was taken for none. */
static __u64 began_ns(const struct mcw_record *outcome)
{
	return outcome->outcome.flags & MCW_OUTCOME_NO_EVENT ? outcome->head.mono_ns :
							       outcome->outcome.of_mono_ns;
}

static bool may_belong(const struct mcw_record *victim, const struct mcw_record *outcome)
{
	const struct mcw_outcome *o = &outcome->outcome;

	switch (victim->victim.cause) {
	case MCW_VICTIM_TAKEN:
		/* The signal came during the call whose end is the outcome. */
		return o->victims && outcome->head.pos > victim->head.pos &&
		       o->of_mono_ns <= victim->head.mono_ns;
	case MCW_VICTIM_TOUCHED:
		return o->actor != MCW_ACTOR_NOBODY && began_ns(outcome) <= victim->head.mono_ns;
	case MCW_VICTIM_CONSUMED:
		return !(o->flags & MCW_OUTCOME_NO_EVENT) && o->of_mono_ns <= victim->head.mono_ns;
	default:
		return false;
	}
}

/* Of two outcomes that a victim may belong to. */
static bool is_nearer(const struct mcw_record *victim, const struct mcw_record *outcome,
		      const struct mcw_record *than)
{
	if (victim->victim.cause == MCW_VICTIM_TAKEN)
		return outcome->head.pos < than->head.pos;
	return began_ns(outcome) > began_ns(than);
}

/* The number of its outcome. Of a huge page, the signal and the event can name different pages. */
static size_t outcome_find(const struct mcw_related *k, const struct mcw_record *victim)
{
	unsigned int bits = victim->victim.lsb;
	size_t found = NONE;
	__u64 first, last;

	if (victim->victim.page == MCW_NO_PAGE)
		return NONE;
	if (bits < PAGE_BITS || bits > 63)
		bits = PAGE_BITS;
	last = victim->victim.page | ((1ULL << bits) - 1);
	first = last & ~((1ULL << bits) - 1);
	for (size_t i = page_find(k, first); i < k->outcomes.count; i++) {
		const struct mcw_record *one = outcome_at(k, i);

		if (one->outcome.page > last)
			break;
		if (may_belong(victim, one) &&
		    (found == NONE || is_nearer(victim, one, &k->outcomes.records[found])))
			found = k->by_page[i];
	}
	return found;
}

static bool outcomes_index(struct mcw_related *k)
{
	size_t count = k->outcomes.count;

	if (!count)
		return true;
	mcw_outcomes_sort(&k->outcomes, mcw_outcome_by_event);
	k->by_page = calloc(count, sizeof(*k->by_page));
	k->state = calloc(count, sizeof(*k->state));
	if (!k->by_page || !k->state) {
		mcw_error("no memory for %zu outcomes", count);
		return false;
	}
	for (size_t i = 0; i < count; i++) {
		k->by_page[i] = i;
		k->state[i].victim = NONE;
	}
	qsort_r(k->by_page, count, sizeof(*k->by_page), outcome_by_page, k->outcomes.records);
	return true;
}

bool mcw_related_end(struct mcw_related *k)
{
	if (!outcomes_index(k))
		return false;
	if (k->victim_count)
		qsort(k->victim, k->victim_count, sizeof(*k->victim), victim_by_position);
	if (k->location_count)
		qsort(k->location, k->location_count, sizeof(*k->location), location_by_event);
	for (size_t i = k->victim_count; i--;) {
		struct mcw_related_victim *one = &k->victim[i];

		one->outcome = outcome_find(k, &one->record);
		if (one->outcome == NONE)
			continue;
		one->next = k->state[one->outcome].victim;
		k->state[one->outcome].victim = i;
	}
	return true;
}

void mcw_related_free(struct mcw_related *k)
{
	mcw_outcomes_free(&k->outcomes);
	free(k->state);
	free(k->by_page);
	free(k->victim);
	for (size_t i = 0; i < k->location_count; i++)
		free(k->location[i].text);
	free(k->location);
	memset(k, 0, sizeof(*k));
}

const struct mcw_record *mcw_related_outcome(struct mcw_related *k, const struct mcw_head *event)
{
	for (size_t i = mcw_outcomes_of(&k->outcomes, event->lane, event->pos);
	     i < k->outcomes.count; i++) {
		const struct mcw_outcome *o = &k->outcomes.records[i].outcome;

		if (o->of_lane != event->lane || o->of_pos != event->pos)
			break;
		if (o->flags & MCW_OUTCOME_NO_EVENT || k->state[i].given)
			continue;
		k->state[i].given = true;
		return &k->outcomes.records[i];
	}
	return NULL;
}

/* The number of an outcome; NONE if it is not known. */
static size_t outcome_number(const struct mcw_related *k, const struct mcw_record *outcome)
{
	const struct mcw_record *found = NULL;

	if (k->outcomes.count)
		found = bsearch(outcome, k->outcomes.records, k->outcomes.count, sizeof(*found),
				(__compar_fn_t)mcw_outcome_by_event);
	return found ? (size_t)(found - k->outcomes.records) : NONE;
}

const struct mcw_record *mcw_related_victim(struct mcw_related *k, const struct mcw_record *outcome)
{
	size_t number = outcome_number(k, outcome);

	while (number != NONE && k->state[number].victim != NONE) {
		struct mcw_related_victim *one = &k->victim[k->state[number].victim];

		k->state[number].victim = one->next;
		if (one->given)
			continue;
		one->given = true;
		return &one->record;
	}
	return NULL;
}

/* The first location of this event, or of a later one. */
static size_t location_find(const struct mcw_related *k, unsigned int lane, __u64 pos)
{
	const struct mcw_related_location wanted = {
		.first.location = { .of_lane = lane, .of_pos = pos },
	};
	size_t low = 0, high = k->location_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (location_by_event(&k->location[middle], &wanted) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool is_of(const struct mcw_related_location *one, unsigned int lane, __u64 pos)
{
	return one->first.location.of_lane == lane && one->first.location.of_pos == pos;
}

bool mcw_related_location(struct mcw_related *k, const struct mcw_head *event,
			  struct mcw_location_whole *whole)
{
	for (size_t i = location_find(k, event->lane, event->pos);
	     i < k->location_count && is_of(&k->location[i], event->lane, event->pos); i++) {
		struct mcw_related_location *one = &k->location[i];

		if (one->given)
			continue;
		one->given = true;
		whole->first = one->first;
		whole->incomplete = false;
		whole->label = one->text;
		whole->message = whole->label + strlen(whole->label) + 1;
		whole->detail = whole->message + strlen(whole->message) + 1;
		return true;
	}
	return false;
}

static struct mcw_related_victim *victim_find(const struct mcw_related *k,
					      const struct mcw_record *victim)
{
	const struct mcw_related_victim wanted = { .record.head.pos = victim->head.pos };

	return k->victim_count ? bsearch(&wanted, k->victim, k->victim_count, sizeof(*k->victim),
					 victim_by_position) :
				 NULL;
}

const struct mcw_record *mcw_related_outcome_of(const struct mcw_related *k,
						const struct mcw_record *victim)
{
	const struct mcw_related_victim *one = NULL;

	if (victim->head.type == MCW_VICTIM)
		one = victim_find(k, victim);
	if (!one || one->given || one->outcome == NONE || k->state[one->outcome].given)
		return NULL;
	return &k->outcomes.records[one->outcome];
}

static struct mcw_related_location *location_known(const struct mcw_related *k,
						   const struct mcw_location *l)
{
	if (l->flags & NO_POSITION)
		return NULL;
	for (size_t i = location_find(k, l->of_lane, l->of_pos);
	     i < k->location_count && is_of(&k->location[i], l->of_lane, l->of_pos); i++)
		if (k->location[i].first.location.id == l->id)
			return &k->location[i];
	return NULL;
}

void mcw_related_location_done(struct mcw_related *k, const struct mcw_location_whole *whole)
{
	struct mcw_related_location *one = location_known(k, &whole->first.location);

	if (one)
		one->given = true;
}

static bool give(bool *given)
{
	bool before = *given;

	*given = true;
	return before;
}

bool mcw_related_give(struct mcw_related *k, const struct mcw_record *rec)
{
	const struct mcw_related_location *location;
	struct mcw_related_victim *victim;
	size_t outcome;

	switch (rec->head.type) {
	case MCW_OUTCOME:
		outcome = outcome_number(k, rec);
		return outcome != NONE && give(&k->state[outcome].given);
	case MCW_VICTIM:
		victim = victim_find(k, rec);
		return victim && give(&victim->given);
	case MCW_LOCATION:
		location = location_known(k, &rec->location);
		return location && location->given;
	default:
		return false;
	}
}
