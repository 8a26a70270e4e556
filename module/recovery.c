// SPDX-License-Identifier: GPL-2.0
/*
 * Recovery acts on what the kernel left, never before it: whoever poisons a page first keeps the
 * kernel from taking it out of its direct map, and from all else that it knows better.
 *
 * The worker delivers each severe event (mcw_recovery_take()). What is not about a page gets its
 * outcome at once. The rest waits in turn.c until the kernel's turn is over, and comes to
 * over(): a page that is poisoned by then is the kernel's work, or was poisoned before; else
 * memory_failure(). What that answers is not the end: it may fail and leave the page
 * flagged, which is final, or not flagged, which is tried again later. A page that waits
 * for its next try holds no other up.
 *
 * The worker and turn.c's work item run beside each other; they share the counters, which
 * are atomic, and the pages that are known to be poisoned, under a mutex.
 */
#include <mcewarden/recovery.h>

#include <linux/atomic.h>
#include <linux/errno.h>
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <mcewarden/knob.h>
#include <mcewarden/notice.h>
#include <mcewarden/page_address.h>
#include <mcewarden/page_state.h>
#include <mcewarden/policy.h>
#include <mcewarden/ring.h>
#include <mcewarden/severity.h>
#include <mcewarden/sysfs.h>
#include <mcewarden/tolerant.h>
#include <mcewarden/turn.h>

#define MAX_WAITING 4096U
#define MAX_TRIES 5
#define RETRY_MS 100 /* doubled each time */
#define KNOWN_PAGES 1024 /* poisoned pages that are remembered */

static const char *const mode_words[] = { "off", "unhandled", "observe" };

MCW_KNOB(recovery, MCW_RECOVERY_UNHANDLED, 0, 2, mode_words, NULL,
	 "what is done about pages that the kernel left: off, unhandled or observe (unhandled)");
MCW_KNOB(grace_ms, 2000, 100, 60000, NULL, mcw_turn_look,
	 "milliseconds that the kernel has for its own part, 100 to 60000 (2000)");
MCW_KNOB(page_budget, 1024, 0, 1000000, NULL, NULL,
	 "pages that a load of the module may take, 0 to 1000000 (1024)");

static struct attribute *knobs[] = {
	&recovery_knob.attr.attr,
	&grace_ms_knob.attr.attr,
	&page_budget_knob.attr.attr,
	NULL,
};

const struct attribute_group mcw_recovery_knobs = { .attrs = knobs };

static MCW_COUNTER(recovery_kernel, kernel);
static MCW_COUNTER(recovery_module, module);
static MCW_COUNTER(recovery_failed, failed);
static MCW_COUNTER(recovery_not_acted, not_acted);
static MCW_COUNTER(recovery_budget_used, budget_used);

static ssize_t waiting_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", mcw_turn_waiting());
}

static struct kobj_attribute waiting_attr = __ATTR_RO(waiting);

static struct attribute *stats[] = {
	&recovery_kernel.attr.attr,
	&recovery_module.attr.attr,
	&recovery_failed.attr.attr,
	&recovery_not_acted.attr.attr,
	&recovery_budget_used.attr.attr,
	&waiting_attr.attr,
	NULL,
};

const struct attribute_group mcw_recovery_stats = { .name = "recovery", .attrs = stats };

/*
 * Pages that are poisoned, as outcomes said; the oldest is replaced. No page is claimed twice.
 * For consumed errors it is also all that is known of before: the kernel may have poisoned the
 * page before we can look.
 */
static DEFINE_MUTEX(known_lock);
static struct {
	u64 page; /* or the huge page around it */
	bool valid;
	bool claimed; /* an outcome said who took it */
} known[KNOWN_PAGES];
static unsigned int known_next;

/**
 * mcw_recovery_mode() - the knob recovery
 *
 * Context: any.
 * Return: what is set.
 */
enum mcw_recovery mcw_recovery_mode(void)
{
	return mcw_knob_get(&recovery_knob);
}

