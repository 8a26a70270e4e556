/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Puts the host's errors into the banks of the guests that have the pages.
 */
#ifndef MCW_GUESTS_FORWARD_H
#define MCW_GUESTS_FORWARD_H

#include "guests/track.h"

enum mcw_forward_result {
	MCW_FORWARDED,
	MCW_FORWARD_DRY, /* it would have been */
	MCW_FORWARD_SIGNALLED, /* the kernel has told the guest's process */
	MCW_FORWARD_UNCORRECTED, /* the kernel has its own way */
	MCW_FORWARD_NO_CMCI, /* UCNA */
	MCW_FORWARD_WRONG_CPU, /* the guest's CPU has no deferred errors */
	MCW_FORWARD_DENIED, /* by the admin's lists */
	MCW_FORWARD_NO_ADDRESS, /* owner.gap says why */
	MCW_FORWARD_REFUSED, /* the monitor did, or it failed */
};

/* What happened to an error, or to several of one page. */
struct mcw_forward_report {
	const struct mcw_guest *guest;
	enum mcw_forward_result result;
	enum mcw_owner_gap gap;
	struct mcw_guest_error error;
	struct mcw_bank_content content; /* FORWARDED, DRY, REFUSED */
	unsigned int cpu; /* the same */
	const char *text; /* REFUSED: the monitor's words */
};

struct mcw_forwarding {
	bool dry_run;
	unsigned int rate;
	/* Names or UUIDs; NULL at the end. NULL: none. */
	char *const *allow;
	char *const *deny;
	void (*report)(struct mcw_forwarding *f, const struct mcw_forward_report *report);
	void *self;
};

const char *mcw_forward_result_name(enum mcw_forward_result result); /* in JSON */
const char *mcw_forward_result_text(enum mcw_forward_result result);

/* An error of a guest, that is settled. */
void mcw_forward_error(struct mcw_forwarding *f, const struct mcw_track *t,
		       const struct mcw_tracked *event, const struct mcw_owner *owner);

/* Sends what is due. Return: in how many milliseconds more is; -1: nothing waits. */
int mcw_forward_due(struct mcw_forwarding *f, struct mcw_guests *g);

#endif /* MCW_GUESTS_FORWARD_H */
