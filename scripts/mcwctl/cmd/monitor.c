// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl monitor and mcwctl read: records as lines, and how many are missing.
 */
#include "cmd/command.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "cmd/colour.h"
#include "cmd/fault_news.h"
#include "cmd/page_owners.h"
#include "decode/location.h"
#include "error.h"
#include "show/brief.h"
#include "show/guest.h"
#include "show/json.h"
#include "show/line.h"
#include "show/location.h"
#include "show/outcome.h"
#include "show/summary.h"
#include "show/text.h"
#include "show/victim.h"
#include "source/device.h"
#include "source/dimms.h"
#include "source/located.h"
#include "source/qemu.h"
#include "source/related.h"
#include "source/stream.h"

#define NO_POSITION	(MCW_LOCATION_NO_EVENT | MCW_LOCATION_LOST)

struct reader {
	const struct mcw_options *o;
	struct mcw_stream *s;
	bool colour;
	__u64 printed;
	struct mcw_related related;	/* of text: each is printed under its event */
	struct mcw_summary summary;
	struct mcw_shown shown;
	struct mcw_location_join locations;
	struct mcw_dimms dimms;		/* of this machine, or of the recording's */
	bool dimms_read;
	struct mcw_fault_news news;	/* while following */
	struct mcw_page_owners owners;	/* of outcomes */
	struct mcw_located located;	/* of JSON's events: of locations that are known already */
};

/* Called after each line, while errno still says why writing failed. */
static enum mcw_step output_state(void)
{
	if (!ferror(stdout))
		return MCW_STEP_MORE;
	if (errno == EPIPE)
		return MCW_STEP_DONE;
	mcw_error("cannot write to standard output: %s", strerror(errno));
	return MCW_STEP_FAILED;
}

static bool lane_wanted(const struct reader *r, unsigned int lane)
{
	return r->o->lanes & 1U << lane;
}

static enum mcw_step record_printed(struct reader *r)
{
	if (++r->printed == r->o->count)
		return output_state() == MCW_STEP_FAILED ? MCW_STEP_FAILED : MCW_STEP_DONE;
	return output_state();
}

/* Return: the stream to print one line to. Without -v no line is longer than a terminal. */
static FILE *line_begin(struct mcw_line *l, const struct reader *r, const char *colour)
{
	return mcw_line_begin(l, r->colour ? colour : MCW_PLAIN,
			      r->o->verbose || r->o->json ? 0 : MCW_LINE_COLUMNS);
}

/* A recording can be of another machine. Return: vm, or NULL if it is none, or not known. */
static const struct mcw_vm *vm_of(const struct reader *r, const struct mcw_record *victim,
				  struct mcw_vm *vm)
{
	return !r->o->file && mcw_qemu_of_victim(vm, "/proc", victim) ? vm : NULL;
}

static void owners_print(struct reader *r, __u64 page)
{
	struct mcw_line line;
	size_t count;
	const struct mcw_owner *owner = mcw_page_owners_of(&r->owners, page, &count);

	for (size_t i = 0; i < count; i++) {
		mcw_text_owner_under(line_begin(&line, r, MCW_PLAIN), &owner[i]);
		mcw_line_end(&line);
	}
}

/* under: the line stands below the line of what it belongs to. */
static void record_print(struct reader *r, const struct mcw_record *rec, bool under)
{
	struct mcw_line line;
	FILE *out = line_begin(&line, r, mcw_record_colour(rec));
	struct mcw_vm vm;

	if (rec->head.type == MCW_OUTCOME)
		mcw_text_outcome(out, rec, under);
	else if (rec->head.type == MCW_STORM)
		mcw_text_storm(out, rec);
	else if (rec->head.type == MCW_VICTIM)
		mcw_text_victim(out, rec, vm_of(r, rec, &vm), under);
	else if (r->o->verbose)
		mcw_text_event(out, rec);
	else
		mcw_text_brief(out, rec);
	mcw_line_end(&line);
	if (rec->head.type == MCW_OUTCOME)
		owners_print(r, rec->outcome.page);
}

