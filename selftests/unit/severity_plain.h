/* SPDX-License-Identifier: GPL-2.0 */
/* The grades once more, as a plain chain of questions: what the tables are compared with. */
#ifndef _UNIT_SEVERITY_PLAIN_H
#define _UNIT_SEVERITY_PLAIN_H

#include "severity_rows.h"

/* The same rules, said plainly, with their numbers in the list. */
static __u8 plain_intel(const struct mcw_severity_input *in)
{
	const __u64 st = in->status, mcg = in->mcgstatus;
	const bool user = (in->cs & 3) == 3;
	const bool copy = !user && in->kflags & KFLAG_RECOV, kernel = !user && !copy;
	const bool ser = in->mcgcap & R_SER, x = in->exception;
	const bool over = st & R_OVER, uc = st & R_UC, s = st & R_S, ar = st & R_AR;
	const bool located = (st & R_LOCATED) == R_LOCATED;
	const unsigned int code = st & 0xefff;
	const bool scrub = (code & ~0xfU) == 0xc0;

	if (!(st & R_VAL)) /* 1 */
		return NO;
	if (x && !(st & R_EN)) /* 2 */
		return NO;
	if (st & R_PCC) /* 3 */
		return PANIC;
	if (x && !(mcg & 4)) /* 4 */
		return PANIC;
	if (x && !(mcg & 3)) /* 5 */
		return PANIC;
	if (x && !user && !(mcg & 1)) /* 6, 7 */
		return PANIC;
	if (!ser) {
		if (!uc) /* 8 */
			return KEEP;
		if (over) /* 25 */
			return PANIC;
		return kernel && in->generation >= MID ? PANIC : UCG; /* 26 */
	}
	if (uc && !ar && (scrub || code == 0x17a)) /* 9, 10 */
		return AO;
	if (!uc && located && scrub && (st >> 16 & 0xffff) == 0x10 && in->vendor == 0 &&
	    (in->cpuid >> 4 & 0xf) == 5 && (in->cpuid >> 8 & 0xf) == 6 &&
	    (in->cpuid >> 16 & 0xfff) == 5 && (in->cpuid & 0xf) >= 4 && in->bank > 12 &&
	    in->bank < 19) /* 11 */
		return AO;
	if (uc && !s && !ar) /* 12 */
		return DEF;
	if (!over && uc && ar && !s) /* 13 */
		return PANIC;
	if (!s) /* 14 */
		return KEEP;
	if (!uc) /* 27 */
		return SOME;
	if (!ar) /* 23, 24 */
		return SOME;
	if (over) /* 15 */
		return PANIC;
	if (!located || !(in->kernel_caps & 1)) /* 22 */
		return PANIC;
	if ((mcg & 3) == 1) /* 16 */
		return KEEP;
	if (code == 0x134 && !kernel) /* 17, 18 */
		return ARG;
	if (code == 0x150 && user) /* 19 */
		return ARG;
	if ((code == 0x134 || code == 0x150) && kernel && mcg & R_SEAM && in->generation >= NEW)
		return ARG; /* before 20 and 21 */
	return PANIC; /* 20 to 22 */
}

static __u8 plain_amd(const struct mcw_severity_input *in)
{
	const __u64 st = in->status;
	const bool kernel = (in->cs & 3) != 3 && !(in->kflags & KFLAG_RECOV);
	const bool recov = in->cpu_caps & 1, succor = in->cpu_caps & 2, smca = in->cpu_caps & 8;

	if (st & R_PCC)
		return PANIC;
	if (in->generation >= LATE) {
		if (st & R_DEFERRED)
			return DEF;
		if (!(st & R_UC))
			return KEEP;
		if (st & R_OVER && !recov)
			return PANIC;
		return !succor || kernel ? PANIC : ARG;
	}
	if (!(st & R_UC))
		return st & R_DEFERRED ? DEF : KEEP;
	if (kernel)
		return PANIC;
	if (recov)
		return smca && !succor ? PANIC : ARG;
	return st & R_OVER ? PANIC : UCG;
}

static __u8 plain(const struct mcw_severity_input *in)
{
	return in->vendor == 2 || in->vendor == 9 ? plain_amd(in) : plain_intel(in);
}

#endif /* _UNIT_SEVERITY_PLAIN_H */
