// SPDX-License-Identifier: GPL-2.0
/* LINK: mcwctl */
/*
 * What feeds the store, against time: when it writes, what it does while it cannot, that each
 * record counts once, and that an event finds its location.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "ktap.h"
#include "source/dimms.h"
#include "source/file_format.h"
#include "store/keeper.h"
#include "store/store.h"

#define S 1000000000ULL
#define MS 1000000ULL
#define WALL (1800000000 * S)
#define DIRECTORY "/tmp/mcw-keeper-XXXXXX"

static char directory[sizeof(DIRECTORY)] = DIRECTORY;
static char path[64];
static struct mcw_store *store;
static struct mcw_keeper *keeper;
static __u64 load = 7;

static void begin(const char *name)
{
	struct mcw_session session = { .load = load,
				       .boot_id = { 1 },
				       .mono_ns = 10 * S,
				       .wall_ns = WALL + 10 * S,
				       .release = "6.1" };

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	store = mcw_store_open(path, MCW_STORE_RECORD);
	keeper = store ? mcw_keeper_new(store, NULL) : NULL;
	if (!keeper)
		exit(2);
	mcw_keeper_session(keeper, &session);
}

/* As if it was killed, unless it was ended before. */
static void drop(void)
{
	mcw_keeper_free(keeper);
	mcw_store_close(store);
}

static void put_event(__u64 pos, __u64 ns)
{
	struct mcw_record rec = {
		.head = { .pos = pos,
			  .mono_ns = ns,
			  .wall_ns = WALL + ns,
			  .type = MCW_EVENT,
			  .lane = MCW_LANE_OTHER },
		.event = { .regs = { .status = 0x8c00004000010090, .addr = pos * 64, .bank = 7 },
			   .source = MCW_SOURCE_CMCI },
	};

	mcw_keeper_record(keeper, &rec);
}

static void put_location(__u64 pos, __u64 of_pos, __u64 ns, unsigned int flags)
{
	struct mcw_record rec = {
		.head = { .pos = pos,
			  .mono_ns = ns,
			  .wall_ns = WALL + ns,
			  .type = MCW_LOCATION,
			  .lane = MCW_LANE_LOCATION },
		.location = { .of_pos = of_pos,
			      .of_lane = MCW_LANE_OTHER,
			      .id = pos + 1,
			      .count = 1,
			      .source = MCW_LOCATION_EDAC,
			      .part = 1,
			      .parts = 1,
			      .flags = flags,
			      .layer = { 0, 1, -1 },
			      .text = "P0_A1" },
	};

	mcw_keeper_record(keeper, &rec);
}

/* How many corrected errors are in the store; label: only of this one. */
static __u64 stored(const char *label)
{
	struct mcw_store *s = mcw_store_open(path, MCW_STORE_READ);
	struct mcw_store_rows rows;
	__u64 errors = 0;

	if (!s || !mcw_store_read(s, 0, &rows))
		return ~0ULL;
	for (size_t i = 0; i < rows.part_count; i++)
		if (!label || !strcmp(rows.parts[i].name.label, label))
			errors += rows.parts[i].corrected;
	mcw_store_rows_free(&rows);
	mcw_store_close(s);
	return errors;
}

static int due(__u64 ns)
{
	return mcw_keeper_due(keeper, ns, WALL + ns);
}

/* An event waits half a second for its location, and a write is a second after the last one. */
static void test_when(void)
{
	begin("when.db");
	/* The first write is at once: the boot is known then. */
	expect_eq(due(10 * S) > 500000, true);
	put_event(0, 10 * S);
	expect_eq(due(10 * S), 501);
	expect_eq(due(10 * S + 400 * MS), 101);
	expect_eq(due(10 * S + 500 * MS), 501);
	expect_eq(stored(NULL), 0);
	put_event(1, 10 * S + 600 * MS);
	expect_eq(due(11 * S), 101);
	expect_eq(stored(NULL), 1);
	expect_eq(due(11 * S + 200 * MS), 801);
	expect_eq(due(12 * S) > 500000, true);
	expect_eq(stored(NULL), 2);
	drop();
}

/* Nothing is counted twice, and nothing that the device still has is missing. */
static void test_killed(void)
{
	begin("killed.db");
	for (unsigned int i = 0; i < 3; i++)
		put_event(i, 10 * S);
	due(11 * S);
	expect_eq(stored(NULL), 3);
	put_event(3, 12 * S);
	drop();
	begin("killed.db");
	for (unsigned int i = 0; i < 5; i++)
		put_event(i, 12 * S);
	due(14 * S);
	due(15 * S);
	expect_eq(stored(NULL), 5);
	mcw_keeper_end(keeper, MCW_BOOT_STOPPED);
	drop();
	/* Another load counts its positions anew. */
	load++;
	begin("killed.db");
	put_event(0, 20 * S);
	mcw_keeper_end(keeper, MCW_BOOT_STOPPED);
	expect_eq(stored(NULL), 6);
	drop();
}

/* As with a full disk: what is counted waits in memory, and is tried again after 10 s. */
static void test_full(void)
{
	struct rlimit limit, unlimited;

	begin("full.db");
	due(10 * S);
	getrlimit(RLIMIT_FSIZE, &unlimited);
	limit = unlimited;
	limit.rlim_cur = 512;
	setrlimit(RLIMIT_FSIZE, &limit);
	put_event(0, 11 * S);
	due(12 * S);
	put_event(1, 13 * S);
	due(14 * S);
	setrlimit(RLIMIT_FSIZE, &unlimited);
	expect_eq(stored(NULL), 0);
	due(15 * S);
	expect_eq(stored(NULL), 0);
	due(23 * S);
	expect_eq(stored(NULL), 2);
	drop();
}

