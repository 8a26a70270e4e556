/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The store: three lanes of fixed slots, written from any context, read by any
 * number of readers. module/ring.c has the essay.
 */
#ifndef _MCEWARDEN_RING_H
#define _MCEWARDEN_RING_H

#include <linux/atomic.h>
#include <linux/cache.h>
#include <linux/compiler.h>
#include <linux/types.h>
#include <asm/barrier.h>
#include <uapi/mcewarden.h>

#define MCW_RING_MIN_RECORDS 64U
#define MCW_RING_MAX_RECORDS 1048576U
#define MCW_RECORD_WORDS (MCW_RECORD_BYTES / 8)
#define MCW_HEAD_WORDS (sizeof(struct mcw_head) / 8)

/* In a slot's state; bits 63:2 say which position was decided there. */
#define MCW_SLOT_INSIDE 1ULL /* a producer is inside */
#define MCW_SLOT_HERE 2ULL /* the position has its record here, or will have */

/* 256 bytes: this layout is what a later read-only mapping would show. */
struct mcw_slot {
	atomic64_t state;
	u64 words[MCW_RECORD_WORDS];
};

struct mcw_lane {
	struct mcw_slot *slots;
	u64 size; /* a power of two */
	u64 lap; /* what a claim adds to a slot's state: 4 * size, and INSIDE */
	u64 mask; /* of an offset in bytes into slots */

	atomic64_t head ____cacheline_aligned; /* next position to be decided */
	atomic64_t committed;
	atomic64_t refused;
	atomic64_t dropped;
	atomic64_t unplaced; /* both, as each record carries them */
	atomic64_t skipped;

	/* Positions from here on are refused. One writer, the worker; else never reached. */
	atomic64_t limit ____cacheline_aligned;
};

/* A place that a producer owns between mcw_ring_claim() and mcw_ring_commit(). */
struct mcw_place {
	struct mcw_slot *slot;
	u64 pos;
};

/* Where a reader is; one user at a time. */
struct mcw_cursor {
	u64 pos; /* next position to read */
	u64 skips; /* positions below pos that never held a record */
	bool jumped; /* nothing read since the last jump */
};

enum mcw_look {
	MCW_LOOK_EMPTY, /* nothing there yet */
	MCW_LOOK_GOT, /* a record; mcw_ring_get() copied it and moved on */
	MCW_LOOK_PENDING, /* a producer is inside */
	MCW_LOOK_OVERRUN, /* the position was reused: mcw_ring_jump() */
};

extern struct mcw_lane mcw_lanes[MCW_LANES];

int mcw_ring_init(const unsigned int sizes[MCW_LANES]);
void mcw_ring_exit(void);

struct mcw_place mcw_ring_claim_slowly(struct mcw_lane *lane, u64 kind);
enum mcw_look mcw_ring_look(unsigned int id, struct mcw_cursor *cur);
enum mcw_look mcw_ring_get(unsigned int id, struct mcw_cursor *cur, struct mcw_record *rec);
enum mcw_look mcw_ring_get_late(unsigned int id, u64 pos, struct mcw_record *rec);
u64 mcw_ring_jump(unsigned int id, struct mcw_cursor *cur);
void mcw_ring_pass(struct mcw_cursor *cur);
void mcw_ring_seek_oldest(unsigned int id, struct mcw_cursor *cur);
void mcw_ring_seek_newest(unsigned int id, struct mcw_cursor *cur);
void mcw_ring_set_taken(unsigned int id, u64 pos);
void mcw_ring_info(unsigned int id, struct mcw_lane_info *info);

/* One word of a claimed record. Readers may be looking: they find out and discard. */
static inline void mcw_place_write(const struct mcw_place *place, unsigned int word, u64 value)
{
	WRITE_ONCE(place->slot->words[word], value);
}

static inline struct mcw_slot *mcw_lane_slot(const struct mcw_lane *lane, u64 pos)
{
	return (void *)lane->slots + (pos * sizeof(struct mcw_slot) & lane->mask);
}

/* MCW(claim:B): acquire, pairs with MCW(set_taken:A). */
static inline bool mcw_lane_is_full(const struct mcw_lane *lane, u64 pos)
{
	return pos >= (u64)atomic64_read_acquire(&lane->limit);
}

/* The slot is ours for @pos: begin the record, and move head. */
static __always_inline struct mcw_place mcw_lane_begin(struct mcw_lane *lane, struct mcw_slot *slot,
						       s64 pos, u64 kind)
{
	const struct mcw_place place = { .slot = slot, .pos = pos };

	mcw_place_write(&place, 0, pos);
	mcw_place_write(&place, 1, atomic64_read(&lane->unplaced));
	mcw_place_write(&place, 2, atomic64_read(&lane->skipped));
	mcw_place_write(&place, 5, kind);
	/* MCW(claim:C): pairs with MCW(frontier:A). Fails where somebody helped. */
	atomic64_try_cmpxchg(&lane->head, &pos, pos + 1);
	return place;
}

/**
 * mcw_ring_claim() - get a place for one record
 * @id: MCW_LANE_*
 * @type: MCW_EVENT or another record type
 * @place: the place, to be filled by mcw_place_write() and then committed
 *
 * Writes pos, refused, skipped, type and lane of the record's head; mono_ns, wall_ns and
 * the body are the caller's. Words that no record of this lane ever writes are zero.
 *
 * Inline, and bets that nobody disturbs: the exchange is tried with the state that the slot
 * then has. All else is in mcw_ring_claim_slowly().
 *
 * Context: any, NMI and #MC included; preemption off from here to mcw_ring_commit().
 * Return: true; false when the record was refused or dropped, which is counted.
 */
static __always_inline bool mcw_ring_claim(unsigned int id, u8 type, struct mcw_place *place)
{
	struct mcw_lane *lane = &mcw_lanes[id];
	const u64 pos = atomic64_read(&lane->head), kind = type | id << 8;
	struct mcw_slot *slot = mcw_lane_slot(lane, pos);
	s64 old = (pos + 1) << 2 | MCW_SLOT_HERE; /* committed, one lap ago */

	/* MCW(claim:A): full barrier, pairs with MCW(get:B). */
	if (unlikely(mcw_lane_is_full(lane, pos)) ||
	    unlikely(!atomic64_try_cmpxchg(&slot->state, &old, old + lane->lap))) {
		*place = mcw_ring_claim_slowly(lane, kind);
		return place->slot;
	}
	*place = mcw_lane_begin(lane, slot, pos, kind);
	return true;
}

/**
 * mcw_ring_commit() - publish what was written into a place
 * @id: the lane given to mcw_ring_claim()
 * @place: the place that it gave
 *
 * Context: as mcw_ring_claim().
 */
static __always_inline void mcw_ring_commit(unsigned int id, const struct mcw_place *place)
{
	/*
	 * MCW(commit:A): full barrier, pairs with MCW(look:A). Subtract rather than store:
	 * somebody may have passed the slot, and that must stay said.
	 */
	smp_mb__before_atomic();
	atomic64_dec(&place->slot->state);
	atomic64_inc(&mcw_lanes[id].committed);
}

#endif /* _MCEWARDEN_RING_H */
