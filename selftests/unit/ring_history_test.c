// SPDX-License-Identifier: GPL-2.0
/* LINK: module/ring.c module/ring_read.c module/ring_user.c */
/* LINK: selftests/unit/kernel/vmalloc.c selftests/unit/kernel/uaccess.c */
/* FLAGS: -Iselftests/unit/kernel */
/*
 * Random histories of one lane, compared with a model that does not know the states of slots, only
 * the fate of each position. SEED and HISTORIES in the environment change them, and FULL
 * has more of them.
 */
#include "ring_check.h"
#include "ring_mapped.h"

#include <linux/uaccess.h>
#include <stdlib.h>

#define STEPS 900U
#define MAX_PASSES 64U /* tried for one offer */
#define MAX_POSITIONS (EACH + STEPS * (MAX_PASSES + 1))
#define MAX_INSIDE 80U
#define RUN_MOST 7U
#define READERS 3U /* the first one is the worker if the lane keeps records */

enum fate {
	WRITING,
	COMMITTED,
	SKIPPED
};

/* Positions count from base, offers from the lane's first in the model. */
struct model {
	unsigned int id;
	bool keeps;
	u64 base;
	u64 head, taken; /* both from base */
	u64 offers, refused, dropped, skipped, committed, overwritten;
	enum fate fate[MAX_POSITIONS];
	u64 tag[MAX_POSITIONS]; /* number of the offer that got it */
	u64 record[EACH]; /* newest reserved position of the slot */
	bool used[EACH];
	struct mcw_reservation inside[MAX_INSIDE];
	unsigned int count_inside, limit;
};

struct reader {
	struct mcw_cursor cur;
	bool jumped;
	bool has_last;
	struct mcw_head last; /* of what it read last */
	u64 lost; /* by the formula of the ABI */
	u64 first_tag, got; /* since its last seek */
};

static struct model model;
static struct reader readers[READERS];
static u64 seed;

static struct {
	u64 got, refused, dropped, skipped, overwritten, jumps, runs, faults;
} total;
static u64 words_left; /* of the user's memory */

static u64 chance(u64 below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (seed >> 11) % below;
}

static bool lapped(u64 at)
{
	return at + EACH < model.head;
}

static bool is_inside(u64 at)
{
	return model.used[at % EACH] && model.fate[model.record[at % EACH]] == WRITING;
}

/* The expected result of an offer: true and the position, or false and counted. */
static bool model_offer(u64 *at)
{
	unsigned int passes = 0;
	u64 slot;

	for (;; model.fate[model.head++] = SKIPPED, model.skipped++) {
		slot = model.head % EACH;
		if (model.keeps && model.taken + EACH <= model.head) {
			model.refused++;
			return false;
		}
		if (!is_inside(model.head))
			break;
		if (passes++ == MAX_PASSES) {
			model.dropped++;
			return false;
		}
	}
	model.overwritten += model.used[slot];
	model.used[slot] = true;
	model.record[slot] = model.head;
	*at = model.head;
	model.fate[model.head++] = WRITING;
	return true;
}

static void offer(void)
{
	struct mcw_reservation res;
	u64 at = 0, tag;
	bool reserved;

	if (model.count_inside == model.limit)
		return;
	tag = model.offers++;
	reserved = mcw_ring_reserve(model.id, MCW_EVENT, &res);
	if (!expect_eq(reserved, model_offer(&at)) || !reserved)
		return;
	expect_eq(res.pos, model.base + at);
	model.tag[at] = tag;
	write_words(&res, model.id, tag);
	model.inside[model.count_inside++] = res;
}

static void commit_one(unsigned int which)
{
	struct mcw_reservation *res = &model.inside[which];

	mcw_ring_commit(model.id, res);
	model.fate[res->pos - model.base] = COMMITTED;
	model.committed++;
	*res = model.inside[--model.count_inside];
}

