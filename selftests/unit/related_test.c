// SPDX-License-Identifier: GPL-2.0
/* LINK: mcwctl */
/*
 * The records that belong to events: which outcome a victim has, and that each record is given
 * once, with its event or in its own turn.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ktap.h"
#include "source/file_format.h"
#include "source/related.h"

#define ALL_LANES ((1U << MCW_LANES) - 1)
#define PAGE 0x5000

static struct mcw_related k;
static __u64 next_pos;

static void add(struct mcw_record rec)
{
	rec.head.lane = rec.head.type == MCW_LOCATION ? MCW_LANE_LOCATION : MCW_LANE_NOTICE;
	rec.head.pos = next_pos++;
	if (!mcw_related_add(&k, &rec))
		exit(2);
}

static void begin(void)
{
	mcw_related_free(&k);
	next_pos = 100;
}

/* The outcome of an event of the lane severe that was captured at this time. */
static struct mcw_record outcome(__u64 of_pos, __u64 of_ns, __u64 page, __u8 actor, __u32 victims)
{
	return (struct mcw_record){
		.head = { .type = MCW_OUTCOME, .mono_ns = of_ns + 50 },
		.outcome = { .of_pos = of_pos,
			     .of_mono_ns = of_ns,
			     .page = page,
			     .actor = actor,
			     .victims = victims },
	};
}

static struct mcw_record of_no_event(__u64 ns, __u64 page, __u32 victims)
{
	struct mcw_record rec = outcome(0, 0, page, MCW_ACTOR_KERNEL, victims);

	rec.head.mono_ns = ns;
	rec.outcome.flags = MCW_OUTCOME_NO_EVENT;
	return rec;
}

static struct mcw_record victim(__u8 cause, __u64 ns, __u64 page, __u32 pid)
{
	return (struct mcw_record){
		.head = { .type = MCW_VICTIM, .mono_ns = ns },
		.victim = { .page = page, .pid = pid, .tid = pid, .lsb = 12, .cause = cause },
	};
}

static const struct mcw_record *next_outcome(__u64 pos)
{
	const struct mcw_head event = { .lane = MCW_LANE_SEVERE, .pos = pos };

	return mcw_related_outcome(&k, &event);
}

/* The numbers of the victims of the next outcome of this event, as text. */
static void victims_are(__u64 event, const char *wanted, const char *name)
{
	const struct mcw_record *of = next_outcome(event), *rec;
	char said[128] = "none";
	size_t length = 0;

	if (of)
		said[0] = '\0';
	while (of && (rec = mcw_related_victim(&k, of)))
		length += snprintf(said + length, sizeof(said) - length, "%u ", rec->victim.pid);
	if (strcmp(said, wanted))
		printf("# %s\n", said);
	ktap_result(!strcmp(said, wanted), name);
}

static void test_taken(void)
{
	begin();
	add(victim(MCW_VICTIM_TAKEN, 110, PAGE, 1));
	add(victim(MCW_VICTIM_TAKEN, 111, PAGE, 2));
	add(victim(MCW_VICTIM_TAKEN, 112, PAGE + 0x1000, 3));
	add(outcome(7, 100, PAGE, MCW_ACTOR_KERNEL, 2));
	add(outcome(8, 101, PAGE + 0x1000, MCW_ACTOR_MODULE, 1));
	mcw_related_end(&k);
	victims_are(7, "1 2 ", "the victims of a page, in their order");
	victims_are(8, "3 ", "those of another page");
	victims_are(7, "none", "an outcome is given once");
	victims_are(9, "none", "an event without outcome");

	begin();
	add(victim(MCW_VICTIM_TAKEN, 110, PAGE, 1));
	add(outcome(9, 105, PAGE, MCW_ACTOR_NOBODY, 0));
	add(outcome(7, 100, PAGE, MCW_ACTOR_KERNEL, 1));
	add(victim(MCW_VICTIM_TAKEN, 510, PAGE, 2));
	add(outcome(8, 500, PAGE, MCW_ACTOR_KERNEL, 1));
	mcw_related_end(&k);
	victims_are(9, "", "a second error of the page while it is taken has none");
	victims_are(7, "1 ", "a page that is taken");
	victims_are(8, "2 ", "and taken again");

	begin();
	add(victim(MCW_VICTIM_TAKEN, 110, PAGE, 1));
	add(victim(MCW_VICTIM_TAKEN, 120, MCW_NO_PAGE, 2));
	add(outcome(7, 115, PAGE, MCW_ACTOR_KERNEL, 1));
	add(outcome(8, 100, MCW_NO_PAGE, MCW_ACTOR_KERNEL, 1));
	mcw_related_end(&k);
	victims_are(7, "", "an event that came after the signal has not caused it");
	victims_are(8, "", "no page is no page");
}

