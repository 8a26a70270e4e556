// SPDX-License-Identifier: GPL-2.0
/*
 * What carries a log's messages, taken off.
 *
 * Each step works on a copy of the line, in place, and only ever makes it shorter. The order is
 * that of unpacking: terminals and browsers first, then the quoting of mails and forums, then
 * the journal's and dmesg's JSON, and at last what stands before a message.
 */
#define _GNU_SOURCE
#include "klog/carrier.h"

#include <string.h>

#include "klog/scan.h"

/* Puts with, which is not longer, where length bytes are. Return: behind it. */
static char *put(char *to, const char *with)
{
	size_t length = strlen(with);

	memmove(to, with, length);
	return to + length;
}

/* ESC [ ... letter, and what other bytes a terminal is sent. Return: what is behind it. */
static const char *behind_escape(const char *at, const char *end)
{
	if (at < end && *at == '[') {
		for (at++; at < end && (*at < '@' || *at > '~'); at++)
			;
		return at < end ? at + 1 : end;
	}
	return at < end ? at + 1 : end;
}

struct replacement {
	const char *from;
	const char *to;
};

/* A new line is what separates messages that one line carries. */
static const struct replacement entities[] = {
	{ "&lt;", "<" },   { "&gt;", ">" },    { "&amp;", "&" },  { "&quot;", "\"" },
	{ "&apos;", "'" }, { "&nbsp;", " " },  { "&#39;", "'" },  { "&#34;", "\"" },
	{ "&#60;", "<" },  { "&#62;", ">" },   { "&#38;", "&" },  { "&#160;", " " },
	{ "&#x27;", "'" }, { "&#x3C;", "<" },  { "&#x3c;", "<" }, { "&#x3E;", ">" },
	{ "&#x3e;", ">" }, { "&#x22;", "\"" }, { "&#xa0;", " " }, { "&#xA0;", " " },
};

static const struct replacement tags[] = {
	{ "<br>", "\n" },   { "<br/>", "\n" },	 { "<br />", "\n" }, { "<BR>", "\n" },
	{ "<p>", "\n" },    { "</p>", "\n" },	 { "<pre>", "" },    { "</pre>", "" },
	{ "<code>", "" },   { "</code>", "" },	 { "<b>", "" },	     { "</b>", "" },
	{ "<div>", "\n" },  { "</div>", "\n" },	 { "<span>", "" },   { "</span>", "" },
	{ "<li>", "\n" },   { "</li>", "\n" },	 { "<tt>", "" },     { "</tt>", "" },
	{ "<strong>", "" }, { "</strong>", "" }, { "<em>", "" },     { "</em>", "" },
};

/* Blanks of other widths, what has no width, and two bytes that stand for one blank. */
static const struct replacement blanks[] = {
	{ "\xc2\xa0", " " },	 { "\xe2\x80\xaf", " " }, { "\xe3\x80\x80", " " },
	{ "\xe2\x80\x82", " " }, { "\xe2\x80\x83", " " }, { "\xe2\x80\x89", " " },
	{ "\xff\xfe", "" },	 { "\xfe\xff", "" },	  { "\xe2\x80\x8b", "" },
	{ "\xef\xbb\xbf", "" },	 { "\xe2\x94\x82", "|" },
};

/* Octal, as rsyslog writes bytes below a blank. */
static const struct replacement octals[] = {
	{ "#012", "\n" },
	{ "#015", "" },
	{ "#011", " " },
};

static bool replace(const struct replacement *all, size_t count, const char **from, const char *end,
		    char **to)
{
	for (size_t i = 0; i < count; i++) {
		size_t length = strlen(all[i].from);

		if ((size_t)(end - *from) >= length && !memcmp(*from, all[i].from, length)) {
			*to = put(*to, all[i].to);
			*from += length;
			return true;
		}
	}
	return false;
}

#define REPLACE(table) replace(table, sizeof(table) / sizeof((table)[0]), &from, end, &to)

