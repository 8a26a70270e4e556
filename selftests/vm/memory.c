// SPDX-License-Identifier: GPL-2.0
/* Processes that own the memory in which errors come. */
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
#include <sys/syscall.h>
#include <unistd.h>

#define PAGE 4096
#define PFN_MASK ((1ULL << 55) - 1)
#define PAGE_PRESENT (1ULL << 63)
#define HUGE_PAGE (2UL << 20)
#define FILL 0x5a

static siginfo_t hit_info; /* valid when hit */
static atomic_bool hit;

static void on_bus_error(int sig, siginfo_t *info, void *context)
{
	(void)sig;
	(void)context;
	hit_info = *info;
	atomic_store(&hit, true);
}

static atomic_uint survived;

static void on_bus_errors(int sig, siginfo_t *info, void *context)
{
	(void)sig;
	(void)context;
	if (info->si_code == BUS_MCEERR_AO)
		atomic_fetch_add(&survived, 1);
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
	/* No huge pages: one page of a huge page cannot be poisoned without splitting it. */
	madvise(p, pages * PAGE, MADV_NOHUGEPAGE);
	memset(p, FILL, pages * PAGE);
	if (mlock(p, pages * PAGE))
		fatal("mlock");
	return p;
}

static bool content_is_good(const char *p, size_t bytes)
{
	size_t i;

	for (i = 0; i < bytes; i++)
		if (p[i] != FILL)
			return false;
	return true;
}

/* Prints the pages' addresses, and again with a check of their content at every SIGUSR1. */
static void keep(const char *p, size_t bytes, size_t step)
{
	sigset_t set;
	size_t i;
	int sig;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	for (i = 0; i < bytes; i += step)
		printf("0x%llx\n", (unsigned long long)physical(p + i));
	puts("held");
	for (;;) {
		fflush(stdout);
		sigwait(&set, &sig);
		puts(content_is_good(p, bytes) ? "content good" : "content bad");
		for (i = 0; i < bytes; i += step)
			printf("0x%llx\n", (unsigned long long)physical(p + i));
	}
}

/* hold PAGES: holds pages until it is killed. */
static int run_hold(int argc, char **argv)
{
	size_t pages;

	if (argc != 2)
		return 2;
	pages = strtoul(argv[1], NULL, 0);
	keep(map_locked(pages), pages * PAGE, PAGE);
	return 0;
}

/* hold-swapped: the same with one page that the kernel was told to swap out. */
static int run_hold_swapped(int argc, char **argv)
{
	char *p = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	__u64 page;

	(void)argc;
	(void)argv;
	if (p == MAP_FAILED)
		fatal("mmap");
	memset(p, FILL, PAGE);
	page = physical(p);
	if (madvise(p, PAGE, MADV_PAGEOUT))
		fatal("madvise");
	/* By now its address is an entry of the swap space. */
	printf("0x%llx\nheld\n", (unsigned long long)page);
	fflush(stdout);
	pause();
	return 0;
}

/* hold-huge: the same with a huge page of the pool; prints the addresses of its two halves. */
static int run_hold_huge(int argc, char **argv)
{
	char *p = mmap(NULL, HUGE_PAGE, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0);

	(void)argc;
	(void)argv;
	if (p == MAP_FAILED)
		fatal("mmap of a huge page");
	memset(p, FILL, HUGE_PAGE);
	keep(p, HUGE_PAGE, HUGE_PAGE / 2);
	return 0;
}

/*
 * file PATH PAGES: makes a file, syncs it to disk, and keeps its pages mapped. SIGUSR1 makes it
 * read the content through the mapping.
 */
static int run_file(int argc, char **argv)
{
	size_t pages;
	char *p;
	int fd;

	if (argc != 3)
		return 2;
	pages = strtoul(argv[2], NULL, 0);
	fd = open(argv[1], O_RDWR | O_CREAT | O_TRUNC, 0600);
	if (fd < 0 || ftruncate(fd, pages * PAGE))
		fatal(argv[1]);
	p = mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED)
		fatal("mmap");
	memset(p, FILL, pages * PAGE);
	/* Pages that were written back and not touched since are clean. */
	if (msync(p, pages * PAGE, MS_SYNC) || fsync(fd))
		fatal("fsync");
	keep(p, pages * PAGE, PAGE);
	return 0;
}

