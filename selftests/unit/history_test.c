// SPDX-License-Identifier: GPL-2.0
/* LINK: mcwctl */
/*
 * mcwctl history: recordings of several boots, fed to a store as mcwctl record feeds it, and what
 * is printed of it.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "ktap.h"
#include "recorded.h"
#include "cmd/command.h"
#include "cmd/metrics.h"
#include "cmd/store_replay.h"
#include "show/history.h"
#include "store/store.h"

#define DIRECTORY "/tmp/mcw-history-XXXXXX"

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

/* A boot that began so many days after WALL, with some errors of the column. */
static void record(const char *name, __u8 boot, unsigned int day, unsigned int count, bool ended)
{
	const __u64 begin = (day * 86400 + 100) * S;
	FILE *file = fopen(path_of(name), "w");

	if (!file)
		exit(2);
	recorded_boot = boot;
	put_session(file, 100 + boot, WALL + begin);
	put_dimm(file);
	for (unsigned int n = 0; n < count; n++) {
		put_event(file, n, begin + n * S, 0x100000000ULL + (day * 100 + n) * 0x4000);
		put_location(file, n, begin + n * S + 1, 100 + day * 100 + n);
	}
	if (count)
		put_outcome(file, begin + count * S, 0x100000000ULL + day * 100 * 0x4000);
	if (ended)
		put_end(file, count, count);
	fclose(file);
}

static char *said_of(struct mcw_store *s, __u64 since, bool json, const char *dimm)
{
	static char *text;
	struct mcw_store_rows rows;
	size_t size;
	FILE *out;

	free(text);
	text = NULL;
	out = open_memstream(&text, &size);
	if (!out)
		exit(2);
	if (!s || !mcw_store_read(s, since, &rows)) {
		fputs("failed", out);
	} else {
		(json ? mcw_store_json : mcw_store_print)(out, &rows, dimm);
		mcw_store_rows_free(&rows);
	}
	fclose(out);
	return text;
}

static void has(const char *text, const char *wanted, const char *name)
{
	bool good = strstr(text, wanted);

	if (!good)
		printf("# no '%s' in:\n# %s\n", wanted, text);
	ktap_result_of(good, "%s: %s", name, wanted);
}

static void has_not(const char *text, const char *unwanted, const char *name)
{
	bool good = !strstr(text, unwanted);

	if (!good)
		printf("# '%s' in:\n# %s\n", unwanted, text);
	ktap_result_of(good, "%s: not %s", name, unwanted);
}

/* Feeds a store in a file with one recording, as a recorder that begins and ends does. */
static void feed(const char *store, const char *name)
{
	struct mcw_store *s = mcw_store_open(path_of(store), MCW_STORE_RECORD);

	if (!s || !mcw_store_replay(s, NULL, path_of(name), no_more))
		puts("# the store was not fed");
	mcw_store_close(s);
}

static char *said(const char *store, __u64 since, bool json, const char *dimm)
{
	struct mcw_store *s = mcw_store_open(path_of(store), MCW_STORE_READ);
	char *text = said_of(s, since, json, dimm);

	mcw_store_close(s);
	return text;
}

