/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Up to where the journal has been told of the records of this load of the module: a file that
 * mcwctl journal keeps, so that after a restart it tells nothing twice.
 */
#ifndef MCW_CMD_JOURNAL_STATE_H
#define MCW_CMD_JOURNAL_STATE_H

#include <stdbool.h>

#include <uapi/mcewarden.h>

struct mcw_journal_lane {
	__u64 next; /* records below this position were told */
	__u64 unplaced, skipped; /* of the last one of them */
};

struct mcw_journal_state {
	char magic[8];
	__u64 load;
	__u64 conditions_ns; /* conditions that were filled until then were told; wall clock */
	struct mcw_journal_lane lane[MCW_LANES];
};

/* A file of another load, or none, leaves all at the start. What is wrong is printed. */
void mcw_journal_state_read(struct mcw_journal_state *s, const char *path, __u64 load);
/* Return: 0 or an errno. */
int mcw_journal_state_write(struct mcw_journal_state *s, const char *path);

/* How many records were overwritten between those that were told and this one. */
__u64 mcw_journal_gap(const struct mcw_journal_lane *lane, const struct mcw_head *head);

#endif /* MCW_CMD_JOURNAL_STATE_H */
