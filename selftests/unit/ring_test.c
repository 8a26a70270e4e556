// SPDX-License-Identifier: GPL-2.0
/* LINK: module/ring.c selftests/unit/kernel/vmalloc.c */
/* FLAGS: -Iselftests/unit/kernel */
/* The ring in one thread, case by case: every state and every count, exactly. */
#include "ring_check.h"

#include <linux/errno.h>
#include <linux/vmalloc.h>

#define LANE MCW_LANE_OTHER

static void good_sizes(void)
{
	unsigned int size;

	for (size = MCW_RING_MIN_RECORDS; size <= MCW_RING_MAX_RECORDS; size *= 2) {
		unsigned int sizes[MCW_LANES] = { EACH, EACH, EACH };

		sizes[size / 64 % MCW_LANES] = size;
		expect_eq(mcw_ring_init(sizes), 0);
		expect_eq(vmalloc_live, MCW_LANES);
		expect_eq(info_of(size / 64 % MCW_LANES).size, size);
		expect(put(LANE, 1));
		mcw_ring_exit();
		expect_eq(vmalloc_live, 0);
	}
}

static void bad_sizes(void)
{
	static const unsigned int bad[] = {
		0, 1, 32, 63, 65, 96, 1048575, 1048577, 1572864, 2097152, 0x80000000, 0xFFFFFFFF,
	};
	unsigned int i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]) * MCW_LANES; i++) {
		unsigned int sizes[MCW_LANES] = { EACH, EACH, EACH };

		sizes[i % MCW_LANES] = bad[i / MCW_LANES];
		expect_eq(mcw_ring_init(sizes), -EINVAL);
		expect_eq(vmalloc_live, 0);
	}
}

static void no_memory(void)
{
	const unsigned int sizes[MCW_LANES] = { EACH, EACH, EACH };
	long granted;

	for (granted = 0; granted < MCW_LANES; granted++) {
		vmalloc_granted = granted;
		expect_eq(mcw_ring_init(sizes), -ENOMEM);
		expect_eq(vmalloc_live, 0);
	}
	vmalloc_granted = -1;
	start(EACH); /* and again after the failures */
	expect(put(LANE, 1));
	mcw_ring_exit();
	mcw_ring_exit(); /* as after an init that failed early */
	expect_eq(vmalloc_live, 0);
}

static void layout(void)
{
	start(EACH);
	expect_eq(sizeof(struct mcw_slot), 256);
	expect_eq((unsigned long)mcw_lanes[LANE].slots % 256, 0);
	expect_eq(atomic64_read(&mcw_lanes[MCW_LANE_SEVERE].limit), EACH);
	expect_eq((u64)atomic64_read(&mcw_lanes[MCW_LANE_OTHER].limit), U64_MAX);
	expect_eq((u64)atomic64_read(&mcw_lanes[MCW_LANE_NOTICE].limit), U64_MAX);
	mcw_ring_exit();
}