/* file-check PATH: reads it again. */
static int run_file_check(int argc, char **argv)
{
	static char buf[PAGE];
	size_t total = 0;
	ssize_t n;
	int fd;

	if (argc != 2)
		return 2;
	fd = open(argv[1], O_RDONLY);
	if (fd < 0)
		fatal(argv[1]);
	while ((n = read(fd, buf, sizeof(buf))) > 0) {
		if (!content_is_good(buf, n)) {
			printf("content bad at %zu\n", total);
			return 1;
		}
		total += n;
	}
	if (n < 0)
		fatal(argv[1]);
	printf("content good bytes %zu\n", total);
	return 0;
}

/* pageflags ADDR...: the kernel's flags of these physical pages. */
static int run_pageflags(int argc, char **argv)
{
	static const struct {
		int bit;
		const char *name;
	} names[] = {
		{ 3, "uptodate" },  { 4, "dirty" },   { 5, "lru" },   { 7, "slab" },
		{ 10, "buddy" },    { 11, "mmap" },   { 12, "anon" },	{ 13, "swapcache" },
		{ 17, "huge" },	    { 19, "hwpoison" }, { 20, "nopage" }, { 22, "thp" },
	};
	int fd = open("/proc/kpageflags", O_RDONLY);
	int i;

	if (fd < 0)
		fatal("/proc/kpageflags");
	for (i = 1; i < argc; i++) {
		__u64 addr = strtoull(argv[i], NULL, 0), flags;
		size_t n;

		printf("addr=0x%llx", (unsigned long long)addr);
		if (pread(fd, &flags, sizeof(flags), addr / PAGE * sizeof(flags)) != sizeof(flags))
			flags = 1ULL << 20;
		for (n = 0; n < sizeof(names) / sizeof(names[0]); n++)
			if (flags >> names[n].bit & 1)
				printf(" %s", names[n].name);
		putchar('\n');
	}
	return 0;
}

/* A CPU at this address runs the victim, in user mode. */
static __attribute__((noinline)) void spin(void)
{
	while (!atomic_load(&hit))
		;
}

/*
 * victim CPU SECONDS MODE: has a page, asks for an early signal, and prints which signal came.
 * MODE: user (spins in user mode), stay (the same, and stays after the signal), sleep, naive
 * (spins, without a signal handler). More arguments are for those who read the command line.
 */
static int run_victim(int argc, char **argv)
{
	struct sigaction action = { .sa_sigaction = on_bus_error, .sa_flags = SA_SIGINFO };
	unsigned int seconds;
	bool naive, stays, spins;
	char *page;

	if (argc < 4)
		return 2;
	pin(atoi(argv[1]));
	seconds = atoi(argv[2]);
	naive = !strcmp(argv[3], "naive");
	stays = !strcmp(argv[3], "stay");
	spins = naive || stays || !strcmp(argv[3], "user");
	page = map_locked(1);
	if (prctl(PR_MCE_KILL, PR_MCE_KILL_SET, PR_MCE_KILL_EARLY, 0, 0))
		fatal("PR_MCE_KILL");
	if (!naive && sigaction(SIGBUS, &action, NULL))
		fatal("sigaction");
	signal(SIGALRM, SIG_DFL);
	printf("phys 0x%llx virt 0x%llx spin 0x%llx\n", (unsigned long long)physical(page),
	       (unsigned long long)(uintptr_t)page, (unsigned long long)(uintptr_t)spin);
	fflush(stdout);
	alarm(seconds); /* without an error it ends by a signal, which is no success */
	if (spins)
		spin();
	while (!atomic_load(&hit))
		usleep(1000);
	printf("sigbus code %d addr 0x%llx lsb %d\n", hit_info.si_code,
	       (unsigned long long)(uintptr_t)hit_info.si_addr, hit_info.si_addr_lsb);
	fflush(stdout);
	if (stays)
		pause();
	return hit_info.si_code == BUS_MCEERR_AO || hit_info.si_code == BUS_MCEERR_AR ? 0 : 1;
}

static void on_late_bus_error(int sig, siginfo_t *info, void *context)
{
	(void)sig;
	(void)context;
	printf("sigbus code %d addr 0x%llx lsb %d\n", info->si_code,
	       (unsigned long long)(uintptr_t)info->si_addr, info->si_addr_lsb);
	fflush(stdout);
	_exit(0);
}