static void record_print_json(struct reader *r, const struct mcw_record *rec, __u64 lost)
{
	struct mcw_dimm_known known;
	struct mcw_vm vm;

	if (rec->head.type == MCW_OUTCOME)
		mcw_page_owners_json(&r->owners, stdout, rec, lost);
	else if (rec->head.type == MCW_STORM)
		mcw_json_storm(stdout, rec, lost);
	else if (rec->head.type == MCW_VICTIM)
		mcw_json_victim(stdout, rec, vm_of(r, rec, &vm), lost);
	if (rec->head.type != MCW_EVENT)
		return;
	known = mcw_located_find(&r->located, 0, rec->head.lane, rec->head.pos);
	mcw_json_event(stdout, rec, &known, lost);
}

static bool type_is_known(const struct mcw_record *rec)
{
	return rec->head.type == MCW_EVENT || rec->head.type == MCW_OUTCOME ||
	       rec->head.type == MCW_STORM || rec->head.type == MCW_LOCATION ||
	       rec->head.type == MCW_VICTIM;
}

/* Prints what was lost of a lane, when no record follows that says it. */
static void lane_loss_say(struct reader *r, unsigned int lane, __u64 wall_ns, __u64 mono_ns)
{
	struct mcw_lost *l = &r->s->lost[lane];
	struct mcw_line line;
	FILE *out;

	if (!l->lost || !lane_wanted(r, lane))
		return;
	out = line_begin(&line, r, MCW_MAGENTA);
	if (r->o->json)
		mcw_json_lost(out, lane, l->lost, wall_ns, mono_ns);
	else
		mcw_text_lost(out, lane, l);
	mcw_line_end(&line);
	r->summary.lost += l->lost;
	mcw_lost_said(l);
}

static enum mcw_step losses_say(struct reader *r, __u64 wall_ns, __u64 mono_ns)
{
	for (unsigned int lane = 0; lane < MCW_LANES; lane++)
		lane_loss_say(r, lane, wall_ns, mono_ns);
	return output_state();
}

/* An outcome, and a location, goes with its event. */
static bool fits(struct reader *r, const struct mcw_record *rec)
{
	const struct mcw_filter *f = &r->o->filter;
	bool fit = mcw_filter_fits(f, rec);

	if (rec->head.type == MCW_EVENT)
		mcw_shown_set(&r->shown, rec->head.lane, rec->head.pos, fit);
	else if (rec->head.type == MCW_OUTCOME && mcw_filter_picks(f))
		fit = fit && !(rec->outcome.flags & MCW_OUTCOME_NO_EVENT) &&
		      mcw_shown(&r->shown, rec->outcome.of_lane, rec->outcome.of_pos);
	else if (rec->head.type == MCW_LOCATION && mcw_filter_picks(f))
		fit = fit && !(rec->location.flags & NO_POSITION) &&
		      mcw_shown(&r->shown, rec->location.of_lane, rec->location.of_pos);
	return fit;
}

/* The machine's DIMMs are read when the first location comes. */
static struct mcw_dimm_known dimm_of(struct reader *r, const struct mcw_location_whole *whole)
{
	if (!r->o->file && !r->dimms_read)
		mcw_dimms_read(&r->dimms, r->o->edac, r->o->dmi);
	r->dimms_read = true;
	return mcw_dimms_of_location(&r->dimms, whole);
}

static void older_say(struct reader *r, unsigned int lane)
{
	struct mcw_lost *l = &r->s->lost[lane];

	if (l->older && !r->o->json)
		mcw_text_older(stdout, lane, l->older);
	l->older = 0;
}

/* What is known of an event or an outcome already, each once. The rest is printed when it comes. */
static enum mcw_step victims_print(struct reader *r, const struct mcw_record *outcome)
{
	enum mcw_step step = MCW_STEP_MORE;
	const struct mcw_record *rec;

	while (step == MCW_STEP_MORE && (rec = mcw_related_victim(&r->related, outcome))) {
		mcw_summary_add(&r->summary, rec);
		record_print(r, rec, true);
		step = record_printed(r);
	}
	return step;
}

static enum mcw_step related_print(struct reader *r, const struct mcw_record *event)
{
	enum mcw_step step = MCW_STEP_MORE;
	struct mcw_location_whole whole;
	const struct mcw_record *rec;

