/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The records of mcw_fill, for who puts them and who reads them. ADDR says who put a record, on
 * which CPU, and which of his it is; every 32nd is an uncorrected one. The other registers follow
 * from ADDR, so that a record made of two is seen. Exceptions have a page for an address, which
 * the kernel looks at: their number is shifted, and MISC is what it has to be.
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
#define FILL_EVERY 32 /* so many records have one that is uncorrected */
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

/* As MISC it names no mode of address: nobody takes a page for it. */
static inline __u64 fill_check(__u64 value)
{
	return (value ^ value >> 29) * 0x9E3779B97F4A7C15ULL & ~0x1ffULL;
}

#endif /* _MCW_FILL_H */
