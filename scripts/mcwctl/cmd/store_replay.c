// SPDX-License-Identifier: GPL-2.0
/*
 * Feeds a store with recordings. Their records are the clock: it goes on as they came.
 */
#include "cmd/store_replay.h"

#include "source/dimms.h"
#include "source/recordings.h"
#include "source/stream.h"
#include "store/keeper.h"
#include "store/store.h"

struct replay {
	struct mcw_keeper *keeper;
	struct mcw_dimms dimms;
	__u64 mono_ns;
	bool ended;		/* the recorder wrote its end */
};

static void losses_take(struct replay *r, struct mcw_stream *s)
{
	for (unsigned int lane = 0; lane < MCW_LANES; lane++) {
		if (lane <= MCW_LANE_OTHER)
			mcw_keeper_lost(r->keeper, s->lost[lane].lost);
		mcw_lost_said(&s->lost[lane]);
	}
}

static enum mcw_step record_take(struct mcw_stream *s, const struct mcw_record *rec)
{
	struct replay *r = s->self;

	losses_take(r, s);
	if (rec->head.mono_ns > r->mono_ns)
		r->mono_ns = rec->head.mono_ns;
	mcw_keeper_due(r->keeper, r->mono_ns, rec->head.wall_ns);
	mcw_keeper_record(r->keeper, rec);
	return MCW_STEP_MORE;
}

static enum mcw_step end_take(struct mcw_stream *s, const struct mcw_end *end)
{
	struct replay *r = s->self;

	losses_take(r, s);
	if (end->mono_ns > r->mono_ns)
		mcw_keeper_due(r->keeper, end->mono_ns, end->wall_ns);
	mcw_keeper_end(r->keeper, MCW_BOOT_STOPPED);
	r->ended = true;
	return MCW_STEP_MORE;
}

static enum mcw_step session_take(struct mcw_stream *s, const struct mcw_session *session,
				  bool fresh)
{
	struct replay *r = s->self;

	losses_take(r, s);
	mcw_keeper_session(r->keeper, session);
	if (fresh)
		r->mono_ns = session->mono_ns;
	r->ended = false;
	return MCW_STEP_MORE;
}

/* The last one of a table makes it whole. */
static enum mcw_step dimm_take(struct mcw_stream *s, const struct mcw_dimm_entry *dimm)
{
	struct replay *r = s->self;

	if (!mcw_dimms_take(&r->dimms, dimm))
		return MCW_STEP_FAILED;
	if (dimm->number + 1 == dimm->count)
		mcw_keeper_modules(r->keeper, &r->dimms);
	return MCW_STEP_MORE;
}

static bool file_replay(struct replay *r, const char *path)
{
	static const struct mcw_consumer consumer = {
		.record = record_take,
		.end = end_take,
		.session = session_take,
		.dimm = dimm_take,
	};
	struct mcw_stream s = { .consumer = &consumer, .self = r, .path = path, .output = -1 };
	bool good = mcw_stream_replay(&s) != MCW_STEP_FAILED;

	losses_take(r, &s);
	return good;
}

bool mcw_store_replay(struct mcw_store *store, const struct mcw_limits *limits, const char *path,
		      char *const *more)
{
	struct replay r = { .keeper = mcw_keeper_new(store, limits) };
	struct mcw_recordings all = { .count = 0 };
	bool good = r.keeper && mcw_recordings_add(&all, path);

	while (good && *more)
		good = mcw_recordings_add(&all, *more++);
	mcw_recordings_sort(&all);
	for (size_t i = 0; good && i < all.count; i++)
		good = file_replay(&r, all.files[i].path);
	if (r.keeper && !r.ended)
		mcw_keeper_end(r.keeper, MCW_BOOT_RUNS);
	mcw_recordings_free(&all);
	mcw_keeper_free(r.keeper);
	mcw_dimms_free(&r.dimms);
	return good;
}
