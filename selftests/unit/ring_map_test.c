// SPDX-License-Identifier: GPL-2.0
/* LINK: module/reader.c module/ring.c module/ring_read.c module/ring_user.c */
/* LINK: selftests/unit/kernel/vmalloc.c selftests/unit/kernel/uaccess.c */
/* FLAGS: -Iselftests/unit/kernel */
/*
 * The reader of a mapping gets the same records in the same order as read(), and is told the same
 * losses, whatever producers do. SEED and HISTORIES in the environment change the histories.
 */
#include <uapi/mcewarden_ring.h>

#include <linux/uio.h>
#include <mcewarden/reader.h>
#include <mcewarden/unread.h>
#include <stdlib.h>

#include "ring_check.h"

#define STEPS 400U
#define MOST 90U
#define MAX_INSIDE 6U

unsigned long jiffies;
struct mcw_unread_mark mcw_unread_marks[MCW_LANES];

/* The counts of what nobody has read are tested in a machine: cases/losses.py. */
void mcw_unread_account(unsigned int id)
{
	(void)id;
}

void mcw_unread_overrun(unsigned int id, u64 missed)
{
	(void)id;
	(void)missed;
}

static struct mcw_reader reader;
static struct mcw_map_reader map;
static struct mcw_reservation inside[MAX_INSIDE];
static unsigned int inside_lane[MAX_INSIDE], count_inside;
static u64 seed, now_ns, total_got, total_missed, total_merged;

static u64 chance(u64 below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (seed >> 11) % below;
}

/* As mcw_map_open(), but each lane is where the test has it. */
static void map_lanes(void)
{
	unsigned int id;

	memset(&map, 0, sizeof(map));
	for (id = 0; id < MCW_LANES; id++) {
		map.cur[id].lane = (const struct mcw_map_lane *)&mcw_ring.lanes[id];
		map.cur[id].slots = (const __u64 *)mcw_ring.slots[id].slots;
		mcw_map_seek(&map.cur[id], 0);
	}
}

static void begin(void)
{
	static const u64 origins[] = { 0, (1ULL << 32) - 20, 1ULL << 61 };
	unsigned int id;

	memset(&reader, 0, sizeof(reader));
	count_inside = 0;
	now_ns = EACH;
	start(EACH);
	for (id = 0; id < MCW_LANES; id++)
		start_lane_at(id, origins[chance(3)]);
	mcw_reader_seek(&reader, false);
	map_lanes();
}

/* Time goes on, or stands still. */
static void offer(void)
{
	unsigned int id = chance(MCW_LANES);
	struct mcw_reservation res;

	now_ns += chance(3);
	if (!mcw_ring_reserve(id, MCW_EVENT, &res))
		return;
	write_words(&res, id, now_ns);
	if (count_inside < MAX_INSIDE && !chance(30)) {
		inside_lane[count_inside] = id;
		inside[count_inside++] = res;
		return;
	}
	mcw_ring_commit(id, &res);
}

static void commit_one(void)
{
	if (count_inside--)
		mcw_ring_commit(inside_lane[count_inside], &inside[count_inside]);
	else
		count_inside = 0;
}

/* Returns whether there was anything. */
static bool read_both(void)
{
	struct mcw_record recs[MOST], mapped[MOST];
	unsigned int most = 1 + chance(MOST), id;
	struct iovec piece = { recs, most * sizeof(*recs) };
	struct iov_iter iter = { .segment = &piece, .count = piece.iov_len };
	bool busy;
	ssize_t got = mcw_reader_read(&reader, &iter, &busy);
	int same = mcw_map_read(&map, mapped, most);

	expect_eq(same, got > 0 ? got / MCW_RECORD_BYTES : got);
	if (got == -EPIPE)
		for (id = 0; id < MCW_LANES; id++) {
			expect_eq(map.missed[id], reader.said.lane[id]);
			total_missed += map.missed[id];
		}
	if (got > 0) {
		expect(!memcmp(recs, mapped, got));
		total_got += same;
		for (id = 1; id < (unsigned int)same; id++)
			total_merged += recs[id - 1].head.lane != recs[id].head.lane;
	}
	for (id = 0; id < MCW_LANES; id++) {
		expect_eq(mcw_map_pos(&map.cur[id]), mcw_cursor_pos(&reader.lanes[id].cur));
		expect_eq(map.cur[id].skips, reader.lanes[id].cur.skips);
	}
	return got;
}

static void history(void)
{
	u64 reads = 20 + chance(180);
	unsigned int i;

	begin();
	for (i = 0; i < STEPS && !complaints; i++) {
		u64 what = chance(200);

		if (what < reads)
			offer();
		else if (what % 3)
			commit_one();
		else
			read_both();
		if (!chance(50))
			mcw_ring_set_taken(MCW_LANE_SEVERE,
					   atomic64_read(&mcw_ring.lanes[MCW_LANE_SEVERE].head));
	}
	while (count_inside)
		commit_one();
	while (read_both() && !complaints)
		;
	mcw_ring_exit();
}

