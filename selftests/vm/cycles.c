// SPDX-License-Identifier: GPL-2.0
/*
 * Loads and unloads the module while a thread of the test module makes numbered errors.
 *
 * The thread tells how many errors it has completed. One may be half way at any moment, so
 * of those numbered from 0: what is above the count read after the load was begun after the
 * load, and what is below the count read before the unload was complete by then. All of them
 * must be read, once. What lies around the edges may be there, once.
 */
#define _GNU_SOURCE
#include "mcwtest.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../../include/uapi/mcewarden.h"

#define DEVICE "/dev/" MCW_DEVICE
#define MODULE "/mods/mcewarden.ko"
#define STREAMED "/sys/kernel/debug/mcw_test/streamed"
#define BATCH 64
#define MAX_ERRORS (1U << 20)

static unsigned char *seen; /* how often each error was read in this load */
static unsigned long long records, required, missing, twice, edges, late, foreign, overruns;

static unsigned long long streamed(void)
{
	char buf[32];
	int fd = open(STREAMED, O_RDONLY);
	ssize_t n = fd < 0 ? -1 : read(fd, buf, sizeof(buf) - 1);

	if (n <= 0)
		fatal(STREAMED);
	close(fd);
	buf[n] = 0;
	return strtoull(buf, NULL, 0);
}

static void load(void)
{
	int fd = open(MODULE, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || syscall(SYS_finit_module, fd, "", 0))
		fatal(MODULE);
	close(fd);
}

static void unload(void)
{
	if (syscall(SYS_delete_module, "mcewarden", O_NONBLOCK))
		fatal("delete_module");
}

static void note(const struct mcw_record *r, __u64 base, unsigned long long begin,
		 unsigned long long end)
{
	__u64 i = r->event.regs.addr - base;

	if (r->head.type == MCW_STORM)
		return;
	records++;
	if (r->head.type != MCW_EVENT || i >= MAX_ERRORS) {
		foreign++;
		return;
	}
	late += !!(r->event.flags & MCW_FLAG_CHAIN);
	edges += i < begin || i >= end;
	if (seen[i] < 2)
		seen[i]++;
	twice += seen[i] == 2;
}

static void read_all(__u64 base, unsigned long long begin, unsigned long long end)
{
	static struct mcw_record batch[BATCH];
	int fd = open(DEVICE, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	ssize_t n, i;

	if (fd < 0)
		fatal(DEVICE);
	for (;;) {
		n = read(fd, batch, sizeof(batch));
		if (n < 0 && errno == EPIPE) {
			overruns++;
			continue;
		}
		if (n < 0 && errno == EAGAIN)
			break;
		if (n <= 0)
			fatal("read");
		for (i = 0; i < n / MCW_RECORD_BYTES; i++)
			note(&batch[i], base, begin, end);
	}
	close(fd);
}

static void cycle(__u64 base, useconds_t pause)
{
	unsigned long long begin, end, i;

	memset(seen, 0, MAX_ERRORS);
	load();
	begin = streamed() + 1;
	usleep(pause);
	end = streamed();
	if (end > MAX_ERRORS) {
		fprintf(stderr, "mcwtest: too many errors for its table\n");
		exit(1);
	}
	read_all(base, begin, end);
	unload();
	for (i = begin; i < end; i++) {
		required++;
		missing += !seen[i];
	}
}

/* cycles COUNT BASE PAUSE_US: BASE is the first error's address. */
static int run_cycles(int argc, char **argv)
{
	int count, i;

	if (argc != 4)
		return 2;
	seen = malloc(MAX_ERRORS);
	if (!seen)
		fatal("malloc");
	count = atoi(argv[1]);
	for (i = 0; i < count; i++)
		cycle(strtoull(argv[2], NULL, 0), atoi(argv[3]));
	printf("cycles=%d records=%llu required=%llu missing=%llu twice=%llu", count, records,
	       required, missing, twice);
	printf(" edges=%llu late=%llu foreign=%llu overruns=%llu\n", edges, late, foreign,
	       overruns);
	return 0;
}

const struct command cycle_commands[] = {
	{ "cycles", run_cycles, "COUNT BASE PAUSE_US" },
	{ NULL, NULL, NULL },
};