static void check_counts(void)
{
	struct mcw_lane_info info;

	mcw_ring_info(model.id, &info);
	expect_eq(info.head, model.base + model.head);
	expect_eq(info.taken, model.keeps ? model.base + model.taken : 0);
	expect_eq(info.refused, model.refused);
	expect_eq(info.dropped, model.dropped);
	expect_eq(info.skipped, model.skipped);
	expect_eq(info.committed, model.base + model.committed);
	expect_eq(info.overwritten, model.base + model.overwritten);
	expect_eq(model.committed + model.count_inside + model.refused + model.dropped,
		  model.offers);
	expect_eq(info.head, info.committed + info.skipped + model.count_inside);
}

static enum mcw_look model_look(u64 *at)
{
	for (;; ++*at) {
		if (*at >= model.head)
			return MCW_LOOK_EMPTY;
		if (lapped(*at))
			return MCW_LOOK_OVERRUN;
		if (model.fate[*at] != SKIPPED)
			return model.fate[*at] == WRITING ? MCW_LOOK_BUSY : MCW_LOOK_GOT;
	}
}

static u64 records_between(u64 from, u64 to)
{
	u64 count = 0;

	for (; from < to; from++)
		count += model.fate[from] != SKIPPED;
	return count;
}

static void jump(struct reader *reader)
{
	u64 from = mcw_cursor_pos(&reader->cur) - model.base;
	u64 to = model.head > EACH ? model.head - EACH : 0;
	u64 missed;

	if (reader->jumped)
		to += EACH / 8;
	if (to <= from)
		to = from + 1;
	missed = (chance(2) ? mcw_ring_jump : jump_mapped)(&reader->cur);
	expect_eq(mcw_cursor_pos(&reader->cur), model.base + to);
	expect_eq(missed, records_between(from, to));
	reader->jumped = true;
	total.jumps++;
}

/* Offers are numbered: numbers missing between two records were lost, and the heads must say so. */
static void check_lost(struct reader *reader, const struct mcw_head *head, u64 tag)
{
	const struct mcw_head *last = &reader->last;

	if (reader->has_last) {
		u64 lost = (head->pos - last->pos - 1) - (head->skipped - last->skipped) +
			   (head->unplaced - last->unplaced);

		expect_eq(lost, tag - last->mono_ns - 1);
		reader->lost += lost;
	} else {
		reader->first_tag = tag;
	}
	reader->has_last = true;
	reader->last = *head;
	reader->got++;
	total.got++;
}

static void read_one(struct reader *reader)
{
	u64 at = mcw_cursor_pos(&reader->cur) - model.base;
	enum mcw_look want = model_look(&at), seen;
	struct mcw_cursor look = reader->cur;
	struct mcw_record rec;

	if (chance(4) == 0)
		expect_eq(mcw_ring_look(&look), want);
	seen = (chance(2) ? mcw_ring_get : get_mapped)(&reader->cur, &rec);
	if (!expect_eq(seen, want))
		return;
	if (seen == MCW_LOOK_GOT) {
		expect_eq(mcw_cursor_pos(&reader->cur), model.base + at + 1);
		expect_record(model.id, model.base + at, &rec, __LINE__);
		expect_eq(rec.head.mono_ns, model.tag[at]);
		check_lost(reader, &rec.head, model.tag[at]);
		reader->jumped = false;
		return;
	}
	expect_eq(mcw_cursor_pos(&reader->cur), model.base + at);
	if (seen == MCW_LOOK_OVERRUN)
		jump(reader);
	else if (seen == MCW_LOOK_BUSY && chance(8) == 0)
		mcw_ring_pass(&reader->cur);
}

static bool has_word(void *unused)
{
	(void)unused;
	return words_left && words_left--;
}

