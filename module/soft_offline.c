// SPDX-License-Identifier: GPL-2.0
/*
 * Pages that show too many corrected errors are taken while their content is still good: soft
 * offline moves it elsewhere, and whoever uses the page notices nothing.
 *
 * The worker delivers each event; ce_table.c counts. At page_ce_threshold errors within
 * page_ce_window the page is held in the table and waits here for its turn. The kernel's only
 * door is memory_failure_queue(): it takes a note to a queue of 16 places a CPU, acts later in a
 * work item of its own, and tells nobody what came of it. So only a few pages are under way at
 * a time, and each is looked at until it has the kernel's flag; where it does not get that in
 * time, it waits for its next try, and holds no other up.
 *
 * Where the kernel's own RAS_CEC does this work, it is left alone with it: once a record
 * came back from the decode chain with its sign, nothing is counted here any more.
 */
#include <mcewarden/soft_offline.h>

#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/lockdep.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include <linux/workqueue.h>
#include <mcewarden/knob.h>
#include <mcewarden/notice.h>
#include <mcewarden/page_state.h>
#include <mcewarden/ce_table.h>
#include <mcewarden/recovery.h>
#include <mcewarden/severity.h>
#include <mcewarden/sysfs.h>
#include <mcewarden/tolerant.h>

#define PAGES 4096
#define MAX_UNDER_WAY 8
#define MAX_TRIES 5
#define LOOK_MS 10 /* between two looks at the pages that are under way */
#define TRY_MS 300 /* a page that has no flag by then has had its try */
#define RETRY_MS 200 /* doubled each time */

#define NEVER ULONG_MAX

MCW_KNOB(page_ce_threshold, 10, 0, 1000000, NULL, NULL,
	 "corrected errors at which a page is soft-offlined, 0 to 1000000; 0: never (10)");
MCW_KNOB(page_ce_window, 86400, 1, 31536000, NULL, NULL,
	 "seconds within which they count, 1 to 31536000 (86400)");

static struct attribute *knobs[] = {
	&page_ce_threshold.attr.attr,
	&page_ce_window.attr.attr,
	NULL,
};

const struct attribute_group mcw_soft_offline_knobs = { .attrs = knobs };

static DEFINE_MUTEX(lock); /* all below, but for the counters and rests */
static struct mcw_ce_table table;
static struct list_head waiting[MAX_TRIES]; /* by tries so far; each in the order of due */
static LIST_HEAD(under_way); /* due: when the try is over */
static unsigned int waits; /* pages in these lists */
static unsigned int works; /* of these under way */

static struct workqueue_struct *queue;
static bool rests; /* RAS_CEC decides; never false again */

static MCW_COUNTER(counted);
static MCW_COUNTER(no_room);
static MCW_COUNTER(soft_offlined);
static MCW_COUNTER(failed);
static MCW_COUNTER(not_acted);

static ssize_t tracked_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", READ_ONCE(table.used));
}

static ssize_t evicted_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%llu\n", READ_ONCE(table.evicted));
}

static ssize_t waiting_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", READ_ONCE(waits));
}

static ssize_t ras_cec_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", READ_ONCE(rests));
}

static struct kobj_attribute tracked_attr = __ATTR_RO(tracked);
static struct kobj_attribute evicted_attr = __ATTR_RO(evicted);
static struct kobj_attribute waiting_attr = __ATTR_RO(waiting);
static struct kobj_attribute ras_cec_attr = __ATTR_RO(ras_cec);

static struct attribute *stats[] = {
	&counted.attr.attr,	  &no_room.attr.attr,
	&soft_offlined.attr.attr, &failed.attr.attr,
	&not_acted.attr.attr,	  &tracked_attr.attr,
	&evicted_attr.attr,	  &waiting_attr.attr,
	&ras_cec_attr.attr,	  NULL,
};

const struct attribute_group mcw_soft_offline_stats = { .name = "pages", .attrs = stats };

static void count(const struct mcw_outcome *out)
{
	if (out->actor != MCW_ACTOR_MODULE)
		mcw_counter_add(&not_acted, 1);
	else if (out->reason == MCW_REASON_DONE)
		mcw_counter_add(&soft_offlined, 1);
	else
		mcw_counter_add(&failed, 1);
}

