// SPDX-License-Identifier: GPL-2.0
/*
 * Soft-offlines pages that show too many corrected errors, while their content is still good: the
 * kernel moves the content to another page, and the users of the page notice nothing.
 *
 * The worker delivers each event, and the decode chain those whose page only EDAC names; ce_table.c
 * counts. After page_ce_threshold errors within page_ce_window the page waits here for its first
 * try. One page is under way at a time: soft_offline_result.c asks the kernel, which acts later in
 * its own work item, and the work item here looks until there is a result: a request cannot be
 * taken back. If no result can be read, the page's poison flag says that it was taken; without the
 * flag the try has failed after TRY_MS.
 *
 * A page that could not be taken waits for its next try, and does not delay the others. After
 * MAX_TRIES the table remembers it, and it is left alone until its window is over.
 *
 * Once the kernel's own RAS_CEC has marked a decoded record, nothing is counted here any more.
 */
#include <mcewarden/soft_offline.h>

#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/lockdep.h>
#include <linux/minmax.h>
#include <linux/mutex.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include <linux/workqueue.h>
#include <mcewarden/chain.h>
#include <mcewarden/decoded_event.h>
#include <mcewarden/failure_calls.h>
#include <mcewarden/grading.h>
#include <mcewarden/knob.h>
#include <mcewarden/notice.h>
#include <mcewarden/page_recovery.h>
#include <mcewarden/page_state.h>
#include <mcewarden/ce_table.h>
#include <mcewarden/plural.h>
#include <mcewarden/severity.h>
#include <mcewarden/soft_offline_result.h>
#include <mcewarden/sysfs.h>
#include <mcewarden/tolerant.h>
#include <mcewarden/umc_address.h>
#include <mcewarden/vm_switches.h>

#define PAGES 4096
#define MAX_TRIES 5
#define LOOK_MS 10 /* between two looks at the page that is under way */
#define TRY_MS 300 /* a try whose result cannot be read has failed by then */
#define RESULT_MS 60000 /* and so has one that the kernel has not begun, or not come back from */
#define RETRY_MS 200 /* doubled after each try */
#define NEVER ULONG_MAX

MCW_KNOB(page_ce_threshold, 10, 0, 1000000, NULL,
	 "corrected errors after which a page is soft-offlined, or 0 for never");
MCW_KNOB(page_ce_window, 86400, 1, 31536000, NULL,
	 "seconds within which a page's corrected errors count");

static struct attribute *soft_offline_knob_attrs[] = {
	&page_ce_threshold_knob.attr.attr,
	&page_ce_window_knob.attr.attr,
	NULL,
};

const struct attribute_group mcw_soft_offline_knobs = { .attrs = soft_offline_knob_attrs };

/* Guards everything below except the counters and yields_to_ras_cec. */
static DEFINE_MUTEX(ce_lock);
static struct mcw_ce_table ce_table;
static struct list_head ce_waiting[MAX_TRIES]; /* by number of tries; each list ordered by due */
static struct mcw_ce_entry *ce_under_way; /* in no list; here due is the end of its time to begin */
static unsigned int ce_waiting_count; /* pages in all these lists, and the one under way */
static bool results_are_read; /* results can be, as far as the last try tells */

static struct workqueue_struct *soft_offline_queue;
static bool yields_to_ras_cec; /* RAS_CEC decides; once true, it stays true */

static MCW_COUNTER(soft_offline_counted, counted);
static MCW_COUNTER(soft_offline_no_room, no_room);
static MCW_COUNTER(soft_offline_done, soft_offlined);
static MCW_COUNTER(soft_offline_failed, failed);
static MCW_COUNTER(soft_offline_not_acted, not_acted);
static MCW_COUNTER(soft_offline_reported, reported);
static MCW_COUNTER(soft_offline_unreported, unreported);

static ssize_t tracked_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", READ_ONCE(ce_table.used));
}

static ssize_t evicted_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%llu\n", READ_ONCE(ce_table.evicted));
}

