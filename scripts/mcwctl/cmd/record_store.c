// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl record --store.
 */
#include "cmd/record_store.h"

#include <errno.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/command.h"
#include "cmd/crash_take.h"
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
#define LOOK_NS (5 * NS_PER_S)
#define LOOK_MS 5000
/* Five years of a machine whose every module has errors each day are 20 MB. */
#define KEEP_DAYS 1825
#define KEEP_BYTES (64ULL << 20)

/* Without printing why. A file that is not there yet can be made in a directory that is. */
static bool is_writable(const char *path)
{
	char *copy = strdup(path);
	bool good = copy && !access(dirname(copy), W_OK) &&
		    (!access(path, W_OK) || errno == ENOENT);

	free(copy);
	return good;
}

static bool keeper_begin(struct mcw_record_store *r)
{
	struct mcw_limits limits;

	if (!mcw_limits_read(&limits, r->o->config))
		return false;
	r->store = mcw_store_open(r->o->store, MCW_STORE_RECORD);
	if (r->store)
		r->keeper = mcw_keeper_new(r->store, &limits);
	if (!r->keeper)
		return true;
	mcw_crash_take(r->store, r->keeper, &r->session, "");
	if (r->dimms)
		mcw_keeper_modules(r->keeper, r->dimms);
	return true;
}

bool mcw_record_store_begin(struct mcw_record_store *r, const struct mcw_options *o,
			    const struct mcw_session *session)
{
	if (!o->store)
		return true;
	r->o = o;
	r->session = *session;
	if (!keeper_begin(r))
		return false;
	if (r->keeper)
		return true;
	r->waits = !is_writable(o->store);
	mcw_error("the records are written to their file, and not counted in a store%s",
		  r->waits ? " until it can be written" : "");
	return true;
}

static enum mcw_step older_take(struct mcw_stream *s, const struct mcw_record *rec)
{
	struct mcw_record_store *r = s->self;

	mcw_keeper_record(r->keeper, rec);
	return MCW_STEP_MORE;
}

/* What the recorder has read meanwhile is still in the device, or was lost for the store. */
static void older_read(struct mcw_record_store *r)
{
	static const struct mcw_consumer consumer = { .record = older_take };
	static struct mcw_stream s;

	s = (struct mcw_stream){ .consumer = &consumer,
				 .self = r,
				 .path = r->o->device,
				 .may_map = true,
				 .looks_only = true,
				 .output = -1 };
	if (!mcw_stream_open(&s))
		return;
	mcw_stream_finish(&s);
	mcw_stream_close(&s);
}

static void begin_again(struct mcw_record_store *r, __u64 now)
{
	if (now < r->looked_ns + LOOK_NS)
		return;
	r->looked_ns = now;
	if (!is_writable(r->o->store))
		return;
	r->waits = false;
	if (!keeper_begin(r) || !r->keeper)
		return;
	mcw_error("%s can be written now: the records are counted in it", r->o->store);
	older_read(r);
}

void mcw_record_store_modules(struct mcw_record_store *r, const struct mcw_dimms *dimms)
{
	r->dimms = dimms;
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

	if (r->waits)
		begin_again(r, now);
	if (!r->keeper)
		return r->waits ? LOOK_MS : -1;
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
