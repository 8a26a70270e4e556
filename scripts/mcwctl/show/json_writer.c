// SPDX-License-Identifier: GPL-2.0
/*
 * Writes JSON, RFC 8259, value by value.
 */
#include "show/json_writer.h"

#include "decode/utf8.h"

/* A mistake of the caller must not become output, whatever the build's flags are. */
#undef NDEBUG
#include <assert.h>

static void print_character(FILE *out, __u32 c)
{
	if (c == '"' || c == '\\')
		fprintf(out, "\\%c", c);
	else if (c >= ' ' && c <= '~')
		fputc(c, out);
	else if (c <= 0xffff)
		fprintf(out, "\\u%04x", c);
	else /* a pair of surrogates, as in UTF-16 */
		fprintf(out, "\\u%04x\\u%04x", 0xd800 + ((c - 0x10000) >> 10),
			0xdc00 + ((c - 0x10000) & 0x3ff));
}

static void print_quoted(FILE *out, const char *text)
{
	fputc('"', out);
	while (*text) {
		__u32 c = 0;
		unsigned int bytes = mcw_utf8_decode(text, &c);

		/* A byte that is no UTF-8 is the character of this number. */
		print_character(out, bytes ? c : (unsigned char)*text);
		text += bytes ? bytes : 1;
	}
	fputc('"', out);
}

/* What stands before a value. */
static void value_begin(struct mcw_json *json, const char *key)
{
	__u32 here = 1U << json->depth;

	assert(json->depth && !key == !(json->objects & here));
	if (json->begun & here)
		fputc(',', json->out);
	json->begun |= here;
	if (key) {
		print_quoted(json->out, key);
		fputc(':', json->out);
	}
}

static void open_one(struct mcw_json *json, bool object)
{
	__u32 inside;

	assert(json->depth < MCW_JSON_DEPTH_MAX);
	inside = 1U << ++json->depth;
	json->begun &= ~inside;
	json->objects = object ? json->objects | inside : json->objects & ~inside;
	fputc(object ? '{' : '[', json->out);
}

static void close_one(struct mcw_json *json, bool object)
{
	assert(json->depth && !(json->objects & 1U << json->depth) == !object);
	json->depth--;
	fputc(object ? '}' : ']', json->out);
}

void mcw_json_begin_line(struct mcw_json *json, FILE *out)
{
	*json = (struct mcw_json){ .out = out };
	open_one(json, true);
}

void mcw_json_end_line(struct mcw_json *json)
{
	assert(json->depth == 1);
	close_one(json, true);
	fputc('\n', json->out);
}

void mcw_json_begin_object(struct mcw_json *json, const char *key)
{
	value_begin(json, key);
	open_one(json, true);
}

void mcw_json_end_object(struct mcw_json *json)
{
	assert(json->depth > 1);
	close_one(json, true);
}

void mcw_json_begin_array(struct mcw_json *json, const char *key)
{
	value_begin(json, key);
	open_one(json, false);
}

void mcw_json_end_array(struct mcw_json *json)
{
	close_one(json, false);
}

void mcw_json_string(struct mcw_json *json, const char *key, const char *text)
{
	value_begin(json, key);
	print_quoted(json->out, text);
}

void mcw_json_number(struct mcw_json *json, const char *key, __u64 value)
{
	value_begin(json, key);
	fprintf(json->out, "%llu", value);
}

void mcw_json_register(struct mcw_json *json, const char *key, __u64 value)
{
	value_begin(json, key);
	fprintf(json->out, "\"0x%016llx\"", value);
}

void mcw_json_bool(struct mcw_json *json, const char *key, bool value)
{
	value_begin(json, key);
	fputs(value ? "true" : "false", json->out);
}

void mcw_json_null(struct mcw_json *json, const char *key)
{
	value_begin(json, key);
	fputs("null", json->out);
}

void mcw_json_written(struct mcw_json *json, const char *key, const char *value)
{
	value_begin(json, key);
	fputs(value, json->out);
}
