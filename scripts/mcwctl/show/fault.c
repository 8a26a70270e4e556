// SPDX-License-Identifier: GPL-2.0
/*
 * The faults of a diagnosis.
 */
#include "show/fault.h"

#include <string.h>

#include "decode/decode.h"
#include "decode/text.h"
#include "diagnose/diagnose.h"
#include "show/json.h"
#include "show/text.h"

/* Parts of a place inside a module; the others are in the name of the part. */
#define INSIDE \
	(1U << MCW_PLACE_SUBCHANNEL | 1U << MCW_PLACE_RANK | 1U << MCW_PLACE_CHIP_SELECT | \
	 1U << MCW_PLACE_SUBRANK | 1U << MCW_PLACE_BANK_GROUP | 1U << MCW_PLACE_BANK | \
	 1U << MCW_PLACE_ROW | 1U << MCW_PLACE_COLUMN | 1U << MCW_PLACE_DEVICE)

static bool is_shown(const struct mcw_fault *f, bool all)
{
	return all || (f->level > MCW_FAULT_OK && !f->closed);
}

static const char *plural(__u64 count)
{
	return count == 1 ? "" : "s";
}

/* "memory controller 1, channel 0"; each with a comma before it but the first. */
static void number_put(struct text *t, const char *what, __s32 number)
{
	if (number >= 0)
		text_add(t, "%s%s %d", t->used ? ", " : "", what, number);
}

static void more_put(struct text *t, const char *what, const char *value)
{
	if (value[0])
		text_add(t, ", %s %s", what, value);
}

static void memory_put(struct text *t, const struct mcw_fault *f)
{
	const struct mcw_fault_part *p = &f->part;

	if (p->label[0] || p->slot[0]) {
		text_put_all(t, "memory module ", p->label[0] ? p->label : p->slot);
		if (p->label[0] && strcmp(p->label, p->slot))
			more_put(t, "slot", p->slot);
		more_put(t, "part", p->number);
		more_put(t, "serial", p->serial);
		return;
	}
	number_put(t, "socket", p->socket);
	number_put(t, "memory controller", p->mc);
	number_put(t, "channel", p->channel);
	number_put(t, "memory module", p->dimm);
	if (!t->used)
		text_put(t, "memory");
	if (f->modules)
		text_add(t, " with %u memory module%s", f->modules, plural(f->modules));
}

static void unit_put(struct text *t, const struct mcw_fault_part *p)
{
	bool of_core = p->kind == MCW_SIGN_CORE ||
		       (p->kind == MCW_SIGN_CACHE && p->level && p->level < 3);

	if (p->kind == MCW_SIGN_CACHE && p->level)
		text_add(t, "L%u cache%s", p->level, p->unit >= 0 ? " of " : "");
	else if (p->kind == MCW_SIGN_CACHE)
		text_put(t, p->unit >= 0 ? "cache of " : "a cache");
	else if (p->kind == MCW_SIGN_LINK)
		text_put(t, p->unit >= 0 ? "link of " : "a link");
	else if (p->kind == MCW_SIGN_FIRMWARE)
		text_put(t, "what the firmware watches");
	if (p->unit >= 0)
		text_add(t, "%s %d", of_core ? "CPU" : "machine-check bank", p->unit);
	else if (p->kind == MCW_SIGN_CORE)
		text_put(t, "a CPU");
	number_put(t, "socket", p->socket);
}

char *mcw_fault_part_text(const struct mcw_fault *f, char *buf, size_t size)
{
	struct text t = text_begin(buf, size);

	if (f->part.kind == MCW_SIGN_MEMORY)
		memory_put(&t, f);
	else
		unit_put(&t, &f->part);
	return buf;
}

static char *place_text(const struct mcw_fault *f, char *buf, size_t size)
{
	struct mcw_memory_place place = { .known = f->known & INSIDE };

	memcpy(place.value, f->value, sizeof(place.value));
	return mcw_place_text(&place, buf, size);
}

