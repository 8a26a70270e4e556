// SPDX-License-Identifier: GPL-2.0
/*
 * What is done about the page of an error. include/mcewarden/page_decision.h has the rules in
 * words.
 */
#include <mcewarden/page_decision.h>

/* Why the module does not take the page, or MCW_REASON_DONE. */
static u8 why_not_taken(const struct mcw_page_facts *facts)
{
	if (facts->address == MCW_ADDRESS_COARSE)
		return MCW_REASON_COARSE;
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

/* Whether the kernel has acted on this very record, or would have. */
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
	/* The kernel may have believed an address that we do not. */
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

/* The page is poisoned, and the module did not do it for this error. */
static struct mcw_page_decision who_poisoned(const struct mcw_page_facts *facts)
{
	if (facts->poisoned_before || !has_kernel_tried(facts) || facts->attributed)
		return nobody(true, MCW_ACTION_NONE, MCW_REASON_ALREADY);
	return kernel(facts->wait == MCW_WAIT_GRACE ? MCW_REASON_FLAGGED : MCW_REASON_IN_USE);
}

/**
 * mcw_page_decide() - decide about the page of an error
 * @facts: what is known; all of it
 *
 * Context: any; pure.
 * Return: see struct mcw_page_decision.
 */
struct mcw_page_decision mcw_page_decide(const struct mcw_page_facts *facts)
{
	u8 reason = why_not_taken(facts);

	if (facts->disposition == MCW_DISPOSITION_HANDLED) {
		/* Up to v5.16 the kernel calls a page that was poisoned already a success. */
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
