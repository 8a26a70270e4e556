/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Decides what follows from an error: pure functions over plain integers, for module and tests.
 *
 * Whose grade counts
 *
 *	source				kernel's grade	grade that counts
 *	firmware, process		any		none: firmware or software reported it
 *	cmci, not injected		0		ours: the interrupt handler does not grade
 *	unknown				0		none: nobody knows what found it
 *	any other			0		none: as in the first row
 *	any other			1..7		the kernel's
 *
 * What is done about the page, by the grade that counts and tolerant
 *
 *	grade			0, 1, 2			3
 *	DEFERRED, AO		taken when the kernel	nothing; the kernel is kept
 *				has done its part	from poisoning it
 *	AR			taken when the kernel	nothing; the kernel still
 *				has had all of grace_ms	does its own part
 *	UC, PANIC		nothing: taking a page would not help
 *	NO, KEEP, SOME		nothing: nothing is wrong with the page
 *
 * On these errors level 0 panics, and no other level does: mcw_policy_panics().
 *
 *	source		condition
 *	exception	grade AO, UC or AR; not PANIC: if the kernel survives that, it was
 *			told to (fake_panic)
 *	poll, cmci	not leftover; Intel with MCG_SER_P: UC=1, EN=1, S=0, PCC=0, AR=0 (UCNA),
 *			or grade AO with UC=0; AMD, Hygon: deferred=1, UC=0
 *	any other	never
 *
 * Level 0 never panics on injected errors, or on those that the chain captured, as nobody knows
 * whether these were injected.
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
	MCW_WAIT_GRACE, /* for grace_ms, as the kernel acts outside the decode chain */
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
	__u8 reason; /* MCW_REASON_*: why no page is taken; MCW_REASON_DONE: take it */
};

struct mcw_decision mcw_policy_page(unsigned int tolerant, const struct mcw_policy_input *in);
bool mcw_policy_holds_back(unsigned int tolerant, unsigned int kernel_grade);
bool mcw_policy_panics(unsigned int tolerant, const struct mcw_policy_input *in);

#endif /* _MCEWARDEN_POLICY_H */
