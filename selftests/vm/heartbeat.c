// SPDX-License-Identifier: GPL-2.0
/* A real-time thread that sleeps for a millisecond again and again, and says how late it woke. */
#define _GNU_SOURCE
#include "mcwtest.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

#define PERIOD_NS 1000000
#define NS_PER_S 1000000000LL
#define BEATS (1 << 20) /* the first so many count */
#define PRIORITY 50

static volatile sig_atomic_t stopped;
static unsigned int gaps_us[BEATS];

static void stop(int signal)
{
	(void)signal;
	stopped = 1;
}

static long long now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * NS_PER_S + now.tv_nsec;
}

static int compare(const void *a, const void *b)
{
	unsigned int x = *(const unsigned int *)a, y = *(const unsigned int *)b;

	return x < y ? -1 : x > y;
}

/* heartbeat CPU: until SIGTERM. Prints the gaps between two beats in microseconds. */
int run_heartbeat(int argc, char **argv)
{
	const struct sched_param param = { .sched_priority = PRIORITY };
	const struct timespec period = { .tv_nsec = PERIOD_NS };
	long long last, now;
	unsigned int n;

	if (argc != 2)
		return 2;
	pin(atoi(argv[1]));
	if (mlockall(MCL_CURRENT | MCL_FUTURE))
		fatal("mlockall");
	if (sched_setscheduler(0, SCHED_FIFO, &param))
		fatal("sched_setscheduler");
	signal(SIGTERM, stop);
	puts("beating");
	fflush(stdout);
	last = now_ns();
	for (n = 0; n < BEATS && !stopped; n++) {
		clock_nanosleep(CLOCK_MONOTONIC, 0, &period, NULL);
		now = now_ns();
		gaps_us[n] = (now - last) / 1000;
		last = now;
	}
	if (!n)
		return 1;
	qsort(gaps_us, n, sizeof(gaps_us[0]), compare);
	printf("beats=%u median=%u most=%u largest=%u\n", n, gaps_us[n / 2],
	       gaps_us[n - 1 - n / 1000], gaps_us[n - 1]);
	return 0;
}
