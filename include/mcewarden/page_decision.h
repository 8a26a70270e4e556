/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Decides what to do about the page of an error, once the kernel's own part is over. Pure.
 *
 * The first row that fits gives the outcome, as actor and reason:
 *
 *	the record was decoded, and the	poisoned before: nobody, already poisoned
 *	kernel says that it took the page	else: the kernel, done
 *	the page is poisoned, and		poisoned before, not the kernel's try, or another
 *	nothing is left to do			outcome says who: nobody, already poisoned
 *						as memory_failure() ended: the kernel, done,
 *						or flagged and still in use
 *						not known, consumed error: the kernel, flagged
 *						not known: the kernel, flagged and still in use
 *	the address is no page's		nobody, no address, normalized or coarse
 *	no memory is there			nobody, no page
 *	grade or tolerant forbid it		nobody, the policy's reason
 *	recovery is off or observe		nobody, off or observe
 *	else					take the page, unless a switch of the
 *						admin makes memory_failure() panic
 *
 * Something is left to do about a poisoned page if it is a part of a huge page, the module may take
 * it, and the kernel has not tried: the kernel notes the bad parts of a huge page, but only those
 * that it is told.
 */
#ifndef _MCEWARDEN_PAGE_DECISION_H
#define _MCEWARDEN_PAGE_DECISION_H

#include <linux/types.h>
#include <mcewarden/page_address.h>
#include <mcewarden/page_state.h>
#include <mcewarden/policy.h>

/* The knob recovery. */
enum mcw_recovery {
	MCW_RECOVERY_OFF, /* only the kernel takes pages */
	MCW_RECOVERY_UNHANDLED, /* the module takes the pages that the kernel left */
	MCW_RECOVERY_OBSERVE, /* like unhandled, but the module only reports what it would do */
};

struct mcw_page_facts {
	enum mcw_wait wait; /* how the error waited for the kernel */
	enum mcw_address address;
	enum mcw_page_state state; /* the page's present state */
	enum mcw_recovery mode;
	u8 disposition; /* MCW_DISPOSITION_* */
	u8 kernel_grade; /* MCW_GRADE_* */
	u8 policy; /* MCW_REASON_* of mcw_policy_page() */
	bool in_huge_page; /* the page is a part of a huge page, and not its first */
	bool poisoned_before; /* the page was poisoned before the kernel's part began */
	bool severity_lowered; /* the kernel was kept from poisoning the page */
	bool tried; /* the module has tried to take it */
	bool attributed; /* another outcome says who took the page */
	bool call_known; /* memory_failure() was called for the page since the error */
	int call_err; /* what it returned, 0 or a negative errno */
};

struct mcw_page_decision {
	bool take; /* take the page; the members below are for the opposite */
	bool page_known; /* the outcome names the page */
	u8 actor; /* MCW_ACTOR_* */
	u8 action; /* MCW_ACTION_* */
	u8 reason; /* MCW_REASON_* */
};

struct mcw_page_decision mcw_page_decide(const struct mcw_page_facts *facts);

#endif /* _MCEWARDEN_PAGE_DECISION_H */
