// SPDX-License-Identifier: GPL-2.0
/*
 * Feeds the diagnosis. An event needs its location, which comes after it: so of the device all
 * events are read before the locations, and of a recording all locations are read first.
 */
#define _GNU_SOURCE
#include "cmd/diagnosis.h"

#include <stdlib.h>
#include <string.h>

#include "cmd/command.h"
#include "decode/location.h"
#include "diagnose/diagnose.h"
#include "error.h"
#include "source/clock.h"
#include "source/dimms.h"
#include "source/located.h"
#include "source/recordings.h"
#include "source/stream.h"

struct feeder {
	struct mcw_diagnosis *d;
	struct mcw_located located;
	unsigned int load; /* of a recording: its number in the file */
	__u64 load_id;
	/* Of the firmware's locations, which are of no event: */
	struct mcw_dimms dimms;
	struct mcw_location_join join;
	/* Of the device: */
	bool keeps;
	struct mcw_record *kept;
	size_t count, room;
};

static void event_feed(struct feeder *r, const struct mcw_record *rec)
{
	struct mcw_dimm_known known =
		mcw_located_find(&r->located, r->load, rec->head.lane, rec->head.pos);
	struct mcw_sign sign;

	if (!mcw_sign_of_event(&sign, rec, known.dimm || known.place.known ? &known : NULL))
		return;
	sign.load = r->load_id;
	mcw_diagnosis_feed(r->d, &sign);
}

static void outcome_feed(struct feeder *r, const struct mcw_record *rec)
{
	const struct mcw_outcome *o = &rec->outcome;

	mcw_diagnosis_outcome(r->d, &(struct mcw_sign_outcome){
					    .page = o->page,
					    .offline = o->reason == MCW_REASON_DONE &&
						       (o->action == MCW_ACTION_OFFLINE ||
							o->action == MCW_ACTION_SOFT_OFFLINE),
					    .victims = o->victims,
				    });
}

/* Those that got their signal when the page was taken are in its outcome. */
static void victim_feed(struct feeder *r, const struct mcw_record *rec)
{
	if (rec->victim.cause != MCW_VICTIM_TAKEN)
		mcw_diagnosis_outcome(r->d, &(struct mcw_sign_outcome){
						    .page = rec->victim.page,
						    .victims = 1,
					    });
}

static void report_feed(struct feeder *r, const struct mcw_location_whole *whole)
{
	const struct mcw_dimms *dimms = r->dimms.count ? &r->dimms : &r->located.dimms;
	struct mcw_dimm_known known = mcw_dimms_of_location(dimms, whole);
	struct mcw_sign sign = mcw_sign_of_report(&whole->first, &known);

	if (!(whole->first.location.flags & MCW_LOCATION_NO_EVENT))
		return;
	sign.load = r->load_id;
	mcw_diagnosis_feed(r->d, &sign);
}

static void location_feed(struct feeder *r, const struct mcw_record *rec)
{
	struct mcw_location_whole whole;

	if (mcw_location_take(&r->join, rec, &whole))
		report_feed(r, &whole);
}

static void locations_end(struct feeder *r)
{
	struct mcw_location_whole whole;

	while (mcw_location_left(&r->join, &whole))
		report_feed(r, &whole);
}

static void record_feed(struct feeder *r, const struct mcw_record *rec)
{
	switch (rec->head.type) {
	case MCW_EVENT:
		event_feed(r, rec);
		break;
	case MCW_OUTCOME:
		outcome_feed(r, rec);
		break;
	case MCW_VICTIM:
		victim_feed(r, rec);
		break;
	case MCW_LOCATION:
		location_feed(r, rec);
		break;
	}
}

static bool record_keep(struct feeder *r, const struct mcw_record *rec)
{
	if (r->count == r->room) {
		size_t room = r->room ? 2 * r->room : 1024;
		void *kept = reallocarray(r->kept, room, sizeof(*r->kept));

		if (!kept) {
			mcw_error("no memory for %zu records", room);
			return false;
		}
		r->kept = kept;
		r->room = room;
	}
	r->kept[r->count++] = *rec;
	return true;
}

static void losses_take(struct feeder *r, struct mcw_stream *s)
{
	for (unsigned int lane = 0; lane < MCW_LANES; lane++) {
		if (lane <= MCW_LANE_OTHER)
			mcw_diagnosis_lose(r->d, s->lost[lane].lost);
		mcw_lost_said(&s->lost[lane]);
	}
}

