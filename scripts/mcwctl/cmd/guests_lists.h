/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The options of mcwctl guests --forward.
 */
#ifndef MCW_CMD_GUESTS_LISTS_H
#define MCW_CMD_GUESTS_LISTS_H

#include <stdbool.h>

struct mcw_forwarding;
struct mcw_options;

struct mcw_guest_lists {
	char *text[2];
	char **names[2]; /* of allow and deny; NULL: none */
};

/* Which guests, and how fast. Prints what is wrong. */
bool mcw_guest_lists_parse(struct mcw_guest_lists *l, struct mcw_forwarding *f,
			   const struct mcw_options *o);
void mcw_guest_lists_free(struct mcw_guest_lists *l);

#endif /* MCW_CMD_GUESTS_LISTS_H */