/**
 * mcw_budget_take() - ask for leave to take one page
 *
 * Context: process.
 * Return: false when as many pages as page_budget says are taken.
 */
bool mcw_budget_take(void)
{
	unsigned int budget = mcw_knob_get(&page_budget_knob);
	s64 used = atomic64_read(&recovery_budget_used.value);

	do {
		if (used >= budget)
			return false;
	} while (!atomic64_try_cmpxchg(&recovery_budget_used.value, &used, used + 1));
	return true;
}

/**
 * mcw_budget_give_back() - the page was not taken after all
 *
 * Context: any.
 */
void mcw_budget_give_back(void)
{
	atomic64_dec(&recovery_budget_used.value);
}

/* Whether the page, or one claimed as well, is known to be poisoned. */
static bool is_known(u64 page, bool claimed)
{
	const u64 unit = mcw_page_unit(page);
	bool found = false;
	unsigned int i;

	mutex_lock(&known_lock);
	for (i = 0; i < KNOWN_PAGES && !found; i++)
		found = known[i].valid && known[i].page == unit && known[i].claimed >= claimed;
	mutex_unlock(&known_lock);
	return found;
}

static void remember(u64 page, bool claimed)
{
	const u64 unit = mcw_page_unit(page);

	if (is_known(page, claimed))
		return;
	mutex_lock(&known_lock);
	known[known_next].page = unit;
	known[known_next].claimed = claimed;
	known[known_next].valid = true;
	known_next = (known_next + 1) % KNOWN_PAGES;
	mutex_unlock(&known_lock);
}

static void count(const struct mcw_outcome *out)
{
	if (out->actor == MCW_ACTOR_KERNEL)
		mcw_counter_add(&recovery_kernel, 1);
	else if (out->actor != MCW_ACTOR_MODULE)
		mcw_counter_add(&recovery_not_acted, 1);
	else if (out->reason == MCW_REASON_DONE)
		mcw_counter_add(&recovery_module, 1);
	else if (out->action == MCW_ACTION_OFFLINE)
		mcw_counter_add(&recovery_failed, 1);
}

static void say(struct mcw_outcome *out, u8 actor, u8 action, u8 reason)
{
	out->actor = actor;
	out->action = action;
	out->reason = reason;
	count(out);
	if (reason == MCW_REASON_DONE || reason == MCW_REASON_IN_USE ||
	    reason == MCW_REASON_FLAGGED)
		remember(out->page, true);
	else if (reason == MCW_REASON_ALREADY)
		remember(out->page, false);
	mcw_notice_outcome(out);
}

/* The kernel's turn is over and nobody took the page. True: it is to be tried again. */
static bool take_page(struct mcw_waiting *w)
{
	int flags = w->error.flags & MCW_FLAG_INJECTED ? MF_SW_SIMULATED : 0;
	int err;

	if (!mcw_budget_take()) {
		say(&w->out, MCW_ACTOR_NOBODY, MCW_ACTION_NONE, MCW_REASON_BUDGET);
		return false;
	}
	err = memory_failure(w->page >> PAGE_SHIFT, flags);
	w->out.tries++;
	w->out.err = err < 0 ? -err : 0;
	if (!err) {
		say(&w->out, MCW_ACTOR_MODULE, MCW_ACTION_OFFLINE, MCW_REASON_DONE);
		return false;
	}
	if (err == -EHWPOISON) {
		mcw_budget_give_back();
		say(&w->out, MCW_ACTOR_NOBODY, MCW_ACTION_NONE, MCW_REASON_ALREADY);
		return false;
	}
	if (mcw_page_state(w->page) == MCW_PAGE_POISONED) {
		say(&w->out, MCW_ACTOR_MODULE, MCW_ACTION_OFFLINE, MCW_REASON_IN_USE);
		return false;
	}
	mcw_budget_give_back();
	if (w->out.tries == MAX_TRIES) {
		say(&w->out, MCW_ACTOR_MODULE, MCW_ACTION_OFFLINE, MCW_REASON_GAVE_UP);
		return false;
	}
	w->not_before_ns =
		ktime_get_mono_fast_ns() + (RETRY_MS * NSEC_PER_MSEC << (w->out.tries - 1));
	return true;
}

