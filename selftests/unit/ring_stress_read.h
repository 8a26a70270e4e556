/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The readers of the stress test. Each takes by turns what the module and what the reader of a
 * mapping has. The test that includes this file has the threads, the writers and the clock.
 */
#ifndef _UNIT_RING_STRESS_READ_H
#define _UNIT_RING_STRESS_READ_H

#include "ring_mapped.h"

#define RUN_MOST 5U
#define PATIENCE_NS 1000000LL /* after this time a reader passes a producer that stays inside */

struct reader {
	struct mcw_cursor cur[MCW_LANES];
	u64 number[MCW_LANES][WRITERS]; /* newest seen of each writer */
	u64 got[MCW_LANES], missed[MCW_LANES], passed[MCW_LANES];
	long long since[MCW_LANES]; /* since when a producer is inside; 0: none is */
};

static u64 jumps, passes; /* of all readers; these and the next atomic */
static u64 runs; /* of more than one record */

/* One writer's numbers only grow along a lane: no record comes twice or out of order. */
static void check_record(struct reader *reader, unsigned int id, u64 pos,
			 const struct mcw_record *rec)
{
	u64 who = rec->head.mono_ns >> 48, number = rec->head.mono_ns & ((1ULL << 48) - 1);

	if (!expect_record(id, pos, rec, __LINE__) || !expect(who < WRITERS))
		return;
	if (!expect(number > reader->number[id][who]))
		dprintf(STDOUT_FILENO, "# writer %llu, number %llu after %llu\n", who, number,
			reader->number[id][who]);
	reader->number[id][who] = number;
}

static bool out_of_patience(struct reader *reader, unsigned int id)
{
	long long now = now_ns();

	if (!reader->since[id])
		reader->since[id] = now;
	return now - reader->since[id] > PATIENCE_NS;
}

/* Returns false if there is no record at the moment. */
static bool get_one(struct reader *reader, unsigned int id)
{
	struct mcw_cursor *cur = &reader->cur[id];
	struct mcw_record rec;

	switch ((chance(2) ? mcw_ring_get : get_mapped)(cur, &rec)) {
	case MCW_LOOK_GOT:
		check_record(reader, id, mcw_cursor_pos(cur) - 1, &rec);
		reader->got[id]++;
		break;
	case MCW_LOOK_OVERRUN:
		reader->missed[id] += (chance(2) ? mcw_ring_jump : jump_mapped)(cur);
		count_one(&jumps);
		break;
	case MCW_LOOK_BUSY:
		if (!out_of_patience(reader, id))
			return false;
		mcw_ring_pass(cur);
		reader->passed[id]++;
		count_one(&passes);
		break;
	case MCW_LOOK_EMPTY:
		reader->since[id] = 0;
		return false;
	}
	reader->since[id] = 0;
	return true;
}

/* Reads several at once. Returns false if there is no record at the moment. */
static bool run_some(struct reader *reader, unsigned int id)
{
	struct mcw_record recs[RUN_MOST];
	unsigned int i, count;
	bool fault = false;

	if (chance(2))
		count = run_mapped(&reader->cur[id], recs, RUN_MOST, U64_MAX);
	else
		count = mcw_ring_copy_run(&reader->cur[id], (u64 *)recs, RUN_MOST, U64_MAX, &fault);
	expect(!fault);
	for (i = 0; i < count; i++)
		check_record(reader, id, mcw_cursor_pos(&reader->cur[id]) - count + i, &recs[i]);
	reader->got[id] += count;
	if (count > 1)
		count_one(&runs);
	if (count)
		reader->since[id] = 0;
	/* The run does not say why it ended, nor steps over positions without a record. */
	return count == RUN_MOST || get_one(reader, id);
}

#endif /* _UNIT_RING_STRESS_READ_H */