static void test_later(void)
{
	begin();
	add(outcome(7, 100, PAGE, MCW_ACTOR_KERNEL, 0));
	add(outcome(8, 300, PAGE, MCW_ACTOR_NOBODY, 0));
	add(victim(MCW_VICTIM_TOUCHED, 900, PAGE, 1));
	add(victim(MCW_VICTIM_TOUCHED, 90, PAGE, 2));
	mcw_related_end(&k);
	victims_are(8, "", "an error of a page that was taken before");
	victims_are(7, "1 ", "a page that is touched later");

	begin();
	add(victim(MCW_VICTIM_TOUCHED, 120, PAGE, 1));
	add(outcome(7, 100, PAGE, MCW_ACTOR_KERNEL, 0));
	mcw_related_end(&k);
	victims_are(7, "1 ", "it is touched before the outcome comes");

	begin();
	add(outcome(7, 100, PAGE, MCW_ACTOR_KERNEL, 0));
	add(victim(MCW_VICTIM_CONSUMED, 310, PAGE, 1));
	add(outcome(8, 300, PAGE, MCW_ACTOR_NOBODY, 0));
	add(of_no_event(305, PAGE, 0));
	mcw_related_end(&k);
	victims_are(7, "", "an older error of the page");
	victims_are(8, "1 ", "an error that is consumed, and the page not taken");

	begin();
	add(outcome(7, 100, 0x200000 + PAGE, MCW_ACTOR_KERNEL, 0));
	add(outcome(8, 101, 0x400000, MCW_ACTOR_KERNEL, 0));
	add(victim(MCW_VICTIM_TOUCHED, 900, 0x200000, 1));
	k.victim[0].record.victim.lsb = 21;
	mcw_related_end(&k);
	victims_are(8, "", "the next huge page");
	victims_are(7, "1 ", "a huge page: the signal names its head");
}

/* What a reader does with a record when it comes. Return: what it prints first. */
static const struct mcw_record *comes(const struct mcw_record *rec)
{
	const struct mcw_record *of = mcw_related_outcome_of(&k, rec);

	if (of)
		rec = of;
	return mcw_related_give(&k, rec) ? NULL : rec;
}

static void test_no_event(void)
{
	struct mcw_record first, second, of;
	bool good;

	begin();
	add(victim(MCW_VICTIM_TAKEN, 110, PAGE, 1));
	add(victim(MCW_VICTIM_TAKEN, 111, PAGE, 2));
	add(of_no_event(120, PAGE, 2));
	mcw_related_end(&k);
	first = k.victim[0].record;
	second = k.victim[1].record;
	of = k.outcomes.records[0];
	ktap_result(!next_outcome(0), "an outcome of no event is not of event 0");
	ktap_result(comes(&first) == &k.outcomes.records[0], "it comes with its first victim");
	good = mcw_related_victim(&k, &of)->victim.pid == 1;
	good = good && mcw_related_victim(&k, &of)->victim.pid == 2;
	ktap_result(good && !mcw_related_victim(&k, &of), "and has its victims under it");
	ktap_result(!comes(&first) && !comes(&second) && !comes(&of), "each is given once");
	second.head.pos = 500;
	ktap_result(comes(&second) == &second, "one that is not known comes in its turn");
	of.head.pos = 501;
	ktap_result(comes(&of) == &of && !mcw_related_victim(&k, &of), "and an outcome");
}

/* If a filter hides the outcome, its victim comes alone, and not again. */
static void test_hidden(void)
{
	const struct mcw_record *rec;

	begin();
	add(victim(MCW_VICTIM_TAKEN, 110, PAGE, 1));
	add(outcome(7, 100, PAGE, MCW_ACTOR_KERNEL, 1));
	mcw_related_end(&k);
	rec = &k.victim[0].record;
	ktap_result(!mcw_related_give(&k, rec) && mcw_related_give(&k, rec), "a victim alone");
	victims_are(7, "", "it is not given again");
}

static struct mcw_record location(__u64 of_pos, __u32 id, unsigned int part, unsigned int parts,
				  const char *text)
{
	struct mcw_record rec = {
		.head = { .type = MCW_LOCATION },
		.location = { .of_pos = of_pos,
			      .of_lane = MCW_LANE_SEVERE,
			      .id = id,
			      .part = part,
			      .parts = parts },
	};

	memset(rec.location.text, 'x', part < parts ? MCW_LOCATION_TEXT : 0);
	strcpy(rec.location.text, text);
	return rec;
}

static void labels_are(__u64 pos, const char *wanted, const char *name)
{
	const struct mcw_head event = { .lane = MCW_LANE_SEVERE, .pos = pos };
	struct mcw_location_whole whole;
	char said[128] = "";
	size_t length = 0;

	while (mcw_related_location(&k, &event, &whole))
		length += snprintf(said + length, sizeof(said) - length, "%s:%zu:%zu ", whole.label,
				   strlen(whole.message), strlen(whole.detail));
	if (strcmp(said, wanted))
		printf("# %s\n", said);
	ktap_result(!strcmp(said, wanted), name);
}

