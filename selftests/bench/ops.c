// SPDX-License-Identifier: GPL-2.0
/* The measured operations: see ops.h. */
#include "ops.h"

bool bench_put(unsigned int id, const u64 *from)
{
	return bench_put_inline(id, from, MCW_RECORD_WORDS);
}

bool bench_put_event(unsigned int id, const u64 *from)
{
	return bench_put_inline(id, from, BENCH_EVENT_WORDS);
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
