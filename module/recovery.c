// SPDX-License-Identifier: GPL-2.0
/*
 * Recovery takes the pages that the kernel left, and never acts before the kernel: if the module
 * poisoned a page first, the kernel would not take the page out of its direct map, nor do the
 * other things that only the kernel can do well.
 *
 * The worker delivers each severe event (mcw_recovery_take()). An event that is not about a page
 * gets its outcome at once. The others are pending (pending_table.c) until the kernel has done its
 * own part; then the work item decides (page_recovery.c). An error that waits for its next try does
 * not delay the others.
 *
 * Concurrency
 * -----------
 * Everything runs in process context: the worker, the decode chain, the work item, and writes to
 * knobs. pending_lock guards the table. It is not held while an error is decided, which may take
 * long: the work item owns an entry from taking it off the list until putting it back. The chain
 * may finish a record before the worker has delivered its event. If that event will wait for the
 * report, the chain runs the worker, which never waits for the chain and whose run is bounded. If
 * the event is still not delivered (no room, a busy slot, or too many events before it), the table
 * keeps the chain's report until it is. For an event that never waits the chain runs nothing. The
 * counters are atomic, and known_pages.c has its own lock.
 *
 * Only the work item makes room, and only the worker uses it up. The worker reads room without the
 * lock before each MCW_WORKER_AT_ONCE events. If there was too little room, the work item changes
 * room under the lock and then wakes the worker, whose next run begins after that and so sees the
 * new value.
 */
#include <mcewarden/recovery.h>

#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/lockdep.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/printk.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/workqueue.h>
#include <asm/cpufeature.h>
#include <asm/mce.h>
#include <asm/processor.h>
#include <mcewarden/chain.h>
#include <mcewarden/decoded_event.h>
#include <mcewarden/deferred_pairs.h>
#include <mcewarden/failure_calls.h>
#include <mcewarden/grading.h>
#include <mcewarden/knob.h>
#include <mcewarden/known_pages.h>
#include <mcewarden/notice.h>
#include <mcewarden/page_address.h>
#include <mcewarden/page_recovery.h>
#include <mcewarden/page_state.h>
#include <mcewarden/pending_table.h>
#include <mcewarden/plural.h>
#include <mcewarden/policy.h>
#include <mcewarden/ring.h>
#include <mcewarden/severe_log.h>
#include <mcewarden/severity.h>
#include <mcewarden/sysfs.h>
#include <mcewarden/tolerant.h>
#include <mcewarden/umc_address.h>
#include <mcewarden/worker.h>

#define MAX_PENDING 4096U

static DEFINE_MUTEX(pending_lock);
static struct mcw_pending_table pending_errors; /* by pending_lock; room may be read without it */
static struct mcw_deferred_pairs deferred_pairs; /* only the worker uses it */
static bool chain_page_poisoned; /* before the kernel did its part; only the chain uses it */
static bool recovery_stopped; /* set once */
static struct workqueue_struct *recovery_queue;

static void recovery_run(struct work_struct *unused);
static DECLARE_DELAYED_WORK(recovery_work, recovery_run);

static void look_at_pending(void);

MCW_KNOB(grace_ms, 2000, 100, 60000, look_at_pending,
	 "milliseconds that the kernel has to handle an error itself");
static struct attribute *recovery_knob_attrs[] = { &grace_ms_knob.attr.attr, NULL };

const struct attribute_group mcw_recovery_knobs = { .attrs = recovery_knob_attrs };

static MCW_COUNTER(recovery_kernel, kernel);
static MCW_COUNTER(recovery_kernel_failed, kernel_failed);
static MCW_COUNTER(recovery_module, module);
static MCW_COUNTER(recovery_failed, failed);
static MCW_COUNTER(recovery_others, others);
static MCW_COUNTER(recovery_not_acted, not_acted);

/* Counts the waiting errors, and the one that is being decided. */
static unsigned int pending_count(void)
{
	return pending_errors.size - READ_ONCE(pending_errors.room);
}

static ssize_t recovery_waiting_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", pending_count());
}

static struct kobj_attribute recovery_waiting_attr =
	__ATTR(waiting, 0444, recovery_waiting_show, NULL);

static struct attribute *recovery_stats_attrs[] = {
	&recovery_kernel.attr.attr,
	&recovery_kernel_failed.attr.attr,
	&recovery_module.attr.attr,
	&recovery_failed.attr.attr,
	&recovery_others.attr.attr,
	&recovery_not_acted.attr.attr,
	&mcw_budget_used.attr.attr,
	&recovery_waiting_attr.attr,
	NULL,
};

