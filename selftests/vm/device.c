// SPDX-License-Identifier: GPL-2.0
/*
 * What include/uapi/mcewarden.h promises of /dev/mcewarden, one check a line. The lane for
 * other records has 64 places and was empty.
 */
#define _GNU_SOURCE
#include "checks.h"
#include "mcwtest.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../include/uapi/mcewarden.h"

#define DEVICE "/dev/" MCW_DEVICE
#define PAGE 4096
#define LANE_RECORDS 64
#define ONE_CORRECTED "burst 4 1 0x9400000000000090 0x10 0 0 0"
#define ONE_SEVERE "burst 4 1 0xb400000000000090 0x20 0 0 0"
#define THREE "burst 4 3 0x9400000000000090 0x30 0 0 0"
#define TWO_LANES_FULL "burst 4 192 0x9400000000000090 0x1000 0 0 0"

static int open_device(int flags)
{
	int fd = open(DEVICE, O_RDONLY | flags);

	if (fd < 0)
		fatal(DEVICE);
	return fd;
}

static void check_reads(void)
{
	struct mcw_record recs[4];
	int fd = open_device(O_NONBLOCK);

	FAILS("empty, O_NONBLOCK", read(fd, recs, sizeof(recs)), EAGAIN);
	FAILS("buffer one byte short, nothing there", read(fd, recs, MCW_RECORD_BYTES - 1), EINVAL);
	command_kernel(0, THREE);
	FAILS("buffer of 0 bytes", read(fd, recs, 0), EINVAL);
	FAILS("buffer one byte short", read(fd, recs, MCW_RECORD_BYTES - 1), EINVAL);
	GIVES("room for one record and a half", read(fd, recs, MCW_RECORD_BYTES * 3 / 2),
	      MCW_RECORD_BYTES);
	GIVES("it is the first", recs[0].event.regs.addr, 0x30);
	GIVES("room for more than is there", read(fd, recs, sizeof(recs)), 2 * MCW_RECORD_BYTES);
	GIVES("the second", recs[0].event.regs.addr, 0x31);
	GIVES("the third", recs[1].event.regs.addr, 0x32);
	FAILS("all read", read(fd, recs, sizeof(recs)), EAGAIN);
	close(fd);
	fd = open(DEVICE, O_RDWR);
	FAILS("nothing can be written", write(fd, recs, sizeof(recs)), EINVAL);
	close(fd);
}

/* A buffer with unmapped memory in the middle or at the start: no record is lost. */
static void check_faults(void)
{
	const int anonymous = MAP_PRIVATE | MAP_ANONYMOUS;
	char *map = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, anonymous, -1, 0);
	struct mcw_record recs[4];
	int fd = open_device(O_NONBLOCK);

	if (map == MAP_FAILED || mprotect(map + PAGE, PAGE, PROT_NONE))
		fatal("mmap");
	FAILS("a page without access", read(fd, map + PAGE, sizeof(recs)), EFAULT);
	FAILS("an address of the kernel", read(fd, (void *)-PAGE, MCW_RECORD_BYTES), EFAULT);
	FAILS("the first record crosses into nowhere", read(fd, map + PAGE - 100, sizeof(recs)),
	      EFAULT);
	GIVES("the second record crosses", read(fd, map + PAGE - 300, sizeof(recs)),
	      MCW_RECORD_BYTES);
	memcpy(recs, map + PAGE - 300, MCW_RECORD_BYTES);
	GIVES("the first came whole", recs[0].event.regs.addr, 0x30);
	GIVES("the second was not lost", read(fd, recs, MCW_RECORD_BYTES), MCW_RECORD_BYTES);
	GIVES("and is whole", recs[0].event.regs.addr, 0x31);
	munmap(map, 2 * PAGE);
	close(fd);
}

static void check_seeks(void)
{
	struct mcw_record rec;
	int fd = open_device(O_NONBLOCK);

	FAILS("seek to 1", lseek(fd, 1, SEEK_SET), EINVAL);
	FAILS("seek to -1", lseek(fd, -1, SEEK_SET), EINVAL);
	FAILS("seek from here", lseek(fd, 0, SEEK_CUR), EINVAL);
	FAILS("seek before the end", lseek(fd, -MCW_RECORD_BYTES, SEEK_END), EINVAL);
	FAILS("SEEK_DATA", lseek(fd, 0, SEEK_DATA), EINVAL);
	FAILS("SEEK_HOLE", lseek(fd, 0, SEEK_HOLE), EINVAL);
	GIVES("read the first", read(fd, &rec, sizeof(rec)), MCW_RECORD_BYTES);
	GIVES("bad seeks moved nothing", rec.event.regs.addr, 0x30);
	GIVES("seek to the end", lseek(fd, 0, SEEK_END), 0);
	FAILS("nothing is after it", read(fd, &rec, sizeof(rec)), EAGAIN);
	command_kernel(0, ONE_CORRECTED);
	GIVES("the next record", read(fd, &rec, sizeof(rec)), MCW_RECORD_BYTES);
	GIVES("is the new one", rec.event.regs.addr, 0x10);
	GIVES("seek to the begin", lseek(fd, 0, SEEK_SET), 0);
	GIVES("the oldest", read(fd, &rec, sizeof(rec)), MCW_RECORD_BYTES);
	GIVES("is the first", rec.event.regs.addr, 0x30);
	close(fd);
}

