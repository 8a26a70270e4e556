// SPDX-License-Identifier: GPL-2.0
/*
 * For a guest in the guest: a page with a marker in it, and who looks from outside where it is.
 */
#include "mcwtest.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE 4096ULL
#define PRESENT (1ULL << 63)
#define FRAME ((1ULL << 55) - 1)
#define ENTRIES 16384
#define LARGE (1ULL << 42)

static unsigned long long entries[ENTRIES];

/*
 * inner-mark MARKER FILE: has a page that begins with the marker, prints its physical address, and
 * reads it once the file is there.
 */
int run_inner_mark(int argc, char **argv)
{
	volatile unsigned long long *page;
	unsigned long long entry;
	int fd;

	if (argc != 3)
		return 2;
	page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE,
		    -1, 0);
	if (page == MAP_FAILED || mlock((void *)page, PAGE))
		fatal("mmap");
	*page = strtoull(argv[1], NULL, 0);
	fd = open("/proc/self/pagemap", O_RDONLY);
	if (fd < 0 || pread(fd, &entry, 8, (unsigned long)page / PAGE * 8) != 8)
		fatal("pagemap");
	printf("marked 0x%llx\n", (entry & FRAME) * PAGE);
	fflush(stdout);
	while (access(argv[2], F_OK))
		usleep(100000);
	printf("read %d\n", *page == strtoull(argv[1], NULL, 0));
	return 0;
}

static int process_open(const char *pid, const char *name)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%s/%s", pid, name);
	fd = open(path, O_RDONLY);
	if (fd < 0)
		fatal(path);
	return fd;
}

/* inner-find PID MARKER: where a process has a page that begins with the marker. */
int run_inner_find(int argc, char **argv)
{
	unsigned long long begin, end, marker;
	char line[512], rights[8];
	int pagemap, mem;
	FILE *maps;

	if (argc != 3)
		return 2;
	marker = strtoull(argv[2], NULL, 0);
	pagemap = process_open(argv[1], "pagemap");
	mem = process_open(argv[1], "mem");
	maps = fdopen(process_open(argv[1], "maps"), "r");
	while (fgets(line, sizeof(line), maps)) {
		if (sscanf(line, "%llx-%llx %7s", &begin, &end, rights) != 3 ||
		    strncmp(rights, "rw", 2) || end - begin > LARGE)
			continue;
		for (unsigned long long part = begin; part < end; part += ENTRIES * PAGE) {
			ssize_t bytes = pread(pagemap, entries, sizeof(entries), part / PAGE * 8);

			for (ssize_t i = 0; i < bytes / 8 && part + i * PAGE < end; i++) {
				unsigned long long word = 0, virt = part + i * PAGE;

				if (!(entries[i] & PRESENT) || pread(mem, &word, 8, virt) != 8 ||
				    word != marker)
					continue;
				printf("phys 0x%llx virt 0x%llx\n", (entries[i] & FRAME) * PAGE,
				       virt);
				return 0;
			}
		}
	}
	return 1;
}
