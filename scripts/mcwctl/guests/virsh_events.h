/* SPDX-License-Identifier: GPL-2.0 */
/*
 * libvirt's events memory-failure, by running virsh.
 */
#ifndef MCW_GUESTS_VIRSH_EVENTS_H
#define MCW_GUESTS_VIRSH_EVENTS_H

#include <stdbool.h>
#include <sys/types.h>

#include "guests/message.h"

struct mcw_virsh_event {
	char domain[256];
	struct mcw_memory_failure said;
};

/* Takes a line of virsh's output. Return: whether the event is complete by it. Pure. */
bool mcw_virsh_event_line(struct mcw_virsh_event *e, const char *line);

/* Zeroed is not started. */
struct mcw_virsh_events {
	pid_t pid; /* 0: it does not run */
	int out;
	__u64 again_ns; /* when it is started again */
	char text[1024]; /* of a line that is not complete */
	size_t used;
	struct mcw_virsh_event event;
};

/* The next event that is there, without waiting. Starts virsh if it does not run. */
bool mcw_virsh_events_take(struct mcw_virsh_events *v, struct mcw_virsh_event *e);
void mcw_virsh_events_end(struct mcw_virsh_events *v);

#endif /* MCW_GUESTS_VIRSH_EVENTS_H */
