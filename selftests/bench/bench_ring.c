// SPDX-License-Identifier: GPL-2.0
/*
 * Compares the ring with its limits and with a kfifo, all with records of 248 bytes. Each round
 * checks what a put and a get did, because the figure of a failed operation means nothing.
 */
#include <linux/kfifo.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "mcw_bench.h"
#include "ops.h"

static const unsigned int sizes[MCW_LANES] = { [0 ... MCW_LANES - 1] = BENCH_RECORDS };

static struct bench_limit *limit;
static struct mcw_cursor cursor;
static struct mcw_record got;
static u64 from[MCW_RECORD_WORDS];
static DEFINE_KFIFO(fifo, struct mcw_record, BENCH_RECORDS);
static DEFINE_RAW_SPINLOCK(fifo_lock);

/* Each round writes other words. */
static void fresh_record(void)
{
	unsigned int i;

	for (i = 0; i < MCW_RECORD_WORDS; i++)
		from[i] += (u64)(i + 1) << 32 | 1;
}

/* Checks that the lane's newest record has the words of @from that its producer writes. */
static bool arrived(unsigned int id, unsigned int end)
{
	struct mcw_cursor last;
	u64 *words = (u64 *)&got;

	mcw_ring_seek_newest(id, &last);
	last.awaited -= MCW_SLOT_POSITION;
	if (mcw_ring_get(&last, &got) != MCW_LOOK_GOT)
		return false;
	return got.head.mono_ns == from[3] && got.head.wall_ns == from[4] &&
	       !memcmp(words + MCW_HEAD_WORDS, from + MCW_HEAD_WORDS, (end - MCW_HEAD_WORDS) * 8);
}

static u32 empty(void)
{
	return COST_OF();
}

static u32 put_other(void)
{
	u32 cost;

	fresh_record();
	cost = COST_OF(bench_put(MCW_LANE_OTHER, from));
	return arrived(MCW_LANE_OTHER, MCW_RECORD_WORDS) ? cost : COST_FAILED;
}

static u32 put_event(void)
{
	u32 cost;

	fresh_record();
	cost = COST_OF(bench_put_event(MCW_LANE_OTHER, from));
	return arrived(MCW_LANE_OTHER, BENCH_EVENT_WORDS) ? cost : COST_FAILED;
}

static u64 head_of(unsigned int id)
{
	struct mcw_lane_info info;

	mcw_ring_info(id, &info);
	return info.head;
}

/* Fills the lane with records, all of them taken. */
static u32 put_severe(void)
{
	u32 cost;

	fresh_record();
	mcw_ring_set_taken(MCW_LANE_SEVERE, head_of(MCW_LANE_SEVERE));
	cost = COST_OF(bench_put(MCW_LANE_SEVERE, from));
	return arrived(MCW_LANE_SEVERE, MCW_RECORD_WORDS) ? cost : COST_FAILED;
}

static u32 put_refused(void)
{
	struct mcw_lane_info before, after;
	u32 cost;

	while (bench_put(MCW_LANE_SEVERE, from))
		;
	mcw_ring_info(MCW_LANE_SEVERE, &before);
	cost = COST_OF(bench_put(MCW_LANE_SEVERE, from));
	mcw_ring_info(MCW_LANE_SEVERE, &after);
	return after.refused == before.refused + 1 && after.head == before.head ? cost :
										  COST_FAILED;
}

static u32 limit_put(void)
{
	u64 pos = limit->head;
	u32 cost;

	fresh_record();
	cost = COST_OF(bench_limit_put(limit, from));
	return memcmp(limit->slots[pos % BENCH_RECORDS], from, sizeof(from)) ? COST_FAILED : cost;
}

static u32 limit_put_event(void)
{
	u64 pos = limit->head;
	u32 cost;

	fresh_record();
	cost = COST_OF(bench_limit_put_event(limit, from));
	return memcmp(limit->slots[pos % BENCH_RECORDS], from, BENCH_EVENT_WORDS * 8) ?
		       COST_FAILED :
		       cost;
}

static u32 get(void)
{
	enum mcw_look seen;
	u32 cost;

	fresh_record();
	mcw_ring_seek_newest(MCW_LANE_OTHER, &cursor);
	bench_put(MCW_LANE_OTHER, from);
	cost = COST_OF(seen = mcw_ring_get(&cursor, &got));
	return seen == MCW_LOOK_GOT && got.body[24] == from[30] ? cost : COST_FAILED;
}

static u32 get_empty(void)
{
	enum mcw_look seen;
	u32 cost;

	mcw_ring_seek_newest(MCW_LANE_OTHER, &cursor);
	cost = COST_OF(seen = mcw_ring_get(&cursor, &got));
	return seen == MCW_LOOK_EMPTY ? cost : COST_FAILED;
}

static u32 limit_get(void)
{
	u32 cost;

	fresh_record();
	cost = COST_OF(bench_limit_get(from, (u64 *)&got));
	return memcmp(&got, from, sizeof(from)) ? COST_FAILED : cost;
}

/* The work of a queue that can be filled from any context but NMI. */
static noinline bool fifo_put(const struct mcw_record *rec)
{
	unsigned long irqs;
	bool done;

	raw_spin_lock_irqsave(&fifo_lock, irqs);
	done = kfifo_put(&fifo, *rec);
	raw_spin_unlock_irqrestore(&fifo_lock, irqs);
	return done;
}

static u32 kfifo_spinlock(void)
{
	bool done;
	u32 cost;

	fresh_record();
	kfifo_reset(&fifo);
	cost = COST_OF(done = fifo_put((const struct mcw_record *)from));
	if (!done || !kfifo_get(&fifo, &got) || memcmp(&got, from, sizeof(from)))
		return COST_FAILED;
	return cost;
}

const struct bench bench_ring[] = {
	{ "empty", empty, false },
	{ "put_other", put_other, false },
	{ "put_severe", put_severe, false },
	{ "put_event", put_event, false },
	{ "put_refused", put_refused, false },
	{ "limit_put", limit_put, false },
	{ "limit_put_event", limit_put_event, false },
	{ "get", get, false },
	{ "limit_get", limit_get, false },
	{ "get_empty", get_empty, false },
	{ "kfifo_spinlock", kfifo_spinlock, false },
	{ NULL, NULL, false },
};

/* Fills the lanes first, so that each put overwrites a record. */
int bench_ring_init(void)
{
	unsigned int id, i;
	int err;

	limit = vzalloc(sizeof(*limit));
	if (!limit)
		return -ENOMEM;
	err = mcw_ring_init(sizes);
	if (err) {
		vfree(limit);
		return err;
	}
	for (id = 0; id < MCW_LANES; id++)
		for (i = 0; i < BENCH_RECORDS; i++)
			bench_put(id, from);
	return 0;
}

void bench_ring_exit(void)
{
	mcw_ring_exit();
	vfree(limit);
}
