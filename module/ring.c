// SPDX-License-Identifier: GPL-2.0
/*
 * The store of records. It is lock-free, works in every context, and counts each record it loses.
 *
 * Structure
 * ---------
 * A lane has a power of two of slots. Position p is in slot p mod size. Positions are 64-bit
 * numbers from 0, and none is used twice. One 64-bit word per slot is its whole state:
 *
 *	bits 63:2	p + size, where p is the newest position that was decided here
 *	bit 1 HERE	position p has its record here, or will have
 *	bit 0 INSIDE	a producer is inside the slot
 *
 *	HERE|INSIDE	writing		the producer of p writes its record
 *	HERE		committed	the record of p is readable
 *	INSIDE		passed		p never holds a record: a producer of an older
 *					position is still inside
 *	neither		late		as passed, but that producer has left the slot since
 *
 * Exactly one compare-and-exchange on that word decides a position: it reserves the position or
 * it passes it. It cannot do both, however old the producer's view is. These are the
 * transitions (q < p, both of this slot):
 *
 *	committed(q), late(q)		-> writing(p)	reservation, full barrier
 *	writing(q), passed(q)		-> passed(p)	pass; counted in skipped
 *	writing(p)			-> committed(p)	commit: subtract 1
 *	passed(p)			-> late(p)	commit: subtract 1
 *
 * The position in the word only grows, so no value of the word returns: there is no ABA.
 * A lane begins as if the last lap of positions before 0 were committed. An undisturbed
 * reservation thus always finds committed(p - size), and can try its exchange without a look.
 * head is a hint that may lag but is never ahead: it moves from p to p + 1 only after p was
 * decided. A producer that finds p decided moves head forward. So positions are decided in order.
 *
 * Producers
 * ---------
 * Producers run on all CPUs at once. On one CPU they may interrupt each other at any instruction
 * and to any depth (process, softirq, hard interrupt, NMI, #MC). None waits for another: it moves
 * head past a decided position, and passes a slot that has a producer inside. An attempt is
 * repeated only after another producer's attempt succeeded (lock-free). After MAX_PASSES passes the
 * record is dropped and counted. A producer that dies inside a slot costs that slot; one that dies
 * right after an exchange costs at most one count. (The algorithm is not wait-free: a producer
 * makes no progress while others interrupt it at each instruction, but those do.)
 *
 * The severe lane keeps records until the worker has taken them: position p may be reserved only
 * once p - size was taken, that is, if p < limit = taken + size. Else the record is refused and
 * counted. limit is read before the reservation; read after it, the producer would own the slot
 * while the worker still copies it. x86 reads limit after head, so a lane that refuses was full.
 *
 * A producer in process context disables preemption from reservation to commit, or readers
 * would take it for dead after a second.
 *
 * Consumers
 * ---------
 * A reader owns its cursor and disturbs nobody. The cursor is the state word that it waits for,
 * which contains the position. It reads the word, copies the record, and reads the word again: if
 * it has changed, the slot was reused, and the reader discards the copy. It steps over a passed
 * position at once. Where a producer is inside, the reader may wait, and then give the position up
 * (mcw_ring_pass()). Only the worker looks again, with mcw_ring_get_late(), which finds the record
 * even if producers passed the slot since.
 *
 * Counts
 * ------
 * reservations = head - skipped;
 * committed = reservations - producers inside, at most one a slot. A walk counts those of the
 * newest INSIDE_WALK positions: a million slots would take 20 ms, and anybody may read a counter;
 * offered = committed + refused + dropped, once nothing is under way;
 * overwritten = reservations of a slot that was reserved before = reservations - size, since only
 * such a slot is ever passed.
 * A record carries refused + dropped and skipped as they were after its reservation. A producer
 * passes first and counts afterwards, so a reader that jumps or seeks in between may count one
 * record too many or too few; its next jump corrects that.
 *
 * Barriers
 * --------
 * Labels are MCW(function:letter). These are the pairs:
 *
 *	reserve:A		full (atomic64_try_cmpxchg) before the record is written
 *	  pairs with get:B	smp_rmb between copying and the second look.
 *		A reader that copied a word of the new record sees the new state, and
 *		discards the copy. A weaker reservation lets the record's stores pass it.
 *	commit:A	full (smp_mb__before_atomic, dec) after the record is written
 *	  pairs with look:A	acquire of the state before copying.
 *		A reader that sees "committed" sees the whole record.
 *	  pairs with reserve:A	the next owner's stores come after the last owner's.
 *	set_taken:A	release after the worker copied
 *	  pairs with reserve:B	acquire of limit before reserve:A.
 *		The worker's loads are done before the new owner's stores.
 *	reserve:C		full (atomic64_try_cmpxchg of head) after reserve:A
 *	  pairs with frontier:A	acquire of head.
 *		A reader that sees head past p sees p decided. So look() never says
 *		"empty" for a position below a head that the same reader saw.
 *	pass:A		full (atomic64_try_cmpxchg) before skipped is counted
 *	  pairs with info:A	smp_rmb between skipped and head.
 *		Each counted pass is below head, so reservations are never too few.
 *
 * Reservation and commit are inline in ring.h; the slow path of the reservation is here. This file
 * does not wake anybody: a consumer prepares to wait and then looks; a producer queues an irq_work
 * after its commit, and the handler takes the wait queue's lock.
 */