const struct attribute_group mcw_recovery_stats = { .name = "recovery",
						    .attrs = recovery_stats_attrs };

static void count_recovery(const struct mcw_outcome *out)
{
	if (out->flags & MCW_OUTCOME_NO_EVENT)
		mcw_counter_add(&recovery_others, 1);
	else if (out->actor == MCW_ACTOR_KERNEL && out->reason == MCW_REASON_IN_USE)
		mcw_counter_add(&recovery_kernel_failed, 1);
	else if (out->actor == MCW_ACTOR_KERNEL)
		mcw_counter_add(&recovery_kernel, 1);
	else if (out->actor != MCW_ACTOR_MODULE)
		mcw_counter_add(&recovery_not_acted, 1);
	else if (out->reason == MCW_REASON_DONE)
		mcw_counter_add(&recovery_module, 1);
	else if (out->action == MCW_ACTION_OFFLINE)
		mcw_counter_add(&recovery_failed, 1);
}

static void put_outcome(const struct mcw_outcome *out)
{
	count_recovery(out);
	if (out->reason == MCW_REASON_DONE || out->reason == MCW_REASON_IN_USE ||
	    out->reason == MCW_REASON_FLAGGED)
		mcw_known_pages_add(out->page, true);
	else if (out->reason == MCW_REASON_ALREADY)
		mcw_known_pages_add(out->page, false);
	mcw_notice_outcome(out);
}

static void put_outcome_of(const struct mcw_pending *p)
{
	put_outcome(&p->out);
	mcw_severe_log(&p->error, p->cpu, p->bank, &p->out);
}

static u64 now_ns(void)
{
	return ktime_get_mono_fast_ns();
}

static void look_at_pending(void)
{
	if (!READ_ONCE(recovery_stopped))
		mod_delayed_work(recovery_queue, &recovery_work, 0);
}

/*
 * Takes the first error that can be decided off the list. If there is none, *next is the time at
 * which the next one can be, or U64_MAX.
 */
static struct mcw_pending *take_due(u64 *next)
{
	const u64 now = now_ns();
	const u64 grace = (u64)mcw_knob_get(&grace_ms_knob) * NSEC_PER_MSEC;
	struct mcw_pending *p, *found = NULL;

	*next = U64_MAX;
	mutex_lock(&pending_lock);
	list_for_each_entry(p, &pending_errors.waiting, node) {
		bool poisoned = p->wait == MCW_WAIT_GRACE &&
				mcw_page_state(p->page) == MCW_PAGE_POISONED;
		bool call_runs = mcw_failure_call_runs(p->page);
		u64 at = mcw_pending_table_due(&pending_errors, p, now, grace, poisoned, call_runs);

		if (!at) {
			mcw_pending_table_take(p);
			found = p;
			break;
		}
		*next = min(*next, at);
	}
	mutex_unlock(&pending_lock);
	return found;
}

static void put_back(struct mcw_pending *p, bool again)
{
	bool was_full;

	mutex_lock(&pending_lock);
	was_full = pending_errors.room < MCW_WORKER_AT_ONCE;
	if (again)
		mcw_pending_table_retry(&pending_errors, p);
	else
		mcw_pending_table_free(&pending_errors, p);
	mutex_unlock(&pending_lock);
	if (was_full && !again)
		mcw_worker_wake();
}

/* Writes outcomes of no event, for calls of memory_failure() by others. */
static void report_others(void)
{
	struct mcw_failure_call call;

	while (mcw_failure_call_next(&call)) {
		struct mcw_outcome out = {
			.page = call.page,
			.tolerant = mcw_tolerant(),
			.err = call.err < 0 ? -call.err : 0,
			.result = call.result,
			.victims = call.victims,
			.flags = MCW_OUTCOME_NO_EVENT,
		};

		if (call.caller != MCW_CALLER_OTHER)
			continue;
		memcpy(out.page_type, call.page_type, sizeof(out.page_type));
		if (call.err == -EHWPOISON)
			mcw_outcome_set(&out, MCW_ACTOR_NOBODY, MCW_ACTION_NONE,
					MCW_REASON_ALREADY);
		else if (mcw_page_state(call.page) == MCW_PAGE_GOOD ||
			 (call.err && mcw_page_state(call.page) == MCW_PAGE_NONE))
			mcw_outcome_set(&out, MCW_ACTOR_KERNEL, MCW_ACTION_OFFLINE,
					MCW_REASON_GAVE_UP);
		else
			mcw_outcome_set(&out, MCW_ACTOR_KERNEL, MCW_ACTION_OFFLINE,
					call.err ? MCW_REASON_IN_USE : MCW_REASON_DONE);
		put_outcome(&out);
	}
}

