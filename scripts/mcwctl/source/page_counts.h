/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The pages whose corrected errors the module is counting.
 */
#ifndef MCW_SOURCE_PAGE_COUNTS_H
#define MCW_SOURCE_PAGE_COUNTS_H

#include <stdbool.h>
#include <stddef.h>

#include <uapi/mcewarden.h>

/* Zeroed is empty. */
struct mcw_page_counts {
	struct mcw_ce_page *pages;	/* by address */
	size_t count;
	__u64 wall_minus_mono;		/* CLOCK_REALTIME - CLOCK_MONOTONIC, in ns */
};

/* Reads all of them from the device at path. The caller frees pages. Prints what is wrong. */
bool mcw_page_counts_read(struct mcw_page_counts *c, const char *path);

#endif /* MCW_SOURCE_PAGE_COUNTS_H */
