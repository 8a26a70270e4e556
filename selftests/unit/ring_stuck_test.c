// SPDX-License-Identifier: GPL-2.0
/* LINK: module/ring.c selftests/unit/kernel/vmalloc.c */
/* FLAGS: -Iselftests/unit/kernel */
/* The ring with producers that stay inside and readers that fall behind; all counts are exact. */
#include "ring_check.h"

#define LANE MCW_LANE_OTHER
#define MARGIN (EACH / 8)
#define MAX_PASSES 64U

/* One position stays reserved and its slot is passed on every later lap; then the record comes. */
static void stuck_writer(u64 origin)
{
	u64 pos = start_at(LANE, origin), at;
	struct mcw_reservation stuck, next;
	struct mcw_cursor cur;
	struct mcw_record rec;
	unsigned int lap;

	stuck = reserve(LANE);
	expect_eq(mcw_ring_get_late(LANE, pos, &rec), MCW_LOOK_BUSY);
	for (lap = 1; lap < 5; lap++) {
		at = pos + lap * EACH;
		put_many(LANE, at - info_of(LANE).head);
		expect_eq(info_of(LANE).skipped, lap - 1);
		put_many(LANE, 1);
		expect_eq(info_of(LANE).skipped, lap);
		expect_eq(info_of(LANE).head, at + 2);
		cur = cursor_at(LANE, at - EACH);
		expect_no_get(&cur, MCW_LOOK_OVERRUN);
		cur = cursor_at(LANE, at - 1);
		cur.skips = lap - 1;
		expect_get(&cur, at - 1);
		expect_get(&cur, at + 1); /* over the passed one */
		expect_eq(cur.skips, lap);
		expect_eq(mcw_ring_get_late(LANE, pos, &rec), MCW_LOOK_BUSY);
	}
	expect_eq(info_of(LANE).committed, info_of(LANE).head - lap);
	/* It is committed and counted; only a reader that looks again finds it. */
	commit(LANE, &stuck, 77);
	expect_eq(info_of(LANE).committed, info_of(LANE).head - lap + 1);
	expect_eq(mcw_ring_get_late(LANE, pos, &rec), MCW_LOOK_GOT);
	expect_record(LANE, pos, &rec, __LINE__);
	expect_eq(rec.head.mono_ns, 77);
	expect_eq(mcw_ring_get_late(LANE, at, &rec), MCW_LOOK_OVERRUN);
	cur = cursor_at(LANE, at);
	cur.skips = lap - 2;
	expect_get(&cur, at + 1);
	expect_eq(cur.skips, lap - 1);

	/* It is overwritten like any other record. */
	put_many(LANE, EACH - 2);
	expect_eq(info_of(LANE).overwritten, info_of(LANE).committed - EACH);
	next = reserve(LANE);
	expect_eq(next.pos, at + EACH);
	expect_eq(info_of(LANE).overwritten, info_of(LANE).committed - EACH + 1);
	expect_eq(mcw_ring_get_late(LANE, pos, &rec), MCW_LOOK_OVERRUN);
	/* The same if the next producer stays inside too, and is passed in its turn. */
	put_many(LANE, EACH);
	expect_eq(info_of(LANE).skipped, lap);
	expect_eq(mcw_ring_get_late(LANE, pos, &rec), MCW_LOOK_OVERRUN);
	expect_eq(mcw_ring_get_late(LANE, next.pos, &rec), MCW_LOOK_BUSY);
	commit(LANE, &next, 1);
	expect_eq(mcw_ring_get_late(LANE, pos, &rec), MCW_LOOK_OVERRUN);
	expect_eq(mcw_ring_get_late(LANE, next.pos, &rec), MCW_LOOK_GOT);
	expect_eq(info_of(LANE).skipped, lap);
	mcw_ring_exit();
}

