// SPDX-License-Identifier: GPL-2.0
/*
 * Records that the module itself writes, outcomes and storms, as lines and as JSON.
 */
#define _GNU_SOURCE
#include "show/outcome.h"

#include <string.h>

#include "decode/decode.h"
#include "decode/outcome_words.h"
#include "show/guest.h"
#include "show/json.h"
#include "show/text.h"

#define NS_PER_S	1000000000ULL
#define NS_PER_MS	1000000ULL

static void print_what(FILE *out, const struct mcw_outcome *o)
{
	char what[MCW_TEXT_BYTES];

	fputs(mcw_outcome_what(o, what, sizeof(what)), out);
}

/* Whether memory_failure() said how it ended. */
static bool has_result(const struct mcw_outcome *o)
{
	return o->result != MCW_RESULT_UNKNOWN && o->page_type[0];
}

static const char *result_of(const struct mcw_outcome *o)
{
	return mcw_outcome_word(MCW_WORDS_RESULT, o->result);
}

/* The kernel's words are ASCII. In a file they can be any bytes, also commands to a terminal. */
static void print_result(FILE *out, const struct mcw_outcome *o)
{
	fputs("; ", out);
	for (size_t i = 0; i < sizeof(o->page_type) && o->page_type[i]; i++) {
		const char c = o->page_type[i];

		fputc(c >= ' ' && c <= '~' ? c : '?', out);
	}
	fprintf(out, ": %s", result_of(o));
}

static void print_more(FILE *out, const struct mcw_outcome *o)
{
	if (o->reason == MCW_REASON_SAME_ERROR)
		fprintf(out, ", see severe %llu", o->same_pos);
	if (o->flags & MCW_OUTCOME_TRANSLATED)
		fputs("; found by a normalized address", out);
	if (o->flags & MCW_OUTCOME_HELD_BACK)
		fputs("; the kernel was kept from the page at that address", out);
	if (has_result(o))
		print_result(out, o);
	if (o->victims)
		fprintf(out, "; %u task%s got a signal", o->victims, o->victims == 1 ? "" : "s");
	if (o->count)
		fprintf(out, "; %u corrected error%s", o->count, o->count == 1 ? "" : "s");
	if (o->tries > 1)
		fprintf(out, "; %u tries", o->tries);
	if (o->err) {
		const char *name = strerrorname_np(o->err);

		if (name)
			fprintf(out, "; %s", name);
		else
			fprintf(out, "; error %u", o->err);
	}
	fputs(mcw_outcome_phrase(MCW_WORDS_DISPOSITION, o->disposition), out);
}

void mcw_text_outcome(FILE *out, const struct mcw_record *r, bool under)
{
	const struct mcw_outcome *o = &r->outcome;

	if (under) {
		fputs("    ", out);
	} else {
		mcw_text_time(out, r->head.wall_ns);
		if (o->flags & MCW_OUTCOME_NO_EVENT)
			fputs(" outcome of no event: ", out);
		else
			fprintf(out, " outcome of %s %llu: ", mcw_lane_name(o->of_lane), o->of_pos);
	}
	print_what(out, o);
	print_more(out, o);
	fputc('\n', out);
}

void mcw_text_storm(FILE *out, const struct mcw_record *r)
{
	const struct mcw_storm *s = &r->storm;
	bool ends = s->phase == MCW_STORM_END;

	mcw_text_time(out, r->head.wall_ns);
	fprintf(out, " storm %s on CPU %u", ends ? "ends" : "begins", s->cpu);
	if (s->all_banks)
		fputs(", all banks", out);
	else
		fprintf(out, " bank %u", s->bank);
	fprintf(out, ": %llu interrupt%s", s->count, s->count == 1 ? "" : "s");
	if (ends)
		fprintf(out, " in %llu.%03llu s", s->duration_ns / NS_PER_S,
			s->duration_ns % NS_PER_S / NS_PER_MS);
	if (s->throttled)
		fprintf(out, "; the kernel %s them", ends ? "throttled" : "throttles");
	else if (s->declared)
		fprintf(out, "; the kernel %s it", ends ? "declared" : "declares");
	fputc('\n', out);
}

