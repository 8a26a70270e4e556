// SPDX-License-Identifier: GPL-2.0
/*
 * soak SECONDS SEED HOTPLUG WORDS...: many processes make errors, read, write knobs and take things
 * away at once, at random by the seed; one reads all records and checks them. HOTPLUG: CPUs that
 * come and go, as "23". A word leaves a process out. When it has said "settling" it waits for the
 * file /tmp/soak.end. Prints what was made and what was read.
 */
#define _GNU_SOURCE
#include "mcwtest.h"
#include "soak.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define START_US 10000
#define END_FILE "/tmp/soak.end"
#define MOST_PROCESSES 32

struct soak_shared *soak;
const char *soak_hotplug;

/* Each returns a number from 0 to below the bound. */
uint64_t soak_below(struct soak_random *random, uint64_t bound)
{
	uint64_t x = random->state += 0x9e3779b97f4a7c15ULL;

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ULL;
	x = (x ^ x >> 27) * 0x94d049bb133111ebULL;
	return (x ^ x >> 31) % bound;
}

static const struct role {
	const char *name;
	void (*act)(struct soak_random *random, unsigned int number);
	unsigned int processes;
	unsigned int pause_ms; /* at most, between two acts */
} roles[] = {
	{ "produce", soak_produce, SOAK_PRODUCERS, 60 },
	{ "signal", soak_signal, 1, 150 },
	{ "inject", soak_inject, 1, 500 },
	{ "edac", soak_edac, 1, 300 },
	{ "read", soak_read, 2, 20 },
	{ "die", soak_die, 1, 300 },
	{ "knobs", soak_knobs, 1, 100 },
	{ "files", soak_files, 1, 500 },
	{ "cpus", soak_cpus, 1, 800 },
	{ "memory", soak_memory, 1, 1500 },
	{ "pages", soak_pages, 1, 500 },
};

static pid_t children[MOST_PROCESSES];
static unsigned int child_count;

static void live(const struct role *role, unsigned int number, uint64_t seed)
{
	struct soak_random random = { .state = seed };

	while (!atomic_load(&soak->stop)) {
		usleep(1000 * soak_below(&random, role->pause_ms + 1));
		role->act(&random, number);
	}
	exit(0);
}

static pid_t begin(void)
{
	pid_t pid = fork();

	if (pid < 0)
		fatal("fork");
	if (pid)
		children[child_count++] = pid;
	return pid;
}

static void begin_role(unsigned int which, uint64_t seed)
{
	const struct role *role = &roles[which];
	unsigned int number;

	for (number = 0; number < role->processes; number++)
		if (!begin())
			live(role, number, seed ^ (uint64_t)(which * 16 + number + 1) << 40);
}

static bool left_out(const char *name, char **words)
{
	for (; *words; words++)
		if (!strcmp(*words, name))
			return true;
	return false;
}

/* Returns how many of them did not end well. */
static unsigned int reap(unsigned int first, unsigned int last)
{
	unsigned int i, bad = 0;
	int status;

	for (i = first; i < last; i++)
		if (waitpid(children[i], &status, 0) < 0 || status) {
			fprintf(stderr, "mcwtest: process %u of the soak: status %#x\n", i, status);
			bad++;
		}
	return bad;
}

static void print_made(unsigned int bad)
{
	unsigned int i;

	printf("made bad=%u signals=%llu pages=%llu outside=%llu", bad, soak->signals, soak->pages,
	       soak->outside);
	for (i = 0; i < SOAK_PRODUCERS; i++)
		printf(" polled%u=%llu", i, soak->polled[i]);
	printf(" edac_loads=%llu cpu_cycles=%llu memory_cycles=%llu memory_blocks=%llu",
	       soak->edac_loads, soak->cpu_cycles, soak->memory_cycles, soak->memory_blocks);
	printf(" injections=%llu", soak->injections);
	printf(" knob_writes=%llu reads=%llu kills=%llu file_reads=%llu\n", soak->knob_writes,
	       soak->reads, soak->kills, soak->file_reads);
}

static int run_soak(int argc, char **argv)
{
	unsigned int seconds, i, bad;
	uint64_t seed;

	if (argc < 4)
		return 2;
	seconds = atoi(argv[1]);
	seed = strtoull(argv[2], NULL, 0);
	soak_hotplug = argv[3];
	soak = mmap(NULL, sizeof(*soak), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (soak == MAP_FAILED)
		fatal("mmap");
	if (!begin()) {
		soak_keep();
		exit(0);
	}
	while (!atomic_load(&soak->reading))
		usleep(START_US);
	for (i = 0; i < sizeof(roles) / sizeof(roles[0]); i++)
		if (!left_out(roles[i].name, argv + 4))
			begin_role(i, seed);
	puts("soaking");
	fflush(stdout);
	sleep(seconds);
	atomic_store(&soak->stop, true);
	bad = reap(1, child_count);
	/* Whoever makes errors from outside ends too, and says so. */
	puts("settling");
	fflush(stdout);
	while (access(END_FILE, F_OK))
		usleep(START_US);
	atomic_store(&soak->stopped, true);
	bad += reap(0, 1);
	print_made(bad);
	return bad != 0;
}

const struct command soak_commands[] = {
	{ "soak", run_soak, "SECONDS SEED HOTPLUG [WITHOUT...]" },
	{ NULL, NULL, NULL },
};
