// SPDX-License-Identifier: GPL-2.0
/* LINK: module/ring.c module/ring_read.c selftests/unit/kernel/vmalloc.c */
/* FLAGS: -Iselftests/unit/kernel */
/*
 * The ring in one thread: sizes, memory, layout, heads, and what random histories do not reach.
 * Those are in ring_history_test.c; they cover states, laps, seeks, jumps and a full severe lane.
 */
#include "ring_check.h"

#include <linux/errno.h>
#include <linux/vmalloc.h>

#define LANE MCW_LANE_OTHER

/* A cursor whose reader is at @pos. */
static struct mcw_cursor cursor_at(unsigned int id, u64 pos)
{
	const struct mcw_lane *lane = &mcw_ring.lanes[id];

	return (struct mcw_cursor){ .lane = lane, .awaited = (pos + lane->size) << 2 | 2 };
}

/* The first positions of lanes: 0, near 32 bits, and far beyond. */
static const u64 origins[] = { 0, 1ULL << 32, 1ULL << 61 };

/* Starts half a lap before @origin if possible, so that the lane passes @origin. */
static u64 start_at(unsigned int id, u64 origin)
{
	u64 pos = origin ? origin - EACH / 2 : 0;

	start(EACH);
	start_lane_at(id, pos);
	return pos;
}

static struct mcw_lane_info info_of(unsigned int id)
{
	struct mcw_lane_info info;

	mcw_ring_info(id, &info);
	return info;
}

static void put_many(unsigned int id, u64 count)
{
	while (count--)
		expect(put(id, count));
}

static struct mcw_reservation reserve(unsigned int id)
{
	struct mcw_reservation res = { NULL, 0 };

	expect(mcw_ring_reserve(id, MCW_EVENT, &res));
	return res;
}

static void commit(unsigned int id, const struct mcw_reservation *res, u64 tag)
{
	write_words(res, id, tag);
	mcw_ring_commit(id, res);
}

static void expect_get_at(struct mcw_cursor *cur, u64 at, int line)
{
	struct mcw_record rec;
	enum mcw_look seen = mcw_ring_get(cur, &rec);

	if (expect_at(seen == MCW_LOOK_GOT, "a record to get", line, at, seen))
		expect_record(cur->lane - mcw_ring.lanes, at, &rec, line);
}

static void expect_no_get_at(struct mcw_cursor *cur, enum mcw_look why, int line)
{
	enum mcw_look seen = mcw_ring_look(cur);
	struct mcw_record rec;

	expect_at(seen == why, "look", line, seen, why);
	seen = mcw_ring_get(cur, &rec);
	expect_at(seen == why, "get", line, seen, why);
}

#define expect_get(cur, at) expect_get_at(cur, at, __LINE__)
#define expect_no_get(cur, why) expect_no_get_at(cur, why, __LINE__)

#define AT_EACH_ORIGIN(name) \
	static void name##_everywhere(void) \
	{ \
		unsigned int i; \
\
		for (i = 0; i < sizeof(origins) / sizeof(origins[0]); i++) \
			name(origins[i]); \
	}

static void good_sizes(void)
{
	unsigned int size;

	for (size = MCW_RING_MIN_RECORDS; size <= MCW_RING_MAX_RECORDS; size *= 2) {
		unsigned int sizes[MCW_LANES] = { [0 ... MCW_LANES - 1] = EACH };

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
		unsigned int sizes[MCW_LANES] = { [0 ... MCW_LANES - 1] = EACH };

		sizes[i % MCW_LANES] = bad[i / MCW_LANES];
		expect_eq(mcw_ring_init(sizes), -EINVAL);
		expect_eq(vmalloc_live, 0);
	}
}

static void no_memory(void)
{
	const unsigned int sizes[MCW_LANES] = { [0 ... MCW_LANES - 1] = EACH };
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
	expect_eq((unsigned long)mcw_ring.slots[LANE].slots % 256, 0);
	expect_eq(atomic64_read(&mcw_ring.lanes[MCW_LANE_SEVERE].limit), EACH);
	expect_eq((u64)atomic64_read(&mcw_ring.lanes[MCW_LANE_OTHER].limit), U64_MAX);
	expect_eq((u64)atomic64_read(&mcw_ring.lanes[MCW_LANE_NOTICE].limit), U64_MAX);
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

/* A producer stops between its reservation and moving head: all others go on. */
static void head_lags(u64 origin)
{
	u64 pos = start_at(LANE, origin);
	struct mcw_reservation first = reserve(LANE), second = reserve(LANE);
	struct mcw_cursor cur = cursor_at(LANE, pos);

	atomic64_set(&mcw_ring.lanes[LANE].head, pos);
	expect_eq(info_of(LANE).head, pos + 2);
	expect_no_get(&cur, MCW_LOOK_BUSY);
	mcw_ring_seek_newest(LANE, &cur);
	expect_eq(mcw_cursor_pos(&cur), pos + 2);
	expect(put(LANE, 1));
	expect_eq(atomic64_read(&mcw_ring.lanes[LANE].head), pos + 3);
	expect_get(&cur, pos + 2);
	commit(LANE, &first, 1);
	commit(LANE, &second, 1);
	mcw_ring_exit();
}

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

AT_EACH_ORIGIN(head_lags)
AT_EACH_ORIGIN(stuck_writer)

int main(void)
{
	static const struct ring_case cases[] = {
		{ "every size from 64 to 1048576", good_sizes },
		{ "bad sizes are refused and leak nothing", bad_sizes },
		{ "no memory is refused and leaks nothing", no_memory },
		{ "layout of slots and lanes", layout },
		{ "heads of records", heads },
		{ "head lags behind", head_lags_everywhere },
		{ "a stuck writer is passed once a lap", stuck_writer_everywhere },
	};

	return run_cases(cases, sizeof(cases) / sizeof(cases[0]));
}
