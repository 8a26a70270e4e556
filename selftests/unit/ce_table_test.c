// SPDX-License-Identifier: GPL-2.0
/* LINK: module/ce_table.c module/page_address.c */
/* FLAGS: -Iselftests/unit/kernel -Wno-missing-field-initializers */
/*
 * Corrected errors by page: what counts, windows, and which page leaves a full table, compared with
 * a plain model.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <mcewarden/ce_table.h>

#include "ktap.h"

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#define NS 1000000000ULL
#define WINDOW (100 * NS)
#define SIZE 64
#define PAGE(n) ((n) << 12)

static struct mcw_ce_entry entries[SIZE];
static struct mcw_ce_table table;

static void start(unsigned int size)
{
	memset(entries, 0, sizeof(entries));
	mcw_ce_table_init(&table, entries, size);
}

static u32 hit(u64 page, u64 seconds)
{
	const struct mcw_ce_entry *entry = mcw_ce_table_hit(&table, page, seconds * NS, WINDOW);

	return entry ? entry->count : 0;
}

#define CORRECTED 0x9c00000000000090ULL
#define UNCORRECTED 0xbc00000000000090ULL

static const struct {
	const char *name;
	u8 lane, source, severity;
	u32 flags;
	u64 status, misc;
	u8 vendor;
	bool wanted;
	u64 ipid;
} records[] = {
	{ "polled", 1, MCW_SOURCE_POLL, 2, 0, CORRECTED, 0x8c, 0, true },
	{ "by interrupt", 1, MCW_SOURCE_CMCI, 2, 0, CORRECTED, 0x8c, 0, true },
	{ "by interrupt, not graded", 1, MCW_SOURCE_CMCI, 0, 0, CORRECTED, 0x8c, 0, true },
	{ "the same, injected", 1, MCW_SOURCE_CMCI, 0, MCW_FLAG_INJECTED, CORRECTED, 0x8c, 0,
	  false },
	{ "injected, graded", 1, MCW_SOURCE_POLL, 2, MCW_FLAG_INJECTED, CORRECTED, 0x8c, 0, true },
	{ "by the chain alone", 1, MCW_SOURCE_UNKNOWN, 2, MCW_FLAG_CHAIN, CORRECTED, 0x8c, 0,
	  true },
	{ "by the chain, not graded", 1, MCW_SOURCE_UNKNOWN, 0, MCW_FLAG_CHAIN, CORRECTED, 0x8c, 0,
	  false },
	{ "software", 1, MCW_SOURCE_PROCESS, 0, 0, CORRECTED, 0x8c, 0, false },
	{ "software that grades", 1, MCW_SOURCE_PROCESS, 2, 0, CORRECTED, 0x8c, 0, false },
	{ "firmware", 1, MCW_SOURCE_FIRMWARE, 0, 0, CORRECTED, 0x8c, 0, false },
	{ "firmware that grades", 1, MCW_SOURCE_FIRMWARE, 2, 0, CORRECTED, 0x8c, 0, false },
	{ "severe", 0, MCW_SOURCE_POLL, 1, 0, UNCORRECTED, 0x8c, 0, false },
	{ "not valid", 1, MCW_SOURCE_POLL, 2, 0, CORRECTED & ~(1ULL << 63), 0x8c, 0, false },
	{ "scrub", 1, MCW_SOURCE_POLL, 2, 0, 0x9c000000000000c1ULL, 0x8c, 0, true },
	{ "filtered", 1, MCW_SOURCE_POLL, 2, 0, 0x9c00000000001090ULL, 0x8c, 0, true },
	{ "any channel", 1, MCW_SOURCE_POLL, 2, 0, 0x9c000000000000ffULL, 0x8c, 0, true },
	{ "a cache", 1, MCW_SOURCE_POLL, 2, 0, 0x9c00000000000134ULL, 0x8c, 0, false },
	{ "a bus", 1, MCW_SOURCE_POLL, 2, 0, 0x9c00000000000890ULL, 0x8c, 0, false },
	{ "a TLB", 1, MCW_SOURCE_POLL, 2, 0, 0x9c00000000000014ULL, 0x8c, 0, false },
	{ "memory as a cache", 1, MCW_SOURCE_POLL, 2, 0, 0x9c00000000000290ULL, 0x8c, 0, false },
	{ "AMD, a code of Intel's", 1, MCW_SOURCE_POLL, 2, 0, CORRECTED, 0, 2, true, 0xb000000000 },
	{ "AMD, a DRAM", 1, MCW_SOURCE_POLL, 2, 0, 0x9c2040000000011b, 0, 2, true, 0x9600050f00 },
	{ "AMD, a DRAM, not graded", 1, MCW_SOURCE_CMCI, 0, 0, 0x9c2040000000011b, 0, 2, true,
	  0x9600050f00 },
	{ "AMD, something else in its controller", 1, MCW_SOURCE_POLL, 2, 0, 0x982040000005080b, 0,
	  2, false, 0x9600050f00 },
	{ "AMD, a cache with that code", 1, MCW_SOURCE_POLL, 2, 0, 0x9c2040000000011b, 0, 2, false,
	  0xb000350000 },
};

static void what_counts(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(records); i++) {
		struct mcw_record rec = {
			.head = { .type = MCW_EVENT, .lane = records[i].lane },
			.event = {
				.regs = {
					.status = records[i].status,
					.misc = records[i].misc,
					.addr = 0x12345678,
					.cpuvendor = records[i].vendor,
					.severity = records[i].severity,
					.mcgcap = 1 << 24,
					.ipid = records[i].ipid,
				},
				.cpu_caps = MCW_CAP_SMCA,
				.flags = records[i].flags,
				.source = records[i].source,
				.phys_bits = 46,
			},
		};
		bool wanted = mcw_ce_table_wants(&rec);

		if (wanted != records[i].wanted)
			printf("# %s\n", records[i].name);
		expect_eq(wanted, records[i].wanted);
		rec.head.type = MCW_OUTCOME;
		expect_eq(mcw_ce_table_wants(&rec), false);
	}
}

/* Is left alone for the rest of its window, in which it counts on; then it counts anew. */
static void failed(void)
{
	struct mcw_ce_entry *entry;
	struct list_head taking;

	INIT_LIST_HEAD(&taking);
	start(SIZE);
	hit(PAGE(1), 1000);
	expect_eq(hit(PAGE(1), 1010), 2);
	entry = mcw_ce_table_hit(&table, PAGE(1), 1010 * NS, WINDOW);
	mcw_ce_table_begin(entry, &taking);
	mcw_ce_table_end(&table, entry, MCW_CE_PAGE_FAILED);
	expect_eq(hit(PAGE(1), 1050), 4);
	expect_eq(entry->state, MCW_CE_PAGE_FAILED);
	expect_eq(hit(PAGE(1), 1099), 5);
	expect_eq(entry->state, MCW_CE_PAGE_FAILED);
	expect_eq(hit(PAGE(1), 1100), 1);
	expect_eq(entry->state, MCW_CE_PAGE_COUNTING);
}

