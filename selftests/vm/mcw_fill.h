/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The records of mcw_fill, for its producers and readers. ADDR has the kind of producer, the CPU
 * and a number; every 32nd record is uncorrected. The other registers follow from ADDR, so that a
 * mix of two records is seen. The kernel looks at the address of an exception, which must be a
 * page's: so the number is shifted, and MISC names the granularity of a page.
 *
 *	bit 39 set (no memory is there)	38:36 who	35 CPU		34:0 number
 */
#ifndef _MCW_FILL_H
#define _MCW_FILL_H

#include <linux/types.h>

#define FILL_CPUS 2

#define FILL_OTHERS 0 /* not of mcw_fill */
#define FILL_POLLED 1
#define FILL_LOGGED 2
#define FILL_VECTOR 3
#define FILL_EXCEPTION 4
#define FILL_KINDS 5

#define FILL_NO_MEMORY (1ULL << 39)
#define FILL_PAGE_SHIFT 12 /* of an exception's number */
#define FILL_EVERY 32 /* one record in so many is uncorrected */
#define FILL_CORRECTED 0x9c00000000000090ULL /* valid, enabled, MISC and ADDR: a memory read */
#define FILL_UCNA 0xbc00000000000090ULL /* the same, uncorrected, no action */

static inline __u64 fill_addr(__u64 kind, __u64 cpu, __u64 number)
{
	return FILL_NO_MEMORY | kind << 36 | cpu << 35 | number;
}

static inline __u64 fill_status(__u64 number)
{
	return number % FILL_EVERY == FILL_EVERY - 1 ? FILL_UCNA : FILL_CORRECTED;
}

/* As MISC it names no address mode, so nobody takes a page. */
static inline __u64 fill_check(__u64 value)
{
	return (value ^ value >> 29) * 0x9E3779B97F4A7C15ULL & ~0x1ffULL;
}

#endif /* _MCW_FILL_H */
