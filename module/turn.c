// SPDX-License-Identifier: GPL-2.0
/*
 * Whose turn it is: an error waits here until the kernel had its turn with it, and then is
 * handed to recovery, one at a time.
 *
 * The kernel's turn ends when the record
 *
 *	came back	the decode chain's last block has had it: handled, or not
 *	was dropped	a record captured 100 ms later or more came back, and this one did not.
 *			Less proves nothing: a position in the ring is taken before the kernel's
 *			pool is entered, and the pool is not strictly first in, first out.
 *	grace over	the grace passed since its capture and since the chain last did anything,
 *			and no record is between our first and last block, where a slow console
 *			can keep it for long; a minute at most, for a chain that is never quiet
 *
 * Errors whose data was consumed (AR) the kernel handles elsewhere, by task work of the
 * victim; their record comes back without a word of it. They wait for the whole grace, unless
 * the page is seen poisoned after the record came back.
 *
 * Concurrency
 * -----------
 * Everything runs in process context: the worker, the chain, our work item, knobs. One mutex
 * guards the lists and what was heard of the chain; it is not held while an error is handed
 * over, which may take long. An entry that the work item has taken off the list is its own until
 * it puts it back. The chain may bring a record back before the worker delivered its event; it
 * then has the worker run, which never waits for the chain; where that does not help (no room,
 * a producer inside its slot) what the chain said is kept until the event is delivered.
 */
#include <mcewarden/turn.h>

#include <linux/bitfield.h>
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/lockdep.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/workqueue.h>
#include <asm/mce.h>
#include <asm/processor.h>
#include <mcewarden/chain.h>
#include <mcewarden/page_state.h>
#include <mcewarden/ring.h>
#include <mcewarden/tap.h>
#include <mcewarden/worker.h>

#define DROPPED_NS (100 * NSEC_PER_MSEC) /* a later record that came back proves it */
#define MAX_GRACE_NS (60 * NSEC_PER_SEC) /* however busy the chain is */
#define EARLY_BACK 256 /* records that came back before their events were delivered */

static DEFINE_MUTEX(lock); /* all down to the empty line */
static LIST_HEAD(list); /* in the order of delivery */
static LIST_HEAD(unused);
static unsigned int room; /* entries in unused */
static u64 heard_ns; /* when the chain last did anything */
static u64 newest_back_ns; /* capture of the newest record that came back */
static bool in_chain; /* a record is between our first and last block */
static struct {
	struct mcw_comeback back;
	bool poisoned_before;
	bool valid;
} early[EARLY_BACK]; /* the oldest is replaced */
static unsigned int early_next;

static bool entered_poisoned; /* its page, before the kernel's turn; the chain's alone */
static bool stopped; /* set once */
static unsigned int entries_count;
static struct mcw_waiting *entries;
static struct workqueue_struct *queue;
static const struct mcw_turn_ops *ops;

static void work(struct work_struct *unused);
static DECLARE_DELAYED_WORK(turn_work, work);

static u64 now_ns(void)
{
	return ktime_get_mono_fast_ns();
}

/**
 * mcw_turn_look() - look again whose turn is over
 *
 * Context: any but NMI.
 */
void mcw_turn_look(void)
{
	if (!READ_ONCE(stopped))
		mod_delayed_work(queue, &turn_work, 0);
}

/**
 * mcw_turn_waiting() - how many errors wait
 *
 * Context: any.
 * Return: errors.
 */
unsigned int mcw_turn_waiting(void)
{
	return entries_count - READ_ONCE(room);
}

/* When the kernel's turn is over by the clock alone. */
static u64 grace_end(const struct mcw_waiting *w, u64 now)
{
	u64 from = w->out.of_mono_ns;

	lockdep_assert_held(&lock);
	if (w->wait == MCW_WAIT_TURN) {
		from = max(from, heard_ns);
		if (in_chain)
			from = now;
		from = min(from, w->out.of_mono_ns + MAX_GRACE_NS);
	}
	return from + ops->grace_ns();
}

/* Returns when this entry is to be looked at; 0: now, its turn is decided. */
static u64 due(struct mcw_waiting *w, u64 now)
{
	u64 end;

	lockdep_assert_held(&lock);
	if (w->out.tries)
		return w->not_before_ns <= now ? 0 : w->not_before_ns;
	if (w->out.turn != MCW_TURN_NONE) {
		if (w->wait == MCW_WAIT_TURN || mcw_page_state(w->page) == MCW_PAGE_POISONED)
			return 0;
	} else if (w->wait == MCW_WAIT_TURN && newest_back_ns >= w->out.of_mono_ns + DROPPED_NS) {
		w->out.turn = MCW_TURN_DROPPED;
		return 0;
	}
	end = grace_end(w, now);
	if (now < end)
		return end;
	if (w->out.turn == MCW_TURN_NONE)
		w->out.turn = MCW_TURN_GRACE;
	return 0;
}

