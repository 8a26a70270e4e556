// SPDX-License-Identifier: GPL-2.0
/* LINK: mcwctl */
/* FLAGS: -Wno-missing-field-initializers */
/*
 * What belongs to one event, what of it is missing and why, and how mcwctl follow prints it.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ktap.h"
#include "decode/decode.h"
#include "decode/follow.h"
#include "show/follow.h"
#include "source/dimms.h"

#define PAGE 0x12345000ULL
#define EVENT_NS 1000000000ULL
#define UNCORRECTED (MCW_STATUS_VAL | MCW_STATUS_UC | MCW_STATUS_EN | MCW_STATUS_ADDRV)
#define MEMORY_READ 0x9f
#define CACHE_READ 0x134

static struct mcw_follow f;

static struct mcw_record record(unsigned int type, unsigned int lane, __u64 pos, __u64 after_ns)
{
	return (struct mcw_record){ .head = { .pos = pos,
					      .type = type,
					      .lane = lane,
					      .mono_ns = EVENT_NS + after_ns,
					      .wall_ns = 1700000000000000000ULL + after_ns } };
}

static void event(unsigned int lane, __u64 status)
{
	struct mcw_record rec = record(MCW_EVENT, lane, 5, 0);

	rec.event.regs.status = status;
	rec.event.regs.addr = PAGE + 0x40;
	rec.event.source = MCW_SOURCE_POLL;
	rec.event.phys_bits = 46;
	memset(&f, 0, sizeof(f));
	mcw_follow_event(&f, &rec);
}

static struct mcw_record location(unsigned int lane, __u64 pos)
{
	struct mcw_record rec = record(MCW_LOCATION, MCW_LANE_LOCATION, 0, 1000000);

	rec.location = (struct mcw_location){ .of_lane = lane,
					      .of_pos = pos,
					      .id = 1,
					      .part = 1,
					      .parts = 1,
					      .count = 1,
					      .error_type = 1,
					      .layer = { 0, 0, -1 } };
	strcpy(rec.location.text, "P0_A1");
	return rec;
}

static struct mcw_record outcome(unsigned int lane, __u64 pos, unsigned int victims)
{
	struct mcw_record rec = record(MCW_OUTCOME, MCW_LANE_NOTICE, 1, 12345678);

	rec.outcome = (struct mcw_outcome){ .of_lane = lane,
					    .of_pos = pos,
					    .page = PAGE,
					    .actor = MCW_ACTOR_KERNEL,
					    .action = MCW_ACTION_OFFLINE,
					    .reason = MCW_REASON_DONE,
					    .victims = victims };
	return rec;
}

static struct mcw_record victim(__u64 page, long long after_ns)
{
	struct mcw_record rec = record(MCW_VICTIM, MCW_LANE_NOTICE, 0, after_ns);

	rec.victim = (struct mcw_victim){ .page = page,
					  .pid = 7,
					  .tid = 7,
					  .signal = 7,
					  .code = 5,
					  .lsb = 12,
					  .address = 0x7000,
					  .cause = MCW_VICTIM_TAKEN,
					  .comm = "hit" };
	return rec;
}

static void take(struct mcw_record rec)
{
	mcw_follow_take(&f, &rec);
}

static bool counts(unsigned int locations, unsigned int outcomes, unsigned int victims)
{
	return f.count[MCW_FOLLOW_LOCATION] == locations &&
	       f.count[MCW_FOLLOW_OUTCOME] == outcomes && f.count[MCW_FOLLOW_VICTIM] == victims;
}

static void test_belongs(void)
{
	struct mcw_record rec;

	memset(&f, 0, sizeof(f));
	take(outcome(MCW_LANE_SEVERE, 5, 1));
	ktap_result(counts(0, 0, 0), "nothing belongs to no event");
	event(MCW_LANE_SEVERE, UNCORRECTED | MEMORY_READ);
	take(location(MCW_LANE_OTHER, 5));
	take(location(MCW_LANE_SEVERE, 6));
	take(outcome(MCW_LANE_OTHER, 5, 1));
	take(outcome(MCW_LANE_SEVERE, 4, 1));
	take(victim(PAGE + 0x1000, 10));
	take(victim(MCW_NO_PAGE, 10));
	take(victim(PAGE, -10));
	rec = outcome(MCW_LANE_SEVERE, 5, 1);
	rec.outcome.flags = MCW_OUTCOME_NO_EVENT;
	take(rec);
	rec = location(MCW_LANE_SEVERE, 5);
	rec.location.flags = MCW_LOCATION_LOST;
	take(rec);
	ktap_result(counts(0, 0, 0), "records of others");
	take(location(MCW_LANE_SEVERE, 5));
	take(outcome(MCW_LANE_SEVERE, 5, 1));
	take(victim(PAGE, 10));
	take(victim(PAGE, 3600000000000));
	ktap_result(counts(1, 1, 2), "its own, also much later");
	ktap_result(mcw_follow_duration(&f) == 3600000000000, "time up to the last");
	for (unsigned int i = 0; i < 100; i++) {
		take(location(MCW_LANE_SEVERE, 5));
		take(outcome(MCW_LANE_SEVERE, 5, 1));
		take(victim(PAGE, 10));
	}
	ktap_result(counts(MCW_FOLLOW_LOCATIONS, MCW_FOLLOW_OUTCOMES, MCW_VICTIMS_LISTED),
		    "more than there is room for");
	event(MCW_LANE_SEVERE, (UNCORRECTED & ~MCW_STATUS_ADDRV) | MEMORY_READ);
	take(victim(PAGE, 10));
	ktap_result(counts(0, 0, 0), "an event without an address has no page");
	event(MCW_LANE_SEVERE, UNCORRECTED | MEMORY_READ);
	rec = victim(PAGE & ~0x1fffffULL, 10);
	take(rec);
	ktap_result(counts(0, 0, 0), "the page before it");
	rec.victim.lsb = 21;
	take(rec);
	ktap_result(counts(0, 0, 1), "the huge page that it is a part of");
	event(MCW_LANE_SEVERE, UNCORRECTED | MEMORY_READ);
	f.event.event.regs.addr |= 1ULL << 51;
	take(victim(PAGE, 10));
	ktap_result(counts(0, 0, 1), "bits of an encryption key are no part of the page");
}

static void other_event(unsigned int lane, __u64 page, __u64 after_ns)
{
	struct mcw_record rec = record(MCW_EVENT, lane, 6, after_ns);

	rec.event.regs.status = UNCORRECTED | MEMORY_READ;
	rec.event.regs.addr = page;
	take(rec);
}

/* Of several events of a page, only one has the victim. */
static void test_events_of_a_page(void)
{
	struct mcw_record rec;

	event(MCW_LANE_SEVERE, UNCORRECTED | MEMORY_READ);
	other_event(MCW_LANE_SEVERE, PAGE + 0x1000, 10);
	other_event(MCW_LANE_OTHER, PAGE, 10);
	take(victim(PAGE, 20));
	ktap_result(counts(0, 0, 1), "events of another page, and corrected ones");
	other_event(MCW_LANE_SEVERE, PAGE, 30);
	ktap_result(counts(0, 0, 1), "the page's next event came after the signal");
	take(victim(PAGE, 40));
	ktap_result(counts(0, 0, 1), "a signal after the page's next event");
	other_event(MCW_LANE_SEVERE, PAGE, 15);
	ktap_result(counts(0, 0, 0), "an event before the signal that is read after it");
	take(outcome(MCW_LANE_SEVERE, 5, 2));
	ktap_result(counts(0, 1, 2), "the outcome counts the signals");
	event(MCW_LANE_SEVERE, UNCORRECTED | MEMORY_READ);
	take(victim(PAGE, 20));
	take(outcome(MCW_LANE_SEVERE, 4, 1));
	ktap_result(counts(0, 0, 0), "the outcome of another event counts the signal");
	rec = victim(PAGE, 40);
	rec.victim.cause = MCW_VICTIM_TOUCHED;
	take(rec);
	take(outcome(MCW_LANE_SEVERE, 4, 1));
	ktap_result(counts(0, 0, 1), "a task that touches the page later is not counted");
	event(MCW_LANE_OTHER, (UNCORRECTED & ~MCW_STATUS_UC) | MEMORY_READ);
	take(victim(PAGE, 20));
	ktap_result(counts(0, 0, 0), "a corrected error has no victims");
}