static ssize_t ce_waiting_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", READ_ONCE(ce_waiting_count));
}

static ssize_t ras_cec_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", READ_ONCE(yields_to_ras_cec));
}

static struct kobj_attribute tracked_attr = __ATTR_RO(tracked);
static struct kobj_attribute evicted_attr = __ATTR_RO(evicted);
static struct kobj_attribute ce_waiting_attr = __ATTR(waiting, 0444, ce_waiting_show, NULL);
static struct kobj_attribute ras_cec_attr = __ATTR_RO(ras_cec);

static struct attribute *soft_offline_stats_attrs[] = {
	&soft_offline_counted.attr.attr,
	&soft_offline_no_room.attr.attr,
	&soft_offline_done.attr.attr,
	&soft_offline_failed.attr.attr,
	&soft_offline_not_acted.attr.attr,
	&soft_offline_reported.attr.attr,
	&soft_offline_unreported.attr.attr,
	&tracked_attr.attr,
	&evicted_attr.attr,
	&ce_waiting_attr.attr,
	&ras_cec_attr.attr,
	NULL,
};

const struct attribute_group mcw_soft_offline_stats = { .name = "soft_offline",
							.attrs = soft_offline_stats_attrs };

static void count_outcome(const struct mcw_outcome *out)
{
	if (out->actor != MCW_ACTOR_MODULE)
		mcw_counter_add(&soft_offline_not_acted, 1);
	else if (out->reason == MCW_REASON_DONE)
		mcw_counter_add(&soft_offline_done, 1);
	else
		mcw_counter_add(&soft_offline_failed, 1);
}

/* What the table remembers of a page for which an outcome is written. */
static u8 state_after(u8 reason)
{
	if (reason == MCW_REASON_DONE || reason == MCW_REASON_ALREADY)
		return MCW_CE_PAGE_TAKEN;
	return reason == MCW_REASON_GAVE_UP ? MCW_CE_PAGE_FAILED : MCW_CE_PAGE_COUNTING;
}

/* Writes the outcome, and gives the page back to the table. */
static void finish_soft_offline(struct mcw_ce_entry *p, u8 actor, u8 action, u8 reason)
{
	struct mcw_outcome out = {
		.of_pos = p->of_pos,
		.of_mono_ns = p->of_mono_ns,
		.of_lane = MCW_LANE_OTHER,
		.page = p->page,
		.tries = p->tries,
		.count = p->count,
		.err = p->err,
		.grade = p->grade,
		.actor = actor,
		.action = action,
		.reason = reason,
		.tolerant = mcw_tolerant(),
		.flags = p->translated ? MCW_OUTCOME_TRANSLATED : 0,
	};
	u8 state = state_after(reason);

	lockdep_assert_held(&ce_lock);
	strscpy((char *)out.rule, mcw_severity_rule_name(p->rule), sizeof(out.rule));
	if (p->tries && reason != MCW_REASON_DONE)
		mcw_budget_give_back();
	count_outcome(&out);
	mcw_notice_outcome(&out);
	if (reason == MCW_REASON_DONE)
		pr_info("soft-offlined page 0x%llx after %u corrected error%s\n", p->page, p->count,
			mcw_plural(p->count));
	mcw_ce_table_end(&ce_table, p, state);
	WRITE_ONCE(ce_waiting_count, ce_waiting_count - 1);
}

/* Returns the reason not to take the page, or MCW_REASON_DONE. Called before each try. */
static u8 why_not_soft_offline(const struct mcw_ce_entry *p)
{
	if (mcw_page_state(p->page) == MCW_PAGE_NONE)
		return MCW_REASON_NO_PAGE;
	if (READ_ONCE(yields_to_ras_cec))
		return MCW_REASON_RAS_CEC;
	if (mcw_tolerant() == 3)
		return MCW_REASON_TOLERANT;
	if (mcw_recovery_mode() == MCW_RECOVERY_OFF)
		return MCW_REASON_OFF;
	if (mcw_recovery_mode() == MCW_RECOVERY_OBSERVE)
		return MCW_REASON_OBSERVE;
	return MCW_REASON_DONE;
}

