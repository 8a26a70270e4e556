// SPDX-License-Identifier: GPL-2.0
/* LINK: mcwctl */
/* FLAGS: -Wno-missing-field-initializers */
/*
 * Outcomes, storms and the history of pages, as mcwctl prints them.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ktap.h"
#include "decode/decode.h"
#include "guests/guests.h"
#include "show/outcome.h"
#include "show/page.h"
#include "source/device.h"
#include "source/located.h"
#include "source/page_counts.h"

#define NO_RESULT \
	",\"held_back\":false,\"translated\":false,\"same_pos\":null,\"result\":\"unknown\"" \
	",\"page_type\":\"\",\"victims\":0"
#define WALL 1700000000123456789ULL /* 2023-11-14T22:13:20.123456789Z */
#define TIME "2023-11-14 22:13:20.123456+00:00"
#define PAGE 0x12345000ULL

static char *text;
static size_t length;

static const struct mcw_located none;
static const struct mcw_owners nobody;

static FILE *begin(void)
{
	return open_memstream(&text, &length);
}

static void is(FILE *out, const char *wanted, const char *name)
{
	bool ok;

	fclose(out);
	ok = !strcmp(text, wanted);
	if (!ok)
		printf("# got    '%s'\n# wanted '%s'\n", text, wanted);
	ktap_result(ok, name);
	free(text);
}

static struct mcw_record record(__u64 pos, struct mcw_outcome o)
{
	return (struct mcw_record){
		.head = { .pos = pos,
			  .mono_ns = 77,
			  .wall_ns = WALL,
			  .type = MCW_OUTCOME,
			  .lane = MCW_LANE_NOTICE },
		.outcome = o,
	};
}

#define WITHOUT(...) ((struct mcw_outcome){ .page = MCW_NO_PAGE, __VA_ARGS__ })
#define AT(addr, ...) ((struct mcw_outcome){ .page = addr, __VA_ARGS__ })
#define OUTCOME(...) AT(PAGE, __VA_ARGS__)
#define BY_KERNEL .actor = MCW_ACTOR_KERNEL
#define BY_MODULE .actor = MCW_ACTOR_MODULE
#define OFFLINE .action = MCW_ACTION_OFFLINE
#define SOFT .action = MCW_ACTION_SOFT_OFFLINE

