// SPDX-License-Identifier: GPL-2.0
/*
 * One error from its event to its victims.
 */
#define _GNU_SOURCE
#include "show/follow.h"

#include <stdlib.h>
#include <string.h>

#include "decode/location.h"
#include "show/json.h"
#include "show/location.h"
#include "show/outcome.h"
#include "show/victim.h"
#include "source/dimms.h"
#include "source/qemu.h"

#define NS_PER_S	1000000000ULL
#define NS_PER_MS	1000000ULL

/* The locations of the event, whole ones. Return: how many. */
static unsigned int locations_join(const struct mcw_follow *f, struct mcw_location_join *join,
				   void (*give)(void *to, const struct mcw_location_whole *whole),
				   void *to)
{
	struct mcw_location_whole whole;
	unsigned int count = 0;

	memset(join, 0, sizeof(*join));
	for (unsigned int i = 0; i < f->count[MCW_FOLLOW_LOCATION]; i++) {
		if (!mcw_location_take(join, &f->locations[i], &whole))
			continue;
		give(to, &whole);
		count++;
	}
	for (; mcw_location_left(join, &whole); count++)
		give(to, &whole);
	return count;
}

struct text_to {
	FILE *out;
	const struct mcw_dimms *dimms;
};

static void location_print(void *to, const struct mcw_location_whole *whole)
{
	const struct text_to *t = to;
	const struct mcw_dimm_known known = mcw_dimms_of_location(t->dimms, whole);

	mcw_text_location(t->out, whole, &known);
	if (known.dimm && !known.slot.device)
		fprintf(t->out, "    its slot is not known: %s\n",
			mcw_slot_reason_text(known.slot.reason));
	else if (!known.dimm && whole->label[0])
		fputs("    mcwctl dimms has no memory module of this name\n", t->out);
}

/* A process of now says nothing of a recording's. */
static const struct mcw_vm *vm_of(const struct mcw_follow *f, const struct mcw_record *victim,
				  struct mcw_vm *vm)
{
	return !f->over && mcw_qemu_of_victim(vm, "/proc", victim) ? vm : NULL;
}

static void count_print(FILE *out, unsigned int count, const char *name)
{
	if (count == 1)
		fprintf(out, ", %s", name);
	else if (count)
		fprintf(out, ", %u %ss", count, name);
}

static void end_print(FILE *out, const struct mcw_follow *f, unsigned int locations)
{
	__u64 ns = mcw_follow_duration(f);
	bool due;

	for (unsigned int part = 0; part < MCW_FOLLOW_PARTS; part++) {
		const char *why = mcw_follow_missing(f, part, &due);

		if (why)
			fprintf(out, "%s %s: %s\n", due ? "missing" : "no", mcw_follow_name(part),
				why);
	}
	if (!f->count[MCW_FOLLOW_EVENT])
		return;
	fprintf(out, "%s: event", mcw_follow_is_complete(f) ? "complete" : "incomplete");
	count_print(out, locations, "location");
	count_print(out, f->count[MCW_FOLLOW_OUTCOME], "outcome");
	count_print(out, f->count[MCW_FOLLOW_VICTIM], "victim");
	fprintf(out, ", in %llu.%03llu s\n", ns / NS_PER_S, ns % NS_PER_S / NS_PER_MS);
}

void mcw_text_follow(FILE *out, const struct mcw_follow *f, const struct mcw_dimms *dimms)
{
	struct text_to to = { out, dimms };
	struct mcw_location_join join;
	struct mcw_vm vm;
	unsigned int locations = locations_join(f, &join, location_print, &to);

	for (unsigned int i = 0; i < f->count[MCW_FOLLOW_OUTCOME]; i++)
		mcw_text_outcome(out, &f->outcomes[i], false);
	for (unsigned int i = 0; i < f->count[MCW_FOLLOW_VICTIM]; i++)
		mcw_text_victim(out, &f->victims[i], vm_of(f, &f->victims[i], &vm), false);
	end_print(out, f, locations);
}

/* What others write as a line becomes a part of our object. */
struct line {
	FILE *out;
	char *text;
	size_t length;
};

