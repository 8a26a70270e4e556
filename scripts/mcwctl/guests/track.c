// SPDX-License-Identifier: GPL-2.0
/*
 * Which errors were in which guest's pages, from records as they come.
 *
 * An event's owners are looked for at once, because the kernel may move or take the page any
 * moment. It is passed on when it is settled. A corrected error is at once; others wait for their
 * outcome, before which come the records of the signals that the kernel has sent.
 */
#include "guests/track.h"

#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "source/clock.h"
#include "source/process.h"

#define NS_PER_MS 1000000ULL
#define OUTCOME_NS (2000 * NS_PER_MS)

static bool grow(void **list, size_t count, size_t *room, size_t size)
{
	size_t more = *room ? *room * 2 : 64;
	void *grown;

	if (count < *room)
		return true;
	grown = realloc(*list, more * size);
	if (!grown) {
		mcw_error("no memory for errors of guests");
		return false;
	}
	*list = grown;
	*room = more;
	return true;
}

static bool event_add(struct mcw_track *t, const struct mcw_record *rec,
		      const struct mcw_error_address *at)
{
	const struct mcw_event *ev = &rec->event;
	bool more;
	unsigned int count = mcw_event_count(ev, &more);

	if (!grow((void **)&t->event, t->event_count, &t->event_room, sizeof(*t->event)))
		return false;
	t->event[t->event_count++] = (struct mcw_tracked){
		.head = rec->head,
		.at = *at,
		.class = mcw_event_class(ev),
		.status = ev->regs.status,
		.count = count ? count : 1,
		.amd = mcw_vendor_is_amd(ev->regs.cpuvendor),
		.firmware = ev->regs.bank == MCW_BANK_FIRMWARE,
		.settled = mcw_event_class(ev) == MCW_CLASS_CORRECTED,
	};
	return true;
}

/*
 * What software logs is no error of this machine. A leftover happened before this boot, or nobody
 * knows when: whose the page was then is not known.
 */
static bool event_take(struct mcw_track *t, const struct mcw_record *rec)
{
	const struct mcw_event *ev = &rec->event;
	struct mcw_error_address at;

	if (ev->source == MCW_SOURCE_PROCESS || ev->flags & MCW_FLAG_LEFTOVER)
		return true;
	if (mcw_address_of_event(ev, &at))
		return event_add(t, rec, &at);
	t->no_address++;
	t->unplaced[t->unplaced_next++ % MCW_TRACK_UNPLACED] = *rec;
	return true;
}

/* An event without an address, which somebody else knows. Return: false without memory. */
static bool unplaced_place(struct mcw_track *t, unsigned int lane, __u64 pos,
			   const struct mcw_error_address *at)
{
	for (size_t i = 0; i < MCW_TRACK_UNPLACED; i++) {
		struct mcw_record *rec = &t->unplaced[i];

		if (rec->head.type != MCW_EVENT || rec->head.lane != lane || rec->head.pos != pos)
			continue;
		rec->head.type = 0;
		t->no_address--;
		return event_add(t, rec, at);
	}
	return true;
}

static bool outcome_take(struct mcw_track *t, const struct mcw_outcome *o)
{
	const struct mcw_error_address at = { .address = o->page, .lsb = MCW_PAGE_BITS };

	if (o->flags & MCW_OUTCOME_NO_EVENT)
		return true;
	/* The kernel trusts some addresses that the module does not. */
	if (o->page != MCW_NO_PAGE && !unplaced_place(t, o->of_lane, o->of_pos, &at))
		return false;
	for (size_t i = 0; i < t->event_count; i++)
		if (t->event[i].head.lane == o->of_lane && t->event[i].head.pos == o->of_pos)
			t->event[i].settled = true;
	return true;
}

static struct mcw_guest_page *page_of(const struct mcw_track *t, __u64 page,
				      const struct mcw_guest *guest)
{
	for (size_t i = 0; i < t->page_count; i++)
		if (t->page[i].owner.page == page && t->page[i].owner.guest == guest)
			return &t->page[i];
	return NULL;
}

static bool page_add(struct mcw_track *t, const struct mcw_owner *owner,
		     struct mcw_guest_page **page)
{
	*page = page_of(t, owner->page, owner->guest);
	if (*page || t->page_count == MCW_TRACK_PAGES)
		return true;
	if (!grow((void **)&t->page, t->page_count, &t->page_room, sizeof(*t->page)))
		return false;
	*page = &t->page[t->page_count++];
	memset(*page, 0, sizeof(**page));
	(*page)->owner = *owner;
	return true;
}

/* The record has the page's place, which the pagemap may have no more, as for huge pages. */
static bool victim_take(struct mcw_track *t, const struct mcw_record *rec)
{
	const struct mcw_victim *v = &rec->victim;
	struct mcw_guest_signal signal = {
		.page = v->page,
		.hva = v->lsb ? mcw_page_of(v->address) : 0,
		.wall_ns = rec->head.wall_ns,
		.mono_ns = rec->head.mono_ns,
		.code = v->code,
	};
	struct mcw_guest_page *page;

	if (!mcw_guests_refresh(&t->guests, false))
		return false;
	signal.guest = mcw_guests_of(&t->guests, v->pid);
	if (!signal.guest || !mcw_started_before(signal.guest->start, rec->head.mono_ns))
		return true;
	signal.guest->counts.victims++;
	if (signal.hva && v->page != MCW_NO_PAGE) {
		struct mcw_owner owner = { v->page, signal.guest, signal.hva, 0, 0 };

		mcw_owner_translate(&owner);
		if (!page_add(t, &owner, &page))
			return false;
		if (page)
			page->victims++;
	}
	t->signal[t->signal_next++ % MCW_TRACK_SIGNALS] = signal;
	if (t->signalled)
		t->signalled(t, &signal);
	return true;
}

