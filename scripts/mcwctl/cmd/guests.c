// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl guests: the guests of this host whose pages had errors. With --forward, the errors go on
 * into the guests, until a signal ends it.
 */
#include "cmd/command.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/guests_lists.h"
#include "error.h"
#include "guests/failures.h"
#include "guests/forward.h"
#include "guests/noted.h"
#include "guests/track.h"
#include "show/guest.h"
#include "show/textfile.h"
#include "source/clock.h"
#include "source/stream.h"

#define NS_PER_MS 1000000ULL
/* The monitors' events are looked for this often. */
#define TICK_MS 500
#define STATE_NS (1000 * NS_PER_MS)
/* While records keep coming, their owners are looked for this often, or less if it takes long. */
#define SETTLE_NS (50 * NS_PER_MS)

struct teller {
	const struct mcw_options *o;
	struct mcw_track track;
	struct mcw_forwarding forwarding;
	struct mcw_guest_lists lists;
	bool failed;
	bool changed; /* since the state was written */
	bool no_state; /* it cannot be written, which was printed */
	__u64 state_ns; /* when it was */
	__u64 settle_ns; /* when owners may be looked for again */
};

static void report_take(struct mcw_forwarding *f, const struct mcw_forward_report *report)
{
	struct teller *r = f->self;
	__u64 now = mcw_now_ns(CLOCK_REALTIME);

	r->changed = true;
	if (r->o->json)
		mcw_json_forward(stdout, report, now);
	else
		mcw_text_forward(stdout, report, now);
}

static void error_take(struct mcw_track *t, const struct mcw_tracked *event,
		       const struct mcw_owner *owner)
{
	struct teller *r = t->self;

	r->changed = true;
	mcw_forward_error(&r->forwarding, t, event, owner);
}

static void signal_take(struct mcw_track *t, const struct mcw_guest_signal *signal)
{
	struct teller *r = t->self;

	(void)signal;
	r->changed = true;
}

static void failure_take(void *self, const struct mcw_failure_told *told)
{
	struct teller *r = self;

	r->changed = true;
	if (r->o->json)
		mcw_json_failure(stdout, told);
	else
		mcw_text_failure(stdout, told);
}

static enum mcw_step record_take(struct mcw_stream *s, const struct mcw_record *rec)
{
	struct teller *r = s->self;

	return mcw_track_take(&r->track, rec) ? MCW_STEP_MORE : MCW_STEP_FAILED;
}

static enum mcw_step output_state(const struct teller *r)
{
	if (r->failed)
		return MCW_STEP_FAILED;
	if (!ferror(stdout))
		return MCW_STEP_MORE;
	if (errno == EPIPE)
		return MCW_STEP_DONE;
	mcw_error("cannot write to standard output: %s", strerror(errno));
	return MCW_STEP_FAILED;
}

/* What is wrong with the file is printed once. */
static void state_write(struct teller *r)
{
	size_t length = 0;
	char *text = NULL;
	FILE *out;

	r->changed = false;
	r->state_ns = mcw_now_ns(CLOCK_MONOTONIC);
	if (!r->o->guests.state || r->no_state)
		return;
	out = open_memstream(&text, &length);
	if (!out)
		return;
	mcw_json_guests(out, &r->track);
	if (!fclose(out))
		r->no_state = !mcw_textfile_write(r->o->guests.state, text, length);
	free(text);
}

/* Each search looks through all guests: it takes at most half of the time. */
static void settle(struct teller *r)
{
	__u64 begun = mcw_now_ns(CLOCK_MONOTONIC), now;

	if (begun < r->settle_ns)
		return;
	if (!mcw_track_settle(&r->track, false))
		r->failed = true;
	now = mcw_now_ns(CLOCK_MONOTONIC);
	r->settle_ns = now + (now - begun < SETTLE_NS ? SETTLE_NS : now - begun);
}

static int sooner(int a, int b)
{
	if (a < 0 || (b >= 0 && b < a))
		return b;
	return a;
}

