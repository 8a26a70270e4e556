// SPDX-License-Identifier: GPL-2.0
/*
 * The ring, its limits and a peer in user space.
 *
 *	user NAME COUNT		does COUNT of one operation, which lies in the function of
 *				that name: for callgrind, that counts what is inside of it
 *	user time		nanoseconds of all, least of some rounds: "NAME PICOSECONDS"
 *
 * The result of each operation is checked, because the figure of a failed operation means nothing.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ops.h"
#ifdef BENCH_PEER
#include "peer.h"
#endif

#define BATCH	128 /* of BENCH_RECORDS places */
#define TIMES	400

static struct bench_limit limit;
static struct mcw_cursor cursor;
static u64 from[MCW_RECORD_WORDS], got[MCW_RECORD_WORDS];

static void broken(const char *what)
{
	fprintf(stderr, "user: %s\n", what);
	exit(1);
}

static void put(void)
{
	if (!bench_put(MCW_LANE_OTHER, from))
		broken("the lane did not take a record");
}

static void put_event(void)
{
	if (!bench_put_event(MCW_LANE_OTHER, from))
		broken("the lane did not take an event");
}

static void refused(void)
{
	if (bench_put(MCW_LANE_SEVERE, from))
		broken("a full lane took a record");
}

static void get(void)
{
	if (mcw_ring_get(&cursor, (struct mcw_record *)got) != MCW_LOOK_GOT || got[20] != from[20])
		broken("the lane gave another record or none");
}

static void get_empty(void)
{
	if (mcw_ring_get(&cursor, (struct mcw_record *)got) != MCW_LOOK_EMPTY)
		broken("an empty lane gave a record");
}

static void limit_put(void)
{
	bench_limit_put(&limit, from);
}

static void limit_put_event(void)
{
	bench_limit_put_event(&limit, from);
}

static void limit_get(void)
{
	bench_limit_get(from, got);
}

/* Called by none of the counted functions. */
static bool occupy(unsigned int id)
{
	struct mcw_reservation res;

	if (!mcw_ring_reserve(id, MCW_EVENT, &res))
		return false;
	mcw_ring_commit(id, &res);
	return true;
}

static void fill_severe(void)
{
	while (occupy(MCW_LANE_SEVERE))
		;
}

static void from_here(void)
{
	mcw_ring_seek_newest(MCW_LANE_OTHER, &cursor);
}

static void put_batch(void)
{
	int i;

	from_here();
	for (i = 0; i < BATCH; i++)
		put_event();
}

#ifdef BENCH_PEER
static void peer_put(void)
{
	if (!bench_peer_put(from))
		broken("the peer is full");
}

static void peer_get(void)
{
	if (!bench_peer_get(got))
		broken("the peer is empty");
}

static void peer_drain(void)
{
	while (bench_peer_get(got))
		;
}

static void peer_fill(void)
{
	while (bench_peer_put(from))
		;
}
#endif

/* prepare comes before each batch of BATCH. */
static const struct operation {
	const char *name; /* of the function that is the operation */
	void (*prepare)(void);
	void (*once)(void);
} operations[] = {
	{ "bench_put", NULL, put },
	{ "bench_put_event", NULL, put_event },
	{ "bench_put_refused", fill_severe, refused },
	{ "mcw_ring_get", put_batch, get },
	{ "mcw_ring_get_empty", from_here, get_empty },
	{ "bench_limit_put", NULL, limit_put },
	{ "bench_limit_put_event", NULL, limit_put_event },
	{ "bench_limit_get", NULL, limit_get },
#ifdef BENCH_PEER
	{ "bench_peer_put", peer_drain, peer_put },
	{ "bench_peer_get", peer_fill, peer_get },
#endif
	{ NULL, NULL, NULL },
};

static void batch(const struct operation *op)
{
	int i;

	for (i = 0; i < BATCH; i++)
		op->once();
}

static unsigned long long now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

/* Takes turns, so that a disturbance of the machine affects all operations. */
static void time_all(void)
{
	unsigned long long least[sizeof(operations) / sizeof(*operations)];
	const struct operation *op;
	int i;

	memset(least, -1, sizeof(least));
	for (i = 0; i < TIMES; i++) {
		for (op = operations; op->name; op++) {
			unsigned long long start, took;

			if (op->prepare)
				op->prepare();
			start = now_ns();
			batch(op);
			took = now_ns() - start;
			if (took < least[op - operations])
				least[op - operations] = took;
		}
	}
	for (op = operations; op->name; op++)
		printf("%s %llu\n", op->name, least[op - operations] * 1000 / BATCH);
}

int main(int argc, char **argv)
{
	static const unsigned int sizes[MCW_LANES] = { [0 ... MCW_LANES - 1] = BENCH_RECORDS };
	const struct operation *op;
	unsigned int i;

	for (i = 0; i < MCW_RECORD_WORDS; i++)
		from[i] = (u64)i << 32 | 1;
	if (mcw_ring_init(sizes))
		broken("no memory");
#ifdef BENCH_PEER
	bench_peer_init();
#endif
	/* Fills the lanes first, so that each put overwrites a record. */
	for (i = 0; i < BENCH_RECORDS; i++)
		occupy(MCW_LANE_OTHER);
	if (argc == 2 && !strcmp(argv[1], "time")) {
		time_all();
		return 0;
	}
	for (op = operations; argc == 3 && op->name; op++) {
		if (strcmp(op->name, argv[1]))
			continue;
		for (i = atoi(argv[2]) / BATCH; i; i--) {
			if (op->prepare)
				op->prepare();
			batch(op);
		}
		return 0;
	}
	fprintf(stderr, "usage: user time | NAME COUNT, where NAME is one of\n");
	for (op = operations; op->name; op++)
		fprintf(stderr, "\t%s\n", op->name);
	return 2;
}
