// SPDX-License-Identifier: GPL-2.0
/* LINK: mcwctl */
/* FLAGS: -Wno-missing-field-initializers */
/*
 * Compares the losses that a reader is told with the real ones, and checks the lines that report
 * them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ktap.h"
#include "decode/decode.h"
#include "show/json.h"
#include "show/text.h"
#include "source/lost.h"

#define MCGCAP	(MCW_MCGCAP_SER_P | MCW_MCGCAP_CMCI_P)

static void is(const char *got, const char *wanted, const char *name)
{
	bool ok = !strcmp(got, wanted);

	if (!ok)
		printf("# got '%s', wanted '%s'\n", got, wanted);
	ktap_result(ok, name);
}

/* One event in a reader's life, and the losses reported up to then. */
struct step {
	enum {
		END_OF_STEPS,
		BASE,
		MISSED,
		RECORD,
		END
	} what;
	__u64 pos;	/* BASE and END: head; MISSED: the number */
	__u64 refused;
	__u64 skipped;
	__u64 lost;
	__u64 no_room;
};

static const struct lost_case {
	const char *name;
	struct step steps[8];
	__u64 older;
} lost_cases[] = {
	{ "nothing lost", { { BASE, 0 }, { RECORD, 0 }, { RECORD, 1 }, { END, 2 } } },
	{ "a gap", { { RECORD, 0 }, { RECORD, 5, .lost = 4 }, { END, 6, .lost = 4 } } },
	{ "a gap of skipped positions is no loss",
	  { { RECORD, 0 }, { RECORD, 5, .skipped = 4 }, { END, 6, .skipped = 4 } } },
	{ "refused without a gap",
	  { { RECORD, 0 }, { RECORD, 1, .refused = 3, .lost = 3, .no_room = 3 } } },
	{ "gap, skipped and refused",
	  { { RECORD, 0, 1, 1 }, { RECORD, 10, 3, 4, .lost = 8, .no_room = 2 } } },
	{ "the first record is the base", { { RECORD, 100, 7, 10 }, { RECORD, 101, 7, 10 } }, 90 },
	{ "a first record at 0 has none before it", { { RECORD, 0, 9, 0 } } },
	{ "a base at the end: only what is lost after it",
	  { { BASE, 50, 2, 3 }, { RECORD, 50, 2, 3 }, { RECORD, 52, 2, 3, .lost = 1 } } },
	{ "a base at the end, lost right after it", { { BASE, 50 }, { RECORD, 54, .lost = 4 } } },
	{ "a record between seek and counters moves the base back",
	  { { BASE, 50, 9, 5 },
	    { RECORD, 48, 7, 4 },
	    { RECORD, 49, 7, 4 },
	    { RECORD, 51, 9, 5, .lost = 2, .no_room = 2 } } },
	{ "an overrun before the first record",
	  { { MISSED, 6, .lost = 6 },
	    { RECORD, 20, 0, 4, .lost = 6 },
	    { RECORD, 21, 0, 4, .lost = 6 } },
	  10 },
	{ "an overrun later is not counted twice",
	  { { RECORD, 0 }, { MISSED, 9 }, { RECORD, 10, .lost = 9 } } },
	{ "an overrun of a lane with a base is not counted twice",
	  { { BASE, 0 }, { MISSED, 9 }, { RECORD, 9, .lost = 9 } } },
	{ "an overrun that no record follows",
	  { { MISSED, 6, .lost = 6 }, { END, 6, .lost = 6 } } },
	{ "lost at the end, by position", { { RECORD, 0 }, { END, 4, .lost = 3 } } },
	{ "lost at the end, refused",
	  { { RECORD, 0 }, { END, 1, .refused = 5, .lost = 5, .no_room = 5 } } },
	{ "the end is told once", { { RECORD, 0 }, { END, 4, .lost = 3 }, { END, 4, .lost = 3 } } },
	{ "counters behind the last record lose nothing",
	  { { RECORD, 9, 4, 2 }, { END, 8, 3, 1 }, { RECORD, 10, 4, 2 } },
	  7 },
	{ "skipped is counted late: paid back by the next loss",
	  { { RECORD, 0 },
	    { RECORD, 2, .lost = 1 },
	    { RECORD, 3, .skipped = 1, .lost = 1 },
	    { RECORD, 6, .skipped = 1, .lost = 2 } } },
	{ "skipped is counted early",
	  { { RECORD, 0 }, { RECORD, 1, .skipped = 1 }, { RECORD, 3, .skipped = 1 } } },
	{ "a count that goes back is not believed",
	  { { RECORD, 0, 5 }, { RECORD, 1, 4 }, { RECORD, 2, 6, .lost = 1, .no_room = 1 } } },
	{ "a position that goes back takes nothing off",
	  { { RECORD, 5 }, { RECORD, 3 }, { RECORD, 6 } },
	  5 },
	{ "positions beyond 32 bits",
	  { { RECORD, 0xffffffffULL }, { RECORD, 0x100000002ULL, .lost = 2 } },
	  0xffffffffULL },
};

