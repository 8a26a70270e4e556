// SPDX-License-Identifier: GPL-2.0
/*
 * A mapping of /dev/mcewarden, and its reader in include/uapi/mcewarden_ring.h, one check a line.
 * The lane for other records has 64 places.
 */
#define _GNU_SOURCE
#include "checks.h"
#include "mcwtest.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../include/uapi/mcewarden_ring.h"

#define DEVICE "/dev/" MCW_DEVICE
#define TEN "burst 4 10 0x9400000000000090 0x100 0 0 0"
#define ONE "burst 4 1 0x9400000000000090 0x200 0 0 0"
#define MANY "burst 4 192 0x9400000000000090 0x1000 0 0 0"

static int open_device(int flags)
{
	int fd = open(DEVICE, flags);

	if (fd < 0)
		fatal(DEVICE);
	return fd;
}

static int map_error(size_t bytes, int access, int kind, int fd, off_t at)
{
	void *map = mmap(NULL, bytes, access, kind, fd, at);

	if (map == MAP_FAILED)
		return -errno;
	munmap(map, bytes);
	return 0;
}

static void check_refusals(void)
{
	int fd = open_device(O_RDONLY), both = open_device(O_RDWR);
	size_t bytes;
	char *map = mmap(NULL, MCW_MAP_PAGE, PROT_READ, MAP_SHARED, both, 0);

	if (map == MAP_FAILED)
		fatal("mmap of the first page");
	bytes = ((struct mcw_map_header *)(map + MCW_MAP_HEADER))->bytes;
	FAILS("mprotect", mprotect(map, MCW_MAP_PAGE, PROT_READ | PROT_WRITE), EACCES);
	FAILS("mremap to more", (long)mremap(map, MCW_MAP_PAGE, bytes, MREMAP_MAYMOVE), EFAULT);
	GIVES("all", map_error(bytes, PROT_READ, MAP_SHARED, fd, 0), 0);
	GIVES("writable", map_error(bytes, PROT_READ | PROT_WRITE, MAP_SHARED, both, 0), -EPERM);
	GIVES("writable, opened for reading",
	      map_error(bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0), -EACCES);
	GIVES("private", map_error(bytes, PROT_READ, MAP_PRIVATE, fd, 0), -EINVAL);
	GIVES("private and writable", map_error(bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0),
	      -EPERM);
	GIVES("a page more", map_error(bytes + MCW_MAP_PAGE, PROT_READ, MAP_SHARED, fd, 0),
	      -EINVAL);
	GIVES("two pages", map_error(2 * MCW_MAP_PAGE, PROT_READ, MAP_SHARED, fd, 0), -EINVAL);
	GIVES("not from the begin",
	      map_error(MCW_MAP_PAGE, PROT_READ, MAP_SHARED, fd, MCW_MAP_PAGE), -EINVAL);
	FAILS("positions from nowhere", ioctl(fd, MCW_IOC_READ_TO, NULL), EFAULT);
	munmap(map, MCW_MAP_PAGE);
	close(fd);
	close(both);
}

static void check_records(void)
{
	struct mcw_record mapped[256], recs[256];
	struct mcw_map_reader reader;
	int fd = open_device(O_RDONLY | O_NONBLOCK), n;
	__u64 load = 0;

	command_kernel(0, TEN);
	GIVES("map it", mcw_map_open(&reader, fd), 0);
	GIVES("MCW_IOC_LOAD", ioctl(fd, MCW_IOC_LOAD, &load), 0);
	GIVES("the header has its load",
	      ((struct mcw_map_header *)(reader.base + MCW_MAP_HEADER))->load == load, 1);
	n = mcw_map_read(&reader, mapped, 256);
	GIVES("ten at least", n >= 10, 1);
	GIVES("read() has as many", read(fd, recs, sizeof(recs)), n * MCW_RECORD_BYTES);
	GIVES("the same", memcmp(recs, mapped, n * sizeof(*recs)), 0);
	GIVES("nothing more", mcw_map_read(&reader, mapped, 256), 0);
	command_kernel(0, MANY);
	GIVES("overrun", mcw_map_read(&reader, mapped, 256), -EPIPE);
	GIVES("192 less 64 were missed", reader.missed[MCW_LANE_OTHER], 128);
	GIVES("the others are there", mcw_map_read(&reader, mapped, 256), 64);
	GIVES("the oldest", mapped[0].event.regs.addr, 0x1080);
	GIVES("poll: nothing once told", mcw_map_wait(&reader, 50), 0);
	mcw_map_close(&reader);
	close(fd);
}

static void check_wait(void)
{
	int fd = open_device(O_RDONLY), status;
	struct mcw_map_reader reader;
	struct mcw_record rec;
	pid_t child;

	GIVES("map it again", mcw_map_open(&reader, fd), 0);
	while (mcw_map_read(&reader, &rec, 1))
		;
	child = fork();
	if (!child) {
		usleep(200000);
		command_kernel(1, ONE);
		_exit(0);
	}
	alarm(20);
	GIVES("a record ends the wait", mcw_map_wait(&reader, 20000), 1);
	alarm(0);
	waitpid(child, &status, 0);
	GIVES("and is there", mcw_map_read(&reader, &rec, 1), 1);
	GIVES("its address", rec.event.regs.addr, 0x200);
	GIVES("told", mcw_map_tell(&reader), 0);
	mcw_map_close(&reader);
	close(fd);
}

static int run_map(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	setvbuf(stdout, NULL, _IOLBF, 0);
	check_refusals();
	check_records();
	check_wait();
	printf("wrong=%u\n", wrong);
	return wrong ? 1 : 0;
}

/* Keeps a mapping, and no open file. */
static int run_hold(int argc, char **argv)
{
	struct mcw_map_reader reader;
	int fd = open_device(O_RDONLY);

	(void)argc;
	(void)argv;
	if (mcw_map_open(&reader, fd))
		fatal("mmap");
	close(fd);
	puts("mapped");
	fflush(stdout);
	sleep(600);
	return 0;
}

const struct command device_map_commands[] = {
	{ "device-map", run_map, "" },
	{ "device-map-hold", run_hold, "" },
	{ NULL, NULL, NULL },
};