/* Which of the parts is missing, and whether it is due, with those words. */
static void misses(enum mcw_follow_part part, bool due, const char *words, const char *name)
{
	bool is_due;
	const char *why = mcw_follow_missing(&f, part, &is_due);
	bool good = why && words && strstr(why, words) && is_due == due;

	if (!words)
		good = !why && !is_due;
	if (!good)
		printf("# %s, due %d\n", why ? why : "there", is_due);
	ktap_result(good, name);
}

static void complete(bool wanted, const char *name)
{
	ktap_result(mcw_follow_is_complete(&f) == wanted, name);
}

static void test_location(void)
{
	struct mcw_record rec;

	event(MCW_LANE_SEVERE, UNCORRECTED | MEMORY_READ);
	misses(MCW_FOLLOW_LOCATION, false, "no EDAC driver has", "no EDAC driver");
	f.over = true;
	misses(MCW_FOLLOW_LOCATION, false, "no EDAC driver had", "none in a recording");
	f.over = false;
	f.edac = true;
	misses(MCW_FOLLOW_LOCATION, true, "does not know the address", "the driver says nothing");
	f.event.event.source = MCW_SOURCE_FIRMWARE;
	misses(MCW_FOLLOW_LOCATION, false, "the firmware reported", "the firmware's error");
	event(MCW_LANE_SEVERE, (UNCORRECTED & ~MCW_STATUS_ADDRV) | MEMORY_READ);
	f.edac = true;
	misses(MCW_FOLLOW_LOCATION, false, "has no address", "no address");
	event(MCW_LANE_SEVERE, UNCORRECTED | CACHE_READ);
	f.edac = true;
	misses(MCW_FOLLOW_LOCATION, false, "no error of the memory controller", "a cache's error");
	take(location(MCW_LANE_SEVERE, 5));
	misses(MCW_FOLLOW_LOCATION, false, NULL, "it is there all the same");
	event(MCW_LANE_SEVERE, UNCORRECTED | MEMORY_READ);
	f.adxl = true;
	misses(MCW_FOLLOW_LOCATION, true, "the firmware (ADXL)", "the firmware says nothing");
	f.event.event.regs.status ^= MEMORY_READ ^ CACHE_READ;
	misses(MCW_FOLLOW_LOCATION, false, "no error of the memory controller",
	       "the firmware is not asked about a cache's error");
	event(MCW_LANE_SEVERE, UNCORRECTED | MEMORY_READ);
	f.over = true;
	rec = location(MCW_LANE_SEVERE, 4);
	rec.location.source = MCW_LOCATION_ADXL;
	take(rec);
	misses(MCW_FOLLOW_LOCATION, true, "the firmware (ADXL)",
	       "the firmware answered about another event of the recording");
}

