// SPDX-License-Identifier: GPL-2.0
/*
 * The worker takes every event from the ring, grades it, and hands it on with its grade. In the
 * severe lane producers may reuse a slot only after the worker has taken it, so the worker runs
 * whatever the knobs say.
 *
 * It is one work item on its own queue and never runs concurrently with itself, so cursors and
 * stragglers need no lock. A producer commits first; then its irq_work queues the work item. If
 * the work item is idle or pending, it starts; if it runs, it runs again: no wake-up is missed.
 *
 * A run ends
 * ----------
 * Producers may be faster than the worker for as long as they like, and the decode chain waits for
 * the worker (mcw_worker_run()). So a run takes at most RUN_EVENTS from each lane. If there are
 * more, it queues itself again and ends.
 *
 *	the chain	flushes the work item: it waits for the run that is under way, and for the
 *			one that it queued. Work that is queued later, also by a run itself, is
 *			behind the flush. So the chain waits for two runs at most, and for no event
 *			that other CPUs store meanwhile. No consumer waits for the chain.
 *	lanes		take turns: the severe lane is looked at again after RUN_EVENTS others.
 *	wake-ups	of a work item that is pending already change nothing; the pending run
 *			begins later than the producer's commit, and so sees its event.
 *	unload		has no producers any more. mcw_worker_drain() runs the work item until a
 *			run has reached the ends of both lanes. Later cancel_delayed_work_sync()
 *			keeps a run from queueing itself again.
 *
 * Producers interrupt a run anywhere, also in an NMI; what they share with it is the ring alone.
 *
 * The worker steps over a producer that stays in its slot for a second, or the lane would be
 * stuck for ever. Such a position is a straggler. Every run looks at the stragglers again until
 * the record is there or the slot was reused, because the worker must not miss a record that a
 * device reader may miss. This needs no timer: the producer wakes the worker when it leaves the
 * slot, and so does a producer that reuses it.
 */
#include <mcewarden/worker.h>

#include <linux/atomic.h>
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/kobject.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/workqueue.h>
#include <mcewarden/grading.h>
#include <mcewarden/ring.h>
#include <mcewarden/severity.h>
#include <mcewarden/sysfs.h>

#define STUCK_JIFFIES HZ
#define RUN_EVENTS 256 /* at most, from each lane in a run */

struct take {
	unsigned int lane;
	struct mcw_cursor cur;
	unsigned long since; /* jiffies when the slot at cur was first seen busy */
	bool busy;
	unsigned int stragglers;
	u64 straggler[MCW_STRAGGLERS];
};

static struct take lane_takes[] = {
	{ .lane = MCW_LANE_SEVERE },
	{ .lane = MCW_LANE_OTHER },
};

static struct workqueue_struct *worker_queue;
static void (*consume_event)(const struct mcw_record *rec, const struct mcw_verdict *verdict);
static bool (*consumer_has_room)(void);
static atomic64_t severe_taken; /* the worker is through with positions below it */
static bool run_left_events; /* written at the end of each run */
static atomic64_t events_taken;
static atomic64_t events_missed;

/* stats/rules/<name>: how many events each rule has graded. */
static struct mcw_counter rule_hits[MCW_RULES];
static struct attribute *rule_hit_attrs[MCW_RULES + 1];
const struct attribute_group mcw_worker_rules = { .name = "rules", .attrs = rule_hit_attrs };

static ssize_t worker_taken_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%llu\n", (u64)atomic64_read(&events_taken));
}

static ssize_t worker_missed_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%llu\n", (u64)atomic64_read(&events_missed));
}

static struct kobj_attribute worker_taken_attr = __ATTR_RO(worker_taken);
static struct kobj_attribute worker_missed_attr = __ATTR_RO(worker_missed);

static struct attribute *worker_stats_attrs[] = {
	&worker_taken_attr.attr,
	&worker_missed_attr.attr,
	NULL,
};

const struct attribute_group mcw_worker_stats = { .attrs = worker_stats_attrs };

static void fill_hit_attrs(void)
{
	unsigned int rule;

	for (rule = 0; rule < MCW_RULES; rule++) {
		sysfs_attr_init(&rule_hits[rule].attr.attr);
		rule_hits[rule].attr.attr.name = mcw_severity_rule_name(rule);
		rule_hits[rule].attr.attr.mode = 0444;
		rule_hits[rule].attr.show = mcw_counter_show;
		rule_hit_attrs[rule] = &rule_hits[rule].attr.attr;
	}
}

static void worker_take_record(const struct mcw_record *rec)
{
	struct mcw_verdict verdict = mcw_event_grade(&rec->event);

	mcw_counter_add(&rule_hits[verdict.rule], 1);
	atomic64_inc(&events_taken);
	consume_event(rec, &verdict);
}

static void look_at_stragglers(struct take *take)
{
	struct mcw_record rec;
	unsigned int i = 0;

	while (i < take->stragglers) {
		enum mcw_look seen = mcw_ring_get_late(take->lane, take->straggler[i], &rec);

		if (seen == MCW_LOOK_BUSY) {
			i++;
			continue;
		}
		if (seen == MCW_LOOK_GOT)
			worker_take_record(&rec);
		else
			atomic64_inc(&events_missed);
		take->straggler[i] = take->straggler[--take->stragglers];
	}
}

static void pass_stuck_producer(struct take *take)
{
	if (take->stragglers < MCW_STRAGGLERS)
		take->straggler[take->stragglers++] = mcw_cursor_pos(&take->cur);
	else
		atomic64_inc(&events_missed);
	mcw_ring_pass(&take->cur);
	take->busy = false;
}

