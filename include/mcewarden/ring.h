/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The store of records: lanes of fixed slots. Producers write from any context; there may
 * be any number of readers. The comment at the top of module/ring.c explains how it works.
 */
#ifndef _MCEWARDEN_RING_H
#define _MCEWARDEN_RING_H

#include <linux/atomic.h>
#include <linux/cache.h>
#include <linux/compiler.h>
#include <linux/types.h>
#include <asm/barrier.h>
#include <uapi/mcewarden.h>

/* modinfo shows them. */
#define MCW_RING_MIN_RECORDS 64
#define MCW_RING_MAX_RECORDS 1048576
#define MCW_RECORD_WORDS (MCW_RECORD_BYTES / 8)
#define MCW_HEAD_WORDS (sizeof(struct mcw_head) / 8)
#define MCW_KIND_WORD (offsetof(struct mcw_head, type) / 8) /* type and lane */
#define MCW_TIME_WORD (offsetof(struct mcw_head, mono_ns) / 8)

/* Bits of a slot's state. */
#define MCW_SLOT_INSIDE 1ULL /* a producer is inside */
#define MCW_SLOT_HERE 2ULL /* the position has its record here, or will have */
#define MCW_SLOT_POSITION 4ULL /* one unit of bits 63:2, the newest position decided here */

/* 256 bytes: MCW_SLOT_BYTES. */
struct mcw_slot {
	atomic64_t state;
	u64 words[MCW_RECORD_WORDS];
};

/*
 * 256 bytes, so that a shift finds a lane. It has four cache lines, split by who writes the fields
 * and how often. It is struct mcw_map_lane, which readers may map: no pointer is here.
 */
struct mcw_lane {
	u64 offset; /* of the first slot in a mapping */
	u64 size; /* a power of two */
	u64 lap; /* what a reservation adds to a slot's state: 4 * size, and INSIDE */
	u64 mask; /* for the byte offset into slots */

	/* Every reservation writes this. */
	atomic64_t head ____cacheline_aligned; /* next position to be decided */

	/* Every reservation reads some of these; writes are rare. */
	atomic64_t refused ____cacheline_aligned;
	atomic64_t dropped;
	atomic64_t unplaced; /* refused + dropped, as each record carries them */
	atomic64_t skipped;

	/*
	 * Positions from here on are refused. Only the worker writes it, in the severe lane; in the
	 * others it is too high to be reached.
	 */
	atomic64_t limit ____cacheline_aligned;
};

/* What readers do not see of a lane. Also 256 bytes. */
struct mcw_lane_slots {
	struct mcw_slot *slots;
} __aligned(256);

/*
 * The lanes. The first page has what readers may map, and nothing else. The address of a lane is a
 * shift and a constant, and that of its slots is kept at a constant distance from it. So the page
 * costs a producer nothing; with the header in front, it would be three instructions.
 */
struct mcw_ring {
	union {
		struct mcw_lane lanes[MCW_LANES];
		u8 page[MCW_MAP_PAGE - sizeof(struct mcw_map_header)];
	};
	struct mcw_map_header header;
	struct mcw_lane_slots slots[MCW_LANES];
} __aligned(MCW_MAP_PAGE);

extern struct mcw_ring mcw_ring;

#define MCW_SLOTS_DISTANCE (offsetof(struct mcw_ring, slots) - offsetof(struct mcw_ring, lanes))

/* The slot that a producer owns between mcw_ring_reserve() and mcw_ring_commit(). */
struct mcw_reservation {
	struct mcw_slot *slot;
	u64 pos;
};

/* A reader's place in a lane, for one user at a time. A seek opens it. */
struct mcw_cursor {
	const struct mcw_lane *lane;
	u64 awaited; /* the state that the slot has once the next record is committed */
	u64 skips; /* positions before the next one that never held a record */
	u64 jumped; /* awaited after the last jump; equal to it until a record is read */
};

enum mcw_look {
	MCW_LOOK_EMPTY, /* no record yet */
	MCW_LOOK_GOT, /* a record; mcw_ring_get() copied it and stepped on */
	MCW_LOOK_BUSY, /* a producer is inside */
	MCW_LOOK_OVERRUN, /* the slot was reused: call mcw_ring_jump() */
};

int mcw_ring_init(const unsigned int sizes[MCW_LANES]);
void mcw_ring_exit(void);

