/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which errors were in which guest's pages, from records as they come.
 */
#ifndef MCW_GUESTS_TRACK_H
#define MCW_GUESTS_TRACK_H

#include <stdbool.h>
#include <stddef.h>

#include <uapi/mcewarden.h>

#include "guests/address.h"
#include "guests/bank.h"
#include "guests/guests.h"
#include "guests/virsh_events.h"

#define MCW_TRACK_PAGES 8192 /* what is beyond them has no row, and counts all the same */
#define MCW_TRACK_UNPLACED 256 /* events without an address, of the last ones */
#define MCW_TRACK_SIGNALS 256 /* signals to guests, the last ones */
#define MCW_TRACK_FAILURES 64
#define MCW_TRACK_OWNERS 8 /* of one page */

/* A page that had an error, and the guest that had the page then. */
struct mcw_guest_page {
	struct mcw_owner owner;
	__u64 corrected, deferred, uncorrected, victims;
	__u64 first_ns, last_ns; /* wall_ns of its errors */
};

/* An event with an address. */
struct mcw_tracked {
	struct mcw_head head;
	struct mcw_error_address at;
	enum mcw_class class;
	__u64 status, count;
	bool amd, firmware;
	bool found; /* its owners were looked for */
	struct mcw_owner owner[MCW_TRACK_OWNERS];
	size_t owner_count;
	bool settled; /* its outcome came, or none comes */
};

/* A signal that a guest's process got. */
struct mcw_guest_signal {
	struct mcw_guest *guest;
	__u64 page, hva, wall_ns, mono_ns;
	int code;
	bool joined; /* to an event of QEMU's */
};

/* An event MEMORY_FAILURE of QEMU's. */
struct mcw_failure {
	struct mcw_guest *guest;
	struct mcw_memory_failure said;
	bool told;
};

/* Zeroed is empty, but for guests.proc. */
struct mcw_track {
	struct mcw_guests guests;
	struct mcw_guest_page *page;
	size_t page_count, page_room;
	struct mcw_tracked *event; /* not done yet, the oldest first */
	size_t event_count, event_room;
	struct mcw_record unplaced[MCW_TRACK_UNPLACED];
	size_t unplaced_next;
	struct mcw_guest_signal signal[MCW_TRACK_SIGNALS];
	size_t signal_next;
	struct mcw_failure failure[MCW_TRACK_FAILURES]; /* not told yet, the oldest first */
	size_t failure_count;
	struct mcw_virsh_events virsh;
	__u64 no_address; /* events without one */
	__u64 no_guest; /* events in pages of no guest */
	/* What is done with an error of a guest, once it is settled. May be NULL. */
	void (*error)(struct mcw_track *t, const struct mcw_tracked *event,
		      const struct mcw_owner *owner);
	void (*signalled)(struct mcw_track *t, const struct mcw_guest_signal *signal);
	void *self;
};

/* Return: false without memory, after printing that. */
bool mcw_track_take(struct mcw_track *t, const struct mcw_record *rec);

/*
 * Finds the owners of what came, and passes on what is settled. all: nothing more comes. Return: as
 * above.
 */
bool mcw_track_settle(struct mcw_track *t, bool all);

/* In how many milliseconds something is settled by time; -1: nothing is waiting. */
int mcw_track_wait(const struct mcw_track *t);

/* Whether the guest's process got a signal because of this page. */
bool mcw_track_signalled(const struct mcw_track *t, const struct mcw_owner *owner);

void mcw_track_free(struct mcw_track *t);

#endif /* MCW_GUESTS_TRACK_H */