char *mcw_fault_sentence(const struct mcw_fault *f, char *buf, size_t size)
{
	char part[MCW_TEXT_BYTES], place[MCW_TEXT_BYTES];

	mcw_fault_part_text(f, part, sizeof(part));
	place_text(f, place, sizeof(place));
	snprintf(buf, size, "%s: %s%s%s%s", part, mcw_fault_mode_text(f->mode),
		 place[0] ? " (" : "", place, place[0] ? ")" : "");
	return buf;
}

char *mcw_fault_part_label(const struct mcw_fault *f, char *buf, size_t size)
{
	const char *name = f->part.label[0] ? f->part.label : f->part.slot;

	if (f->part.kind != MCW_SIGN_MEMORY || !name[0])
		return mcw_fault_part_text(f, buf, size);
	snprintf(buf, size, "%s", name);
	return buf;
}

void mcw_fault_line_print(FILE *out, const struct mcw_fault *f)
{
	char sentence[MCW_TEXT_BYTES];

	fprintf(out, "fault, %s: ", mcw_fault_level_name(f->level));
	mcw_text_safely(out, mcw_fault_sentence(f, sentence, sizeof(sentence)));
	fprintf(out, "%s; see mcwctl faults", f->injected ? " (injected)" : "");
}

static void name_print(FILE *out, const char *name)
{
	fprintf(out, "    %-10s ", name);
}

static void since_print(FILE *out, const struct mcw_fault *f)
{
	name_print(out, "since");
	if (!f->first_ns) {
		fputs("not known: the clock was not set\n", out);
		return;
	}
	mcw_text_time(out, f->first_ns);
	if (f->last_ns != f->first_ns) {
		fputs(", the last error at ", out);
		mcw_text_time(out, f->last_ns);
	}
	fputc('\n', out);
}

static unsigned int bits(__u32 value)
{
	unsigned int count = 0;

	for (; value; value &= value - 1)
		count++;
	return count;
}

static const char *record_text(const struct mcw_sign_record *r, char *buf, size_t size)
{
	snprintf(buf, size, "%s%c%llu", r->lane == MCW_SIGN_LINE ? "line" : mcw_lane_name(r->lane),
		 r->lane == MCW_SIGN_LINE ? ' ' : ':', r->pos);
	return buf;
}

static bool is_last_another(const struct mcw_fault *f)
{
	const struct mcw_sign_record *known = &f->first[f->firsts ? f->firsts - 1 : 0];

	return !f->firsts || f->last.pos != known->pos || f->last.lane != known->lane;
}

static void records_print(FILE *out, const struct mcw_fault *f)
{
	char text[64];

	fputs("; records", out);
	for (unsigned int i = 0; i < f->firsts; i++)
		fprintf(out, "%s %s", i ? "," : "", record_text(&f->first[i], text, sizeof(text)));
	if (is_last_another(f))
		fprintf(out, "%s %s", f->records > f->firsts + 1 ? " ..." : ",",
			record_text(&f->last, text, sizeof(text)));
	fputc('\n', out);
}

static void evidence_print(FILE *out, const struct mcw_fault *f)
{
	name_print(out, "evidence");
	fprintf(out, "%llu corrected error%s, %llu uncorrected", f->corrected, plural(f->corrected),
		f->uncorrected);
	if (f->part.kind == MCW_SIGN_MEMORY) {
		fprintf(out, ", at %u different place%s", f->cells, plural(f->cells));
		if (f->devices)
			fprintf(out, " of %u device%s", bits(f->devices), plural(bits(f->devices)));
		if (f->source != MCW_DIMM_NOT_KNOWN)
			fprintf(out, ", by %s", mcw_dimm_source_name(f->source));
	}
	if (f->injected)
		fputs(", all injected", out);
	records_print(out, f);
}

static void closed_print(FILE *out, const struct mcw_fault *f)
{
	if (!f->closed)
		return;
	name_print(out, "over");
	if (f->closed == MCW_FAULT_REPLACED)
		fputs("another part is in its place\n", out);
	else if (f->closed == MCW_FAULT_QUIET)
		fputs("it had no error for long\n", out);
	else if (f->closed == MCW_FAULT_REPAIRED)
		fputs("somebody has said that it was repaired\n", out);
	else if (f->into)
		fprintf(out, "it is a part of fault %u\n", f->into);
	else
		fputs("its errors are parts of other faults\n", out);
}

