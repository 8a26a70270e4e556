// SPDX-License-Identifier: GPL-2.0
/*
 * The store of records: lock-free, safe in every context, nothing lost unsaid.
 *
 * Structure
 * ---------
 * A lane is a power of two of slots. Position p, counted in 64 bits from 0 and
 * never used twice, lies in slot p mod size. One 64-bit word a slot says all there is
 * to say about it:
 *
 *	bits 63:2	p + 1, the newest position that was decided here; 0 = none yet
 *	bit 1 HERE	position p has its record here, or will have
 *	bit 0 INSIDE	a producer is inside the slot
 *
 *	HERE|INSIDE	writing		the producer of p writes its record
 *	HERE		committed	the record of p is readable
 *	INSIDE		passed		p never holds a record: a producer of an older
 *					position is still inside
 *	neither		late		as passed, and that producer came out since
 *
 * Every position is decided by exactly one compare-and-exchange on that word: it is
 * claimed or it is passed, never both, whatever a producer read before. The
 * transitions (q < p, both of this slot):
 *
 *	committed(q), late(q), 0	-> writing(p)	claim, full barrier
 *	writing(q), passed(q)		-> passed(p)	pass; counted in skipped
 *	writing(p)			-> committed(p)	commit: subtract 1
 *	passed(p)			-> late(p)	commit: subtract 1
 *
 * The position in the word only grows, so a word never comes back: there is no ABA.
 * head is a hint that is never ahead: it moves from p to p + 1 only when p was decided,
 * and whoever finds p decided helps it forward. Positions are thus decided in order.
 *
 * Producers
 * ---------
 * They may interrupt each other at any instruction, on one CPU to any depth (process,
 * softirq, hard interrupt, NMI, #MC), and run on all CPUs at once. None ever waits for
 * another: a position that somebody has is helped past, a slot that somebody is inside is
 * passed. An attempt is repeated only when somebody else's succeeded (lock-free), and
 * at most MAX_PASSES slots are passed for one record; then the record is dropped and
 * counted. A producer that dies inside costs its slot and nothing else.
 *
 * In a lane that keeps (the severe one) position p may be claimed only when the worker
 * has taken p - size; else the record is refused and counted. taken is read before the
 * claim: read after it, the slot would be ours already while the worker still copies.
 *
 * A producer in process context switches preemption off from claim to commit, or it would look
 * dead to readers after a second.
 *
 * Consumers
 * ---------
 * A reader owns its cursor and disturbs nobody. It reads the word, copies, reads the word
 * again: a change means that the slot was reused, and the copy is discarded. A position
 * that is passed is stepped over at once. Where a producer is inside, the reader may wait
 * and then pass it (mcw_ring_pass()); the worker alone looks again with
 * mcw_ring_get_late(), which finds the record also when producers passed the slot since.
 *
 * Counts
 * ------
 * offered = committed + refused + dropped, once nothing is under way;
 * overwritten = committed records whose slot was claimed again;
 * head = committed + skipped + what is being written.
 * A record carries refused + dropped and skipped as they were after its claim.
 *
 * Barriers
 * --------
 * Labels are MCW(function:letter). What pairs with what:
 *
 *	claim:A		full (atomic64_try_cmpxchg) before the record is written
 *	  pairs with get:B	smp_rmb between copying and the second look.
 *		A reader that saw a word of the new record sees the new state, and
 *		discards. A weaker claim lets the record's stores pass it.
 *	commit:A	release (fetch_sub) after the record is written
 *	  pairs with look:A	acquire of the state before copying.
 *		A reader that sees "committed" sees the whole record.
 *	  pairs with claim:A	the next owner's stores come after the last owner's.
 *	set_taken:A	release after the worker copied
 *	  pairs with claim:B	acquire of taken before claim:A.
 *		The worker's loads are done before the new owner's stores.
 *	claim:C		full (atomic64_try_cmpxchg of head) after claim:A
 *	  pairs with frontier:A	acquire of head.
 *		Who sees head past p sees p decided; look() then never says "empty"
 *		for a position below a head that the same reader saw.
 *
 * Waking is no matter of this file. Who waits prepares to wait and then looks; who
 * commits queues an irq_work, and its handler takes the wait queue's lock.
 */
#include <mcewarden/ring.h>

#include <linux/errno.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include <asm/barrier.h>