struct mcw_slot *mcw_ring_reserve_slowly(struct mcw_lane *lane);
void mcw_ring_seek_oldest(unsigned int id, struct mcw_cursor *cur);
void mcw_ring_seek_newest(unsigned int id, struct mcw_cursor *cur);
void mcw_ring_seek_to(unsigned int id, u64 pos, struct mcw_cursor *cur);
enum mcw_look mcw_ring_look(struct mcw_cursor *cur);
enum mcw_look mcw_ring_peek_slowly(struct mcw_cursor *cur, u64 *mono_ns);
enum mcw_look mcw_ring_get(struct mcw_cursor *cur, struct mcw_record *rec);
unsigned int mcw_ring_copy_run(struct mcw_cursor *cur, u64 __user *to, unsigned int most,
			       u64 until_ns, bool *fault);
enum mcw_look mcw_ring_get_late(unsigned int id, u64 pos, struct mcw_record *rec);
u64 mcw_ring_jump(struct mcw_cursor *cur);
void mcw_ring_set_taken(unsigned int id, u64 pos);
void mcw_ring_counts(unsigned int id, struct mcw_lane_info *info);
void mcw_ring_info(unsigned int id, struct mcw_lane_info *info);

/* The next position to be read. */
static inline u64 mcw_cursor_pos(const struct mcw_cursor *cur)
{
	return cur->awaited / MCW_SLOT_POSITION - cur->lane->size;
}

/**
 * mcw_ring_pass() - step over a position whose producer does not leave its slot
 * @cur: the reader's cursor
 *
 * Context: any; @cur is the caller's alone.
 */
static inline void mcw_ring_pass(struct mcw_cursor *cur)
{
	if (cur->jumped == cur->awaited)
		cur->jumped += MCW_SLOT_POSITION;
	cur->awaited += MCW_SLOT_POSITION;
}

/* Writes one word of a reserved record. A reader that copies meanwhile discards its copy. */
static inline void mcw_reservation_write(const struct mcw_reservation *res, unsigned int word,
					 u64 value)
{
	WRITE_ONCE(res->slot->words[word], value);
}

static __always_inline struct mcw_slot *mcw_lane_slots(const struct mcw_lane *lane)
{
	return ((const struct mcw_lane_slots *)((const void *)lane + MCW_SLOTS_DISTANCE))->slots;
}

static inline struct mcw_slot *mcw_lane_slot(const struct mcw_lane *lane, u64 pos)
{
	return (void *)mcw_lane_slots(lane) + (pos * sizeof(struct mcw_slot) & lane->mask);
}

/* Bits 63:2 of the awaited state are pos + size, and this is the slot of pos too. */
static __always_inline const struct mcw_slot *mcw_slot_awaiting(const struct mcw_lane *lane,
								u64 awaited)
{
	return (void *)mcw_lane_slots(lane) +
	       (awaited * (sizeof(struct mcw_slot) / MCW_SLOT_POSITION) & lane->mask);
}

/* The state of the slot in which @pos was decided; @how: HERE and INSIDE, or neither. */
static inline u64 mcw_slot_state(const struct mcw_lane *lane, u64 pos, u64 how)
{
	return (pos + lane->size) * MCW_SLOT_POSITION + how;
}

/* Whether @state says that @pos, or a later position of its slot, was decided. */
static inline bool mcw_is_decided(const struct mcw_lane *lane, u64 state, u64 pos)
{
	return state >= mcw_slot_state(lane, pos, 0);
}

/* Whether @state says that a later position of the slot of @pos was decided. */
static inline bool mcw_is_lapped(const struct mcw_lane *lane, u64 state, u64 pos)
{
	return state >= mcw_slot_state(lane, pos + 1, 0);
}

/*
 * All positions below are decided. It may lag. Acquire: whoever looks at other lanes afterwards
 * sees at least what they had when those positions were decided.
 */
static inline u64 mcw_ring_head(unsigned int id)
{
	return atomic64_read_acquire(&mcw_ring.lanes[id].head);
}

/* The time of the record that the caller saw committed in @slot. */
static __always_inline enum mcw_look mcw_slot_peek(const struct mcw_slot *slot, u64 awaited,
						   u64 *mono_ns)
{
	*mono_ns = READ_ONCE(slot->words[MCW_TIME_WORD]);
	smp_rmb(); /* MCW(get:B): pairs with MCW(reserve:A). */
	return likely((u64)atomic64_read(&slot->state) == awaited) ? MCW_LOOK_GOT :
								     MCW_LOOK_OVERRUN;
}