/* The last try did it, unless it failed or an uncorrected error took the page meanwhile. */
static void finish_poisoned(struct mcw_ce_entry *p)
{
	if (p->tries && !p->err && !mcw_failure_call_took(p->page, p->asked_ns))
		finish_soft_offline(p, MCW_ACTOR_MODULE, MCW_ACTION_SOFT_OFFLINE, MCW_REASON_DONE);
	else
		finish_soft_offline(p, MCW_ACTOR_NOBODY, MCW_ACTION_NONE, MCW_REASON_ALREADY);
}

static void try_soft_offline(struct mcw_ce_entry *p)
{
	u64 now = ktime_get_mono_fast_ns();
	u8 reason;

	if (mcw_page_state(p->page) == MCW_PAGE_POISONED) {
		finish_poisoned(p);
		return;
	}
	reason = why_not_soft_offline(p);
	if (reason == MCW_REASON_DONE && !p->tries && !mcw_budget_take())
		reason = MCW_REASON_BUDGET;
	if (reason != MCW_REASON_DONE) {
		finish_soft_offline(p, MCW_ACTOR_NOBODY,
				    reason == MCW_REASON_OBSERVE ? MCW_ACTION_SOFT_OFFLINE :
								   MCW_ACTION_NONE,
				    reason);
		return;
	}
	p->tries++;
	p->asked_ns = now;
	p->due = jiffies + msecs_to_jiffies(results_are_read ? RESULT_MS : TRY_MS);
	list_del_init(&p->list);
	ce_under_way = p;
	mcw_soft_offline_ask(p->page);
}

/* Ends a try after which the page is not poisoned. */
static void finish_try(struct mcw_ce_entry *p, bool switched_off)
{
	if (switched_off) {
		finish_soft_offline(p, MCW_ACTOR_NOBODY, MCW_ACTION_NONE,
				    MCW_REASON_SOFT_OFFLINE_OFF);
	} else if (p->tries == MAX_TRIES) {
		finish_soft_offline(p, MCW_ACTOR_MODULE, MCW_ACTION_SOFT_OFFLINE,
				    MCW_REASON_GAVE_UP);
	} else {
		p->due = jiffies + msecs_to_jiffies(RETRY_MS << (p->tries - 1));
		list_move_tail(&p->list, &ce_waiting[p->tries]);
	}
}

/*
 * Ends the try that is under way if it succeeded, failed or takes too long. switched_off: what the
 * switch says, for a try whose result cannot be read.
 */
static void look_at_under_way(bool switched_off)
{
	struct mcw_ce_entry *p = ce_under_way;
	enum mcw_answer answer;
	bool poisoned;
	int err = 0;

	if (!p)
		return;
	/* First the flag: if the kernel has set it, the answer tells whether it is still inside. */
	poisoned = mcw_page_state(p->page) == MCW_PAGE_POISONED;
	answer = mcw_soft_offline_answer(&err);
	/* How a call of memory_failure() for the page ends tells who took it. */
	if ((answer == MCW_ANSWER_PENDING || mcw_failure_call_runs(p->page)) &&
	    time_before(jiffies, p->due + msecs_to_jiffies(RESULT_MS)))
		return;
	/* Before the kernel begins, a page is poisoned by an uncorrected error. */
	if (answer == MCW_ANSWER_NONE && (results_are_read || !poisoned) &&
	    time_before(jiffies, p->due))
		return;
	ce_under_way = NULL;
	results_are_read = answer != MCW_ANSWER_NONE || (results_are_read && !poisoned);
	if (answer == MCW_ANSWER_GIVEN) {
		mcw_counter_add(&soft_offline_reported, 1);
		switched_off = err == EOPNOTSUPP;
	} else {
		mcw_counter_add(&soft_offline_unreported, 1);
	}
	p->err = err;
	if (mcw_page_state(p->page) == MCW_PAGE_POISONED)
		finish_poisoned(p);
	else
		finish_try(p, switched_off);
}

