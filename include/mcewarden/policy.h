/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What follows from an error: pure functions over plain integers, for module and tests.
 *
 * Whose grade counts
 *
 *	source				kernel's grade	grade that counts
 *	firmware, process		any		none: software or firmware said so
 *	cmci, not injected		0		ours: the interrupt handler graded nothing
 *	unknown				0		none: nobody can say what it is
 *	any other			0		none: as the first
 *	any other			1..7		the kernel's
 *
 * What is done about the page, by the grade that counts and tolerant
 *
 *	grade			0, 1, 2			3
 *	DEFERRED, AO		taken when the kernel	nothing; the kernel's own
 *				did its part		poisoning is held back
 *	AR			taken when the kernel	nothing; what the kernel does
 *				had all of grace_ms	is its own
 *	UC, PANIC		nothing: no page is to be saved by it
 *	NO, KEEP, SOME		nothing: nothing is wrong with the page
 *
 * What level 0 panics on besides, and no other level: mcw_policy_panics().
 *
 *	source		condition
 *	exception	grade AO, UC or AR; not PANIC: where the kernel survived that, it was
 *			told to (fake_panic)
 *	poll, cmci	not leftover; Intel with MCG_SER_P: UC=1, EN=1, S=0, PCC=0, AR=0 (UCNA),
 *			or grade AO with UC=0; AMD, Hygon: deferred=1, UC=0
 *	any other	never
 *
 * And never on what was injected, or captured by the chain: nobody knows then whether it was.
 *
 * Grades are names and not a scale: nothing here compares them by size.
 */
#ifndef _MCEWARDEN_POLICY_H
#define _MCEWARDEN_POLICY_H

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include <stdbool.h>
#endif
#include <uapi/mcewarden.h>

enum mcw_wait {
	MCW_WAIT_NOT, /* nothing is done, whatever the kernel does */
	MCW_WAIT_CHAIN, /* until the record was decoded, or surely never will be */
	MCW_WAIT_GRACE, /* grace_ms: the kernel acts where the chain does not see it */
};

struct mcw_policy_input {
	__u64 status;
	__u64 mcgcap;
	__u32 flags; /* MCW_FLAG_* */
	__u8 source; /* MCW_SOURCE_* */
	__u8 vendor; /* the kernel's X86_VENDOR_ number */
	__u8 kernel_grade; /* MCW_GRADE_* */
	__u8 our_grade;
};

struct mcw_decision {
	enum mcw_wait wait;
	__u8 reason; /* MCW_REASON_*: why no page is taken; MCW_REASON_DONE: it is to be */
};

struct mcw_decision mcw_policy_page(unsigned int tolerant, const struct mcw_policy_input *in);
bool mcw_policy_holds_back(unsigned int tolerant, unsigned int kernel_grade);
bool mcw_policy_panics(unsigned int tolerant, const struct mcw_policy_input *in);

#endif /* _MCEWARDEN_POLICY_H */