/* It is decided: says so, and gives the page back to the table. */
static void finish(struct mcw_ce_entry *p, u8 actor, u8 action, u8 reason)
{
	struct mcw_outcome out = {
		.of_pos = p->of_pos,
		.of_mono_ns = p->of_mono_ns,
		.of_lane = MCW_LANE_OTHER,
		.page = p->page,
		.tries = p->tries,
		.count = p->count,
		.grade = p->grade,
		.actor = actor,
		.action = action,
		.reason = reason,
		.tolerant = mcw_tolerant(),
	};
	bool taken = reason == MCW_REASON_DONE || reason == MCW_REASON_ALREADY;

	lockdep_assert_held(&lock);
	strscpy((char *)out.rule, mcw_severity_rule_name(p->rule), sizeof(out.rule));
	if (p->tries && !taken)
		mcw_budget_give_back();
	count(&out);
	mcw_notice_outcome(&out);
	if (reason == MCW_REASON_DONE)
		pr_info("page 0x%llx soft-offlined: it had %u corrected errors\n", p->page,
			p->count);
	mcw_ce_table_end(&table, p, taken ? MCW_PAGE_TAKEN : MCW_PAGE_COUNTING);
	WRITE_ONCE(waits, waits - 1);
}

/* Why the page is not to be taken now, or MCW_REASON_DONE. Asked before each try. */
static u8 objection(const struct mcw_ce_entry *p)
{
	if (mcw_page_state(p->page) == MCW_PAGE_NONE)
		return MCW_REASON_NO_PAGE;
	if (READ_ONCE(rests))
		return MCW_REASON_RAS_CEC;
	if (mcw_tolerant() == 3)
		return MCW_REASON_TOLERANT;
	if (mcw_recovery_mode() == MCW_RECOVERY_OFF)
		return MCW_REASON_OFF;
	if (mcw_recovery_mode() == MCW_RECOVERY_OBSERVE)
		return MCW_REASON_OBSERVE;
	return MCW_REASON_DONE;
}

static void poisoned(struct mcw_ce_entry *p)
{
	if (p->tries)
		finish(p, MCW_ACTOR_MODULE, MCW_ACTION_SOFT_OFFLINE, MCW_REASON_DONE);
	else
		finish(p, MCW_ACTOR_NOBODY, MCW_ACTION_NONE, MCW_REASON_ALREADY);
}

static void try(struct mcw_ce_entry *p)
{
	u8 reason;

	if (mcw_page_state(p->page) == MCW_PAGE_POISONED) {
		poisoned(p);
		return;
	}
	reason = objection(p);
	if (reason == MCW_REASON_DONE && !p->tries && !mcw_budget_take())
		reason = MCW_REASON_BUDGET;
	if (reason != MCW_REASON_DONE) {
		finish(p, MCW_ACTOR_NOBODY,
		       reason == MCW_REASON_OBSERVE ? MCW_ACTION_SOFT_OFFLINE : MCW_ACTION_NONE,
		       reason);
		return;
	}
	p->tries++;
	p->due = jiffies + msecs_to_jiffies(TRY_MS);
	list_move_tail(&p->list, &under_way);
	works++;
	memory_failure_queue(p->page >> PAGE_SHIFT, MF_SOFT_OFFLINE);
}

/* What came of those that are under way. */
static void look(void)
{
	struct mcw_ce_entry *p, *next;

	list_for_each_entry_safe(p, next, &under_way, list) {
		if (mcw_page_state(p->page) == MCW_PAGE_POISONED) {
			poisoned(p);
		} else if (time_before(jiffies, p->due)) {
			continue;
		} else if (p->tries == MAX_TRIES) {
			finish(p, MCW_ACTOR_MODULE, MCW_ACTION_SOFT_OFFLINE, MCW_REASON_GAVE_UP);
		} else {
			p->due = jiffies + msecs_to_jiffies(RETRY_MS << (p->tries - 1));
			list_move_tail(&p->list, &waiting[p->tries]);
		}
		works--;
	}
}

/* Those with most tries first, or a crowd of new ones could hold them up. */
static void start(void)
{
	unsigned int tries = MAX_TRIES;

	while (tries--) {
		struct mcw_ce_entry *p, *next;

		list_for_each_entry_safe(p, next, &waiting[tries], list) {
			if (works == MAX_UNDER_WAY || time_before(jiffies, p->due))
				break;
			try(p);
		}
	}
}