static void fault_print(FILE *out, const struct mcw_fault *f)
{
	char text[MCW_TEXT_BYTES];

	fprintf(out, "fault %u, %s: ", f->id,
		f->closed ? "closed" : mcw_fault_level_name(f->level));
	mcw_text_safely(out, mcw_fault_part_text(f, text, sizeof(text)));
	fputc('\n', out);
	name_print(out, "mode");
	fprintf(out, "%s: %s", mcw_fault_mode_name(f->mode), mcw_fault_mode_text(f->mode));
	place_text(f, text, sizeof(text));
	fprintf(out, "%s%s%s\n", text[0] ? " (" : "", text, text[0] ? ")" : "");
	since_print(out, f);
	evidence_print(out, f);
	name_print(out, "certainty");
	fprintf(out, "%s: %s\n", mcw_fault_certainty_name(f->certainty), mcw_fault_doubt_text(f));
	name_print(out, "done");
	fprintf(out, "%u page%s offline, %u task%s got a signal\n", f->pages, plural(f->pages),
		f->victims, plural(f->victims));
	closed_print(out, f);
	name_print(out, "risk");
	fprintf(out, "%s\n", mcw_fault_risk_text(f));
	name_print(out, "do");
	fprintf(out, "%s\n", mcw_fault_action_text(f));
}

/* What the diagnosis could not see. */
static void gaps_print(FILE *out, const struct mcw_diagnosis_counts *c)
{
	if (c->lost)
		fprintf(out, "%llu record%s lost: counts are too low, and a fault may be missing\n",
			c->lost, c->lost == 1 ? " was" : "s were");
	if (c->unplaced)
		fprintf(out,
			"%llu error%s of memory: no EDAC driver said which module; see mcwctl status\n",
			c->unplaced, plural(c->unplaced));
	if (c->dropped)
		fprintf(out, "%llu older place%s made room for newer ones\n", c->dropped,
			plural(c->dropped));
	if (c->dropped_parts || c->dropped_faults)
		fprintf(out, "%llu older part%s and %llu fault%s made room for newer ones\n",
			c->dropped_parts, plural(c->dropped_parts), c->dropped_faults,
			plural(c->dropped_faults));
}

void mcw_faults_print(FILE *out, const struct mcw_diagnosis *d, bool all)
{
	const struct mcw_diagnosis_counts counts = mcw_diagnosis_count(d);
	unsigned int shown = 0, silent = 0;
	const struct mcw_fault *f;

	for (size_t at = 0; (f = mcw_diagnosis_next(d, &at));) {
		if (!is_shown(f, all)) {
			silent++;
			continue;
		}
		if (shown++)
			fputc('\n', out);
		fault_print(out, f);
	}
	if (!shown)
		fprintf(out, "no fault: %llu error%s", counts.errors, plural(counts.errors));
	if (!shown && silent)
		fputs(", none of which needs anybody; --all shows them", out);
	if (!shown)
		fputc('\n', out);
	gaps_print(out, &counts);
}

static void text_write(struct mcw_json *json, const char *key, const char *text)
{
	if (text[0])
		mcw_json_string(json, key, text);
	else
		mcw_json_null(json, key);
}

static void number_write(struct mcw_json *json, const char *key, __s32 number)
{
	if (number >= 0)
		mcw_json_number(json, key, number);
	else
		mcw_json_null(json, key);
}

static void part_write(struct mcw_json *json, const struct mcw_fault *f)
{
	const struct mcw_fault_part *p = &f->part;
	char text[MCW_TEXT_BYTES];

	mcw_json_begin_object(json, "part");
	mcw_json_string(json, "text", mcw_fault_part_text(f, text, sizeof(text)));
	text_write(json, "label", p->label);
	text_write(json, "slot", p->slot);
	text_write(json, "serial", p->serial);
	text_write(json, "part", p->number);
	number_write(json, "socket", p->socket);
	number_write(json, "controller", p->mc);
	number_write(json, "channel", p->channel);
	number_write(json, "dimm", p->dimm);
	number_write(json, "unit", p->unit);
	mcw_json_end_object(json);
}