#include <mcewarden/ring.h>

#include <linux/errno.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include <asm/barrier.h>

#define MAX_PASSES 64 /* slots that may be passed for one record */
#define MARGIN_SHIFT 3 /* the second jump in a row gives the reader a head start of size / 8 */
#define INSIDE_WALK 4096 /* positions that are looked at for producers inside */

struct mcw_lane mcw_lanes[MCW_LANES];

/* The state of the slot in which @pos was decided; @how: HERE and INSIDE, or neither. */
static u64 slot_state(const struct mcw_lane *lane, u64 pos, u64 how)
{
	return (pos + lane->size) * MCW_SLOT_POSITION + how;
}

/* Whether @state says that @pos, or a later position of its slot, was decided. */
static bool is_decided(const struct mcw_lane *lane, u64 state, u64 pos)
{
	return state >= slot_state(lane, pos, 0);
}

/* Whether @state says that a later position of the slot of @pos was decided. */
static bool is_lapped(const struct mcw_lane *lane, u64 state, u64 pos)
{
	return state >= slot_state(lane, pos + 1, 0);
}

/*
 * The slow path of mcw_ring_reserve(), in its context: another producer interfered, or the lane is
 * full. Returns the slot, whose word 0 is the position, or NULL. (Returning both in two registers
 * would make gcc set up a stack frame in every caller.)
 */
struct mcw_slot *mcw_ring_reserve_slowly(struct mcw_lane *lane)
{
	unsigned int passes = 0;
	struct mcw_slot *slot;
	s64 pos, old, ours;

	for (;;) {
		pos = atomic64_read(&lane->head);
		slot = mcw_lane_slot(lane, pos);
		old = atomic64_read(&slot->state);
		if (is_decided(lane, old, pos)) {
			/* Another producer reserved or passed @pos: move head for it. */
			atomic64_try_cmpxchg(&lane->head, &pos, pos + 1);
			continue;
		}
		if (mcw_lane_is_full(lane, pos))
			break;
		if (!(old & MCW_SLOT_INSIDE)) {
			ours = slot_state(lane, pos, MCW_SLOT_HERE | MCW_SLOT_INSIDE);
			/* MCW(reserve:A): full barrier, pairs with MCW(get:B). */
			if (!atomic64_try_cmpxchg(&slot->state, &old, ours))
				continue;
			mcw_lane_begin(lane, slot, pos);
			return slot;
		}
		if (passes++ == MAX_PASSES) {
			atomic64_inc(&lane->dropped);
			goto unplaced;
		}
		/* MCW(pass:A): full barrier, pairs with MCW(info:A). */
		if (atomic64_try_cmpxchg(&slot->state, &old,
					 slot_state(lane, pos, MCW_SLOT_INSIDE)))
			atomic64_inc(&lane->skipped);
	}
	atomic64_inc(&lane->refused);
unplaced:
	atomic64_inc(&lane->unplaced);
	return NULL;
}

