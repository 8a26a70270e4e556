/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The lines of a file of configuration: [section], name = value, comments. Pure.
 *
 *	struct mcw_conf_reader r = { .text = text, .length = length };
 *	struct mcw_conf_line line;
 *
 *	while (mcw_conf_next(&r, &line))
 *		...
 */
#ifndef MCW_DIAGNOSE_CONF_LINE_H
#define MCW_DIAGNOSE_CONF_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

/* A part of the text, without blanks around it. */
struct mcw_conf_words {
	const char *at;
	size_t length;
};

struct mcw_conf_reader {
	const char *text;
	size_t length;
	bool ends_comments;	/* a # anywhere begins a comment, not only one in front */
	size_t at;
	unsigned int line;	/* from 1 */
};

struct mcw_conf_line {
	enum {
		MCW_CONF_SECTION,	/* name is without its brackets */
		MCW_CONF_VALUE,
		MCW_CONF_OTHER,		/* name is all of the line */
	} kind;
	struct mcw_conf_words name, value;
};

/* The next line that is not empty; r->line is its number. */
bool mcw_conf_next(struct mcw_conf_reader *r, struct mcw_conf_line *line);

struct mcw_conf_words mcw_conf_trimmed(const char *at, size_t length);
bool mcw_conf_is(struct mcw_conf_words w, const char *text);
/* Digits alone, at most ten of them. */
bool mcw_conf_number(struct mcw_conf_words w, __u64 *number);
/* Bytes of 0, and others that command a terminal. */
bool mcw_conf_has_controls(struct mcw_conf_words w);

#define MCW_CONF_SHOWN 40

/* For a message: printable, and not too much. */
const char *mcw_conf_shown(struct mcw_conf_words w, char buf[MCW_CONF_SHOWN]);

#endif /* MCW_DIAGNOSE_CONF_LINE_H */