static void place_write(struct mcw_json *json, const struct mcw_fault *f)
{
	mcw_json_begin_object(json, "place");
	for (unsigned int part = 0; part < MCW_PLACE_PARTS; part++)
		if (f->known & INSIDE & 1U << part)
			mcw_json_number(json, mcw_place_key(part), f->value[part]);
	mcw_json_end_object(json);
}

static void time_write(struct mcw_json *json, const char *key, __u64 ns)
{
	if (ns)
		mcw_json_time(json, key, ns);
	else
		mcw_json_null(json, key);
}

static void record_write(struct mcw_json *json, const struct mcw_sign_record *r)
{
	char text[64];

	mcw_json_string(json, NULL, record_text(r, text, sizeof(text)));
}

static void evidence_write(struct mcw_json *json, const struct mcw_fault *f)
{
	mcw_json_number(json, "corrected", f->corrected);
	mcw_json_number(json, "uncorrected", f->uncorrected);
	mcw_json_number(json, "cells", f->cells);
	mcw_json_number(json, "devices", bits(f->devices));
	mcw_json_bool(json, "injected", f->injected);
	mcw_json_string(json, "source", mcw_dimm_source_name(f->source));
	mcw_json_number(json, "records", f->records);
	mcw_json_begin_array(json, "examples");
	for (unsigned int i = 0; i < f->firsts; i++)
		record_write(json, &f->first[i]);
	if (is_last_another(f))
		record_write(json, &f->last);
	mcw_json_end_array(json);
}

static const char *state_name(const struct mcw_fault *f)
{
	static const char *const names[] = { "open", "quiet", "replaced", "merged", "repaired" };

	return names[f->closed];
}

void mcw_fault_json(FILE *out, const struct mcw_fault *f)
{
	struct mcw_json json;

	mcw_json_begin_line(&json, out);
	mcw_json_string(&json, "type", "fault");
	mcw_json_number(&json, "id", f->id);
	mcw_json_string(&json, "level", mcw_fault_level_name(f->level));
	mcw_json_string(&json, "state", state_name(f));
	number_write(&json, "into", f->into ? (__s32)f->into : -1);
	mcw_json_string(&json, "mode", mcw_fault_mode_name(f->mode));
	part_write(&json, f);
	place_write(&json, f);
	time_write(&json, "first", f->first_ns);
	time_write(&json, "last", f->last_ns);
	time_write(&json, "told", f->told_ns);
	evidence_write(&json, f);
	mcw_json_string(&json, "certainty", mcw_fault_certainty_name(f->certainty));
	mcw_json_string(&json, "reason", mcw_fault_doubt_text(f));
	mcw_json_number(&json, "pages_offline", f->pages);
	mcw_json_number(&json, "victims", f->victims);
	mcw_json_string(&json, "risk", mcw_fault_risk_text(f));
	mcw_json_string(&json, "action", mcw_fault_action_name(f));
	mcw_json_string(&json, "action_text", mcw_fault_action_text(f));
	mcw_json_end_line(&json);
}

void mcw_faults_json(FILE *out, const struct mcw_diagnosis *d, bool all)
{
	const struct mcw_diagnosis_counts counts = mcw_diagnosis_count(d);
	const struct mcw_fault *f;
	struct mcw_json json;

	for (size_t at = 0; (f = mcw_diagnosis_next(d, &at));)
		if (is_shown(f, all))
			mcw_fault_json(out, f);
	mcw_json_begin_line(&json, out);
	mcw_json_string(&json, "type", "diagnosis");
	mcw_json_number(&json, "records", counts.signs);
	mcw_json_number(&json, "errors", counts.errors);
	mcw_json_number(&json, "lost", counts.lost);
	mcw_json_number(&json, "unplaced", counts.unplaced);
	mcw_json_number(&json, "dropped_places", counts.dropped);
	mcw_json_number(&json, "dropped_parts", counts.dropped_parts);
	mcw_json_number(&json, "dropped_faults", counts.dropped_faults);
	mcw_json_end_line(&json);
}
