// SPDX-License-Identifier: GPL-2.0
/* LINK: mcwctl */
/*
 * The JSON writer: commas, levels, escapes, and the mistakes of a caller that end the program.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ktap.h"
#include "show/json_writer.h"

#define LINES 1000000

static char *text;
static size_t length;

static void begin(struct mcw_json *json)
{
	mcw_json_begin_line(json, open_memstream(&text, &length));
}

static void is(struct mcw_json *json, const char *wanted, const char *name)
{
	bool ok;

	fclose(json->out);
	ok = !strcmp(text, wanted);
	if (!ok)
		printf("# got    '%s'\n# wanted '%s'\n", text, wanted);
	ktap_result(ok, name);
	free(text);
}

static void test_values(void)
{
	struct mcw_json json;

	begin(&json);
	mcw_json_string(&json, "s", "text");
	mcw_json_number(&json, "n", ~0ULL);
	mcw_json_number(&json, "zero", 0);
	mcw_json_register(&json, "r", 0x1c20);
	mcw_json_bool(&json, "yes", true);
	mcw_json_bool(&json, "no", false);
	mcw_json_null(&json, "none");
	mcw_json_string(&json, "", "");
	mcw_json_end_line(&json);
	is(&json,
	   "{\"s\":\"text\",\"n\":18446744073709551615,\"zero\":0,\"r\":\"0x0000000000001c20\","
	   "\"yes\":true,\"no\":false,\"none\":null,\"\":\"\"}\n",
	   "each kind of value");
	begin(&json);
	mcw_json_end_line(&json);
	mcw_json_begin_line(&json, json.out);
	mcw_json_null(&json, "a");
	mcw_json_end_line(&json);
	is(&json, "{}\n{\"a\":null}\n", "a line after the other");
}

/* Commas come between values of the same level, and nowhere else. */
static void test_levels(void)
{
	struct mcw_json json;

	begin(&json);
	mcw_json_begin_array(&json, "empty");
	mcw_json_end_array(&json);
	mcw_json_begin_object(&json, "o");
	mcw_json_end_object(&json);
	mcw_json_begin_array(&json, "a");
	for (unsigned int i = 0; i < 2; i++) {
		mcw_json_begin_object(&json, NULL);
		mcw_json_number(&json, "i", i);
		mcw_json_begin_array(&json, "in");
		mcw_json_begin_array(&json, NULL);
		mcw_json_end_array(&json);
		mcw_json_null(&json, NULL);
		mcw_json_end_array(&json);
		mcw_json_bool(&json, "last", i);
		mcw_json_end_object(&json);
	}
	mcw_json_register(&json, NULL, ~0ULL);
	mcw_json_end_array(&json);
	mcw_json_string(&json, "after", "x");
	mcw_json_end_line(&json);
	is(&json,
	   "{\"empty\":[],\"o\":{},\"a\":[{\"i\":0,\"in\":[[],null],\"last\":false},"
	   "{\"i\":1,\"in\":[[],null],\"last\":true},\"0xffffffffffffffff\"],\"after\":\"x\"}\n",
	   "objects and arrays in one another");
	begin(&json);
	for (unsigned int i = 1; i < MCW_JSON_DEPTH_MAX; i++)
		mcw_json_begin_array(&json, i == 1 ? "deep" : NULL);
	for (unsigned int i = 1; i < MCW_JSON_DEPTH_MAX; i++)
		mcw_json_end_array(&json);
	mcw_json_end_line(&json);
	is(&json, "{\"deep\":[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]}\n", "as deep as is allowed");
}

/* What a text becomes, without the quotes. */
static const struct {
	const char *text;
	const char *json;
	const char *name;
} strings[] = {
	{ "a\"b\\c/", "a\\\"b\\\\c/", "a quote, a backslash, a slash" },
	{ "\n\t\x1b[31m\x7f", "\\u000a\\u0009\\u001b[31m\\u007f", "control characters" },
	{ "%s%n", "%s%n", "what printf() would take for its own" },
	{ "\xc3\xa9\xc2\x80", "\\u00e9\\u0080", "two bytes" },
	{ "\xe2\x82\xac\xef\xbf\xbf\xe0\xa0\x80", "\\u20ac\\uffff\\u0800", "three bytes" },
	{ "\xf0\x9f\x98\x80\xf0\x90\x80\x80\xf4\x8f\xbf\xbf",
	  "\\ud83d\\ude00\\ud800\\udc00\\udbff\\udfff", "four bytes: surrogates" },
	{ "\xff\x80z", "\\u00ff\\u0080z", "bytes that begin nothing" },
	{ "\xe2\x82", "\\u00e2\\u0082", "cut off by the end of the text" },
	{ "\xc3", "\\u00c3", "cut off after its first byte" },
	{ "\xf0\x9f\x98q", "\\u00f0\\u009f\\u0098q", "cut off by another character" },
	{ "\xe2\xc3\xa9", "\\u00e2\\u00e9", "cut off by a whole one" },
	{ "\xc0\x80\xc1\xbf", "\\u00c0\\u0080\\u00c1\\u00bf", "too long for ASCII" },
	{ "\xe0\x9f\xbf", "\\u00e0\\u009f\\u00bf", "three bytes where two are enough" },
	{ "\xf0\x8f\xbf\xbf", "\\u00f0\\u008f\\u00bf\\u00bf", "four bytes where three are" },
	{ "\xed\xa0\x80", "\\u00ed\\u00a0\\u0080", "a surrogate" },
	{ "\xed\x9f\xbf\xee\x80\x80", "\\ud7ff\\ue000", "before and after the surrogates" },
	{ "\xf4\x90\x80\x80", "\\u00f4\\u0090\\u0080\\u0080", "beyond the last character" },
	{ "\xf8\x88\x80\x80\x80", "\\u00f8\\u0088\\u0080\\u0080\\u0080", "five bytes" },
};