	while (step == MCW_STEP_MORE && mcw_related_location(&r->related, &event->head, &whole)) {
		const struct mcw_dimm_known known = dimm_of(r, &whole);
		struct mcw_line line;

		mcw_summary_add(&r->summary, &whole.first);
		mcw_text_location_under(line_begin(&line, r, MCW_PLAIN), &whole, &known);
		mcw_line_end(&line);
		step = record_printed(r);
	}
	while (step == MCW_STEP_MORE && (rec = mcw_related_outcome(&r->related, &event->head))) {
		mcw_summary_add(&r->summary, rec);
		record_print(r, rec, true);
		step = record_printed(r);
		if (step == MCW_STEP_MORE)
			step = victims_print(r, rec);
	}
	return step;
}

static enum mcw_step record_show(struct reader *r, const struct mcw_record *rec)
{
	struct mcw_lost *l = &r->s->lost[rec->head.lane];
	enum mcw_step step;

	mcw_summary_add(&r->summary, rec);
	older_say(r, rec->head.lane);
	if (r->o->json) {
		record_print_json(r, rec, l->lost);
		r->summary.lost += l->lost;
		mcw_lost_said(l);
	} else {
		lane_loss_say(r, rec->head.lane, rec->head.wall_ns, rec->head.mono_ns);
		record_print(r, rec, false);
	}
	step = record_printed(r);
	if (step == MCW_STEP_MORE && rec->head.type == MCW_EVENT)
		step = related_print(r, rec);
	else if (step == MCW_STEP_MORE && rec->head.type == MCW_OUTCOME)
		step = victims_print(r, rec);
	return step;
}

static void location_print(struct reader *r, const struct mcw_location_whole *whole)
{
	const struct mcw_dimm_known known = dimm_of(r, whole);
	struct mcw_lost *l = &r->s->lost[MCW_LANE_LOCATION];
	struct mcw_line line;

	if (r->o->json) {
		mcw_json_location(stdout, whole, &known, l->lost);
		r->summary.lost += l->lost;
		mcw_lost_said(l);
		return;
	}
	older_say(r, MCW_LANE_LOCATION);
	lane_loss_say(r, MCW_LANE_LOCATION, whole->first.head.wall_ns, whole->first.head.mono_ns);
	mcw_text_location(line_begin(&line, r, MCW_PLAIN), whole, &known);
	mcw_line_end(&line);
}

/* It can go on in several records, and is printed when the last of them is there. */
static enum mcw_step location_take(struct reader *r, const struct mcw_record *rec)
{
	struct mcw_location_whole whole;

	if (!mcw_location_take(&r->locations, rec, &whole))
		return MCW_STEP_MORE;
	mcw_related_location_done(&r->related, &whole);
	mcw_summary_add(&r->summary, &whole.first);
	location_print(r, &whole);
	return record_printed(r);
}

static enum mcw_step record_take(struct mcw_stream *s, const struct mcw_record *rec)
{
	struct reader *r = s->self;
	const struct mcw_record *outcome;

	/* Losses before a record of unknown type are printed with the next known one. */
	if (!lane_wanted(r, rec->head.lane) || !type_is_known(rec))
		return MCW_STEP_MORE;
	/* An outcome of no event comes after its victims. It is printed with the first of them. */
	outcome = mcw_related_outcome_of(&r->related, rec);
	if (outcome && fits(r, outcome))
		rec = outcome;
	if (mcw_related_give(&r->related, rec)) {
		older_say(r, rec->head.lane);
		return output_state();
	}
	if (fits(r, rec))
		return rec->head.type == MCW_LOCATION ? location_take(r, rec) : record_show(r, rec);
	r->summary.hidden++;
	/* A filter hides no loss. */
	lane_loss_say(r, rec->head.lane, rec->head.wall_ns, rec->head.mono_ns);
	return output_state();
}

static enum mcw_step end_take(struct mcw_stream *s, const struct mcw_end *end)
{
	struct reader *r = s->self;
	struct mcw_location_whole whole;

	while (mcw_location_left(&r->locations, &whole))
		location_print(r, &whole);
	return losses_say(r, end->wall_ns, end->mono_ns);
}

/*
 * Text shows outcomes and locations under their events. In JSON, programs can match them by
 * position. Return: the lanes that have them; 0: they are not wanted.
 */
static unsigned int lanes_related(const struct reader *r)
{
	unsigned int lanes = 1U << MCW_LANE_NOTICE | 1U << MCW_LANE_LOCATION;

	return r->o->json || r->o->from_now ? 0 : r->o->lanes & lanes;
}

