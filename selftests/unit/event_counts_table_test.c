// SPDX-License-Identifier: GPL-2.0
/* LINK: module/event_counts_table.c */
/* FLAGS: -Iselftests/unit/kernel */
/*
 * Counts events by CPU, bank, grades and source: each event is in its row, or counted as lost, and
 * no row comes twice.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <mcewarden/event_counts_table.h>

#include "ktap.h"

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

static struct mcw_event_counts_table table;
static struct mcw_event_count told[MCW_EVENT_COUNTS_ROWS + 1];

static struct mcw_record event(u32 cpu, u8 bank, u8 severity, u8 source, u32 flags, u64 wall_ns)
{
	struct mcw_record rec = { .head = { .wall_ns = wall_ns, .type = MCW_EVENT } };

	rec.event.regs.extcpu = cpu;
	rec.event.regs.bank = bank;
	rec.event.regs.severity = severity;
	rec.event.source = source;
	rec.event.flags = flags;
	return rec;
}

static bool count(u32 cpu, u8 bank, u8 severity, u8 grade, u8 source, u32 flags, u64 wall_ns)
{
	const struct mcw_record rec = event(cpu, bank, severity, source, flags, wall_ns);

	return mcw_event_counts_table_count(&table, &rec, grade);
}

/* As a reader asks. */
static unsigned int tell(void)
{
	struct mcw_event_counts part = { .row = 0 };
	unsigned int n = 0;

	for (;;) {
		mcw_event_counts_table_fill(&table, &part);
		if (!part.count)
			return n;
		if (n + part.count > ARRAY_SIZE(told))
			exit(1);
		memcpy(told + n, part.rows, part.count * sizeof(*told));
		n += part.count;
		expect_eq(part.row, n);
	}
}

static void test_alike(void)
{
	memset(&table, 0, sizeof(table));
	expect_eq(tell(), 0);
	for (u64 i = 1; i <= 3; i++)
		expect_eq(count(1, 5, 2, 2, MCW_SOURCE_POLL, MCW_FLAG_BY_MODULE, 10 * i), true);
	/* Looked up before the row exists, and placed afterwards. */
	expect_eq(count(1, 5, 2, 2, MCW_SOURCE_POLL, MCW_FLAG_LEFTOVER, 29), true);
	expect_eq(tell(), 1);
	expect_eq(told[0].events, 4);
	expect_eq(told[0].last_wall_ns, 30);
	expect_eq(told[0].cpu, 1);
	expect_eq(told[0].bank, 5);
	expect_eq(told[0].severity, 2);
	expect_eq(told[0].grade, 2);
	expect_eq(told[0].source, MCW_SOURCE_POLL);
	expect_eq(told[0].flags, 0);
	expect_eq(told[0].spare, 0);
}

/* Each key differs from the first in one member, up to the largest value. */
static void test_different(void)
{
	memset(&table, 0, sizeof(table));
	expect_eq(count(0, 0, 0, 0, 0, 0, 1), true);
	for (unsigned int i = 1; i < 16; i++) {
		expect_eq(count(i, 0, 0, 0, 0, 0, 1), true);
		expect_eq(count(i << 28, 0, 0, 0, 0, 0, 1), true);
		expect_eq(count(0, i, 0, 0, 0, 0, 1), true);
		expect_eq(count(0, i << 4, 0, 0, 0, 0, 1), true);
		expect_eq(count(0, 0, i, 0, 0, 0, 1), true);
		expect_eq(count(0, 0, i << 4, 0, 0, 0, 1), true);
		expect_eq(count(0, 0, 0, i, 0, 0, 1), true);
		expect_eq(count(0, 0, 0, 0, i, 0, 1), true);
		expect_eq(count(0, 0, 0, 0, i << 4, 0, 1), true);
	}
	expect_eq(count(0, 0, 0, 0, 0, MCW_FLAG_INJECTED, 1), true);
	expect_eq(tell(), 1 + 9 * 15 + 1);
	for (unsigned int i = 0; i < 1 + 9 * 15 + 1; i++)
		expect_eq(told[i].events, 1);
}

/* Existing rows keep counting; an event without a row is reported. */
static void test_full(void)
{
	unsigned int uncounted = 0;
	u64 sum = 0;

	memset(&table, 0, sizeof(table));
	for (u32 i = 0; i < 2 * MCW_EVENT_COUNTS_ROWS; i++)
		uncounted += !count(i, 3, 2, 2, MCW_SOURCE_CMCI, 0, i);
	expect_eq(uncounted, MCW_EVENT_COUNTS_ROWS);
	for (u32 i = 0; i < 2 * MCW_EVENT_COUNTS_ROWS; i += 2)
		uncounted += !count(i, 3, 2, 2, MCW_SOURCE_CMCI, 0, i);
	expect_eq(uncounted, MCW_EVENT_COUNTS_ROWS + MCW_EVENT_COUNTS_ROWS / 2);
	expect_eq(tell(), MCW_EVENT_COUNTS_ROWS);
	for (unsigned int i = 0; i < MCW_EVENT_COUNTS_ROWS; i++) {
		expect_eq(told[i].cpu, i);
		expect_eq(told[i].events, i % 2 ? 1 : 2);
		sum += told[i].events;
	}
	expect_eq(sum + uncounted, 3 * MCW_EVENT_COUNTS_ROWS);
}

static void test_past_the_end(void)
{
	struct mcw_event_counts part = { .row = ~0U, .count = 7 };

	memset(&table, 0, sizeof(table));
	count(1, 5, 2, 2, MCW_SOURCE_POLL, 0, 1);
	mcw_event_counts_table_fill(&table, &part);
	expect_eq(part.count, 0);
	expect_eq(part.row, ~0U);
}

static const struct ktap_case tests[] = {
	{ "events alike share a row", test_alike },
	{ "events that differ do not", test_different },
	{ "a full table counts on in its rows", test_full },
	{ "past the end there is nothing", test_past_the_end },
};

int main(void)
{
	ktap_begin();
	ktap_run(tests, ARRAY_SIZE(tests));
	return ktap_end();
}