static void test_two_boots(void)
{
	char *text;

	record("a", 1, 0, 20, false);
	record("b", 2, 1, 5, true);
	feed("two.db", "a");
	text = said("two.db", 0, false, NULL);
	has(text,
	    "2027-01-15  memory module P0_A1, slot DIMM_A1, part M393, serial 4711: "
	    "20 corrected, 0 uncorrected\n",
	    "one boot");
	has(text,
	    "fault 1, critical: memory module P0_A1, slot DIMM_A1, part M393, serial 4711: "
	    "a column of one bank is failing (rank 0, bank group 1, bank 2, column 0x3f8",
	    "one boot");
	has(text,
	    "since 2027-01-15 08:01:40, told at 2027-01-15 08:01:43, the last error at "
	    "2027-01-15 08:01:59",
	    "one boot");
	has(text, "0x100000000  offline  2027-01-15 08:02:00  memory module P0_A1", "one boot");
	has(text,
	    "2027-01-15 08:00:00 to 2027-01-15 08:02:00, Linux 6.1.0: "
	    "it runs, or its end was not seen yet",
	    "one boot");
	feed("two.db", "b");
	text = said("two.db", 0, false, NULL);
	has(text,
	    "2027-01-15  memory module P0_A1, slot DIMM_A1, part M393, serial 4711: "
	    "20 corrected",
	    "two boots");
	has(text,
	    "2027-01-16  memory module P0_A1, slot DIMM_A1, part M393, serial 4711: "
	    "5 corrected",
	    "two boots");
	has(text,
	    "errors in all\n    memory module P0_A1, slot DIMM_A1, part M393, serial 4711: "
	    "25 corrected, 0 uncorrected\n",
	    "two boots");
	has(text, "        25 corrected, 0 uncorrected; 2 pages offline", "the same fault goes on");
	has_not(text, "fault 2", "two boots");
	has(text, "Linux 6.1.0: cut off: it crashed, was reset or lost its power\n", "two boots");
	has(text, "Linux 6.1.0: the recorder was stopped in good order\n", "two boots");
	text = said("two.db", WALL + 86400 * S, false, NULL);
	has_not(text, "2027-01-15  memory", "since the second day");
	has(text, "2027-01-16  memory", "since the second day");
	text = said("two.db", 0, false, "dimm_a1");
	has(text, "25 corrected", "by its slot");
	has_not(text, "boots", "by its slot");
	has(said("two.db", 0, false, "4711"), "25 corrected", "by its serial number");
	has(said("two.db", 0, false, "DIMM_B1"), "no errors of DIMM_B1\n", "another slot");
	text = said("two.db", 0, true, NULL);
	has(text,
	    "{\"type\":\"day\",\"day\":\"2027-01-16\",\"part\":{\"text\":\"memory module "
	    "P0_A1, slot DIMM_A1, part M393, serial 4711\",\"label\":\"P0_A1\",\"slot\":"
	    "\"DIMM_A1\",\"serial\":\"4711\",\"part\":\"M393\"},\"corrected\":5,",
	    "JSON");
	has(text, "\"type\":\"total\"", "JSON");
	has(text,
	    "{\"type\":\"fault\",\"id\":1,\"level\":\"critical\",\"state\":\"open\","
	    "\"mode\":\"column\",",
	    "JSON");
	has(text, "{\"type\":\"page\",\"page\":\"0x0000000100000000\",\"state\":\"offline\"",
	    "JSON");
	has(text, "\"end\":\"lost\",\"error\":null}", "JSON");
	has(text, "\"end\":\"stopped\"", "JSON");
}

/* Each record counts once, however often it is read. */
static void test_again(void)
{
	char *text;

	feed("two.db", "b");
	feed("two.db", "a");
	text = said("two.db", 0, false, NULL);
	has(text, ": 25 corrected, 0 uncorrected\n", "read again");
	has_not(text, "fault 2", "read again");
}

static void test_new_serial(void)
{
	char *text;

	recorded_serial = "4712";
	record("c", 3, 2, 0, false);
	feed("two.db", "c");
	text = said("two.db", 0, false, NULL);
	has(text, "fault 1, closed: memory module P0_A1, slot DIMM_A1, part M393, serial 4711",
	    "a new serial");
	has(text, "another part is in its place", "a new serial");
	record("d", 4, 3, 6, false);
	feed("two.db", "d");
	text = said("two.db", 0, false, NULL);
	has(text, "serial 4711: 25 corrected", "a new serial");
	has(text, "serial 4712: 6 corrected", "a new serial");
	has(text, "fault 2, critical: memory module P0_A1, slot DIMM_A1, part M393, serial 4712",
	    "a new serial");
	recorded_serial = "4711";
}

static void test_metrics(void)
{
	const struct mcw_options o = { .store = path_of("two.db") };
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		exit(2);
	mcw_metrics_store(out, &o);
	fclose(out);
	has(text,
	    "mcewarden_part_errors_total{part=\"P0_A1\",slot=\"DIMM_A1\",serial=\"4711\","
	    "class=\"corrected\"} 25\n",
	    "metrics");
	has(text, "serial=\"4712\",class=\"corrected\"} 6\n", "metrics");
	has(text, "mcewarden_stored_faults{level=\"critical\"} 1\n", "metrics");
	has(text, "mcewarden_boots_cut_off 2\n", "metrics");
	free(text);
}

static void test_repaired(void)
{
	struct mcw_store_rows rows;
	struct mcw_store *s;
	char *text;

	record("e", 1, 0, 20, false);
	record("f", 2, 1, 20, false);
	feed("repaired.db", "e");
	s = mcw_store_open(path_of("repaired.db"), MCW_STORE_CHANGE);
	ktap_result(s && mcw_store_read(s, 0, &rows) && rows.part_count == 1, "one part");
	ktap_result(mcw_store_repaired(s, rows.parts[0].id, WALL + 9999 * S) == 1, "one fault");
	ktap_result(mcw_store_repaired(s, rows.parts[0].id, WALL + 9999 * S) == 0, "none again");
	mcw_store_rows_free(&rows);
	mcw_store_close(s);
	text = said("repaired.db", 0, false, NULL);
	has(text, "fault 1, closed", "repaired");
	has(text, "closed at 2027-01-15 10:46:39: somebody has said that it was repaired",
	    "repaired");
	feed("repaired.db", "f");
	text = said("repaired.db", 0, false, NULL);
	has(text, "fault 1, closed", "errors after the repair");
	has(text, "fault 2, critical", "errors after the repair");
	has(text, "        20 corrected, 0 uncorrected; 1 page offline", "errors after the repair");
	has(text, "40 corrected, 0 uncorrected\n", "errors after the repair");
}

