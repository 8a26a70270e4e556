// SPDX-License-Identifier: GPL-2.0
/*
 * Which guests have the pages that a command prints. Monitors are left alone: they have one client.
 * Guest-physical addresses are known where mcwctl guests --forward notes them.
 */
#include "cmd/page_owners.h"

#include <stdlib.h>
#include <string.h>

#include "guests/noted.h"
#include "show/outcome.h"
#include "source/clock.h"
#include "source/device.h"

#define NS_PER_S 1000000000ULL
/* A page may get another owner. All guests are looked through for each that is not kept. */
#define KEPT_NS (5 * NS_PER_S)

static bool has_guests(struct mcw_page_owners *p)
{
	p->guests.proc = "/proc";
	p->guests.noted = MCW_GUESTS_STATE;
	return mcw_guests_refresh(&p->guests, false) && p->guests.count;
}

void mcw_page_owners_find(struct mcw_page_owners *p, const __u64 *pages, size_t count)
{
	p->count = 0;
	p->owners.count = 0;
	if (!count || !has_guests(p))
		return;
	if (p->room < count) {
		__u64 *more = realloc(p->page, count * sizeof(*more));

		if (!more)
			return;
		p->page = more;
		p->room = count;
	}
	memcpy(p->page, pages, count * sizeof(*pages));
	p->count = count;
	p->time_ns = mcw_now_ns(CLOCK_MONOTONIC);
	mcw_guests_find(&p->guests, p->page, count, &p->owners);
}

void mcw_page_owners_prepare(struct mcw_page_owners *p, const char *device)
{
	struct mcw_outcomes outcomes = { .records = NULL };
	__u64 *pages;

	if (!has_guests(p) || !mcw_outcomes_read(&outcomes, device, mcw_outcome_by_page))
		return;
	pages = calloc(outcomes.count + 1, sizeof(*pages));
	for (size_t i = 0; pages && i < outcomes.count; i++)
		pages[i] = outcomes.records[i].outcome.page;
	if (pages)
		mcw_page_owners_find(p, pages, outcomes.count);
	free(pages);
	mcw_outcomes_free(&outcomes);
}

static bool is_kept(const struct mcw_page_owners *p, __u64 page)
{
	if (mcw_now_ns(CLOCK_MONOTONIC) - p->time_ns > KEPT_NS)
		return false;
	for (size_t i = 0; i < p->count; i++)
		if (p->page[i] == page)
			return true;
	return false;
}

const struct mcw_owner *mcw_page_owners_of(struct mcw_page_owners *p, __u64 page, size_t *count)
{
	const struct mcw_owner *first = NULL;

	*count = 0;
	if (p->off || page == MCW_NO_PAGE)
		return NULL;
	if (!is_kept(p, page))
		mcw_page_owners_find(p, &page, 1);
	for (size_t i = 0; i < p->owners.count; i++) {
		if (p->owners.owner[i].page != page)
			continue;
		if (!first)
			first = &p->owners.owner[i];
		++*count;
	}
	return first;
}

void mcw_page_owners_json(struct mcw_page_owners *p, FILE *out, const struct mcw_record *outcome,
			  __u64 lost)
{
	size_t count;
	const struct mcw_owner *owner = mcw_page_owners_of(p, outcome->outcome.page, &count);

	mcw_json_outcome_owned(out, outcome, lost, owner, count);
}

void mcw_page_owners_free(struct mcw_page_owners *p)
{
	mcw_owners_free(&p->owners);
	mcw_guests_free(&p->guests);
	free(p->page);
	p->page = NULL;
}
