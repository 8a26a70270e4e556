// SPDX-License-Identifier: GPL-2.0
/*
 * A connection to QEMU's monitor. The other side is not trusted: each wait has an end, a message
 * that is too long ends the connection, and so does one that is not of QMP.
 */
#define _GNU_SOURCE
#include "guests/qmp.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "source/clock.h"

#define NS_PER_MS 1000000ULL
/* "info mtree -f" of a guest with hundreds of devices has some 100 KiB. */
#define MESSAGE_BYTES (4 * 1024 * 1024)
#define READ_BYTES (64 * 1024)
/* One that never stops talking has its turn again later. */
#define READS_MAX 16
/* Messages that are no answer, within one wait. */
#define OTHERS_MAX 4096

__attribute__((format(printf, 2, 3))) static bool fail(struct mcw_qmp *q, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(q->error, sizeof(q->error), format, arguments);
	va_end(arguments);
	mcw_qmp_close(q);
	return false;
}

void mcw_qmp_close(struct mcw_qmp *q)
{
	if (q->fd >= 0)
		close(q->fd);
	q->fd = -1;
	free(q->buffer);
	q->buffer = NULL;
	q->used = 0;
	q->room = 0;
}

static bool wait_for(struct mcw_qmp *q, short events, __u64 end_ns)
{
	struct pollfd fd = { .fd = q->fd, .events = events };

	for (;;) {
		__u64 now = mcw_now_ns(CLOCK_MONOTONIC);
		int got;

		if (now >= end_ns)
			return fail(q, "no answer within %d ms", MCW_QMP_WAIT_MS);
		got = poll(&fd, 1, (end_ns - now + NS_PER_MS - 1) / NS_PER_MS);
		if (got > 0)
			return true;
		if (got < 0 && errno != EINTR)
			return fail(q, "cannot wait: %s", strerror(errno));
	}
}

static bool room_make(struct mcw_qmp *q)
{
	size_t room = q->room ? q->room * 2 : READ_BYTES;
	char *buffer;

	if (q->used < q->room)
		return true;
	if (room > MESSAGE_BYTES)
		return fail(q, "a message of more than %d bytes", MESSAGE_BYTES);
	buffer = realloc(q->buffer, room);
	if (!buffer)
		return fail(q, "no memory for a message");
	q->buffer = buffer;
	q->room = room;
	return true;
}

/* Return: how many bytes came, 0: none at the moment, -1 after setting error. */
static ssize_t more_read(struct mcw_qmp *q)
{
	ssize_t bytes;

	if (!room_make(q))
		return -1;
	bytes = recv(q->fd, q->buffer + q->used, q->room - q->used, MSG_DONTWAIT);
	if (bytes > 0) {
		q->used += bytes;
		return bytes;
	}
	if (!bytes) {
		fail(q, "QEMU closed the connection");
		return -1;
	}
	if (errno == EAGAIN || errno == EINTR)
		return 0;
	fail(q, "cannot read: %s", strerror(errno));
	return -1;
}

static void failure_keep(struct mcw_qmp *q, const struct mcw_memory_failure *failure)
{
	if (q->failure_count < MCW_QMP_FAILURES)
		q->failures[q->failure_count++] = *failure;
	else
		q->failures_lost++;
}

/* Takes a whole message out of the buffer. Return: 1; 0: there is none; -1 after setting error. */
static int message_take(struct mcw_qmp *q, const char *member, struct mcw_message *m)
{
	char *end = q->used ? memchr(q->buffer, '\n', q->used) : NULL;
	size_t length;
	bool good;

	if (!end)
		return 0;
	length = end + 1 - q->buffer;
	good = mcw_message_parse(m, q->buffer, length - 1, member);
	q->used -= length;
	memmove(q->buffer, end + 1, q->used);
	if (!good) {
		fail(q, "no memory for a message");
		return -1;
	}
	if (m->kind == MCW_MESSAGE_NONSENSE) {
		mcw_message_free(m);
		fail(q, "what it says is not QMP");
		return -1;
	}
	if (m->is_memory_failure)
		failure_keep(q, &m->failure);
	return 1;
}

