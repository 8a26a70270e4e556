// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl status --file and metrics --file: what is in a recording.
 */
#include "cmd/recording_totals.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <mcewarden/grading.h>

#include "cmd/metrics.h"
#include "decode/decode.h"
#include "error.h"
#include "show/json.h"
#include "show/summary.h"
#include "show/text.h"
#include "source/stream.h"

struct recorded {
	const struct mcw_options *o;
	FILE *out;		/* for a line for each load; NULL: none */
	struct mcw_summary summary;
	__u64 loads;
	__u64 first_ns;		/* CLOCK_REALTIME; 0: there is no record */
	__u64 last_ns;
	struct mcw_event_count *rows;
	size_t count;
};

static void losses_take(struct mcw_stream *s)
{
	struct recorded *r = s->self;

	for (unsigned int lane = 0; lane < MCW_LANES; lane++) {
		r->summary.lost += s->lost[lane].lost;
		mcw_lost_said(&s->lost[lane]);
	}
}

/* Counts events by the same keys as the module does. */
static bool row_count(struct recorded *r, const struct mcw_record *rec)
{
	const struct mcw_event *ev = &rec->event;
	struct mcw_event_count *rows, row = {
		.events = 1,
		.last_wall_ns = rec->head.wall_ns,
		.cpu = ev->regs.extcpu,
		.bank = ev->regs.bank,
		.severity = ev->regs.severity,
		.grade = mcw_event_grade(ev).grade,
		.source = ev->source,
		.flags = ev->flags & MCW_FLAG_INJECTED,
	};

	for (size_t i = 0; i < r->count; i++) {
		if (mcw_event_count_order(&r->rows[i], &row))
			continue;
		r->rows[i].events++;
		if (row.last_wall_ns > r->rows[i].last_wall_ns)
			r->rows[i].last_wall_ns = row.last_wall_ns;
		return true;
	}
	rows = reallocarray(r->rows, r->count + 1, sizeof(*rows));
	if (!rows) {
		mcw_error("no memory for %zu rows", r->count + 1);
		return false;
	}
	r->rows = rows;
	r->rows[r->count++] = row;
	return true;
}

static enum mcw_step record_take(struct mcw_stream *s, const struct mcw_record *rec)
{
	struct recorded *r = s->self;

	losses_take(s);
	if (rec->head.type != MCW_EVENT && rec->head.type != MCW_OUTCOME &&
	    rec->head.type != MCW_STORM && rec->head.type != MCW_LOCATION &&
	    rec->head.type != MCW_VICTIM)
		return MCW_STEP_MORE;
	if (rec->head.type == MCW_LOCATION && rec->location.part != 1)
		return MCW_STEP_MORE;
	mcw_summary_add(&r->summary, rec);
	if (!r->first_ns || rec->head.wall_ns < r->first_ns)
		r->first_ns = rec->head.wall_ns;
	if (rec->head.wall_ns > r->last_ns)
		r->last_ns = rec->head.wall_ns;
	if (rec->head.type == MCW_EVENT && !row_count(r, rec))
		return MCW_STEP_FAILED;
	return MCW_STEP_MORE;
}

static enum mcw_step end_take(struct mcw_stream *s, const struct mcw_end *end)
{
	(void)end;
	losses_take(s);
	return MCW_STEP_MORE;
}

static void session_print(FILE *out, const struct mcw_session *session)
{
	fputs("recording began ", out);
	mcw_text_time(out, session->wall_ns);
	fprintf(out, " on %s, Linux %s\n", session->host, session->release);
}

static enum mcw_step session_take(struct mcw_stream *s, const struct mcw_session *session,
				  bool fresh)
{
	struct recorded *r = s->self;

	if (!fresh)
		return MCW_STEP_MORE;
	losses_take(s);
	r->loads++;
	if (r->out)
		session_print(r->out, session);
	return MCW_STEP_MORE;
}

static bool replay(struct recorded *r)
{
	static const struct mcw_consumer consumer = {
		.record = record_take,
		.end = end_take,
		.session = session_take,
	};
	static struct mcw_stream s;

	s.consumer = &consumer;
	s.self = r;
	s.path = r->o->file;
	s.since_ns = r->o->filter.since_ns;
	if (mcw_stream_replay(&s) == MCW_STEP_FAILED)
		return false;
	losses_take(&s);
	return true;
}

static void summary_print(FILE *out, const struct recorded *r)
{
	if (r->first_ns) {
		fputs("first     ", out);
		mcw_text_time(out, r->first_ns);
		fputs("\nlast      ", out);
		mcw_text_time(out, r->last_ns);
		fputc('\n', out);
	}
	fputs("records   ", out);
	mcw_summary_print(out, &r->summary);
}

static void summary_print_json(FILE *out, const struct recorded *r)
{
	const struct mcw_summary *sum = &r->summary;
	struct mcw_json json;

	mcw_json_begin_line(&json, out);
	mcw_json_number(&json, "loads", r->loads);
	mcw_json_number(&json, "events", sum->events);
	mcw_json_number(&json, "outcomes", sum->outcomes);
	mcw_json_number(&json, "storms", sum->storms);
	mcw_json_number(&json, "locations", sum->locations);
	mcw_json_number(&json, "victims", sum->victims);
	mcw_json_number(&json, "lost", sum->lost);
	mcw_json_begin_object(&json, "severity");
	for (unsigned int grade = 0; grade <= MCW_GRADE_PANIC; grade++)
		mcw_json_number(&json, mcw_grade_name(grade), sum->grades[grade]);
	mcw_json_end_object(&json);
	if (r->first_ns) {
		mcw_json_time(&json, "first", r->first_ns);
		mcw_json_time(&json, "last", r->last_ns);
	}
	mcw_json_end_line(&json);
}

enum mcw_exit mcw_recorded_status(FILE *out, const struct mcw_options *o)
{
	struct recorded r = { .o = o, .out = o->json ? NULL : out };
	bool good = replay(&r);

	if (good)
		(o->json ? summary_print_json : summary_print)(out, &r);
	free(r.rows);
	return good ? MCW_EXIT_OK : MCW_EXIT_FAILED;
}

bool mcw_recorded_metrics(FILE *out, const struct mcw_options *o)
{
	struct recorded r = { .o = o };
	bool good = replay(&r);

	if (good)
		mcw_metrics_events(out, r.rows, r.count);
	free(r.rows);
	return good;
}
