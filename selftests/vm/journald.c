// SPDX-License-Identifier: GPL-2.0
/* mcwtest: journald's part of its native protocol, for a machine without systemd. */
#define _GNU_SOURCE
#include "mcwtest.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* journald SOCKET: prints each entry that comes, and an empty line. */
static int run_journald(int argc, char **argv)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	static char entry[1 << 20];
	ssize_t length;

	if (argc != 2 || strlen(argv[1]) >= sizeof(at.sun_path))
		return 2;
	strcpy(at.sun_path, argv[1]);
	unlink(argv[1]);
	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)))
		fatal(argv[1]);
	puts("ready\n");
	while (!fflush(stdout) && (length = recv(fd, entry, sizeof(entry), 0)) > 0) {
		fwrite(entry, length, 1, stdout);
		putchar('\n');
	}
	fatal(argv[1]);
	return 1;
}

const struct command journald_commands[] = {
	{ "journald", run_journald, "SOCKET" },
	{ NULL, NULL, NULL },
};