/* Bits 63:2 of the awaited state are pos + size, and this is the slot of pos too. */
static __always_inline const struct mcw_slot *slot_at(const struct mcw_cursor *cur)
{
	const struct mcw_lane *lane = cur->lane;

	return (void *)lane->slots +
	       (cur->awaited * (sizeof(struct mcw_slot) / MCW_SLOT_POSITION) & lane->mask);
}

/* Returns true if the slot still has @state after the copy, so that the copy is whole. */
static __always_inline bool copy_slot(const struct mcw_slot *slot, u64 state,
				      struct mcw_record *rec)
{
	u64 *to = (u64 *)rec;
	unsigned int i;

#pragma GCC unroll 31
	for (i = 0; i < MCW_RECORD_WORDS; i++)
		to[i] = READ_ONCE(slot->words[i]);
	smp_rmb(); /* MCW(get:B): pairs with MCW(reserve:A). */
	return likely((u64)atomic64_read(&slot->state) == state);
}

/**
 * mcw_ring_look() - say what mcw_ring_get() would find, without taking it
 * @cur: the reader's cursor; it steps over positions that never hold a record
 *
 * Context: any; @cur is the caller's alone.
 * Return: see enum mcw_look.
 */
enum mcw_look mcw_ring_look(struct mcw_cursor *cur)
{
	for (;;) {
		/* MCW(look:A): acquire, pairs with MCW(commit:A). */
		u64 state = atomic64_read_acquire(&slot_at(cur)->state);
		u64 pos = mcw_cursor_pos(cur);

		if (!is_decided(cur->lane, state, pos))
			return MCW_LOOK_EMPTY;
		if (is_lapped(cur->lane, state, pos))
			return MCW_LOOK_OVERRUN;
		if (state & MCW_SLOT_HERE)
			return state & MCW_SLOT_INSIDE ? MCW_LOOK_BUSY : MCW_LOOK_GOT;
		mcw_ring_pass(cur);
		cur->skips++;
	}
}

/* Copies the record at the cursor, which the caller saw committed in @slot, and steps on. */
static __always_inline enum mcw_look take_slot(struct mcw_cursor *cur, const struct mcw_slot *slot,
					       struct mcw_record *rec)
{
	u64 state = cur->awaited;

	if (!copy_slot(slot, state, rec))
		return MCW_LOOK_OVERRUN;
	cur->awaited = state + MCW_SLOT_POSITION;
	return MCW_LOOK_GOT;
}

/* A separate function, so that mcw_ring_get() needs no stack. */
static noinline enum mcw_look ring_get_slowly(struct mcw_cursor *cur, struct mcw_record *rec)
{
	enum mcw_look seen = mcw_ring_look(cur);

	return seen == MCW_LOOK_GOT ? take_slot(cur, slot_at(cur), rec) : seen;
}

/**
 * mcw_ring_get() - copy the record at the cursor and step on
 * @cur: the reader's cursor
 * @rec: the copy; garbage unless MCW_LOOK_GOT is returned
 *
 * Context: any; @cur is the caller's alone.
 * Return: see enum mcw_look.
 */
enum mcw_look mcw_ring_get(struct mcw_cursor *cur, struct mcw_record *rec)
{
	const struct mcw_slot *slot = slot_at(cur);
	/* MCW(look:A): acquire, pairs with MCW(commit:A). */
	u64 state = atomic64_read_acquire(&slot->state);

	if (likely(state == cur->awaited))
		return take_slot(cur, slot, rec);
	if (likely(state < cur->awaited - MCW_SLOT_HERE))
		return MCW_LOOK_EMPTY; /* not decided */
	return ring_get_slowly(cur, rec);
}

/**
 * mcw_ring_get_late() - look again at a position that was passed with mcw_ring_pass()
 * @id: MCW_LANE_*
 * @pos: the position
 * @rec: the copy; garbage unless MCW_LOOK_GOT is returned
 *
 * Finds the record even in a slot that producers passed in the meantime, since the record
 * contains its position.
 *
 * Context: any.
 * Return: MCW_LOOK_GOT, MCW_LOOK_BUSY while a producer is inside, MCW_LOOK_OVERRUN
 * when the record is gone for good.
 */
enum mcw_look mcw_ring_get_late(unsigned int id, u64 pos, struct mcw_record *rec)
{
	const struct mcw_lane *lane = &mcw_lanes[id];
	const struct mcw_slot *slot = mcw_lane_slot(lane, pos);
	/* MCW(look:A): acquire, pairs with MCW(commit:A). */
	u64 state = atomic64_read_acquire(&slot->state);