/**
 * mcw_ring_peek() - as mcw_ring_look(), and say when the next record was captured
 * @cur: the reader's cursor; it steps over positions that never hold a record
 * @mono_ns: the time; garbage unless MCW_LOOK_GOT is returned
 *
 * Context: any; @cur is the caller's alone.
 * Return: see enum mcw_look.
 */
static __always_inline enum mcw_look mcw_ring_peek(struct mcw_cursor *cur, u64 *mono_ns)
{
	const struct mcw_slot *slot = mcw_slot_awaiting(cur->lane, cur->awaited);
	/* MCW(look:A): acquire, pairs with MCW(commit:A). */
	u64 state = atomic64_read_acquire(&slot->state);

	if (state == cur->awaited)
		return mcw_slot_peek(slot, state, mono_ns);
	if (likely(state < cur->awaited - MCW_SLOT_HERE))
		return MCW_LOOK_EMPTY; /* not decided */
	return mcw_ring_peek_slowly(cur, mono_ns);
}

/* The word of a record's head that contains type and lane. */
static inline u64 mcw_kind(unsigned int id, u8 type)
{
	return type | id << 8;
}

/* MCW(reserve:B): acquire, pairs with MCW(set_taken:A). */
static inline bool mcw_lane_is_full(const struct mcw_lane *lane, u64 pos)
{
	return pos >= (u64)atomic64_read_acquire(&lane->limit);
}

/* The caller has reserved @pos in @slot: fill in the record's head, and move the lane's head. */
static __always_inline void mcw_lane_begin(struct mcw_lane *lane, struct mcw_slot *slot, s64 pos)
{
	const struct mcw_reservation res = { .slot = slot };

	mcw_reservation_write(&res, 0, pos);
	mcw_reservation_write(&res, 1, atomic64_read(&lane->unplaced));
	mcw_reservation_write(&res, 2, atomic64_read(&lane->skipped));
	/* MCW(reserve:C): pairs with MCW(frontier:A). Fails if another producer moved head. */
	atomic64_try_cmpxchg(&lane->head, &pos, pos + 1);
}

/**
 * mcw_ring_reserve() - reserve a position for one record
 * @id: MCW_LANE_*
 * @type: MCW_EVENT, or another record type in a lane that holds no events
 * @res: the reservation; the caller fills it with mcw_reservation_write() and commits it
 *
 * Writes pos, unplaced, skipped, type and lane of the record's head. The caller writes mono_ns,
 * wall_ns and the body. Words that no record of this lane ever writes are zero. The word with
 * type and lane is set to "event" at init, so only other types write it.
 *
 * The fast path is inline. It tries the exchange with the state that the slot has if no other
 * producer interferes. mcw_ring_reserve_slowly() does the rest.
 *
 * Context: any, NMI and #MC included; preemption off from here to mcw_ring_commit().
 * Return: true; false if the record was refused or dropped, and counted.
 */
static __always_inline bool mcw_ring_reserve(unsigned int id, u8 type, struct mcw_reservation *res)
{
	struct mcw_lane *lane = &mcw_ring.lanes[id];
	const u64 pos = atomic64_read(&lane->head);
	s64 old = pos * MCW_SLOT_POSITION + MCW_SLOT_HERE; /* committed, one lap ago */

	res->slot = mcw_lane_slot(lane, pos);
	res->pos = pos;
	/* MCW(reserve:A): full barrier, pairs with MCW(get:B). */
	if (likely(!mcw_lane_is_full(lane, pos)) &&
	    likely(atomic64_try_cmpxchg(&res->slot->state, &old, old + lane->lap))) {
		mcw_lane_begin(lane, res->slot, pos);
	} else {
		res->slot = mcw_ring_reserve_slowly(lane);
		if (!res->slot)
			return false;
		res->pos = READ_ONCE(res->slot->words[0]);
	}
	if (type != MCW_EVENT)
		mcw_reservation_write(res, MCW_KIND_WORD, mcw_kind(id, type));
	return true;
}

/**
 * mcw_ring_commit() - publish the record of a reservation
 * @id: the lane given to mcw_ring_reserve(); unused, as a commit touches only the slot
 * @res: the reservation from mcw_ring_reserve()
 *
 * Context: as mcw_ring_reserve().
 */
static __always_inline void mcw_ring_commit(unsigned int __always_unused id,
					    const struct mcw_reservation *res)
{
	/*
	 * MCW(commit:A): full barrier, pairs with MCW(look:A). Subtract rather than store: another
	 * producer may have passed the slot, and its position must stay.
	 */
	smp_mb__before_atomic();
	atomic64_dec(&res->slot->state);
}

#endif /* _MCEWARDEN_RING_H */