static void step_take(struct mcw_lost *l, const struct step *s)
{
	struct mcw_head head = { .pos = s->pos, .unplaced = s->refused, .skipped = s->skipped };
	/* a reader does not tell refused from dropped records */
	struct mcw_lane_info info = {
		.head = s->pos,
		.refused = s->refused / 2,
		.dropped = s->refused - s->refused / 2,
		.skipped = s->skipped,
	};

	switch (s->what) {
	case BASE:
		mcw_lost_base(l, &info);
		break;
	case MISSED:
		mcw_lost_missed(l, s->pos);
		break;
	case RECORD:
		mcw_lost_record(l, &head);
		break;
	default:
		mcw_lost_end(l, &info);
	}
}

static void test_cases(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(lost_cases); i++) {
		const struct lost_case *c = &lost_cases[i];
		struct mcw_lost l = { 0 };
		__u64 lost = 0, no_room = 0;
		bool ok = true;

		for (const struct step *s = c->steps; s->what; s++) {
			step_take(&l, s);
			lost += l.lost;
			no_room += l.no_room;
			mcw_lost_said(&l);
			if (lost == s->lost && no_room == s->no_room)
				continue;
			printf("# step %zu: told of %llu and %llu, wanted %llu and %llu\n",
			       s - c->steps, lost, no_room, s->lost, s->no_room);
			ok = false;
		}
		if (l.older != c->older) {
			printf("# %llu older, wanted %llu\n", l.older, c->older);
			ok = false;
		}
		ktap_result(ok, c->name);
	}
}

#define TIMES	400
#define LAG	4

/* A lane's whole life: the true counts at each time, although some counts come late. */
struct life {
	__u64 refused[TIMES + 2 * LAG];
	__u64 skipped[TIMES + 2 * LAG];
	__u64 head;
	__u64 lost;
	__u64 told;
	struct mcw_lost l;
};

static void life_run(struct life *life)
{
	enum {
		COMMIT,
		SKIP,
		REFUSE,
		KINDS
	};
	struct {
		unsigned int kind;
		unsigned int lag;
	} at[TIMES];
	bool overrun = false;

	for (unsigned int t = 0; t < TIMES; t++) {
		at[t].kind = random() % 3 ? COMMIT : random() % KINDS;
		at[t].lag = random() % LAG;
		for (unsigned int later = t + at[t].lag; later < TIMES + 2 * LAG; later++) {
			life->refused[later] += at[t].kind == REFUSE;
			life->skipped[later] += at[t].kind == SKIP;
		}
	}
	for (unsigned int t = 0; t < TIMES; t++) {
		unsigned int seen = t + random() % LAG;
		struct mcw_head head = {
			.pos = life->head,
			.unplaced = life->refused[seen],
			.skipped = life->skipped[seen],
		};

		overrun = random() % 8 ? overrun : !overrun;
		life->head += at[t].kind != REFUSE;
		life->lost += at[t].kind == REFUSE || (at[t].kind == COMMIT && overrun);
		if (at[t].kind != COMMIT || overrun)
			continue;
		mcw_lost_record(&life->l, &head);
		life->told += life->l.lost;
		mcw_lost_said(&life->l);
	}
}