/**
 * mcw_recovery_call_ended() - a call of memory_failure() has ended
 *
 * Context: any.
 */
void mcw_recovery_call_ended(void)
{
	look_at_pending();
}

static void recovery_run(struct work_struct *unused)
{
	struct mcw_pending *p;
	u64 next, now;
	bool again;

	report_others();
	while (!READ_ONCE(recovery_stopped)) {
		p = take_due(&next);
		if (!p)
			break;
		again = mcw_page_recover(p);
		if (!again)
			put_outcome_of(p);
		put_back(p, again);
		cond_resched_tasks_rcu_qs(); /* as in worker.c */
	}
	if (READ_ONCE(recovery_stopped) || next == U64_MAX)
		return;
	now = now_ns();
	/* mod_delayed_work() would delay a run that somebody has queued for now. */
	queue_delayed_work(recovery_queue, &recovery_work,
			   next > now ? nsecs_to_jiffies(next - now) + 1 : 0);
}

/**
 * mcw_recovery_has_room() - whether a severe event can be taken
 *
 * Context: the worker.
 * Return: true if there is room for MCW_WORKER_AT_ONCE of them.
 */
bool mcw_recovery_has_room(void)
{
	return READ_ONCE(pending_errors.room) >= MCW_WORKER_AT_ONCE;
}

/* Makes the error pending, to be decided when the kernel has done its part. */
static void await_kernel(const struct mcw_pending *filled)
{
	bool added;

	mutex_lock(&pending_lock);
	added = mcw_pending_table_add(&pending_errors, filled);
	mutex_unlock(&pending_lock);
	WARN_ON_ONCE(!added); /* the worker asked for room */
	look_at_pending();
}

static struct mcw_policy_input policy_input(const struct mcw_event *ev, u8 our_grade)
{
	return (struct mcw_policy_input){
		.status = ev->regs.status,
		.mcgcap = ev->regs.mcgcap,
		.flags = ev->flags,
		.source = ev->source,
		.vendor = ev->regs.cpuvendor,
		.kernel_grade = ev->regs.severity,
		.our_grade = our_grade,
	};
}

/**
 * mcw_recovery_take() - decide about an event, or make it pending
 * @rec: the event
 * @verdict: our grade of it
 *
 * Context: the worker. There is room.
 */
void mcw_recovery_take(const struct mcw_record *rec, const struct mcw_verdict *verdict)
{
	const struct mcw_event *ev = &rec->event;
	struct mcw_pending filled = {
		.out = {
			.of_pos = rec->head.pos,
			.of_lane = rec->head.lane,
			.of_mono_ns = rec->head.mono_ns,
			.page = MCW_NO_PAGE,
			.grade = verdict->grade,
			.tolerant = mcw_tolerant(),
		},
		.error = policy_input(ev, verdict->grade),
		.cpu = ev->regs.extcpu,
		.bank = ev->regs.bank,
		.addr = ev->regs.addr,
		.tsc = ev->regs.tsc,
	};
	struct mcw_decision decision;

	if (rec->head.lane != MCW_LANE_SEVERE)
		return;
	strscpy((char *)filled.out.rule, mcw_severity_rule_name(verdict->rule),
		sizeof(filled.out.rule));
	if (mcw_deferred_pairs_second(&deferred_pairs, rec, &filled.out.same_pos)) {
		mcw_outcome_set(&filled.out, MCW_ACTOR_NOBODY, MCW_ACTION_NONE,
				MCW_REASON_SAME_ERROR);
		put_outcome_of(&filled);
		return;
	}
	if (mcw_policy_panics(filled.out.tolerant, &filled.error)) {
		mcw_outcome_set(&filled.out, MCW_ACTOR_MODULE, MCW_ACTION_PANIC,
				MCW_REASON_FRESH_UC);
		put_outcome_of(&filled);
		mcw_tolerant_panic(ev, (char *)filled.out.rule);
		return;
	}
	decision = mcw_policy_page(filled.out.tolerant, &filled.error);
	filled.wait = decision.wait;
	if (filled.wait == MCW_WAIT_NOT) {
		mcw_outcome_set(&filled.out, MCW_ACTOR_NOBODY, MCW_ACTION_NONE, decision.reason);
		put_outcome_of(&filled);
		return;
	}
	filled.address = mcw_umc_address_page(ev, &filled.page, &filled.translated);
	if (filled.address != MCW_ADDRESS_PAGE)
		filled.page = ev->regs.addr & PAGE_MASK; /* the kernel may still take it for one */
	filled.poisoned_before = filled.wait == MCW_WAIT_GRACE ?
					 mcw_known_pages_has(filled.page, false) :
					 mcw_page_state(filled.page) == MCW_PAGE_POISONED;
	await_kernel(&filled);
}

