// SPDX-License-Identifier: GPL-2.0
/*
 * Decides what to do about the page of an error. include/mcewarden/page_decision.h has the rules
 * in words.
 */
#include <mcewarden/page_decision.h>

#include <linux/errno.h>

/* Returns why the module does not take the page, or MCW_REASON_DONE. */
static u8 why_not_taken(const struct mcw_page_facts *facts)
{
	if (facts->address == MCW_ADDRESS_COARSE)
		return MCW_REASON_COARSE;
	if (facts->address == MCW_ADDRESS_NORMALIZED)
		return MCW_REASON_NORMALIZED;
	if (facts->address != MCW_ADDRESS_PAGE)
		return MCW_REASON_NO_ADDRESS;
	if (facts->state == MCW_PAGE_NONE)
		return MCW_REASON_NO_PAGE;
	if (facts->policy != MCW_REASON_DONE)
		return facts->policy;
	if (facts->mode == MCW_RECOVERY_OFF)
		return MCW_REASON_OFF;
	if (facts->mode == MCW_RECOVERY_OBSERVE)
		return MCW_REASON_OBSERVE;
	return MCW_REASON_DONE;
}

/* Whether the kernel itself acts on such a record, and so has tried to take the page. */
static bool has_kernel_tried(const struct mcw_page_facts *facts)
{
	if (facts->wait == MCW_WAIT_GRACE)
		return true; /* from the exception handler */
	return facts->disposition == MCW_DISPOSITION_UNHANDLED && !facts->severity_lowered &&
	       !facts->tried && facts->kernel_grade != MCW_GRADE_NO;
}

/* Whether the page is poisoned, and there is nothing left to do about it. */
static bool is_settled(const struct mcw_page_facts *facts, u8 reason)
{
	if (facts->state != MCW_PAGE_POISONED)
		return false;
	/* The kernel may trust an address that the module does not. */
	if (facts->address != MCW_ADDRESS_PAGE)
		return !facts->poisoned_before && has_kernel_tried(facts);
	return reason != MCW_REASON_DONE || has_kernel_tried(facts) || !facts->in_huge_page;
}

static struct mcw_page_decision nobody(bool page_known, u8 action, u8 reason)
{
	return (struct mcw_page_decision){
		.page_known = page_known,
		.actor = MCW_ACTOR_NOBODY,
		.action = action,
		.reason = reason,
	};
}

static struct mcw_page_decision kernel(u8 reason)
{
	return (struct mcw_page_decision){
		.page_known = true,
		.actor = MCW_ACTOR_KERNEL,
		.action = MCW_ACTION_OFFLINE,
		.reason = reason,
	};
}

/* For a poisoned page that the module did not poison because of this error. */
static struct mcw_page_decision who_poisoned(const struct mcw_page_facts *facts)
{
	if (facts->poisoned_before || !has_kernel_tried(facts) || facts->attributed)
		return nobody(true, MCW_ACTION_NONE, MCW_REASON_ALREADY);
	if (facts->call_known && facts->call_err == -EHWPOISON)
		return nobody(true, MCW_ACTION_NONE, MCW_REASON_ALREADY);
	if (facts->call_known)
		return kernel(facts->call_err ? MCW_REASON_IN_USE : MCW_REASON_DONE);
	return kernel(facts->wait == MCW_WAIT_GRACE ? MCW_REASON_FLAGGED : MCW_REASON_IN_USE);
}

/**
 * mcw_page_decide() - decide about the page of an error
 * @facts: everything that is known
 *
 * Context: any; pure.
 * Return: see struct mcw_page_decision.
 */
struct mcw_page_decision mcw_page_decide(const struct mcw_page_facts *facts)
{
	u8 reason = why_not_taken(facts);

	if (facts->disposition == MCW_DISPOSITION_HANDLED) {
		/* Up to v5.16 the kernel reports success even if the page was poisoned before. */
		if (facts->poisoned_before)
			return nobody(true, MCW_ACTION_NONE, MCW_REASON_ALREADY);
		return kernel(MCW_REASON_DONE);
	}
	if (is_settled(facts, reason))
		return who_poisoned(facts);
	if (reason == MCW_REASON_DONE)
		return (struct mcw_page_decision){ .take = true, .page_known = true };
	return nobody(facts->address == MCW_ADDRESS_PAGE,
		      reason == MCW_REASON_OBSERVE ? MCW_ACTION_OFFLINE : MCW_ACTION_NONE, reason);
}
