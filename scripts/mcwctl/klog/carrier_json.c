// SPDX-License-Identifier: GPL-2.0
/*
 * The message in a line of journalctl -o json, json-pretty, export or verbose, of dmesg --json, or
 * of what containers log.
 */
#define _GNU_SOURCE
#include <string.h>

#include "klog/carrier.h"
#include "klog/scan.h"

static const char *const members[] = { "\"MESSAGE\"", "\"msg\"", "\"message\"", "\"log\"" };

/* \u and four digits: what is no ASCII becomes a blank or a question mark. */
static char unicode_of(struct mcw_cursor *c)
{
	unsigned int value = 0;

	for (unsigned int i = 0; i < 4 && c->at < c->end; i++, c->at++)
		value = value << 4 | (mcw_digit_of(*c->at) & 0xf);
	if (value == 0xa0)
		return ' ';
	return value < 0x80 ? value : '?';
}

static char escaped(struct mcw_cursor *c)
{
	char what = *c->at++;

	switch (what) {
	case 'n':
		return '\n';
	case 't':
	case 'r':
		return ' ';
	case 'u':
		return unicode_of(c);
	default:
		return what;
	}
}

/* From behind the opening quote. Return: how long it is now. */
static size_t string_unescape(char *to, struct mcw_cursor *c)
{
	char *begin = to;

	while (c->at < c->end && *c->at != '"') {
		if (*c->at == '\\' && c->end - c->at > 1) {
			c->at++;
			*to++ = escaped(c);
		} else {
			*to++ = *c->at++;
		}
	}
	/* A message of a container ends in its own new line. */
	while (to > begin && to[-1] == '\n')
		to--;
	return to - begin;
}

/* The journal writes a message with other bytes in it as a list of numbers. */
static size_t list_unescape(char *to, struct mcw_cursor *c)
{
	char *begin = to;
	__u64 byte;

	for (;;) {
		mcw_take_blanks(c);
		if (!mcw_take_number(c, 10, 0xff, &byte))
			return to - begin;
		*to++ = byte;
		mcw_take_blanks(c);
		if (!mcw_take(c, ","))
			return to - begin;
	}
}

static bool member_take(char **text, size_t *length, struct mcw_cursor c)
{
	char *to = (char *)c.at;

	mcw_take_blanks(&c);
	if (!mcw_take(&c, ":"))
		return false;
	mcw_take_blanks(&c);
	if (mcw_take(&c, "\""))
		*length = string_unescape(to, &c);
	else if (mcw_take(&c, "["))
		*length = list_unescape(to, &c);
	else
		return false;
	*text = to;
	return true;
}

bool mcw_carrier_json(char **text, size_t *length)
{
	struct mcw_cursor all = { *text, *text + *length }, c;

	mcw_take_blanks(&all);
	c = all;
	/* journalctl -o export, and -o verbose with blanks before it */
	if (mcw_take(&c, "MESSAGE=")) {
		*text += c.at - *text;
		*length = mcw_left(&c);
		return true;
	}
	if (all.at == all.end || (*all.at != '{' && *all.at != '"'))
		return false;
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		c = all;
		if (mcw_go_behind(&c, members[i]) && member_take(text, length, c))
			return true;
	}
	return false;
}
