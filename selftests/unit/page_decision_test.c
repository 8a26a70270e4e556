// SPDX-License-Identifier: GPL-2.0
/* LINK: module/page_decision.c */
/* FLAGS: -Iselftests/unit/kernel -Wno-missing-field-initializers */
/*
 * What the module does about the page of an error: a case for each line of the table in
 * page_decision.h, and the rules that no decision may break, over all combinations of facts.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <mcewarden/page_decision.h>

#include "ktap.h"

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

#define NOT_HANDLED MCW_DISPOSITION_UNHANDLED
#define HANDLED MCW_DISPOSITION_HANDLED
#define DROPPED MCW_DISPOSITION_DROPPED
#define GRACE_OVER MCW_DISPOSITION_GRACE
#define BAD MCW_PAGE_POISONED
#define GOOD MCW_PAGE_GOOD

#define TAKE \
	{ \
		.take = true, .page_known = true \
	}
#define KERNEL(why) \
	{ \
		false, true, MCW_ACTOR_KERNEL, MCW_ACTION_OFFLINE, MCW_REASON_##why \
	}
#define ALREADY \
	{ \
		false, true, MCW_ACTOR_NOBODY, MCW_ACTION_NONE, MCW_REASON_ALREADY \
	}
#define NOBODY(why) \
	{ \
		false, true, MCW_ACTOR_NOBODY, MCW_ACTION_NONE, MCW_REASON_##why \
	}
#define NO_PAGE_NAMED(why) \
	{ \
		false, false, MCW_ACTOR_NOBODY, MCW_ACTION_NONE, MCW_REASON_##why \
	}
#define WOULD_TAKE \
	{ \
		false, true, MCW_ACTOR_NOBODY, MCW_ACTION_OFFLINE, MCW_REASON_OBSERVE \
	}

/* A severe error in a good page that the module may take; each row names the differences. */
#define FACTS(...)								\
	{ \
		.wait = MCW_WAIT_CHAIN, .address = MCW_ADDRESS_PAGE, .state = GOOD, \
		.mode = MCW_RECOVERY_UNHANDLED, .disposition = NOT_HANDLED, \
		.kernel_grade = MCW_GRADE_DEFERRED, .policy = MCW_REASON_DONE, __VA_ARGS__ \
	}

#pragma GCC diagnostic ignored "-Woverride-init"

