/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How pages, their state and history look. Pure, but for the output.
 */
#ifndef MCWCTL_HISTORY_H
#define MCWCTL_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <uapi/mcewarden.h>

struct mcw_outcomes;

/* Zeroed is empty. */
struct mcw_page_counts {
	struct mcw_page_info *pages;	/* by address */
	size_t count;
	__u64 wall_minus_mono;		/* CLOCK_REALTIME - CLOCK_MONOTONIC, in ns */
};

/* outcomes: by page. */
void mcw_history_print(FILE *out, const struct mcw_page_counts *counts,
		       const struct mcw_outcomes *outcomes, bool json);

#endif /* MCWCTL_HISTORY_H */
