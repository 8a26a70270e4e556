/* SPDX-License-Identifier: GPL-2.0 */
/*
 * QEMU's events MEMORY_FAILURE, and which signal of the kernel's each follows.
 */
#ifndef MCW_GUESTS_FAILURES_H
#define MCW_GUESTS_FAILURES_H

#include "guests/track.h"

/* Two that are nearer than this cannot be told apart: the event has no address. */
#define MCW_FAILURE_NEAR_NS 100000000ULL

struct mcw_failure_told {
	const struct mcw_guest *guest;
	struct mcw_memory_failure said;
	__u64 page; /* MCW_NO_PAGE: not known */
	unsigned int events; /* within 100 ms, this one too */
	unsigned int signals; /* that it may follow */
	bool ambiguous;
};

/* The last injection was ours, and so is the event that QEMU sent for it. */
void mcw_failures_ours(struct mcw_guest *guest);

/* Takes what the monitors have said, without waiting. */
void mcw_failures_look(struct mcw_track *t);

/* Tells those that are old enough. all: nothing more comes. */
void mcw_failures_tell(struct mcw_track *t, bool all,
		       void (*tell)(void *self, const struct mcw_failure_told *told), void *self);

#endif /* MCW_GUESTS_FAILURES_H */
