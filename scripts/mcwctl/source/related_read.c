// SPDX-License-Identifier: GPL-2.0
/*
 * Reads the records that belong to events, from the device or from a recording.
 */
#include <string.h>

#include "source/file_reader.h"
#include "source/related.h"
#include "source/stream.h"

static enum mcw_step record_take(struct mcw_stream *s, const struct mcw_record *rec)
{
	return mcw_related_add(s->self, rec) ? MCW_STEP_MORE : MCW_STEP_FAILED;
}

bool mcw_related_read(struct mcw_related *k, const char *path, unsigned int lanes)
{
	static const struct mcw_consumer consumer = { .record = record_take };
	struct mcw_stream s = {
		.consumer = &consumer,
		.self = k,
		.path = path,
		.lanes = lanes,
		.output = -1,
	};
	enum mcw_step step;

	if (!mcw_stream_open(&s))
		return false;
	step = mcw_stream_finish(&s);
	mcw_stream_close(&s);
	return step != MCW_STEP_FAILED && mcw_related_end(k);
}

/*
 * A table of DIMMs can come between an event and its location, which names a DIMM of that table.
 * Such a location is left for its own turn.
 */
static bool entries_add(struct mcw_related *k, struct mcw_recording *f, unsigned int lanes)
{
	__u64 seen[MCW_LANES] = { 0 }, before[MCW_LANES] = { 0 };
	bool good = true;
	struct mcw_entry e;

	while (good && mcw_recording_next_of_load(f, &e)) {
		const struct mcw_record *rec = &e.record;

		if (e.kind == MCW_ENTRY_DIMM)
			memcpy(before, seen, sizeof(before));
		if (e.kind != MCW_ENTRY_RECORD)
			continue;
		if (rec->head.type == MCW_EVENT)
			seen[rec->head.lane] = rec->head.pos + 1;
		if (rec->head.type == MCW_LOCATION &&
		    (rec->location.of_lane >= MCW_LANES ||
		     rec->location.of_pos < before[rec->location.of_lane]))
			continue;
		if (lanes & 1U << rec->head.lane)
			good = mcw_related_add(k, rec);
	}
	return good;
}

bool mcw_related_from(struct mcw_related *k, const char *path, __u64 offset, unsigned int lanes)
{
	struct mcw_recording f;
	int opened;
	bool good;

	mcw_related_free(k);
	opened = mcw_recording_open_at(&f, path, offset);
	if (opened <= 0)
		return !opened;
	good = entries_add(k, &f, lanes) && mcw_related_end(k);
	mcw_recording_close(&f);
	return good;
}