static const struct {
	struct mcw_outcome o;
	const char *text;
} lines[] = {
	{ OUTCOME(BY_KERNEL, OFFLINE, .reason = MCW_REASON_DONE,
		  .disposition = MCW_DISPOSITION_HANDLED),
	  "page 0x12345000: taken offline by the kernel" },
	{ OUTCOME(BY_MODULE, OFFLINE, .reason = MCW_REASON_DONE, .tries = 1,
		  .disposition = MCW_DISPOSITION_DROPPED),
	  "page 0x12345000: taken offline by the module; "
	  "the kernel dropped or filtered the record" },
	{ OUTCOME(BY_MODULE, SOFT, .reason = MCW_REASON_DONE, .tries = 1, .count = 10),
	  "page 0x12345000: soft-offlined by the module; 10 corrected errors" },
	{ OUTCOME(BY_MODULE, SOFT, .reason = MCW_REASON_GAVE_UP, .tries = 5, .count = 1),
	  "page 0x12345000: not soft-offlined by the module: the kernel could not free it; "
	  "1 corrected error; 5 tries" },
	{ OUTCOME(BY_MODULE, OFFLINE, .reason = MCW_REASON_IN_USE, .tries = 1, .err = EBUSY),
	  "page 0x12345000: not taken offline by the module: flagged as poisoned, "
	  "but still in use; EBUSY" },
	{ OUTCOME(BY_MODULE, OFFLINE, .reason = MCW_REASON_IN_USE, .err = 12345),
	  "page 0x12345000: not taken offline by the module: flagged as poisoned, "
	  "but still in use; error 12345" },
	{ OUTCOME(.reason = MCW_REASON_ALREADY),
	  "page 0x12345000: nothing done: it was poisoned before" },
	{ WITHOUT(.reason = MCW_REASON_GRADE), "nothing done: no page is taken for this grade" },
	{ WITHOUT(.reason = MCW_REASON_SOFTWARE),
	  "nothing done: the record is from software or firmware" },
	{ WITHOUT(.reason = MCW_REASON_NO_ADDRESS), "nothing done: no usable address" },
	{ WITHOUT(.reason = MCW_REASON_COARSE),
	  "nothing done: the address is coarser than a page" },
	{ OUTCOME(.reason = MCW_REASON_NO_PAGE, .disposition = MCW_DISPOSITION_GRACE),
	  "page 0x12345000: nothing done: no online memory has this address; "
	  "the kernel did not report how the record ended" },
	{ OUTCOME(.reason = MCW_REASON_OFF, .count = 10),
	  "page 0x12345000: nothing done: recovery is off; 10 corrected errors" },
	{ OUTCOME(SOFT, .reason = MCW_REASON_OBSERVE),
	  "page 0x12345000: would have been soft-offlined: recovery is observe" },
	{ OUTCOME(OFFLINE, .reason = MCW_REASON_OBSERVE),
	  "page 0x12345000: would have been taken offline: recovery is observe" },
	{ OUTCOME(.reason = MCW_REASON_TOLERANT), "page 0x12345000: nothing done: tolerant is 3" },
	{ OUTCOME(.reason = MCW_REASON_BUDGET),
	  "page 0x12345000: nothing done: page_budget is used up" },
	{ OUTCOME(.reason = MCW_REASON_RAS_CEC),
	  "page 0x12345000: nothing done: RAS_CEC decides about corrected errors" },
	{ OUTCOME(.reason = MCW_REASON_SOFT_OFFLINE_OFF, .err = 95, .tries = 1, .count = 10),
	  "page 0x12345000: nothing done: the admin switched soft offline off;"
	  " 10 corrected errors; EOPNOTSUPP" },
	{ OUTCOME(.reason = MCW_REASON_RECOVERY_PANICS),
	  "page 0x12345000: nothing done: vm.memory_failure_recovery is 0, it would panic" },
	{ OUTCOME(.reason = MCW_REASON_KERNEL_PAGE_PANICS),
	  "page 0x12345000: nothing done: perhaps a page of the kernel, it would panic" },
	{ WITHOUT(.reason = MCW_REASON_NORMALIZED),
	  "nothing done: the address is normalized, of no known page" },
	{ WITHOUT(.reason = MCW_REASON_NORMALIZED, .flags = MCW_OUTCOME_HELD_BACK),
	  "nothing done: the address is normalized, of no known page;"
	  " the kernel was kept from the page at that address" },
	{ OUTCOME(BY_MODULE, OFFLINE, .reason = MCW_REASON_DONE,
		  .flags = MCW_OUTCOME_HELD_BACK | MCW_OUTCOME_TRANSLATED),
	  "page 0x12345000: taken offline by the module; found by a normalized address;"
	  " the kernel was kept from the page at that address" },
	{ WITHOUT(.reason = MCW_REASON_SAME_ERROR, .same_pos = 7),
	  "nothing done: the kernel logged the same error again, see severe 7" },
	{ WITHOUT(BY_MODULE, .action = MCW_ACTION_PANIC, .reason = MCW_REASON_FRESH_UC),
	  "panic by the module: a fresh uncorrected error, and tolerant is 0" },
	{ OUTCOME(.reason = 200), "page 0x12345000: nothing done: unknown" },
	{ OUTCOME(.actor = 9, .action = 9, .reason = MCW_REASON_DONE, .disposition = 9),
	  "page 0x12345000: unknown by the unknownunknown" },
};

static void test_lines(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		struct mcw_record r = record(3, lines[i].o);
		FILE *out = begin();
		char line[1000];

		r.outcome.of_lane = MCW_LANE_SEVERE;
		r.outcome.of_pos = 12;
		mcw_text_outcome(out, &r, true);
		mcw_text_outcome(out, &r, false);
		snprintf(line, sizeof(line), "    %s\n" TIME " outcome of severe 12: %s\n",
			 lines[i].text, lines[i].text);
		is(out, line, lines[i].text);
	}
}

/* After the type. */
#define JSON_HEAD \
	",\"lane\":\"notice\",\"pos\":3,\"lost\":7" \
	",\"time\":\"2023-11-14T22:13:20.123456789Z\",\"mono_ns\":77"