/* Return: whether the byte at from begins something that was replaced. */
static bool byte_replace(const char **at, const char *end, char **out)
{
	const char *from = *at;
	char *to = *out;
	bool done = false;

	switch (*from) {
	case '\x1b':
		from = behind_escape(from + 1, end);
		done = true;
		break;
	case '&':
		done = REPLACE(entities);
		break;
	case '<':
		done = REPLACE(tags);
		break;
	case '#':
		done = REPLACE(octals);
		if (!done && end - from > 5 && !memcmp(from, "#033[", 5)) {
			from = behind_escape(from + 4, end);
			done = true;
		}
		break;
	case '^':
		done = end - from > 3 && !memcmp(from, "^[[", 3);
		if (done)
			from = behind_escape(from + 2, end);
		break;
	case '\xc2':
	case '\xe2':
	case '\xe3':
	case '\xef':
	case '\xff':
	case '\xfe':
		done = REPLACE(blanks);
		break;
	}
	*at = from;
	*out = to;
	return done;
}

/* All that a terminal or a browser would not show as it stands there. */
static size_t show(char *text, size_t length)
{
	const char *from = text, *end = text + length;
	char *to = text;

	while (from < end) {
		if (byte_replace(&from, end, &to))
			continue;
		if (*from == '\t' || *from == '\xa0' || *from == '\f' || *from == '\v')
			*to++ = ' ';
		else if (*from && *from != '\r')
			*to++ = *from;
		from++;
	}
	return to - text;
}

static bool needs_show(const char *text, size_t length)
{
	static const char special[256] = {
		[0] = 1,    ['\t'] = 1, ['\r'] = 1, ['\f'] = 1, ['\v'] = 1, [0x1b] = 1,
		['&'] = 1,  ['<'] = 1,	['#'] = 1,  ['^'] = 1,	[0xa0] = 1, [0xc2] = 1,
		[0xe2] = 1, [0xe3] = 1, [0xef] = 1, [0xfe] = 1, [0xff] = 1,
	};

	unsigned char any = 0;

	for (size_t i = 0; i < length; i++)
		any |= special[(unsigned char)text[i]];
	return any;
}

/* Of mails and forums: "> ", ">> ", "| ", any number of them. Return: how much they take. */
static size_t quotes_length(const char *text, size_t length)
{
	size_t taken = 0, at = 0;

	for (;;) {
		while (at < length && text[at] == ' ')
			at++;
		if (at == length || (text[at] != '>' && text[at] != '|'))
			return taken;
		at++;
		/* its own blank */
		taken = at + (at < length && text[at] == ' ');
	}
}

static void piece_take(char *text, size_t length, struct mcw_message m, mcw_message_take *take,
		       void *arg)
{
	size_t quotes = quotes_length(text, length);

	m.inner_width -= quotes < m.inner_width ? quotes : 0;
	m.text = text + quotes;
	m.length = length - quotes;
	mcw_carrier_prefix(&m);
	take(arg, &m);
}

void mcw_carrier_line(const char *text, size_t length, unsigned long line, mcw_message_take *take,
		      void *arg)
{
	char copy[MCW_CARRIER_BYTES], *at = copy;
	struct mcw_message m = { .line = line };
	size_t quotes;

	if (length > sizeof(copy))
		length = sizeof(copy);
	if (length && text[length - 1] == '\r')
		length--;
	memcpy(copy, text, length);
	if (needs_show(copy, length))
		length = show(copy, length);
	m.width = length;
	m.inner_width = length;
	quotes = quotes_length(copy, length);
	if (quotes < length && copy[quotes] == '{') {
		at += quotes;
		length -= quotes;
	}
	m.fresh = mcw_carrier_json(&at, &length);
	m.whole = m.fresh;
	if (m.whole && needs_show(at, length))
		length = show(at, length);
	for (;;) {
		char *end = memchr(at, '\n', length);
		size_t piece = end ? (size_t)(end - at) : length;

		piece_take(at, piece, m, take, arg);
		if (!end)
			return;
		length -= piece + 1;
		at += piece + 1;
		/* Nothing behind the last of them. */
		if (!length)
			return;
	}
}