/* Whether the kernel has acted on this very record, or would have. */
static bool kernel_tried(const struct mcw_waiting *w)
{
	if (w->wait == MCW_WAIT_GRACE)
		return true; /* from the exception handler */
	return w->out.turn == MCW_TURN_UNHANDLED && !w->held && !w->out.tries &&
	       w->error.kernel_grade != MCW_GRADE_NO;
}

/* The page is poisoned, and not by us for this error. */
static void say_who(struct mcw_waiting *w)
{
	if (w->poisoned_before || !kernel_tried(w) || is_known(w->page, true))
		say(&w->out, MCW_ACTOR_NOBODY, MCW_ACTION_NONE, MCW_REASON_ALREADY);
	else if (w->wait == MCW_WAIT_GRACE)
		say(&w->out, MCW_ACTOR_KERNEL, MCW_ACTION_OFFLINE, MCW_REASON_FLAGGED);
	else
		say(&w->out, MCW_ACTOR_KERNEL, MCW_ACTION_OFFLINE, MCW_REASON_IN_USE);
}

/* Why the page is not to be taken, or MCW_REASON_DONE. */
static u8 objection(struct mcw_waiting *w)
{
	/* At its capture, in the chain or now: each had the admin's word. */
	unsigned int tolerant = max_t(unsigned int, mcw_tolerant(), w->out.tolerant);
	u8 reason;

	if (w->address != MCW_ADDRESS_PAGE)
		return w->address == MCW_ADDRESS_COARSE ? MCW_REASON_COARSE : MCW_REASON_NO_ADDRESS;
	if (mcw_page_state(w->page) == MCW_PAGE_NONE)
		return MCW_REASON_NO_PAGE;
	w->out.tolerant = w->held ? 3 : tolerant;
	reason = mcw_policy_page(w->out.tolerant, &w->error).reason;
	if (reason != MCW_REASON_DONE)
		return reason;
	if (mcw_recovery_mode() == MCW_RECOVERY_OFF)
		return MCW_REASON_OFF;
	if (mcw_recovery_mode() == MCW_RECOVERY_OBSERVE)
		return MCW_REASON_OBSERVE;
	return MCW_REASON_DONE;
}

/* Whether the page is poisoned, and there is nothing left to be done about it. */
static bool is_settled(const struct mcw_waiting *w, u8 reason)
{
	if (mcw_page_state(w->page) != MCW_PAGE_POISONED)
		return false;
	/* The kernel may have believed an address that we do not. */
	if (w->address != MCW_ADDRESS_PAGE)
		return !w->poisoned_before && kernel_tried(w);
	/* Of a huge page the kernel notes each bad part, but only of those that it is told. */
	return reason != MCW_REASON_DONE || kernel_tried(w) || mcw_page_unit(w->page) == w->page;
}

/* The kernel's turn is over. True: it is to be tried again. */
static bool over(struct mcw_waiting *w)
{
	u8 reason = objection(w);

	if (w->out.turn == MCW_TURN_HANDLED) {
		w->out.page = w->page;
		/* Up to v5.16 the kernel calls that a success of its own. */
		if (w->poisoned_before)
			say(&w->out, MCW_ACTOR_NOBODY, MCW_ACTION_NONE, MCW_REASON_ALREADY);
		else
			say(&w->out, MCW_ACTOR_KERNEL, MCW_ACTION_OFFLINE, MCW_REASON_DONE);
		return false;
	}
	if (w->address == MCW_ADDRESS_PAGE)
		w->out.page = w->page;
	if (is_settled(w, reason)) {
		w->out.page = w->page;
		say_who(w);
		return false;
	}
	if (reason == MCW_REASON_DONE)
		return take_page(w);
	say(&w->out, MCW_ACTOR_NOBODY,
	    reason == MCW_REASON_OBSERVE ? MCW_ACTION_OFFLINE : MCW_ACTION_NONE, reason);
	return false;
}

