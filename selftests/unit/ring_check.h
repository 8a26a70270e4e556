/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Shared by the tests of the ring: KTAP, records in which writer and position determine every word,
 * and lanes that start at any position.
 */
#ifndef _UNIT_RING_CHECK_H
#define _UNIT_RING_CHECK_H

#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <mcewarden/ring.h>

#define EACH 64U /* records a lane in most tests: the smallest there is */
#define TAG_WORD 3 /* mono_ns: the writer, and the number of its record */
#define WORD_STEP 0x9E3779B97F4A7C15ULL
#define MAX_COMPLAINTS 20

struct ring_case {
	const char *name;
	void (*run)(void);
};

static unsigned int complaints; /* failures in this case; atomic for the stress test's threads */

/* No stdio, because a signal handler may call it. */
static inline bool expect_at(bool good, const char *what, int line, u64 left, u64 right)
{
	if (!good && __atomic_fetch_add(&complaints, 1, __ATOMIC_RELAXED) < MAX_COMPLAINTS)
		dprintf(STDOUT_FILENO, "# line %d: %s: %llu, %llu\n", line, what, left, right);
	return good;
}

#define expect(good) expect_at(good, #good, __LINE__, 0, 0)
#define expect_eq(left, right) \
	({ \
		u64 _left = (left), _right = (right); \
\
		expect_at(_left == _right, #left " == " #right, __LINE__, _left, _right); \
	})

static inline int run_cases(const struct ring_case *cases, unsigned int count)
{
	unsigned int i, failed = 0;

	dprintf(STDOUT_FILENO, "KTAP version 1\n1..%u\n", count);
	for (i = 0; i < count; i++) {
		complaints = 0;
		cases[i].run();
		failed += !!complaints;
		dprintf(STDOUT_FILENO, "%sok %u - %s\n", complaints ? "not " : "", i + 1,
			cases[i].name);
	}
	return failed ? 1 : 0;
}

static inline u64 word_base(unsigned int id, u64 pos, u64 tag)
{
	return (tag ^ (pos << 20) ^ ((u64)id << 62)) * 0xD6E8FEB86659FD93ULL;
}

/* The words that the caller of mcw_ring_reserve() must write. */
static inline void write_words(const struct mcw_reservation *res, unsigned int id, u64 tag)
{
	u64 value = word_base(id, res->pos, tag);
	unsigned int i;

	mcw_reservation_write(res, TAG_WORD, tag);
	mcw_reservation_write(res, TAG_WORD + 1, value);
	for (i = MCW_HEAD_WORDS; i < MCW_RECORD_WORDS; i++)
		mcw_reservation_write(res, i, value += WORD_STEP);
}

/* Returns what is wrong with the record's writer, position or lane, or NULL. */
static inline const char *record_wrong(unsigned int id, u64 pos, const struct mcw_record *rec)
{
	static const u8 none[sizeof(rec->head.spare)];
	u64 value = word_base(id, pos, rec->head.mono_ns);
	unsigned int i;

	if (rec->head.pos != pos)
		return "of another position";
	if (rec->head.type != MCW_EVENT || rec->head.lane != id)
		return "type or lane";
	if (memcmp(rec->head.spare, none, sizeof(none)))
		return "spare bytes";
	if (rec->head.wall_ns != value)
		return "torn head";
	for (i = 0; i < sizeof(rec->body) / sizeof(rec->body[0]); i++) {
		value += WORD_STEP;
		if (rec->body[i] != value)
			return "torn body";
	}
	return NULL;
}

static inline bool expect_record(unsigned int id, u64 pos, const struct mcw_record *rec, int line)
{
	const char *wrong = record_wrong(id, pos, rec);

	return expect_at(!wrong, wrong, line, pos, rec->head.pos);
}

static inline bool put(unsigned int id, u64 tag)
{
	struct mcw_reservation res;

	if (!mcw_ring_reserve(id, MCW_EVENT, &res))
		return false;
	write_words(&res, id, tag);
	mcw_ring_commit(id, &res);
	return true;
}

static inline void start(unsigned int size)
{
	const unsigned int sizes[MCW_LANES] = { [0 ... MCW_LANES - 1] = size };

	expect_eq(mcw_ring_init(sizes), 0);
}

/*
 * Sets the lane up as if @pos records had gone through it, all committed and taken. The slots hold
 * the records of the last lap, with tags 0 to size - 1.
 */
static inline void start_lane_at(unsigned int id, u64 pos)
{
	struct mcw_lane *lane = &mcw_ring.lanes[id];
	u64 i;

	for (i = 0; i < lane->size && pos; i++) {
		u64 p = pos - lane->size + i;
		struct mcw_reservation res = { .slot = mcw_lane_slot(lane, p), .pos = p };

		mcw_reservation_write(&res, 0, p);
		write_words(&res, id, i);
		atomic64_set(&res.slot->state, (p + lane->size) << 2 | 2);
	}
	atomic64_set(&lane->head, pos);
	mcw_ring_set_taken(id, pos);
}

#endif /* _UNIT_RING_CHECK_H */
