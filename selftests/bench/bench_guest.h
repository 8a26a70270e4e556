/* SPDX-License-Identifier: GPL-2.0 */
/* What the programs of the guest share: the counter, and how a round's figures are printed. */
#ifndef _BENCH_GUEST_H
#define _BENCH_GUEST_H

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS	41 /* the first is dropped */
#define FILES	"/sys/kernel/debug/mcw_bench/"

static inline void fatal(const char *what)
{
	fprintf(stderr, "%s: %s\n", what, strerror(errno));
	exit(1);
}

static inline int open_or_die(const char *path, int flags)
{
	int fd = open(path, flags);

	if (fd < 0)
		fatal(path);
	return fd;
}

static inline uint32_t count(void)
{
	uint32_t low;

	__asm__ volatile("rdtsc" : "=a"(low) : : "edx", "memory");
	return low;
}

static inline int ascending(const void *a, const void *b)
{
	uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

	return left < right ? -1 : left > right;
}

/* Prints "NAME_BURST MINIMUM MEDIAN" of so many rounds. */
static inline void run(const char *name, unsigned int burst, uint32_t (*once)(unsigned int burst))
{
	uint32_t cost[ROUNDS];
	int i;

	for (i = 0; i < ROUNDS; i++)
		cost[i] = once(burst);
	qsort(cost + 1, ROUNDS - 1, sizeof(*cost), ascending);
	printf("%s_%u %u %u\n", name, burst, cost[1], cost[1 + (ROUNDS - 1) / 2]);
}

#endif /* _BENCH_GUEST_H */