static const struct {
	const char *name;
	struct mcw_page_facts facts;
	struct mcw_page_decision wanted;
} rows[] = {
	{ "the kernel left it", FACTS(), TAKE },
	{ "its record was dropped", FACTS(.disposition = DROPPED), TAKE },
	{ "the grace is over", FACTS(.disposition = GRACE_OVER), TAKE },
	{ "consumed, and the grace is over",
	  FACTS(.wait = MCW_WAIT_GRACE, .disposition = GRACE_OVER), TAKE },
	{ "tried before, and failed", FACTS(.tried = true), TAKE },

	{ "the kernel took it", FACTS(.disposition = HANDLED, .state = BAD), KERNEL(DONE) },
	{ "the kernel took it, though we believe no address",
	  FACTS(.disposition = HANDLED, .state = BAD, .address = MCW_ADDRESS_NONE), KERNEL(DONE) },
	{ "the kernel says so of a page that was poisoned before",
	  FACTS(.disposition = HANDLED, .state = BAD, .poisoned_before = true), ALREADY },
	{ "the kernel took it, and recovery is off",
	  FACTS(.disposition = HANDLED, .state = BAD, .mode = MCW_RECOVERY_OFF), KERNEL(DONE) },

	{ "the kernel failed, and flagged it", FACTS(.state = BAD), KERNEL(IN_USE) },
	{ "flagged, but it was before", FACTS(.state = BAD, .poisoned_before = true), ALREADY },
	{ "flagged, but an outcome has said by whom", FACTS(.state = BAD, .attributed = true),
	  ALREADY },
	{ "flagged, but the kernel never had the record",
	  FACTS(.state = BAD, .disposition = DROPPED), ALREADY },
	{ "flagged, but the kernel was held back", FACTS(.state = BAD, .severity_lowered = true),
	  ALREADY },
	{ "flagged after a try of the module's", FACTS(.state = BAD, .tried = true), ALREADY },
	{ "flagged, but the kernel graded nothing",
	  FACTS(.state = BAD, .kernel_grade = MCW_GRADE_NO), ALREADY },
	{ "consumed, and flagged", FACTS(.state = BAD, .wait = MCW_WAIT_GRACE), KERNEL(FLAGGED) },
	{ "consumed, flagged, the grace is over",
	  FACTS(.state = BAD, .wait = MCW_WAIT_GRACE, .disposition = GRACE_OVER), KERNEL(FLAGGED) },
	{ "consumed, and the call ended well",
	  FACTS(.state = BAD, .wait = MCW_WAIT_GRACE, .call_known = true), KERNEL(DONE) },
	{ "consumed, and the call failed",
	  FACTS(.state = BAD, .wait = MCW_WAIT_GRACE, .call_known = true, .call_err = -EBUSY),
	  KERNEL(IN_USE) },
	{ "consumed, and the call found it poisoned",
	  FACTS(.state = BAD, .wait = MCW_WAIT_GRACE, .call_known = true, .call_err = -EHWPOISON),
	  ALREADY },
	{ "decoded, and the call ended well", FACTS(.state = BAD, .call_known = true),
	  KERNEL(DONE) },
	{ "the call ended well, but an outcome has said by whom",
	  FACTS(.state = BAD, .call_known = true, .attributed = true), ALREADY },
	{ "consumed, flagged by an earlier error",
	  FACTS(.state = BAD, .wait = MCW_WAIT_GRACE, .attributed = true), ALREADY },
	{ "flagged, recovery off",
	  FACTS(.state = BAD, .mode = MCW_RECOVERY_OFF, .disposition = DROPPED), ALREADY },

	{ "part of a huge page that the kernel flagged for another part",
	  FACTS(.state = BAD, .disposition = DROPPED, .in_huge_page = true), TAKE },
	{ "the same, and the kernel has tried this part", FACTS(.state = BAD, .in_huge_page = true),
	  KERNEL(IN_USE) },
	{ "the same, and recovery is off",
	  FACTS(.state = BAD, .disposition = DROPPED, .in_huge_page = true,
		.mode = MCW_RECOVERY_OFF),
	  ALREADY },

	{ "no address", FACTS(.address = MCW_ADDRESS_NONE), NO_PAGE_NAMED(NO_ADDRESS) },
	{ "a normalized address", FACTS(.address = MCW_ADDRESS_NORMALIZED),
	  NO_PAGE_NAMED(NORMALIZED) },
	{ "a normalized address, and the kernel was held back",
	  FACTS(.address = MCW_ADDRESS_NORMALIZED, .severity_lowered = true, .state = BAD),
	  NO_PAGE_NAMED(NORMALIZED) },
	{ "a normalized address that the kernel believed",
	  FACTS(.address = MCW_ADDRESS_NORMALIZED, .disposition = HANDLED, .state = BAD),
	  KERNEL(DONE) },
	{ "an address coarser than a page", FACTS(.address = MCW_ADDRESS_COARSE),
	  NO_PAGE_NAMED(COARSE) },
	{ "an address that we do not believe, and the kernel did",
	  FACTS(.address = MCW_ADDRESS_NONE, .state = BAD), KERNEL(IN_USE) },
	{ "the same, of a page that was poisoned before",
	  FACTS(.address = MCW_ADDRESS_NONE, .state = BAD, .poisoned_before = true),
	  NO_PAGE_NAMED(NO_ADDRESS) },
	{ "the same, and the kernel never had the record",
	  FACTS(.address = MCW_ADDRESS_NONE, .state = BAD, .disposition = DROPPED),
	  NO_PAGE_NAMED(NO_ADDRESS) },
	{ "no memory there", FACTS(.state = MCW_PAGE_NONE), NOBODY(NO_PAGE) },
	{ "tolerant is 3", FACTS(.policy = MCW_REASON_TOLERANT), NOBODY(TOLERANT) },
	{ "recovery is off", FACTS(.mode = MCW_RECOVERY_OFF), NOBODY(OFF) },
	{ "recovery is observe", FACTS(.mode = MCW_RECOVERY_OBSERVE), WOULD_TAKE },
	{ "no memory there is said before the knobs",
	  FACTS(.state = MCW_PAGE_NONE, .policy = MCW_REASON_TOLERANT, .mode = MCW_RECOVERY_OFF),
	  NOBODY(NO_PAGE) },
	{ "tolerant is said before recovery",
	  FACTS(.policy = MCW_REASON_TOLERANT, .mode = MCW_RECOVERY_OFF), NOBODY(TOLERANT) },
};

