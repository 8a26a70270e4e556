// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl follow: one error from its event to its end, on one screen.
 *
 * An event that is there already is searched for first, and all records are read once more for what
 * belongs to it: its victims may stand before it. The next event is waited for, and the records
 * after it too, until all that is due has come or the time is over.
 */
#include "cmd/command.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/number.h"
#include "decode/decode.h"
#include "decode/follow.h"
#include "error.h"
#include "show/follow.h"
#include "show/text.h"
#include "source/clock.h"
#include "source/dimms.h"
#include "source/stream.h"
#include "source/sysfs.h"

#define NS_PER_S	1000000000ULL
#define NS_PER_MS	1000000ULL
#define TIMEOUT_S	10
#define TIMEOUT_MAX_S	86400
/* What nobody announces, as the outcome of a corrected error, comes within this time or later. */
#define SETTLE_NS	(500 * NS_PER_MS)

struct follower {
	const struct mcw_options *o;
	struct mcw_follow f;
	struct mcw_dimms dimms;
	__u64 timeout_ns;
	/* Which event: the newest, one by its position, or else the next. */
	bool newest;
	bool by_position;
	unsigned int lane;
	__u64 pos;

	bool searching;		/* only for the event */
	bool gone;		/* newer ones are there, and it is not */
	__u64 found_ns;		/* when it was found, by our clock */
	bool damaged;		/* a part of the recording, which was printed */
	/* Of a recording, in which positions start again with each load of the module: */
	unsigned int load;
	unsigned int wanted_load;
};

static volatile sig_atomic_t interrupted;

static void interrupt(int signal)
{
	(void)signal;
	interrupted = 1;
}

static void event_found(struct follower *r, const struct mcw_record *rec)
{
	mcw_follow_event(&r->f, rec);
	r->found_ns = mcw_now_ns(CLOCK_MONOTONIC);
	r->wanted_load = r->load;
}

/* A search takes the last one that fits; a wait takes the first one. */
static bool is_wanted(struct follower *r, const struct mcw_record *rec)
{
	if (r->by_position) {
		if (rec->head.lane == r->lane && rec->head.pos > r->pos)
			r->gone = true;
		return rec->head.lane == r->lane && rec->head.pos == r->pos;
	}
	if (!mcw_filter_fits(&r->o->filter, rec))
		return false;
	return !r->searching || !r->f.count[MCW_FOLLOW_EVENT] || r->load != r->wanted_load ||
	       rec->head.mono_ns >= r->f.event.head.mono_ns;
}

static void event_print(const struct follower *r)
{
	if (r->o->json)
		return;
	mcw_text_event(stdout, &r->f.event);
	fflush(stdout);
}

static enum mcw_step record_take(struct mcw_stream *s, const struct mcw_record *rec)
{
	struct follower *r = s->self;
	bool there = r->f.count[MCW_FOLLOW_EVENT];

	if (rec->head.type == MCW_EVENT && (r->searching || !there)) {
		if (is_wanted(r, rec)) {
			event_found(r, rec);
			if (!r->searching)
				event_print(r);
		}
	} else if (!r->searching && r->load == r->wanted_load) {
		mcw_follow_take(&r->f, rec);
	}
	return MCW_STEP_MORE;
}

static enum mcw_step session_take(struct mcw_stream *s, const struct mcw_session *session,
				  bool fresh)
{
	struct follower *r = s->self;

	(void)session;
	r->load += fresh;
	/* The table of the load before. */
	if (fresh && !r->searching && r->load == r->wanted_load)
		mcw_dimms_free(&r->dimms);
	return MCW_STEP_MORE;
}

/* The table changes if a label does: the one of that time counts. */
static enum mcw_step dimm_take(struct mcw_stream *s, const struct mcw_dimm_entry *dimm)
{
	struct follower *r = s->self;

	if (r->searching || r->load != r->wanted_load || r->f.count[MCW_FOLLOW_LOCATION])
		return MCW_STEP_MORE;
	return mcw_dimms_take(&r->dimms, dimm) ? MCW_STEP_MORE : MCW_STEP_FAILED;
}

static const struct mcw_consumer consumer = {
	.record = record_take,
	.session = session_take,
	.dimm = dimm_take,
};

static void stream_begin(struct mcw_stream *s, struct follower *r)
{
	*s = (struct mcw_stream){
		.consumer = &consumer,
		.self = r,
		.path = r->o->file ? r->o->file : r->o->device,
		.output = -1,
	};
	r->load = 0;
}

/* Finds an event that is there already. Return: false after printing what is wrong. */
static bool event_search(struct follower *r, struct mcw_stream *s)
{
	enum mcw_step step;

	stream_begin(s, r);
	r->searching = true;
	if (r->o->file) {
		step = mcw_stream_replay(s);
	} else {
		if (!mcw_stream_open(s))
			return false;
		step = mcw_stream_finish(s);
		mcw_stream_close(s);
	}
	r->searching = false;
	r->damaged = step == MCW_STEP_FAILED;
	if (!r->f.count[MCW_FOLLOW_EVENT])
		return !r->damaged;
	event_print(r);
	return true;
}

