// SPDX-License-Identifier: GPL-2.0
/*
 * The worker takes every event from the ring, grades it, and hands it on with its grade. The
 * severe lane lets producers reuse only what it has taken, so it runs whatever the knobs say.
 *
 * One work item on a queue of our own: never concurrent with itself, so cursors and
 * stragglers need no lock. Waking is queue_work() out of the producers' irq_work, after their
 * commit: either the work is idle and starts, or it is pending and starts, or it is running
 * and is queued again; it cannot be missed.
 *
 * A producer that does not come out of its slot for a second is passed, or it would hold the
 * lane for ever. The position is remembered, and looked at again at every run until the
 * record is there or the slot was reused: the worker must not miss what a device reader may.
 * That needs no timer: the producer wakes us when it comes out, and so does who reuses the slot.
 */
#include <mcewarden/worker.h>

#include <linux/atomic.h>
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/kobject.h>
#include <linux/sched.h>
#include <linux/workqueue.h>
#include <mcewarden/grading.h>
#include <mcewarden/ring.h>
#include <mcewarden/severity.h>
#include <mcewarden/sysfs.h>

#define STUCK_JIFFIES HZ

struct take {
	unsigned int lane;
	struct mcw_cursor cur;
	unsigned long since; /* jiffies when the position at cur was first seen busy */
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

/* Takes what is next. Returns false when there is nothing, or a producer inside. */
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

static void worker_take_lane(struct take *take)
{
	bool more = true;

	/* What the consumer has no room for stays in the lane, which then refuses. */
	while (more && (take->lane != MCW_LANE_SEVERE || consumer_has_room())) {
		look_at_stragglers(take);
		more = worker_take_next(take);
		/* Also for positions that it stepped over. */
		mcw_ring_set_taken(take->lane, mcw_cursor_pos(&take->cur));
		cond_resched();
	}
}

static void worker_run(struct work_struct *unused);
static DECLARE_DELAYED_WORK(worker_work, worker_run);

static void worker_run(struct work_struct *unused)
{
	bool again = false;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lane_takes); i++) {
		worker_take_lane(&lane_takes[i]);
		again |= lane_takes[i].busy;
	}
	/* A producer that dies inside wakes nobody, and it has to be passed. */
	if (again)
		queue_delayed_work(worker_queue, &worker_work, STUCK_JIFFIES);
}

/**
 * mcw_worker_wake() - there may be something to take
 *
 * Context: any where queue_work() may be called; not NMI.
 */
void mcw_worker_wake(void)
{
	mod_delayed_work(worker_queue, &worker_work, 0);
}

/**
 * mcw_worker_missed() - events that the worker did not get
 *
 * Other lane: overwritten before they were taken. Both: a producer did not come out of its
 * slot for a second, and the slot was reused since.
 *
 * Context: any.
 * Return: records.
 */
u64 mcw_worker_missed(void)
{
	return atomic64_read(&events_missed);
}

/**
 * mcw_worker_run() - have taken what was committed before
 *
 * But for what waits behind a producer that is inside its slot, or for room.
 *
 * Context: process, sleeps; not the worker itself.
 */
void mcw_worker_run(void)
{
	mcw_worker_wake();
	flush_delayed_work(&worker_work);
}

/**
 * mcw_worker_init() - get ready to take
 * @consumer: called with each event and its grade, once, in the worker's process context; may
 *	sleep, but the lane waits for it
 * @room: whether @consumer has room for a severe event; who makes room wakes the worker
 *
 * Context: process, may sleep. The ring is there, producers are not.
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
 * mcw_worker_exit() - stop
 *
 * Context: process, sleeps. Nobody wakes the worker any more.
 */
void mcw_worker_exit(void)
{
	cancel_delayed_work_sync(&worker_work);
	destroy_workqueue(worker_queue);
}
