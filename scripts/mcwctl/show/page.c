// SPDX-License-Identifier: GPL-2.0
/*
 * Pages, their state and history, as lines or as one JSON object a page.
 */
#include "show/page.h"

#include "decode/decode.h"
#include "guests/guests.h"
#include "show/dimm.h"
#include "show/guest.h"
#include "show/json.h"
#include "show/outcome.h"
#include "show/text.h"
#include "source/device.h"
#include "source/file_reader.h"
#include "source/located.h"
#include "source/page_counts.h"

/* What is known of one page. */
struct page {
	__u64 address;
	const struct mcw_ce_page *info;	/* or NULL */
	const struct mcw_record *history;	/* oldest first */
	size_t outcomes;
	const struct mcw_owner *owner;	/* the first guest that has it, by pid */
	size_t owners;
};

struct state {
	const char *name;	/* in JSON */
	const char *text;
};

static const struct state offline = { "offline", "offline" };
static const struct state soft_offline = { "soft_offline", "soft offline" };
static const struct state poisoned = { "poisoned", "poisoned" };
static const struct state in_use = { "in_use", "poisoned, still in use" };
static const struct state taking = { "taking", "about to be taken" };
static const struct state failed = { "failed", "could not be taken" };
static const struct state left = { "left", "left as it is" };
static const struct state counting = { "counting", "counting" };

const char *mcw_page_state_name(unsigned int n)
{
	static const struct state *const states[] = {
		&offline, &soft_offline, &poisoned, &in_use, &taking, &failed, &left, &counting,
	};

	return n < ARRAY_SIZE(states) ? states[n]->name : NULL;
}

/* Return: NULL if the outcome does not say that the page is poisoned. */
static const struct state *poisoned_by(const struct mcw_outcome *o)
{
	switch (o->reason) {
	case MCW_REASON_DONE:
		return o->action == MCW_ACTION_SOFT_OFFLINE ? &soft_offline : &offline;
	case MCW_REASON_IN_USE:
		return &in_use;
	case MCW_REASON_ALREADY:
	case MCW_REASON_FLAGGED:
		return &poisoned;
	default:
		return NULL;
	}
}

/* A poisoned page stays poisoned, so the first outcome that says so gives the state. */
static const struct state *state_of(const struct page *p)
{
	for (size_t i = 0; i < p->outcomes; i++) {
		const struct state *s = poisoned_by(&p->history[i].outcome);

		if (s)
			return s;
	}
	if (p->info && p->info->state == MCW_CE_PAGE_TAKEN)
		return &poisoned;
	if (p->info && p->info->state == MCW_CE_PAGE_TAKING)
		return &taking;
	if (p->info && p->info->state == MCW_CE_PAGE_FAILED)
		return &failed;
	if (!p->outcomes)
		return &counting;
	if (p->history[p->outcomes - 1].outcome.reason == MCW_REASON_GAVE_UP)
		return &failed;
	return &left;
}

/* The DIMM of the first outcome whose event has one. */
static struct mcw_dimm_known dimm_of(const struct page *p, const struct mcw_located *located)
{
	struct mcw_dimm_known known = { .dimm = NULL };

	for (size_t i = 0; i < p->outcomes && !known.dimm; i++) {
		const struct mcw_outcome *o = &p->history[i].outcome;

		if (!(o->flags & MCW_OUTCOME_NO_EVENT))
			known = mcw_located_find(located, mcw_recorded_load(&p->history[i].head),
						 o->of_lane, o->of_pos);
	}
	return known;
}

static void print_text(FILE *out, const struct page *p, const struct mcw_dimm_known *known,
		       __u64 wall_minus_mono)
{
	fprintf(out, "0x%016llx %s", p->address, state_of(p)->text);
	if (known->dimm) {
		fputs("; memory module \"", out);
		mcw_text_safely(out, known->dimm->label);
		fputc('"', out);
		mcw_dimm_known_print(out, known);
	}
	if (p->info && p->info->count) {
		fprintf(out, "; %u corrected error%s since ", p->info->count,
			p->info->count == 1 ? "" : "s");
		mcw_text_time(out, p->info->begin_ns + wall_minus_mono);
		if (p->info->count > 1) {
			fputs(", the last at ", out);
			mcw_text_time(out, p->info->last_ns + wall_minus_mono);
		}
	}
	for (size_t i = 0; i < p->owners; i++) {
		fputs("; ", out);
		mcw_text_owner(out, &p->owner[i]);
	}
	fputc('\n', out);
	for (size_t i = 0; i < p->outcomes; i++) {
		fputs("    ", out);
		mcw_text_outcome(out, &p->history[i], false);
	}
}

static void history_write(struct mcw_json *json, const struct page *p)
{
	mcw_json_begin_array(json, "history");
	for (size_t i = 0; i < p->outcomes; i++) {
		const struct mcw_head *head = &p->history[i].head;

		mcw_json_begin_object(json, NULL);
		mcw_json_number(json, "pos", head->pos);
		mcw_json_time(json, "time", head->wall_ns);
		mcw_json_number(json, "mono_ns", head->mono_ns);
		mcw_json_outcome_body(json, &p->history[i].outcome);
		mcw_json_end_object(json);
	}
	mcw_json_end_array(json);
}

static void print_json(FILE *out, const struct page *p, const struct mcw_dimm_known *known,
		       __u64 wall_minus_mono)
{
	struct mcw_json json;

	mcw_json_begin_line(&json, out);
	mcw_json_string(&json, "type", "page");
	mcw_json_register(&json, "page", p->address);
	mcw_json_string(&json, "state", state_of(p)->name);
	mcw_json_number(&json, "count", p->info ? p->info->count : 0);
	if (p->info && p->info->count) {
		mcw_json_time(&json, "since", p->info->begin_ns + wall_minus_mono);
		mcw_json_time(&json, "last", p->info->last_ns + wall_minus_mono);
	}
	mcw_json_dimm(&json, known);
	if (p->owners)
		mcw_json_owners(&json, p->owner, p->owners);
	history_write(&json, p);
	mcw_json_end_line(&json);
}

void mcw_history_print(FILE *out, const struct mcw_page_counts *counts,
		       const struct mcw_outcomes *outcomes, const struct mcw_located *located,
		       const struct mcw_owners *owners, bool json)
{
	size_t i = 0, n = 0, o = 0;

	for (;;) {
		__u64 by_count = i < counts->count ? counts->pages[i].page : MCW_NO_PAGE;
		__u64 by_outcome = n < outcomes->count ? outcomes->records[n].outcome.page :
							 MCW_NO_PAGE;
		struct mcw_dimm_known known;
		struct page p = { .address = by_count < by_outcome ? by_count : by_outcome };

		/* Outcomes without a page are sorted last. */
		if (p.address == MCW_NO_PAGE)
			break;
		if (by_count == p.address)
			p.info = &counts->pages[i++];
		p.history = &outcomes->records[n];
		while (n < outcomes->count && outcomes->records[n].outcome.page == p.address)
			n++;
		p.outcomes = &outcomes->records[n] - p.history;
		while (o < owners->count && owners->owner[o].page < p.address)
			o++;
		p.owner = &owners->owner[o];
		while (o < owners->count && owners->owner[o].page == p.address)
			o++;
		p.owners = &owners->owner[o] - p.owner;
		known = dimm_of(&p, located);
		if (json)
			print_json(out, &p, &known, counts->wall_minus_mono);
		else
			print_text(out, &p, &known, counts->wall_minus_mono);
	}
}