static void test_locations(void)
{
	struct mcw_record first = location(7, 1, 1, 2, "A"), flagged = location(7, 9, 1, 1, "F");
	struct mcw_location_whole whole = { .incomplete = false };

	begin();
	add(location(8, 2, 1, 1, "B"));
	add(first);
	add(location(7, 1, 2, 2, "y"));
	add(location(7, 3, 1, 1, "C"));
	add(location(7, 4, 1, 2, "D"));
	flagged.location.flags = MCW_LOCATION_UNSURE;
	add(flagged);
	mcw_related_end(&k);
	ktap_result(!mcw_related_give(&k, &first), "a location that was not given");
	/* A, then a message that goes on in the second record, and ends there */
	labels_are(7, "A:151:0 C:0:0 ", "whole ones of an event that are sure");
	labels_are(7, "", "each once");
	ktap_result(mcw_related_give(&k, &first), "then its records are not given again");
	whole.first = location(8, 2, 1, 1, "B");
	mcw_related_location_done(&k, &whole);
	labels_are(8, "", "a location that was given in its own turn");
	ktap_result(!mcw_related_give(&k, &flagged), "one that is not sure has its own turn");
}

static void entry_put(FILE *file, struct mcw_entry e, unsigned int kind)
{
	mcw_entry_seal(&e, kind);
	if (fwrite(&e, sizeof(e), 1, file) != 1)
		exit(2);
}

static void event_put(FILE *file, __u64 pos)
{
	struct mcw_entry e = { .record.head = { .type = MCW_EVENT, .pos = pos } };

	entry_put(file, e, MCW_ENTRY_RECORD);
}

static void location_put(FILE *file, __u64 of_pos, __u32 id, const char *label)
{
	struct mcw_entry e = { .record = location(of_pos, id, 1, 1, label) };

	e.record.head.lane = MCW_LANE_LOCATION;
	entry_put(file, e, MCW_ENTRY_RECORD);
}

static void session_put(FILE *file, __u64 load)
{
	struct mcw_entry e = {
		.session = { .magic = MCW_RECORDING_MAGIC,
			     .format = MCW_RECORDING_FORMAT,
			     .abi = MCW_ABI_VERSION,
			     .record_bytes = MCW_RECORD_BYTES,
			     .load = load },
	};

	entry_put(file, e, MCW_ENTRY_SESSION);
}

static void test_recording(void)
{
	struct mcw_entry dimm = { .dimm = { .count = 1, .label = "D" } };
	struct mcw_entry of = { .record = outcome(1, 100, PAGE, MCW_ACTOR_KERNEL, 0) };
	char path[] = "/tmp/mcw-related-test.XXXXXX";
	int fd = mkstemp(path);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "w");

	if (!file)
		exit(2);
	session_put(file, 1);
	location_put(file, 1, 8, "first load");
	session_put(file, 2);
	event_put(file, 1);
	event_put(file, 2);
	location_put(file, 1, 1, "A");
	entry_put(file, dimm, MCW_ENTRY_DIMM);
	location_put(file, 2, 2, "B");
	event_put(file, 3);
	location_put(file, 3, 3, "C");
	of.record.head.lane = MCW_LANE_NOTICE;
	entry_put(file, of, MCW_ENTRY_RECORD);
	session_put(file, 2);
	location_put(file, 3, 4, "E");
	session_put(file, 3);
	location_put(file, 3, 5, "another load");
	if (fclose(file))
		exit(2);
	ktap_result(mcw_related_from(&k, path, 2 * MCW_ENTRY_BYTES, ALL_LANES), "a recording");
	labels_are(1, "A:0:0 ", "of the load at the offset");
	labels_are(2, "", "a location of a later table of DIMMs waits for its turn");
	labels_are(3, "C:0:0 E:0:0 ", "a session of the same load goes on");
	victims_are(1, "", "and an outcome");
	ktap_result(mcw_related_from(&k, path, 2 * MCW_ENTRY_BYTES, 1U << MCW_LANE_NOTICE),
		    "one lane");
	ktap_result(!k.location_count && k.outcomes.count == 1, "and nothing of others");
	ktap_result(mcw_related_from(&k, "-", 0, ALL_LANES) && !k.outcomes.count,
		    "nobody can read standard input twice");
	unlink(path);
}

int main(void)
{
	ktap_begin();
	test_taken();
	test_later();
	test_no_event();
	test_hidden();
	test_locations();
	test_recording();
	mcw_related_free(&k);
	return ktap_end();
}