/*
 * survivor PAGES: has pages, asks for early signals, survives all of them, and prints at SIGUSR1
 * how many came.
 */
static int run_survivor(int argc, char **argv)
{
	struct sigaction action = { .sa_sigaction = on_bus_errors, .sa_flags = SA_SIGINFO };
	size_t pages, i;
	sigset_t set;
	char *p;
	int sig;

	if (argc != 2)
		return 2;
	pages = strtoul(argv[1], NULL, 0);
	p = map_locked(pages);
	if (prctl(PR_MCE_KILL, PR_MCE_KILL_SET, PR_MCE_KILL_EARLY, 0, 0))
		fatal("PR_MCE_KILL");
	if (sigaction(SIGBUS, &action, NULL))
		fatal("sigaction");
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	for (i = 0; i < pages; i++)
		printf("0x%llx\n", (unsigned long long)physical(p + i * PAGE));
	puts("held");
	for (;;) {
		fflush(stdout);
		sigwait(&set, &sig);
		printf("survived %u\n", atomic_load(&survived));
	}
}

/*
 * touch SECONDS FILE [CHILDREN [early]]: has a page that so many children share, and reads the page
 * when the file is there; early: all ask for an early signal.
 */
static int run_touch(int argc, char **argv)
{
	struct sigaction action = { .sa_sigaction = on_late_bus_error, .sa_flags = SA_SIGINFO };
	int children = argc > 3 ? atoi(argv[3]) : 0;
	char *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	if (argc < 3)
		return 2;
	if (page == MAP_FAILED || mlock(page, PAGE))
		fatal("mmap");
	if (!children) {
		/* memory_failure() leaves an entry with the number of a private page. */
		page = map_locked(1);
	}
	page[0] = 1;
	if (sigaction(SIGBUS, &action, NULL))
		fatal("sigaction");
	if (argc > 4 && prctl(PR_MCE_KILL, PR_MCE_KILL_SET, PR_MCE_KILL_EARLY, 0, 0))
		fatal("PR_MCE_KILL");
	signal(SIGALRM, SIG_DFL);
	alarm(atoi(argv[1]));
	printf("phys 0x%llx virt 0x%llx\n", (unsigned long long)physical(page),
	       (unsigned long long)(uintptr_t)page);
	fflush(stdout);
	while (children-- > 0)
		if (!fork())
			break;
	if (argc > 3 && *(volatile char *)page != 1)
		return 1;
	while (access(argv[2], F_OK))
		usleep(100000); /* many of them must leave the CPU to others */
	printf("read %d\n", *(volatile char *)page);
	return 1;
}

/* fake-signal: sends itself the siginfo of a bad page, as any process may. */
static int run_fake_signal(int argc, char **argv)
{
	siginfo_t info = { .si_code = BUS_MCEERR_AR };

	(void)argc;
	(void)argv;
	signal(SIGBUS, SIG_IGN);
	info.si_signo = SIGBUS;
	info.si_addr = &info;
	if (syscall(SYS_rt_sigqueueinfo, getpid(), SIGBUS, &info))
		fatal("rt_sigqueueinfo");
	if (syscall(SYS_rt_tgsigqueueinfo, getpid(), getpid(), SIGBUS, &info))
		fatal("rt_tgsigqueueinfo");
	return 0;
}

const struct command memory_commands[] = {
	{ "hold", run_hold, "PAGES" },
	{ "hold-huge", run_hold_huge, "" },
	{ "hold-swapped", run_hold_swapped, "" },
	{ "file", run_file, "PATH PAGES" },
	{ "file-check", run_file_check, "PATH" },
	{ "pageflags", run_pageflags, "ADDR..." },
	{ "victim", run_victim, "CPU SECONDS user|stay|sleep|naive [ARGUMENT...]" },
	{ "survivor", run_survivor, "PAGES" },
	{ "touch", run_touch, "SECONDS FILE [CHILDREN [early]]" },
	{ "fake-signal", run_fake_signal, "" },
	{ "inner-mark", run_inner_mark, "MARKER FILE" },
	{ "inner-find", run_inner_find, "PID MARKER" },
	{ NULL, NULL, NULL },
};
