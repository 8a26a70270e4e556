// SPDX-License-Identifier: GPL-2.0
/* LINK: module/policy.c */
/*
 * What the module does about an error: a case for each line of the tables in policy.h, and rules
 * that hold over all combinations.
 */
#include <stdio.h>

#include <mcewarden/mca.h>
#include <mcewarden/policy.h>

#include "ktap.h"

#define UC MCW_STATUS_UC
#define EN MCW_STATUS_EN
#define PCC MCW_STATUS_PCC
#define S MCW_STATUS_S
#define AR_BIT MCW_STATUS_AR
#define DEF_BIT MCW_STATUS_DEFERRED
#define SER_P MCW_MCGCAP_SER_P
#define INTEL MCW_VENDOR_INTEL
#define AMD MCW_VENDOR_AMD
#define HYGON MCW_VENDOR_HYGON

#define NO MCW_GRADE_NO
#define DEF MCW_GRADE_DEFERRED
#define KEEP MCW_GRADE_KEEP
#define SOME MCW_GRADE_SOME
#define AO MCW_GRADE_AO
#define UCG MCW_GRADE_UC
#define ARG MCW_GRADE_AR
#define PAN MCW_GRADE_PANIC

#define ANY MCW_SOURCE_UNKNOWN
#define EXC MCW_SOURCE_EXCEPTION
#define CMCI MCW_SOURCE_CMCI
#define POLL MCW_SOURCE_POLL
#define FW MCW_SOURCE_FIRMWARE
#define PROC MCW_SOURCE_PROCESS

#define INJ MCW_FLAG_INJECTED
#define LEFT MCW_FLAG_LEFTOVER
#define LATE MCW_FLAG_CHAIN
#define OURS MCW_FLAG_BY_MODULE

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

static const struct page_row {
	const char *why;
	__u8 source, kernel, ours;
	__u32 flags;
	enum mcw_wait wait;
	__u8 reason[4]; /* a level */
} page_rows[] = {
#define GRADED \
	{ \
		MCW_REASON_GRADE, MCW_REASON_GRADE, MCW_REASON_GRADE, MCW_REASON_GRADE \
	}
#define SAID \
	{ \
		MCW_REASON_SOFTWARE, MCW_REASON_SOFTWARE, MCW_REASON_SOFTWARE, MCW_REASON_SOFTWARE \
	}
#define UNGRADED \
	{ \
		MCW_REASON_UNGRADED, MCW_REASON_UNGRADED, MCW_REASON_UNGRADED, MCW_REASON_UNGRADED \
	}
#define BUT3 \
	{ \
		MCW_REASON_DONE, MCW_REASON_DONE, MCW_REASON_DONE, MCW_REASON_TOLERANT \
	}
	{ "UCNA by poll", POLL, DEF, DEF, 0, MCW_WAIT_CHAIN, BUT3 },
	{ "UCNA by interrupt", CMCI, DEF, DEF, 0, MCW_WAIT_CHAIN, BUT3 },
	{ "UCNA that we polled", POLL, DEF, DEF, OURS, MCW_WAIT_CHAIN, BUT3 },
	{ "UCNA left over", POLL, DEF, DEF, LEFT, MCW_WAIT_CHAIN, BUT3 },
	{ "UCNA injected", POLL, DEF, DEF, INJ, MCW_WAIT_CHAIN, BUT3 },
	{ "SRAO", EXC, AO, AO, 0, MCW_WAIT_CHAIN, BUT3 },
	{ "SRAO by poll", POLL, AO, AO, 0, MCW_WAIT_CHAIN, BUT3 },
	{ "SRAR", EXC, ARG, ARG, 0, MCW_WAIT_GRACE, BUT3 },
	{ "SRAO that only the chain saw", ANY, AO, AO, 0, MCW_WAIT_CHAIN, BUT3 },
	{ "the kernel's grade counts, not ours", POLL, DEF, PAN, 0, MCW_WAIT_CHAIN, BUT3 },
	{ "and the other way round", POLL, UCG, DEF, 0, MCW_WAIT_NOT, GRADED },
	{ "uncorrected", EXC, UCG, UCG, 0, MCW_WAIT_NOT, GRADED },
	{ "fatal under fake_panic", EXC, PAN, PAN, 0, MCW_WAIT_NOT, GRADED },
	{ "corrected", POLL, KEEP, KEEP, 0, MCW_WAIT_NOT, GRADED },
	{ "left over of another CPU", POLL, SOME, SOME, 0, MCW_WAIT_NOT, GRADED },
	{ "AMD's interrupt grades nothing", CMCI, NO, DEF, 0, MCW_WAIT_CHAIN, BUT3 },
	{ "nor what it does not take", CMCI, NO, UCG, 0, MCW_WAIT_NOT, GRADED },
	{ "injected, and not graded", CMCI, NO, DEF, INJ, MCW_WAIT_NOT, SAID },
	{ "a poll grades", POLL, NO, DEF, 0, MCW_WAIT_NOT, SAID },
	{ "mce_log() by software", PROC, NO, DEF, 0, MCW_WAIT_NOT, SAID },
	{ "even with a grade", PROC, DEF, DEF, 0, MCW_WAIT_NOT, SAID },
	{ "GHES", FW, NO, AO, 0, MCW_WAIT_NOT, SAID },
	{ "GHES with a grade", FW, AO, AO, 0, MCW_WAIT_NOT, SAID },
	{ "only the chain saw it, no grade", ANY, NO, AO, 0, MCW_WAIT_NOT, UNGRADED },
	{ "a source from the future", 9, AO, AO, 0, MCW_WAIT_NOT, SAID },
	{ "a grade from the future", POLL, 8, 8, 0, MCW_WAIT_NOT, SAID },
};

