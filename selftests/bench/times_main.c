// SPDX-License-Identifier: GPL-2.0
/*
 * What costs a put its nanoseconds. times.py explains the experiment and its results.
 *
 *	times parts		the put, and the put with one thing changed at a time
 *	times producers		1 to 16 threads that put into one lane
 *
 * A line of the first is "NAME PICOSECONDS", the least of many batches. A line of the second is
 * "THREADS PUT LIMIT ADDITION OWN": picoseconds of a CPU for each put, for each put of the limit,
 * for a locked addition to one counter, and for a put of the limit into the thread's own memory; 0
 * if no round was undisturbed.
 *
 * The changed puts are right for one producer only. They show costs, and are no proposals.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ops.h"

#define BATCH		128
#define BATCHES		4000
#define MOST_THREADS	16
#define THREAD_PUTS	4000
#define ENOUGH_ROUNDS	20 /* that were undisturbed */
#define ROUNDS_NS	3000000000ULL /* then no more are tried */

/* What a changed put does otherwise. */
#define STORE_HEAD	1 /* moves head by a store, not by a locked exchange */
#define STORE_COMMIT	2 /* commits by a store, not by a locked subtraction */
#define PLAIN_CLAIM	4 /* reserves by a store, not by a locked exchange */
#define NO_LIMIT	8 /* does not look at the lane's limit */
#define NO_COUNTS	16 /* does not copy the lane's loss counters */
#define NO_COPY		32 /* does not write the times and the body */

static struct bench_limit limit;
static u64 from[MCW_RECORD_WORDS];
static u64 apart[2][8] __attribute__((aligned(64))); /* a cache line each */

static __always_inline void put(const int how)
{
	struct mcw_lane *lane = &mcw_ring.lanes[MCW_LANE_OTHER];
	const u64 pos = atomic64_read(&lane->head);
	const struct mcw_reservation res = { .slot = mcw_lane_slot(lane, pos), .pos = pos };
	s64 old = pos * MCW_SLOT_POSITION + MCW_SLOT_HERE, ours = old + lane->lap, at = pos;
	unsigned int i;

	if (!(how & NO_LIMIT) && mcw_lane_is_full(lane, pos))
		abort();
	if (how & PLAIN_CLAIM)
		atomic64_set_release(&res.slot->state, ours);
	else if (!atomic64_try_cmpxchg(&res.slot->state, &old, ours))
		abort();
	mcw_reservation_write(&res, 0, pos);
	if (!(how & NO_COUNTS)) {
		mcw_reservation_write(&res, 1, atomic64_read(&lane->unplaced));
		mcw_reservation_write(&res, 2, atomic64_read(&lane->skipped));
	}
	if (how & STORE_HEAD)
		atomic64_set_release(&lane->head, pos + 1);
	else
		atomic64_try_cmpxchg(&lane->head, &at, pos + 1);
	if (!(how & NO_COPY)) {
		mcw_reservation_write(&res, 3, from[3]);
		mcw_reservation_write(&res, 4, from[4]);
#pragma GCC unroll 32
		for (i = MCW_HEAD_WORDS; i < MCW_RECORD_WORDS; i++)
			mcw_reservation_write(&res, i, from[i]);
	}
	if (how & STORE_COMMIT)
		atomic64_set_release(&res.slot->state, ours - 1);
	else
		atomic64_dec(&res.slot->state);
}

#define CHANGED(name, how)		\
	static noinline void name(void) \
	{				\
		put(how);		\
	}
CHANGED(changed_nothing, 0)
CHANGED(changed_head, STORE_HEAD)
CHANGED(changed_commit, STORE_COMMIT)
CHANGED(changed_both, STORE_HEAD | STORE_COMMIT)
CHANGED(changed_all, STORE_HEAD | STORE_COMMIT | PLAIN_CLAIM)
CHANGED(changed_limit, NO_LIMIT)
CHANGED(changed_counts, NO_COUNTS)
CHANGED(changed_copy, NO_COPY)

static void put_limit(void)
{
	bench_limit_put(&limit, from);
}

static void put_limit_locked(void)
{
	__atomic_fetch_add(&apart[0][0], 1, __ATOMIC_RELAXED);
	bench_limit_put(&limit, from);
	__atomic_fetch_add(&apart[1][0], 1, __ATOMIC_RELAXED);
}

static void put_ring(void)
{
	bench_put(MCW_LANE_OTHER, from);
}

/* The least that gives records of several producers one order. */
static void put_addition(void)
{
	__atomic_fetch_add(&apart[0][0], 1, __ATOMIC_RELAXED);
}

/* The same instructions as the limit, and no cache line that two threads use. */
static void put_own(void)
{
	static __thread struct bench_limit own;

	bench_limit_put(&own, from);
}

