/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Writes JSON to a FILE *, an object a line, each value as soon as it is known. All JSON of mcwctl
 * goes through here.
 *
 * It works in the manner of iproute2's json_writer. A library that builds a tree first, such as
 * jansson, was the alternative. But monitor writes an endless stream: here its memory is these
 * few bytes, and no allocation can fail in the middle of an object. And jansson's integers are
 * signed, so counters of 64 bits do not fit into them.
 *
 * The writer sets the commas and knows what is open. It aborts where its caller makes a mistake:
 * a value outside of a line, a key in an array, no key in an object, an end that does not belong
 * to what was begun last, too many levels. It does not check that the keys of an object differ.
 */
#ifndef MCW_SHOW_JSON_WRITER_H
#define MCW_SHOW_JSON_WRITER_H

#include <stdbool.h>
#include <stdio.h>

#include <linux/types.h>

/* The levels of objects and arrays; the object of the line is the first. */
#define MCW_JSON_DEPTH_MAX	16

struct mcw_json {
	FILE *out;
	unsigned int depth;	/* objects and arrays that are open */
	/* A bit for each level: */
	__u32 objects;		/* it is an object, not an array */
	__u32 begun;		/* it has a value already */
};

/* The object that a line is. The same writer can begin the next line. */
void mcw_json_begin_line(struct mcw_json *json, FILE *out);
void mcw_json_end_line(struct mcw_json *json);

/* Each of these writes a value, or begins one. key: its name in an object; NULL in an array. */
void mcw_json_begin_object(struct mcw_json *json, const char *key);
void mcw_json_end_object(struct mcw_json *json);
void mcw_json_begin_array(struct mcw_json *json, const char *key);
void mcw_json_end_array(struct mcw_json *json);
/*
 * The output is ASCII whatever the text holds: quotes, backslashes, control characters and all
 * characters beyond ASCII are written as escapes. So no text can end a line, or give commands to a
 * terminal. The text is UTF-8; a byte that is not part of a UTF-8 character stands for the
 * character of that number, as in Latin-1.
 */
void mcw_json_string(struct mcw_json *json, const char *key, const char *text);
void mcw_json_number(struct mcw_json *json, const char *key, __u64 value);
/* A string of 0x and 16 digits: many parsers keep only 53 bits of a number. */
void mcw_json_register(struct mcw_json *json, const char *key, __u64 value);
void mcw_json_bool(struct mcw_json *json, const char *key, bool value);
void mcw_json_null(struct mcw_json *json, const char *key);
/* value: JSON already, of another writer. */
void mcw_json_written(struct mcw_json *json, const char *key, const char *value);

#endif /* MCW_SHOW_JSON_WRITER_H */