/* Takes the first entry whose turn it is off the list; *next: when another one's will be. */
static struct mcw_waiting *take_due(u64 *next)
{
	struct mcw_waiting *w, *found = NULL;
	u64 now = now_ns(), at;

	*next = U64_MAX;
	mutex_lock(&lock);
	list_for_each_entry(w, &list, node) {
		at = due(w, now);
		if (!at) {
			list_del(&w->node);
			found = w;
			break;
		}
		*next = min(*next, at);
	}
	mutex_unlock(&lock);
	return found;
}

static void put_back(struct mcw_waiting *w, bool again)
{
	bool wake;

	mutex_lock(&lock);
	wake = !again && room < MCW_WORKER_AT_ONCE;
	if (again) {
		list_add_tail(&w->node, &list);
	} else {
		list_add(&w->node, &unused);
		WRITE_ONCE(room, room + 1);
	}
	mutex_unlock(&lock);
	if (wake)
		ops->wake();
}

static void work(struct work_struct *unused)
{
	struct mcw_waiting *w;
	u64 next, now;

	while (!READ_ONCE(stopped)) {
		w = take_due(&next);
		if (!w)
			break;
		put_back(w, ops->over(w));
		cond_resched();
	}
	if (READ_ONCE(stopped) || next == U64_MAX)
		return;
	now = now_ns();
	/* Not mod_delayed_work(): somebody may have asked for an earlier run. */
	queue_delayed_work(queue, &turn_work, next > now ? nsecs_to_jiffies(next - now) + 1 : 0);
}

/**
 * mcw_turn_has_room() - whether a severe event can be taken
 *
 * Context: the worker.
 * Return: true: for MCW_WORKER_AT_ONCE of them.
 */
bool mcw_turn_has_room(void)
{
	return READ_ONCE(room) >= MCW_WORKER_AT_ONCE;
}

static bool is_event_of(const struct mcw_waiting *w, const struct mcw_comeback *back)
{
	return w->out.of_lane == FIELD_GET(MCW_MARK_LANE, back->mark) &&
	       (w->out.of_pos & MCW_MARK_POS) == (back->mark & MCW_MARK_POS) &&
	       w->error.status == back->status && w->addr == back->addr && w->tsc == back->tsc;
}

static void hear(struct mcw_waiting *w, const struct mcw_comeback *back, bool poisoned_before)
{
	lockdep_assert_held(&lock);
	w->out.turn = back->kflags & MCE_HANDLED_UC ? MCW_TURN_HANDLED : MCW_TURN_UNHANDLED;
	w->held = back->held;
	if (w->wait == MCW_WAIT_TURN)
		w->poisoned_before = poisoned_before;
}

/* What is severe and not about a page lands here too, and is never asked for. */
static void keep_early(const struct mcw_comeback *back)
{
	lockdep_assert_held(&lock);
	early[early_next].back = *back;
	early[early_next].poisoned_before = entered_poisoned;
	early[early_next].valid = true;
	early_next = (early_next + 1) % EARLY_BACK;
}

static void hear_early(struct mcw_waiting *w)
{
	unsigned int i;

	lockdep_assert_held(&lock);
	for (i = 0; i < EARLY_BACK; i++) {
		if (!early[i].valid || !is_event_of(w, &early[i].back))
			continue;
		hear(w, &early[i].back, early[i].poisoned_before);
		early[i].valid = false;
		return;
	}
}

/**
 * mcw_turn_await() - wait for the end of the kernel's turn with an error
 * @filled: the error; copied
 *
 * Context: the worker. There is room.
 */
void mcw_turn_await(const struct mcw_waiting *filled)
{
	struct mcw_waiting *w;

	mutex_lock(&lock);
	w = list_first_entry_or_null(&unused, struct mcw_waiting, node);
	if (!WARN_ON_ONCE(!w)) { /* the worker asked for room */
		list_del(&w->node);
		WRITE_ONCE(room, room - 1);
		*w = *filled;
		hear_early(w);
		list_add_tail(&w->node, &list);
	}
	mutex_unlock(&lock);
	mcw_turn_look();
}