static void test_json(void)
{
	struct mcw_record r =
		record(3, OUTCOME(BY_MODULE, SOFT, .reason = MCW_REASON_DONE,
				  .of_lane = MCW_LANE_OTHER, .of_pos = 9, .of_mono_ns = 55,
				  .grade = MCW_GRADE_KEEP, .tries = 2, .count = 10, .tolerant = 1,
				  .rule = "corrected"));
	FILE *out = begin();

	mcw_json_outcome(out, &r, 7);
	is(out,
	   "{\"type\":\"outcome\"" JSON_HEAD
	   ",\"of\":{\"lane\":\"other\",\"pos\":9,\"mono_ns\":55},"
	   "\"grade\":\"KEEP\",\"rule\":\"corrected\",\"page\":\"0x0000000012345000\","
	   "\"actor\":\"module\",\"action\":\"soft_offline\",\"errno\":0,\"reason\":\"done\","
	   "\"disposition\":\"none\",\"tries\":2,\"count\":10,\"tolerant\":1" NO_RESULT "}\n",
	   "an outcome as JSON");
	/*
	 * A name that fills its member has no terminating 0, and a name from another module may
	 * hold any bytes.
	 */
	r = record(3, WITHOUT(.err = 16, .reason = MCW_REASON_COARSE,
			      .disposition = MCW_DISPOSITION_UNHANDLED));
	memset(r.outcome.rule, '"', sizeof(r.outcome.rule));
	out = begin();
	mcw_json_outcome(out, &r, 7);
	is(out,
	   "{\"type\":\"outcome\"" JSON_HEAD
	   ",\"of\":{\"lane\":\"severe\",\"pos\":0,\"mono_ns\":0},"
	   "\"grade\":\"NO\",\"rule\":\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\""
	   "\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\",\"page\":null,"
	   "\"actor\":\"nobody\",\"action\":\"none\",\"errno\":16,\"reason\":\"coarse\","
	   "\"disposition\":\"unhandled\",\"tries\":0,\"count\":0,\"tolerant\":0" NO_RESULT "}\n",
	   "an outcome without a page as JSON");
}

static void test_storms(void)
{
	static const char begins[] = TIME
		" storm begins on CPU 1 bank 5: 10 interrupts\n{\"type\":\"storm\"" JSON_HEAD
		",\"cpu\":1,\"bank\":5,\"all_banks\":false,\"phase\":\"begin\",\"count\":10,"
		"\"duration_ns\":0,\"throttled\":false,\"declared\":false}\n";
	static const char ends[] = TIME
		" storm ends on CPU 1, all banks: 2000 interrupts in 12.034 s; "
		"the kernel throttled them\n{\"type\":\"storm\"" JSON_HEAD
		",\"cpu\":1,\"bank\":5,\"all_banks\":true,"
		"\"phase\":\"end\",\"count\":2000,"
		"\"duration_ns\":12034567890,\"throttled\":true,"
		"\"declared\":true}\n";
	struct mcw_record r = record(3, OUTCOME(.tries = 0));
	FILE *out = begin();

	r.head.type = MCW_STORM;
	r.storm = (struct mcw_storm){ .count = 10, .cpu = 1, .bank = 5, .phase = MCW_STORM_BEGIN };
	mcw_text_storm(out, &r);
	mcw_json_storm(out, &r, 7);
	is(out, begins, "a storm begins");
	r.storm.throttled = 1;
	r.storm.count = 1;
	out = begin();
	mcw_text_storm(out, &r);
	is(out, TIME " storm begins on CPU 1 bank 5: 1 interrupt; the kernel throttles them\n",
	   "a storm begins, throttled");
	r.storm.throttled = 0;
	r.storm.declared = 1;
	r.storm.count = 0;
	out = begin();
	mcw_text_storm(out, &r);
	is(out, TIME " storm begins on CPU 1 bank 5: 0 interrupts; the kernel declares it\n",
	   "a storm begins, by the kernel's polls");
	r.storm.throttled = 1;
	r.storm.all_banks = 1;
	r.storm.phase = MCW_STORM_END;
	r.storm.count = 2000;
	r.storm.duration_ns = 12034567890ULL;
	out = begin();
	mcw_text_storm(out, &r);
	mcw_json_storm(out, &r, 7);
	is(out, ends, "a storm ends");
}