static int page_holds(const struct page_row *row)
{
	const struct mcw_policy_input in = {
		.source = row->source,
		.kernel_grade = row->kernel,
		.our_grade = row->ours,
		.flags = row->flags,
		.status = UC,
	};
	unsigned int level;

	for (level = 0; level < 4; level++) {
		struct mcw_decision d = mcw_policy_page(level, &in);

		if (d.wait != row->wait || d.reason != row->reason[level])
			return 0;
	}
	return 1;
}

static const struct panic_row {
	const char *why;
	int panics; /* at level 0 */
	__u8 source, kernel, ours, vendor;
	__u32 flags;
	__u64 status, mcgcap;
} panic_rows[] = {
	{ "UCNA by poll", 1, POLL, DEF, DEF, INTEL, 0, UC | EN, SER_P },
	{ "UCNA by interrupt", 1, CMCI, DEF, DEF, INTEL, 0, UC | EN, SER_P },
	{ "UCNA that we polled", 1, POLL, DEF, DEF, INTEL, OURS, UC | EN, SER_P },
	{ "left over: EN=0", 0, POLL, DEF, DEF, INTEL, 0, UC, SER_P },
	{ "left over of an exception: S=1", 0, POLL, SOME, SOME, INTEL, 0, UC | EN | S, SER_P },
	{ "left over of fake_panic: PCC=1", 0, POLL, PAN, PAN, INTEL, 0, UC | EN | PCC, SER_P },
	{ "AR=1 in a poll", 0, POLL, PAN, PAN, INTEL, 0, UC | EN | AR_BIT, SER_P },
	{ "no SER_P: bit 56 means nothing", 0, POLL, DEF, DEF, INTEL, 0, UC | EN, 0 },
	{ "a poll for what lay there before", 0, POLL, DEF, DEF, INTEL, LEFT, UC | EN, SER_P },
	{ "injected", 0, POLL, DEF, DEF, INTEL, INJ, UC | EN, SER_P },
	{ "corrected", 0, POLL, KEEP, KEEP, INTEL, 0, EN, SER_P },
	{ "AO with UC=0 by poll", 1, POLL, AO, AO, INTEL, 0, EN, SER_P },
	{ "SRAO", 1, EXC, AO, AO, INTEL, 0, UC | EN | S, SER_P },
	{ "SRAR", 1, EXC, ARG, ARG, INTEL, 0, UC | EN | S | AR_BIT, SER_P },
	{ "uncorrected exception", 1, EXC, UCG, UCG, INTEL, 0, UC | EN, SER_P },
	{ "injected exception", 0, EXC, AO, AO, INTEL, INJ, UC | EN | S, SER_P },
	{ "exception that the chain captured", 0, EXC, AO, AO, INTEL, LATE, UC | EN | S, SER_P },
	{ "fatal, survived: fake_panic", 0, EXC, PAN, PAN, INTEL, 0, UC | EN | PCC, SER_P },
	{ "exception graded SOME", 0, EXC, SOME, SOME, INTEL, 0, UC | EN | S, SER_P },
	{ "exception graded DEFERRED", 0, EXC, DEF, DEF, INTEL, 0, UC | EN, SER_P },
	{ "deferred on AMD by poll", 1, POLL, DEF, DEF, AMD, 0, DEF_BIT | EN, 0 },
	{ "EN is not asked there", 1, POLL, DEF, DEF, AMD, 0, DEF_BIT, 0 },
	{ "by an interrupt that grades nothing", 1, CMCI, NO, DEF, AMD, 0, DEF_BIT, 0 },
	{ "on Hygon", 1, CMCI, NO, DEF, HYGON, 0, DEF_BIT, 0 },
	{ "left over of an uncorrected one", 0, POLL, PAN, PAN, AMD, 0, UC | EN, 0 },
	{ "deferred with UC=1", 0, POLL, DEF, DEF, AMD, 0, DEF_BIT | UC | EN, 0 },
	{ "bit 44 on Intel is a count", 0, POLL, KEEP, KEEP, INTEL, 0, DEF_BIT | EN, SER_P },
	{ "software", 0, PROC, DEF, DEF, INTEL, 0, UC | EN, SER_P },
	{ "firmware", 0, FW, AO, AO, INTEL, 0, UC | EN, SER_P },
	{ "only the chain saw it", 0, ANY, AO, AO, INTEL, 0, UC | EN | S, SER_P },
	{ "not graded, by poll", 0, POLL, NO, DEF, INTEL, 0, UC | EN, SER_P },
};