	if (state & MCW_SLOT_HERE && is_lapped(lane, state, pos))
		return MCW_LOOK_OVERRUN;
	if (state & MCW_SLOT_INSIDE) /* of @pos, or of a later one that was reserved since */
		return READ_ONCE(slot->words[0]) > pos ? MCW_LOOK_OVERRUN : MCW_LOOK_BUSY;
	return copy_slot(slot, state, rec) && rec->head.pos == pos ? MCW_LOOK_GOT :
								     MCW_LOOK_OVERRUN;
}

/* The first position that is not decided; head may lag behind it. */
static u64 frontier(const struct mcw_lane *lane)
{
	/* MCW(frontier:A): acquire, pairs with MCW(reserve:C). */
	u64 pos = atomic64_read_acquire(&lane->head);

	while (is_decided(lane, atomic64_read(&mcw_lane_slot(lane, pos)->state), pos))
		pos++;
	return pos;
}

/* Counts the positions below @pos that never hold a record. Exact when nothing is under way. */
static u64 count_skips_below(const struct mcw_lane *lane, u64 pos, u64 end)
{
	u64 skips = atomic64_read(&lane->skipped);

	/* Subtract those from @pos on: their slots still show them. Most machines have none. */
	for (; skips && pos < end; pos++) {
		u64 state = atomic64_read(&mcw_lane_slot(lane, pos)->state);

		if ((state & ~MCW_SLOT_INSIDE) == slot_state(lane, pos, 0))
			skips--;
	}
	return skips;
}

static struct mcw_cursor cursor_at(const struct mcw_lane *lane, u64 pos, u64 end)
{
	return (struct mcw_cursor){
		.lane = lane,
		.awaited = slot_state(lane, pos, MCW_SLOT_HERE),
		.skips = count_skips_below(lane, pos, end),
	};
}

/**
 * mcw_ring_jump() - go on after MCW_LOOK_OVERRUN
 * @cur: the reader's cursor; moves to the oldest record that is left, or a little further if
 *	the reader was overrun there too before it read anything
 *
 * Context: any; @cur is the caller's alone. Walks the lane where positions were skipped.
 * Return: the number of records that this reader missed.
 */
u64 mcw_ring_jump(struct mcw_cursor *cur)
{
	const struct mcw_lane *lane = cur->lane;
	const struct mcw_cursor from = *cur;
	u64 end = frontier(lane), pos = mcw_cursor_pos(&from);
	u64 oldest = end > lane->size ? end - lane->size : 0;
	s64 missed;

	if (from.jumped == from.awaited)
		oldest += lane->size >> MARGIN_SHIFT;
	if (oldest <= pos)
		oldest = pos + 1; /* the caller saw that pos is gone */
	*cur = cursor_at(lane, oldest, end);
	cur->jumped = cur->awaited;
	missed = (oldest - pos) - (cur->skips - from.skips);
	if (missed >= 0)
		return missed;
	/* A skip was counted too early or too late: the next jump corrects the sum. */
	cur->skips += missed;
	return 0;
}

/**
 * mcw_ring_seek_oldest() - put a cursor on the oldest record that is there
 * @id: MCW_LANE_*
 * @cur: the cursor, open from now on
 *
 * Context: any. Walks the lane where positions were skipped.
 */
void mcw_ring_seek_oldest(unsigned int id, struct mcw_cursor *cur)
{
	const struct mcw_lane *lane = &mcw_lanes[id];
	u64 end = frontier(lane);

	*cur = cursor_at(lane, end > lane->size ? end - lane->size : 0, end);
}

/**
 * mcw_ring_seek_newest() - put a cursor after the newest record
 * @id: MCW_LANE_*
 * @cur: the cursor, open from now on
 *
 * Context: any.
 */
void mcw_ring_seek_newest(unsigned int id, struct mcw_cursor *cur)
{
	const struct mcw_lane *lane = &mcw_lanes[id];
	u64 end = frontier(lane);

	*cur = cursor_at(lane, end, end);
}

