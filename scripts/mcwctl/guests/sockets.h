/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The sockets of guests' monitors: which there are, and whose they are.
 */
#ifndef MCW_GUESTS_SOCKETS_H
#define MCW_GUESTS_SOCKETS_H

#include "guests/guests.h"

/* Looks for sockets that have come, and connects those that no guest has yet. */
bool mcw_sockets_look(struct mcw_guests *g);

/* The guest uses its socket no more. */
void mcw_sockets_leave(struct mcw_guests *g, struct mcw_guest *guest);
void mcw_sockets_free(struct mcw_guests *g);

/* How long a monitor is left alone that failed so often, one after the other. */
__u64 mcw_monitor_pause(unsigned int failures);

#endif /* MCW_GUESTS_SOCKETS_H */
