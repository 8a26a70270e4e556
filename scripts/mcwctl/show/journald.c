// SPDX-License-Identifier: GPL-2.0
/*
 * Entries for systemd's journal.
 *
 *	field	:= NAME = value \n		a value of printable bytes
 *		 | NAME \n length value \n	any value; length: 64 bits, little-endian
 *
 * systemd's "Native Journal Protocol" and "Journal Export Formats" describe it.
 */
#define _GNU_SOURCE
#include "show/journald.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <linux/types.h>

#define ALL_SEALS (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL)

void mcw_journal_begin(struct mcw_journal_entry *e)
{
	e->length = 0;
	e->failed = false;
}

void mcw_journal_free(struct mcw_journal_entry *e)
{
	free(e->bytes);
	*e = (struct mcw_journal_entry){ .bytes = NULL };
}

static void add(struct mcw_journal_entry *e, const void *bytes, size_t length)
{
	size_t room = e->room ? e->room : 1024;
	char *grown;

	while (room < e->length + length)
		room *= 2;
	if (room > e->room) {
		grown = realloc(e->bytes, room);
		if (!grown) {
			e->failed = true;
			return;
		}
		e->bytes = grown;
		e->room = room;
	}
	memcpy(e->bytes + e->length, bytes, length);
	e->length += length;
}

/* A line break in the short form would begin another field. */
static bool is_plain(const char *value, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		const unsigned char c = value[i];

		if (c < ' ' || c == 0x7f)
			return false;
	}
	return true;
}

void mcw_journal_bytes(struct mcw_journal_entry *e, const char *name, const void *value,
		       size_t length)
{
	const __u64 bytes = htole64(length);
	const size_t before = e->length;

	add(e, name, strlen(name));
	if (is_plain(value, length)) {
		add(e, "=", 1);
	} else {
		add(e, "\n", 1);
		add(e, &bytes, sizeof(bytes));
	}
	add(e, value, length);
	add(e, "\n", 1);
	if (e->failed)
		e->length = before;
}

void mcw_journal_text(struct mcw_journal_entry *e, const char *name, const char *text)
{
	mcw_journal_bytes(e, name, text, strlen(text));
}

void mcw_journal_format(struct mcw_journal_entry *e, const char *name, const char *format, ...)
{
	char *text = NULL;
	va_list args;
	int length;

	va_start(args, format);
	length = vasprintf(&text, format, args);
	va_end(args);
	if (length < 0) {
		e->failed = true;
		return;
	}
	mcw_journal_bytes(e, name, text, length);
	free(text);
}

int mcw_journald_open(void)
{
	return socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

/* journald takes only a file that nobody can change any more. */
static int sealed_file(const void *bytes, size_t length)
{
	int fd = memfd_create("mcewarden", MFD_CLOEXEC | MFD_ALLOW_SEALING), err;
	size_t written = 0;

	while (fd >= 0 && written < length) {
		ssize_t n = write(fd, (const char *)bytes + written, length - written);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			goto failed;
		written += n;
	}
	if (fd < 0 || !fcntl(fd, F_ADD_SEALS, ALL_SEALS))
		return fd;
failed:
	err = errno;
	close(fd);
	errno = err;
	return -1;
}

static bool send_file(int fd, struct msghdr *message, const void *bytes, size_t length)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(int))];
	} control = { .head = { .cmsg_len = CMSG_LEN(sizeof(int)),
				.cmsg_level = SOL_SOCKET,
				.cmsg_type = SCM_RIGHTS } };
	int file = sealed_file(bytes, length), err;
	bool good;

	if (file < 0)
		return false;
	memcpy(CMSG_DATA(&control.head), &file, sizeof(file));
	message->msg_iov = NULL;
	message->msg_iovlen = 0;
	message->msg_control = &control;
	message->msg_controllen = sizeof(control.room);
	good = sendmsg(fd, message, MSG_NOSIGNAL) >= 0;
	err = errno;
	close(file);
	errno = err;
	return good;
}

bool mcw_journald_send(int fd, const char *path, const void *bytes, size_t length)
{
	struct iovec data = { .iov_base = (void *)bytes, .iov_len = length };
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	struct msghdr message = {
		.msg_name = &to, .msg_namelen = sizeof(to), .msg_iov = &data, .msg_iovlen = 1
	};

	if (strlen(path) >= sizeof(to.sun_path)) {
		errno = ENAMETOOLONG;
		return false;
	}
	strcpy(to.sun_path, path);
	if (sendmsg(fd, &message, MSG_NOSIGNAL) >= 0)
		return true;
	return (errno == EMSGSIZE || errno == ENOBUFS) && send_file(fd, &message, bytes, length);
}
