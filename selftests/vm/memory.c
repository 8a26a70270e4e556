// SPDX-License-Identifier: GPL-2.0
/* Processes whose memory gets the errors. */
#define _GNU_SOURCE
#include "mcwtest.h"

#include <fcntl.h>
#include <linux/types.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#define PAGE 4096
#define PFN_MASK ((1ULL << 55) - 1)
#define PAGE_PRESENT (1ULL << 63)

static siginfo_t hit_info; /* valid when hit */
static atomic_bool hit;

static void on_bus_error(int sig, siginfo_t *info, void *context)
{
	(void)sig;
	(void)context;
	hit_info = *info;
	atomic_store(&hit, true);
}

static __u64 physical(const void *page)
{
	int fd = open("/proc/self/pagemap", O_RDONLY);
	__u64 entry;

	if (fd < 0)
		fatal("/proc/self/pagemap");
	if (pread(fd, &entry, sizeof(entry), (uintptr_t)page / PAGE * sizeof(entry)) !=
	    sizeof(entry))
		fatal("/proc/self/pagemap");
	close(fd);
	if (!(entry & PAGE_PRESENT) || !(entry & PFN_MASK)) {
		fprintf(stderr, "mcwtest: page not present, or its number hidden\n");
		exit(2);
	}
	return (entry & PFN_MASK) * PAGE;
}

static char *map_locked(size_t pages)
{
	char *p = mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	if (p == MAP_FAILED)
		fatal("mmap");
	/* One page of a huge one cannot be poisoned without splitting: no huge pages. */
	madvise(p, pages * PAGE, MADV_NOHUGEPAGE);
	memset(p, 0x5a, pages * PAGE);
	if (mlock(p, pages * PAGE))
		fatal("mlock");
	return p;
}

/* hold PAGES: says the pages' physical addresses and keeps them until it is killed. */
static int run_hold(int argc, char **argv)
{
	size_t pages, i;
	char *p;

	if (argc != 2)
		return 2;
	pages = strtoul(argv[1], NULL, 0);
	p = map_locked(pages);
	for (i = 0; i < pages; i++)
		printf("0x%llx\n", (unsigned long long)physical(p + i * PAGE));
	puts("held");
	fflush(stdout);
	for (;;)
		pause();
}

/*
 * victim CPU SECONDS MODE: has a page, asks for the signal as soon as it is hit, and says
 * what came. MODE: user (spins there), sleep.
 */
static int run_victim(int argc, char **argv)
{
	struct sigaction action = { .sa_sigaction = on_bus_error, .sa_flags = SA_SIGINFO };
	unsigned int seconds;
	int spins;
	char *page;

	if (argc != 4)
		return 2;
	pin(atoi(argv[1]));
	seconds = atoi(argv[2]);
	spins = !strcmp(argv[3], "user");
	page = map_locked(1);
	if (prctl(PR_MCE_KILL, PR_MCE_KILL_SET, PR_MCE_KILL_EARLY, 0, 0))
		fatal("PR_MCE_KILL");
	if (sigaction(SIGBUS, &action, NULL))
		fatal("sigaction");
	signal(SIGALRM, SIG_DFL);
	printf("phys 0x%llx virt 0x%llx\n", (unsigned long long)physical(page),
	       (unsigned long long)(uintptr_t)page);
	fflush(stdout);
	alarm(seconds); /* silence is no success: it ends by a signal */
	while (!atomic_load(&hit))
		if (!spins)
			usleep(1000);
	printf("sigbus code %d addr 0x%llx lsb %d\n", hit_info.si_code,
	       (unsigned long long)(uintptr_t)hit_info.si_addr, hit_info.si_addr_lsb);
	return hit_info.si_code == BUS_MCEERR_AO ? 0 : 1;
}

const struct command memory_commands[] = {
	{ "hold", run_hold, "PAGES" },
	{ "victim", run_victim, "CPU SECONDS user|sleep" },
	{ NULL, NULL, NULL },
};