static enum mcw_step session_take(struct mcw_stream *s, const struct mcw_session *session,
				  bool fresh)
{
	struct reader *r = s->self;

	if (!fresh)
		return MCW_STEP_MORE;
	if (losses_say(r, session->wall_ns, session->mono_ns) != MCW_STEP_MORE)
		return output_state();
	if (r->o->json && !mcw_located_from(&r->located, s->path, s->offset))
		return MCW_STEP_FAILED;
	if (lanes_related(r) &&
	    !mcw_related_from(&r->related, s->path, s->offset, lanes_related(r)))
		return MCW_STEP_FAILED;
	return MCW_STEP_MORE;
}

static enum mcw_step dimm_take(struct mcw_stream *s, const struct mcw_dimm_entry *dimm)
{
	struct reader *r = s->self;

	return mcw_dimms_take(&r->dimms, dimm) ? MCW_STEP_MORE : MCW_STEP_FAILED;
}

static enum mcw_step batch_take(struct mcw_stream *s)
{
	struct reader *r = s->self;

	if (r->o->follow)
		mcw_fault_news_expect(&r->news);
	return MCW_STEP_MORE;
}

/* Faults are told when the records have stopped for a while, or have come for long. */
static int due_take(struct mcw_stream *s)
{
	struct reader *r = s->self;
	int due = mcw_fault_news_due(&r->news);

	if (due)
		return due;
	mcw_fault_news_tell(&r->news);
	return -1;
}

static const struct mcw_consumer consumer = {
	.record = record_take,
	.batch = batch_take,
	.due = due_take,
	.end = end_take,
	.session = session_take,
	.dimm = dimm_take,
};

static enum mcw_step device_read(struct reader *r)
{
	enum mcw_step step = MCW_STEP_FAILED;

	if (r->o->json && !r->o->from_now &&
	    !mcw_located_read(&r->located, r->s->path, r->o->edac, r->o->dmi))
		return MCW_STEP_FAILED;
	if (r->o->follow && !mcw_fault_news_begin(&r->news, r->o, r->colour))
		return MCW_STEP_FAILED;
	if (!mcw_stream_open(r->s))
		return MCW_STEP_FAILED;
	if (!r->o->from_now)
		mcw_page_owners_prepare(&r->owners, r->s->path);
	/* Those that are there already are told at once, also with --new. */
	if (r->o->follow && r->o->from_now)
		batch_take(r->s);
	if (!lanes_related(r) || mcw_related_read(&r->related, r->s->path, lanes_related(r)))
		step = r->o->follow ? mcw_stream_follow(r->s) : mcw_stream_finish(r->s);
	mcw_stream_close(r->s);
	if (r->s->interrupted && step != MCW_STEP_FAILED) {
		fflush(stdout);
		mcw_summary_print(stderr, &r->summary);
	}
	return step;
}

static enum mcw_step file_read(struct reader *r)
{
	enum mcw_step step = mcw_stream_replay(r->s);

	/* Losses up to the end of a recording that was cut off. */
	if (step == MCW_STEP_MORE)
		step = losses_say(r, 0, 0);
	return step;
}

enum mcw_exit mcw_records_run(struct mcw_options *o)
{
	static struct mcw_stream s;
	static struct reader r;
	enum mcw_step step;

	if (o->file && o->from_now) {
		mcw_error("--new and --file: a recording gets no new records" MCW_SEE_HELP);
		return MCW_EXIT_USAGE;
	}
	r.o = o;
	r.s = &s;
	r.owners.off = o->file;
	r.colour = mcw_colour_wanted(o);
	s.consumer = &consumer;
	s.self = &r;
	s.path = o->file ? o->file : o->device;
	s.lanes = o->lanes;
	s.from_now = o->from_now;
	s.output = STDOUT_FILENO;
	/* Each line is written at once, and as a whole. */
	setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
	step = o->file ? file_read(&r) : device_read(&r);
	mcw_related_free(&r.related);
	mcw_dimms_free(&r.dimms);
	mcw_page_owners_free(&r.owners);
	mcw_located_free(&r.located);
	return step == MCW_STEP_FAILED ? MCW_EXIT_FAILED : MCW_EXIT_OK;
}
