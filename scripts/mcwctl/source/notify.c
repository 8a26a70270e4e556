// SPDX-License-Identifier: GPL-2.0
/*
 * sd_notify(3), whose protocol is one datagram.
 */
#define _GNU_SOURCE
#include "source/notify.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define SOCKET "NOTIFY_SOCKET"

void mcw_notify_ready(void)
{
	static const char ready[] = "READY=1";
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	const char *path = getenv(SOCKET);
	size_t length = path ? strlen(path) : 0;
	int fd;

	if (!length || length >= sizeof(to.sun_path))
		return;
	memcpy(to.sun_path, path, length);
	/* A name that belongs to no file. */
	if (to.sun_path[0] == '@')
		to.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd >= 0) {
		/* If nobody hears it, systemd says so when its patience ends. */
		if (sendto(fd, ready, strlen(ready), MSG_NOSIGNAL, (const struct sockaddr *)&to,
			   offsetof(struct sockaddr_un, sun_path) + length) < 0)
			length = 0;
		close(fd);
	}
	/* The programs that it starts are not the service. */
	unsetenv(SOCKET);
}