static const struct part {
	const char *name;
	void (*once)(void);
} parts[] = {
	{ "limit", put_limit },
	{ "limit_locked", put_limit_locked },
	{ "put", changed_nothing },
	{ "head_stored", changed_head },
	{ "commit_stored", changed_commit },
	{ "both_stored", changed_both },
	{ "nothing_locked", changed_all },
	{ "no_limit", changed_limit },
	{ "no_counts", changed_counts },
	{ "no_copy", changed_copy },
};

#define PARTS (sizeof(parts) / sizeof(*parts))

static unsigned long long now_ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

/* Takes turns, so that a disturbance of the machine affects all. */
static void time_parts(void)
{
	unsigned long long least[PARTS];
	unsigned int i, part, k;

	memset(least, -1, sizeof(least));
	for (i = 0; i < BATCHES; i++) {
		for (part = 0; part < PARTS; part++) {
			unsigned long long start = now_ns(CLOCK_MONOTONIC), took;

			for (k = 0; k < BATCH; k++)
				parts[part].once();
			took = now_ns(CLOCK_MONOTONIC) - start;
			if (took < least[part])
				least[part] = took;
		}
	}
	for (part = 0; part < PARTS; part++)
		printf("%s %llu\n", parts[part].name, least[part] * 1000 / BATCH);
}

struct producer {
	pthread_t thread;
	unsigned long long begin, end, cpu_ns;
};

static int threads_wanted;
static atomic_int threads_there;
static void (*threads_put)(void);

/* The threads begin together: the last one that comes lets the others go. */
static void *produce(void *arg)
{
	struct producer *me = arg;
	int i;

	for (i = 0; i < BENCH_RECORDS; i++) /* each page is there from now on */
		threads_put();
	atomic_fetch_add(&threads_there, 1);
	while (atomic_load(&threads_there) < threads_wanted)
		;
	me->begin = now_ns(CLOCK_MONOTONIC);
	me->cpu_ns = now_ns(CLOCK_THREAD_CPUTIME_ID);
	for (i = 0; i < THREAD_PUTS; i++)
		threads_put();
	me->cpu_ns = now_ns(CLOCK_THREAD_CPUTIME_ID) - me->cpu_ns;
	me->end = now_ns(CLOCK_MONOTONIC);
	return NULL;
}

/* Returns picoseconds a put, 0 if others had the CPUs for more than a fifth of the time. */
static unsigned long long time_round(int count, int cpus)
{
	unsigned long long cpu_ns = 0, begin = -1, end = 0;
	struct producer producers[MOST_THREADS];
	int i;

	threads_wanted = count;
	atomic_store(&threads_there, 0);
	for (i = 0; i < count; i++)
		if (pthread_create(&producers[i].thread, NULL, produce, &producers[i]))
			abort();
	for (i = 0; i < count; i++) {
		const struct producer *one = &producers[i];

		pthread_join(one->thread, NULL);
		cpu_ns += one->cpu_ns;
		begin = one->begin < begin ? one->begin : begin;
		end = one->end > end ? one->end : end;
	}
	if (cpu_ns * 5 < (end - begin) * (count < cpus ? count : cpus) * 4)
		return 0;
	return cpu_ns * 1000 / THREAD_PUTS / count;
}

static unsigned long long time_threads(int count, void (*once)(void))
{
	unsigned long long least = 0;
	unsigned long long end = now_ns(CLOCK_MONOTONIC) + ROUNDS_NS;
	int cpus = sysconf(_SC_NPROCESSORS_ONLN), good = 0;

	threads_put = once;
	while (good < ENOUGH_ROUNDS && now_ns(CLOCK_MONOTONIC) < end) {
		unsigned long long took = time_round(count, cpus);

		good += took != 0;
		if (took && (!least || took < least))
			least = took;
	}
	return least;
}

int main(int argc, char **argv)
{
	static const unsigned int sizes[MCW_LANES] = { [0 ... MCW_LANES - 1] = BENCH_RECORDS };
	unsigned int i;
	int count;

	for (i = 0; i < MCW_RECORD_WORDS; i++)
		from[i] = (u64)i << 32 | 1;
	if (argc != 2 || mcw_ring_init(sizes))
		return 2;
	for (i = 0; i < BENCH_RECORDS; i++)
		put_ring();
	if (!strcmp(argv[1], "parts"))
		time_parts();
	for (count = 1; count <= MOST_THREADS && !strcmp(argv[1], "producers"); count *= 2)
		printf("%d %llu %llu %llu %llu\n", count, time_threads(count, put_ring),
		       time_threads(count, put_limit), time_threads(count, put_addition),
		       time_threads(count, put_own));
	return 0;
}