static int due_take(struct mcw_stream *s)
{
	struct teller *r = s->self;
	__u64 now = mcw_now_ns(CLOCK_MONOTONIC);
	int wait = TICK_MS;

	if (!mcw_guests_refresh(&r->track.guests, false))
		r->failed = true;
	settle(r);
	wait = sooner(wait, mcw_forward_due(&r->forwarding, &r->track.guests));
	/* The device was read since the last look: the signal that an event follows is known. */
	mcw_failures_tell(&r->track, false, failure_take, r);
	mcw_failures_look(&r->track);
	if (r->changed && now - r->state_ns >= STATE_NS)
		state_write(r);
	wait = sooner(wait, mcw_track_wait(&r->track));
	return wait;
}

static enum mcw_step batch_take(struct mcw_stream *s)
{
	struct teller *r = s->self;

	return output_state(r);
}

static const struct mcw_consumer list_consumer = {
	.record = record_take,
};

static const struct mcw_consumer forward_consumer = {
	.record = record_take,
	.batch = batch_take,
	.due = due_take,
};

static bool list(struct teller *r, struct mcw_stream *s)
{
	bool good;

	s->consumer = &list_consumer;
	if (!mcw_stream_open(s))
		return false;
	good = mcw_stream_finish(s) != MCW_STEP_FAILED;
	mcw_stream_close(s);
	if (!good || !mcw_guests_refresh(&r->track.guests, true) ||
	    !mcw_track_settle(&r->track, true))
		return false;
	for (size_t i = 0; i < r->track.guests.count; i++)
		mcw_guest_is_open(r->track.guests.guest[i]);
	if (r->o->json)
		mcw_json_guests(stdout, &r->track);
	else
		mcw_text_guests(stdout, &r->track, r->o->all);
	return true;
}

static bool forward(struct teller *r, struct mcw_stream *s)
{
	enum mcw_step step;

	s->consumer = &forward_consumer;
	s->from_now = true;
	s->output = STDOUT_FILENO;
	r->track.error = error_take;
	r->track.signalled = signal_take;
	setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
	if (!mcw_guests_refresh(&r->track.guests, true) || !mcw_stream_open(s))
		return false;
	for (size_t i = 0; i < r->track.guests.count; i++)
		mcw_guest_is_open(r->track.guests.guest[i]);
	mcw_text_guests(stderr, &r->track, true);
	state_write(r);
	step = mcw_stream_follow(s);
	mcw_stream_close(s);
	mcw_failures_tell(&r->track, true, failure_take, r);
	state_write(r);
	return step != MCW_STEP_FAILED;
}

static bool options_take(struct teller *r, const struct mcw_options *o)
{
	r->o = o;
	r->track.self = r;
	r->track.guests.proc = "/proc";
	r->track.guests.paths = o->guests.qmp_count ? (char *const *)o->guests.qmp : NULL;
	r->track.guests.virsh = o->guests.virsh;
	r->forwarding.self = r;
	r->forwarding.report = report_take;
	r->forwarding.dry_run = o->dry_run;
	if (!o->guests.forward &&
	    (o->dry_run || o->guests.allow || o->guests.deny || o->guests.rate)) {
		mcw_error("--dry-run, --allow, --deny and --rate go with --forward" MCW_SEE_HELP);
		return false;
	}
	return mcw_guest_lists_parse(&r->lists, &r->forwarding, o);
}

enum mcw_exit mcw_guests_run(struct mcw_options *o)
{
	static struct mcw_stream s;
	static struct teller r;
	bool good;

	if (!options_take(&r, o))
		return MCW_EXIT_USAGE;
	s.self = &r;
	s.path = o->device;
	s.output = -1;
	if (!o->guests.forward)
		r.track.guests.noted = o->guests.state ? o->guests.state : MCW_GUESTS_STATE;
	good = o->guests.forward ? forward(&r, &s) : list(&r, &s);
	mcw_guest_lists_free(&r.lists);
	mcw_track_free(&r.track);
	return good && !r.failed ? MCW_EXIT_OK : MCW_EXIT_FAILED;
}
