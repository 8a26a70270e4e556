/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The stepping test's scenarios to start from, its operations that may interrupt each other, its
 * counts, and its final checks.
 */
#ifndef _UNIT_RING_STEP_H
#define _UNIT_RING_STEP_H

#include "ring_check.h"
#include "ring_mapped.h"

#define LEVELS 3U
#define STAYS 2U
#define RUN_MOST 3U

enum op {
	PUT,
	LAP,
	STAY,
	GET,
	RUN,
	MAP_GET,
	MAP_RUN,
	MAP_JUMP,
	JUMP,
	LATE,
	TAKE,
	TAKE_ALL,
	COME_OUT
};

/*
 * A reader and what it has seen; owed is the number of records it could read at the start of a run.
 */
struct book {
	struct mcw_cursor cur;
	u64 got, missed, owed;
	enum mcw_look seen;
	struct mcw_record rec;
	unsigned int ran; /* records of the last run */
	struct mcw_record run[RUN_MOST];
};

/* The state of a lane when a run begins, and everything else that a run changes. */
struct state {
	u64 number[LEVELS], reserved[LEVELS], failed[LEVELS];
	u64 before; /* committed, refused and dropped before the runs */
	struct mcw_reservation stay[LEVELS][STAYS], stuck[EACH];
	unsigned int stays[LEVELS], stucks;
	struct book book[LEVELS], behind, worker;
	u64 late;
	enum mcw_look late_seen;
	struct mcw_record late_rec;
};

struct scenario {
	const char *name;
	unsigned int id;
	u64 origin;
	unsigned int stucks, puts; /* reserved and never committed; then the committed ones */
	u64 taken; /* below the origin of the severe lane's positions plus this */
	unsigned int stride; /* for long operations: not at each instruction */
};

static const struct scenario scenarios[] = {
	{ "empty", MCW_LANE_OTHER, 0, 0, 0, 0, 1 },
	{ "full", MCW_LANE_OTHER, 1ULL << 32, 0, EACH + 5, 0, 1 },
	{ "a stuck slot ahead", MCW_LANE_OTHER, 1ULL << 61, 1, EACH - 1, 0, 1 },
	{ "three stuck slots ahead", MCW_LANE_NOTICE, 0, 3, 2 * EACH - 8, 0, 3 },
	{ "all slots stuck", MCW_LANE_OTHER, 0, EACH, 0, 0, 97 },
	{ "severe, one place left", MCW_LANE_SEVERE, 1ULL << 32, 0, EACH - 1, 0, 1 },
	{ "severe, none taken", MCW_LANE_SEVERE, 0, 0, EACH, 0, 1 },
	{ "severe, a stuck slot taken", MCW_LANE_SEVERE, 0, 1, EACH - 1, 3, 1 },
};

static const struct scenario *scenario;
static struct state now, first;
static struct mcw_lane first_lane;
static struct mcw_slot first_slots[EACH];

static volatile unsigned int level; /* depth of the interruption, or 0 */
static u64 books, books_off;

static void put_one(void)
{
	struct mcw_reservation res;
	unsigned int self = level;

	now.number[self]++;
	if (!mcw_ring_reserve(scenario->id, MCW_EVENT, &res)) {
		now.failed[self]++;
		return;
	}
	now.reserved[self]++;
	write_words(&res, scenario->id, (u64)self << 48 | now.number[self]);
	mcw_ring_commit(scenario->id, &res);
}

static void stay(void)
{
	unsigned int self = level;
	struct mcw_reservation *res = &now.stay[self][now.stays[self]];

	if (now.stays[self] == STAYS)
		return;
	now.number[self]++;
	if (!mcw_ring_reserve(scenario->id, MCW_EVENT, res)) {
		now.failed[self]++;
		return;
	}
	now.reserved[self]++;
	now.stays[self]++;
	write_words(res, scenario->id, (u64)self << 48 | now.number[self]);
}

static void come_out(void)
{
	while (now.stucks)
		mcw_ring_commit(scenario->id, &now.stuck[--now.stucks]);
}

/* Checks the result of a get; runs without stepping. */
static bool settle(struct book *book)
{
	switch (book->seen) {
	case MCW_LOOK_GOT:
		expect_record(scenario->id, mcw_cursor_pos(&book->cur) - 1, &book->rec, __LINE__);
		book->got++;
		return true;
	case MCW_LOOK_OVERRUN:
		expect(book != &now.worker || scenario->id != MCW_LANE_SEVERE);
		book->missed += mcw_ring_jump(&book->cur);
		return true;
	default:
		return false;
	}
}

/* Checks the result of a run, which stepped over its records and over nothing else. */
static void settle_run(struct book *book)
{
	unsigned int i;

	for (i = 0; i < book->ran; i++)
		expect_record(scenario->id, mcw_cursor_pos(&book->cur) - book->ran + i,
			      &book->run[i], __LINE__);
	book->got += book->ran;
}

static bool read_one(struct book *book)
{
	book->seen = mcw_ring_get(&book->cur, &book->rec);
	return settle(book);
}

static void take(void)
{
	while (read_one(&now.worker))
		;
	mcw_ring_set_taken(scenario->id, mcw_cursor_pos(&now.worker.cur));
}