/* Takes the next event. Returns false if there is none, or a producer is inside its slot. */
static bool worker_take_next(struct take *take)
{
	struct mcw_record rec;

	switch (mcw_ring_get(&take->cur, &rec)) {
	case MCW_LOOK_GOT:
		take->busy = false;
		worker_take_record(&rec);
		return true;
	case MCW_LOOK_OVERRUN:
		take->busy = false;
		atomic64_add(mcw_ring_jump(&take->cur), &events_missed);
		return true;
	case MCW_LOOK_BUSY:
		if (!take->busy)
			take->since = jiffies;
		take->busy = true;
		if (time_before(jiffies, take->since + STUCK_JIFFIES))
			return false;
		pass_stuck_producer(take);
		return true;
	case MCW_LOOK_EMPTY:
		break;
	}
	take->busy = false;
	return false;
}

/* Returns whether the run ended before the lane did. */
static bool worker_take_lane(struct take *take)
{
	unsigned int left = RUN_EVENTS;
	bool more = true;

	/* Events for which the consumer has no room stay in the lane. A full lane refuses. */
	while (more && left && (take->lane != MCW_LANE_SEVERE || consumer_has_room())) {
		look_at_stragglers(take);
		more = worker_take_next(take);
		/* Producers may reuse positions that were stepped over, too. */
		mcw_ring_set_taken(take->lane, mcw_cursor_pos(&take->cur));
		if (take->lane == MCW_LANE_SEVERE)
			atomic64_set(&severe_taken, mcw_cursor_pos(&take->cur));
		left--;
		/*
		 * Under an endless stream this work is queued again and again, and the task never
		 * sleeps. Whoever waits for RCU tasks, as the end of an ftrace hook or of a BPF
		 * program does, must not wait for the end of the stream.
		 */
		cond_resched_tasks_rcu_qs();
	}
	return more && !left;
}

static void worker_run(struct work_struct *unused);
static DECLARE_DELAYED_WORK(worker_work, worker_run);

static void worker_run(struct work_struct *unused)
{
	bool again = false, more = false;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lane_takes); i++) {
		more |= worker_take_lane(&lane_takes[i]);
		again |= lane_takes[i].busy;
	}
	WRITE_ONCE(run_left_events, more);
	if (more)
		queue_delayed_work(worker_queue, &worker_work, 0);
	else if (again) /* a producer that died inside its slot wakes nobody: step over it */
		queue_delayed_work(worker_queue, &worker_work, STUCK_JIFFIES);
}

/**
 * mcw_worker_wake() - have the worker look for events
 *
 * Context: any in which queue_work() may be called; not NMI.
 */
void mcw_worker_wake(void)
{
	mod_delayed_work(worker_queue, &worker_work, 0);
}

/**
 * mcw_worker_missed() - how many events the worker missed
 *
 * In lane "other" events may be overwritten before the worker takes them. In both lanes the worker
 * misses an event whose producer stays in its slot for more than a second, if the slot is reused
 * before the worker looks again.
 *
 * Context: any.
 * Return: the number of events.
 */
u64 mcw_worker_missed(void)
{
	return atomic64_read(&events_missed);
}

/**
 * mcw_worker_run() - take events that are committed, and wait until that is done
 *
 * Takes at most RUN_EVENTS of each lane. Events that are behind a busy slot, or for which the
 * consumer has no room, stay in the lane.
 *
 * Context: process, sleeps, but for two runs at most; not the worker itself.
 */
void mcw_worker_run(void)
{
	mcw_worker_wake();
	flush_delayed_work(&worker_work);
}

/**
 * mcw_worker_drain() - take all events that are committed, and wait until that is done
 *
 * As mcw_worker_run(), but to the end of each lane.
 *
 * Context: process, sleeps; not the worker itself. There are no producers any more.
 */
void mcw_worker_drain(void)
{
	do
		mcw_worker_run();
	while (READ_ONCE(run_left_events));
}

/**
 * mcw_worker_has_taken() - whether the worker is through with a position of the severe lane
 * @pos: the position
 *
 * It is through with an event that it has handed on, and with a position that it stepped over.
 *
 * Context: any.
 * Return: true if so.
 */
bool mcw_worker_has_taken(u64 pos)
{
	return pos < (u64)atomic64_read(&severe_taken);
}

/**
 * mcw_worker_init() - prepare the worker
 * @consumer: called once with each event and its grade, in process context; may sleep, but the
 *	lane waits for it
 * @room: says whether @consumer has room for a severe event; the code that makes room wakes the
 *	worker
 *
 * Context: process, may sleep. The ring is initialised, and there are no producers yet.
 * Return: 0 or -ENOMEM.
 */
int mcw_worker_init(void (*consumer)(const struct mcw_record *rec,
				     const struct mcw_verdict *verdict),
		    bool (*room)(void))
{
	size_t i;

	fill_hit_attrs();
	consume_event = consumer;
	consumer_has_room = room;
	for (i = 0; i < ARRAY_SIZE(lane_takes); i++)
		mcw_ring_seek_oldest(lane_takes[i].lane, &lane_takes[i].cur);
	worker_queue = alloc_workqueue("mcewarden", WQ_UNBOUND | WQ_HIGHPRI | WQ_MEM_RECLAIM, 1);
	return worker_queue ? 0 : -ENOMEM;
}

/**
 * mcw_worker_exit() - stop the worker
 *
 * Context: process, sleeps. Nobody wakes the worker any more.
 */
void mcw_worker_exit(void)
{
	cancel_delayed_work_sync(&worker_work);
	destroy_workqueue(worker_queue);
}
