// SPDX-License-Identifier: GPL-2.0
/*
 * Records that the module itself writes, outcomes and storms, as lines and as JSON.
 */
#define _GNU_SOURCE
#include "show/outcome.h"

#include <string.h>

#include "decode/decode.h"
#include "show/json.h"
#include "show/text.h"

#define NS_PER_S	1000000000ULL
#define NS_PER_MS	1000000ULL

struct word {
	const char *name;	/* in JSON */
	const char *text;	/* in a line for people; may be empty */
};

static const struct word reasons[] = {
	[MCW_REASON_UNKNOWN] = { "unknown", "the reason is not known" },
	[MCW_REASON_DONE] = { "done", "done" },
	[MCW_REASON_GRADE] = { "grade", "no page is taken for this grade" },
	[MCW_REASON_SOFTWARE] = { "software", "the record is from software or firmware" },
	[MCW_REASON_NO_ADDRESS] = { "no_address", "no usable address" },
	[MCW_REASON_COARSE] = { "coarse", "the address is coarser than a page" },
	[MCW_REASON_NO_PAGE] = { "no_page", "no online memory has this address" },
	[MCW_REASON_ALREADY] = { "already_poisoned", "it was poisoned before" },
	[MCW_REASON_IN_USE] = { "in_use", "flagged as poisoned, but still in use" },
	[MCW_REASON_GAVE_UP] = { "gave_up", "the kernel could not free it" },
	[MCW_REASON_OFF] = { "recovery_off", "recovery is off" },
	[MCW_REASON_OBSERVE] = { "observe", "recovery is observe" },
	[MCW_REASON_TOLERANT] = { "tolerant", "tolerant is 3" },
	[MCW_REASON_BUDGET] = { "budget", "page_budget is used up" },
	[MCW_REASON_FRESH_UC] = { "fresh_uncorrected",
				  "a fresh uncorrected error, and tolerant is 0" },
	[MCW_REASON_RAS_CEC] = { "ras_cec", "RAS_CEC decides about corrected errors" },
	[MCW_REASON_FLAGGED] = { "flagged", "flagged as poisoned; nothing more is known" },
	[MCW_REASON_UNGRADED] = { "ungraded", "it has no grade, and its source is not known" },
	[MCW_REASON_SOFT_OFFLINE_OFF] = { "soft_offline_off",
					  "the admin switched soft offline off" },
	[MCW_REASON_RECOVERY_PANICS] = { "recovery_panics",
					 "vm.memory_failure_recovery is 0, it would panic" },
	[MCW_REASON_KERNEL_PAGE_PANICS] = { "kernel_page_panics",
					    "perhaps a page of the kernel, it would panic" },
	[MCW_REASON_NORMALIZED] = { "normalized", "the address is normalized, of no known page" },
	[MCW_REASON_SAME_ERROR] = { "same_error", "the kernel logged the same error again" },
};

static const struct word actors[] = {
	[MCW_ACTOR_NOBODY] = { "nobody", "" },
	[MCW_ACTOR_KERNEL] = { "kernel", "" },
	[MCW_ACTOR_MODULE] = { "module", "" },
};

static const struct word dispositions[] = {
	[MCW_DISPOSITION_NONE] = { "none", "" },
	[MCW_DISPOSITION_HANDLED] = { "handled", "" },
	[MCW_DISPOSITION_UNHANDLED] = { "unhandled", "" },
	[MCW_DISPOSITION_DROPPED] = { "dropped", "; the kernel dropped or filtered the record" },
	[MCW_DISPOSITION_GRACE] = { "grace", "; the kernel did not report how the record ended" },
};

static const struct word results[] = {
	[MCW_RESULT_UNKNOWN] = { "unknown", "" },
	[MCW_RESULT_IGNORED] = { "ignored", "ignored" },
	[MCW_RESULT_FAILED] = { "failed", "failed" },
	[MCW_RESULT_DELAYED] = { "delayed", "delayed" },
	[MCW_RESULT_RECOVERED] = { "recovered", "recovered" },
};

static const struct word actions[] = {
	[MCW_ACTION_NONE] = { "none", "left" },
	[MCW_ACTION_OFFLINE] = { "offline", "taken offline" },
	[MCW_ACTION_SOFT_OFFLINE] = { "soft_offline", "soft-offlined" },
	[MCW_ACTION_PANIC] = { "panic", "panic" },
};

