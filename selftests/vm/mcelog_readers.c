// SPDX-License-Identifier: GPL-2.0
/*
 * Several readers of /dev/mcelog at once, one check a line: readers that sleep, share records,
 * fault, or are killed in the middle. If the module's device is better than the kernel's on
 * purpose, the check has the word "ours".
 */
#define _GNU_SOURCE
#include "checks.h"
#include "mcelog_device.h"
#include "mcwtest.h"
#include "uring.h"

#include <ctype.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096
#define ENDLESS "/sys/kernel/debug/mcw_test/endless"
#define BASE 0x1000
#define MAX_BURSTS 30
#define BURST 8
#define READERS 2
#define WAIT_US 1000
#define WAITS 30000

static unsigned int *stop; /* shared with the children */
static unsigned int *seen; /* how often each address was read */

static void on_alarm(int sig)
{
	(void)sig;
}

static void check_waking(void)
{
	struct sigaction action = { .sa_handler = on_alarm };
	int fd = mcelog_open(0);
	pid_t child;

	sigaction(SIGALRM, &action, NULL);
	fflush(stdout);
	child = fork();
	if (!child) {
		usleep(200000);
		start_raising(1, 1, 0x10, false);
		_exit(0);
	}
	alarm(20);
	GIVES("a sleeping poll() wakes", mcelog_ready(fd, POLLIN, -1), POLLIN);
	alarm(0);
	GIVES("its record", mcelog_read(fd, 0x10), 1);
	waitpid(child, NULL, 0);
	alarm(1);
	FAILS("a signal ends poll()", mcelog_ready(fd, POLLIN, -1), EINTR);
	close(fd);
}

/* Reads until told to stop and no record is left. */
static void read_on(int cpu)
{
	unsigned int finish;
	int fd = mcelog_open(0);
	ssize_t n, i;

	pin(cpu);
	do {
		finish = __atomic_load_n(stop, __ATOMIC_ACQUIRE);
		mcelog_ready(fd, POLLIN, 20);
		n = read(fd, records, ALL) / (ssize_t)BYTES;
		for (i = 0; i < n; i++)
			__atomic_add_fetch(&seen[records[i].addr - BASE], 1, __ATOMIC_RELAXED);
	} while (n > 0 || !finish);
	_exit(n < 0);
}

/*
 * An unmapped address that user space may have; another one would be refused before the device sees
 * it.
 */
static void fault_on(void)
{
	int fd = mcelog_open(0);
	unsigned int faults = 0;

	while (!__atomic_load_n(stop, __ATOMIC_ACQUIRE)) {
		mcelog_ready(fd, POLLIN, 20);
		faults += read(fd, (void *)PAGE, ALL) < 0 && errno == EFAULT;
	}
	_exit(!faults);
}

/* The readers are faster than the errors come, so no record is dropped. */
static void drained(int fd)
{
	int i;

	for (i = 0; i < WAITS && mcelog_ready(fd, POLLIN, 0); i++)
		usleep(WAIT_US);
}

/* Two readers, and one that always faults, which makes the kernel's own device lose records. */
static void check_two_readers(unsigned int bursts)
{
	const int shared = MAP_SHARED | MAP_ANONYMOUS;
	const bool ours = mcelog_is_ours();
	unsigned long long before;
	unsigned int i, once = 0, more = 0;
	int fd = mcelog_open(0), status, bad = 0;

	stop = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, shared, -1, 0);
	if (stop == MAP_FAILED)
		fatal("mmap");
	seen = stop + 1;
	fflush(stdout);
	for (i = 0; i < READERS + (ours ? 1U : 0U); i++)
		if (!fork())
			i < READERS ? read_on(i % 2) : fault_on();
	before = ours ? number_in(MCELOG_STATS "logged") : 0;
	for (i = 0; i < bursts; i++) {
		raise_errors(i % 2, BURST, BASE + i * BURST, i % 3);
		drained(fd);
	}
	__atomic_store_n(stop, 1, __ATOMIC_RELEASE);
	while (wait(&status) > 0)
		bad += status != 0;
	GIVES("readers that failed", bad, 0);
	for (i = 0; i < bursts * BURST; i++) {
		once += seen[i] == 1;
		more += seen[i] > 1;
	}
	GIVES("records that two got", more, 0);
	GIVES("records that one got", once + mcelog_read(fd, 0),
	      ours ? number_in(MCELOG_STATS "logged") - before : bursts * BURST);
	check(once > bursts * BURST / 2, "and that is most of them", once, 0);
	munmap(stop, PAGE);
	close(fd);
}

/* A page that never comes: a process that writes to it sleeps until it is killed. */
static void *endless(void)
{
	int fd = open(ENDLESS, O_RDWR);
	void *map = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (fd < 0 || map == MAP_FAILED)
		fatal(ENDLESS);
	return map;
}

/* Returns whether the process sleeps in the system call. */
static bool sleeps_in(long number, pid_t child)
{
	char path[64], text[8] = "";
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/syscall", child);
	file = fopen(path, "r");
	if (!file || !fgets(text, sizeof(text), file))
		fatal(path);
	fclose(file);
	return isdigit((unsigned char)*text) && atol(text) == number;
}

