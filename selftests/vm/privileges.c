// SPDX-License-Identifier: GPL-2.0
/* mcwtest: what users without privileges can do, and root without capabilities. */
#define _GNU_SOURCE
#include "mcwtest.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#define NOBODY 65534

static long long now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

/* The quickest of so many reads: what else the machine does costs time, too. */
static void read_often(const char *name, int count)
{
	long long least = -1, begin, ns;
	int fd = open(name, O_RDONLY);
	char buf[4096];
	ssize_t got = 0;

	if (fd < 0) {
		printf("err=%d ns=-1 file=%s\n", errno, name);
		return;
	}
	while (count-- && got >= 0) {
		begin = now_ns();
		got = pread(fd, buf, sizeof(buf), 0);
		ns = now_ns() - begin;
		if (least < 0 || ns < least)
			least = ns;
	}
	printf("err=%d ns=%lld file=%s\n", got < 0 ? errno : 0, least, name);
	close(fd);
}

/* nobody-reads COUNT FILE: as another user, reads each file that the lines of FILE name. */
static int run_nobody_reads(int argc, char **argv)
{
	char name[512];
	FILE *names;

	if (argc != 3)
		return 2;
	names = fopen(argv[2], "r");
	if (!names)
		fatal(argv[2]);
	if (setgroups(0, NULL) || setresgid(NOBODY, NOBODY, NOBODY) ||
	    setresuid(NOBODY, NOBODY, NOBODY))
		fatal("setresuid");
	while (fgets(name, sizeof(name), names)) {
		name[strcspn(name, "\n")] = '\0';
		read_often(name, atoi(argv[1]));
	}
	return 0;
}

/* incapable COMMAND: root without CAP_SYS_ADMIN runs it. */
static int run_incapable(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	if (prctl(PR_CAPBSET_DROP, CAP_SYS_ADMIN, 0, 0, 0))
		fatal("PR_CAPBSET_DROP");
	execl("/bin/sh", "sh", "-c", argv[1], NULL);
	fatal("/bin/sh");
	return 1;
}

/* powerless COMMAND [CAPABILITY]: root without any other capability runs it. */
static int run_powerless(int argc, char **argv)
{
	int kept = argc == 3 ? atoi(argv[2]) : -1;

	if (argc != 2 && argc != 3)
		return 2;
	for (int capability = 0; capability <= CAP_LAST_CAP; capability++)
		if (capability != kept && prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) &&
		    errno != EINVAL)
			fatal("PR_CAPBSET_DROP");
	execl("/bin/sh", "sh", "-c", argv[1], NULL);
	fatal("/bin/sh");
	return 1;
}

/* write-nothing FILE: a write() of no byte; what it returned. */
static int run_write_nothing(int argc, char **argv)
{
	int fd;

	if (argc != 2)
		return 2;
	fd = open(argv[1], O_WRONLY);
	if (fd < 0)
		fatal(argv[1]);
	printf("%zd\n", write(fd, "", 0));
	return 0;
}

const struct command privilege_commands[] = {
	{ "nobody-reads", run_nobody_reads, "COUNT FILE" },
	{ "incapable", run_incapable, "COMMAND" },
	{ "powerless", run_powerless, "COMMAND [CAPABILITY]" },
	{ "write-nothing", run_write_nothing, "FILE" },
	{ NULL, NULL, NULL },
};