static void test_sum(void)
{
	bool sum = true, outstanding = true, least = true;
	unsigned int exact = 0;

	srandom(1);
	for (unsigned int round = 0; round < 2000; round++) {
		struct life life = { 0 };
		struct mcw_lane_info info = { 0 };

		mcw_lost_base(&life.l, &info);
		life_run(&life);
		info.head = life.head;
		info.refused = life.refused[TIMES + LAG];
		info.skipped = life.skipped[TIMES + LAG];
		mcw_lost_end(&life.l, &info);
		life.told += life.l.lost;
		sum &= life.told - life.l.debt == life.lost;
		/* the excess is what was under way, and does not add up */
		least &= life.l.debt <= 2 * LAG;
		exact += !life.l.debt;
		outstanding &= !mcw_lost_outstanding(&life.l, &info);
	}
	ktap_result(sum, "2000 lives: the sum is what was lost");
	ktap_result(least, "2000 lives: what is said too much stays within what is under way");
	ktap_result(exact > 1000, "2000 lives: most end without any of it");
	ktap_result(outstanding, "2000 lives: nothing is outstanding after the end");
}

static void test_outstanding(void)
{
	struct mcw_lane_info info = { .head = 12, .skipped = 2 };
	struct mcw_head head = { .pos = 9 };
	struct mcw_lost l = { 0 };

	ktap_result(mcw_lost_outstanding(&l, &info) == 10,
		    "outstanding: all, where nothing was read");
	mcw_lost_record(&l, &head);
	ktap_result(!mcw_lost_outstanding(&l, &info), "outstanding: none, all skipped");
	info.head = 13;
	ktap_result(mcw_lost_outstanding(&l, &info) == 1, "outstanding: one");
	info.head = 3;
	ktap_result(!mcw_lost_outstanding(&l, &info), "outstanding: none, counters of long ago");
	info.head = 11;
	info.skipped = 0;
	head.pos = 10;
	head.skipped = 1;
	mcw_lost_record(&l, &head);
	info.head = 12;
	info.skipped = 1;
	ktap_result(!mcw_lost_outstanding(&l, &info),
		    "outstanding: none, skipped was counted early");
}

static void made_of(const char *got, const char *const *parts, const char *name)
{
	for (; *parts && !strncmp(got, *parts, strlen(*parts)); parts++)
		got += strlen(*parts);
	if (*got || *parts)
		printf("# got '%s', wanted '%s'\n", got, *parts ? *parts : "the end");
	ktap_result(!*got && !*parts, name);
}