static void test_locations(void)
{
	struct mcw_dimm dimm = { .label = "P0_A1",
				 .location = "channel 0 slot 1",
				 .layer = { 0, 1, -1 } };
	struct mcw_slot slot = { NULL, MCW_SLOT_NOT_FOUND };
	const struct mcw_dimms dimms = { .dimms = &dimm, .slots = &slot, .count = 1 };

	begin("locations.db");
	mcw_keeper_modules(keeper, &dimms);
	due(10 * S);
	/* After the event, before it, too late, and of none. */
	put_event(0, 10 * S);
	put_location(0, 0, 10 * S, 0);
	put_location(1, 1, 10 * S, 0);
	put_event(1, 10 * S);
	put_event(2, 10 * S);
	due(11 * S);
	put_location(2, 2, 11 * S, 0);
	put_location(3, 0, 11 * S, MCW_LOCATION_NO_EVENT);
	put_location(4, 9, 11 * S, MCW_LOCATION_LOST);
	due(12 * S);
	due(13 * S);
	expect_eq(stored("P0_A1"), 3);
	expect_eq(stored(NULL), 4);
	drop();
	/* The report of no event counts once, too. */
	begin("locations.db");
	mcw_keeper_modules(keeper, &dimms);
	put_location(3, 0, 11 * S, MCW_LOCATION_NO_EVENT);
	put_location(5, 0, 11 * S, MCW_LOCATION_NO_EVENT);
	mcw_keeper_end(keeper, MCW_BOOT_STOPPED);
	expect_eq(stored("P0_A1"), 4);
	drop();
}

/* An event that was counted already does not move; the next ones wait longer. */
static void test_late(void)
{
	struct mcw_dimm dimm = { .label = "P0_A1", .layer = { 0, 1, -1 } };
	struct mcw_slot slot = { NULL, MCW_SLOT_NOT_FOUND };
	const struct mcw_dimms dimms = { .dimms = &dimm, .slots = &slot, .count = 1 };

	begin("late.db");
	mcw_keeper_modules(keeper, &dimms);
	due(10 * S);
	put_event(0, 10 * S);
	due(11 * S);
	put_location(0, 0, 11 * S, 0);
	put_event(1, 12 * S);
	due(12 * S + 900 * MS);
	put_location(1, 1, 12 * S + 900 * MS, 0);
	due(14 * S);
	expect_eq(stored("P0_A1"), 1);
	expect_eq(stored(NULL), 2);
	/* The same ones once more, as another reader of the device sees them. */
	put_event(1, 12 * S);
	put_location(1, 1, 12 * S + 900 * MS, MCW_LOCATION_NO_EVENT);
	mcw_keeper_end(keeper, MCW_BOOT_STOPPED);
	expect_eq(stored(NULL), 2);
	drop();
}

/* More than wait at once: none is missing. */
static void test_many(void)
{
	begin("many.db");
	for (unsigned int i = 0; i < 10000; i++)
		put_event(i, 10 * S);
	mcw_keeper_end(keeper, MCW_BOOT_STOPPED);
	expect_eq(stored(NULL), 10000);
	drop();
}

/* A fatal error that is found at the next boot, and one that a test made. */
static void test_leftover(void)
{
	struct mcw_record rec = {
		.head = { .type = MCW_EVENT, .lane = MCW_LANE_SEVERE, .wall_ns = WALL + 30 * S },
		.event = { .regs = { .status = 0xbe00000000800400, .bank = 5 },
			   .flags = MCW_FLAG_LEFTOVER },
	};
	struct mcw_session session = {
		.load = 99, .boot_id = { 2 }, .mono_ns = 10 * S, .wall_ns = WALL + 30 * S
	};
	struct mcw_store_rows rows;

	begin("leftover.db");
	due(10 * S);
	mcw_keeper_session(keeper, &session);
	mcw_keeper_record(keeper, &rec);
	mcw_keeper_end(keeper, MCW_BOOT_STOPPED);
	expect_eq(mcw_store_read(store, 0, &rows), true);
	expect_eq(rows.boot_count, 2);
	if (rows.boot_count == 2) {
		expect_eq(rows.boots[0].end, MCW_BOOT_ERROR);
		expect_eq(!strncmp(rows.boots[0].error, "fatal error in bank 5 of CPU 0: ", 32),
			  true);
		expect_eq(rows.boots[1].end, MCW_BOOT_STOPPED);
	}
	mcw_store_rows_free(&rows);
	drop();
}

static const struct ktap_case cases[] = {
	{ "when it writes", test_when }, { "killed, and begun again", test_killed },
	{ "a full disk", test_full },	 { "events and locations", test_locations },
	{ "many at once", test_many },	 { "what ended a boot", test_leftover },
	{ "late locations", test_late },
};

int main(void)
{
	ktap_begin();
	if (!mkdtemp(directory))
		exit(2);
	signal(SIGXFSZ, SIG_IGN);
	store = mcw_store_open(MCW_STORE_MEMORY, MCW_STORE_RECORD);
	if (!store) {
		ktap_result(true, "keeper # SKIP built without SQLite");
		return ktap_end();
	}
	mcw_store_close(store);
	ktap_run(cases, sizeof(cases) / sizeof(cases[0]));
	return ktap_end();
}