/* The newest entry that is this record's event. */
static struct mcw_waiting *find(const struct mcw_comeback *back)
{
	struct mcw_waiting *w;

	lockdep_assert_held(&lock);
	list_for_each_entry_reverse(w, &list, node) {
		if (is_event_of(w, back))
			return w;
	}
	return NULL;
}

/* When a record that came back was captured; 0: not known. */
static u64 captured_ns(const struct mcw_comeback *back)
{
	unsigned int lane = FIELD_GET(MCW_MARK_LANE, back->mark);
	struct mcw_cursor end;
	struct mcw_record rec;
	u64 pos, head;

	if (lane >= MCW_LANES)
		return 0;
	mcw_ring_seek_newest(lane, &end);
	head = mcw_cursor_pos(&end);
	pos = (head & ~(u64)MCW_MARK_POS) | (back->mark & MCW_MARK_POS);
	if (pos >= head)
		pos -= MCW_MARK_POS + 1;
	if (pos >= head || mcw_ring_get_late(lane, pos, &rec) != MCW_LOOK_GOT)
		return 0;
	if (rec.event.regs.status != back->status || rec.event.regs.addr != back->addr ||
	    rec.event.regs.tsc != back->tsc)
		return 0;
	/* What the chain captured had entered the kernel's pool who knows when. */
	if (rec.event.flags & MCW_FLAG_CHAIN)
		return 0;
	return rec.head.mono_ns;
}

/**
 * mcw_turn_enters() - a record begins its way through the decode chain
 * @m: the record
 *
 * Context: the decode chain, before the kernel's own block that poisons pages.
 */
void mcw_turn_enters(const struct mce *m)
{
	u64 address = m->addr & (BIT_ULL(boot_cpu_data.x86_phys_bits) - 1);

	entered_poisoned = mcw_page_state(address) == MCW_PAGE_POISONED;
	mutex_lock(&lock);
	in_chain = true;
	heard_ns = now_ns();
	mutex_unlock(&lock);
}

/**
 * mcw_turn_leaves() - a record came back, all blocks have had it
 * @back: the record
 *
 * Context: the decode chain, behind all other blocks; sleeps.
 */
void mcw_turn_leaves(const struct mcw_comeback *back)
{
	u64 captured = captured_ns(back);
	struct mcw_waiting *w;

	mutex_lock(&lock);
	w = find(back);
	if (!w && FIELD_GET(MCW_MARK_LANE, back->mark) == MCW_LANE_SEVERE) {
		mutex_unlock(&lock);
		ops->run();
		mutex_lock(&lock);
		w = find(back);
	}
	in_chain = false;
	heard_ns = now_ns();
	newest_back_ns = max(newest_back_ns, captured);
	if (w)
		hear(w, back, entered_poisoned);
	else if (FIELD_GET(MCW_MARK_LANE, back->mark) == MCW_LANE_SEVERE)
		keep_early(back);
	mutex_unlock(&lock);
	mcw_turn_look();
}

/**
 * mcw_turn_init() - make room for errors that wait
 * @size: how many
 * @turn_ops: what to do with them
 *
 * Context: process, may sleep.
 * Return: 0 or -ENOMEM.
 */
int mcw_turn_init(unsigned int size, const struct mcw_turn_ops *turn_ops)
{
	ops = turn_ops;
	entries_count = size + MCW_WORKER_AT_ONCE;
	entries = kvcalloc(entries_count, sizeof(*entries), GFP_KERNEL);
	if (!entries)
		return -ENOMEM;
	queue = alloc_ordered_workqueue("mcewarden_turn", 0);
	if (!queue) {
		kvfree(entries);
		return -ENOMEM;
	}
	for (room = 0; room < entries_count; room++)
		list_add_tail(&entries[room].node, &unused);
	return 0;
}

/**
 * mcw_turn_stop() - hand nothing over any more
 *
 * Context: process, sleeps. The chain is left; the worker may still deliver.
 */
void mcw_turn_stop(void)
{
	WRITE_ONCE(stopped, true);
	cancel_delayed_work_sync(&turn_work);
}

/**
 * mcw_turn_exit() - forget those that wait
 *
 * Context: process, sleeps. mcw_turn_stop() was called, and nobody delivers any more.
 * Return: how many they were.
 */
unsigned int mcw_turn_exit(void)
{
	unsigned int waiting = mcw_turn_waiting();

	destroy_workqueue(queue);
	kvfree(entries);
	return waiting;
}
