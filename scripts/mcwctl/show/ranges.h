/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Numbers as a list of ranges, as 0-4,6: of no more than there is room for on a screen.
 */
#ifndef MCW_SHOW_RANGES_H
#define MCW_SHOW_RANGES_H

#include <stdbool.h>
#include <stddef.h>

#define MCW_LIST_BYTES	28

/* Zeroed is empty. */
struct mcw_list {
	char text[MCW_LIST_BYTES];	/* complete after each number, or it ends in ... */
	size_t count;
	size_t at;			/* in text: the last range */
	unsigned int first, last;	/* that range */
	bool full;
};

/* In ascending order. */
void mcw_list_add(struct mcw_list *l, unsigned int number);

#endif /* MCW_SHOW_RANGES_H */