/* Pages with most tries go first, or many new pages could delay them for long. */
static void start_soft_offline(void)
{
	unsigned int tries = MAX_TRIES;

	while (tries--) {
		struct mcw_ce_entry *p, *next;

		list_for_each_entry_safe(p, next, &ce_waiting[tries], list) {
			if (ce_under_way || time_before(jiffies, p->due))
				break;
			try_soft_offline(p);
		}
	}
}

/* Returns the jiffies until there is something to do, or NEVER. */
static unsigned long jiffies_until_next(void)
{
	unsigned long now = jiffies, delay = NEVER;
	unsigned int tries;

	if (ce_under_way)
		return msecs_to_jiffies(LOOK_MS);
	for (tries = 0; tries < MAX_TRIES; tries++) {
		const struct mcw_ce_entry *p =
			list_first_entry_or_null(&ce_waiting[tries], struct mcw_ce_entry, list);

		if (p)
			delay = min(delay, time_before(now, p->due) ? p->due - now : 0);
	}
	return delay;
}

static void soft_offline_run(struct work_struct *unused);
static DECLARE_DELAYED_WORK(soft_offline_work, soft_offline_run);

static void soft_offline_run(struct work_struct *unused)
{
	bool switched_off = false;
	unsigned long delay;
	int err;

	/* A file is read without ce_lock, for which the worker may wait. */
	if (mcw_soft_offline_answer(&err) == MCW_ANSWER_NONE)
		switched_off = !mcw_vm_switch(MCW_VM_ENABLE_SOFT_OFFLINE);
	mutex_lock(&ce_lock);
	look_at_under_way(switched_off);
	start_soft_offline();
	delay = jiffies_until_next();
	if (delay != NEVER)
		queue_delayed_work(soft_offline_queue, &soft_offline_work, delay);
	mutex_unlock(&ce_lock);
}

static void begin_soft_offline(struct mcw_ce_entry *p, const struct mcw_record *rec,
			       const struct mcw_verdict *verdict, bool translated)
{
	p->of_pos = rec->head.pos;
	p->of_mono_ns = rec->head.mono_ns;
	p->grade = verdict->grade;
	p->rule = verdict->rule;
	p->translated = translated;
	p->tries = 0;
	p->err = 0;
	p->due = jiffies;
	mcw_ce_table_begin(p, &ce_waiting[0]);
	WRITE_ONCE(ce_waiting_count, ce_waiting_count + 1);
	mod_delayed_work(soft_offline_queue, &soft_offline_work, 0);
}

static bool is_counting(void)
{
	return mcw_knob_get(&page_ce_threshold_knob) && !READ_ONCE(yields_to_ras_cec);
}

static void count_event(const struct mcw_record *rec, const struct mcw_verdict *verdict, u64 page,
			bool translated)
{
	u64 window_ns = (u64)mcw_knob_get(&page_ce_window_knob) * NSEC_PER_SEC;
	unsigned int threshold = mcw_knob_get(&page_ce_threshold_knob);
	struct mcw_ce_entry *p;

	mutex_lock(&ce_lock);
	p = mcw_ce_table_hit(&ce_table, page, rec->head.mono_ns, window_ns);
	mcw_counter_add(p ? &soft_offline_counted : &soft_offline_no_room, 1);
	if (p && p->state == MCW_CE_PAGE_COUNTING && threshold && p->count >= threshold)
		begin_soft_offline(p, rec, verdict, translated);
	mutex_unlock(&ce_lock);
}

/**
 * mcw_soft_offline_take() - count an event for its page
 * @rec: the event
 * @verdict: our grade of it
 *
 * Context: the worker.
 */
