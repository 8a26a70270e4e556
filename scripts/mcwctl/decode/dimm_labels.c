// SPDX-License-Identifier: GPL-2.0
/*
 * Label files of rasdaemon.
 */
#define _GNU_SOURCE
#include "decode/dimm_labels.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define NUMBER_MAX	127	/* layers are signed bytes in the kernel */

/* A piece of the text, without blanks around it. */
struct piece {
	const char *at;
	size_t length;
};

static struct piece piece_of(const char *at, const char *end)
{
	while (at < end && isspace((unsigned char)*at))
		at++;
	while (end > at && isspace((unsigned char)end[-1]))
		end--;
	return (struct piece){ at, end - at };
}

static bool is_name(struct piece p, const char *name)
{
	return p.length == strlen(name) && p.length && !strncasecmp(p.at, name, p.length);
}

/* The end of what stands before that character, or of everything. */
static const char *up_to(const char *at, const char *end, char stop)
{
	const char *found = memchr(at, stop, end - at);

	return found ? found : end;
}

static bool one_is(const char *names, const char *end, const char *name)
{
	while (names < end) {
		const char *comma = up_to(names, end, ',');

		if (is_name(piece_of(names, comma), name))
			return true;
		names = comma + 1;
	}
	return false;
}

static int wrong(struct mcw_dimm_labels *l, const char *what, struct piece p)
{
	int length = p.length < 40 ? p.length : 40;

	snprintf(l->error, sizeof(l->error), "%s '%.*s'", what, length, p.at);
	for (char *at = l->error; *at; at++)
		if (*at < ' ' || *at > '~')
			*at = '?';
	return -1;
}

/* Takes a keyword. Return: false if the part is a label. */
static bool keyword_take(struct mcw_dimm_labels *l, const char *at, const char *end)
{
	const char *colon = up_to(at, end, ':'), *value = colon + 1;
	const struct mcw_smbios *m = l->machine;
	struct piece key = piece_of(at, colon);

	if (is_name(key, "vendor")) {
		l->vendor_fits = is_name(piece_of(value, end), m->board_maker) ||
				 is_name(piece_of(value, end), m->system_maker);
		l->fits = false;
	} else if (is_name(key, "product")) {
		l->fits = l->vendor_fits && one_is(value, end, m->system);
	} else if (is_name(key, "model") || is_name(key, "board")) {
		l->fits = l->vendor_fits && one_is(value, end, m->board);
	} else {
		return false;
	}
	l->any_fits |= l->fits;
	return true;
}

/* Reads "0.1.0". */
static bool place_read(struct piece p, struct mcw_dimm_label *label)
{
	const char *at = p.at, *end = p.at + p.length;
	int number[1 + MCW_DIMM_LAYERS] = { -1, -1, -1, -1 };
	unsigned int n = 0;

	while (n < 1 + MCW_DIMM_LAYERS && at < end && isdigit((unsigned char)*at)) {
		number[n] = 0;
		for (; at < end && isdigit((unsigned char)*at); at++) {
			number[n] = number[n] * 10 + (*at - '0');
			if (number[n] > NUMBER_MAX)
				return false;
		}
		n++;
		if (at == end || *at != '.')
			break;
		at++;
	}
	if (at != end || n < 2 || end[-1] == '.')
		return false;
	label->mc = number[0];
	for (unsigned int i = 0; i < MCW_DIMM_LAYERS; i++)
		label->layer[i] = number[1 + i];
	return true;
}

/* The next place of the label that is being read. */
static int place_next(struct mcw_dimm_labels *l, struct mcw_dimm_label *label)
{
	const char *comma = up_to(l->places, l->places_end, ',');
	struct piece p = piece_of(l->places, comma);

	l->places = NULL;
	/* A comma at the end is no mistake. */
	if (comma < l->places_end && piece_of(comma + 1, l->places_end).length)
		l->places = comma + 1;
	memcpy(label->label, l->label, sizeof(label->label));
	label->line = l->line;
	if (!place_read(p, label))
		return wrong(l, "not a place such as 0.1.0:", p);
	return 1;
}

/* Return: 1 if places of a label follow, 0 to go on, -1 with an error. */
static int part_take(struct mcw_dimm_labels *l, const char *at, const char *end)
{
	struct piece part = piece_of(at, end), key;
	const char *colon;

	if (!part.length)
		return 0;
	/* A label may have colons, a place has none. */
	colon = memrchr(part.at, ':', part.length);
	if (!colon)
		return wrong(l, "no ':' in", part);
	if (keyword_take(l, part.at, part.at + part.length))
		return 0;
	key = piece_of(part.at, colon);
	if (!key.length || key.length >= MCW_DIMM_LABEL)
		return wrong(l, "no label, or one that is too long:", part);
	if (memchr(key.at, '\0', key.length))
		return wrong(l, "a byte of 0 in the label", key);
	memcpy(l->label, key.at, key.length);
	memset(l->label + key.length, 0, sizeof(l->label) - key.length);
	l->places = colon + 1;
	l->places_end = part.at + part.length;
	return 1;
}

static bool line_next(struct mcw_dimm_labels *l)
{
	const char *end;

	if (l->text >= l->end)
		return false;
	end = up_to(l->text, l->end, '\n');
	l->part = l->text;
	l->part_end = up_to(l->text, end, '#');
	l->text = end + 1;
	l->line++;
	return true;
}

void mcw_dimm_labels_begin(struct mcw_dimm_labels *l, const char *text, size_t bytes,
			   const struct mcw_smbios *machine)
{
	*l = (struct mcw_dimm_labels){ .text = text, .end = text + bytes, .machine = machine };
}

int mcw_dimm_labels_next(struct mcw_dimm_labels *l, struct mcw_dimm_label *label)
{
	for (;;) {
		const char *semicolon;
		int result;

		if (l->places) {
			result = place_next(l, label);
			/* Others' labels are read too, so that each mistake is found. */
			if (result < 0 || l->fits)
				return result;
			continue;
		}
		if (!l->part || l->part >= l->part_end) {
			if (!line_next(l))
				return 0;
			continue;
		}
		semicolon = up_to(l->part, l->part_end, ';');
		result = part_take(l, l->part, semicolon);
		l->part = semicolon + 1;
		if (result < 0)
			return result;
	}
}
