// SPDX-License-Identifier: GPL-2.0
/*
 * The machine's DIMMs and their errors.
 */
#define _GNU_SOURCE
#include "show/dimm.h"

#include <stdlib.h>
#include <string.h>

#include "decode/decode.h"
#include "show/json.h"
#include "show/text.h"

/* Columns of texts: as wide as the widest text, within these. */
enum {
	WHERE,
	SLOT,
	PART,
	SERIAL,
	TEXTS
};

static const struct {
	const char *title;
	size_t least, most;
} columns[TEXTS] = {
	[WHERE] = { "dimm", 8, 32 },
	[SLOT] = { "slot", 6, 24 },
	[PART] = { "part", 6, 20 },
	[SERIAL] = { "serial", 8, 16 },
};

static const char *text_of(const struct mcw_dimm_row *row, unsigned int column)
{
	const struct mcw_memory_device *slot = row->known.slot.device;

	switch (column) {
	case WHERE:
		return row->known.dimm->label[0] ? row->known.dimm->label :
						   row->known.dimm->location;
	case SLOT:
		return slot ? slot->locator : "?";
	case PART:
		return slot && slot->part[0] ? slot->part : "-";
	default:
		return slot && slot->serial[0] ? slot->serial : "-";
	}
}

static size_t width_of(const struct mcw_dimm_row *rows, size_t count, unsigned int column)
{
	size_t width = columns[column].least;

	for (size_t i = 0; i < count; i++) {
		size_t length = strlen(text_of(&rows[i], column));

		if (length > width)
			width = length;
	}
	return width > columns[column].most ? columns[column].most : width;
}

/* Text of others, in a column. What does not fit is cut, which three dots say. */
static void column_print(FILE *out, const char *text, size_t width)
{
	size_t length = strlen(text);
	char cut[MCW_DIMM_LABEL + 4];

	if (length > width) {
		snprintf(cut, sizeof(cut), "%.*s...", (int)width - 3, text);
		text = cut;
		length = width;
	}
	mcw_text_safely(out, text);
	fprintf(out, "%*s ", (int)(width - length), "");
}

static void head_print(FILE *out, const size_t *width)
{
	for (unsigned int i = 0; i < TEXTS; i++)
		fprintf(out, "%-*s ", (int)width[i], columns[i].title);
	fprintf(out, "%9s %11s %5s  %s\n", "corrected", "uncorrected", "pages", "last error");
}

static void row_print(FILE *out, const struct mcw_dimm_row *row, const size_t *width)
{
	for (unsigned int i = 0; i < TEXTS; i++)
		column_print(out, text_of(row, i), width[i]);
	fprintf(out, "%9llu %11llu %5u  ", row->known.dimm->corrected, row->known.dimm->uncorrected,
		row->pages);
	if (row->last_ns)
		mcw_text_time(out, row->last_ns);
	else
		fputs("none", out);
	fputc('\n', out);
}

/* Why the slots that are not known are not, a line for each reason. */
static void reasons_print(FILE *out, const struct mcw_dimm_row *rows, size_t count)
{
	for (unsigned int reason = 0; reason < MCW_SLOT_REASONS; reason++) {
		size_t found = 0;

		for (size_t i = 0; i < count; i++)
			found += !rows[i].known.slot.device && rows[i].known.slot.reason == reason;
		if (found)
			fprintf(out, "the slot of %zu DIMM%s is not known: %s\n", found,
				found == 1 ? "" : "s", mcw_slot_reason_text(reason));
	}
}

void mcw_dimm_rows_print(FILE *out, const struct mcw_dimm_row *rows, size_t count)
{
	size_t width[TEXTS];

	for (unsigned int i = 0; i < TEXTS; i++)
		width[i] = width_of(rows, count, i);
	head_print(out, width);
	for (size_t i = 0; i < count; i++)
		row_print(out, &rows[i], width);
	reasons_print(out, rows, count);
}

static void text_write(struct mcw_json *json, const char *key, const char *text)
{
	if (text && text[0])
		mcw_json_string(json, key, text);
	else
		mcw_json_null(json, key);
}

static void number_write(struct mcw_json *json, const char *key, __u64 number)
{
	if (number)
		mcw_json_number(json, key, number);
	else
		mcw_json_null(json, key);
}

