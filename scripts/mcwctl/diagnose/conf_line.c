// SPDX-License-Identifier: GPL-2.0
/*
 * The lines of a file of configuration.
 */
#include "diagnose/conf_line.h"

#include <string.h>

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

struct mcw_conf_words mcw_conf_trimmed(const char *at, size_t length)
{
	while (length && is_blank(at[0])) {
		at++;
		length--;
	}
	while (length && is_blank(at[length - 1]))
		length--;
	return (struct mcw_conf_words){ at, length };
}

bool mcw_conf_is(struct mcw_conf_words w, const char *text)
{
	return w.length == strlen(text) && !memcmp(w.at, text, w.length);
}

bool mcw_conf_number(struct mcw_conf_words w, __u64 *number)
{
	*number = 0;
	if (!w.length || w.length > 10)
		return false;
	for (size_t i = 0; i < w.length; i++) {
		if (w.at[i] < '0' || w.at[i] > '9')
			return false;
		*number = *number * 10 + (w.at[i] - '0');
	}
	return true;
}

bool mcw_conf_has_controls(struct mcw_conf_words w)
{
	for (size_t i = 0; i < w.length; i++)
		if ((unsigned char)w.at[i] < ' ' || w.at[i] == 0x7f)
			return true;
	return false;
}

const char *mcw_conf_shown(struct mcw_conf_words w, char buf[MCW_CONF_SHOWN])
{
	size_t length = w.length < MCW_CONF_SHOWN - 1 ? w.length : MCW_CONF_SHOWN - 1;

	for (size_t i = 0; i < length; i++)
		buf[i] = w.at[i] >= ' ' && w.at[i] <= '~' ? w.at[i] : '?';
	buf[length] = '\0';
	return buf;
}

static void line_split(struct mcw_conf_words w, struct mcw_conf_line *line)
{
	const char *equal = memchr(w.at, '=', w.length);

	*line = (struct mcw_conf_line){ .kind = MCW_CONF_OTHER, .name = w };
	if (w.at[0] == '[') {
		if (w.at[w.length - 1] != ']')
			return;
		line->kind = MCW_CONF_SECTION;
		line->name = mcw_conf_trimmed(w.at + 1, w.length - 2);
	} else if (equal) {
		line->kind = MCW_CONF_VALUE;
		line->name = mcw_conf_trimmed(w.at, equal - w.at);
		line->value = mcw_conf_trimmed(equal + 1, w.at + w.length - equal - 1);
	}
}

bool mcw_conf_next(struct mcw_conf_reader *r, struct mcw_conf_line *line)
{
	while (r->at < r->length) {
		const char *at = r->text + r->at;
		const char *end = memchr(at, '\n', r->length - r->at), *comment = NULL;
		size_t bytes = end ? (size_t)(end - at) : r->length - r->at;
		struct mcw_conf_words w;

		r->at += bytes + 1;
		r->line++;
		if (r->ends_comments)
			comment = memchr(at, '#', bytes);
		w = mcw_conf_trimmed(at, comment ? (size_t)(comment - at) : bytes);
		if (!w.length || w.at[0] == '#' || w.at[0] == ';')
			continue;
		line_split(w, line);
		return true;
	}
	return false;
}