/* Waits for a message of this kind and id; events are kept. Return: false after setting error. */
static bool message_wait(struct mcw_qmp *q, enum mcw_message_kind kind, __u64 id,
			 const char *member, struct mcw_message *m)
{
	__u64 end_ns = mcw_now_ns(CLOCK_MONOTONIC) + MCW_QMP_WAIT_MS * NS_PER_MS;
	unsigned int others = 0;

	for (;;) {
		int got = message_take(q, member, m);

		if (got < 0)
			return false;
		if (!got) {
			if (!wait_for(q, POLLIN, end_ns) || more_read(q) < 0)
				return false;
			continue;
		}
		if (m->kind == kind ||
		    (m->kind == MCW_MESSAGE_ERROR && kind == MCW_MESSAGE_RETURN)) {
			if (kind == MCW_MESSAGE_GREETING || m->id == id)
				return true;
			mcw_message_free(m);
			return fail(q, "an answer to what was not asked");
		}
		mcw_message_free(m);
		if (++others == OTHERS_MAX)
			return fail(q, "%d messages and no answer", OTHERS_MAX);
	}
}

static bool line_send(struct mcw_qmp *q, const char *line)
{
	__u64 end_ns = mcw_now_ns(CLOCK_MONOTONIC) + MCW_QMP_WAIT_MS * NS_PER_MS;
	size_t length = strlen(line), sent = 0;

	while (sent < length) {
		ssize_t bytes =
			send(q->fd, line + sent, length - sent, MSG_DONTWAIT | MSG_NOSIGNAL);

		if (bytes > 0)
			sent += bytes;
		else if (errno != EAGAIN && errno != EINTR)
			return fail(q, "cannot write: %s", strerror(errno));
		else if (!wait_for(q, POLLOUT, end_ns))
			return false;
	}
	return true;
}

bool mcw_qmp_ask(struct mcw_qmp *q, const struct mcw_question *question, const char *member,
		 struct mcw_message *m)
{
	char *line;
	bool good;

	if (q->fd < 0)
		return false;
	line = mcw_message_ask(question, ++q->id);
	if (!line)
		return fail(q, "no memory for a question");
	good = line_send(q, line) && line_send(q, "\n");
	free(line);
	if (!good || !message_wait(q, MCW_MESSAGE_RETURN, q->id, member, m))
		return false;
	if (m->kind == MCW_MESSAGE_RETURN)
		return true;
	snprintf(q->error, sizeof(q->error), "%s: %s", question->execute, m->text);
	mcw_message_free(m);
	return false;
}

bool mcw_qmp_look(struct mcw_qmp *q)
{
	unsigned int reads = 0;
	struct mcw_message m;
	ssize_t bytes;
	int got;

	if (q->fd < 0)
		return false;
	do {
		bytes = more_read(q);
		if (bytes < 0)
			return false;
		while ((got = message_take(q, NULL, &m)) > 0) {
			enum mcw_message_kind kind = m.kind;

			mcw_message_free(&m);
			if (kind != MCW_MESSAGE_EVENT)
				return fail(q, "an answer to what was not asked");
		}
		if (got < 0)
			return false;
	} while (bytes && ++reads < READS_MAX);
	return true;
}

/* Whose socket it is: who called listen(). */
static bool owner_take(struct mcw_qmp *q)
{
	socklen_t size = sizeof(struct ucred);
	struct ucred credentials;

	if (getsockopt(q->fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size))
		return fail(q, "cannot see whose socket it is: %s", strerror(errno));
	q->pid = credentials.pid;
	return true;
}

static bool greeting_take(struct mcw_qmp *q)
{
	static const struct mcw_question capabilities = { .execute = "qmp_capabilities" };
	struct mcw_message m;

	/* A monitor has one client. The next one waits in the queue of the socket. */
	if (!message_wait(q, MCW_MESSAGE_GREETING, 0, NULL, &m)) {
		if (!strncmp(q->error, "no answer", strlen("no answer")))
			return fail(q,
				    "no greeting within %d ms: it has one client, perhaps another",
				    MCW_QMP_WAIT_MS);
		return false;
	}
	mcw_message_free(&m);
	if (!mcw_qmp_ask(q, &capabilities, NULL, &m)) {
		mcw_qmp_close(q);
		return false;
	}
	mcw_message_free(&m);
	return true;
}

bool mcw_qmp_open(struct mcw_qmp *q, const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	*q = (struct mcw_qmp){ .fd = -1 };
	if (!mcw_message_is_known())
		return fail(q, "this mcwctl was built without jansson, and so without QMP");
	if (strlen(path) >= sizeof(address.sun_path))
		return fail(q, "the path of a socket has up to %zu bytes",
			    sizeof(address.sun_path) - 1);
	strcpy(address.sun_path, path);
	q->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (q->fd < 0)
		return fail(q, "cannot make a socket: %s", strerror(errno));
	/* EAGAIN: its queue is full of others. */
	if (connect(q->fd, (struct sockaddr *)&address, sizeof(address)))
		return fail(q, "cannot connect: %s%s", strerror(errno),
			    errno == EACCES || errno == EPERM ? ": needs the right to write to it" :
								"");
	return owner_take(q) && greeting_take(q);
}
