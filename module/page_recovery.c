// SPDX-License-Identifier: GPL-2.0
/*
 * Carries out the decision of page_decision.c about the page of one error. If memory_failure()
 * fails and leaves the page flagged as poisoned, that is final. If it leaves the page without the
 * flag, the module tries again later.
 *
 * The admin may have told the kernel to panic instead of taking a page. Where it would, the module
 * does not call it: it must not bring a machine down by an error that the kernel survived.
 *
 * page_budget limits how many pages a load of the module takes, here and in soft_offline.c.
 */
#include <mcewarden/page_recovery.h>

#include <linux/atomic.h>
#include <linux/errno.h>
#include <linux/build_bug.h>
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/string.h>
#include <mcewarden/failure_calls.h>
#include <mcewarden/knob.h>
#include <mcewarden/known_pages.h>
#include <mcewarden/page_state.h>
#include <mcewarden/pending_table.h>
#include <mcewarden/policy.h>
#include <mcewarden/tolerant.h>
#include <mcewarden/vm_switches.h>
#include <uapi/mcewarden.h>

#define MAX_TRIES 5
#define RETRY_MS 100 /* doubled after each try */

static const char *const recovery_modes[] = {
	[MCW_RECOVERY_OFF] = "off",
	[MCW_RECOVERY_UNHANDLED] = "unhandled",
	[MCW_RECOVERY_OBSERVE] = "observe",
};

MCW_WORD_KNOB(recovery, MCW_RECOVERY_UNHANDLED, recovery_modes, NULL,
	      "what to do with bad pages that the kernel left: off, unhandled or observe (unhandled)");
MCW_KNOB(page_budget, 1024, 0, 1000000, NULL,
	 "pages that the module may take offline until it is unloaded");

static struct attribute *page_recovery_knob_attrs[] = {
	&recovery_knob.attr.attr,
	&page_budget_knob.attr.attr,
	NULL,
};

const struct attribute_group mcw_page_recovery_knobs = { .attrs = page_recovery_knob_attrs };

MCW_COUNTER(mcw_budget_used, budget_used);

/**
 * mcw_outcome_set() - fill in who did what, and why it ended so
 * @out: the outcome
 * @actor: MCW_ACTOR_*
 * @action: MCW_ACTION_*
 * @reason: MCW_REASON_*
 *
 * Context: any.
 */
void mcw_outcome_set(struct mcw_outcome *out, u8 actor, u8 action, u8 reason)
{
	out->actor = actor;
	out->action = action;
	out->reason = reason;
}

/**
 * mcw_recovery_mode() - read the knob recovery
 *
 * Context: any.
 * Return: the mode.
 */
enum mcw_recovery mcw_recovery_mode(void)
{
	return mcw_knob_get(&recovery_knob);
}

/**
 * mcw_budget_take() - use up a part of page_budget for one page
 *
 * Context: process.
 * Return: false if page_budget is used up.
 */
bool mcw_budget_take(void)
{
	unsigned int budget = mcw_knob_get(&page_budget_knob);
	s64 used = atomic64_read(&mcw_budget_used.value);

	do {
		if (used >= budget)
			return false;
	} while (!atomic64_try_cmpxchg(&mcw_budget_used.value, &used, used + 1));
	return true;
}

/**
 * mcw_budget_give_back() - return the part of a page that was not taken after all
 *
 * Context: any.
 */
void mcw_budget_give_back(void)
{
	atomic64_dec(&mcw_budget_used.value);
}

/* Returns why memory_failure() would panic, or MCW_REASON_DONE. */
static u8 why_kernel_panics(u64 page)
{
	if (!mcw_vm_switch(MCW_VM_MEMORY_FAILURE_RECOVERY))
		return MCW_REASON_RECOVERY_PANICS;
	if (mcw_vm_switch(MCW_VM_PANIC_ON_UNRECOVERABLE) && !mcw_page_is_recoverable(page))
		return MCW_REASON_KERNEL_PAGE_PANICS;
	return MCW_REASON_DONE;
}

/*
 * The highest level that the admin had set: when the worker took the event, when its record was in
 * the chain, or now.
 */
static unsigned int tolerant_of(const struct mcw_pending *p)
{
	return max3(mcw_tolerant(), (unsigned int)p->out.tolerant, (unsigned int)p->tolerant);
}

/*
 * Has the outcome say how the newest call of memory_failure() for the page ended: the one that took
 * it, unless an earlier outcome told of that. Returns whether there was one since the error.
 */
static bool find_call(struct mcw_pending *p, struct mcw_failure_call *call)
{
	const bool took = !mcw_known_pages_has(p->page, true);

	if (!mcw_failure_call_ended(p->page, p->out.of_mono_ns, took, call))
		return false;
	p->out.result = call->result;
	p->out.victims = call->victims;
	BUILD_BUG_ON(sizeof(p->out.page_type) != sizeof(call->page_type));
	memcpy(p->out.page_type, call->page_type, sizeof(p->out.page_type));
	return true;
}

/*
 * Whether the call belongs to another outcome, written or still to come: that of the record which
 * was in the chain, or one of no event.
 */
