/* SPDX-License-Identifier: GPL-2.0 */
/* What one open file of /dev/mcewarden reads, and how far it has come. */
#ifndef _MCEWARDEN_READER_H
#define _MCEWARDEN_READER_H

#include <linux/jiffies.h>
#include <linux/types.h>
#include <mcewarden/ring.h>

#define MCW_STUCK_JIFFIES HZ /* then a reader gives up waiting for the producer in a slot */

struct iov_iter;

struct mcw_lane_reader {
	struct mcw_cursor cur;
	u64 mono_ns; /* of the record at cur, when ready */
	bool ready; /* there was a record at cur when the lane was looked at */
	bool busy; /* a producer was inside the slot at cur */
	bool overrun; /* the next read returns EPIPE */
	unsigned long since; /* jiffies when busy was first seen */
	u64 missed; /* records not reported by EPIPE yet */
	u64 read_below; /* the position behind the last record that was returned; 0: none */
	u64 read_skips; /* positions below it that never held a record */
};

/* For one user at a time; all zero before the first seek. */
struct mcw_reader {
	struct mcw_lane_reader lanes[MCW_LANES];
	unsigned int left_out; /* lanes that this reader does not want, one bit per lane */
	struct mcw_missed said; /* missed records that the last EPIPE reported */
	/*
	 * A record that could not go to the user at once: a fault, or a buffer in pieces. It comes
	 * first in the next read. The cursor of its lane stands behind it.
	 */
	struct mcw_record kept;
	unsigned int kept_lane;
	bool has_kept;
};

/* What a look at a reader's lanes found. */
struct mcw_reader_seen {
	bool record; /* the next read gives a record */
	bool overrun; /* the next read gives EPIPE */
	bool busy; /* a producer is inside a slot: look again after MCW_STUCK_JIFFIES */
};

void mcw_reader_seek(struct mcw_reader *reader, bool newest);
void mcw_reader_read_to(struct mcw_reader *reader, const struct mcw_positions *below);
struct mcw_reader_seen mcw_reader_look(struct mcw_reader *reader);
ssize_t mcw_reader_read(struct mcw_reader *reader, struct iov_iter *to, bool *busy);

#endif /* _MCEWARDEN_READER_H */
