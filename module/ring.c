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
 * Three readers take these steps: mcw_ring_get() for a copy, mcw_ring_copy_run() in ring_user.c
 * straight to a user's buffer, and that of a mapping, include/uapi/mcewarden_ring.h, in user space.
 * A mapping is read-only, so producers need not know of any reader.
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
 * Reservation and commit are inline in ring.h; the slow path of the reservation is here, and the
 * consumers' side is in ring_read.c. Neither wakes anybody: a consumer prepares to wait and then
 * looks; a producer queues an irq_work after its commit, and the handler takes the wait queue's
 * lock.
 */
#include <mcewarden/ring.h>

#include <linux/build_bug.h>
#include <linux/errno.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include <asm/barrier.h>

#define MAX_PASSES 64 /* slots that may be passed for one record */

struct mcw_ring mcw_ring;

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
		if (mcw_is_decided(lane, old, pos)) {
			/* Another producer reserved or passed @pos: move head for it. */
			atomic64_try_cmpxchg(&lane->head, &pos, pos + 1);
			continue;
		}
		if (mcw_lane_is_full(lane, pos))
			break;
		if (!(old & MCW_SLOT_INSIDE)) {
			ours = mcw_slot_state(lane, pos, MCW_SLOT_HERE | MCW_SLOT_INSIDE);
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
					 mcw_slot_state(lane, pos, MCW_SLOT_INSIDE)))
			atomic64_inc(&lane->skipped);
	}
	atomic64_inc(&lane->refused);
unplaced:
	atomic64_inc(&lane->unplaced);
	return NULL;
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
	struct mcw_lane *lane = &mcw_ring.lanes[id];

	/* MCW(set_taken:A): release, pairs with MCW(reserve:B). */
	if (id == MCW_LANE_SEVERE)
		atomic64_set_release(&lane->limit, pos + lane->size);
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
	u64 i, offset = MCW_MAP_PAGE;
	unsigned int id;

	BUILD_BUG_ON(sizeof(struct mcw_lane) != sizeof(struct mcw_map_lane));
	BUILD_BUG_ON(offsetof(struct mcw_lane, head) != offsetof(struct mcw_map_lane, head));
	BUILD_BUG_ON(offsetof(struct mcw_lane, skipped) != offsetof(struct mcw_map_lane, skipped));
	BUILD_BUG_ON(offsetof(struct mcw_lane, limit) != offsetof(struct mcw_map_lane, limit));
	BUILD_BUG_ON(offsetof(struct mcw_ring, header) != MCW_MAP_HEADER);
	for (id = 0; id < MCW_LANES; id++) {
		struct mcw_lane *lane = &mcw_ring.lanes[id];
		struct mcw_slot *slots;

		if (sizes[id] < MCW_RING_MIN_RECORDS || sizes[id] > MCW_RING_MAX_RECORDS ||
		    (sizes[id] & (sizes[id] - 1))) {
			mcw_ring_exit();
			return -EINVAL;
		}
		memset(lane, 0, sizeof(*lane));
		lane->offset = offset;
		lane->size = sizes[id];
		offset += lane->size * sizeof(struct mcw_slot);
		lane->lap = lane->size * MCW_SLOT_POSITION + MCW_SLOT_INSIDE;
		lane->mask = (lane->size - 1) * sizeof(struct mcw_slot);
		atomic64_set(&lane->limit, id == MCW_LANE_SEVERE ? lane->size : U64_MAX);
		slots = vzalloc(sizes[id] * sizeof(*slots));
		mcw_ring.slots[id].slots = slots;
		if (!slots) {
			mcw_ring_exit();
			return -ENOMEM;
		}
		for (i = 0; i < lane->size; i++) {
			atomic64_set(&slots[i].state,
				     mcw_slot_state(lane, i - lane->size, MCW_SLOT_HERE));
			slots[i].words[MCW_KIND_WORD] = mcw_kind(id, MCW_EVENT);
		}
	}
	mcw_ring.header = (struct mcw_map_header){
		.magic = MCW_MAP_MAGIC,
		.version = MCW_MAP_VERSION,
		.abi = MCW_ABI_VERSION,
		.bytes = offset,
		.record_bytes = MCW_RECORD_BYTES,
		.slot_bytes = sizeof(struct mcw_slot),
		.lanes = MCW_LANES,
		.lane_bytes = sizeof(struct mcw_lane),
		.lanes_offset = offsetof(struct mcw_ring, lanes),
	};
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
		vfree(mcw_ring.slots[id].slots);
		mcw_ring.slots[id].slots = NULL;
	}
}
