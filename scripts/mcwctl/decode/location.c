// SPDX-License-Identifier: GPL-2.0
/*
 * A location from its LOCATION records.
 */
#include "decode/location.h"

#include <string.h>

static void give(struct mcw_location_open *open, struct mcw_location_whole *whole)
{
	const unsigned int all = (1U << open->first.location.parts) - 1;
	char *text = whole->text;

	whole->first = open->first;
	whole->incomplete = open->parts != all;
	memset(whole->text, 0, sizeof(whole->text));
	/* What came after a gap belongs to nobody knows which string. */
	for (unsigned int i = 0; open->parts & 1U << i; i++)
		memcpy(whole->text + i * MCW_LOCATION_TEXT, open->text[i], MCW_LOCATION_TEXT);
	whole->label = text;
	whole->message = whole->label + strlen(whole->label) + 1;
	whole->detail = whole->message + strlen(whole->message) + 1;
	open->parts = 0;
}

static struct mcw_location_open *find(struct mcw_location_join *join, const struct mcw_record *rec)
{
	for (unsigned int i = 0; i < MCW_LOCATIONS_OPEN; i++) {
		struct mcw_location_open *open = &join->open[i];

		if (open->parts && open->first.location.id == rec->location.id)
			return open;
	}
	return NULL;
}

bool mcw_location_take(struct mcw_location_join *join, const struct mcw_record *rec,
		       struct mcw_location_whole *whole)
{
	const struct mcw_location *l = &rec->location;
	struct mcw_location_open *open = find(join, rec);
	bool given = false;

	if (!l->part || l->part > l->parts || l->parts > MCW_LOCATION_PARTS)
		return false;
	if (!open) {
		open = &join->open[join->next];
		/* One record alone needs no room that another one waits in. */
		if (open->parts && l->parts > 1) {
			give(open, whole);
			given = true;
		} else if (open->parts) {
			struct mcw_location_open alone = { .first = *rec, .parts = 1 };

			memcpy(alone.text[0], l->text, MCW_LOCATION_TEXT);
			give(&alone, whole);
			return true;
		}
		open->first = *rec;
		if (l->parts > 1)
			join->next = (join->next + 1) % MCW_LOCATIONS_OPEN;
	} else if (open->first.location.parts != l->parts) {
		return false;
	}
	open->parts |= 1U << (l->part - 1);
	memcpy(open->text[l->part - 1], l->text, MCW_LOCATION_TEXT);
	if (given || open->parts != (1U << l->parts) - 1)
		return given;
	give(open, whole);
	return true;
}

bool mcw_location_left(struct mcw_location_join *join, struct mcw_location_whole *whole)
{
	for (unsigned int i = 0; i < MCW_LOCATIONS_OPEN; i++) {
		struct mcw_location_open *open = &join->open[(join->next + i) % MCW_LOCATIONS_OPEN];

		if (open->parts) {
			give(open, whole);
			return true;
		}
	}
	return false;
}

bool mcw_location_is_corrected(unsigned int error_type)
{
	return error_type == 0 || error_type == 4;
}

const char *mcw_location_error(unsigned int error_type)
{
	static const char *const names[] = { "corrected", "uncorrected", "deferred", "fatal",
					     "info" };

	return error_type < sizeof(names) / sizeof(names[0]) ? names[error_type] : "unknown";
}
