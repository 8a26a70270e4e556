// SPDX-License-Identifier: GPL-2.0
/*
 * Which DIMM each event is about.
 */
#define _GNU_SOURCE
#include "source/located.h"

#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "source/file_reader.h"
#include "source/stream.h"

/* The number of the DIMM in the list, where it gets a place if it has none; -1 without memory. */
static long dimm_number(struct mcw_located *l, const struct mcw_dimm *dimm)
{
	struct mcw_dimm_entry entry, *more;
	size_t i = l->dimm_count;

	mcw_dimms_entry(&l->dimms, dimm - l->dimms.dimms, &entry);
	while (i--)
		if (!memcmp(&l->dimm[i], &entry, sizeof(entry)))
			return i;
	more = reallocarray(l->dimm, l->dimm_count + 1, sizeof(*more));
	if (!more) {
		mcw_error("no memory for %zu DIMMs", l->dimm_count + 1);
		return -1;
	}
	l->dimm = more;
	more[l->dimm_count] = entry;
	return l->dimm_count++;
}

static bool event_add(struct mcw_located *l, const struct mcw_location *location, long dimm,
		      const struct mcw_dimm_known *known)
{
	if (l->event_count == l->event_room) {
		size_t room = l->event_room ? 2 * l->event_room : 256;
		void *more = reallocarray(l->event, room, sizeof(*l->event));

		if (!more) {
			mcw_error("no memory for %zu locations", room);
			return false;
		}
		l->event = more;
		l->event_room = room;
	}
	l->event[l->event_count++] = (struct mcw_located_event){
		.pos = location->of_pos,
		.load = l->load,
		.lane = location->of_lane,
		.dimm = dimm,
		.place = known->place,
		.source = known->source,
	};
	return true;
}

static bool whole_add(struct mcw_located *l, const struct mcw_location_whole *whole)
{
	const struct mcw_location *location = &whole->first.location;
	struct mcw_dimm_known known;
	long number = -1;

	if (location->flags & (MCW_LOCATION_NO_EVENT | MCW_LOCATION_LOST | MCW_LOCATION_UNSURE))
		return true;
	known = mcw_dimms_of_location(&l->dimms, whole);
	if (!known.dimm && !known.place.known)
		return true;
	if (known.dimm) {
		number = dimm_number(l, known.dimm);
		if (number < 0)
			return false;
	}
	return event_add(l, location, number, &known);
}

static bool record_add(struct mcw_located *l, const struct mcw_record *rec)
{
	struct mcw_location_whole whole;

	if (rec->head.type != MCW_LOCATION || !mcw_location_take(&l->join, rec, &whole))
		return true;
	return whole_add(l, &whole);
}

static int by_event(const void *left, const void *right)
{
	const struct mcw_located_event *a = left, *b = right;

	if (a->load != b->load)
		return a->load < b->load ? -1 : 1;
	if (a->lane != b->lane)
		return a->lane < b->lane ? -1 : 1;
	return (a->pos > b->pos) - (a->pos < b->pos);
}

/* The last locations of a load, of which records are missing. */
static bool load_end(struct mcw_located *l)
{
	struct mcw_location_whole whole;

	while (mcw_location_left(&l->join, &whole))
		if (!whole_add(l, &whole))
			return false;
	return true;
}

static bool end(struct mcw_located *l)
{
	if (!load_end(l))
		return false;
	if (l->event_count)
		qsort(l->event, l->event_count, sizeof(*l->event), by_event);
	return true;
}

static enum mcw_step record_take(struct mcw_stream *s, const struct mcw_record *rec)
{
	return record_add(s->self, rec) ? MCW_STEP_MORE : MCW_STEP_FAILED;
}

bool mcw_located_read(struct mcw_located *l, const char *path, const char *edac, const char *dmi)
{
	static const struct mcw_consumer consumer = { .record = record_take };
	struct mcw_stream s = {
		.consumer = &consumer,
		.self = l,
		.path = path,
		.lanes = 1U << MCW_LANE_LOCATION,
		.output = -1,
	};
	enum mcw_step step;

	if (!mcw_dimms_read(&l->dimms, edac, dmi))
		return false;
	if (!mcw_stream_open(&s))
		return false;
	step = mcw_stream_finish(&s);
	mcw_stream_close(&s);
	return step != MCW_STEP_FAILED && end(l);
}

static bool entry_add(struct mcw_located *l, const struct mcw_entry *e)
{
	if (e->kind == MCW_ENTRY_DIMM)
		return mcw_dimms_take(&l->dimms, &e->dimm);
	return e->kind != MCW_ENTRY_RECORD || record_add(l, &e->record);
}

bool mcw_located_recording(struct mcw_located *l, const char *path)
{
	struct mcw_recording f;
	struct mcw_entry e;
	bool good = true;
	int opened = mcw_recording_open_at(&f, path, 0);

	if (opened <= 0)
		return !opened;
	while (good && mcw_recording_next(&f, &e) == MCW_NEXT_ENTRY) {
		if (f.loads != l->load) {
			good = load_end(l);
			l->load = f.loads;
		}
		good = good && entry_add(l, &e);
	}
	mcw_recording_close(&f);
	return good && end(l);
}

bool mcw_located_from(struct mcw_located *l, const char *path, __u64 offset)
{
	struct mcw_recording f;
	struct mcw_entry e;
	int opened;
	bool good;

	mcw_located_free(l);
	opened = mcw_recording_open_at(&f, path, offset);
	if (opened <= 0)
		return !opened;
	good = true;
	while (good && mcw_recording_next_of_load(&f, &e))
		good = entry_add(l, &e);
	mcw_recording_close(&f);
	return good && end(l);
}

void mcw_located_free(struct mcw_located *l)
{
	mcw_dimms_free(&l->dimms);
	free(l->dimm);
	free(l->event);
	memset(l, 0, sizeof(*l));
}

struct mcw_dimm_known mcw_located_find(const struct mcw_located *l, unsigned int load,
				       unsigned int lane, __u64 pos)
{
	static struct mcw_dimm dimm;
	static struct mcw_memory_device device;
	const struct mcw_located_event wanted = { .pos = pos, .load = load, .lane = lane };
	struct mcw_dimm_known known = { .slot.reason = MCW_SLOT_NO_DIMM };
	const struct mcw_located_event *found = NULL;

	if (l->event_count)
		found = bsearch(&wanted, l->event, l->event_count, sizeof(*l->event), by_event);
	if (!found)
		return known;
	known.source = found->source;
	known.place = found->place;
	if (found->dimm < 0) {
		if (l->dimms.smbios)
			known.slot = mcw_dimm_slot_without_driver(l->dimms.smbios);
		return known;
	}
	mcw_dimm_entry_get(&l->dimm[found->dimm], &dimm, &device, &known.slot.reason);
	known.dimm = &dimm;
	known.slot.device = device.populated ? &device : NULL;
	return known;
}
