/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which members of a record its source gave: mcw_event.absent, MCW_ABSENT_*.
 *
 * Pure. A reader begins a record with absent = MCW_ABSENT_ALL, and takes out the bit of each
 * member that it fills in:
 *
 *	ev->regs.addr = value;
 *	mcw_event_has(ev, MCW_ABSENT_ADDR);
 */
#ifndef MCW_DECODE_ABSENT_H
#define MCW_DECODE_ABSENT_H

#include <stdbool.h>

#include <uapi/mcewarden.h>

/* Marks those members as known. */
static inline void mcw_event_has(struct mcw_event *ev, __u32 members)
{
	ev->absent &= ~members;
}

/* Whether one of them is not known. */
static inline bool mcw_event_lacks(const struct mcw_event *ev, __u32 members)
{
	return ev->absent & members;
}

/* Copies the members that from has; the others of to stay as they are. */
void mcw_event_merge(struct mcw_event *to, const struct mcw_event *from);

#endif /* MCW_DECODE_ABSENT_H */