static const struct {
	const char *name;
	__u8 info; /* MCW_PAGE_*; 0: the page is not in the table */
	struct mcw_outcome history[3];
	const char *state;
} states[] = {
	{ "nothing but errors", MCW_CE_PAGE_COUNTING, { { .of_pos = 0 } }, "counting" },
	{ "waits", MCW_CE_PAGE_TAKING, { { .of_pos = 0 } }, "taking" },
	{ "taken, its outcome gone", MCW_CE_PAGE_TAKEN, { { .of_pos = 0 } }, "poisoned" },
	{ "soft offline",
	  MCW_CE_PAGE_TAKEN,
	  { OUTCOME(BY_MODULE, SOFT, .reason = MCW_REASON_DONE) },
	  "soft_offline" },
	{ "offline", 0, { OUTCOME(BY_KERNEL, OFFLINE, .reason = MCW_REASON_DONE) }, "offline" },
	{ "offline, and hit again",
	  0,
	  { OUTCOME(BY_KERNEL, OFFLINE, .reason = MCW_REASON_DONE),
	    OUTCOME(.reason = MCW_REASON_ALREADY) },
	  "offline" },
	{ "of old", 0, { OUTCOME(.reason = MCW_REASON_ALREADY) }, "poisoned" },
	{ "in use", 0, { OUTCOME(BY_MODULE, OFFLINE, .reason = MCW_REASON_IN_USE) }, "in_use" },
	{ "gave up",
	  MCW_CE_PAGE_COUNTING,
	  { OUTCOME(BY_MODULE, SOFT, .reason = MCW_REASON_GAVE_UP) },
	  "failed" },
	{ "gave up, its outcome gone", MCW_CE_PAGE_FAILED, { { .of_pos = 0 } }, "failed" },
	{ "gave up, and tries again",
	  MCW_CE_PAGE_TAKING,
	  { OUTCOME(BY_MODULE, SOFT, .reason = MCW_REASON_GAVE_UP) },
	  "taking" },
	{ "first not, then yes",
	  MCW_CE_PAGE_TAKEN,
	  { OUTCOME(.reason = MCW_REASON_BUDGET),
	    OUTCOME(BY_MODULE, SOFT, .reason = MCW_REASON_DONE) },
	  "soft_offline" },
	{ "left", MCW_CE_PAGE_COUNTING, { OUTCOME(.reason = MCW_REASON_TOLERANT) }, "left" },
	{ "no memory", 0, { OUTCOME(.reason = MCW_REASON_NO_PAGE) }, "left" },
};

static void test_states(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(states); i++) {
		struct mcw_ce_page info = { .page = PAGE, .state = states[i].info };
		struct mcw_page_counts counts = { &info, states[i].info != 0, 0 };
		struct mcw_record history[3];
		struct mcw_outcomes outcomes = { history };
		FILE *out = begin();
		char wanted[200];

		for (size_t n = 0; n < 3 && states[i].history[n].page; n++)
			history[outcomes.count++] = record(n, states[i].history[n]);
		mcw_history_print(out, &counts, &outcomes, &none, &nobody, true);
		fflush(out);
		text[strcspn(text, "[")] = '\0';
		snprintf(wanted, sizeof(wanted),
			 "{\"type\":\"page\",\"page\":\"0x0000000012345000\","
			 "\"state\":\"%s\",\"count\":0,\"dimm\":null,\"history\":",
			 states[i].state);
		is(out, wanted, states[i].name);
	}
}

/* The memory module of the event that the page was taken for. */
static void test_dimm(const struct mcw_page_counts *counts, const struct mcw_outcomes *outcomes)
{
	struct mcw_dimm_entry dimm = {
		.count = 1, .label = "P0_A1", .slot = "P0_A1", .serial = "1A"
	};
	struct mcw_located_event event = { .lane = MCW_LANE_SEVERE };
	struct mcw_located located = {
		.dimm = &dimm,
		.dimm_count = 1,
		.event = &event,
		.event_count = 1,
	};
	FILE *out = begin();

	mcw_history_print(out, counts, outcomes, &located, &nobody, false);
	mcw_history_print(out, counts, outcomes, &located, &nobody, true);
	fclose(out);
	ktap_result(strstr(text, "777000 offline; memory module \"P0_A1\", serial 1A\n"),
		    "the memory module of a page as text");
	ktap_result(strstr(text, ",\"dimm\":{\"label\":\"P0_A1\",\"mc\":0,"), "and as JSON");
	free(text);
}

