// SPDX-License-Identifier: GPL-2.0
/* LINK: module/ring.c module/ring_read.c module/ring_user.c */
/* LINK: selftests/unit/kernel/vmalloc.c selftests/unit/kernel/uaccess.c */
/* FLAGS: -Iselftests/unit/kernel */
/* SANITIZE: thread */
/* SLOW: threads run against each other for seconds */
/*
 * The ring under threads, and under signals that play exceptions: their handlers put and get
 * records in the middle of whatever the thread is doing, two levels deep. (ThreadSanitizer
 * holds signals back to system calls: there they interrupt little.)
 *
 * Whatever a thread or a level of it does is counted beside the ring, and every record says
 * which writer it is from and its number there. SECONDS in the environment: how long; FULL: longer.
 */
#include "ring_check.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

#define PRODUCERS 3U
#define READERS 2U
#define THREADS (PRODUCERS + READERS + 2) /* and one thread that gets stuck, and the worker */
#define STUCK_THREAD (THREADS - 2)
#define WORKER_THREAD (THREADS - 1)
#define LEVELS 3U /* the thread, a signal, a signal inside that one */
#define WRITERS (THREADS * LEVELS + 1) /* and the main thread, at the end */
#define LAST_WRITER (WRITERS - 1)
#define STRAGGLERS 256U
#define STUCK_NS 3000000L
#define STORM_NS 30000L /* between two volleys of signals */
#define VOLLEY 8U
#define LONGER 6 /* multiple of the duration, at most, until everything has happened */
#ifdef __SANITIZE_THREAD__
#define DEEPEST 0U /* events that must be seen */
#else
#define DEEPEST (LEVELS - 1)
#endif

/* One level of one thread; nothing else changes it. */
struct writer {
	u64 number; /* of its latest record */
	u64 reserved[MCW_LANES], failed[MCW_LANES];
};

static struct writer writers[WRITERS];
static pthread_t threads[THREADS];
static bool stop_producing, stop_reading, stop_taking; /* atomic */
static u64 nested[LEVELS]; /* signals taken at that level; atomic */
static u64 straggled, straggled_lost; /* of the worker */
static u64 overrun_severe; /* the worker must not lose any */

static __thread unsigned int me;
static __thread volatile unsigned int level;
static __thread u64 dice;

static long long now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static u64 chance(u64 below)
{
	dice = dice * 6364136223846793005ULL + 1442695040888963407ULL;
	return (dice >> 33) % below;
}

static bool is_set(const bool *flag)
{
	return __atomic_load_n(flag, __ATOMIC_ACQUIRE);
}

static void set(bool *flag)
{
	__atomic_store_n(flag, true, __ATOMIC_RELEASE);
}

static void count_one(u64 *counter)
{
	__atomic_fetch_add(counter, 1, __ATOMIC_RELAXED);
}

static u64 read_now(const u64 *counter)
{
	return __atomic_load_n(counter, __ATOMIC_RELAXED);
}

static u64 tag_of(unsigned int writer, u64 number)
{
	return (u64)writer << 48 | number;
}

static bool offer(unsigned int id, unsigned int who, struct mcw_reservation *res)
{
	struct writer *writer = &writers[who];

	writer->number++;
	if (!mcw_ring_reserve(id, MCW_EVENT, res)) {
		writer->failed[id]++;
		return false;
	}
	count_one(&writer->reserved[id]);
	write_words(res, id, tag_of(who, writer->number));
	return true;
}

static void put_one(unsigned int id, unsigned int who)
{
	struct mcw_reservation res;

	if (offer(id, who, &res))
		mcw_ring_commit(id, &res);
}

#include "ring_stress_read.h"

static struct reader readers[THREADS][LEVELS];

/*
 * An exception: puts and gets records, sometimes a whole lap, sometimes with another exception in
 * the middle.
 */
static void interrupted(int signal)
{
	unsigned int i, id = chance(MCW_LANES), records = chance(16) ? chance(4) : EACH + 2;

	(void)signal;
	if (level == LEVELS - 1)
		return;
	level++;
	count_one(&nested[level]);
	if (is_set(&stop_producing))
		records = 0;
	for (i = 0; i < records; i++)
		put_one(id, me * LEVELS + level);
	for (i = 0; i < 4; i++)
		(chance(2) ? get_one : run_some)(&readers[me][level], chance(MCW_LANES));
	level--;
}

static void *produce(void *unused)
{
	while (!is_set(&stop_producing)) {
		put_one(chance(MCW_LANES), me * LEVELS);
		if (!chance(256))
			sched_yield();
	}
	return unused;
}