bool mcw_track_take(struct mcw_track *t, const struct mcw_record *rec)
{
	struct mcw_error_address at;

	switch (rec->head.type) {
	case MCW_EVENT:
		return event_take(t, rec);
	case MCW_LOCATION:
		return !mcw_address_of_location(&rec->location, &at) ||
		       unplaced_place(t, rec->location.of_lane, rec->location.of_pos, &at);
	case MCW_OUTCOME:
		return outcome_take(t, &rec->outcome);
	case MCW_VICTIM:
		return victim_take(t, rec);
	default:
		return true;
	}
}

static void counts_add(const struct mcw_tracked *event, struct mcw_guest_counts *counts,
		       struct mcw_guest_page *page)
{
	__u64 *guests = &counts->uncorrected, *pages = page ? &page->uncorrected : NULL;

	if (event->class == MCW_CLASS_CORRECTED) {
		guests = &counts->corrected;
		pages = page ? &page->corrected : NULL;
	} else if (event->class == MCW_CLASS_DEFERRED) {
		guests = &counts->deferred;
		pages = page ? &page->deferred : NULL;
	}
	*guests += event->count;
	if (!page)
		return;
	*pages += event->count;
	if (!page->first_ns)
		page->first_ns = event->head.wall_ns;
	page->last_ns = event->head.wall_ns;
}

static bool owner_take(struct mcw_track *t, struct mcw_tracked *event,
		       const struct mcw_owner *owner)
{
	struct mcw_guest_page *page;

	/* A guest that began later than the error had another page, or none. */
	if (event->owner_count == MCW_TRACK_OWNERS ||
	    !mcw_started_before(owner->guest->start, event->head.mono_ns))
		return true;
	event->owner[event->owner_count++] = *owner;
	if (!page_add(t, owner, &page))
		return false;
	counts_add(event, &owner->guest->counts, page);
	if (owner->gap == MCW_OWNER_OWN_MEMORY)
		owner->guest->counts.own += event->count;
	return true;
}

static bool event_own(struct mcw_track *t, const struct mcw_owners *found,
		      struct mcw_tracked *event)
{
	__u64 page = mcw_page_of(event->at.address);
	size_t known = t->page_count;
	bool good = true, now = false;

	for (size_t i = 0; good && i < found->count; i++) {
		if (found->owner[i].page != page)
			continue;
		now = true;
		good = owner_take(t, event, &found->owner[i]);
	}
	/* The page may have moved, or was taken: then those count that it was found with before. */
	for (size_t i = 0; good && !now && i < known; i++) {
		const struct mcw_owner owner = t->page[i].owner;

		if (owner.page == page && !owner.guest->gone)
			good = owner_take(t, event, &owner);
	}
	t->no_guest += !event->owner_count;
	event->found = true;
	return good;
}

static bool owners_find(struct mcw_track *t)
{
	struct mcw_owners found = { .count = 0 };
	__u64 *pages = calloc(t->event_count + 1, sizeof(*pages));
	size_t count = 0;
	bool good = pages && mcw_guests_refresh(&t->guests, false);

	if (!pages)
		mcw_error("no memory for errors of guests");
	for (size_t i = 0; good && i < t->event_count; i++)
		if (!t->event[i].found)
			pages[count++] = t->event[i].at.address;
	good = good && (!count || mcw_guests_find(&t->guests, pages, count, &found));
	for (size_t i = 0; good && i < t->event_count; i++)
		if (!t->event[i].found)
			good = event_own(t, &found, &t->event[i]);
	mcw_owners_free(&found);
	free(pages);
	return good;
}

static void event_pass(struct mcw_track *t, const struct mcw_tracked *event)
{
	for (size_t i = 0; t->error && i < event->owner_count; i++)
		t->error(t, event, &event->owner[i]);
}

bool mcw_track_settle(struct mcw_track *t, bool all)
{
	__u64 now = mcw_now_ns(CLOCK_MONOTONIC);
	size_t kept = 0;

	if (!owners_find(t))
		return false;
	for (size_t i = 0; i < t->event_count; i++) {
		struct mcw_tracked *event = &t->event[i];

		if (all || event->settled || now - event->head.mono_ns >= OUTCOME_NS)
			event_pass(t, event);
		else if (kept++ != i)
			t->event[kept - 1] = *event;
	}
	t->event_count = kept;
	return true;
}

int mcw_track_wait(const struct mcw_track *t)
{
	__u64 now = mcw_now_ns(CLOCK_MONOTONIC);
	int wait = -1;

	for (size_t i = 0; i < t->event_count; i++) {
		const struct mcw_tracked *event = &t->event[i];
		__u64 age = now - event->head.mono_ns;
		int left = event->settled || !event->found || age >= OUTCOME_NS ?
				   0 :
				   (int)((OUTCOME_NS - age) / NS_PER_MS) + 1;

		if (wait < 0 || left < wait)
			wait = left;
	}
	return wait;
}

bool mcw_track_signalled(const struct mcw_track *t, const struct mcw_owner *owner)
{
	for (size_t i = 0; i < MCW_TRACK_SIGNALS; i++)
		if (t->signal[i].guest == owner->guest && t->signal[i].page == owner->page)
			return true;
	return false;
}

void mcw_track_free(struct mcw_track *t)
{
	mcw_virsh_events_end(&t->virsh);
	mcw_guests_free(&t->guests);
	free(t->page);
	free(t->event);
	t->page = NULL;
	t->event = NULL;
}