/* The members of an object: from "label" to "ranks". */
static void known_write(struct mcw_json *json, const struct mcw_dimm_known *known)
{
	static const struct mcw_dimm none;
	const struct mcw_memory_device *d = known->slot.device;
	const struct mcw_dimm *dimm = known->dimm ? known->dimm : &none;

	text_write(json, "label", dimm->label);
	if (known->dimm && dimm->mc != MCW_DIMM_NO_MC)
		mcw_json_number(json, "mc", dimm->mc);
	else
		mcw_json_null(json, "mc");
	text_write(json, "location", dimm->location);
	number_write(json, "megabytes", dimm->mbytes);
	text_write(json, "slot", d ? d->locator : NULL);
	mcw_json_string(json, "slot_reason", mcw_slot_reason_name(known->slot.reason));
	text_write(json, "bank_locator", d ? d->bank : NULL);
	text_write(json, "memory", d ? mcw_memory_type(d->type) : NULL);
	text_write(json, "maker", d ? d->maker : NULL);
	text_write(json, "part", d ? d->part : NULL);
	text_write(json, "serial", d ? d->serial : NULL);
	number_write(json, "speed", d ? d->speed : 0);
	number_write(json, "ranks", d ? d->ranks : 0);
}

/* Where in the DIMM the error is: numbers of the hardware, null where they are not known. */
static void place_write(struct mcw_json *json, const struct mcw_memory_place *place)
{
	static const struct {
		const char *key;
		enum mcw_place_part part;
	} parts[] = {
		{ "socket", MCW_PLACE_SOCKET },
		{ "controller", MCW_PLACE_CONTROLLER },
		{ "channel", MCW_PLACE_CHANNEL },
		{ "dimm_of_channel", MCW_PLACE_DIMM },
		{ "rank", MCW_PLACE_RANK },
		{ "chip_select", MCW_PLACE_CHIP_SELECT },
		{ "bank_group", MCW_PLACE_BANK_GROUP },
		{ "bank", MCW_PLACE_BANK },
		{ "row", MCW_PLACE_ROW },
		{ "column", MCW_PLACE_COLUMN },
		{ "device", MCW_PLACE_DEVICE },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(parts); i++) {
		if (mcw_place_has(place, parts[i].part))
			mcw_json_number(json, parts[i].key, place->value[parts[i].part]);
		else
			mcw_json_null(json, parts[i].key);
	}
}

void mcw_json_dimm(struct mcw_json *json, const struct mcw_dimm_known *known)
{
	if (!known->dimm && !known->place.known) {
		mcw_json_null(json, "dimm");
		return;
	}
	mcw_json_begin_object(json, "dimm");
	known_write(json, known);
	place_write(json, &known->place);
	mcw_json_string(json, "source", mcw_dimm_source_name(known->source));
	mcw_json_end_object(json);
}

static void more_print(FILE *out, const char *what, const char *text)
{
	if (!text[0])
		return;
	fprintf(out, ", %s ", what);
	mcw_text_safely(out, text);
}

void mcw_dimm_known_print(FILE *out, const struct mcw_dimm_known *known)
{
	const struct mcw_memory_device *d = known->slot.device;

	if (!d)
		return;
	if (!known->dimm || strcmp(d->locator, known->dimm->label))
		more_print(out, "slot", d->locator);
	more_print(out, "part", d->part);
	more_print(out, "serial", d->serial);
}

void mcw_dimm_rows_json(FILE *out, const struct mcw_dimm_row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct mcw_dimm_row *row = &rows[i];
		struct mcw_json json;

		mcw_json_begin_line(&json, out);
		mcw_json_string(&json, "type", "dimm");
		known_write(&json, &row->known);
		mcw_json_number(&json, "corrected", row->known.dimm->corrected);
		mcw_json_number(&json, "uncorrected", row->known.dimm->uncorrected);
		mcw_json_number(&json, "pages_offline", row->pages);
		if (row->last_ns)
			mcw_json_time(&json, "last", row->last_ns);
		else
			mcw_json_null(&json, "last");
		mcw_json_end_line(&json);
	}
}