static void windows(void)
{
	start(SIZE);
	expect_eq(hit(PAGE(1), 1000), 1);
	expect_eq(hit(PAGE(1), 1000), 2);
	expect_eq(hit(PAGE(1), 1099), 3);
	expect_eq(hit(PAGE(1), 1100), 1); /* the window's end belongs to the next window */
	expect_eq(hit(PAGE(1), 1199), 2); /* which began with the last error */
	expect_eq(hit(PAGE(1), 1150), 3); /* out of order, but within the window */
	expect_eq(hit(PAGE(1), 1050), 4); /* even before the window began */
	expect_eq(hit(PAGE(2), 1199), 1); /* each page has its own window */
	expect_eq(hit(PAGE(1), 1200), 1);
	expect_eq(hit(PAGE(1), 5000), 1);
	expect_eq(entries[0].begin_ns, 5000 * NS);
	expect_eq(entries[0].last_ns, 5000 * NS);
	expect_eq(table.used, 2);
	/* A shorter window applies from the next error on. */
	expect_eq(hit(PAGE(1), 5010), 2);
	expect_eq(mcw_ce_table_hit(&table, PAGE(1), 5011 * NS, NS)->count, 1);
	/* Times begin at 0. */
	expect_eq(hit(PAGE(0), 0), 1);
	expect_eq(hit(PAGE(0), 99), 2);
}

static void least_recently_hit(void)
{
	u64 n;

	start(4);
	for (n = 1; n <= 4; n++)
		expect_eq(hit(PAGE(n), n), 1);
	expect_eq(hit(PAGE(1), 5), 2); /* 2 is the oldest now */
	expect_eq(hit(PAGE(5), 6), 1);
	expect_eq(table.evicted, 1);
	expect_eq(hit(PAGE(1), 7), 3);
	expect_eq(hit(PAGE(3), 7), 2);
	expect_eq(hit(PAGE(2), 7), 1); /* and drives 4 out */
	expect_eq(table.evicted, 2);
	expect_eq(hit(PAGE(5), 7), 2);
	expect_eq(hit(PAGE(4), 7), 1);
	expect_eq(table.evicted, 3);
	expect_eq(table.used, 4);
}

