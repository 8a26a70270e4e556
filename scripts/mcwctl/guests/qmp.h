/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A connection to QEMU's monitor, by QMP on a Unix socket.
 *
 * Nothing here waits longer than MCW_QMP_WAIT_MS, whatever the other side does. After the first
 * thing that goes wrong the connection is closed, and error says what it was.
 */
#ifndef MCW_GUESTS_QMP_H
#define MCW_GUESTS_QMP_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

#include "guests/message.h"

#define MCW_QMP_WAIT_MS 2000
#define MCW_QMP_FAILURES 64 /* MEMORY_FAILURE events that wait to be taken */

struct mcw_qmp {
	int fd; /* -1: closed */
	__u32 pid; /* whose socket it is, by the kernel */
	__u64 id; /* of the last question */
	char *buffer;
	size_t used, room;
	char error[192];
	struct mcw_memory_failure failures[MCW_QMP_FAILURES];
	unsigned int failure_count;
	__u64 failures_lost;
};

/* Return: false after setting error. */
bool mcw_qmp_open(struct mcw_qmp *q, const char *path);
void mcw_qmp_close(struct mcw_qmp *q);

/*
 * Asks, and waits for the answer; m must then be freed. Return: false after setting error, also if
 * QEMU answers by an error: the connection is then still open.
 */
bool mcw_qmp_ask(struct mcw_qmp *q, const struct mcw_question *question, const char *member,
		 struct mcw_message *m);

/* Takes the events that are there, without waiting. Return: as above. */
bool mcw_qmp_look(struct mcw_qmp *q);

#endif /* MCW_GUESTS_QMP_H */