/* Compares whole lines, so that their form does not change unnoticed. */
static void test_lines(void)
{
	static const char *const text[] = {
		"2023-11-14 22:13:20.123456+00:00 CPU 1 bank 5 unknown KEEP corrected: memory controller error: read, channel 0; ",
		"address 0x0000000000001000 (physical, 4 KiB); ",
		"4 corrected errors; ",
		"overflow: at least 3 other corrected errors were not recorded; ",
		"why: S=0 SER_P=1 (rule not-signaled, Intel SDM vol. 3B 16.6.2) [injected chain]\n",
		NULL,
	};
	static const char *const json[] = {
		"{\"type\":\"event\",\"lane\":\"other\",\"pos\":7,\"lost\":17",
		",\"time\":\"2023-11-14T22:13:20.123456789Z\",\"mono_ns\":5",
		",\"source\":\"unknown\",\"severity\":\"KEEP\",\"grade\":\"KEEP\",\"rule\":\"not-signaled\"",
		",\"class\":\"corrected\"",
		",\"cpu\":1,\"bank\":5",
		",\"flags\":[\"injected\",\"chain\"]",
		",\"code\":\"memory controller error: read, channel 0\"",
		",\"status\":\"0xdc00010000000090\",\"misc\":\"0x000000000000008c\",\"addr\":\"0x0000000000001000\"",
		",\"mcgstatus\":\"0x0000000000000000\",\"ip\":\"0x0000000000000000\",\"cs\":\"0x0000000000000000\"",
		",\"tsc\":\"0x0000000000000000\",\"cpuid\":\"0x00000000000106a0\"",
		",\"mcgcap\":\"0x0000000001000400\",\"synd\":\"0x0000000000000000\"",
		",\"ipid\":\"0x0000000000000000\",\"ppin\":\"0x0000000000000000\"",
		",\"microcode\":\"0x0000000000000000\",\"kflags\":\"0x0000000000000000\"",
		",\"synd1\":\"0x0000000000000000\",\"synd2\":\"0x0000000000000000\"",
		",\"cpuvendor\":0,\"inject_flags\":0,\"socketid\":0,\"apicid\":0",
		",\"phys_bits\":0,\"cpu_caps\":0,\"generation\":0,\"kernel_caps\":0",
		",\"text\":\"Corrected error: memory controller error: read, channel 0; ",
		"address 0x0000000000001000 (physical, 4 KiB)\",\"unit\":\"\"",
		",\"component\":\"memory controller\",\"place\":{\"channel\":0,\"transient\":false}",
		",\"family\":\"memory_corrected\",\"means\":\"Certain: the memory controller corrected ",
		"the data, and nothing is lost.\",\"advice\":\"A few are normal. If one DIMM has them ",
		"again and again, most likely it is bad.\"",
		",\"count\":4,\"count_overflow\":false,\"remarks\":[\"4 corrected errors\",",
		"\"overflow: at least 3 other corrected errors were not recorded\"],",
		"\"dimm\":{\"label\":null,\"mc\":null,\"location\":null,\"megabytes\":null,",
		"\"slot\":null,\"slot_reason\":\"no_dimm\",\"bank_locator\":null,\"memory\":null,",
		"\"maker\":null,\"part\":null,\"serial\":null,\"speed\":null,\"ranks\":null,",
		"\"socket\":null,\"controller\":null,\"channel\":0,\"dimm_of_channel\":null,",
		"\"rank\":null,\"chip_select\":null,\"bank_group\":null,\"bank\":null,\"row\":null,",
		"\"column\":null,\"device\":null,\"source\":\"record\"}}\n",
		NULL,
	};
	struct mcw_record r = {
		.head = { .pos = 7,
			  .mono_ns = 5,
			  .wall_ns = 1700000000123456789ULL,
			  .type = MCW_EVENT,
			  .lane = MCW_LANE_OTHER },
		.event = { .regs = { .status = 0xdc00010000000090ULL,
				     .misc = 0x8c,
				     .addr = 0x1000,
				     .mcgcap = MCGCAP,
				     .severity = 2,
				     .bank = 5,
				     .extcpu = 1,
				     .cpuid = 0x106a0 },
			   .flags = MCW_FLAG_INJECTED | MCW_FLAG_CHAIN | MCW_BIT(31),
			   .source = 77 },
	};
	char line[3000] = "";
	FILE *out = fmemopen(line, sizeof(line), "w");

	setenv("TZ", "UTC", 1);
	mcw_text_event(out, &r);
	fflush(out);
	made_of(line, text, "a record as a line of text");
	rewind(out);
	mcw_json_event(out, &r, NULL, 17);
	fclose(out);
	made_of(line, json, "a record as a line of JSON");
}

static void test_lost_lines(void)
{
	static const struct {
		struct mcw_lost l;
		const char *text;
	} cases[] = {
		{ { .lost = 17, .overrun = true },
		  "*** 17 records of lane other lost here: overwritten before they were read\n" },
		{ { .lost = 1, .overrun = true },
		  "*** 1 record of lane other lost here: overwritten before they were read\n" },
		{ { .lost = 1 },
		  "*** 1 record of lane other lost here: not finished by their writer\n" },
		{ { .lost = 3, .no_room = 3 },
		  "*** 3 records of lane other lost here: not stored, the lane had no room\n" },
		{ { .lost = 5, .no_room = 3, .overrun = true },
		  "*** 5 records of lane other lost here: 3 not stored, the lane had no room; "
		  "2 overwritten before they were read\n" },
	};
	char line[2000];
	FILE *out;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		memset(line, 0, sizeof(line));
		out = fmemopen(line, sizeof(line), "w");
		mcw_text_lost(out, MCW_LANE_OTHER, &cases[i].l);
		fclose(out);
		is(line, cases[i].text, "a loss as a line of text");
	}
	memset(line, 0, sizeof(line));
	out = fmemopen(line, sizeof(line), "w");
	mcw_text_older(out, MCW_LANE_SEVERE, 3);
	mcw_json_lost(out, MCW_LANE_NOTICE, ~0ULL, ~0ULL, 9);
	fclose(out);
	is(line,
	   "severe: 3 older records were overwritten before this reader came\n"
	   "{\"type\":\"lost\",\"lane\":\"notice\",\"lost\":18446744073709551615,\"time\":\"2554-07-21T23:34:33.709551615Z\",\"mono_ns\":9}\n",
	   "older records, and a loss in JSON");
}

int main(void)
{
	ktap_begin();
	test_cases();
	test_sum();
	test_outstanding();
	test_lines();
	test_lost_lines();
	return ktap_end();
}
