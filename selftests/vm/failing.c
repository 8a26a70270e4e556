// SPDX-License-Identifier: GPL-2.0
/*
 * Does something again and again while the kernel's fault injection makes an allocation of this
 * process fail, each time a later one, until it is done with no allocation left to fail.
 */
#define _GNU_SOURCE
#include "mcwtest.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../../include/uapi/mcewarden.h"

#define FAIL_NTH "/proc/thread-self/fail-nth"
#define MOST_TRIES 1000
#define MAP_BYTES 4096

/* Returns 0, or what errno says. */
static int try_open(char **args)
{
	int fd = open(args[0], O_RDONLY | O_NONBLOCK);

	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

static int try_map(char **args)
{
	int fd = open(args[0], O_RDONLY), err = 0;
	void *map;

	if (fd < 0)
		return errno;
	map = mmap(NULL, MAP_BYTES, PROT_READ, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED)
		err = errno;
	else
		munmap(map, MAP_BYTES);
	close(fd);
	return err;
}

static int try_read(char **args)
{
	static struct mcw_record batch[64];
	int fd = open(args[0], O_RDONLY | O_NONBLOCK), err = 0;

	if (fd < 0)
		return errno;
	if (read(fd, batch, sizeof(batch)) < 0 && errno != EAGAIN)
		err = errno;
	close(fd);
	return err;
}

static int try_write(char **args)
{
	int fd = open(args[0], O_WRONLY), err = 0;

	if (fd < 0)
		return errno;
	if (write(fd, args[1], strlen(args[1])) < 0)
		err = errno;
	close(fd);
	return err;
}

static const struct {
	const char *name;
	int (*run)(char **args);
	int args;
} actions[] = {
	{ "open", try_open, 1 },
	{ "map", try_map, 1 },
	{ "read", try_read, 1 },
	{ "write", try_write, 2 },
};

static void set_nth(int fd, unsigned int nth)
{
	char text[16];
	int length = snprintf(text, sizeof(text), "%u", nth);

	if (pwrite(fd, text, length, 0) != length)
		fatal(FAIL_NTH);
}

/* Returns how many allocations are left to count. */
static unsigned int get_nth(int fd)
{
	char text[16] = "";

	if (pread(fd, text, sizeof(text) - 1, 0) <= 0)
		fatal(FAIL_NTH);
	return strtoul(text, NULL, 10);
}

/*
 * failing ACTION FILE [TEXT]: open, map, read or write that text to FILE. Prints how often a
 * failing allocation made the action fail, and how often it did not.
 */
static int run_failing(int argc, char **argv)
{
	unsigned int nth, left, failed = 0, odd = 0;
	size_t i;
	int fd = open(FAIL_NTH, O_RDWR), err;

	if (fd < 0)
		fatal(FAIL_NTH);
	for (i = 0; argc > 2 && i < sizeof(actions) / sizeof(actions[0]); i++)
		if (!strcmp(actions[i].name, argv[1]) && actions[i].args == argc - 2)
			break;
	if (argc <= 2 || i == sizeof(actions) / sizeof(actions[0]))
		return 2;
	for (nth = 1; nth <= MOST_TRIES; nth++) {
		set_nth(fd, nth);
		err = actions[i].run(argv + 2);
		left = get_nth(fd);
		set_nth(fd, 0);
		if (left)
			break;
		failed += err != 0;
		if (err && err != ENOMEM && err != ENFILE) {
			printf("allocation %u: %s\n", nth, strerror(err));
			odd++;
		}
	}
	printf("action=%s tries=%u failed=%u odd=%u last=%d\n", argv[1], nth - 1, failed, odd, err);
	return 0;
}

/* load FILE PARAMETERS: once, where busybox's insmod tries again after a failure. */
static int run_load(int argc, char **argv)
{
	int fd;

	if (argc != 3)
		return 2;
	fd = open(argv[1], O_RDONLY | O_CLOEXEC);
	if (fd < 0 || syscall(SYS_finit_module, fd, argv[2], 0))
		fatal(argv[1]);
	close(fd);
	return 0;
}

const struct command failing_commands[] = {
	{ "load", run_load, "FILE PARAMETERS" },
	{ "failing", run_failing, "open|map|read FILE, write FILE TEXT" },
	{ NULL, NULL, NULL },
};