/* The ring writes pos, refused, skipped, type and lane; bytes that nobody writes are 0. */
static void heads(void)
{
	struct mcw_reservation stuck, res;
	struct mcw_cursor cur;
	struct mcw_record rec;
	unsigned int id, i;

	start(EACH);
	for (id = 0; id < MCW_LANES; id++) {
		mcw_ring_seek_newest(id, &cur);
		expect(mcw_ring_reserve(id, 0xA0 + id, &res));
		mcw_ring_commit(id, &res);
		expect_eq(mcw_ring_get(&cur, &rec), MCW_LOOK_GOT);
		expect_eq(rec.head.pos, 0);
		expect_eq(rec.head.unplaced | rec.head.skipped, 0);
		expect_eq(rec.head.type, 0xA0 + id);
		expect_eq(rec.head.lane, id);
		expect_eq(rec.head.mono_ns | rec.head.wall_ns, 0);
		for (i = 0; i < sizeof(rec.body) / sizeof(rec.body[0]); i++)
			expect_eq(rec.body[i], 0);
	}
	/* Losses of a lane are in the heads from the first event on, in each lane. */
	mcw_ring_exit();
	start(EACH);
	for (id = 0; id < MCW_LANES; id++) {
		mcw_ring_seek_newest(id, &cur);
		put_many(id, 1);
		expect_get(&cur, 0);
	}
	put_many(MCW_LANE_SEVERE, EACH - 2);
	stuck = reserve(MCW_LANE_SEVERE); /* at EACH - 1 */
	for (i = 0; i < 5; i++)
		expect(!put(MCW_LANE_SEVERE, 0));
	mcw_ring_set_taken(MCW_LANE_SEVERE, EACH);
	put_many(MCW_LANE_SEVERE, EACH - 1);
	expect(!put(MCW_LANE_SEVERE, 0)); /* passes the stuck one, and meets the end */
	cur = cursor_at(MCW_LANE_SEVERE, 2 * EACH);
	expect_eq(mcw_ring_get(&cur, &rec), MCW_LOOK_EMPTY);
	mcw_ring_set_taken(MCW_LANE_SEVERE, 2 * EACH);
	put_many(MCW_LANE_SEVERE, 1);
	expect_eq(mcw_ring_get(&cur, &rec), MCW_LOOK_GOT);
	expect_eq(rec.head.pos, 2 * EACH);
	expect_eq(rec.head.unplaced, 6);
	expect_eq(rec.head.skipped, 1);
	commit(MCW_LANE_SEVERE, &stuck, 0);
	mcw_ring_exit();
}

static void states(u64 origin)
{
	u64 pos = start_at(LANE, origin);
	struct mcw_reservation first, second;
	struct mcw_cursor cur, other;

	mcw_ring_seek_newest(LANE, &cur);
	expect_eq(mcw_cursor_pos(&cur), pos);
	expect_no_get(&cur, MCW_LOOK_EMPTY);
	first = reserve(LANE);
	second = reserve(LANE);
	expect_eq(first.pos, pos);
	expect_eq(second.pos, pos + 1);
	expect_no_get(&cur, MCW_LOOK_BUSY);
	commit(LANE, &second, 2);
	expect_no_get(&cur, MCW_LOOK_BUSY);
	other = cur;
	mcw_ring_pass(&other);
	expect_get(&other, pos + 1);
	expect_no_get(&other, MCW_LOOK_EMPTY);
	commit(LANE, &first, 1);
	expect_eq(mcw_ring_look(&cur), MCW_LOOK_GOT);
	expect_get(&cur, pos);
	expect_get(&cur, pos + 1);
	expect_no_get(&cur, MCW_LOOK_EMPTY);
	other = cur;
	put_many(LANE, EACH);
	expect_eq(mcw_ring_look(&other), MCW_LOOK_GOT);
	first = reserve(LANE);
	expect_no_get(&cur, MCW_LOOK_OVERRUN);
	commit(LANE, &first, 3);
	expect_no_get(&cur, MCW_LOOK_OVERRUN);
	mcw_ring_exit();
}

static void laps(u64 origin)
{
	u64 pos = start_at(LANE, origin), i;
	struct mcw_cursor near, far;
	struct mcw_lane_info info;

	mcw_ring_seek_newest(LANE, &near);
	for (i = 0; i < 20 * EACH + 7; i++) {
		expect(put(LANE, i));
		expect_get(&near, pos + i);
		expect_no_get(&near, MCW_LOOK_EMPTY);
		if (i < EACH)
			continue;
		far = cursor_at(LANE, pos + i - EACH);
		expect_no_get(&far, MCW_LOOK_OVERRUN);
		expect_eq(mcw_ring_jump(&far), 1);
		expect_get(&far, pos + i + 1 - EACH);
	}
	info = info_of(LANE);
	expect_eq(info.size, EACH);
	expect_eq(info.head, pos + i);
	expect_eq(info.committed, pos + i);
	expect_eq(info.overwritten, pos + i - EACH);
	expect_eq(info.refused | info.dropped | info.skipped, 0);
	mcw_ring_exit();
}