static void check_ioctls(void)
{
	struct mcw_lanes lanes;
	struct mcw_missed missed;
	__u64 load = 0, again = 0;
	__u32 word = 0;
	int fd = open_device(0);

	GIVES("MCW_IOC_VERSION", ioctl(fd, MCW_IOC_VERSION, &word), 0);
	GIVES("the version", word, MCW_ABI_VERSION);
	GIVES("MCW_IOC_RECORD_BYTES", ioctl(fd, MCW_IOC_RECORD_BYTES, &word), 0);
	GIVES("the size", word, MCW_RECORD_BYTES);
	GIVES("MCW_IOC_LANES", ioctl(fd, MCW_IOC_LANES, &lanes), 0);
	GIVES("the lane's size", lanes.lane[MCW_LANE_OTHER].size, LANE_RECORDS);
	GIVES("taken is the severe lane's", lanes.lane[MCW_LANE_OTHER].taken, 0);
	memset(&missed, 0xff, sizeof(missed));
	GIVES("MCW_IOC_MISSED before any", ioctl(fd, MCW_IOC_MISSED, &missed), 0);
	GIVES("MCW_IOC_LOAD", ioctl(fd, MCW_IOC_LOAD, &load), 0);
	GIVES("the load has a number", load != 0, 1);
	GIVES("MCW_IOC_LOAD again", ioctl(fd, MCW_IOC_LOAD, &again), 0);
	GIVES("the same number", again == load, 1);
	FAILS("load to nowhere", ioctl(fd, MCW_IOC_LOAD, NULL), EFAULT);
	GIVES("none", missed.lane[0] | missed.lane[1] | missed.lane[2], 0);
	FAILS("unknown number", ioctl(fd, _IOR(MCW_IOC_MAGIC, 99, __u32), &word), ENOTTY);
	FAILS("another size", ioctl(fd, _IOR(MCW_IOC_MAGIC, 0, __u64), &word), ENOTTY);
	FAILS("another magic", ioctl(fd, _IOR('M', 1, __u32), &word), ENOTTY);
	FAILS("TCGETS", ioctl(fd, 0x5401, &lanes), ENOTTY);
	FAILS("version to nowhere", ioctl(fd, MCW_IOC_VERSION, NULL), EFAULT);
	FAILS("lanes to nowhere", ioctl(fd, MCW_IOC_LANES, (void *)-PAGE), EFAULT);
	FAILS("missed to nowhere", ioctl(fd, MCW_IOC_MISSED, NULL), EFAULT);
	FAILS("counts of events to nowhere", ioctl(fd, MCW_IOC_EVENT_COUNTS, NULL), EFAULT);
	close(fd);
}

static int ready(int fd, int timeout)
{
	struct pollfd p = { .fd = fd, .events = POLLIN | POLLRDNORM | POLLPRI | POLLERR };
	int n = poll(&p, 1, timeout);

	return n < 0 ? -1 : n ? p.revents : 0;
}

static void check_poll(void)
{
	struct mcw_record rec;
	struct mcw_missed missed;
	int fd = open_device(O_NONBLOCK);

	lseek(fd, 0, SEEK_END);
	GIVES("poll: nothing", ready(fd, 50), 0);
	command_kernel(0, ONE_CORRECTED);
	GIVES("poll: something", ready(fd, 0), POLLIN | POLLRDNORM);
	GIVES("read it", read(fd, &rec, sizeof(rec)), MCW_RECORD_BYTES);
	GIVES("poll: nothing any more", ready(fd, 50), 0);
	command_kernel(0, TWO_LANES_FULL);
	GIVES("poll: overrun", ready(fd, 0) & (POLLERR | POLLPRI), POLLERR | POLLPRI);
	FAILS("read says it", read(fd, &rec, sizeof(rec)), EPIPE);
	GIVES("MCW_IOC_MISSED", ioctl(fd, MCW_IOC_MISSED, &missed), 0);
	GIVES("read goes on", read(fd, &rec, sizeof(rec)), MCW_RECORD_BYTES);
	GIVES("the oldest after what was missed", rec.event.regs.addr - 0x1000,
	      missed.lane[MCW_LANE_OTHER]);
	GIVES("poll: no overrun any more", ready(fd, 0), POLLIN | POLLRDNORM);
	command_kernel(0, TWO_LANES_FULL);
	GIVES("a seek forgets the overrun", lseek(fd, 0, SEEK_END), 0);
	FAILS("no EPIPE after it", read(fd, &rec, sizeof(rec)), EAGAIN);
	close(fd);
}