/* A later module may have added numbers that have no word here. */
static const struct word *word(const struct word *words, size_t count, unsigned int n)
{
	static const struct word unknown = { "unknown", "unknown" };

	return n < count ? &words[n] : &unknown;
}

const char *mcw_outcome_word(enum mcw_outcome_words words, unsigned int n)
{
	switch (words) {
	case MCW_WORDS_REASON:
		return word(reasons, ARRAY_SIZE(reasons), n)->name;
	case MCW_WORDS_ACTOR:
		return word(actors, ARRAY_SIZE(actors), n)->name;
	case MCW_WORDS_ACTION:
		return word(actions, ARRAY_SIZE(actions), n)->name;
	case MCW_WORDS_DISPOSITION:
		return word(dispositions, ARRAY_SIZE(dispositions), n)->name;
	default:
		return word(results, ARRAY_SIZE(results), n)->name;
	}
}

static const struct word *reason_of(const struct mcw_outcome *o)
{
	return word(reasons, ARRAY_SIZE(reasons), o->reason);
}

static const struct word *action_of(const struct mcw_outcome *o)
{
	return word(actions, ARRAY_SIZE(actions), o->action);
}

static const struct word *actor_of(const struct mcw_outcome *o)
{
	return word(actors, ARRAY_SIZE(actors), o->actor);
}

static const struct word *disposition_of(const struct mcw_outcome *o)
{
	return word(dispositions, ARRAY_SIZE(dispositions), o->disposition);
}

static void print_what(FILE *out, const struct mcw_outcome *o)
{
	const char *actor = actor_of(o)->name, *action = action_of(o)->text;
	const char *reason = reason_of(o)->text;

	if (o->page != MCW_NO_PAGE)
		fprintf(out, "page 0x%llx: ", o->page);
	if (o->action == MCW_ACTION_PANIC)
		fprintf(out, "panic by the %s: %s", actor, reason);
	else if (o->reason == MCW_REASON_OBSERVE)
		fprintf(out, "would have been %s: %s", action, reason);
	else if (o->actor == MCW_ACTOR_NOBODY || o->action == MCW_ACTION_NONE)
		fprintf(out, "nothing done: %s", reason);
	else if (o->reason == MCW_REASON_DONE)
		fprintf(out, "%s by the %s", action, actor);
	else if (o->reason == MCW_REASON_FLAGGED)
		fprintf(out, "flagged as poisoned by the %s; nothing more is known", actor);
	else
		fprintf(out, "not %s by the %s: %s", action, actor, reason);
}

/* Whether memory_failure() said how it ended. */
static bool has_result(const struct mcw_outcome *o)
{
	return o->result != MCW_RESULT_UNKNOWN && o->page_type[0];
}

static const char *result_of(const struct mcw_outcome *o)
{
	return word(results, ARRAY_SIZE(results), o->result)->name;
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
	fputs(disposition_of(o)->text, out);
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
	fprintf(out, " storm %s on CPU %u bank %u: %llu interrupt%s", ends ? "ends" : "begins",
		s->cpu, s->bank, s->count, s->count == 1 ? "" : "s");
	if (ends)
		fprintf(out, " in %llu.%03llu s", s->duration_ns / NS_PER_S,
			s->duration_ns % NS_PER_S / NS_PER_MS);
	if (s->throttled)
		fprintf(out, "; the kernel %s them", ends ? "throttled" : "throttles");
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
	mcw_json_string(json, "actor", actor_of(o)->name);
	mcw_json_string(json, "action", action_of(o)->name);
	mcw_json_number(json, "errno", o->err);
	mcw_json_string(json, "reason", reason_of(o)->name);
	mcw_json_string(json, "disposition", disposition_of(o)->name);
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
	struct mcw_json json;

	mcw_json_begin_line(&json, out);
	mcw_json_head(&json, "outcome", &r->head, lost);
	mcw_json_outcome_body(&json, &r->outcome);
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
	mcw_json_string(&json, "phase", phase);
	mcw_json_number(&json, "count", s->count);
	mcw_json_number(&json, "duration_ns", s->duration_ns);
	mcw_json_bool(&json, "throttled", s->throttled);
	mcw_json_end_line(&json);
}