static void severe_keeps(u64 origin)
{
	const unsigned int id = MCW_LANE_SEVERE;
	u64 pos = start_at(id, origin), i;
	struct mcw_cursor worker;
	struct mcw_lane_info info;

	mcw_ring_seek_newest(id, &worker);
	put_many(id, EACH);
	for (i = 0; i < 10; i++)
		expect(!put(id, 0));
	for (i = 0; i < EACH; i++) {
		expect_get(&worker, pos + i);
		expect(!put(id, 0)); /* got is not taken */
		mcw_ring_set_taken(id, mcw_cursor_pos(&worker));
		expect(put(id, 1));
		expect(!put(id, 0));
	}
	info = info_of(id);
	expect_eq(info.head, pos + 2 * EACH);
	expect_eq(info.taken, pos + EACH);
	expect_eq(info.committed, pos + 2 * EACH);
	expect_eq(info.refused, 10 + 2 * EACH);
	expect_eq(info.dropped | info.skipped, 0);
	expect_eq(info.overwritten, pos + EACH);
	mcw_ring_exit();
}

static void seeks(u64 origin)
{
	u64 pos = start_at(LANE, origin), oldest = origin ? pos - EACH : 0, i;
	struct mcw_cursor cur;

	mcw_ring_seek_newest(LANE, &cur);
	expect_eq(mcw_cursor_pos(&cur), pos);
	mcw_ring_seek_oldest(LANE, &cur);
	expect_eq(mcw_cursor_pos(&cur), oldest);
	for (i = 0; i < 3 * EACH; i++) {
		put_many(LANE, 1);
		mcw_ring_seek_newest(LANE, &cur);
		expect_eq(mcw_cursor_pos(&cur), pos + i + 1);
		expect_no_get(&cur, MCW_LOOK_EMPTY);
		mcw_ring_seek_oldest(LANE, &cur);
		oldest = pos + i + 1 > EACH ? pos + i + 1 - EACH : 0;
		expect_eq(mcw_cursor_pos(&cur), oldest);
		expect_get(&cur, oldest);
	}
	mcw_ring_exit();
}

/* A producer stops between its reservation and moving head: all others go on. */
static void head_lags(u64 origin)
{
	u64 pos = start_at(LANE, origin);
	struct mcw_reservation first = reserve(LANE), second = reserve(LANE);
	struct mcw_cursor cur = cursor_at(LANE, pos);

	atomic64_set(&mcw_lanes[LANE].head, pos);
	expect_eq(info_of(LANE).head, pos + 2);
	expect_no_get(&cur, MCW_LOOK_BUSY);
	mcw_ring_seek_newest(LANE, &cur);
	expect_eq(mcw_cursor_pos(&cur), pos + 2);
	expect(put(LANE, 1));
	expect_eq(atomic64_read(&mcw_lanes[LANE].head), pos + 3);
	expect_get(&cur, pos + 2);
	commit(LANE, &first, 1);
	commit(LANE, &second, 1);
	mcw_ring_exit();
}

AT_EACH_ORIGIN(states)
AT_EACH_ORIGIN(laps)
AT_EACH_ORIGIN(severe_keeps)
AT_EACH_ORIGIN(seeks)
AT_EACH_ORIGIN(head_lags)

int main(void)
{
	static const struct ring_case cases[] = {
		{ "every size from 64 to 1048576", good_sizes },
		{ "bad sizes are refused and leak nothing", bad_sizes },
		{ "no memory is refused and leaks nothing", no_memory },
		{ "layout of slots and lanes", layout },
		{ "heads of records", heads },
		{ "empty, pending, got, overrun", states_everywhere },
		{ "twenty laps", laps_everywhere },
		{ "the severe lane refuses what is not taken", severe_keeps_everywhere },
		{ "seeks", seeks_everywhere },
		{ "head lags behind", head_lags_everywhere },
	};

	return run_cases(cases, sizeof(cases) / sizeof(cases[0]));
}
