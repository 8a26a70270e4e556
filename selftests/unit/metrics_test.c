// SPDX-License-Identifier: GPL-2.0
/* LINK: mcwctl */
/* FLAGS: -Wno-missing-field-initializers */
/*
 * Event counts as metrics: no two lines have the same labels, and no event is lost. Also the text
 * file.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ktap.h"
#include "cmd/metrics.h"
#include "decode/decode.h"
#include "show/textfile.h"

#define EVENTS "mcewarden_events_total"
#define LAST "mcewarden_event_last_timestamp_seconds"

/* Skips comment lines. */
static char *lines_of(struct mcw_event_count *rows, size_t n)
{
	char *all = NULL, *text = NULL, *line, *rest;
	size_t length;
	FILE *out = open_memstream(&all, &length), *kept;

	mcw_metrics_events(out, rows, n);
	fclose(out);
	kept = open_memstream(&text, &length);
	for (line = strtok_r(all, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
		if (line[0] != '#')
			fprintf(kept, "%s\n", line);
	fclose(kept);
	free(all);
	return text;
}

static void is(struct mcw_event_count *rows, size_t n, const char *wanted, const char *name)
{
	char *text = lines_of(rows, n);
	bool ok = !strcmp(text, wanted);

	if (!ok)
		printf("# got    '%s'\n# wanted '%s'\n", text, wanted);
	ktap_result(ok, name);
	free(text);
}

#define LABELS(cpu, severity, source, injected) \
	"{cpu=\"" cpu "\",bank=\"255\",severity=\"" severity "\",grade=\"PANIC\",source=\"" source \
	"\",injected=\"" injected "\"}"
#define FIRST LABELS("4294967295", "KEEP", "poll", "false")
#define INJECTED LABELS("4294967295", "KEEP", "poll", "true")
#define FOREIGN LABELS("4294967295", "unknown", "unknown", "false")

static void test_tally(void)
{
	struct mcw_event_count rows[] = {
		{ 3, 1000000001, ~0U, 255, 200, MCW_GRADE_PANIC, 99 },
		{ ~0ULL, 9, ~0U, 255, MCW_GRADE_KEEP, MCW_GRADE_PANIC, MCW_SOURCE_POLL, 0xe },
		{ 5, 1000000000, ~0U, 255, 100, MCW_GRADE_PANIC, MCW_SOURCE_UNKNOWN },
		{ 1, 0, ~0U, 255, MCW_GRADE_KEEP, MCW_GRADE_PANIC, MCW_SOURCE_POLL, 1 },
	};

	is(rows, 0, "", "no row, no line");
	is(rows, ARRAY_SIZE(rows),
	   EVENTS FIRST " 18446744073709551615\n" EVENTS INJECTED " 1\n" EVENTS FOREIGN
			" 8\n" LAST FIRST " 0.000000009\n" LAST INJECTED
			" 0.000000000\n" LAST FOREIGN " 1.000000001\n",
	   "what has no name is added up");
}

static bool holds(const char *path, const char *wanted)
{
	FILE *file = fopen(path, "r");
	char text[64] = "";
	bool ok;

	if (!file)
		return false;
	ok = fread(text, 1, sizeof(text) - 1, file) == strlen(wanted) && !strcmp(text, wanted);
	fclose(file);
	return ok;
}

static void test_textfile(void)
{
	char directory[] = "/tmp/metrics.XXXXXX";
	char path[64], link[64], missing[64];
	struct stat st;

	if (!mkdtemp(directory) || chdir(directory))
		exit(1);
	snprintf(path, sizeof(path), "%s/a.prom", directory);
	snprintf(link, sizeof(link), "%s/old", directory);
	snprintf(missing, sizeof(missing), "%s/none/a.prom", directory);
	ktap_result(mcw_textfile_write(path, "one\n", 4) && holds(path, "one\n"), "a new file");
	ktap_result(!symlink(path, link) && !stat(path, &st) && (st.st_mode & 07777) == 0644,
		    "that all may read");
	ktap_result(mcw_textfile_write("a.prom", "second\n", 7) && holds(path, "second\n"),
		    "replaced, by a name without a directory");
	ktap_result(!mcw_textfile_write(missing, "x", 1), "no such directory is refused");
	ktap_result(!mcw_textfile_write(directory, "x", 1), "a directory is refused");
	ktap_result(!mcw_textfile_write("", "x", 1), "no name is refused");
	ktap_result(!unlink(path) && !unlink(link) && !chdir("/") && !rmdir(directory),
		    "and nothing else is left");
}

int main(void)
{
	ktap_begin();
	test_tally();
	test_textfile();
	return ktap_end();
}
