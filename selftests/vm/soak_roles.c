// SPDX-License-Identifier: GPL-2.0
/* What the processes of the soak do. Each act may be refused: another process may be in the way. */
#define _GNU_SOURCE
#include "mcwtest.h"
#include "soak.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../include/uapi/mcewarden.h"

#define DEVICE "/dev/" MCW_DEVICE
#define HOME "/sys/devices/system/mcewarden"
#define COMMAND "/sys/kernel/debug/mcw_test/command"
#define MEMORY "/sys/devices/system/memory"
#define CORRECTED_NO_MISC 0x9400000000000090ULL
#define CORRECTED 0x9c00000000000090ULL
#define MISC_PAGE 0x8c
#define MOST_BURST 20
#define MOST_SIGNALS 4
#define MOST_OUTSIDE 5
#define PAGE_ERRORS 12 /* above page_ce_threshold */
#define PAGE 4096

/* Returns whether the file took the text. */
bool soak_put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool taken = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	if (fd >= 0)
		close(fd);
	return taken;
}

/* A CPU that is away leaves the process where it is. */
static void move_to(unsigned int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

/* Makes so many errors, which end before it returns. */
static void make_errors(const char *format, unsigned int count, uint64_t status, uint64_t addr)
{
	char command[160];

	snprintf(command, sizeof(command), format, count, status, addr);
	if (!soak_put(COMMAND, command))
		fatal(command);
}

void soak_produce(struct soak_random *random, unsigned int number)
{
	atomic_ullong *made = &soak->polled[number];
	unsigned int count = 1 + soak_below(random, MOST_BURST);

	if (*made + count >= SOAK_ERRORS)
		return;
	move_to(number);
	make_errors("burst 3 %u %lx %lx 0 0 0", count, CORRECTED_NO_MISC,
		    SOAK_POLLED_AT + ((uint64_t)number << SOAK_PRODUCER_SHIFT) + *made);
	atomic_fetch_add(made, count);
}

void soak_signal(struct soak_random *random, unsigned int number)
{
	unsigned int count = 1 + soak_below(random, MOST_SIGNALS);

	move_to(number);
	make_errors("signal 5 %u %lx %lx wait", count, CORRECTED_NO_MISC,
		    SOAK_SIGNAL_AT + soak->signals);
	atomic_fetch_add(&soak->signals, count);
}

static int run_program(const char *const *words)
{
	pid_t pid = fork();
	int status, null;

	if (pid < 0)
		fatal("fork");
	if (!pid) {
		null = open("/dev/null", O_RDWR);
		dup2(null, STDOUT_FILENO);
		dup2(null, STDERR_FILENO);
		execvp(words[0], (char *const *)words);
		_exit(127);
	}
	return waitpid(pid, &status, 0) < 0 ? -1 : status;
}

static bool insert(const char *path, const char *parameters)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool done = fd >= 0 && !syscall(SYS_finit_module, fd, parameters, 0);

	if (fd >= 0)
		close(fd);
	return done;
}

/* CPU 1: exceptions come to CPU 0, and must not find its registers replaced. */
void soak_inject(struct soak_random *random, unsigned int number)
{
	static const char *const words[] = {
		"mcwctl", "inject", "corrected", "--cpu=1", "--bank=2", NULL,
	};

	(void)number;
	if (!soak_below(random, 8)) {
		syscall(SYS_delete_module, "mcewarden_inject", O_NONBLOCK);
		/* It has readers, so it stays. */
		syscall(SYS_delete_module, "mcewarden", O_NONBLOCK);
		insert("/mods/mcewarden_inject.ko", "");
	}
	if (!run_program(words))
		atomic_fetch_add(&soak->injections, 1);
}

/* A memory controller and a stand-in for RAS_CEC come and go. */
void soak_edac(struct soak_random *random, unsigned int number)
{
	static const char outside[] = "/sys/module/mcw_edac/parameters/outside";
	unsigned int count = soak_below(random, MOST_OUTSIDE + 1);
	char text[16];

	(void)number;
	switch (soak_below(random, 6)) {
	case 0:
		if (insert("/mods/mcw_edac.ko", ""))
			atomic_fetch_add(&soak->edac_loads, 1);
		break;
	case 1:
		syscall(SYS_delete_module, "mcw_edac", O_NONBLOCK);
		break;
	case 2:
		insert("/mods/mcw_cec.ko", "give_mask=0x40");
		break;
	case 3:
		syscall(SYS_delete_module, "mcw_cec", O_NONBLOCK);
		break;
	default:
		snprintf(text, sizeof(text), "%u", count);
		if (soak_put(outside, text))
			atomic_fetch_add(&soak->outside, count);
	}
}