static FILE *line_begin(struct line *l)
{
	l->text = NULL;
	l->out = open_memstream(&l->text, &l->length);
	return l->out;
}

static void line_end(struct line *l, struct mcw_json *json, const char *key)
{
	if (!fclose(l->out)) {
		l->text[strcspn(l->text, "\n")] = '\0';
		mcw_json_written(json, key, l->text);
	}
	free(l->text);
}

struct json_to {
	struct mcw_json *json;
	const struct mcw_dimms *dimms;
	struct mcw_dimm_known known;	/* of the first location */
};

static void location_write(void *to, const struct mcw_location_whole *whole)
{
	const struct json_to *j = to;
	const struct mcw_dimm_known known = mcw_dimms_of_location(j->dimms, whole);
	struct line line;

	if (!line_begin(&line))
		return;
	mcw_json_location(line.out, whole, &known, 0);
	line_end(&line, j->json, NULL);
}

static void location_find(void *to, const struct mcw_location_whole *whole)
{
	struct json_to *j = to;

	if (!j->known.dimm && !j->known.place.known)
		j->known = mcw_dimms_of_location(j->dimms, whole);
}

static void outcomes_write(struct mcw_json *json, const struct mcw_follow *f)
{
	mcw_json_begin_array(json, "outcomes");
	for (unsigned int i = 0; i < f->count[MCW_FOLLOW_OUTCOME]; i++) {
		struct line line;

		if (!line_begin(&line))
			break;
		mcw_json_outcome(line.out, &f->outcomes[i], 0);
		line_end(&line, json, NULL);
	}
	mcw_json_end_array(json);
}

static void victims_write(struct mcw_json *json, const struct mcw_follow *f)
{
	struct mcw_vm vm;

	mcw_json_begin_array(json, "victims");
	for (unsigned int i = 0; i < f->count[MCW_FOLLOW_VICTIM]; i++) {
		const struct mcw_record *victim = &f->victims[i];
		struct line line;

		if (!line_begin(&line))
			break;
		mcw_json_victim(line.out, victim, vm_of(f, victim, &vm), 0);
		line_end(&line, json, NULL);
	}
	mcw_json_end_array(json);
}

static void event_write(struct json_to *to, const struct mcw_follow *f)
{
	struct line line;

	if (!f->count[MCW_FOLLOW_EVENT] || !line_begin(&line)) {
		mcw_json_null(to->json, "event");
		return;
	}
	mcw_json_event(line.out, &f->event, &to->known, 0);
	line_end(&line, to->json, "event");
}

static void missing_write(struct mcw_json *json, const struct mcw_follow *f)
{
	mcw_json_begin_array(json, "missing");
	for (unsigned int part = 0; part < MCW_FOLLOW_PARTS; part++) {
		bool due;
		const char *why = mcw_follow_missing(f, part, &due);

		if (!why)
			continue;
		mcw_json_begin_object(json, NULL);
		mcw_json_string(json, "part", mcw_follow_name(part));
		mcw_json_bool(json, "due", due);
		mcw_json_string(json, "why", why);
		mcw_json_end_object(json);
	}
	mcw_json_end_array(json);
}

void mcw_json_follow(FILE *out, const struct mcw_follow *f, const struct mcw_dimms *dimms)
{
	struct mcw_location_join join;
	struct mcw_json json;
	struct json_to to = {
		.json = &json,
		.dimms = dimms,
		.known.slot.reason = MCW_SLOT_NO_DIMM,
	};

	locations_join(f, &join, location_find, &to);
	mcw_json_begin_line(&json, out);
	mcw_json_string(&json, "type", "follow");
	mcw_json_bool(&json, "complete", mcw_follow_is_complete(f));
	mcw_json_number(&json, "duration_ns", mcw_follow_duration(f));
	event_write(&to, f);
	mcw_json_begin_array(&json, "locations");
	locations_join(f, &join, location_write, &to);
	mcw_json_end_array(&json);
	outcomes_write(&json, f);
	victims_write(&json, f);
	missing_write(&json, f);
	mcw_json_end_line(&json);
}
