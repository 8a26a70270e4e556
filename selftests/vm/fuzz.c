// SPDX-License-Identifier: GPL-2.0
/*
 * mcwtest fuzz: system calls with random arguments on every file that the module makes, from
 * several threads, which share their open files and close each other's.
 *
 * A signal every 50 ms ends calls that wait. A call that then still does not return is reported
 * with the kernel's stack. What the knobs have at the end, the counters and the kernel's log are
 * for the case to look at.
 */
#define _GNU_SOURCE
#include "fuzz.h"
#include "mcwtest.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "../../include/uapi/mcewarden.h"

#define HOME "/sys/devices/system/mcewarden"
#define PARAMETERS "/sys/module/mcewarden/parameters"
#define MACHINECHECK "/sys/devices/system/machinecheck"
#define COMMAND_FILE "/sys/kernel/debug/mcw_test/command"
#define THREADS_MAX 16
#define TICK_US 50000
#define FILES_MAX 4000

atomic_int fuzz_fds[FUZZ_SLOTS];
char **fuzz_files;
size_t fuzz_files_count;
bool fuzz_has_compat;
int fuzz_command_fd;
atomic_uint fuzz_wrong;

static atomic_bool stopping;
static unsigned long long calls_each;
static unsigned int weights;

static long long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

/* splitmix64 */
uint32_t fuzz_random(struct fuzz_thread *t, uint32_t below)
{
	uint64_t z = t->random += 0x9e3779b97f4a7c15ULL;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	z ^= z >> 31;
	return below ? (z >> 32) % below : z >> 32;
}

/* A file that is open, or was when its number was read. */
int fuzz_fd(struct fuzz_thread *t)
{
	if (!fuzz_random(t, 100))
		return -1;
	return fuzz_fds[fuzz_random(t, FUZZ_SLOTS)];
}

/* Puts it into a slot, and closes what was there. */
long fuzz_keep_fd(struct fuzz_thread *t, long fd)
{
	int old;

	if (fd < 0)
		return fd;
	old = atomic_exchange(&fuzz_fds[fuzz_random(t, FUZZ_SLOTS)], (int)fd);
	if (old >= 0)
		close(old);
	return fd;
}

static int add_file(const char *path, const struct stat *st, int kind, struct FTW *unused)
{
	(void)st;
	(void)unused;
	if (kind == FTW_F && fuzz_files_count < FILES_MAX)
		fuzz_files[fuzz_files_count++] = strdup(path);
	return 0;
}

static void find_files(void)
{
	char path[100];

	fuzz_files = calloc(FILES_MAX, sizeof(*fuzz_files));
	if (!fuzz_files)
		fatal("calloc");
	fuzz_files[fuzz_files_count++] = "/dev/" MCW_DEVICE;
	fuzz_files[fuzz_files_count++] = "/dev/mcelog";
	nftw(HOME, add_file, 16, FTW_PHYS);
	nftw(PARAMETERS, add_file, 16, FTW_PHYS);
	for (int cpu = 0; cpu < 4; cpu++) {
		for (int i = 0; i < 2; i++) {
			snprintf(path, sizeof(path), MACHINECHECK "/machinecheck%d/%s", cpu,
				 i ? "tolerant" : "trigger");
			if (!access(path, F_OK))
				fuzz_files[fuzz_files_count++] = strdup(path);
		}
	}
}

static struct fuzz_call *choose(struct fuzz_thread *t)
{
	unsigned int left = fuzz_random(t, weights);
	struct fuzz_call *c = fuzz_calls;

	while (left >= c->weight)
		left -= c++->weight;
	return c;
}

static void *run_thread(void *argument)
{
	struct fuzz_thread *t = argument;

	t->tid = syscall(SYS_gettid);
	while (!stopping && t->calls < calls_each) {
		struct fuzz_call *c = choose(t);
		long ret;

		t->call = (uintptr_t)c->count.name;
		t->since_ms = now_ms();
		ret = c->run(t);
		t->since_ms = 0;
		c->count.made++;
		c->count.passed += ret >= 0;
		t->calls++;
	}
	fuzz_uring_close(&t->uring);
	t->done = 1;
	return NULL;
}