/**
 * mcw_recovery_take() - be told of an event
 * @rec: the event
 * @verdict: our grade of it
 *
 * Context: the worker. There is room.
 */
void mcw_recovery_take(const struct mcw_record *rec, const struct mcw_verdict *verdict)
{
	const struct mcw_event *ev = &rec->event;
	struct mcw_waiting w = {
		.out = {
			.of_pos = rec->head.pos,
			.of_lane = rec->head.lane,
			.of_mono_ns = rec->head.mono_ns,
			.page = MCW_NO_PAGE,
			.grade = verdict->grade,
			.tolerant = mcw_tolerant(),
		},
		.error = {
			.status = ev->regs.status,
			.mcgcap = ev->regs.mcgcap,
			.flags = ev->flags,
			.source = ev->source,
			.vendor = ev->regs.cpuvendor,
			.kernel_grade = ev->regs.severity,
			.our_grade = verdict->grade,
		},
		.addr = ev->regs.addr,
		.tsc = ev->regs.tsc,
	};
	struct mcw_decision decision;

	if (rec->head.lane != MCW_LANE_SEVERE)
		return;
	strscpy((char *)w.out.rule, mcw_severity_rule_name(verdict->rule), sizeof(w.out.rule));
	if (mcw_policy_panics(w.out.tolerant, &w.error)) {
		say(&w.out, MCW_ACTOR_MODULE, MCW_ACTION_PANIC, MCW_REASON_FRESH_UC);
		mcw_tolerant_panic(ev, (char *)w.out.rule);
		return;
	}
	decision = mcw_policy_page(w.out.tolerant, &w.error);
	w.wait = decision.wait;
	if (w.wait == MCW_WAIT_NOT) {
		say(&w.out, MCW_ACTOR_NOBODY, MCW_ACTION_NONE, decision.reason);
		return;
	}
	w.address = mcw_page_address(ev, &w.page);
	if (w.address != MCW_ADDRESS_PAGE)
		w.page = ev->regs.addr & PAGE_MASK; /* the kernel may think otherwise */
	w.poisoned_before = w.wait == MCW_WAIT_GRACE ? is_known(w.page, false) :
						       mcw_page_state(w.page) == MCW_PAGE_POISONED;
	mcw_turn_await(&w);
}

static u64 grace_ns(void)
{
	return (u64)mcw_knob_get(&grace_ms_knob) * NSEC_PER_MSEC;
}

static struct mcw_turn_ops turn_ops = {
	.over = over,
	.grace_ns = grace_ns,
};

/**
 * mcw_recovery_init() - get ready for events
 * @size: severe events that can wait at least, bounded by MAX_WAITING
 * @source: where events come from
 *
 * Context: process, may sleep.
 * Return: 0 or -ENOMEM.
 */
int mcw_recovery_init(unsigned int size, const struct mcw_recovery_source *source)
{
	turn_ops.wake = source->wake;
	turn_ops.run = source->run;
	return mcw_turn_init(min(size, MAX_WAITING), &turn_ops);
}

/**
 * mcw_recovery_exit() - leave the rest as it is, and say how much that is
 *
 * Context: process, sleeps. mcw_turn_stop() was called, and nobody delivers any more.
 */
void mcw_recovery_exit(void)
{
	unsigned int waiting = mcw_turn_exit();
	struct mcw_lane_info severe;

	mcw_ring_info(MCW_LANE_SEVERE, &severe);
	waiting += severe.head - severe.taken;
	if (waiting)
		pr_info("%u severe events were not acted on: their turn had not come\n", waiting);
}
