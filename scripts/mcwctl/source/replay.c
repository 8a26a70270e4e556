// SPDX-License-Identifier: GPL-2.0
/*
 * A recording as a stream of records, with the losses that a reader of the device would see.
 */
#include <string.h>

#include "error.h"
#include "source/file_reader.h"
#include "source/stream.h"

struct replay {
	struct mcw_stream *s;
	struct mcw_recording f;
	struct mcw_session session;
	bool begun;
	bool ended;		/* the recorder wrote its end: nothing is missing after it */
};

static void say_no_end(const struct replay *r)
{
	if (r->s->quiet)
		return;
	mcw_error("%s: the recording of %s was cut off, records may be missing after its last one",
		  r->s->file, r->session.host[0] ? r->session.host : "a machine without a name");
}

static enum mcw_step session_take(struct replay *r, const struct mcw_session *session)
{
	bool fresh = !r->begun || !mcw_session_same_load(&r->session, session);
	enum mcw_step step = MCW_STEP_MORE;

	if (fresh && r->begun && !r->ended)
		say_no_end(r);
	r->s->offset = mcw_recording_place(&r->f);
	r->s->file = r->f.path;
	if (r->s->consumer->session)
		step = r->s->consumer->session(r->s, session, fresh);
	if (fresh)
		mcw_session_begin(session, r->s->lost);
	r->session = *session;
	r->begun = true;
	r->ended = false;
	return step;
}

static enum mcw_step entry_take(struct replay *r, const struct mcw_entry *e)
{
	struct mcw_stream *s = r->s;

	switch (e->kind) {
	case MCW_ENTRY_SESSION:
		return session_take(r, &e->session);
	case MCW_ENTRY_RECORD:
		return mcw_stream_record(s, &e->record);
	case MCW_ENTRY_MISSED:
		for (unsigned int lane = 0; lane < MCW_LANES; lane++)
			mcw_lost_missed(&s->lost[lane], e->missed.lane[lane]);
		return s->consumer->missed ? s->consumer->missed(s, &e->missed) : MCW_STEP_MORE;
	case MCW_ENTRY_END:
		r->ended = true;
		for (unsigned int lane = 0; lane < MCW_LANES; lane++) {
			const struct mcw_lane_info info = mcw_end_lane(&e->end, lane);

			mcw_lost_end(&s->lost[lane], &info);
		}
		return s->consumer->end ? s->consumer->end(s, &e->end) : MCW_STEP_MORE;
	case MCW_ENTRY_DIMM:
		return s->consumer->dimm ? s->consumer->dimm(s, &e->dimm) : MCW_STEP_MORE;
	default:
		r->ended = true;
		return MCW_STEP_MORE;
	}
}

enum mcw_step mcw_stream_replay(struct mcw_stream *s)
{
	struct replay r = { .s = s };
	enum mcw_step step = MCW_STEP_MORE;
	enum mcw_next next = MCW_NEXT_END;
	struct mcw_entry e;

	if (!mcw_recording_open(&r.f, s->path))
		return MCW_STEP_FAILED;
	r.f.quiet = s->quiet;
	while (step == MCW_STEP_MORE) {
		next = mcw_recording_next(&r.f, &e);
		if (next != MCW_NEXT_ENTRY)
			break;
		step = entry_take(&r, &e);
	}
	if (step == MCW_STEP_MORE && r.begun && !r.ended && !mcw_recording_is_written(&r.f))
		say_no_end(&r);
	mcw_recording_close(&r.f);
	return next == MCW_NEXT_FAILED || r.f.damaged ? MCW_STEP_FAILED : step;
}
