/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Entries on their way to journald. While it has no room, or restarts, they wait here.
 */
#ifndef MCW_CMD_JOURNAL_QUEUE_H
#define MCW_CMD_JOURNAL_QUEUE_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

#include "show/journald.h"

struct mcw_journal_waiting;

struct mcw_journal_queue {
	const char *path; /* of journald's socket */
	int fd;
	struct mcw_journal_waiting *first, *last;
	size_t bytes; /* of those that wait */
	__u64 retry_ns; /* when to try again, monotonic */
	__u64 left_out; /* there was no room for them */
	bool said; /* that it does not work */
};

/* Return: false after printing what is wrong. */
bool mcw_journal_queue_begin(struct mcw_journal_queue *q, const char *path);

/* Sends the entry, or keeps a copy of it. */
void mcw_journal_queue_put(struct mcw_journal_queue *q, const struct mcw_journal_entry *e);

/* Sends what waits. Return: in how many ms it wants to be called again; -1: none waits. */
int mcw_journal_queue_due(struct mcw_journal_queue *q);

/* Waits a moment for journald. Return: false: entries are lost, which was printed. */
bool mcw_journal_queue_end(struct mcw_journal_queue *q);

#endif /* MCW_CMD_JOURNAL_QUEUE_H */
