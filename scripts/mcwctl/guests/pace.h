/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How fast errors go to a guest: so many a second, and what comes faster is summed up. Pure.
 */
#ifndef MCW_GUESTS_PACE_H
#define MCW_GUESTS_PACE_H

#include <stdbool.h>

#include <linux/types.h>

#include "guests/bank.h"

#define MCW_PACE_RATE 10 /* a second, unless somebody says otherwise */
#define MCW_PACE_PAGES 64 /* that wait; what is beyond them is added to the last one */

/* Zeroed is empty; rate is set by its owner. */
struct mcw_pace {
	unsigned int rate; /* a second */
	__u64 next_ns; /* when the next one may go */
	__u64 summed; /* errors that went with another one */
	unsigned int count;
	struct mcw_guest_error waiting[MCW_PACE_PAGES]; /* the oldest first */
};

/* Return: the one that it was added to; NULL: it waits itself. */
const struct mcw_guest_error *mcw_pace_add(struct mcw_pace *p, const struct mcw_guest_error *e);

/* Takes the oldest one, if the rate allows that now. */
bool mcw_pace_take(struct mcw_pace *p, __u64 now_ns, struct mcw_guest_error *e);

/* In how many milliseconds there may be one to take; -1: none waits. */
int mcw_pace_wait(const struct mcw_pace *p, __u64 now_ns);

#endif /* MCW_GUESTS_PACE_H */
