// SPDX-License-Identifier: GPL-2.0
/*
 * Where a process has physical pages, by /proc/PID/pagemap.
 *
 * The kernel has no way from a page to the processes that use it, so all of a process is looked
 * through: 8 bytes for each page of its address space, in which holes cost the least. All pages
 * that are sought are found in one go.
 *
 * A page that the kernel has taken for its uncorrected error is still found: in its place stands an
 * entry of the kind "swap" with the number of the page. That kind has the numbers above those of
 * real swap areas. Huge pages of hugetlbfs leave no such entry.
 */
#define _GNU_SOURCE
#include "guests/pagemap.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "guests/address.h"

/* Documentation/admin-guide/mm/pagemap.rst */
#define PRESENT (1ULL << 63)
#define SWAPPED (1ULL << 62)
#define FRAME ((1ULL << 55) - 1)
#define SWAP_TYPE 0x1fULL
#define SWAP_SHIFT 5
/* The kernel's MAX_SWAPFILES is at least this; real areas have the numbers from 0 on. */
#define SWAP_SPECIAL 23

#define ENTRIES 32768
/* No guest has so much memory in one piece; but a program with a sanitizer has such an area. */
#define AREA_BYTES (8ULL << 40)
#define FILTER_BITS 16

struct search {
	int fd;
	struct mcw_page_place *pages;
	size_t count;
	size_t left; /* not found yet */
	__u64 *entries;
	/* A bit for each value of the lower bits of a page number that is sought. */
	unsigned char filter[(1U << FILTER_BITS) / 8];
	bool hidden; /* a page is there, and its number is 0 */
	bool seen; /* a number */
};

const char *mcw_pagemap_missing(enum mcw_pagemap_state state)
{
	switch (state) {
	case MCW_PAGEMAP_NO_PTRACE:
		return "its pagemap cannot be read: that needs CAP_SYS_PTRACE";
	case MCW_PAGEMAP_NO_ADMIN:
		return "its pagemap has no page numbers: that needs CAP_SYS_ADMIN";
	case MCW_PAGEMAP_GONE:
		return "it has ended";
	case MCW_PAGEMAP_NO_MEMORY:
		return "no memory to search it";
	default:
		return NULL;
	}
}

static enum mcw_pagemap_state state_of(int err)
{
	return err == EACCES || err == EPERM ? MCW_PAGEMAP_NO_PTRACE : MCW_PAGEMAP_GONE;
}

static __u64 frame_of(__u64 entry)
{
	if (entry & PRESENT)
		return entry & FRAME;
	if (entry & SWAPPED && (entry & SWAP_TYPE) >= SWAP_SPECIAL)
		return (entry & FRAME) >> SWAP_SHIFT;
	return 0;
}

static unsigned int filter_of(__u64 frame)
{
	return frame & ((1U << FILTER_BITS) - 1);
}

static int order(const void *key, const void *element)
{
	const struct mcw_page_place *a = key, *b = element;

	return (a->page > b->page) - (a->page < b->page);
}

static void frame_take(struct search *s, __u64 frame, __u64 hva)
{
	struct mcw_page_place key = { .page = frame * MCW_PAGE_BYTES }, *found;

	if (!(s->filter[filter_of(frame) / 8] & 1U << filter_of(frame) % 8))
		return;
	found = bsearch(&key, s->pages, s->count, sizeof(key), order);
	if (!found || found->hva)
		return;
	found->hva = hva;
	s->left--;
}

/* Return: false if nothing more can be read. */
static bool part_search(struct search *s, __u64 begin, __u64 entries)
{
	ssize_t bytes = pread(s->fd, s->entries, entries * sizeof(__u64),
			      begin / MCW_PAGE_BYTES * sizeof(__u64));

	for (ssize_t i = 0; i < bytes / (ssize_t)sizeof(__u64) && s->left; i++) {
		__u64 frame = frame_of(s->entries[i]);

		if (frame)
			frame_take(s, frame, begin + i * MCW_PAGE_BYTES);
		s->seen |= frame != 0;
		s->hidden |= s->entries[i] & PRESENT && !frame;
	}
	return bytes > 0;
}

static void area_search(struct search *s, __u64 begin, __u64 end)
{
	while (begin < end && s->left) {
		__u64 entries = (end - begin) / MCW_PAGE_BYTES;

		if (entries > ENTRIES)
			entries = ENTRIES;
		if (!part_search(s, begin, entries))
			break;
		begin += entries * MCW_PAGE_BYTES;
	}
}

/* What nobody may use has no pages, and can be very large. */
static void areas_search(struct search *s, FILE *maps)
{
	unsigned long long begin, end;
	char *line = NULL, rights[8];
	size_t room = 0;

	while (s->left && getline(&line, &room, maps) > 0) {
		if (sscanf(line, "%llx-%llx %7s", &begin, &end, rights) != 3)
			continue;
		if (strncmp(rights, "---", 3) && end - begin < AREA_BYTES && !strstr(line, "[v"))
			area_search(s, begin, end);
	}
	free(line);
}

static FILE *maps_open(int process)
{
	int fd = openat(process, "maps", O_RDONLY | O_CLOEXEC);
	FILE *maps = fd < 0 ? NULL : fdopen(fd, "r");

	if (fd >= 0 && !maps)
		close(fd);
	return maps;
}

static void sought_set(struct search *s)
{
	for (size_t i = 0; i < s->count; i++) {
		unsigned int bit = filter_of(s->pages[i].page / MCW_PAGE_BYTES);

		if (s->pages[i].hva)
			continue;
		s->filter[bit / 8] |= 1U << bit % 8;
		s->left++;
	}
}

enum mcw_pagemap_state mcw_pagemap_search(int process, struct mcw_page_place *pages, size_t count)
{
	enum mcw_pagemap_state state = MCW_PAGEMAP_DONE;
	struct search *s = calloc(1, sizeof(*s));
	FILE *maps = NULL;

	if (!s)
		return MCW_PAGEMAP_NO_MEMORY;
	s->pages = pages;
	s->count = count;
	sought_set(s);
	s->entries = malloc(ENTRIES * sizeof(__u64));
	s->fd = openat(process, "pagemap", O_RDONLY | O_CLOEXEC);
	if (s->fd >= 0)
		maps = maps_open(process);
	if (!maps)
		state = state_of(errno);
	else if (!s->entries)
		state = MCW_PAGEMAP_NO_MEMORY;
	else
		areas_search(s, maps);
	if (state == MCW_PAGEMAP_DONE && s->hidden && !s->seen)
		state = MCW_PAGEMAP_NO_ADMIN;
	if (maps)
		fclose(maps);
	if (s->fd >= 0)
		close(s->fd);
	free(s->entries);
	free(s);
	return state;
}
