// SPDX-License-Identifier: GPL-2.0
/*
 * Which part of the machine an event is about, in words and as JSON.
 */
#include "show/location.h"

#include "decode/decode.h"
#include "decode/dimm.h"
#include "decode/location.h"
#include "show/dimm.h"
#include "show/json.h"
#include "show/json_writer.h"
#include "show/text.h"

#define MC_UNKNOWN 255

static void print_layers(FILE *out, const struct mcw_location *l)
{
	const char *before = " at ";

	if (l->mc != MC_UNKNOWN)
		fprintf(out, ", mc %u", (unsigned int)l->mc);
	for (unsigned int i = 0; i < 3 && l->layer[i] >= 0; i++) {
		fprintf(out, "%s%d", before, l->layer[i]);
		before = ":";
	}
}

static void print_event(FILE *out, const struct mcw_location *l)
{
	if (l->flags & MCW_LOCATION_NO_EVENT)
		fputs("of no event", out);
	else if (l->flags & MCW_LOCATION_LOST)
		fputs("of an event that was not stored", out);
	else
		fprintf(out, "of %s %llu%s", mcw_lane_name(l->of_lane), l->of_pos,
			l->flags & MCW_LOCATION_UNSURE ? " (probably)" : "");
}

static void label_print(FILE *out, const struct mcw_location_whole *whole)
{
	if (!whole->label[0]) {
		fputs("no label", out);
		return;
	}
	fputc('"', out);
	mcw_text_safely(out, whole->label);
	fputc('"', out);
}

static void print_what(FILE *out, const struct mcw_location_whole *whole,
		       const struct mcw_dimm_known *known)
{
	const struct mcw_location *l = &whole->first.location;

	fputs(": ", out);
	label_print(out, whole);
	mcw_dimm_known_print(out, known);
	print_layers(out, l);
	fprintf(out, "; %s", mcw_location_error(l->error_type));
	if (l->count != 1)
		fprintf(out, ", %u errors", l->count);
	if (l->address)
		fprintf(out, ", address 0x%llx", l->address);
	if (whole->message[0]) {
		fputs("; ", out);
		mcw_text_safely(out, whole->message);
	}
	if (whole->detail[0]) {
		fputs("; ", out);
		mcw_text_safely(out, whole->detail);
	}
	if (l->flags & MCW_LOCATION_CUT)
		fputs("; the text was too long and is cut", out);
	if (whole->incomplete)
		fputs("; the rest of the text was lost", out);
	fputc('\n', out);
}

void mcw_text_location(FILE *out, const struct mcw_location_whole *whole,
		       const struct mcw_dimm_known *known)
{
	mcw_text_time(out, whole->first.head.wall_ns);
	fputs(" location ", out);
	print_event(out, &whole->first.location);
	print_what(out, whole, known);
}

void mcw_text_location_under(FILE *out, const struct mcw_location_whole *whole,
			     const struct mcw_dimm_known *known)
{
	fputs("    location", out);
	print_what(out, whole, known);
}

static void of_write(struct mcw_json *json, const struct mcw_location *l)
{
	if (l->flags & (MCW_LOCATION_NO_EVENT | MCW_LOCATION_LOST)) {
		mcw_json_null(json, "of");
		return;
	}
	mcw_json_begin_object(json, "of");
	mcw_json_string(json, "lane", mcw_lane_name(l->of_lane));
	mcw_json_number(json, "pos", l->of_pos);
	mcw_json_bool(json, "sure", !(l->flags & MCW_LOCATION_UNSURE));
	mcw_json_end_object(json);
}

void mcw_json_location(FILE *out, const struct mcw_location_whole *whole,
		       const struct mcw_dimm_known *known, __u64 lost)
{
	const struct mcw_location *l = &whole->first.location;
	struct mcw_json json;

	mcw_json_begin_line(&json, out);
	mcw_json_head(&json, "location", &whole->first.head, lost);
	of_write(&json, l);
	mcw_json_bool(&json, "event_lost", l->flags & MCW_LOCATION_LOST);
	mcw_json_string(&json, "source", mcw_dimm_source_name(mcw_dimm_source(l->source)));
	mcw_json_string(&json, "label", whole->label);
	if (l->mc == MC_UNKNOWN)
		mcw_json_null(&json, "mc");
	else
		mcw_json_number(&json, "mc", l->mc);
	mcw_json_begin_array(&json, "layers");
	for (unsigned int i = 0; i < 3 && l->layer[i] >= 0; i++)
		mcw_json_number(&json, NULL, l->layer[i]);
	mcw_json_end_array(&json);
	mcw_json_dimm(&json, known);
	mcw_json_string(&json, "error", mcw_location_error(l->error_type));
	mcw_json_number(&json, "count", l->count);
	mcw_json_register(&json, "address", l->address);
	mcw_json_number(&json, "grain", 1ULL << (l->grain_bits & 63));
	mcw_json_register(&json, "syndrome", l->syndrome);
	mcw_json_string(&json, "message", whole->message);
	mcw_json_string(&json, "detail", whole->detail);
	mcw_json_bool(&json, "cut", l->flags & MCW_LOCATION_CUT);
	mcw_json_bool(&json, "incomplete", whole->incomplete);
	mcw_json_end_line(&json);
}
