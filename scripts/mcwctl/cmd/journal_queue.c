// SPDX-License-Identifier: GPL-2.0
/*
 * Entries on their way to journald.
 */
#include "cmd/journal_queue.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "error.h"
#include "source/clock.h"

#define NS_PER_MS 1000000ULL
#define RETRY_MS 200
#define END_MS 1000
#define BYTES_MOST (4U << 20)

struct mcw_journal_waiting {
	struct mcw_journal_waiting *next;
	size_t length;
	char bytes[];
};

bool mcw_journal_queue_begin(struct mcw_journal_queue *q, const char *path)
{
	*q = (struct mcw_journal_queue){ .path = path, .fd = mcw_journald_open() };
	if (q->fd < 0)
		mcw_error("cannot make a socket: %s", strerror(errno));
	return q->fd >= 0;
}

/* It has much to do, or is not there: both can change. */
static bool can_change(int err)
{
	return err == EAGAIN || err == ENOBUFS || err == EINTR || err == ENOENT ||
	       err == ECONNREFUSED || err == ENOTCONN || err == ENOMEM || err == EMFILE;
}

static void say(struct mcw_journal_queue *q, const char *what)
{
	const int err = errno;

	if (!q->said && err != EAGAIN)
		mcw_error("cannot send to journald, %s: %s%s", q->path, strerror(err), what);
	q->said |= err != EAGAIN;
}

/* Return: whether the entry is done with: sent, or never to be sent. */
static bool send_one(struct mcw_journal_queue *q, const char *bytes, size_t length)
{
	if (mcw_journald_send(q->fd, q->path, bytes, length)) {
		if (q->said)
			mcw_error("journald takes entries again");
		q->said = false;
		return true;
	}
	if (can_change(errno)) {
		say(q, "; trying again");
		return false;
	}
	mcw_error("cannot send an entry to journald, %s: %s: it is left out", q->path,
		  strerror(errno));
	return true;
}

void mcw_journal_queue_put(struct mcw_journal_queue *q, const struct mcw_journal_entry *e)
{
	struct mcw_journal_waiting *one;

	if (!q->first && send_one(q, e->bytes, e->length))
		return;
	one = q->bytes + e->length <= BYTES_MOST ? malloc(sizeof(*one) + e->length) : NULL;
	if (!one) {
		q->left_out++;
		return;
	}
	one->next = NULL;
	one->length = e->length;
	memcpy(one->bytes, e->bytes, e->length);
	q->bytes += e->length;
	if (q->first) {
		q->last->next = one;
	} else {
		q->first = one;
		q->retry_ns = mcw_now_ns(CLOCK_MONOTONIC) + RETRY_MS * NS_PER_MS;
	}
	q->last = one;
}

static void first_drop(struct mcw_journal_queue *q)
{
	struct mcw_journal_waiting *one = q->first;

	q->first = one->next;
	q->bytes -= one->length;
	free(one);
}

static void left_out_say(struct mcw_journal_queue *q)
{
	if (q->left_out)
		mcw_error("%llu entries were left out, as journald took none for too long",
			  q->left_out);
	q->left_out = 0;
}

int mcw_journal_queue_due(struct mcw_journal_queue *q)
{
	const __u64 now = mcw_now_ns(CLOCK_MONOTONIC);

	if (!q->first)
		return -1;
	if (now < q->retry_ns)
		return (int)((q->retry_ns - now) / NS_PER_MS) + 1;
	while (q->first && send_one(q, q->first->bytes, q->first->length))
		first_drop(q);
	if (!q->first) {
		left_out_say(q);
		return -1;
	}
	q->retry_ns = now + RETRY_MS * NS_PER_MS;
	return RETRY_MS;
}

bool mcw_journal_queue_end(struct mcw_journal_queue *q)
{
	const struct timespec wait = { .tv_nsec = RETRY_MS * NS_PER_MS };
	__u64 lost = 0;

	for (int waited = 0; mcw_journal_queue_due(q) > 0 && waited < END_MS; waited += RETRY_MS)
		nanosleep(&wait, NULL);
	for (; q->first; lost++)
		first_drop(q);
	lost += q->left_out;
	if (lost)
		mcw_error("%llu entr%s not taken by journald, %s, and lost", lost,
			  lost == 1 ? "y was" : "ies were", q->path);
	close(q->fd);
	q->fd = -1;
	return !lost;
}