/* Jiffies until there is something to do; NEVER: no timer is needed. */
static unsigned long until_next(void)
{
	unsigned long delay = NEVER;
	unsigned int tries;

	if (works)
		return msecs_to_jiffies(LOOK_MS);
	for (tries = 0; tries < MAX_TRIES; tries++) {
		const struct mcw_ce_entry *p =
			list_first_entry_or_null(&waiting[tries], struct mcw_ce_entry, list);

		if (p)
			delay = min(delay, time_before(jiffies, p->due) ? p->due - jiffies : 0);
	}
	return delay;
}

static void work(struct work_struct *unused);
static DECLARE_DELAYED_WORK(step_work, work);

static void work(struct work_struct *unused)
{
	unsigned long delay;

	mutex_lock(&lock);
	look();
	start();
	delay = until_next();
	if (delay != NEVER)
		queue_delayed_work(queue, &step_work, delay);
	mutex_unlock(&lock);
}

static void hold(struct mcw_ce_entry *p, const struct mcw_record *rec,
		 const struct mcw_verdict *verdict)
{
	p->of_pos = rec->head.pos;
	p->of_mono_ns = rec->head.mono_ns;
	p->grade = verdict->grade;
	p->rule = verdict->rule;
	p->tries = 0;
	p->due = jiffies;
	mcw_ce_table_begin(p, &waiting[0]);
	WRITE_ONCE(waits, waits + 1);
	mod_delayed_work(queue, &step_work, 0);
}

/**
 * mcw_soft_offline_take() - be told of an event
 * @rec: the event
 * @verdict: our grade of it
 *
 * Context: the worker.
 */
void mcw_soft_offline_take(const struct mcw_record *rec, const struct mcw_verdict *verdict)
{
	u64 window_ns = (u64)mcw_knob_get(&page_ce_window) * NSEC_PER_SEC;
	unsigned int threshold = mcw_knob_get(&page_ce_threshold);
	struct mcw_ce_entry *p;
	u64 page;

	if (!threshold || READ_ONCE(rests) || !mcw_ce_table_wants(rec, &page))
		return;
	mutex_lock(&lock);
	p = mcw_ce_table_hit(&table, page, rec->head.mono_ns, window_ns);
	mcw_counter_add(p ? &counted : &no_room, 1);
	if (p && p->state == MCW_PAGE_COUNTING && p->count >= threshold)
		hold(p, rec, verdict);
	mutex_unlock(&lock);
}

/**
 * mcw_soft_offline_saw_ras_cec() - a record came back that RAS_CEC has counted
 *
 * Context: the decode chain.
 */
void mcw_soft_offline_saw_ras_cec(void)
{
	if (READ_ONCE(rests))
		return;
	WRITE_ONCE(rests, true);
	pr_info("RAS_CEC decides about pages with corrected errors: page_ce_threshold rests\n");
}

/**
 * mcw_soft_offline_fill() - tell a part of the pages that show corrected errors
 * @pages: see MCW_IOC_PAGES
 *
 * Context: process, may sleep.
 */
void mcw_soft_offline_fill(struct mcw_pages *pages)
{
	mutex_lock(&lock);
	mcw_ce_table_fill(&table, pages);
	mutex_unlock(&lock);
}

/**
 * mcw_soft_offline_init() - get ready to count
 *
 * Context: process, may sleep.
 * Return: 0 or -ENOMEM.
 */
int mcw_soft_offline_init(void)
{
	struct mcw_ce_entry *entries = vzalloc(PAGES * sizeof(*entries));
	unsigned int i;

	if (!entries)
		return -ENOMEM;
	queue = alloc_workqueue("mcewarden_pages", WQ_UNBOUND, 1);
	if (!queue) {
		vfree(entries);
		return -ENOMEM;
	}
	for (i = 0; i < MAX_TRIES; i++)
		INIT_LIST_HEAD(&waiting[i]);
	mutex_lock(&lock);
	mcw_ce_table_init(&table, entries, PAGES);
	mutex_unlock(&lock);
	return 0;
}

/**
 * mcw_soft_offline_exit() - stop, and say what was left undone
 *
 * What the kernel has in its queue it will do: nothing of ours is in there.
 *
 * Context: process, sleeps. Nobody delivers any more.
 */
void mcw_soft_offline_exit(void)
{
	cancel_delayed_work_sync(&step_work);
	destroy_workqueue(queue);
	if (waits)
		pr_info("%u pages with too many corrected errors were not seen soft-offlined yet\n",
			waits);
	mutex_lock(&lock);
	table.used = 0;
	mutex_unlock(&lock);
	vfree(table.entries);
}
