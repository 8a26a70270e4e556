/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How many records one reader lost of one lane. Pure: it uses only what the reader read.
 *
 * The numbers come from positions and counts (see uapi/mcewarden.h), so nothing is counted twice.
 * What EPIPE reports is added only before the first record of a lane, when there is no position yet
 * to compare with.
 */
#ifndef MCW_SOURCE_LOST_H
#define MCW_SOURCE_LOST_H

#include <stdbool.h>

#include <uapi/mcewarden.h>

/* Zeroed: nothing is known of the lane yet. */
struct mcw_lost {
	bool based;		/* the members below are valid */
	bool read;		/* a record of the lane was read */
	__u64 next;		/* the position after the last one accounted for */
	__u64 unplaced;		/* the largest counts seen */
	__u64 skipped;
	__u64 debt;		/* reported too many: taken off the next losses */
	__u64 missed;		/* reported by EPIPE before the first record */
	__u64 older;		/* overwritten before this reader began */

	__u64 lost;		/* not yet printed: records in all, */
	__u64 no_room;		/* how many of them were never stored, */
	bool overrun;		/* and whether EPIPE reported overwritten ones */
};

/* This reader begins at these counters: earlier records are not lost for it. */
void mcw_lost_base(struct mcw_lost *l, const struct mcw_lane_info *info);

/* EPIPE reported that n records of the lane were overwritten. */
void mcw_lost_missed(struct mcw_lost *l, __u64 n);

/* A record of the lane was read. */
void mcw_lost_record(struct mcw_lost *l, const struct mcw_head *head);

/* How many records below info->head are neither read nor known to be skipped. */
__u64 mcw_lost_outstanding(const struct mcw_lost *l, const struct mcw_lane_info *info);

/* No more records below info->head will be read. */
void mcw_lost_end(struct mcw_lost *l, const struct mcw_lane_info *info);

/* The loss was printed: count from 0 again. */
void mcw_lost_said(struct mcw_lost *l);

#endif /* MCW_SOURCE_LOST_H */