/* All in one go, in memory: as history --file. */
static void test_recordings(void)
{
	struct mcw_store *s = mcw_store_open(MCW_STORE_MEMORY, MCW_STORE_RECORD);
	char *const more[] = { path_of("b"), NULL };
	char *text;

	ktap_result(s && mcw_store_replay(s, NULL, path_of("a"), more), "two recordings");
	text = said_of(s, 0, false, NULL);
	has(text, ": 25 corrected, 0 uncorrected\n", "two recordings");
	has(text, "cut off: it crashed", "two recordings");
	mcw_store_close(s);
}

/* A machine that boots without a clock, and one whose clock is set later. */
static void test_no_clock(void)
{
	FILE *file = fopen(path_of("clock"), "w");
	struct mcw_entry e = { .record = { .head = { .type = MCW_EVENT,
						     .lane = MCW_LANE_OTHER,
						     .mono_ns = 5 * S,
						     .wall_ns = 6 * S } } };

	if (!file)
		exit(2);
	recorded_boot = 9;
	put_session(file, 109, 2 * S);
	e.record.event.regs.status = 0x8c00004000010090;
	put(file, &e, MCW_ENTRY_RECORD);
	e.record.head.pos = 1;
	e.record.head.mono_ns = 7 * S;
	e.record.head.wall_ns = WALL;
	put(file, &e, MCW_ENTRY_RECORD);
	fclose(file);
	feed("clock.db", "clock");
	has(said("clock.db", 0, false, NULL), "2027-01-15  socket 0, channel 0: 2 corrected",
	    "the clock was set later");
	recorded_boot = 10;
	file = fopen(path_of("clock"), "w");
	if (!file)
		exit(2);
	put_session(file, 110, 2 * S);
	e.record.head.wall_ns = 6 * S;
	put(file, &e, MCW_ENTRY_RECORD);
	fclose(file);
	feed("clock2.db", "clock");
	has(said("clock2.db", 0, false, NULL), "no clock    socket 0, channel 0: 1 corrected",
	    "no clock");
	has(said("clock2.db", 0, false, NULL), "an unknown time to an unknown time", "no clock");
}

/* A boot whose clock is eight days behind that of the boot before it. */
static void test_other_clock(void)
{
	const char *first, *second, *text;

	record("g", 11, 10, 20, true);
	record("h", 12, 2, 5, true);
	feed("other.db", "g");
	feed("other.db", "h");
	text = said("other.db", 0, false, NULL);
	has(text, "2027-01-25  memory module P0_A1, slot DIMM_A1, part M393, serial 4711: 20 ",
	    "another clock");
	has(text, "2027-01-17  memory module P0_A1, slot DIMM_A1, part M393, serial 4711: 5 ",
	    "another clock");
	has(text, "serial 4711: 25 corrected, 0 uncorrected\n", "another clock");
	has(text, "        25 corrected, 0 uncorrected; 2 pages offline", "the same fault goes on");
	has_not(text, "fault 2", "another clock");
	first = strstr(text, "\nboots\n");
	first = first ? strstr(first, " to 2027-01-25 08:0") : NULL;
	second = first ? strstr(first, " to 2027-01-17 08:0") : NULL;
	ktap_result(second, "boots are in the order in which they came");
	has(said("other.db", 0, true, NULL), "\"number\":2,", "another clock");
	/* What is later by its own clock is not that of the day before yesterday. */
	has(said("other.db", WALL + 9 * 86400 * S, false, NULL), "2027-01-25  memory", "since");
	has_not(said("other.db", WALL + 9 * 86400 * S, false, NULL), "2027-01-17  memory", "since");
}

int main(void)
{
	struct mcw_store *s;

	setenv("TZ", "UTC", 1);
	tzset();
	ktap_begin();
	if (!mkdtemp(directory))
		exit(2);
	s = mcw_store_open(MCW_STORE_MEMORY, MCW_STORE_RECORD);
	if (!s) {
		ktap_result(true, "history # SKIP built without SQLite");
		return ktap_end();
	}
	mcw_store_close(s);
	test_two_boots();
	test_again();
	test_new_serial();
	test_metrics();
	test_repaired();
	test_recordings();
	test_no_clock();
	test_other_clock();
	return ktap_end();
}