/* Stays inside its slots for many laps. */
static void *get_stuck(void *unused)
{
	struct timespec nap = { .tv_nsec = STUCK_NS };
	struct mcw_reservation places[MCW_LANES];
	bool inside[MCW_LANES];
	unsigned int id;

	while (!is_set(&stop_producing)) {
		for (id = 0; id < MCW_LANES; id++)
			inside[id] = offer(id, me * LEVELS, &places[id]);
		nanosleep(&nap, NULL);
		for (id = 0; id < MCW_LANES; id++)
			if (inside[id])
				mcw_ring_commit(id, &places[id]);
	}
	return unused;
}

static void *read_all(void *unused)
{
	unsigned int id;

	while (!is_set(&stop_reading))
		for (id = 0; id < MCW_LANES; id++)
			while ((chance(2) ? get_one : run_some)(&readers[me][0], id) && chance(512))
				;
	return unused;
}

/*
 * How the worker reads the severe lane: it looks at a passed slot until its record is there or
 * gone.
 */
static void *work(void *unused)
{
	const unsigned int id = MCW_LANE_SEVERE;
	struct reader *reader = &readers[me][0];
	struct mcw_cursor *cur = &reader->cur[id];
	u64 straggler[STRAGGLERS], passed;
	unsigned int count = 0, i;
	struct mcw_record rec;
	bool last;

	do {
		last = is_set(&stop_taking);
		for (i = 0; i < count;) {
			enum mcw_look seen = mcw_ring_get_late(id, straggler[i], &rec);

			if (seen == MCW_LOOK_BUSY) {
				i++;
				continue;
			}
			if (seen == MCW_LOOK_GOT) {
				expect_record(id, straggler[i], &rec, __LINE__);
				reader->got[id]++;
			} else {
				straggled_lost++;
			}
			straggler[i] = straggler[--count];
		}
		if (mcw_ring_look(cur) == MCW_LOOK_OVERRUN)
			overrun_severe++;
		passed = reader->passed[id];
		get_one(reader, id);
		if (reader->passed[id] != passed) {
			straggled++;
			if (expect(count < STRAGGLERS))
				straggler[count++] = mcw_cursor_pos(cur) - 1;
		}
		mcw_ring_set_taken(id, mcw_cursor_pos(cur));
	} while (!last || mcw_ring_look(cur) != MCW_LOOK_EMPTY);
	expect_eq(count, 0);
	return unused;
}

static void *begin(void *number)
{
	static void *(*const bodies[])(void *) = { produce, read_all };
	sigset_t signals;

	me = (unsigned long)number;
	dice = me + 1;
	sigemptyset(&signals);
	sigaddset(&signals, SIGUSR1);
	pthread_sigmask(SIG_UNBLOCK, &signals, NULL);
	if (me == STUCK_THREAD)
		return get_stuck(NULL);
	if (me == WORKER_THREAD)
		return work(NULL);
	return bodies[me >= PRODUCERS](NULL);
}

static struct mcw_lane_info info_now(unsigned int id)
{
	struct mcw_lane_info info;

	mcw_ring_info(id, &info);
	return info;
}

static bool all_happened(void)
{
	return read_now(&jumps) && read_now(&passes) && read_now(&runs) &&
	       info_now(MCW_LANE_OTHER).skipped && info_now(MCW_LANE_SEVERE).refused &&
	       (read_now(&nested[DEEPEST]) || !DEEPEST);
}

static void storm(void)
{
	const char *seconds = getenv("SECONDS");
	long long length = seconds ? atoll(seconds) : getenv("FULL") ? 5 : 2;
	long long begun = now_ns(), spent;
	struct timespec nap = { .tv_nsec = STORM_NS };
	unsigned int i, victim = 0;

	do {
		for (i = 0; i < 256 * VOLLEY; i++) {
			if (i % VOLLEY == 0) {
				nanosleep(&nap, NULL);
				victim = chance(THREADS);
			}
			pthread_kill(threads[victim], SIGUSR1);
		}
		spent = now_ns() - begun;
	} while (spent < length * 1000000000LL);
}

static void join(unsigned int from, unsigned int to)
{
	for (; from <= to; from++)
		pthread_join(threads[from], NULL);
}

static u64 claimed_in(unsigned int id)
{
	u64 reserved = 0;
	unsigned int i;

	for (i = 0; i < WRITERS; i++)
		reserved += read_now(&writers[i].reserved[id]);
	return reserved;
}