static enum mcw_step record_take(struct mcw_stream *s, const struct mcw_record *rec)
{
	struct feeder *r = s->self;

	losses_take(r, s);
	if (r->keeps)
		return record_keep(r, rec) ? MCW_STEP_MORE : MCW_STEP_FAILED;
	record_feed(r, rec);
	return MCW_STEP_MORE;
}

static enum mcw_step end_take(struct mcw_stream *s, const struct mcw_end *end)
{
	(void)end;
	losses_take(s->self, s);
	return MCW_STEP_MORE;
}

static enum mcw_step session_take(struct mcw_stream *s, const struct mcw_session *session,
				  bool fresh)
{
	struct feeder *r = s->self;

	losses_take(r, s);
	r->load += fresh && r->load_id;
	r->load_id = session->load ? session->load : 1;
	if (fresh)
		locations_end(r);
	return MCW_STEP_MORE;
}

static enum mcw_step dimm_take(struct mcw_stream *s, const struct mcw_dimm_entry *dimm)
{
	struct feeder *r = s->self;

	return mcw_dimms_take(&r->dimms, dimm) ? MCW_STEP_MORE : MCW_STEP_FAILED;
}

static const struct mcw_consumer consumer = {
	.record = record_take,
	.end = end_take,
	.session = session_take,
	.dimm = dimm_take,
};

static void feeder_free(struct feeder *r)
{
	mcw_located_free(&r->located);
	mcw_dimms_free(&r->dimms);
	free(r->kept);
}

struct mcw_diagnosis *mcw_diagnosis_new(const struct mcw_limits *limits)
{
	struct mcw_diagnosis *d = malloc(mcw_diagnosis_bytes());

	if (d)
		mcw_diagnosis_begin(d, limits);
	else
		mcw_error("no memory for the diagnosis");
	return d;
}

bool mcw_diagnosis_read(struct mcw_diagnosis *d, const struct mcw_options *o)
{
	struct feeder r = { .d = d, .load_id = 1, .keeps = true };
	struct mcw_stream s = {
		.consumer = &consumer,
		.self = &r,
		.path = o->device,
		.since_ns = o->filter.since_ns,
		.may_map = true,
		.looks_only = true,
		.output = -1,
	};
	bool good = mcw_stream_open(&s);

	if (good) {
		good = mcw_stream_finish(&s) != MCW_STEP_FAILED;
		losses_take(&r, &s);
		mcw_stream_close(&s);
	}
	good = good && mcw_located_read(&r.located, o->device, o->edac, o->dmi);
	for (size_t i = 0; good && i < r.count; i++)
		record_feed(&r, &r.kept[i]);
	if (good) {
		locations_end(&r);
		mcw_diagnosis_clock(d, r.load_id, mcw_now_ns(CLOCK_MONOTONIC),
				    mcw_now_ns(CLOCK_REALTIME));
	}
	feeder_free(&r);
	return good;
}

bool mcw_diagnosis_replay_file(struct mcw_diagnosis *d, const char *path, __u64 since_ns,
			       bool quiet)
{
	struct feeder r = { .d = d };
	struct mcw_stream s = {
		.consumer = &consumer,
		.self = &r,
		.path = path,
		.since_ns = since_ns,
		.quiet = quiet,
		.output = -1,
	};
	bool good = mcw_located_recording(&r.located, path) &&
		    mcw_stream_replay(&s) != MCW_STEP_FAILED;

	losses_take(&r, &s);
	locations_end(&r);
	feeder_free(&r);
	return good;
}

bool mcw_diagnosis_replay(struct mcw_diagnosis *d, const struct mcw_options *o)
{
	struct mcw_recordings all = { .count = 0 };
	bool good = mcw_recordings_add(&all, o->file);

	for (char *const *more = o->arguments; good && more && *more; more++)
		good = mcw_recordings_add(&all, *more);
	mcw_recordings_sort(&all);
	for (size_t i = 0; good && i < all.count; i++)
		good = mcw_diagnosis_replay_file(d, all.files[i].path, o->filter.since_ns, false);
	mcw_recordings_free(&all);
	return good;
}
