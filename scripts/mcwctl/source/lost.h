/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What one reader lost of one lane. Pure: it only sees what the reader read.
 *
 * The numbers come from positions and counts alone (see uapi/mcewarden.h), so
 * that nothing is counted twice; EPIPE adds one only where no position is known
 * that it could be compared with: before the first record of a lane.
 */
#ifndef MCW_SOURCE_LOST_H
#define MCW_SOURCE_LOST_H

#include <stdbool.h>

#include <uapi/mcewarden.h>

/* Zeroed is the start: nothing known of the lane. */
struct mcw_lost {
	bool based;		/* the members below mean something */
	bool read;		/* a record of the lane was read */
	__u64 next;		/* the position after the last one accounted for */
	__u64 unplaced;		/* the largest counts seen */
	__u64 skipped;
	__u64 debt;		/* said too much: to be taken off what comes */
	__u64 missed;		/* by EPIPE, before the first record */
	__u64 older;		/* at the first record: gone before this reader came */

	__u64 lost;		/* not yet said: records in all, */
	__u64 no_room;		/* of these never stored, */
	bool overrun;		/* and a sign that some were overwritten */
};

/* Records before where info stands do not concern this reader. */
void mcw_lost_base(struct mcw_lost *l, const struct mcw_lane_info *info);

/* EPIPE said that n records of the lane were overwritten. */
void mcw_lost_missed(struct mcw_lost *l, __u64 n);

/* A record of the lane was read. */
void mcw_lost_record(struct mcw_lost *l, const struct mcw_head *head);

/* Records below info->head that are neither read nor known as skipped. */
__u64 mcw_lost_outstanding(const struct mcw_lost *l, const struct mcw_lane_info *info);

/* Nothing more comes of what is below info->head. */
void mcw_lost_end(struct mcw_lost *l, const struct mcw_lane_info *info);

/* It was said: start anew. */
void mcw_lost_said(struct mcw_lost *l);

#endif /* MCW_SOURCE_LOST_H */