static void test_strings(void)
{
	for (size_t i = 0; i < sizeof(strings) / sizeof(strings[0]); i++) {
		struct mcw_json json;
		char wanted[256];

		begin(&json);
		mcw_json_string(&json, strings[i].text, strings[i].text);
		mcw_json_end_line(&json);
		snprintf(wanted, sizeof(wanted), "{\"%s\":\"%s\"}\n", strings[i].json,
			 strings[i].json);
		is(&json, wanted, strings[i].name);
	}
}

static void key_in_array(struct mcw_json *json)
{
	mcw_json_begin_array(json, "a");
	mcw_json_number(json, "key", 1);
}

static void no_key_in_object(struct mcw_json *json)
{
	mcw_json_number(json, NULL, 1);
}

static void no_key_for_array(struct mcw_json *json)
{
	mcw_json_begin_array(json, NULL);
}

static void array_ends_as_object(struct mcw_json *json)
{
	mcw_json_begin_array(json, "a");
	mcw_json_end_object(json);
}

static void object_ends_as_array(struct mcw_json *json)
{
	mcw_json_begin_object(json, "o");
	mcw_json_end_array(json);
}

static void line_ends_as_object(struct mcw_json *json)
{
	mcw_json_end_object(json);
}

static void line_ends_with_array_open(struct mcw_json *json)
{
	mcw_json_begin_array(json, "a");
	mcw_json_end_line(json);
}

static void value_after_line(struct mcw_json *json)
{
	mcw_json_end_line(json);
	mcw_json_null(json, "n");
}

static void array_after_line(struct mcw_json *json)
{
	mcw_json_end_line(json);
	mcw_json_begin_array(json, NULL);
}

static void line_ends_twice(struct mcw_json *json)
{
	mcw_json_end_line(json);
	mcw_json_end_line(json);
}

static void too_deep(struct mcw_json *json)
{
	for (unsigned int i = 0; i < MCW_JSON_DEPTH_MAX; i++)
		mcw_json_begin_array(json, i ? NULL : "a");
}

static const struct {
	void (*make)(struct mcw_json *json);
	const char *name;
} mistakes[] = {
	{ key_in_array, "a key in an array" },
	{ no_key_in_object, "no key in an object" },
	{ no_key_for_array, "no key for an array in an object" },
	{ array_ends_as_object, "an array that ends as an object" },
	{ object_ends_as_array, "an object that ends as an array" },
	{ line_ends_as_object, "a line that ends as an object" },
	{ line_ends_with_array_open, "a line that ends in an array" },
	{ value_after_line, "a value after the line" },
	{ array_after_line, "an array after the line" },
	{ line_ends_twice, "a line that ends twice" },
	{ too_deep, "too many levels" },
};

static void nothing(struct mcw_json *json)
{
	mcw_json_end_line(json);
}

/* In a child, which is silent and leaves no core. */
static bool aborts(void (*make)(struct mcw_json *json))
{
	static const struct rlimit no_core;
	pid_t child;
	int status;

	fflush(stdout);
	child = fork();
	if (!child) {
		struct mcw_json json;

		setrlimit(RLIMIT_CORE, &no_core);
		if (!freopen("/dev/null", "w", stderr))
			_exit(1);
		mcw_json_begin_line(&json, stderr);
		make(&json);
		_exit(0);
	}
	if (child < 0 || waitpid(child, &status, 0) != child) {
		perror("# fork");
		exit(1);
	}
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

static void test_mistakes(void)
{
	ktap_result(!aborts(nothing), "what is no mistake goes on");
	for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++)
		ktap_result(aborts(mistakes[i].make), mistakes[i].name);
}

/* What monitor does: the same writer, without end. */
static void test_endless(void)
{
	FILE *out = fopen("/dev/null", "w");
	struct rusage before, after;
	struct mcw_json json;

	if (!out) {
		perror("# /dev/null");
		exit(1);
	}
	getrusage(RUSAGE_SELF, &before);
	for (unsigned int i = 0; i < LINES; i++) {
		mcw_json_begin_line(&json, out);
		mcw_json_number(&json, "i", i);
		mcw_json_end_line(&json);
	}
	getrusage(RUSAGE_SELF, &after);
	fclose(out);
	/* In KiB: less than a byte a line. */
	ktap_result(after.ru_maxrss - before.ru_maxrss < LINES / 1024,
		    "a million lines need no memory");
}

int main(void)
{
	ktap_begin();
	test_values();
	test_levels();
	test_strings();
	test_mistakes();
	test_endless();
	return ktap_end();
}