/* A run, which may end for lack of room, at a time or a position, or by a fault. */
static void read_run(struct reader *reader)
{
	struct mcw_record recs[RUN_MOST];
	u64 at = mcw_cursor_pos(&reader->cur) - model.base, until = U64_MAX;
	unsigned int i, want = 0, most = 1 + chance(RUN_MOST), got;
	bool fault = false, faults = false, mapped = chance(2);

	words_left = mapped || chance(4) ? U64_MAX : chance(RUN_MOST * MCW_RECORD_WORDS);
	if (at < model.head && chance(4) == 0)
		until = model.tag[at] + chance(RUN_MOST);
	while (want < most && at + want < model.head && !lapped(at + want) &&
	       model.fate[at + want] == COMMITTED && model.tag[at + want] <= until)
		want++;
	if (want > words_left / MCW_RECORD_WORDS) {
		want = words_left / MCW_RECORD_WORDS;
		faults = true;
	}
	uaccess_touch = has_word;
	if (mapped)
		got = run_mapped(&reader->cur, recs, most, until);
	else
		got = mcw_ring_copy_run(&reader->cur, (u64 *)recs, most, until, &fault);
	uaccess_touch = NULL;
	if (!expect_eq(got, want) || !expect_eq(fault, faults))
		return;
	expect_eq(mcw_cursor_pos(&reader->cur), model.base + at + got);
	for (i = 0; i < got; i++) {
		expect_record(model.id, model.base + at + i, &recs[i], __LINE__);
		check_lost(reader, &recs[i].head, model.tag[at + i]);
	}
	if (got)
		reader->jumped = false;
	total.runs += got > 1;
	total.faults += fault;
}

/* The worker frees all that it has read or passed. */
static void take(void)
{
	struct reader *worker = &readers[0];
	u64 count = chance(2 * EACH);

	while (count--)
		read_one(worker);
	model.taken = mcw_cursor_pos(&worker->cur) - model.base;
	mcw_ring_set_taken(model.id, mcw_cursor_pos(&worker->cur));
}

static void seek(struct reader *reader)
{
	u64 at = model.head;

	memset(reader, 0, sizeof(*reader));
	if (chance(2)) {
		if (chance(2))
			mcw_ring_seek_newest(model.id, &reader->cur);
		else
			seek_mapped(model.id, &reader->cur, true);
	} else {
		if (chance(2))
			mcw_ring_seek_oldest(model.id, &reader->cur);
		else
			seek_mapped(model.id, &reader->cur, false);
		at = at > EACH ? at - EACH : 0;
	}
	expect_eq(mcw_cursor_pos(&reader->cur), model.base + at);
	expect_eq(reader->cur.skips, at - records_between(0, at));
}

static void look_late(void)
{
	u64 at = model.head - 1 - chance(model.head < 3 * EACH ? model.head : 3 * EACH);
	u64 newest = model.record[at % EACH];
	struct mcw_record rec;
	enum mcw_look seen;

	if (model.fate[at] == SKIPPED)
		return; /* no reader passes these: it steps over them */
	seen = mcw_ring_get_late(model.id, model.base + at, &rec);
	if (newest == at) {
		expect_eq(seen, model.fate[at] == WRITING ? MCW_LOOK_BUSY : MCW_LOOK_GOT);
		if (seen == MCW_LOOK_GOT)
			expect_record(model.id, model.base + at, &rec, __LINE__);
	} else if (model.fate[newest] == COMMITTED) {
		expect_eq(seen, MCW_LOOK_OVERRUN);
	} else {
		expect(seen != MCW_LOOK_GOT); /* another producer is inside: both are right */
	}
}

static void begin(void)
{
	static const u64 bases[] = { 0, (1ULL << 32) - 3 * EACH, 1ULL << 61 };
	static const unsigned int limits[] = { 1, 2, 4, 12, MAX_INSIDE };
	u64 i;

	memset(&model, 0, sizeof(model));
	model.id = chance(MCW_LANES);
	model.keeps = model.id == MCW_LANE_SEVERE;
	model.limit = limits[chance(sizeof(limits) / sizeof(limits[0]))];
	model.base = bases[chance(sizeof(bases) / sizeof(bases[0]))];
	start(EACH);
	start_lane_at(model.id, model.base);
	if (model.base) {
		/* The lap already in the lane: positions and offers 0 to EACH - 1 of the model. */
		model.base -= EACH;
		model.head = EACH;
		model.taken = EACH;
		model.committed = EACH;
		model.offers = EACH;
		for (i = 0; i < EACH; i++) {
			model.fate[i] = COMMITTED;
			model.tag[i] = i;
			model.record[i] = i;
			model.used[i] = true;
		}
	}
	for (i = 0; i < READERS; i++)
		seek(&readers[i]);
	mcw_ring_seek_newest(model.id, &readers[0].cur);
	expect_eq(mcw_cursor_pos(&readers[0].cur), model.base + model.head);
}