static void test_pages(void)
{
	struct mcw_ce_page infos[] = {
		{ .page = 0x1000,
		  .begin_ns = 5,
		  .last_ns = 5,
		  .count = 1,
		  .state = MCW_CE_PAGE_COUNTING },
		{ .page = PAGE,
		  .begin_ns = 1000,
		  .last_ns = 2000,
		  .count = 3,
		  .state = MCW_CE_PAGE_COUNTING },
	};
	struct mcw_page_counts counts = { infos, 2, WALL - 1000 };
	struct mcw_record history[] = {
		record(1, OUTCOME(.reason = MCW_REASON_BUDGET)),
		record(5, OUTCOME(.reason = MCW_REASON_OFF)),
		record(4, AT(0x777000, BY_KERNEL, OFFLINE, .reason = MCW_REASON_DONE)),
		record(2, WITHOUT(.reason = MCW_REASON_GRADE)),
	};
	struct mcw_outcomes outcomes = { history, ARRAY_SIZE(history), 0 };
	struct mcw_outcomes by_page = { NULL, 0, 0 };
	FILE *out;

	qsort(history, ARRAY_SIZE(history), sizeof(history[0]), (__compar_fn_t)mcw_outcome_by_page);
	out = begin();
	mcw_history_print(out, &counts, &outcomes, &none, &nobody, false);
	is(out,
	   "0x0000000000001000 counting; 1 corrected error since 2023-11-14 22:13:20.123455+00:00\n"
	   "0x0000000000777000 offline\n"
	   "    " TIME " outcome of severe 0: page 0x777000: taken offline by the kernel\n"
	   "0x0000000012345000 left as it is; 3 corrected errors since " TIME ", the last at "
	   "2023-11-14 22:13:20.123457+00:00\n"
	   "    " TIME
	   " outcome of severe 0: page 0x12345000: nothing done: page_budget is used up\n"
	   "    " TIME " outcome of severe 0: page 0x12345000: nothing done: recovery is off\n",
	   "pages as text");
	out = begin();
	mcw_history_print(out, &counts, &by_page, &none, &nobody, true);
	is(out,
	   "{\"type\":\"page\",\"page\":\"0x0000000000001000\","
	   "\"state\":\"counting\","
	   "\"count\":1,\"since\":\"2023-11-14T22:13:20.123455794Z\","
	   "\"last\":\"2023-11-14T22:13:20.123455794Z\",\"dimm\":null,\"history\":[]}\n"
	   "{\"type\":\"page\",\"page\":\"0x0000000012345000\",\"state\":\"counting\","
	   "\"count\":3,\"since\":\"2023-11-14T22:13:20.123456789Z\","
	   "\"last\":\"2023-11-14T22:13:20.123457789Z\",\"dimm\":null,\"history\":[]}\n",
	   "pages as JSON");
	test_dimm(&counts, &outcomes);
	out = begin();
	counts.count = 0;
	mcw_history_print(out, &counts, &by_page, &none, &nobody, false);
	is(out, "", "no pages");
}

static void test_order(void)
{
	struct mcw_record records[7];
	struct mcw_outcomes by_event = { records, 0, 0 };
	bool good = true;

	for (__u64 pos = 7; pos; pos--) {
		struct mcw_record r = record(pos, OUTCOME(.of_lane = pos % 2, .of_pos = pos / 4));

		records[by_event.count++] = r;
	}
	qsort(records, 7, sizeof(records[0]), (__compar_fn_t)mcw_outcome_by_event);
	/* (lane, pos): 0,0: 2; 0,1: 4, 6; 1,0: 1, 3; 1,1: 5, 7 */
	good &= mcw_outcomes_of(&by_event, 0, 0) == 0 && records[0].head.pos == 2;
	good &= mcw_outcomes_of(&by_event, 0, 1) == 1 && records[1].head.pos == 4;
	good &= mcw_outcomes_of(&by_event, 1, 0) == 3 && records[3].head.pos == 1;
	good &= mcw_outcomes_of(&by_event, 1, 1) == 5 && records[6].head.pos == 7;
	good &= mcw_outcomes_of(&by_event, 0, 2) == 3 && mcw_outcomes_of(&by_event, 2, 0) == 7;
	by_event.count = 0;
	good &= mcw_outcomes_of(&by_event, 0, 0) == 0;
	ktap_result(good, "outcomes by event");
}

int main(void)
{
	ktap_begin();
	setenv("TZ", "UTC", 1);
	test_lines();
	test_json();
	test_storms();
	test_states();
	test_pages();
	test_order();
	return ktap_end();
}