/* Return: how many milliseconds more to wait; 0: the end. */
static int time_left(const struct follower *r, __u64 begun)
{
	bool there = r->f.count[MCW_FOLLOW_EVENT];
	__u64 end = (there ? r->found_ns : begun) + r->timeout_ns,
	      now = mcw_now_ns(CLOCK_MONOTONIC);

	if (interrupted || (!there && (r->gone || r->newest)))
		return 0;
	if (there && mcw_follow_is_complete(&r->f)) {
		__u64 settled = r->f.event.head.mono_ns + SETTLE_NS;

		if (settled < end)
			end = settled;
	}
	return now < end ? (end - now + NS_PER_MS - 1) / NS_PER_MS : 0;
}

static bool device_wait(struct follower *r, struct mcw_stream *s)
{
	struct pollfd device = { .events = POLLIN };
	__u64 begun = mcw_now_ns(CLOCK_MONOTONIC);
	bool good = true;
	int left;

	stream_begin(s, r);
	s->from_now = !r->newest && !r->by_position;
	if (!mcw_stream_open(s))
		return false;
	device.fd = s->fd;
	if (!r->f.count[MCW_FOLLOW_EVENT] && !r->newest && !r->gone && !r->o->json)
		fprintf(stderr, "waiting %llu s for an event\n", r->timeout_ns / NS_PER_S);
	for (;;) {
		good = mcw_stream_finish(s) != MCW_STEP_FAILED;
		left = time_left(r, begun);
		if (!good || !left)
			break;
		if (poll(&device, 1, left) < 0 && errno != EINTR) {
			mcw_error("cannot wait for %s: %s", s->path, strerror(errno));
			good = false;
			break;
		}
	}
	mcw_stream_close(s);
	return good;
}

/* Whether the module asks the firmware where an error is. */
static bool asks_firmware(const struct mcw_options *o)
{
	char sources[MCW_VALUE_BYTES];

	return mcw_sysfs_exists(o->sysfs, "location_sources") &&
	       mcw_sysfs_value(o->sysfs, "location_sources", sources) && strstr(sources, "adxl");
}

static bool device_follow(struct follower *r, struct mcw_stream *s)
{
	struct sigaction action = { .sa_handler = interrupt };

	if (!mcw_dimms_read(&r->dimms, r->o->edac, r->o->dmi))
		return false;
	r->f.edac = r->dimms.edac_is_there;
	r->f.adxl = asks_firmware(r->o);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	if ((r->newest || r->by_position) && !event_search(r, s))
		return false;
	return device_wait(r, s);
}

static bool file_follow(struct follower *r, struct mcw_stream *s)
{
	if (!event_search(r, s))
		return false;
	if (r->f.count[MCW_FOLLOW_EVENT]) {
		stream_begin(s, r);
		s->quiet = true;
		mcw_stream_replay(s);
	}
	r->f.edac = r->dimms.edac_is_there;
	r->f.over = true;
	return true;
}

static bool event_parse(struct follower *r, const char *text)
{
	const char *colon;

	if (!text) {
		r->newest = r->o->file;
		return true;
	}
	r->newest = !strcmp(text, "last");
	r->by_position = !r->newest;
	colon = strchr(text, ':');
	for (r->lane = MCW_LANE_SEVERE; colon && r->lane <= MCW_LANE_OTHER; r->lane++) {
		const char *name = mcw_lane_name(r->lane);
		size_t length = colon - text;

		if (strlen(name) == length && !memcmp(name, text, length))
			return mcw_number_parse("follow", colon + 1, ~0ULL, &r->pos);
	}
	if (r->newest)
		return true;
	mcw_error("follow: '%s' is no event: give last, or one such as severe:5" MCW_SEE_HELP,
		  text);
	return false;
}

static bool options_take(struct follower *r, const struct mcw_options *o)
{
	__u64 seconds = TIMEOUT_S;

	r->o = o;
	if (o->timeout && !mcw_number_parse("--timeout", o->timeout, TIMEOUT_MAX_S, &seconds))
		return false;
	r->timeout_ns = seconds * NS_PER_S;
	if (o->file && o->timeout) {
		mcw_error("--timeout and --file: a recording gets no new records" MCW_SEE_HELP);
		return false;
	}
	if (o->file && !strcmp(o->file, "-")) {
		mcw_error("--file -: the records are read twice, which takes a file" MCW_SEE_HELP);
		return false;
	}
	return event_parse(r, o->arguments[0]);
}

/* Why there is no event, where it is asked for. */
static void say_no_event(const struct follower *r)
{
	if (r->f.count[MCW_FOLLOW_EVENT] || r->o->json)
		return;
	if (r->gone)
		mcw_error("%s:%llu is not there: it was overwritten, or no record was stored there",
			  mcw_lane_name(r->lane), r->pos);
	else if (r->newest || r->o->file)
		mcw_error("there is no such event");
	else
		mcw_error("no event came; those that are there already are shown by"
			  " mcwctl follow last");
}

enum mcw_exit mcw_follow_run(struct mcw_options *o)
{
	static struct mcw_stream s;
	static struct follower r;
	bool good;

	if (!options_take(&r, o))
		return MCW_EXIT_USAGE;
	good = o->file ? file_follow(&r, &s) : device_follow(&r, &s);
	if (good) {
		say_no_event(&r);
		if (o->json)
			mcw_json_follow(stdout, &r.f, &r.dimms);
		else
			mcw_text_follow(stdout, &r.f, &r.dimms);
		good = !r.damaged && mcw_follow_is_complete(&r.f);
	}
	mcw_dimms_free(&r.dimms);
	return good ? MCW_EXIT_OK : MCW_EXIT_FAILED;
}