static void print_stack(const struct fuzz_thread *t)
{
	char path[64], line[200];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/self/task/%d/stack", t->tid);
	file = fopen(path, "r");
	while (file && fgets(line, sizeof(line), file))
		printf("# %s", line);
	if (file)
		fclose(file);
}

/* Returns whether a thread is in a call for longer than that. */
static bool is_stuck(const struct fuzz_thread *t, long long limit_ms)
{
	long long since = t->since_ms;

	if (!since || now_ms() - since < limit_ms)
		return false;
	printf("stuck in %s for %lld ms\n", (const char *)t->call, now_ms() - since);
	print_stack(t);
	return true;
}

/* Returns the number of stuck threads. */
static int watch(struct fuzz_thread *threads, pthread_t *ids, int count, int seconds, int limit)
{
	long long end = now_ms() + seconds * 1000LL;

	for (;;) {
		int left = 0, stuck = 0;

		for (int i = 0; i < count; i++) {
			if (threads[i].done)
				continue;
			left++;
			pthread_kill(ids[i], SIGUSR1);
			stuck += is_stuck(&threads[i], limit * 1000LL);
		}
		if (!left || stuck)
			return stuck;
		if (now_ms() > end)
			stopping = true;
		usleep(TICK_US);
	}
}

static void ignore(int signal)
{
	(void)signal;
}

static void prepare_process(void)
{
	struct sigaction wake = { .sa_handler = ignore }; /* no SA_RESTART: calls end */
	int fd = open(COMMAND_FILE, O_WRONLY);

	if (fd < 0)
		fatal(COMMAND_FILE);
	fuzz_command_fd = fcntl(fd, F_DUPFD, FUZZ_LOW_FDS);
	close(fd);
	sigaction(SIGUSR1, &wake, NULL);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGIO, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	for (size_t i = 0; i < FUZZ_SLOTS; i++)
		fuzz_fds[i] = -1;
	find_files();
	fuzz_has_compat = fuzz_compat_works();
	for (struct fuzz_call *c = fuzz_calls; c->run; c++)
		weights += c->weight;
}

static void report(const struct fuzz_thread *threads, int count, long long ms)
{
	unsigned long long calls = 0, bursts = 0;

	for (struct fuzz_call *c = fuzz_calls; c->run; c++)
		printf("# %s: %llu calls, %llu succeeded\n", c->count.name, c->count.made,
		       c->count.passed);
	for (int i = 0; i < count; i++) {
		calls += threads[i].calls;
		bursts += threads[i].bursts;
	}
	printf("ms=%lld calls=%llu bursts=%llu wrong=%u files=%zu compat=%d\n", ms, calls, bursts,
	       fuzz_wrong, fuzz_files_count, fuzz_has_compat);
}

/* fuzz SEED CALLS SECONDS THREADS LIMIT: ends at what comes first; LIMIT seconds are too long. */
static int run_fuzz(int argc, char **argv)
{
	static struct fuzz_thread threads[THREADS_MAX];
	pthread_t ids[THREADS_MAX];
	unsigned long long seed;
	long long begin = now_ms();
	int count, stuck;

	if (argc != 6 || atoi(argv[4]) < 1 || atoi(argv[4]) > THREADS_MAX)
		return 2;
	seed = strtoull(argv[1], NULL, 0);
	count = atoi(argv[4]);
	calls_each = strtoull(argv[2], NULL, 0) / count;
	setvbuf(stdout, NULL, _IOLBF, 0);
	prepare_process();
	for (int i = 0; i < count; i++) {
		threads[i].random = seed + ((uint64_t)i << 32);
		threads[i].number = i;
		if (!fuzz_prepare(&threads[i]) ||
		    pthread_create(&ids[i], NULL, run_thread, &threads[i]))
			fatal("preparing a thread");
	}
	stuck = watch(threads, ids, count, atoi(argv[3]), atoi(argv[5]));
	report(threads, count, now_ms() - begin);
	fflush(stdout);
	_exit(stuck ? 1 : 0);
}

const struct command fuzz_commands[] = {
	{ "fuzz", run_fuzz, "SEED CALLS SECONDS THREADS LIMIT" },
	{ NULL, NULL, NULL },
};