/* A child that sleeps in read(), or (to is NULL) in poll(). */
static pid_t start_sleeper(int fd, void *to)
{
	pid_t child;
	int i;

	fflush(stdout);
	child = fork();
	if (!child)
		_exit(to ? read(fd, to, ALL) > 0 : mcelog_ready(fd, POLLIN, -1) != POLLIN);
	for (i = 0; i < WAITS && !sleeps_in(to ? SYS_read : SYS_poll, child); i++)
		usleep(WAIT_US);
	if (i == WAITS)
		fatal("a child that does not sleep");
	return child;
}

static bool ends(pid_t child)
{
	int i;

	for (i = 0; i < WAITS; i++) {
		if (waitpid(child, NULL, WNOHANG) == child)
			return true;
		usleep(WAIT_US);
	}
	return false;
}

/* Kills the child. Returns whether it ends, although the page it waits for never comes. */
static bool dies(pid_t child)
{
	kill(child, SIGKILL);
	return ends(child);
}

/* A poll during another process's read wakes if that read fails and leaves the record. */
static void check_waking_by_fault(void)
{
	int fd = mcelog_open(0);
	pid_t reader, poller;

	raise_errors(0, 2, 0x10, false);
	reader = start_sleeper(fd, endless());
	poller = start_sleeper(fd, NULL);
	GIVES("ours: a reader is killed", dies(reader), true);
	GIVES("ours: who polled meanwhile wakes", ends(poller), true);
	GIVES("ours: and it is there", mcelog_read(fd, 0x10), 2);
	close(fd);
}

/* A reader is killed while it sleeps in the middle of a read, before it gets the records. */
static void check_killed(void)
{
	const struct iovec all = { records, ALL };
	int fd = mcelog_open(0), word;
	void *never = endless();
	pid_t child, second;

	raise_errors(0, 5, 0x100, false);
	child = start_sleeper(fd, never);
	second = start_sleeper(fd, records);
	GIVES("ours: poll() sees nothing of what is under way", mcelog_ready(fd, POLLIN, 0), 0);
	raise_errors(1, LENGTH, 0x105, true);
	GIVES("ours: it holds up nobody, and fills nothing",
	      ioctl(fd, MCE_GETCLEAR_FLAGS, &word) || word, 0);
	GIVES("ours: poll() says that a read would wait", mcelog_ready(fd, POLLIN, 0), 0);
	FAILS("ours: one that may not wait", preadv2(fd, &all, 1, -1, RWF_NOWAIT), EAGAIN);
	GIVES("ours: who waits for him can be killed", dies(second), true);
	GIVES("ours: and he", dies(child), true);
	GIVES("ours: poll() sees what is left", mcelog_ready(fd, POLLIN, 0), POLLIN);
	raise_errors(1, 1, 0x999, false);
	GIVES("ours: now there is too much", ioctl(fd, MCE_GETCLEAR_FLAGS, &word) || word != 1, 0);
	GIVES("ours: what he did not get, and what came", mcelog_read(fd, 0x100), LENGTH);
	GIVES("ours: the rest", mcelog_read(fd, 0x100 + LENGTH), 5);
	GIVES("and no more", mcelog_read(fd, 0), 0);
	close(fd);
}

/*
 * io_uring serves a request with IOSQE_ASYNC in a thread of its own until it would wait; kernels go
 * on trying for ever if the device does not say so.
 */
static void check_uring(unsigned int flags)
{
	const struct io_uring_sqe sqe = {
		.opcode = IORING_OP_READ,
		.flags = flags,
		.fd = mcelog_open(0),
		.off = -1,
		.addr = (uintptr_t)records,
		.len = ALL,
	};
	struct uring ring;

	uring_open(&ring);
	GIVES("ours: submit a read of nothing", uring_submit(&ring, &sqe), 1);
	GIVES("ours: nothing is read", uring_result(&ring), 0);
	raise_errors(0, 5, 0x100, false);
	GIVES("ours: submit a read", uring_submit(&ring, &sqe), 1);
	GIVES("ours: five records", uring_result(&ring), 5 * BYTES);
	GIVES("ours: the last is the last", records[4].addr, 0x104);
	uring_close(&ring);
	close(sqe.fd);
}

/* mcelog-readers [BURSTS]: the whole list, with so many bursts of errors. */
static int run_mcelog_readers(int argc, char **argv)
{
	unsigned int bursts = argc > 1 ? atoi(argv[1]) : MAX_BURSTS;

	if (bursts > MAX_BURSTS)
		return 2;
	setvbuf(stdout, NULL, _IOLBF, 0);
	check_waking();
	check_two_readers(bursts);
	printf("wrong=%u\n", wrong);
	return wrong ? 1 : 0;
}

/* mcelog-killed: for the module's device. */
static int run_mcelog_killed(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	check_waking_by_fault();
	check_killed();
	check_uring(0);
	check_uring(IOSQE_ASYNC);
	printf("wrong=%u\n", wrong);
	return wrong ? 1 : 0;
}

const struct command mcelog_reader_commands[] = {
	{ "mcelog-readers", run_mcelog_readers, "[BURSTS]" },
	{ "mcelog-killed", run_mcelog_killed, "" },
	{ NULL, NULL, NULL },
};