static void check_want(void)
{
	__u32 severe = 1U << MCW_LANE_SEVERE, other = 1U << MCW_LANE_OTHER, bad = 1U << MCW_LANES;
	struct mcw_record rec;
	int fd, found = 0;

	command_kernel(0, ONE_SEVERE);
	command_kernel(0, ONE_CORRECTED);
	fd = open_device(O_NONBLOCK);
	FAILS("no lane", ioctl(fd, MCW_IOC_WANT, &(__u32){ 0 }), EINVAL);
	FAILS("an unknown lane", ioctl(fd, MCW_IOC_WANT, &bad), EINVAL);
	FAILS("want from nowhere", ioctl(fd, MCW_IOC_WANT, NULL), EFAULT);
	GIVES("the first of all", read(fd, &rec, sizeof(rec)), MCW_RECORD_BYTES);
	GIVES("want other", ioctl(fd, MCW_IOC_WANT, &other), 0);
	GIVES("its first", read(fd, &rec, sizeof(rec)), MCW_RECORD_BYTES);
	GIVES("is of that lane", rec.head.lane, MCW_LANE_OTHER);
	GIVES("want severe", ioctl(fd, MCW_IOC_WANT, &severe), 0);
	while (read(fd, &rec, sizeof(rec)) == (ssize_t)sizeof(rec)) {
		GIVES("all severe", rec.head.lane, MCW_LANE_SEVERE);
		found++;
	}
	GIVES("severe ones are there", found > 0, 1);
	GIVES("poll: not the others", ready(fd, 0), 0);
	close(fd);
}

/* A record wakes sleepers in read() and poll(); a signal ends the sleep with EINTR. */
static void check_blocking(void)
{
	struct mcw_record rec;
	int status, fd = open_device(0), bits;
	pid_t child;

	lseek(fd, 0, SEEK_END);
	child = fork();
	if (!child) {
		usleep(200000);
		command_kernel(1, ONE_CORRECTED);
		_exit(0);
	}
	alarm(20);
	GIVES("a sleeping read() wakes", read(fd, &rec, sizeof(rec)), MCW_RECORD_BYTES);
	waitpid(child, &status, 0);
	GIVES("its record", rec.event.regs.addr, 0x10);
	child = fork();
	if (!child) {
		usleep(200000);
		command_kernel(1, ONE_SEVERE);
		_exit(0);
	}
	bits = ready(fd, 20000);
	GIVES("a sleeping poll() wakes", bits, POLLIN | POLLRDNORM);
	waitpid(child, &status, 0);
	GIVES("a severe record", read(fd, &rec, sizeof(rec)), MCW_RECORD_BYTES);
	GIVES("in its lane", rec.head.lane, MCW_LANE_SEVERE);
	alarm(0);
	close(fd);
}

static void on_alarm(int sig)
{
	(void)sig;
}

static void check_signal(void)
{
	struct sigaction action = { .sa_handler = on_alarm };
	struct mcw_record rec;
	int fd = open_device(0);
	ssize_t got;

	lseek(fd, 0, SEEK_END);
	sigaction(SIGALRM, &action, NULL);
	/* The outcome of the severe record above may still come. */
	do {
		alarm(1);
		got = read(fd, &rec, sizeof(rec));
	} while (got > 0);
	if (got < 0)
		got = -errno;
	GIVES("a signal ends read()", got, -EINTR);
	close(fd);
}

static int run_device(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	setvbuf(stdout, NULL, _IOLBF, 0);
	check_reads();
	check_faults();
	check_seeks();
	check_ioctls();
	check_poll();
	check_blocking();
	check_signal();
	check_want();
	printf("wrong=%u\n", wrong);
	return wrong ? 1 : 0;
}

/* open [SECONDS]: keeps the device open. */
static int run_open(int argc, char **argv)
{
	int fd = open_device(0);

	puts("open");
	fflush(stdout);
	sleep(argc > 1 ? atoi(argv[1]) : 60);
	close(fd);
	return 0;
}

const struct command device_commands[] = {
	{ "device", run_device, "" },
	{ "open", run_open, "[SECONDS]" },
	{ NULL, NULL, NULL },
};