/*
 * Whether the event will wait for the chain's report, and the worker has not delivered it yet. An
 * event that was overwritten was delivered: the severe lane keeps all others.
 */
static bool is_awaited(const struct mcw_record *rec)
{
	struct mcw_policy_input in;

	if (rec->head.lane != MCW_LANE_SEVERE || mcw_worker_has_taken(rec->head.pos))
		return false;
	in = policy_input(&rec->event, mcw_event_grade(&rec->event).grade);
	return mcw_policy_page(mcw_tolerant(), &in).wait != MCW_WAIT_NOT;
}

/**
 * mcw_recovery_chain_begin() - the decode chain begins with a record
 * @m: the record
 *
 * Context: the decode chain, before the kernel's own block that poisons pages.
 */
void mcw_recovery_chain_begin(const struct mce *m)
{
	u64 address = m->addr & (BIT_ULL(boot_cpu_data.x86_phys_bits) - 1);

	chain_page_poisoned = mcw_page_state(address) == MCW_PAGE_POISONED;
	mutex_lock(&pending_lock);
	mcw_pending_table_chain_begin(&pending_errors, now_ns());
	mutex_unlock(&pending_lock);
}

/**
 * mcw_recovery_chain_done() - the decode chain is done with a record
 * @decoded: the record
 *
 * Context: the decode chain, behind all other blocks; sleeps.
 */
void mcw_recovery_chain_done(const struct mcw_decoded *decoded)
{
	bool poisoned = chain_page_poisoned;
	struct mcw_record rec;
	u64 captured = 0;

	if (decoded->page != MCW_NO_PAGE) /* the kernel has done nothing about this one */
		poisoned = mcw_page_state(decoded->page) == MCW_PAGE_POISONED;
	if (mcw_decoded_event(decoded, &rec)) {
		captured = mcw_pending_captured_ns(&rec, decoded);
		if (is_awaited(&rec))
			mcw_worker_run();
	}
	mutex_lock(&pending_lock);
	mcw_pending_table_chain_done(&pending_errors, decoded, captured, poisoned, now_ns());
	mutex_unlock(&pending_lock);
	look_at_pending();
}

/* See MCW_PENDING_DROPPED_NS. */
static u64 dropped_ns(void)
{
	return boot_cpu_has(X86_FEATURE_HYPERVISOR) ? MCW_PENDING_DROPPED_GUEST_NS :
						      MCW_PENDING_DROPPED_NS;
}

/**
 * mcw_recovery_init() - prepare for events
 * @size: severe events for which there must be room; more than MAX_PENDING is not needed
 *
 * Context: process, may sleep.
 * Return: 0 or -ENOMEM.
 */
int mcw_recovery_init(unsigned int size)
{
	const unsigned int count = min(size, MAX_PENDING) + MCW_WORKER_AT_ONCE;
	struct mcw_pending *entries = kvcalloc(count, sizeof(*entries), GFP_KERNEL);

	if (!entries)
		return -ENOMEM;
	recovery_queue = alloc_ordered_workqueue("mcewarden_recovery", 0);
	if (!recovery_queue) {
		kvfree(entries);
		return -ENOMEM;
	}
	mcw_pending_table_init(&pending_errors, entries, count, dropped_ns());
	return 0;
}

/**
 * mcw_recovery_stop() - stop deciding
 *
 * Context: process, sleeps. The chain blocks are gone; the worker may still deliver events.
 */
void mcw_recovery_stop(void)
{
	WRITE_ONCE(recovery_stopped, true);
	cancel_delayed_work_sync(&recovery_work);
}

/**
 * mcw_recovery_exit() - give up the undecided events, and log how many they are
 *
 * Context: process, sleeps. mcw_recovery_stop() was called, and nobody delivers any more.
 */
void mcw_recovery_exit(void)
{
	unsigned int undone = pending_count();
	struct mcw_lane_info severe;

	destroy_workqueue(recovery_queue);
	kvfree(pending_errors.entries);
	mcw_ring_counts(MCW_LANE_SEVERE, &severe);
	undone += severe.head - severe.taken;
	if (undone)
		pr_info("giving up %u severe event%s at unload: the kernel had not finished with %s\n",
			undone, mcw_plural(undone), mcw_it_or_them(undone));
}