static bool is_told_elsewhere(const struct mcw_pending *p, const struct mcw_failure_call *call)
{
	return call->took && (call->caller == MCW_CALLER_OTHER ||
			      (call->caller == MCW_CALLER_CHAIN && p->wait == MCW_WAIT_GRACE));
}

static struct mcw_page_facts collect_facts(struct mcw_pending *p)
{
	struct mcw_failure_call call = {};
	bool call_known = find_call(p, &call);

	return (struct mcw_page_facts){
		.wait = p->wait,
		.address = p->address,
		.state = mcw_page_state(p->page),
		.mode = mcw_recovery_mode(),
		.disposition = p->out.disposition,
		.kernel_grade = p->error.kernel_grade,
		.policy = mcw_policy_page(tolerant_of(p), &p->error).reason,
		.in_huge_page = mcw_page_unit(p->page) != p->page,
		.poisoned_before = p->poisoned_before,
		.severity_lowered = p->severity_lowered,
		.tried = p->out.tries,
		.attributed = mcw_known_pages_has(p->page, true) ||
			      (call_known && is_told_elsewhere(p, &call)),
		.call_known = call_known && call.caller != MCW_CALLER_MODULE,
		.call_err = call.err,
	};
}

static void wait_for_retry(struct mcw_pending *p)
{
	p->not_before_ns =
		ktime_get_mono_fast_ns() + (RETRY_MS * NSEC_PER_MSEC << (p->out.tries - 1));
}

/*
 * The module's own call found the page poisoned. If the kernel's call for this error came first
 * while the module's waited for it, the kernel took the page. Returns true to look again later.
 */
static bool find_out_who(struct mcw_pending *p)
{
	struct mcw_page_decision decision;
	struct mcw_page_facts facts;

	if (mcw_failure_call_runs(p->page) && p->out.tries < MAX_TRIES) {
		wait_for_retry(p); /* how that call ends is not known yet */
		return true;
	}
	facts = collect_facts(p);
	decision = mcw_page_decide(&facts);
	if (decision.take)
		mcw_outcome_set(&p->out, MCW_ACTOR_NOBODY, MCW_ACTION_NONE, MCW_REASON_ALREADY);
	else
		mcw_outcome_set(&p->out, decision.actor, decision.action, decision.reason);
	return false;
}

/* Called if the kernel's part is over and nobody took the page. Returns true to try again later. */
static bool take_page(struct mcw_pending *p)
{
	int flags = p->error.flags & MCW_FLAG_INJECTED ? MF_SW_SIMULATED : 0;
	u8 reason = why_kernel_panics(p->page);
	int err;

	if (reason == MCW_REASON_DONE && !mcw_budget_take())
		reason = MCW_REASON_BUDGET;
	if (reason != MCW_REASON_DONE) {
		mcw_outcome_set(&p->out, MCW_ACTOR_NOBODY, MCW_ACTION_NONE, reason);
		return false;
	}
	err = mcw_failure_call(p->page, flags);
	p->out.tries++;
	p->out.err = err < 0 ? -err : 0;
	if (!err) {
		mcw_outcome_set(&p->out, MCW_ACTOR_MODULE, MCW_ACTION_OFFLINE, MCW_REASON_DONE);
		return false;
	}
	if (err == -EHWPOISON) {
		mcw_budget_give_back();
		return find_out_who(p);
	}
	if (mcw_page_state(p->page) == MCW_PAGE_POISONED) {
		mcw_outcome_set(&p->out, MCW_ACTOR_MODULE, MCW_ACTION_OFFLINE, MCW_REASON_IN_USE);
		return false;
	}
	mcw_budget_give_back();
	if (p->out.tries == MAX_TRIES) {
		mcw_outcome_set(&p->out, MCW_ACTOR_MODULE, MCW_ACTION_OFFLINE, MCW_REASON_GAVE_UP);
		return false;
	}
	wait_for_retry(p);
	return true;
}

/**
 * mcw_page_recover() - decide about an error, and take its page if nobody else did
 * @p: the error; the kernel's own part is over
 *
 * Context: process, sleeps; one error at a time.
 * Return: true to try again at not_before_ns; false if the error's outcome is filled in.
 */
bool mcw_page_recover(struct mcw_pending *p)
{
	const struct mcw_page_facts facts = collect_facts(p);
	const struct mcw_page_decision decision = mcw_page_decide(&facts);

	if (facts.address == MCW_ADDRESS_PAGE && facts.state != MCW_PAGE_NONE)
		p->out.tolerant = tolerant_of(p);
	if (decision.page_known)
		p->out.page = p->page;
	if (p->severity_lowered && (facts.address == MCW_ADDRESS_NORMALIZED || p->translated))
		p->out.flags |= MCW_OUTCOME_HELD_BACK;
	if (p->translated)
		p->out.flags |= MCW_OUTCOME_TRANSLATED;
	if (decision.take) {
		struct mcw_failure_call call;
		bool again = take_page(p);

		find_call(p, &call);
		return again;
	}
	mcw_outcome_set(&p->out, decision.actor, decision.action, decision.reason);
	return false;
}