/*
 * All producers finish and all records are read. What each reader read and lost adds up to all
 * records.
 */
static void end(void)
{
	struct mcw_lane_info info;
	unsigned int i;

	while (model.count_inside)
		commit_one(chance(model.count_inside));
	check_counts();
	mcw_ring_info(model.id, &info);
	expect_eq(info.head, info.committed + info.skipped);
	for (i = 0; i < READERS; i++) {
		struct reader *reader = &readers[i];
		const struct mcw_head *last = &reader->last;

		while (mcw_cursor_pos(&reader->cur) < info.head && !complaints)
			read_one(reader);
		if (!reader->has_last)
			continue;
		reader->lost += (info.head - last->pos - 1) - (info.skipped - last->skipped) +
				(info.refused + info.dropped - last->unplaced);
		expect_eq(reader->got + reader->lost, model.offers - reader->first_tag);
	}
	mcw_ring_exit();
}

static void history(void)
{
	/* Each history has its own frequencies of events. */
	u64 offers = 1 + chance(12);
	u64 commits = offers + 1 + chance(12);
	u64 reads = commits + chance(12);
	u64 takes = reads + (model.keeps ? 1 : chance(2));
	unsigned int i;

	for (i = 0; i < STEPS && !complaints; i++) {
		u64 what = chance(takes + 2);

		if (what < offers || (what < commits && !model.count_inside))
			offer();
		else if (what < commits)
			commit_one(chance(model.count_inside));
		else if (what < reads)
			(chance(2) ? read_one : read_run)(&readers[chance(READERS)]);
		else if (what < takes)
			take();
		else if (chance(60) == 0)
			seek(&readers[1 + chance(READERS - 1)]);
		else if (model.head)
			look_late();
		check_counts();
	}
}

static u64 environment(const char *name, u64 otherwise)
{
	const char *value = getenv(name);

	return value ? strtoull(value, NULL, 0) : otherwise;
}

static void histories(void)
{
	u64 first = environment("SEED", 1), i;
	u64 count = environment("HISTORIES", getenv("FULL") ? 3000 : 1000);

	for (i = 0; i < count && !complaints; i++) {
		seed = (first + i) * WORD_STEP;
		begin();
		history();
		end();
		total.refused += model.refused;
		total.dropped += model.dropped;
		total.skipped += model.skipped;
		total.overwritten += model.overwritten;
		if (complaints)
			dprintf(STDOUT_FILENO, "# to see it again: SEED=%llu HISTORIES=1\n",
				first + i);
	}
	dprintf(STDOUT_FILENO, "# SEED=%llu HISTORIES=%llu\n", first, count);
}

/* Histories without events would prove nothing. */
static void not_in_vain(void)
{
	dprintf(STDOUT_FILENO,
		"# got %llu, refused %llu, dropped %llu, skipped %llu, overwritten %llu, jumps %llu, runs %llu, faults %llu\n",
		total.got, total.refused, total.dropped, total.skipped, total.overwritten,
		total.jumps, total.runs, total.faults);
	expect(total.got && total.refused && total.dropped && total.skipped && total.overwritten &&
	       total.jumps && total.runs && total.faults);
}

int main(void)
{
	static const struct ring_case cases[] = {
		{ "random histories agree with the model", histories },
		{ "the histories held everything", not_in_vain },
	};

	return run_cases(cases, sizeof(cases) / sizeof(cases[0]));
}