static void held(void)
{
	struct mcw_ce_entry *entry;
	struct list_head mine;
	u64 n;

	start(3);
	INIT_LIST_HEAD(&mine);
	hit(PAGE(1), 1);
	hit(PAGE(2), 2);
	entry = mcw_ce_table_hit(&table, PAGE(1), 3 * NS, WINDOW);
	expect_eq(entry->count, 2);
	mcw_ce_table_begin(entry, &mine);
	expect_eq(hit(PAGE(1), 4), 2); /* stands still */
	expect_eq(entry->last_ns, 3 * NS);
	expect_eq(entry->state, MCW_CE_PAGE_TAKING);
	for (n = 10; n < 20; n++)
		hit(PAGE(n), n); /* two entries left for them */
	expect_eq(hit(PAGE(1), 30), 2);
	expect_eq(table.evicted, 9);
	mcw_ce_table_begin(mcw_ce_table_hit(&table, PAGE(18), 31 * NS, WINDOW), &mine);
	mcw_ce_table_begin(mcw_ce_table_hit(&table, PAGE(19), 32 * NS, WINDOW), &mine);
	expect_eq(!mcw_ce_table_hit(&table, PAGE(20), 33 * NS, WINDOW), true);
	mcw_ce_table_end(&table, entry, MCW_CE_PAGE_COUNTING);
	expect_eq(hit(PAGE(1), 40), 1); /* anew */
	expect_eq(entry->begin_ns, 40 * NS);
	mcw_ce_table_begin(entry, &mine);
	mcw_ce_table_end(&table, entry, MCW_CE_PAGE_TAKEN);
	expect_eq(hit(PAGE(1), 41), 1);
	expect_eq(entry->state, MCW_CE_PAGE_TAKEN); /* and stays so */
	expect_eq(hit(PAGE(20), 42), 1); /* it can leave a full table like any other page */
	expect_eq(hit(PAGE(1), 43), 1);
	expect_eq(entries[0].state, MCW_CE_PAGE_COUNTING);
}

static void told(void)
{
	struct mcw_ce_pages pages = { .slot = 0 };
	unsigned int all = 0;
	u64 n;

	start(SIZE);
	mcw_ce_table_fill(&table, &pages);
	expect_eq(pages.count, 0);
	for (n = 0; n < 37; n++)
		hit(PAGE(n), n);
	hit(PAGE(36), 40);
	for (;;) {
		mcw_ce_table_fill(&table, &pages);
		if (!pages.count)
			break;
		for (n = 0; n < pages.count; n++) {
			expect_eq(pages.page[n].page, PAGE(all));
			expect_eq(pages.page[n].begin_ns, all * NS);
			expect_eq(pages.page[n].count, all == 36 ? 2 : 1);
			expect_eq(pages.page[n].last_ns, (all == 36 ? 40 : all) * NS);
			expect_eq(pages.page[n].state, MCW_CE_PAGE_COUNTING);
			all++;
		}
	}
	expect_eq(all, 37);
	expect_eq(pages.slot, 37);
	pages.slot = ~0U;
	mcw_ce_table_fill(&table, &pages);
	expect_eq(pages.count, 0);
}

/* A plain list with the same rules. */
static struct {
	u64 page, begin, hit_at;
	u32 count;
} model[SIZE];
static unsigned int modelled;

static u32 model_hit(u64 page, u64 now, u64 turn)
{
	unsigned int i, oldest = 0;

	for (i = 0; i < modelled && model[i].page != page; i++)
		if (model[i].hit_at < model[oldest].hit_at)
			oldest = i;
	if (i == SIZE)
		i = oldest;
	else if (i == modelled)
		modelled++;
	if (model[i].page != page || !model[i].count || now - model[i].begin >= WINDOW) {
		model[i].begin = now;
		model[i].count = 0;
	}
	model[i].page = page;
	model[i].hit_at = turn;
	return ++model[i].count;
}

static void against_model(void)
{
	u64 turn, now = 0;

	start(SIZE);
	srandom(1);
	for (turn = 1; turn <= 300000; turn++) {
		u64 n = random() % (turn % 1000 < 500 ? SIZE : 3 * SIZE);

		now += random() % (2 * NS);
		expect_eq(mcw_ce_table_hit(&table, PAGE(n), now, WINDOW)->count,
			  model_hit(PAGE(n), now, turn));
		if (!ktap_good)
			break;
	}
	expect_eq(table.used, SIZE);
	expect_eq(table.evicted > 1000, true);
}

static const struct ktap_case cases[] = {
	{ "what counts", what_counts },
	{ "windows", windows },
	{ "a page that could not be taken", failed },
	{ "least recently hit makes room", least_recently_hit },
	{ "a page that is being taken", held },
	{ "told in parts", told },
	{ "300000 errors against a plain model", against_model },
};

int main(void)
{
	ktap_begin();
	ktap_run(cases, ARRAY_SIZE(cases));
	return ktap_end();
}
