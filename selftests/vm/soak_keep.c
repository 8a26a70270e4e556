// SPDX-License-Identifier: GPL-2.0
/*
 * The soak's reader of all records: nothing comes twice, what a producer has made comes, and what
 * is missing was said to be.
 */
#define _GNU_SOURCE
#include "mcwtest.h"
#include "soak.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "../../include/uapi/mcewarden.h"

#define DEVICE "/dev/" MCW_DEVICE
#define STREAMED "/sys/kernel/debug/mcw_test/streamed"
#define BATCH 64
#define WAIT_MS 100
#define SETTLE_MS 2000
#define SERIES (SOAK_PRODUCERS + 2)
#define SIGNALS SOAK_PRODUCERS
#define STREAM (SOAK_PRODUCERS + 1)
#define OUTSIDE 0xdef000 /* of mcw_edac.c */
#define COUNT_SHIFT 38 /* corrected errors in MCi_STATUS */
#define COUNT_MASK 0x7fff

static unsigned char *seen[SERIES];
static unsigned long long banks[SOAK_BANKS], counted, twice, foreign, chain, injected, outside;
static unsigned long long got[MCW_LANES], missed[MCW_LANES], disorder, overruns, types[8];
static __u64 next[MCW_LANES];

static unsigned long long streamed(void)
{
	char text[32] = "";
	int fd = open(STREAMED, O_RDONLY);

	if (fd < 0 || read(fd, text, sizeof(text) - 1) <= 0)
		fatal(STREAMED);
	close(fd);
	return strtoull(text, NULL, 0);
}

/* Returns which series of addresses has this one, and its number there; -1: none. */
static int series_of(__u64 addr, __u64 *number)
{
	static const struct {
		__u64 at;
		int series, count;
	} places[] = {
		{ SOAK_POLLED_AT, 0, SOAK_PRODUCERS },
		{ SOAK_SIGNAL_AT, SIGNALS, 1 },
		{ SOAK_STREAM_AT, STREAM, 1 },
	};
	unsigned int i;

	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		__u64 at = addr - places[i].at;
		__u64 which = at >> SOAK_PRODUCER_SHIFT;

		*number = at & ((1ULL << SOAK_PRODUCER_SHIFT) - 1);
		if (which < (__u64)places[i].count && *number < SOAK_ERRORS)
			return places[i].series + which;
	}
	return -1;
}

static void note_event(const struct mcw_record *r)
{
	const struct mcw_regs *regs = &r->event.regs;
	__u64 number;
	int series = series_of(regs->addr, &number);

	if (regs->bank >= SOAK_BANKS || !regs->bank || regs->bank == 1) {
		foreign++;
		return;
	}
	banks[regs->bank]++;
	if (regs->bank == SOAK_CMCI)
		counted += regs->status >> COUNT_SHIFT & COUNT_MASK ?: 1;
	chain += !!(r->event.flags & MCW_FLAG_CHAIN);
	injected += !!(r->event.flags & MCW_FLAG_INJECTED);
	if (series >= 0)
		twice += seen[series][number]++ != 0;
}

static void note(const struct mcw_record *r)
{
	const struct mcw_head *h = &r->head;

	disorder += h->pos < next[h->lane];
	next[h->lane] = h->pos + 1;
	got[h->lane]++;
	types[h->type % 8]++;
	if (h->type == MCW_EVENT)
		note_event(r);
	else if (h->type == MCW_LOCATION && r->location.address == OUTSIDE)
		outside++;
}

static void note_overrun(int fd)
{
	struct mcw_missed lost;
	unsigned int lane;

	if (ioctl(fd, MCW_IOC_MISSED, &lost))
		fatal("MCW_IOC_MISSED");
	overruns++;
	for (lane = 0; lane < MCW_LANES; lane++)
		missed[lane] += lost.lane[lane];
}

/* Returns whether there was a record. */
static bool read_some(int fd)
{
	static struct mcw_record batch[BATCH];
	ssize_t n = read(fd, batch, sizeof(batch)), i;

	if (n < 0 && errno == EPIPE) {
		note_overrun(fd);
		return true;
	}
	if (n < 0 && errno == EAGAIN)
		return false;
	if (n <= 0)
		fatal("read");
	for (i = 0; i < n / MCW_RECORD_BYTES; i++)
		note(&batch[i]);
	return true;
}

static unsigned long long missing_of(int series, unsigned long long first, unsigned long long end)
{
	unsigned long long missing = 0;

	for (; first < end && first < SOAK_ERRORS; first++)
		missing += !seen[series][first];
	return missing;
}

static void print_kept(unsigned long long begin, unsigned long long end)
{
	unsigned long long missing = 0;
	unsigned int i;

	for (i = 0; i < SOAK_PRODUCERS; i++)
		missing += missing_of(i, 0, soak->polled[i]);
	printf("kept missing=%llu missing_signals=%llu missing_stream=%llu", missing,
	       missing_of(SIGNALS, 0, soak->signals), missing_of(STREAM, begin, end));
	printf(" twice=%llu foreign=%llu disorder=%llu overruns=%llu counted=%llu chain=%llu",
	       twice, foreign, disorder, overruns, counted, chain);
	printf(" injected=%llu outside=%llu outcomes=%llu victims=%llu", injected, outside,
	       types[MCW_OUTCOME], types[MCW_VICTIM]);
	for (i = 0; i < MCW_LANES; i++)
		printf(" got%u=%llu missed%u=%llu next%u=%llu", i, got[i], i, missed[i], i,
		       next[i]);
	for (i = 2; i < SOAK_BANKS; i++)
		printf(" bank%u=%llu", i, banks[i]);
	putchar('\n');
}

static unsigned long long milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000ULL + now.tv_nsec / 1000000;
}

/* The stream of errors does not stop: what it had made when all others stopped is enough. */
static void keep(int fd)
{
	unsigned long long begin = streamed() + 1, end = 0, until = 0;
	struct pollfd wait = { .fd = fd, .events = POLLIN };

	atomic_store(&soak->reading, true);
	while (!until || milliseconds() < until) {
		if (!until && atomic_load(&soak->stopped)) {
			end = streamed();
			until = milliseconds() + SETTLE_MS;
		}
		poll(&wait, 1, WAIT_MS);
		while (read_some(fd) && (!until || milliseconds() < until))
			;
	}
	print_kept(begin, end);
}

void soak_keep(void)
{
	int fd = open(DEVICE, O_RDONLY | O_NONBLOCK), i;

	if (fd < 0)
		fatal(DEVICE);
	for (i = 0; i < SERIES; i++) {
		seen[i] = calloc(1, SOAK_ERRORS);
		if (!seen[i])
			fatal("calloc");
	}
	keep(fd);
}