#define INSIDE 1ULL
#define HERE 2ULL
#define MAX_PASSES 64 /* slots with a producer inside, for one record */
#define MARGIN_SHIFT 3 /* a second jump in a row leaves size / 8 as a head start */

#define writing(pos) ((((pos) + 1) << 2) | HERE | INSIDE)
#define passed(pos) ((((pos) + 1) << 2) | INSIDE)
#define decided(state) ((state) >> 2) /* positions below this one are */

struct mcw_lane mcw_lanes[MCW_LANES];

static struct mcw_slot *slot_of(const struct mcw_lane *lane, u64 pos)
{
	return &lane->slots[pos & (lane->size - 1)];
}

/* Owner of the slot only; readers find out by the state. */
static void write_head(struct mcw_lane *lane, unsigned int id, u8 type,
		       const struct mcw_place *place)
{
	mcw_place_write(place, 0, place->pos);
	mcw_place_write(place, 1, atomic64_read(&lane->refused) + atomic64_read(&lane->dropped));
	mcw_place_write(place, 2, atomic64_read(&lane->skipped));
	mcw_place_write(place, 5, type | (u64)id << 8);
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
 * Context: any, NMI and #MC included; preemption off from here to mcw_ring_commit().
 * Return: true; false when the record was refused or dropped, which is counted.
 */
bool mcw_ring_claim(unsigned int id, u8 type, struct mcw_place *place)
{
	struct mcw_lane *lane = &mcw_lanes[id];
	unsigned int passes = 0;
	struct mcw_slot *slot;
	s64 pos, old, taken;

	for (;;) {
		pos = atomic64_read(&lane->head);
		slot = slot_of(lane, pos);
		old = atomic64_read(&slot->state);
		if (decided((u64)old) > (u64)pos) {
			/* Somebody has it, or passed it: help, and look again. */
			atomic64_try_cmpxchg(&lane->head, &pos, pos + 1);
			continue;
		}
		/* MCW(claim:B): pairs with MCW(set_taken:A). */
		taken = atomic64_read_acquire(&lane->taken);
		if (lane->keeps && taken + lane->size <= (u64)pos) {
			atomic64_inc(&lane->refused);
			return false;
		}
		if (old & INSIDE) {
			if (passes++ == MAX_PASSES) {
				atomic64_inc(&lane->dropped);
				return false;
			}
			if (atomic64_try_cmpxchg(&slot->state, &old, passed((u64)pos)))
				atomic64_inc(&lane->skipped);
			continue;
		}
		/* MCW(claim:A): full barrier, pairs with MCW(get:B). */
		if (atomic64_try_cmpxchg(&slot->state, &old, writing((u64)pos)))
			break;
	}
	place->slot = slot;
	place->pos = pos;
	/* MCW(claim:C): pairs with MCW(frontier:A). Fails where somebody helped. */
	atomic64_try_cmpxchg(&lane->head, &pos, pos + 1);
	if (old)
		atomic64_inc(&lane->overwritten);
	write_head(lane, id, type, place);
	return true;
}

/**
 * mcw_ring_commit() - publish what was written into a place
 * @id: the lane given to mcw_ring_claim()
 * @place: the place that it gave
 *
 * Context: as mcw_ring_claim().
 */
void mcw_ring_commit(unsigned int id, const struct mcw_place *place)
{
	/*
	 * MCW(commit:A): release, pairs with MCW(look:A). Subtract rather than store:
	 * somebody may have passed the slot, and that must stay said.
	 */
	atomic64_fetch_sub_release(INSIDE, &place->slot->state);
	atomic64_inc(&mcw_lanes[id].committed);
}

/* What lies at the cursor, and the state that says so. Steps over passed positions. */
static enum mcw_look look(const struct mcw_lane *lane, struct mcw_cursor *cur, u64 *state)
{
	for (;;) {
		/* MCW(look:A): acquire, pairs with MCW(commit:A). */
		*state = atomic64_read_acquire(&slot_of(lane, cur->pos)->state);
		if (decided(*state) <= cur->pos)
			return MCW_LOOK_EMPTY;
		if (decided(*state) > cur->pos + 1)
			return MCW_LOOK_OVERRUN;
		if (*state & HERE)
			return *state & INSIDE ? MCW_LOOK_PENDING : MCW_LOOK_GOT;
		cur->pos++;
		cur->skips++;
	}
}

/* True when the copy is of one record: that which @state stands for. */
static bool copy(const struct mcw_slot *slot, u64 state, struct mcw_record *rec)
{
	u64 *to = (u64 *)rec;
	unsigned int i;

	for (i = 0; i < MCW_RECORD_WORDS; i++)
		to[i] = READ_ONCE(slot->words[i]);
	smp_rmb(); /* MCW(get:B): pairs with MCW(claim:A). */
	return (u64)atomic64_read(&slot->state) == state;
}

/**
 * mcw_ring_look() - say what a get would find, without taking it
 * @id: MCW_LANE_*
 * @cur: the reader's cursor; moves over positions that never hold a record
 *
 * Context: any; @cur is the caller's alone.
 * Return: see enum mcw_look.
 */
enum mcw_look mcw_ring_look(unsigned int id, struct mcw_cursor *cur)
{
	u64 state;

	return look(&mcw_lanes[id], cur, &state);
}

/**
 * mcw_ring_get() - copy the record at the cursor and step on
 * @id: MCW_LANE_*
 * @cur: the reader's cursor
 * @rec: the copy; garbage unless MCW_LOOK_GOT is returned
 *
 * Context: any; @cur is the caller's alone.
 * Return: see enum mcw_look.
 */
enum mcw_look mcw_ring_get(unsigned int id, struct mcw_cursor *cur, struct mcw_record *rec)
{
	const struct mcw_lane *lane = &mcw_lanes[id];
	enum mcw_look seen;
	u64 state;

	seen = look(lane, cur, &state);
	if (seen != MCW_LOOK_GOT)
		return seen;
	if (!copy(slot_of(lane, cur->pos), state, rec))
		return MCW_LOOK_OVERRUN;
	cur->pos++;
	cur->jumped = false;
	return MCW_LOOK_GOT;
}

/**
 * mcw_ring_get_late() - look again at a position that was passed with mcw_ring_pass()
 * @id: MCW_LANE_*
 * @pos: the position
 * @rec: the copy; garbage unless MCW_LOOK_GOT is returned
 *
 * Finds the record also in a slot that producers passed in the meantime: the record itself
 * says which position it is.
 *
 * Context: any.
 * Return: MCW_LOOK_GOT, MCW_LOOK_PENDING while a producer is inside, MCW_LOOK_OVERRUN
 * when the record is gone for good.
 */
enum mcw_look mcw_ring_get_late(unsigned int id, u64 pos, struct mcw_record *rec)
{
	const struct mcw_slot *slot = slot_of(&mcw_lanes[id], pos);
	/* MCW(look:A): acquire, pairs with MCW(commit:A). */
	u64 state = atomic64_read_acquire(&slot->state);

	if (state & HERE && decided(state) > pos + 1)
		return MCW_LOOK_OVERRUN;
	if (state & INSIDE)
		return MCW_LOOK_PENDING;
	return copy(slot, state, rec) && rec->head.pos == pos ? MCW_LOOK_GOT : MCW_LOOK_OVERRUN;
}

/* The first position that is not decided; head may lag behind it. */
static u64 frontier(const struct mcw_lane *lane)
{
	/* MCW(frontier:A): acquire, pairs with MCW(claim:C). */
	u64 pos = atomic64_read_acquire(&lane->head);

	while (decided((u64)atomic64_read(&slot_of(lane, pos)->state)) > pos)
		pos++;
	return pos;
}

/* How many positions below @pos never hold a record. Exact when nothing is under way. */
static u64 skips_below(const struct mcw_lane *lane, u64 pos, u64 end)
{
	u64 skips = atomic64_read(&lane->skipped);

	/* Those from @pos on are still there to be seen. There are none on most machines. */
	for (; skips && pos < end; pos++) {
		u64 state = atomic64_read(&slot_of(lane, pos)->state);

		if (decided(state) == pos + 1 && !(state & HERE))
			skips--;
	}
	return skips;
}

static void place_cursor(const struct mcw_lane *lane, struct mcw_cursor *cur, u64 pos, u64 end)
{
	cur->pos = pos;
	cur->skips = skips_below(lane, pos, end);
}

/**
 * mcw_ring_jump() - go on after MCW_LOOK_OVERRUN
 * @id: MCW_LANE_*
 * @cur: the reader's cursor; stands on the oldest record that is left, or a little later
 *	when it was overrun there too before it read anything
 *
 * Context: any; @cur is the caller's alone. Walks the lane where positions were skipped.
 * Return: the number of records that this reader missed.
 */
u64 mcw_ring_jump(unsigned int id, struct mcw_cursor *cur)
{
	const struct mcw_lane *lane = &mcw_lanes[id];
	const struct mcw_cursor from = *cur;
	u64 end = frontier(lane);
	u64 oldest = end > lane->size ? end - lane->size : 0;
	s64 missed;

	if (from.jumped)
		oldest += lane->size >> MARGIN_SHIFT;
	if (oldest <= from.pos)
		oldest = from.pos + 1; /* it is gone, as the caller saw */
	place_cursor(lane, cur, oldest, end);
	cur->jumped = true;
	missed = (cur->pos - from.pos) - (cur->skips - from.skips);
	if (missed >= 0)
		return missed;
	/* A skip was counted early or late: owe it to the next jump, so that the sum holds. */
	cur->skips += missed;
	return 0;
}

/**
 * mcw_ring_pass() - step over a position whose producer does not come out
 * @cur: the reader's cursor
 *
 * Context: any; @cur is the caller's alone.
 */
void mcw_ring_pass(struct mcw_cursor *cur)
{
	cur->pos++;
}

/**
 * mcw_ring_seek_oldest() - put a cursor on the oldest record that is there
 * @id: MCW_LANE_*
 * @cur: the cursor
 *
 * Context: any. Walks the lane where positions were skipped.
 */
void mcw_ring_seek_oldest(unsigned int id, struct mcw_cursor *cur)
{
	const struct mcw_lane *lane = &mcw_lanes[id];
	u64 end = frontier(lane);

	place_cursor(lane, cur, end > lane->size ? end - lane->size : 0, end);
	cur->jumped = false;
}

/**
 * mcw_ring_seek_newest() - put a cursor after the newest record
 * @id: MCW_LANE_*
 * @cur: the cursor
 *
 * Context: any.
 */
void mcw_ring_seek_newest(unsigned int id, struct mcw_cursor *cur)
{
	const struct mcw_lane *lane = &mcw_lanes[id];
	u64 end = frontier(lane);

	place_cursor(lane, cur, end, end);
	cur->jumped = false;
}

/**
 * mcw_ring_set_taken() - let producers reuse what the worker has copied
 * @id: MCW_LANE_SEVERE
 * @pos: all positions below this one are taken
 *
 * Context: the worker only.
 */
void mcw_ring_set_taken(unsigned int id, u64 pos)
{
	/* MCW(set_taken:A): release, pairs with MCW(claim:B). */
	atomic64_set_release(&mcw_lanes[id].taken, pos);
}

/**
 * mcw_ring_info() - state and counts of a lane
 * @id: MCW_LANE_*
 * @info: filled in; each figure is exact, what is under way may lie between two of them
 *
 * Context: any.
 */
void mcw_ring_info(unsigned int id, struct mcw_lane_info *info)
{
	const struct mcw_lane *lane = &mcw_lanes[id];

	*info = (struct mcw_lane_info){
		.size = lane->size,
		.head = frontier(lane),
		.taken = atomic64_read(&lane->taken),
		.committed = atomic64_read(&lane->committed),
		.refused = atomic64_read(&lane->refused),
		.dropped = atomic64_read(&lane->dropped),
		.overwritten = atomic64_read(&lane->overwritten),
		.skipped = atomic64_read(&lane->skipped),
	};
}

/**
 * mcw_ring_init() - allocate the three lanes, empty
 * @sizes: records a lane, each a power of two from MCW_RING_MIN_RECORDS to
 *	MCW_RING_MAX_RECORDS
 *
 * Context: process, may sleep; nobody else uses the lanes yet.
 * Return: 0, -EINVAL or -ENOMEM.
 */
int mcw_ring_init(const unsigned int sizes[MCW_LANES])
{
	unsigned int id;

	for (id = 0; id < MCW_LANES; id++) {
		struct mcw_lane *lane = &mcw_lanes[id];

		if (sizes[id] < MCW_RING_MIN_RECORDS || sizes[id] > MCW_RING_MAX_RECORDS ||
		    (sizes[id] & (sizes[id] - 1))) {
			mcw_ring_exit();
			return -EINVAL;
		}
		memset(lane, 0, sizeof(*lane));
		lane->size = sizes[id];
		lane->keeps = id == MCW_LANE_SEVERE;
		lane->slots = vzalloc(sizes[id] * sizeof(*lane->slots));
		if (!lane->slots) {
			mcw_ring_exit();
			return -ENOMEM;
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