/* Runs while stepping; check_op() checks the result later. */
static void do_op(enum op op)
{
	struct book *book = &now.book[level];
	unsigned int i;
	bool fault;

	switch (op) {
	case PUT:
		put_one();
		break;
	case LAP:
		for (i = 0; i < EACH + 2; i++)
			put_one();
		break;
	case STAY:
		stay();
		break;
	case GET:
		book->seen = mcw_ring_get(&book->cur, &book->rec);
		break;
	case RUN:
		book->ran =
			mcw_ring_copy_run(&book->cur, (u64 *)book->run, RUN_MOST, U64_MAX, &fault);
		break;
	case MAP_GET:
		book->seen = get_mapped(&book->cur, &book->rec);
		break;
	case MAP_RUN:
		book->ran = run_mapped(&book->cur, book->run, RUN_MOST, U64_MAX);
		break;
	case MAP_JUMP:
		now.behind.missed += jump_mapped(&now.behind.cur);
		break;
	case JUMP:
		now.behind.missed += mcw_ring_jump(&now.behind.cur);
		break;
	case LATE:
		now.late_seen = mcw_ring_get_late(scenario->id, now.late, &now.late_rec);
		break;
	case TAKE:
		now.worker.seen = mcw_ring_get(&now.worker.cur, &now.worker.rec);
		if (now.worker.seen == MCW_LOOK_GOT)
			mcw_ring_set_taken(scenario->id, mcw_cursor_pos(&now.worker.cur));
		break;
	case TAKE_ALL:
		take();
		break;
	case COME_OUT:
		come_out();
		break;
	}
}

static void check_op(enum op op)
{
	if (op == GET || op == MAP_GET)
		settle(&now.book[level]);
	if (op == RUN || op == MAP_RUN)
		settle_run(&now.book[level]);
	if (op == TAKE)
		settle(&now.worker);
	if (op == LATE && now.late_seen == MCW_LOOK_GOT)
		expect_record(scenario->id, now.late, &now.late_rec, __LINE__);
}

/* The scenario's lane before each run, kept for all runs. */
static void prepare(void)
{
	unsigned int i, id = scenario->id;
	struct mcw_lane_info info;

	memset(&now, 0, sizeof(now));
	start(EACH);
	start_lane_at(id, scenario->origin);
	mcw_ring_seek_newest(id, &now.behind.cur);
	mcw_ring_seek_newest(id, &now.worker.cur);
	now.late = scenario->origin;
	for (i = 0; i < scenario->stucks; i++) {
		expect(mcw_ring_reserve(id, MCW_EVENT, &now.stuck[i]));
		write_words(&now.stuck[i], id, i);
	}
	now.stucks = scenario->stucks;
	for (i = 0; i < scenario->puts; i++)
		expect(put(id, i));
	if (id == MCW_LANE_SEVERE && scenario->taken) {
		/* It passed the stuck producers, as a worker finally does, and read on. */
		while (mcw_cursor_pos(&now.worker.cur) < scenario->origin + scenario->taken)
			if (!read_one(&now.worker))
				mcw_ring_pass(&now.worker.cur);
		now.worker.got = 0;
		mcw_ring_set_taken(id, mcw_cursor_pos(&now.worker.cur));
	}
	for (i = 0; i < LEVELS; i++)
		mcw_ring_seek_oldest(id, &now.book[i].cur);
	mcw_ring_info(id, &info);
	now.before = info.committed + now.stucks;
	for (i = 0; i < LEVELS + 2; i++) {
		struct book *book = i < LEVELS	? &now.book[i] :
				    i == LEVELS ? &now.behind :
						  &now.worker;

		book->owed =
			(info.head - mcw_cursor_pos(&book->cur)) - (info.skipped - book->cur.skips);
	}
	first = now;
	first_lane = mcw_ring.lanes[id];
	memcpy(first_slots, mcw_ring.slots[id].slots, sizeof(first_slots));
}

static void restore(void)
{
	now = first;
	mcw_ring.lanes[scenario->id] = first_lane;
	memcpy(mcw_ring.slots[scenario->id].slots, first_slots, sizeof(first_slots));
}

static u64 sum(const u64 *of_levels)
{
	return of_levels[0] + of_levels[1] + of_levels[2];
}

static bool closes(struct book *book)
{
	while (read_one(book))
		;
	return expect_eq(book->seen, MCW_LOOK_EMPTY) &&
	       book->got + book->missed == book->owed + sum(now.reserved);
}

static void check_counts(void)
{
	struct mcw_lane_info info;
	u64 state, used = 0;
	unsigned int i;

	mcw_ring_info(scenario->id, &info);
	expect_eq(info.committed, now.before + sum(now.reserved));
	expect_eq(info.refused + info.dropped, sum(now.failed));
	expect_eq(info.head, info.committed + info.skipped);
	for (i = 0; i < EACH; i++) {
		state = atomic64_read(&mcw_ring.slots[scenario->id].slots[i].state);
		used += state != ((u64)i << 2 | 2);
		expect(!(state & 1));
	}
	expect_eq(info.overwritten, info.committed - used);
}

/* All producers finish and everything is read: no record may be missing or come twice. */
static void finish(void)
{
	unsigned int i;
	u64 until;

	for (level = 0; level < LEVELS; level++)
		while (now.stays[level])
			mcw_ring_commit(scenario->id, &now.stay[level][--now.stays[level]]);
	level = 0;
	come_out();
	check_counts();
	for (i = 0; i < LEVELS + 1; i++)
		books_off += !closes(i < LEVELS ? &now.book[i] : &now.behind);
	books += LEVELS + 1;
	take();
	/* A jump may count records as lost while skips are under way; the next jump corrects it. */
	until = now.reserved[0] + EACH + 9;
	while (now.reserved[0] < until && !complaints) {
		put_one();
		if (scenario->id == MCW_LANE_SEVERE)
			take();
	}
	check_counts();
	for (i = 0; i < LEVELS; i++)
		expect(closes(&now.book[i]));
	expect(closes(&now.behind));
	expect(closes(&now.worker));
	if (scenario->id == MCW_LANE_SEVERE)
		expect_eq(now.worker.missed, 0);
}

#endif /* _UNIT_RING_STEP_H */
