// SPDX-License-Identifier: GPL-2.0
/* The measured operations: see ops.h. */
#include "ops.h"

/* Like a producer: the ring writes the head's first words, the caller the times and the body. */
static __always_inline bool put(unsigned int id, const u64 *from, unsigned int end)
{
	struct mcw_reservation res;
	unsigned int i;

	if (!mcw_ring_reserve(id, MCW_EVENT, &res))
		return false;
	mcw_reservation_write(&res, offsetof(struct mcw_head, mono_ns) / 8, from[3]);
	mcw_reservation_write(&res, offsetof(struct mcw_head, wall_ns) / 8, from[4]);
#pragma GCC unroll 32
	for (i = MCW_HEAD_WORDS; i < end; i++)
		mcw_reservation_write(&res, i, from[i]);
	mcw_ring_commit(id, &res);
	return true;
}

bool bench_put(unsigned int id, const u64 *from)
{
	return put(id, from, MCW_RECORD_WORDS);
}

bool bench_put_event(unsigned int id, const u64 *from)
{
	return put(id, from, BENCH_EVENT_WORDS);
}

static __always_inline void limit_put(struct bench_limit *limit, const u64 *from, unsigned int end)
{
	u64 pos = __atomic_fetch_add(&limit->head, 1, __ATOMIC_RELAXED);

	bench_copy(limit->slots[pos & (BENCH_RECORDS - 1)], from, 0, end);
}

void bench_limit_put(struct bench_limit *limit, const u64 *from)
{
	limit_put(limit, from, MCW_RECORD_WORDS);
}

void bench_limit_put_event(struct bench_limit *limit, const u64 *from)
{
	limit_put(limit, from, BENCH_EVENT_WORDS);
}

void bench_limit_get(const u64 *from, u64 *to)
{
	bench_copy(to, from, 0, MCW_RECORD_WORDS);
}
