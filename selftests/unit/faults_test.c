// SPDX-License-Identifier: GPL-2.0
/* LINK: mcwctl */
/*
 * mcwctl faults on recordings: a column of one memory module, by events and locations as the device
 * has them; several recordings and a directory of them; and a configuration that is wrong.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ktap.h"
#include "recorded.h"
#include "cmd/command.h"
#include "cmd/diagnosis.h"
#include "cmd/limits_file.h"
#include "diagnose/diagnose.h"
#include "show/fault.h"

#define DIRECTORY "/tmp/mcw-faults-XXXXXX"

static char directory[sizeof(DIRECTORY)] = DIRECTORY;
static char *no_more[] = { NULL };

static char *path_of(const char *name)
{
	static char paths[4][64];
	static unsigned int next;
	char *path = paths[next++ % 4];

	snprintf(path, sizeof(paths[0]), "%s/%s", directory, name);
	return path;
}

/* Errors of the column, from the first one on. */
static void record(const char *name, unsigned int first, unsigned int count, bool located)
{
	FILE *file = fopen(path_of(name), "w");

	if (!file)
		exit(2);
	put_session(file, 7 + first, WALL + first * S);
	put_dimm(file);
	for (unsigned int n = first; n < first + count; n++) {
		put_event(file, n - first, n * S, 0x100000000ULL + n * 0x4000);
		if (located)
			put_location(file, n - first, n * S + 1, 100 + n);
	}
	put_outcome(file, (first + count) * S, 0x100000000ULL + first * 0x4000);
	put_end(file, count, located ? count : 0);
	fclose(file);
}

static __u64 since_ns; /* of --since */

/* What faults prints. */
static char *said(const char *path, char **more, bool json, bool all)
{
	const struct mcw_options o = { .file = path,
				       .arguments = more,
				       .filter.since_ns = since_ns };
	static char *text;
	struct mcw_diagnosis *d = mcw_diagnosis_new(NULL);
	size_t size;
	FILE *out;

	free(text);
	text = NULL;
	out = open_memstream(&text, &size);
	if (!d || !out)
		exit(2);
	if (!mcw_diagnosis_replay(d, &o))
		fputs("failed", out);
	else
		(json ? mcw_faults_json : mcw_faults_print)(out, d, all);
	fclose(out);
	free(d);
	return text;
}

static void has(const char *text, const char *wanted, const char *name)
{
	bool good = strstr(text, wanted);

	if (!good)
		printf("# no '%s' in:\n# %s\n", wanted, text);
	ktap_result_of(good, "%s: %s", name, wanted);
}

static void test_column(void)
{
	static const char *const lines[] = {
		"fault ",
		", critical: memory module P0_A1, slot DIMM_A1, part M393, serial 4711",
		"column: a column of one bank is failing (rank 0, bank group 1, bank 2, "
		"column 0x3f8, failed device 5)",
		"20 corrected errors, 0 uncorrected, at 20 different places of 1 device, by edac; "
		"records other:0, other:1, other:2, other:3 ... other:19",
		"certain: chance does not explain so many errors in this pattern",
		"1 page offline, 1 task got a signal",
		"an uncorrected error is likely within hours",
		"replace it at the next maintenance",
	};
	char *text;

	record("a", 10, 20, true);
	text = said(path_of("a"), no_more, false, false);
	for (unsigned int i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		has(text, lines[i], "a column");
	text = said(path_of("a"), no_more, true, false);
	has(text, "\"mode\":\"column\"", "a column as JSON");
	has(text, "\"serial\":\"4711\"", "a column as JSON");
	has(text, "\"action\":\"replace\"", "a column as JSON");
	has(text, "{\"type\":\"diagnosis\",\"records\":20,\"errors\":20,\"lost\":0", "the end");
}

/* The records before that time are no losses, and its events have their locations. */
static void test_since(void)
{
	char *text;

	record("a", 10, 20, true);
	since_ns = WALL + 26 * S;
	text = said(path_of("a"), no_more, true, true);
	has(text, "{\"type\":\"diagnosis\",\"records\":4,\"errors\":4,\"lost\":0", "since");
	has(text, "\"serial\":\"4711\"", "since");
	since_ns = WALL + 99 * S;
	text = said(path_of("a"), no_more, true, true);
	has(text, "{\"type\":\"diagnosis\",\"records\":0,\"errors\":0,\"lost\":0",
	    "since then none");
	since_ns = 0;
}

static void test_no_location(void)
{
	char *text;

	record("b", 10, 2, false);
	text = said(path_of("b"), no_more, false, false);
	has(text, "no fault: 2 errors, none of which needs anybody; --all shows them", "few");
	has(text, "2 errors of memory: no EDAC driver said which module", "few");
	text = said(path_of("b"), no_more, false, true);
	has(text, "transient: errors without a pattern", "all");
	record("b", 10, 40, false);
	text = said(path_of("b"), no_more, false, false);
	has(text, "memory has many errors, and it is not known of which module", "many");
	has(text, "possible: no EDAC driver says which memory module it is", "many");
}

/* Two loads of the module, in files that are given in the wrong order. */
static void test_files(void)
{
	char *more[2] = { path_of("c") };
	char *text;

	unlink(path_of("b"));
	record("a", 10, 2, true);
	record("c", 100, 2, true);
	text = said(path_of("a"), no_more, false, false);
	has(text, "no fault", "one of two files");
	more[0] = path_of("a");
	text = said(path_of("c"), more, false, false);
	has(text, "4 corrected errors", "two files");
	text = said(directory, no_more, false, false);
	has(text, "4 corrected errors", "a directory");
	text = said("/nowhere", no_more, false, false);
	has(text, "failed", "no file");
}

static void test_config(void)
{
	static const char out_of_range[] = "cell_errors = 0: out of range, 2 to 1000";
	static const struct {
		const char *text;
		bool good;
		const char *name;
	} files[] = {
		{ "", true, "an empty file" },
		{ "# x\n[other]\nx\n[diagnose]\ncell_errors = 5\n", true, "a section of others" },
		{ "[diagnose]\ncell_errors=0\n", false, "out of range" },
		{ "[diagnose]\ncell_errors = 5x\n", false, "no number" },
		{ "[diagnose]\ncell_error = 5\n", false, "an unknown name" },
		{ "[diagnose]\ncell_errors\n", false, "no value" },
	};
	struct mcw_limits l;

	for (unsigned int i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct mcw_limits_wrong wrong;

		mcw_limits_default(&l);
		ktap_result_of(mcw_limits_parse(&l, files[i].text, strlen(files[i].text), &wrong) ==
				       files[i].good,
			       "limits: %s", files[i].name);
		if (i == 1)
			ktap_result(l.value[MCW_LIMIT_CELL_ERRORS] == 5, "limits: one is set");
		if (i == 2)
			ktap_result(wrong.line == 2 && !strcmp(wrong.text, out_of_range),
				    "limits: what is wrong");
		if (!files[i].good)
			ktap_result(l.value[MCW_LIMIT_CELL_ERRORS] == 3, "limits: unchanged");
	}
	ktap_result(!mcw_limits_read(&l, "/nowhere"), "limits: a file that is not there");
}

int main(void)
{
	if (!mkdtemp(directory))
		return 2;
	ktap_begin();
	test_column();
	test_since();
	test_no_location();
	test_files();
	test_config();
	unlink(path_of("a"));
	unlink(path_of("b"));
	unlink(path_of("c"));
	rmdir(directory);
	return ktap_end();
}