static void histories(void)
{
	u64 first = getenv("SEED") ? strtoull(getenv("SEED"), NULL, 0) : 1, i;
	u64 count = getenv("HISTORIES") ? strtoull(getenv("HISTORIES"), NULL, 0) : 2000;

	for (i = 0; i < count && !complaints; i++) {
		seed = (first + i) * WORD_STEP;
		history();
		if (complaints)
			dprintf(STDOUT_FILENO, "# to see it again: SEED=%llu HISTORIES=1\n",
				first + i);
	}
	dprintf(STDOUT_FILENO, "# got %llu, missed %llu, merged %llu\n", total_got, total_missed,
		total_merged);
	expect(total_got && total_missed && total_merged);
}

/* The reader of a mapping goes past a producer that stays inside, by its own clock. */
static void stuck(void)
{
	struct mcw_reservation res;
	struct mcw_record rec;

	begin();
	while (mcw_map_read(&map, &rec, 1))
		;
	expect(mcw_ring_reserve(MCW_LANE_OTHER, MCW_EVENT, &res));
	put(MCW_LANE_OTHER, 7);
	expect_eq(mcw_map_read(&map, &rec, 1), 0);
	expect(map.busy_since_ns[MCW_LANE_OTHER] != 0);
	map.busy_since_ns[MCW_LANE_OTHER] -= MCW_MAP_STUCK_NS;
	expect_eq(mcw_map_read(&map, &rec, 1), 1);
	expect_record(MCW_LANE_OTHER, res.pos + 1, &rec, __LINE__);
	expect_eq(map.busy_since_ns[MCW_LANE_OTHER], 0);
	mcw_ring_commit(MCW_LANE_OTHER, &res);
	mcw_ring_exit();
}

/* What a mapping's reader tells moves the file's reader, no further than there are records. */
static void tells(void)
{
	struct mcw_positions below = {};
	unsigned int i;

	memset(mcw_unread_marks, 0, sizeof(mcw_unread_marks));
	memset(&reader, 0, sizeof(reader));
	start(EACH);
	mcw_reader_seek(&reader, false);
	for (i = 0; i < 5; i++)
		put(MCW_LANE_OTHER, i + 1);
	expect(mcw_reader_look(&reader).record);
	below.lane[MCW_LANE_OTHER] = 5;
	mcw_reader_read_to(&reader, &below);
	expect(!mcw_reader_look(&reader).record);
	expect_eq(atomic64_read(&mcw_unread_marks[MCW_LANE_OTHER].below), 5);
	below.lane[MCW_LANE_OTHER] = U64_MAX;
	mcw_reader_read_to(&reader, &below);
	expect_eq(atomic64_read(&mcw_unread_marks[MCW_LANE_OTHER].below), 5);
	put(MCW_LANE_OTHER, 6);
	expect(mcw_reader_look(&reader).record);
	for (i = 0; i < 2 * EACH; i++)
		put(MCW_LANE_OTHER, 10 + i);
	below.lane[MCW_LANE_OTHER] = 6;
	mcw_reader_read_to(&reader, &below);
	expect(mcw_reader_look(&reader).record);
	expect(!mcw_reader_look(&reader).overrun);
	expect_eq(atomic64_read(&mcw_unread_marks[MCW_LANE_OTHER].below), 5);
	mcw_ring_exit();
}

/* The page that is mapped has what the reader needs, and no address of the kernel. */
static void page(void)
{
	const u64 *word = (const u64 *)&mcw_ring;
	u64 offset = MCW_MAP_PAGE;
	unsigned int id;

	start(EACH);
	expect_eq(mcw_ring.header.magic, MCW_MAP_MAGIC);
	expect_eq((const char *)&mcw_ring.header - (const char *)&mcw_ring, MCW_MAP_HEADER);
	for (id = 0; id < MCW_LANES; id++) {
		const struct mcw_map_lane *lane = (const struct mcw_map_lane *)&mcw_ring + id;

		expect_eq(lane->offset, offset);
		offset += lane->size * MCW_SLOT_BYTES;
	}
	expect_eq(mcw_ring.header.bytes, offset);
	for (; word < (const u64 *)&mcw_ring.slots; word++)
		for (id = 0; id < MCW_LANES; id++)
			expect(*word != (u64)mcw_ring.slots[id].slots);
	mcw_ring_exit();
}

int main(void)
{
	static const struct ring_case cases[] = {
		{ "random histories are the same as by read()", histories },
		{ "a stuck producer is passed after its time", stuck },
		{ "the file goes where the reader says", tells },
		{ "the mapped page", page },
	};

	return run_cases(cases, sizeof(cases) / sizeof(cases[0]));
}