void mcw_json_outcome_body(struct mcw_json *json, const struct mcw_outcome *o)
{
	char rule[sizeof(o->rule) + 1] = "", page_type[sizeof(o->page_type) + 1] = "";

	memcpy(rule, o->rule, sizeof(o->rule));
	memcpy(page_type, o->page_type, sizeof(o->page_type));
	if (o->flags & MCW_OUTCOME_NO_EVENT) {
		mcw_json_null(json, "of");
	} else {
		mcw_json_begin_object(json, "of");
		mcw_json_string(json, "lane", mcw_lane_name(o->of_lane));
		mcw_json_number(json, "pos", o->of_pos);
		mcw_json_number(json, "mono_ns", o->of_mono_ns);
		mcw_json_end_object(json);
	}
	mcw_json_string(json, "grade", mcw_grade_name(o->grade));
	mcw_json_string(json, "rule", rule);
	if (o->page == MCW_NO_PAGE)
		mcw_json_null(json, "page");
	else
		mcw_json_register(json, "page", o->page);
	mcw_json_string(json, "actor", mcw_outcome_word(MCW_WORDS_ACTOR, o->actor));
	mcw_json_string(json, "action", mcw_outcome_word(MCW_WORDS_ACTION, o->action));
	mcw_json_number(json, "errno", o->err);
	mcw_json_string(json, "reason", mcw_outcome_word(MCW_WORDS_REASON, o->reason));
	mcw_json_string(json, "disposition",
			mcw_outcome_word(MCW_WORDS_DISPOSITION, o->disposition));
	mcw_json_number(json, "tries", o->tries);
	mcw_json_number(json, "count", o->count);
	mcw_json_number(json, "tolerant", o->tolerant);
	mcw_json_bool(json, "held_back", o->flags & MCW_OUTCOME_HELD_BACK);
	mcw_json_bool(json, "translated", o->flags & MCW_OUTCOME_TRANSLATED);
	if (o->reason == MCW_REASON_SAME_ERROR)
		mcw_json_number(json, "same_pos", o->same_pos);
	else
		mcw_json_null(json, "same_pos");
	mcw_json_string(json, "result", result_of(o));
	mcw_json_string(json, "page_type", page_type);
	mcw_json_number(json, "victims", o->victims);
}

void mcw_json_outcome(FILE *out, const struct mcw_record *r, __u64 lost)
{
	mcw_json_outcome_owned(out, r, lost, NULL, 0);
}

void mcw_json_outcome_owned(FILE *out, const struct mcw_record *r, __u64 lost,
			    const struct mcw_owner *owner, size_t count)
{
	struct mcw_json json;

	mcw_json_begin_line(&json, out);
	mcw_json_head(&json, "outcome", &r->head, lost);
	mcw_json_outcome_body(&json, &r->outcome);
	if (count)
		mcw_json_owners(&json, owner, count);
	mcw_json_end_line(&json);
}

void mcw_json_storm(FILE *out, const struct mcw_record *r, __u64 lost)
{
	const struct mcw_storm *s = &r->storm;
	const char *phase = "unknown";
	struct mcw_json json;

	if (s->phase == MCW_STORM_BEGIN)
		phase = "begin";
	else if (s->phase == MCW_STORM_END)
		phase = "end";
	mcw_json_begin_line(&json, out);
	mcw_json_head(&json, "storm", &r->head, lost);
	mcw_json_number(&json, "cpu", s->cpu);
	mcw_json_number(&json, "bank", s->bank);
	mcw_json_bool(&json, "all_banks", s->all_banks);
	mcw_json_string(&json, "phase", phase);
	mcw_json_number(&json, "count", s->count);
	mcw_json_number(&json, "duration_ns", s->duration_ns);
	mcw_json_bool(&json, "throttled", s->throttled);
	mcw_json_bool(&json, "declared", s->declared);
	mcw_json_end_line(&json);
}
