// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl record --store.
 */
#include "cmd/record_store.h"

#include "cmd/command.h"
#include "cmd/limits_file.h"
#include "diagnose/limits.h"
#include "error.h"
#include "source/clock.h"
#include "source/stream.h"
#include "store/batch.h"
#include "store/keeper.h"
#include "store/store.h"

#define NS_PER_S 1000000000ULL
#define TRIM_NS (86400 * NS_PER_S)
/* Five years of a machine whose every module has errors each day are 20 MB. */
#define KEEP_DAYS 1825
#define KEEP_BYTES (64ULL << 20)

bool mcw_record_store_begin(struct mcw_record_store *r, const struct mcw_options *o,
			    const struct mcw_session *session)
{
	struct mcw_limits limits;

	if (!o->store)
		return true;
	if (!mcw_limits_read(&limits, o->config))
		return false;
	r->store = mcw_store_open(o->store, MCW_STORE_RECORD);
	if (r->store)
		r->keeper = mcw_keeper_new(r->store, &limits);
	if (r->keeper)
		mcw_keeper_session(r->keeper, session);
	else
		mcw_error("the records are written to their file, and not counted in a store");
	return true;
}

void mcw_record_store_modules(struct mcw_record_store *r, const struct mcw_dimms *dimms)
{
	if (r->keeper)
		mcw_keeper_modules(r->keeper, dimms);
}

void mcw_record_store_take(struct mcw_record_store *r, const struct mcw_record *rec)
{
	if (r->keeper)
		mcw_keeper_record(r->keeper, rec);
}

static void losses_take(struct mcw_record_store *r, const struct mcw_stream *s)
{
	__u64 lost = 0;

	for (unsigned int lane = 0; lane <= MCW_LANE_OTHER; lane++)
		lost += s->lost[lane].lost;
	if (lost > r->lost)
		mcw_keeper_lost(r->keeper, lost - r->lost);
	r->lost = lost;
}

int mcw_record_store_due(struct mcw_record_store *r, const struct mcw_stream *s)
{
	__u64 now = mcw_now_ns(CLOCK_MONOTONIC), wall = mcw_now_ns(CLOCK_REALTIME);

	if (!r->keeper)
		return -1;
	losses_take(r, s);
	if (!r->trimmed_ns || now > r->trimmed_ns + TRIM_NS) {
		r->trimmed_ns = now;
		mcw_store_trim(r->store, wall, KEEP_DAYS, KEEP_BYTES);
	}
	return mcw_keeper_due(r->keeper, now, wall);
}

void mcw_record_store_end(struct mcw_record_store *r, bool good)
{
	if (r->keeper)
		mcw_keeper_end(r->keeper, good ? MCW_BOOT_STOPPED : MCW_BOOT_RUNS);
	mcw_keeper_free(r->keeper);
	mcw_store_close(r->store);
	r->keeper = NULL;
	r->store = NULL;
}