static int panic_holds(const struct panic_row *row)
{
	const struct mcw_policy_input in = {
		.source = row->source,
		.kernel_grade = row->kernel,
		.our_grade = row->ours,
		.vendor = row->vendor,
		.flags = row->flags,
		.status = row->status,
		.mcgcap = row->mcgcap,
	};
	unsigned int level;

	for (level = 0; level < 4; level++) {
		if (mcw_policy_panics(level, &in) != (level == 0 && row->panics))
			return 0;
	}
	return 1;
}

/* The n-th of all combinations. */
static struct mcw_policy_input combination(unsigned int n)
{
	static const __u8 vendors[] = { INTEL, AMD, HYGON, 5 };
	struct mcw_policy_input in = {};

	in.source = n % 6;
	n /= 6;
	in.kernel_grade = n % 8;
	n /= 8;
	in.our_grade = n % 8;
	n /= 8;
	in.flags = n % 16;
	n /= 16;
	in.vendor = vendors[n % 4];
	n /= 4;
	in.status = (__u64)(n % 32) << 55 | (n / 32 % 2 ? UC : 0) | (n / 64 % 2 ? DEF_BIT : 0);
	in.mcgcap = n / 128 % 2 ? SER_P : 0;
	return in;
}

#define COMBINATIONS (6U * 8 * 8 * 16 * 4 * 256)

/* Rules that hold for all combinations. */
static int nothing_forbidden(void)
{
	unsigned int n, level;

	for (n = 0; n < COMBINATIONS; n++) {
		const struct mcw_policy_input in = combination(n);
		struct mcw_decision low = mcw_policy_page(1, &in), high = mcw_policy_page(3, &in);
		bool panics = mcw_policy_panics(0, &in);

		if (panics && (in.flags & (INJ | LATE) || in.source == ANY || in.source == FW ||
			       in.source == PROC || (in.source != EXC && in.flags & LEFT)))
			return 0;
		for (level = 1; level < 4; level++) {
			if (mcw_policy_panics(level, &in))
				return 0;
		}
		if (high.reason == MCW_REASON_DONE || high.wait != low.wait)
			return 0;
		if (low.reason == MCW_REASON_DONE ? low.wait == MCW_WAIT_NOT :
						    low.wait != MCW_WAIT_NOT)
			return 0;
	}
	return 1;
}

static int holds_back(void)
{
	unsigned int level, grade;

	for (level = 0; level < 4; level++) {
		for (grade = 0; grade < 9; grade++) {
			bool wanted = level == 3 && (grade == DEF || grade == AO);

			if (mcw_policy_holds_back(level, grade) != wanted)
				return 0;
		}
	}
	return 1;
}

int main(void)
{
	size_t i;

	ktap_begin();
	for (i = 0; i < ARRAY_SIZE(page_rows); i++)
		ktap_result(page_holds(&page_rows[i]), page_rows[i].why);
	for (i = 0; i < ARRAY_SIZE(panic_rows); i++)
		ktap_result(panic_holds(&panic_rows[i]), panic_rows[i].why);
	ktap_result(nothing_forbidden(), "all combinations keep to what must never be");
	ktap_result(holds_back(),
		    "level 3 alone holds back, and only what the kernel would poison");
	return ktap_end();
}