/* Reads all records left. Returns how many counts do not add up. */
static unsigned int drain(bool final)
{
	unsigned int i, id, off = 0;

	for (i = 0; i < THREADS * LEVELS * MCW_LANES; i++) {
		unsigned int thread = i / MCW_LANES / LEVELS;
		struct reader *reader = &readers[thread][i / MCW_LANES % LEVELS];
		u64 sum;

		id = i % MCW_LANES;
		if (reader == &readers[WORKER_THREAD][0] || (!final && thread == WORKER_THREAD))
			continue;
		while (get_one(reader, id))
			;
		sum = reader->got[id] + reader->missed[id] + reader->passed[id];
		off += sum != claimed_in(id);
		if (!final)
			continue;
		expect_eq(sum, claimed_in(id));
		expect_eq(mcw_cursor_pos(&reader->cur[id]), info_now(id).head);
	}
	return off;
}

static void open_cursors(void)
{
	unsigned int i;

	for (i = 0; i < THREADS * LEVELS * MCW_LANES; i++)
		mcw_ring_seek_oldest(i % MCW_LANES,
				     &readers[i / MCW_LANES / LEVELS][i / MCW_LANES % LEVELS]
					      .cur[i % MCW_LANES]);
}

static void stress(void)
{
	struct sigaction action = { .sa_handler = interrupted,
				    .sa_flags = SA_NODEFER | SA_RESTART };
	unsigned long i;
	unsigned int id;
	sigset_t signals;
	u64 until;

	start(EACH);
	open_cursors();
	sigemptyset(&signals);
	sigaddset(&signals, SIGUSR1);
	pthread_sigmask(SIG_BLOCK, &signals, NULL);
	sigaction(SIGUSR1, &action, NULL);
	for (i = 0; i < THREADS; i++)
		expect_eq(pthread_create(&threads[i], NULL, begin, (void *)i), 0);
	for (i = 0; i < LONGER; i++) {
		storm();
		if (all_happened())
			break;
	}
	set(&stop_producing);
	join(0, PRODUCERS - 1);
	join(STUCK_THREAD, STUCK_THREAD);
	set(&stop_reading);
	join(PRODUCERS, PRODUCERS + READERS - 1);
	/*
	 * A jump may count positions wrong that are just being passed; the next jump corrects it.
	 * After one more undisturbed lap all counts must add up.
	 */
	dprintf(STDOUT_FILENO, "# %u of %u books closed only after one more jump\n", drain(false),
		(THREADS - 1) * LEVELS * MCW_LANES);
	for (id = 0; id < MCW_LANES; id++) {
		until = writers[LAST_WRITER].reserved[id] + 2 * EACH;
		while (writers[LAST_WRITER].reserved[id] < until)
			put_one(id, LAST_WRITER);
	}
	set(&stop_taking);
	join(WORKER_THREAD, WORKER_THREAD);
	drain(true);
}

static void counts(void)
{
	unsigned int id, i;

	for (id = 0; id < MCW_LANES; id++) {
		struct mcw_lane_info info = info_now(id);
		u64 failed = 0, used = 0;

		for (i = 0; i < WRITERS; i++)
			failed += writers[i].failed[id];
		for (i = 0; i < EACH; i++)
			used += atomic64_read(&mcw_ring.slots[id].slots[i].state) !=
				(s64)(i << 2 | 2);
		expect_eq(info.committed, claimed_in(id));
		expect_eq(info.refused + info.dropped, failed);
		expect_eq(info.head, info.committed + info.skipped);
		expect_eq(info.overwritten, info.committed - used);
		if (id != MCW_LANE_SEVERE)
			expect_eq(info.refused, 0);
		dprintf(STDOUT_FILENO,
			"# lane %u: committed %llu, refused %llu, dropped %llu, skipped %llu\n", id,
			info.committed, info.refused, info.dropped, info.skipped);
	}
}

static void severe(void)
{
	const struct reader *worker = &readers[WORKER_THREAD][0];

	expect_eq(overrun_severe, 0);
	expect_eq(worker->missed[MCW_LANE_SEVERE], 0);
	expect_eq(worker->got[MCW_LANE_SEVERE] + straggled_lost, claimed_in(MCW_LANE_SEVERE));
	expect_eq(info_now(MCW_LANE_SEVERE).taken, info_now(MCW_LANE_SEVERE).head);
	expect(straggled_lost <= straggled);
	dprintf(STDOUT_FILENO, "# worker got %llu, passed %llu of them, %llu lost by that\n",
		worker->got[MCW_LANE_SEVERE], straggled, straggled_lost);
}

static void not_in_vain(void)
{
	dprintf(STDOUT_FILENO, "# %llu signals, %llu in the middle of another\n", nested[1],
		nested[2]);
	expect(all_happened());
	mcw_ring_exit();
}

int main(void)
{
	static const struct ring_case cases[] = {
		{ "every record whole, in its place, and every reader's books close", stress },
		{ "every count is exact", counts },
		{ "the worker missed nothing that it did not pass", severe },
		{ "everything happened that should", not_in_vain },
	};

	return run_cases(cases, sizeof(cases) / sizeof(cases[0]));
}