/* A passed position whose record comes late is still there if nobody overwrote it. */
static void late_on_time(u64 origin)
{
	u64 pos = start_at(MCW_LANE_SEVERE, origin);
	struct mcw_reservation stuck;
	struct mcw_cursor cur;
	struct mcw_record rec;

	mcw_ring_seek_newest(MCW_LANE_SEVERE, &cur);
	stuck = reserve(MCW_LANE_SEVERE);
	put_many(MCW_LANE_SEVERE, 3);
	expect_no_get(&cur, MCW_LOOK_BUSY);
	mcw_ring_pass(&cur);
	expect_get(&cur, pos + 1);
	expect_eq(mcw_ring_get_late(MCW_LANE_SEVERE, pos, &rec), MCW_LOOK_BUSY);
	commit(MCW_LANE_SEVERE, &stuck, 5);
	expect_eq(mcw_ring_get_late(MCW_LANE_SEVERE, pos, &rec), MCW_LOOK_GOT);
	expect_record(MCW_LANE_SEVERE, pos, &rec, __LINE__);
	expect_eq(info_of(MCW_LANE_SEVERE).skipped, 0);
	mcw_ring_exit();
}

/* No slot is free: each offer passes MAX_PASSES slots, is dropped and counted. */
static void all_stuck(u64 origin)
{
	u64 pos = start_at(LANE, origin);
	struct mcw_reservation stuck[EACH];
	struct mcw_lane_info info;
	struct mcw_record rec;
	unsigned int i;

	for (i = 0; i < EACH; i++)
		stuck[i] = reserve(LANE);
	for (i = 1; i <= 3; i++) {
		expect(!put(LANE, 0));
		info = info_of(LANE);
		expect_eq(info.dropped, i);
		expect_eq(info.skipped, i * MAX_PASSES);
		expect_eq(info.head, pos + EACH + i * MAX_PASSES);
		expect_eq(info.committed, pos);
		expect_eq(info.overwritten, pos);
	}
	commit(LANE, &stuck[MAX_PASSES - 1], 1); /* the last slot that an offer tries */
	expect(put(LANE, 2));
	info = info_of(LANE);
	expect_eq(info.dropped, 3);
	expect_eq(info.skipped, 4 * MAX_PASSES - 1);
	expect_eq(info.overwritten, pos + 1);
	expect_eq(mcw_ring_get_late(LANE, pos + 5 * EACH - 1, &rec), MCW_LOOK_GOT);
	expect_eq(rec.head.unplaced, 3);
	expect_eq(rec.head.skipped, 4 * MAX_PASSES - 1);
	for (i = 0; i < EACH - 1; i++)
		commit(LANE, &stuck[i], i);
	info = info_of(LANE);
	expect_eq(info.head, info.committed + info.skipped);
	expect(put(LANE, 3));
	mcw_ring_exit();
}

/* A bigger lane with more stuck slots in a row than one offer passes. */
static void stuck_run(u64 origin)
{
	struct mcw_reservation stuck[MAX_PASSES + 1];
	struct mcw_lane_info info;
	unsigned int i;

	start(2 * EACH);
	start_lane_at(LANE, origin);
	for (i = 0; i <= MAX_PASSES; i++)
		stuck[i] = reserve(LANE);
	put_many(LANE, 2 * EACH - MAX_PASSES - 1);
	expect(!put(LANE, 0));
	expect(put(LANE, 1)); /* the next offer goes on where that one stopped */
	info = info_of(LANE);
	expect_eq(info.head, origin + 2 * EACH + MAX_PASSES + 2);
	expect_eq(info.dropped, 1);
	expect_eq(info.skipped, MAX_PASSES + 1);
	for (i = 0; i <= MAX_PASSES; i++)
		commit(LANE, &stuck[i], i);
	mcw_ring_exit();
}