void soak_read(struct soak_random *random, unsigned int number)
{
	static struct mcw_record batch[64];
	unsigned int acts = 1 + soak_below(random, 30);
	int fd = open(number && soak_below(random, 2) ? "/dev/mcelog" : DEVICE,
		      O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	struct pollfd wait = { .fd = fd, .events = POLLIN };
	void *map;

	for (; fd >= 0 && acts; acts--) {
		switch (soak_below(random, 8)) {
		case 0:
			lseek(fd, 0, SEEK_SET);
			break;
		case 1:
			lseek(fd, 0, SEEK_END);
			break;
		case 2:
			poll(&wait, 1, soak_below(random, 20));
			break;
		case 3:
			map = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0);
			if (map != MAP_FAILED)
				munmap(map, PAGE);
			break;
		default:
			if (read(fd, batch, soak_below(random, sizeof(batch) + 1)) > 0)
				atomic_fetch_add(&soak->reads, 1);
		}
	}
	if (fd >= 0)
		close(fd);
}

/* A reader that is killed, in read() or wherever it is. */
void soak_die(struct soak_random *random, unsigned int number)
{
	static struct mcw_record batch[64];
	useconds_t time = soak_below(random, 100000);
	pid_t pid = fork();
	int fd;

	(void)number;
	if (pid < 0)
		fatal("fork");
	if (!pid) {
		fd = open(DEVICE, O_RDONLY);
		for (;;)
			if (read(fd, batch, sizeof(batch)) < 0 && errno != EPIPE)
				_exit(1);
	}
	usleep(time);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	atomic_fetch_add(&soak->kills, 1);
}

/* No value that panics, or that has an error found by nobody. */
void soak_knobs(struct soak_random *random, unsigned int number)
{
	static const struct {
		const char *file;
		const char *values[4];
	} knobs[] = {
		{ "tolerant", { "1", "2", "1", "2" } },
		{ "check_interval", { "0", "1", "5", "300" } },
		{ "grace_ms", { "100", "400", "2000", "x" } },
		{ "storm_count", { "5", "15", "100", "0x10" } },
		{ "storm_window_ms", { "100", "1000", "5000", "-1" } },
		{ "storm_quiet_s", { "1", "2", "30", "" } },
		{ "storm_poll_ms", { "10", "50", "1000", "0" } },
		{ "page_ce_window", { "60", "3600", "86400", "y" } },
		{ "trigger", { "/bin/true", "/nonexistent", "\n", "relative" } },
		{ "quiet", { "0", "1", "0", "2" } },
		{ "poll", { "1", "1", "1", "0" } },
		{ "bank1ctl", { "0", "ffffffffffffffff", "0", "ffffffffffffffff" } },
	};
	unsigned int which = soak_below(random, sizeof(knobs) / sizeof(knobs[0]));
	char path[128];

	(void)number;
	snprintf(path, sizeof(path), HOME "/%s", knobs[which].file);
	if (soak_put(path, knobs[which].values[soak_below(random, 4)]))
		atomic_fetch_add(&soak->knob_writes, 1);
}

static int read_file(const char *path, const struct stat *st, int kind, struct FTW *place)
{
	char text[PAGE];
	int fd;

	(void)place;
	if (kind != FTW_F || !(st->st_mode & 0444))
		return 0;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0 && read(fd, text, sizeof(text)) > 0)
		atomic_fetch_add(&soak->file_reads, 1);
	if (fd >= 0)
		close(fd);
	return atomic_load(&soak->stop);
}

void soak_files(struct soak_random *random, unsigned int number)
{
	(void)random;
	(void)number;
	nftw(HOME, read_file, 8, FTW_PHYS);
}

void soak_cpus(struct soak_random *random, unsigned int number)
{
	char cpu = soak_hotplug[soak_below(random, strlen(soak_hotplug))], path[64];
	useconds_t time = soak_below(random, 200000);

	(void)number;
	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%c/online", cpu);
	if (soak_put(path, "0"))
		atomic_fetch_add(&soak->cpu_cycles, 1);
	usleep(time);
	/* Whoever is in the way goes: a CPU must not stay away. */
	while (!soak_put(path, "1") && errno != EINVAL && errno != ENOENT)
		usleep(1000);
}

/* A block of memory without unmovable pages goes and comes. Few kernels for tests have that. */
void soak_memory(struct soak_random *random, unsigned int number)
{
	unsigned int block = soak_below(random, SOAK_BLOCKS);
	char path[64];

	(void)number;
	snprintf(path, sizeof(path), MEMORY "/memory%u/state", block);
	if (!soak_put(path, "offline"))
		return;
	atomic_fetch_add(&soak->memory_cycles, 1);
	atomic_fetch_or(&soak->memory_blocks, 1ULL << block);
	soak_put(path, "online");
}

static uint64_t physical(const void *page)
{
	int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	uint64_t entry = 0;

	if (fd < 0 || pread(fd, &entry, sizeof(entry), (uintptr_t)page / PAGE * sizeof(entry)) < 0)
		fatal("/proc/self/pagemap");
	close(fd);
	return (entry & ((1ULL << 55) - 1)) * PAGE;
}

/* Corrected errors of a page: too many of them, sometimes. */
void soak_pages(struct soak_random *random, unsigned int number)
{
	unsigned int count = 1 + soak_below(random, PAGE_ERRORS);
	char *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	(void)number;
	if (page == MAP_FAILED)
		return;
	make_errors("burst 7 %u %lx %lx 8c 0 0", count, CORRECTED, physical(page));
	atomic_fetch_add(&soak->pages, count);
	usleep(50000);
	munmap(page, PAGE);
}