/**
 * mcw_ring_set_taken() - let producers reuse the slots that the worker has copied
 * @id: MCW_LANE_SEVERE
 * @pos: all positions below this one are taken
 *
 * Context: the worker only.
 */
void mcw_ring_set_taken(unsigned int id, u64 pos)
{
	struct mcw_lane *lane = &mcw_lanes[id];

	/* MCW(set_taken:A): release, pairs with MCW(reserve:B). */
	if (id == MCW_LANE_SEVERE)
		atomic64_set_release(&lane->limit, pos + lane->size);
}

/* How many producers of positions below @end are inside a slot. */
static u64 count_inside_below(const struct mcw_lane *lane, u64 end)
{
	u64 i, inside = 0;

	for (i = 1; i <= lane->size && i <= INSIDE_WALK; i++) {
		u64 state = atomic64_read(&mcw_lane_slot(lane, end - i)->state);
		/* The producer inside a passed slot has a position at least one lap older. */
		bool later = state & MCW_SLOT_HERE && is_decided(lane, state, end);

		inside += state & MCW_SLOT_INSIDE && !later;
	}
	return inside;
}

/**
 * mcw_ring_info() - state and counts of a lane
 * @id: MCW_LANE_*
 * @info: filled in; exact unless producers are at work at this moment
 *
 * Context: any. Walks INSIDE_WALK slots at most.
 */
void mcw_ring_info(unsigned int id, struct mcw_lane_info *info)
{
	const struct mcw_lane *lane = &mcw_lanes[id];
	u64 reservations;

	*info = (struct mcw_lane_info){
		.size = lane->size,
		.taken = id == MCW_LANE_SEVERE ? atomic64_read(&lane->limit) - lane->size : 0,
		.refused = atomic64_read(&lane->refused),
		.dropped = atomic64_read(&lane->dropped),
		.skipped = atomic64_read(&lane->skipped),
	};
	/* MCW(info:A): pairs with MCW(pass:A). All counted skips are below head. */
	smp_rmb();
	info->head = frontier(lane);
	reservations = info->head - info->skipped;
	info->committed = reservations - count_inside_below(lane, info->head);
	info->overwritten = reservations > lane->size ? reservations - lane->size : 0;
}

/**
 * mcw_ring_init() - allocate the lanes, empty
 * @sizes: records a lane, each a power of two from MCW_RING_MIN_RECORDS to
 *	MCW_RING_MAX_RECORDS
 *
 * Context: process, may sleep; nobody else uses the lanes yet.
 * Return: 0, -EINVAL or -ENOMEM.
 */
int mcw_ring_init(const unsigned int sizes[MCW_LANES])
{
	unsigned int id;
	u64 i;

	for (id = 0; id < MCW_LANES; id++) {
		struct mcw_lane *lane = &mcw_lanes[id];

		if (sizes[id] < MCW_RING_MIN_RECORDS || sizes[id] > MCW_RING_MAX_RECORDS ||
		    (sizes[id] & (sizes[id] - 1))) {
			mcw_ring_exit();
			return -EINVAL;
		}
		memset(lane, 0, sizeof(*lane));
		lane->size = sizes[id];
		lane->lap = lane->size * MCW_SLOT_POSITION + MCW_SLOT_INSIDE;
		lane->mask = (lane->size - 1) * sizeof(*lane->slots);
		atomic64_set(&lane->limit, id == MCW_LANE_SEVERE ? lane->size : U64_MAX);
		lane->slots = vzalloc(sizes[id] * sizeof(*lane->slots));
		if (!lane->slots) {
			mcw_ring_exit();
			return -ENOMEM;
		}
		for (i = 0; i < lane->size; i++) {
			atomic64_set(&lane->slots[i].state,
				     slot_state(lane, i - lane->size, MCW_SLOT_HERE));
			lane->slots[i].words[MCW_KIND_WORD] = mcw_kind(id, MCW_EVENT);
		}
	}
	return 0;
}

/**
 * mcw_ring_exit() - free the lanes
 *
 * Context: process; no producer and no reader is left.
 */
void mcw_ring_exit(void)
{
	unsigned int id;

	for (id = 0; id < MCW_LANES; id++) {
		vfree(mcw_lanes[id].slots);
		mcw_lanes[id].slots = NULL;
	}
}
