// SPDX-License-Identifier: GPL-2.0
/*
 * The consumers' side of the lanes: cursors, and the counts of a lane. The comment at the top of
 * ring.c explains the lanes, and has the table of the barriers.
 */
#include <mcewarden/ring.h>

#include <asm/barrier.h>
#include <linux/minmax.h>

#define MARGIN_SHIFT 3 /* the second jump in a row gives the reader a head start of size / 8 */
#define INSIDE_WALK 4096 /* positions that are looked at for producers inside */

static __always_inline const struct mcw_slot *slot_at(const struct mcw_cursor *cur)
{
	return mcw_slot_awaiting(cur->lane, cur->awaited);
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

		if (!mcw_is_decided(cur->lane, state, pos))
			return MCW_LOOK_EMPTY;
		if (mcw_is_lapped(cur->lane, state, pos))
			return MCW_LOOK_OVERRUN;
		if (state & MCW_SLOT_HERE)
			return state & MCW_SLOT_INSIDE ? MCW_LOOK_BUSY : MCW_LOOK_GOT;
		mcw_ring_pass(cur);
		cur->skips++;
	}
}

/* The slow path of mcw_ring_peek(). */
enum mcw_look mcw_ring_peek_slowly(struct mcw_cursor *cur, u64 *mono_ns)
{
	enum mcw_look seen = mcw_ring_look(cur);

	return seen == MCW_LOOK_GOT ? mcw_slot_peek(slot_at(cur), cur->awaited, mono_ns) : seen;
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
	const struct mcw_lane *lane = &mcw_ring.lanes[id];
	const struct mcw_slot *slot = mcw_lane_slot(lane, pos);
	/* MCW(look:A): acquire, pairs with MCW(commit:A). */
	u64 state = atomic64_read_acquire(&slot->state);

	if (state & MCW_SLOT_HERE && mcw_is_lapped(lane, state, pos))
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

	while (mcw_is_decided(lane, atomic64_read(&mcw_lane_slot(lane, pos)->state), pos))
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

		if ((state & ~MCW_SLOT_INSIDE) == mcw_slot_state(lane, pos, 0))
			skips--;
	}
	return skips;
}

static struct mcw_cursor cursor_at(const struct mcw_lane *lane, u64 pos, u64 end)
{
	return (struct mcw_cursor){
		.lane = lane,
		.awaited = mcw_slot_state(lane, pos, MCW_SLOT_HERE),
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
	const struct mcw_lane *lane = &mcw_ring.lanes[id];
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
	const struct mcw_lane *lane = &mcw_ring.lanes[id];
	u64 end = frontier(lane);

	*cur = cursor_at(lane, end, end);
}

/**
 * mcw_ring_seek_to() - put a cursor on a position
 * @id: MCW_LANE_*
 * @pos: the position; instead of one that does not exist yet, or no more, the nearest that does
 * @cur: the cursor, open from now on
 *
 * Context: any. Walks the lane where positions were skipped.
 */
void mcw_ring_seek_to(unsigned int id, u64 pos, struct mcw_cursor *cur)
{
	const struct mcw_lane *lane = &mcw_ring.lanes[id];
	u64 end = frontier(lane), oldest = end > lane->size ? end - lane->size : 0;

	if (pos > end)
		pos = end;
	*cur = cursor_at(lane, max(pos, oldest), end);
}

/* How many producers of positions below @end are inside a slot. */
static u64 count_inside_below(const struct mcw_lane *lane, u64 end)
{
	u64 i, inside = 0;

	for (i = 1; i <= lane->size && i <= INSIDE_WALK; i++) {
		u64 state = atomic64_read(&mcw_lane_slot(lane, end - i)->state);
		/* The producer inside a passed slot has a position at least one lap older. */
		bool later = state & MCW_SLOT_HERE && mcw_is_decided(lane, state, end);

		inside += state & MCW_SLOT_INSIDE && !later;
	}
	return inside;
}

/**
 * mcw_ring_counts() - what mcw_ring_info() says, but that committed has the records in the making
 * @id: MCW_LANE_*
 * @info: filled in
 *
 * A reader of a mapping has it called for each of its waits, so it does not walk the lane.
 *
 * Context: any.
 */
void mcw_ring_counts(unsigned int id, struct mcw_lane_info *info)
{
	const struct mcw_lane *lane = &mcw_ring.lanes[id];

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
	info->committed = info->head - info->skipped;
	info->overwritten = info->committed > lane->size ? info->committed - lane->size : 0;
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
	const struct mcw_lane *lane = &mcw_ring.lanes[id];

	mcw_ring_counts(id, info);
	info->committed -= count_inside_below(lane, info->head);
}
