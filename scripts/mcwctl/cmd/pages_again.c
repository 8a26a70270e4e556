// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl pages --again: has the kernel take the bad pages of earlier boots.
 *
 * Only by soft_offline_page: the content of a page that is in use is moved, and nobody loses
 * anything. hard_offline_page would kill those who use it, for an error that may never come.
 */
#include "cmd/stored_pages.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "error.h"

/* For each page all CPUs give back what they keep ready: leave them alone in between. */
#define PAUSE_NS 20000000L
#define RANGES 512

/* The kernel's memory. */
struct memory {
	struct {
		__u64 first, last;
	} range[RANGES];
	size_t count;
};

/* "00100000-3ffdefff : System RAM"; users without rights see zeros. */
static void memory_read(struct memory *m, const char *path)
{
	FILE *file = fopen(path, "re");
	char line[160], name[80];
	__u64 first, last;

	m->count = 0;
	while (file && m->count < RANGES && fgets(line, sizeof(line), file)) {
		if (line[0] == ' ' ||
		    sscanf(line, "%llx-%llx : %79[^\n]", &first, &last, name) != 3 ||
		    strcmp(name, "System RAM") || !last)
			continue;
		m->range[m->count].first = first;
		m->range[m->count++].last = last;
	}
	if (file)
		fclose(file);
}

/* If nothing is known, the kernel will say. */
static bool is_memory(const struct memory *m, __u64 page)
{
	for (size_t i = 0; i < m->count; i++)
		if (page >= m->range[i].first && page <= m->range[i].last)
			return true;
	return !m->count;
}

/* Return: an errno, or 0. */
static int page_take(int fd, __u64 page)
{
	char text[32];
	int length = snprintf(text, sizeof(text), "0x%llx\n", page);

	return write(fd, text, length) == length ? 0 : errno;
}

static int newest_first(const void *left, const void *right)
{
	const struct mcw_store_page *a = left, *b = right;

	if (a->last_ns != b->last_ns)
		return a->last_ns > b->last_ns ? -1 : 1;
	return (a->page > b->page) - (a->page < b->page);
}

struct counts {
	size_t taken, failed, absent, beyond;
};

/* Return: whether it makes sense to go on. */
static bool page_try(int fd, __u64 page, struct counts *n)
{
	static const struct timespec pause = { .tv_nsec = PAUSE_NS };
	int err;

	if (n->taken + n->failed)
		nanosleep(&pause, NULL);
	err = page_take(fd, page);
	if (!err) {
		n->taken++;
		return true;
	}
	n->failed++;
	if (err == EOPNOTSUPP) {
		mcw_error("the kernel takes no page offline softly: vm.enable_soft_offline is 0");
		return false;
	}
	mcw_error("page 0x%llx stays in use, since the kernel cannot take it: %s", page,
		  strerror(err));
	return true;
}

static void counts_print(FILE *out, const struct counts *n, size_t budget)
{
	fprintf(out, "%zu stored page%s offline", n->taken, n->taken == 1 ? " is" : "s are");
	if (n->absent)
		fprintf(out, "; %zu %s not in the kernel's memory", n->absent,
			n->absent == 1 ? "is" : "are");
	if (n->failed)
		fprintf(out, "; %zu could not be taken", n->failed);
	if (n->beyond)
		fprintf(out, "; %zu %s beyond the budget of %zu", n->beyond,
			n->beyond == 1 ? "is" : "are", budget);
	fputc('\n', out);
}

static bool pages_take(FILE *out, const struct mcw_stored_pages *p, int fd, const struct memory *m,
		       size_t budget)
{
	struct counts n = { 0 };
	bool more = true;

	for (size_t i = 0; more && i < p->count; i++) {
		__u64 page = p->pages[i].page;

		if (!is_memory(m, page))
			n.absent++;
		else if (n.taken + n.failed == budget)
			n.beyond++;
		else
			more = page_try(fd, page, &n);
	}
	counts_print(out, &n, budget);
	return !n.failed && !n.beyond;
}

bool mcw_stored_pages_take(FILE *out, struct mcw_stored_pages *p,
			   const struct mcw_offline_files *files, size_t budget)
{
	struct memory *m = malloc(sizeof(*m));
	bool good = false;
	int fd = -1;

	if (!m)
		mcw_error("no memory for the kernel's map of memory");
	else
		fd = open(files->soft_offline, O_WRONLY | O_CLOEXEC);
	if (m && fd < 0)
		mcw_error("cannot open %s: %s%s", files->soft_offline, strerror(errno),
			  errno == ENOENT ? ": the kernel has no CONFIG_MEMORY_FAILURE" : "");
	if (fd >= 0) {
		memory_read(m, files->iomem);
		if (p->count)
			qsort(p->pages, p->count, sizeof(*p->pages), newest_first);
		good = pages_take(out, p, fd, m, budget);
		close(fd);
	}
	free(m);
	return good;
}
