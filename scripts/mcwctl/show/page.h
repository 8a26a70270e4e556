/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Prints pages, their state and history. Apart from its output it is pure.
 */
#ifndef MCW_SHOW_PAGE_H
#define MCW_SHOW_PAGE_H

#include <stdbool.h>
#include <stdio.h>

struct mcw_located;
struct mcw_outcomes;
struct mcw_owners;
struct mcw_page_counts;

/* The n-th state in JSON; NULL past the last. */
const char *mcw_page_state_name(unsigned int n);

/*
 * outcomes and owners must be sorted by page. located: the DIMMs of their events, or empty. owners:
 * the guests that have the pages, or empty.
 */
void mcw_history_print(FILE *out, const struct mcw_page_counts *counts,
		       const struct mcw_outcomes *outcomes, const struct mcw_located *located,
		       const struct mcw_owners *owners, bool json);

#endif /* MCW_SHOW_PAGE_H */
