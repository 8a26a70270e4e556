// SPDX-License-Identifier: GPL-2.0
/*
 * Decides what follows from an error. include/mcewarden/policy.h has the tables in words.
 */
#include <mcewarden/policy.h>

#include <mcewarden/mca.h>

/* A set of small numbers is a word with one bit per number. */
#define IN(number, set) (!!((1U << (number)) & (set)))
#define ONE(number) (1U << (number))

#define SAID_BY_SOFTWARE (ONE(MCW_SOURCE_FIRMWARE) | ONE(MCW_SOURCE_PROCESS))
#define FOUND_IN_BANKS (ONE(MCW_SOURCE_POLL) | ONE(MCW_SOURCE_CMCI))

#define PAGE_AFTER_CHAIN (ONE(MCW_GRADE_DEFERRED) | ONE(MCW_GRADE_AO))
#define PAGE_AFTER_GRACE ONE(MCW_GRADE_AR)
#define FRESH_EXCEPTION (ONE(MCW_GRADE_AO) | ONE(MCW_GRADE_UC) | ONE(MCW_GRADE_AR))

/* Returns whether a grade counts. It is the kernel's, or ours if its interrupt did not grade. */
static bool grade_that_counts(const struct mcw_policy_input *in, __u8 *grade)
{
	*grade = in->kernel_grade;
	if (in->source > MCW_SOURCE_PROCESS || IN(in->source, SAID_BY_SOFTWARE))
		return false;
	if (*grade == MCW_GRADE_NO) {
		*grade = in->our_grade;
		if (in->source != MCW_SOURCE_CMCI || in->flags & MCW_FLAG_INJECTED)
			return false;
	}
	return *grade <= MCW_GRADE_PANIC;
}

/**
 * mcw_policy_page() - whether to take the page of an error, and when
 * @tolerant: 0..3
 * @in: the error
 *
 * Context: any.
 * Return: see struct mcw_decision.
 */
struct mcw_decision mcw_policy_page(unsigned int tolerant, const struct mcw_policy_input *in)
{
	struct mcw_decision decision = { .wait = MCW_WAIT_NOT };
	__u8 grade;

	if (!grade_that_counts(in, &grade)) {
		decision.reason = in->source == MCW_SOURCE_UNKNOWN ? MCW_REASON_UNGRADED :
								     MCW_REASON_SOFTWARE;
		return decision;
	}
	if (IN(grade, PAGE_AFTER_CHAIN)) {
		decision.wait = MCW_WAIT_CHAIN;
	} else if (IN(grade, PAGE_AFTER_GRACE)) {
		decision.wait = MCW_WAIT_GRACE;
	} else {
		decision.reason = MCW_REASON_GRADE;
		return decision;
	}
	decision.reason = tolerant == 3 ? MCW_REASON_TOLERANT : MCW_REASON_DONE;
	return decision;
}

/**
 * mcw_policy_holds_back() - whether to keep the kernel from poisoning the page
 * @tolerant: 0..3
 * @kernel_grade: the grade on which the kernel would act
 *
 * Context: any.
 * Return: true if the decode chain must not see that grade.
 */
bool mcw_policy_holds_back(unsigned int tolerant, unsigned int kernel_grade)
{
	return tolerant == 3 && kernel_grade <= MCW_GRADE_PANIC &&
	       IN(kernel_grade, PAGE_AFTER_CHAIN);
}

static bool is_fresh_in_bank(const struct mcw_policy_input *in, __u8 grade)
{
	if (in->vendor == MCW_VENDOR_AMD || in->vendor == MCW_VENDOR_HYGON)
		return (in->status & (MCW_STATUS_DEFERRED | MCW_STATUS_UC)) == MCW_STATUS_DEFERRED;
	if (!(in->mcgcap & MCW_MCGCAP_SER_P))
		return false;
	if (in->status & MCW_STATUS_UC)
		return (in->status & (MCW_STATUS_EN | MCW_STATUS_S | MCW_STATUS_PCC |
				      MCW_STATUS_AR)) == MCW_STATUS_EN;
	return grade == MCW_GRADE_AO;
}

/**
 * mcw_policy_panics() - whether tolerant 0 panics on this error
 * @tolerant: 0..3
 * @in: the error
 *
 * Context: any.
 * Return: true for a fresh uncorrected error of the hardware at level 0.
 */
bool mcw_policy_panics(unsigned int tolerant, const struct mcw_policy_input *in)
{
	__u8 grade;

	if (tolerant != 0 || in->flags & (MCW_FLAG_INJECTED | MCW_FLAG_CHAIN) ||
	    !grade_that_counts(in, &grade))
		return false;
	if (in->source == MCW_SOURCE_EXCEPTION)
		return IN(grade, FRESH_EXCEPTION);
	if (!IN(in->source, FOUND_IN_BANKS) || in->flags & MCW_FLAG_LEFTOVER)
		return false;
	return is_fresh_in_bank(in, grade);
}