static void test_outcome(void)
{
	event(MCW_LANE_SEVERE, UNCORRECTED | MEMORY_READ);
	misses(MCW_FOLLOW_OUTCOME, true, "grace_ms", "not yet");
	misses(MCW_FOLLOW_VICTIM, false, "so far", "nobody was hit yet");
	complete(false, "an outcome is due");
	f.over = true;
	misses(MCW_FOLLOW_OUTCOME, true, "the records end before it", "not in the recording");
	take(outcome(MCW_LANE_SEVERE, 5, 0));
	misses(MCW_FOLLOW_OUTCOME, false, NULL, "there");
	misses(MCW_FOLLOW_VICTIM, false, "touches the page later", "nobody was hit");
	complete(true, "nothing else is due");
	f.outcomes[0].outcome.victims = 2;
	take(victim(PAGE, 10));
	misses(MCW_FOLLOW_VICTIM, true, "not all have a record", "one of two victims");
	complete(false, "the second is due");
	take(victim(PAGE, 20));
	misses(MCW_FOLLOW_VICTIM, false, NULL, "both");
	complete(true, "both are there");
	f.outcomes[0].outcome.victims = 1000;
	for (unsigned int i = 2; i < MCW_VICTIMS_LISTED; i++)
		take(victim(PAGE, 20));
	complete(true, "more victims than are listed");
	event(MCW_LANE_SEVERE, UNCORRECTED | MEMORY_READ);
	take(outcome(MCW_LANE_SEVERE, 5, 0));
	f.outcomes[0].outcome.actor = MCW_ACTOR_NOBODY;
	misses(MCW_FOLLOW_VICTIM, false, "no page was taken", "the page was left");
	event(MCW_LANE_OTHER, (UNCORRECTED & ~MCW_STATUS_UC) | MEMORY_READ);
	misses(MCW_FOLLOW_OUTCOME, false, "page_ce_threshold", "a corrected error");
	misses(MCW_FOLLOW_VICTIM, false, "harms no task", "its victims");
	complete(true, "a corrected error without EDAC is complete");
	memset(&f, 0, sizeof(f));
	misses(MCW_FOLLOW_EVENT, true, "none came", "no event");
	misses(MCW_FOLLOW_OUTCOME, false, "there is no event", "no outcome of it");
	complete(false, "no event is not complete");
}

