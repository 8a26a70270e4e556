// SPDX-License-Identifier: GPL-2.0
/* Runs programs on a terminal. */
#define _GNU_SOURCE
#include "mcwtest.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static int terminal_open(void)
{
	int fd;

	if ((mkdir("/dev/pts", 0755) && errno != EEXIST) ||
	    (mount("devpts", "/dev/pts", "devpts", 0, "ptmxmode=0666") && errno != EBUSY))
		fatal("/dev/pts");
	fd = open("/dev/pts/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (fd < 0 || grantpt(fd) || unlockpt(fd))
		fatal("/dev/pts/ptmx");
	return fd;
}

static void run_inside(int fd, char **argv)
{
	for (int to = 0; to <= 2; to++)
		dup2(fd, to);
	execvp(argv[0], argv);
	fatal(argv[0]);
}

/*
 * terminal PROGRAM ARGUMENT...: prints the program's output on a terminal, and exits with its
 * status.
 */
static int run_terminal(int argc, char **argv)
{
	int terminal, inside, status;
	char buf[4096];
	ssize_t n;
	pid_t pid;

	if (argc < 2)
		return 2;
	terminal = terminal_open();
	inside = ioctl(terminal, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (inside < 0)
		fatal("TIOCGPTPEER");
	pid = fork();
	if (pid < 0)
		fatal("fork");
	if (!pid)
		run_inside(inside, argv + 1);
	close(inside);
	/* Until EIO: the other side is closed. */
	while ((n = read(terminal, buf, sizeof(buf))) > 0)
		if (write(STDOUT_FILENO, buf, n) != n)
			fatal("standard output");
	if (waitpid(pid, &status, 0) != pid)
		fatal("waitpid");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

const struct command terminal_commands[] = {
	{ "terminal", run_terminal, "PROGRAM ARGUMENT..." },
	{ NULL, NULL, NULL },
};