/* Stuck slots do not make a lane that keeps records overwrite untaken ones. */
static void severe_stuck(u64 origin)
{
	const unsigned int id = MCW_LANE_SEVERE;
	u64 pos = start_at(id, origin);
	struct mcw_reservation stuck = reserve(id);
	struct mcw_lane_info info;

	put_many(id, EACH - 1);
	expect(!put(id, 0));
	expect_eq(info_of(id).skipped, 0);
	mcw_ring_set_taken(id, pos + 1);
	expect(!put(id, 0)); /* passes the only slot that is taken */
	info = info_of(id);
	expect_eq(info.skipped, 1);
	expect_eq(info.refused, 2);
	expect_eq(info.head, pos + EACH + 1);
	expect_eq(info.dropped, 0);
	mcw_ring_set_taken(id, pos + 2);
	expect(put(id, 1));
	commit(id, &stuck, 2);
	mcw_ring_exit();
}

/* Jumps: to the oldest, with exact counts; the second in a row leaves a margin. */
static void jumps(u64 origin)
{
	u64 pos = start_at(LANE, origin);
	struct mcw_reservation stuck[2];
	struct mcw_cursor cur;

	mcw_ring_seek_newest(LANE, &cur);
	put_many(LANE, EACH + 10);
	expect_eq(mcw_ring_jump(&cur), 10);
	expect_eq(mcw_cursor_pos(&cur), pos + 10);
	put_many(LANE, 5);
	expect_no_get(&cur, MCW_LOOK_OVERRUN);
	expect_eq(mcw_ring_jump(&cur), 5 + MARGIN);
	expect_eq(mcw_cursor_pos(&cur), pos + 15 + MARGIN);
	expect_get(&cur, pos + 15 + MARGIN);
	put_many(LANE, MARGIN + 4); /* it has read since, so there is no margin */
	expect_eq(mcw_ring_jump(&cur), 3);
	expect_eq(mcw_cursor_pos(&cur), pos + 19 + MARGIN);

	/* Two stuck slots, passed on three laps: six positions without a record. */
	mcw_ring_seek_newest(LANE, &cur);
	stuck[0] = reserve(LANE);
	put_many(LANE, 1);
	stuck[1] = reserve(LANE);
	pos = mcw_cursor_pos(&cur);
	put_many(LANE, 3 * (EACH - 2) + 10);
	expect_eq(info_of(LANE).skipped, 6);
	expect_eq(info_of(LANE).head, pos + 3 * EACH + 13);
	expect_eq(mcw_ring_jump(&cur), 2 * EACH + 13 - 4);
	expect_eq(cur.skips, 4);
	mcw_ring_seek_oldest(LANE, &cur);
	expect_eq(cur.skips, 4);
	expect_get(&cur, pos + 2 * EACH + 13);
	cur = cursor_at(LANE, pos + 3 * EACH - 1);
	cur.skips = 4;
	expect_get(&cur, pos + 3 * EACH - 1);
	expect_get(&cur, pos + 3 * EACH + 1);
	expect_get(&cur, pos + 3 * EACH + 3);
	expect_eq(cur.skips, 6);
	mcw_ring_seek_newest(LANE, &cur);
	expect_eq(cur.skips, 6);
	commit(LANE, &stuck[0], 0);
	commit(LANE, &stuck[1], 0);
	mcw_ring_exit();
}

AT_EACH_ORIGIN(stuck_writer)
AT_EACH_ORIGIN(late_on_time)
AT_EACH_ORIGIN(all_stuck)
AT_EACH_ORIGIN(stuck_run)
AT_EACH_ORIGIN(severe_stuck)
AT_EACH_ORIGIN(jumps)

int main(void)
{
	static const struct ring_case cases[] = {
		{ "a stuck writer is passed once a lap", stuck_writer_everywhere },
		{ "a late record is found", late_on_time_everywhere },
		{ "all slots stuck: dropped", all_stuck_everywhere },
		{ "more stuck slots in a row than are passed", stuck_run_everywhere },
		{ "a stuck writer in the severe lane", severe_stuck_everywhere },
		{ "jumps count exactly", jumps_everywhere },
	};

	return run_cases(cases, sizeof(cases) / sizeof(cases[0]));
}
