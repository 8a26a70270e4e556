/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Numbers as a list of ranges, such as 0-4,6, cut to what a screen has room for.
 */
#ifndef MCW_SHOW_RANGES_H
#define MCW_SHOW_RANGES_H

#include <stdbool.h>
#include <stddef.h>

#define MCW_LIST_BYTES	28

/* Zeroed is empty. */
struct mcw_list {
	char text[MCW_LIST_BYTES];	/* complete, or it ends in ... */
	size_t count;
	size_t at;			/* where the last range stands in text */
	unsigned int first, last;	/* the last range */
	bool full;
};

/* Numbers must come in ascending order. */
void mcw_list_add(struct mcw_list *l, unsigned int number);

#endif /* MCW_SHOW_RANGES_H */