void mcw_soft_offline_take(const struct mcw_record *rec, const struct mcw_verdict *verdict)
{
	bool translated;
	u64 page;

	if (is_counting() && mcw_ce_table_wants(rec) &&
	    mcw_umc_address_page(&rec->event, &page, &translated) == MCW_ADDRESS_PAGE)
		count_event(rec, verdict, page, translated);
}

/**
 * mcw_soft_offline_decoded() - count an event for the page that EDAC names
 * @decoded: the record
 *
 * An event that names its page by itself, or by the kernel's library, is counted by the worker.
 *
 * Context: the decode chain.
 */
void mcw_soft_offline_decoded(const struct mcw_decoded *decoded)
{
	struct mcw_verdict verdict;
	struct mcw_record rec;
	u64 page;

	if (decoded->page == MCW_NO_PAGE || !is_counting() || !mcw_decoded_event(decoded, &rec) ||
	    !mcw_ce_table_wants(&rec) ||
	    mcw_umc_address_page(&rec.event, &page, NULL) != MCW_ADDRESS_NORMALIZED)
		return;
	verdict = mcw_event_grade(&rec.event);
	count_event(&rec, &verdict, decoded->page, true);
}

/**
 * mcw_soft_offline_saw_ras_cec() - RAS_CEC has counted a decoded record
 *
 * Context: the decode chain.
 */
void mcw_soft_offline_saw_ras_cec(void)
{
	if (READ_ONCE(yields_to_ras_cec))
		return;
	WRITE_ONCE(yields_to_ras_cec, true);
	pr_info("the kernel's RAS_CEC handles pages with corrected errors: page_ce_threshold has no effect\n");
}

/**
 * mcw_soft_offline_fill() - fill in a part of the list of pages that show corrected errors
 * @pages: see MCW_IOC_CE_PAGES
 *
 * Context: process, may sleep.
 */
void mcw_soft_offline_fill(struct mcw_ce_pages *pages)
{
	mutex_lock(&ce_lock);
	mcw_ce_table_fill(&ce_table, pages);
	mutex_unlock(&ce_lock);
}

/**
 * mcw_soft_offline_lost() - how many corrected errors the full table of pages does not count
 *
 * Context: any.
 * Return: the number since the load.
 */
u64 mcw_soft_offline_lost(void)
{
	return atomic64_read(&soft_offline_no_room.value);
}

/**
 * mcw_soft_offline_init() - prepare to count
 *
 * Context: process, may sleep.
 * Return: 0 or -ENOMEM.
 */
int mcw_soft_offline_init(void)
{
	struct mcw_ce_entry *entries = vzalloc(PAGES * sizeof(*entries));
	unsigned int i;

	if (entries)
		soft_offline_queue = alloc_workqueue("mcewarden_pages", WQ_UNBOUND, 1);
	if (!soft_offline_queue) {
		vfree(entries);
		return -ENOMEM;
	}
	for (i = 0; i < MAX_TRIES; i++)
		INIT_LIST_HEAD(&ce_waiting[i]);
	mutex_lock(&ce_lock);
	mcw_ce_table_init(&ce_table, entries, PAGES);
	mutex_unlock(&ce_lock);
	results_are_read = mcw_soft_offline_result_init();
	return 0;
}

/**
 * mcw_soft_offline_exit() - stop, and log how many pages were left undone
 *
 * The kernel goes on with the request in its queue, which does not refer to the module.
 *
 * Context: process, sleeps. Nobody delivers any more.
 */
void mcw_soft_offline_exit(void)
{
	cancel_delayed_work_sync(&soft_offline_work);
	destroy_workqueue(soft_offline_queue);
	mcw_soft_offline_result_exit();
	if (ce_waiting_count)
		pr_info("unloading before the kernel soft-offlined %u page%s with too many corrected errors\n",
			ce_waiting_count, mcw_plural(ce_waiting_count));
	mutex_lock(&ce_lock);
	ce_table.used = 0;
	mutex_unlock(&ce_lock);
	vfree(ce_table.entries);
}
