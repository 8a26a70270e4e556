/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The measured operations of the ring and of its limits. The kernel and user space use the same
 * file. The functions are in a file of their own, so that none is inlined.
 *
 * The limit of a put is the least that any queue of copied records must do: one locked add to get
 * a slot, and a copy by 64-bit words. The limit of a get is the copy alone.
 */
#ifndef _BENCH_OPS_H
#define _BENCH_OPS_H

#include <linux/types.h>
#include <mcewarden/ring.h>

#define BENCH_RECORDS 256 /* slots of the limit and of each peer; a power of two */
/* The last words of an event are spare: always zero, and never written. */
#define BENCH_EVENT_WORDS (offsetof(struct mcw_record, event.spare2) / 8)

struct bench_limit {
	u64 head;
	u64 slots[BENCH_RECORDS][MCW_RECORD_BYTES / 8 + 1];
};

bool bench_put(unsigned int id, const u64 *from);
bool bench_put_event(unsigned int id, const u64 *from);
void bench_limit_put(struct bench_limit *limit, const u64 *from);
void bench_limit_put_event(struct bench_limit *limit, const u64 *from);
void bench_limit_get(const u64 *from, u64 *to);

/* Word by word, without a loop, a vector register or a string instruction. */
static __always_inline void bench_copy(u64 *to, const u64 *from, unsigned int first,
				       unsigned int end)
{
	unsigned int i;

#pragma GCC unroll 32
	for (i = first; i < end; i++)
		WRITE_ONCE(to[i], READ_ONCE(from[i]));
}

/*
 * Like a producer, which has the code of the put inline: the ring writes the first words of the
 * head, the caller the times and the body.
 */
static __always_inline bool bench_put_inline(unsigned int id, const u64 *from, unsigned int end)
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

#endif /* _BENCH_OPS_H */