static bool same(const struct mcw_page_decision *a, const struct mcw_page_decision *b)
{
	if (a->take || b->take)
		return a->take == b->take && a->page_known && b->page_known;
	return a->page_known == b->page_known && a->actor == b->actor && a->action == b->action &&
	       a->reason == b->reason;
}

/* Rules that no decision may break, whatever the facts are. */
static const char *broken(const struct mcw_page_facts *f, const struct mcw_page_decision *d)
{
	if (d->take && (f->address != MCW_ADDRESS_PAGE || f->state == MCW_PAGE_NONE))
		return "it takes what is no page";
	if (d->take && (f->mode != MCW_RECOVERY_UNHANDLED || f->policy != MCW_REASON_DONE))
		return "it takes a page against the admin's word";
	if (d->take && f->disposition == HANDLED)
		return "it takes a page that the kernel took";
	if (d->take && f->state == BAD && !f->in_huge_page)
		return "it takes a page that is poisoned";
	if (!d->take && d->actor == MCW_ACTOR_MODULE)
		return "the module did nothing, and is named";
	if (!d->take && d->actor == MCW_ACTOR_KERNEL && f->poisoned_before)
		return "the kernel took a page that was poisoned before";
	if (!d->take && d->actor == MCW_ACTOR_KERNEL && f->disposition != HANDLED &&
	    f->state != BAD)
		return "the kernel took a page that is not poisoned";
	if (!d->take && d->reason == MCW_REASON_UNKNOWN)
		return "no reason";
	return NULL;
}

/* The next digit of a number whose digits count so far. */
static unsigned int next_of(unsigned int *rest, unsigned int count)
{
	unsigned int digit = *rest % count;

	*rest /= count;
	return digit;
}

static bool all_hold(void)
{
	static const u8 policies[] = { MCW_REASON_DONE, MCW_REASON_TOLERANT };
	static const u8 grades[] = { MCW_GRADE_NO, MCW_GRADE_DEFERRED, MCW_GRADE_AR };
	unsigned int n, seen = 0;

	for (n = 0; n < 2 * 4 * 3 * 3 * 4 * 3 * 2 * 32; n++) {
		unsigned int rest = n;
		struct mcw_page_facts f = { 0 };
		struct mcw_page_decision d;
		const char *wrong;

		f.wait = next_of(&rest, 2) ? MCW_WAIT_GRACE : MCW_WAIT_CHAIN;
		f.address = next_of(&rest, 4);
		f.state = next_of(&rest, 3);
		f.mode = next_of(&rest, 3);
		f.disposition = next_of(&rest, 4) + 1;
		f.kernel_grade = grades[next_of(&rest, 3)];
		f.policy = policies[next_of(&rest, 2)];
		f.in_huge_page = next_of(&rest, 2);
		f.poisoned_before = next_of(&rest, 2);
		f.severity_lowered = next_of(&rest, 2);
		f.tried = next_of(&rest, 2);
		f.attributed = next_of(&rest, 2);
		d = mcw_page_decide(&f);
		seen |= 1U << (d.take ? 31 : d.reason);
		wrong = broken(&f, &d);
		if (wrong) {
			printf("# facts %u: %s\n", n, wrong);
			return false;
		}
	}
	/* Every possible decision was reached. */
	return seen ==
	       (1U << 31 | 1U << MCW_REASON_DONE | 1U << MCW_REASON_NO_ADDRESS |
		1U << MCW_REASON_NORMALIZED | 1U << MCW_REASON_COARSE | 1U << MCW_REASON_NO_PAGE |
		1U << MCW_REASON_ALREADY | 1U << MCW_REASON_IN_USE | 1U << MCW_REASON_OFF |
		1U << MCW_REASON_OBSERVE | 1U << MCW_REASON_TOLERANT | 1U << MCW_REASON_FLAGGED);
}

int main(void)
{
	unsigned int i;

	ktap_begin();
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct mcw_page_decision d = mcw_page_decide(&rows[i].facts);

		ktap_result(same(&d, &rows[i].wanted), rows[i].name);
	}
	ktap_result(all_hold(), "all combinations of the facts");
	return ktap_end();
}