static void shows(void (*show)(FILE *out, const struct mcw_follow *f, const struct mcw_dimms *d),
		  const char *const *words, const char *name)
{
	static const struct mcw_dimms none;
	char *text = NULL;
	bool good = true;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	show(out, &f, &none);
	fclose(out);
	for (; *words; words++) {
		if (strstr(text, *words))
			continue;
		good = false;
		printf("# no '%s' in:\n# %s", *words, text);
	}
	ktap_result(good, name);
	free(text);
}

#define SHOWS(show, name, ...) shows(show, (const char *const[]){ __VA_ARGS__, NULL }, name)

static void test_shown(void)
{
	struct mcw_record rec;

	event(MCW_LANE_SEVERE, UNCORRECTED | MEMORY_READ);
	f.edac = true;
	SHOWS(mcw_text_follow, "what is missing", "missing location: the EDAC driver does not",
	      "\nmissing outcome: the module waits", "\nno victim: no task got a signal so far\n",
	      "\nincomplete: event, in 0.000 s\n");
	rec = location(MCW_LANE_SEVERE, 5);
	rec.location.parts = 2;
	take(rec);
	rec.location.part = 2;
	take(rec);
	take(outcome(MCW_LANE_SEVERE, 5, 2));
	take(victim(PAGE, 10));
	take(victim(PAGE, 20));
	SHOWS(mcw_text_follow, "all that is there", " location of severe 5: \"P0_A1\"",
	      "    mcwctl dimms has no memory module of this name\n",
	      " outcome of severe 5: page 0x12345000: taken offline by the kernel; 2 tasks got",
	      " victim of page 0x12345000: \"hit\" pid 7 got SIGBUS (BUS_MCEERR_AO)",
	      "\ncomplete: event, location, outcome, 2 victims, in 0.012 s\n");
	SHOWS(mcw_json_follow, "all in JSON",
	      "{\"type\":\"follow\",\"complete\":true,\"duration_ns\":12345678,"
	      "\"event\":{\"type\":\"event\",\"lane\":\"severe\",\"pos\":5,",
	      "\"dimm\":null},\"locations\":[{\"type\":\"location\",", "\"incomplete\":false}],",
	      "\"outcomes\":[{\"type\":\"outcome\",", "\"victims\":2}],",
	      "\"victims\":[{\"type\":\"victim\",", "},{\"type\":\"victim\",",
	      "\"cause\":\"taken\"}],\"missing\":[]}\n");
	memset(&f, 0, sizeof(f));
	SHOWS(mcw_json_follow, "nothing in JSON",
	      "{\"type\":\"follow\",\"complete\":false,\"duration_ns\":0,\"event\":null,"
	      "\"locations\":[],\"outcomes\":[],\"victims\":[],"
	      "\"missing\":[{\"part\":\"event\",\"due\":true,\"why\":\"none came\"},"
	      "{\"part\":\"location\",\"due\":false,");
}

int main(void)
{
	ktap_begin();
	test_belongs();
	test_events_of_a_page();
	test_location();
	test_outcome();
	test_shown();
	return ktap_end();
}
