// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl pages: each page that had errors, its state and what was done about it. From the outcomes
 * that the device still has, and the pages whose corrected errors are being counted.
 */
#include "cmd/command.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "show/page.h"
#include "show/print.h"
#include "source/device.h"
#include "source/file_reader.h"

#define NS_PER_S	1000000000ULL

static __u64 now_ns(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return ts.tv_sec * NS_PER_S + ts.tv_nsec;
}

static bool counts_add(struct mcw_page_counts *c, const struct mcw_pages *part)
{
	void *pages = reallocarray(c->pages, c->count + part->count, sizeof(*c->pages));

	if (!pages) {
		mcw_error("no memory for %zu pages", c->count + part->count);
		return false;
	}
	c->pages = pages;
	memcpy(c->pages + c->count, part->page, part->count * sizeof(*c->pages));
	c->count += part->count;
	return true;
}

static int by_address(const void *a, const void *b)
{
	const struct mcw_page_info *one = a, *other = b;

	return (one->page > other->page) - (one->page < other->page);
}

static bool counts_read(struct mcw_page_counts *c, const char *path)
{
	int fd = mcw_device_open(path);
	struct mcw_pages part = { .slot = 0 };
	bool good = fd >= 0;

	while (good) {
		if (ioctl(fd, MCW_IOC_PAGES, &part)) {
			mcw_error("cannot ask %s for its pages: %s", path, strerror(errno));
			good = false;
			continue;
		}
		if (!part.count)
			break;
		good = counts_add(c, &part);
	}
	if (fd >= 0)
		close(fd);
	if (c->count)
		qsort(c->pages, c->count, sizeof(*c->pages), by_address);
	/* So that a time of the one clock can be said in the other's. */
	c->wall_minus_mono = now_ns(CLOCK_REALTIME) - now_ns(CLOCK_MONOTONIC);
	return good;
}

enum mcw_exit mcw_pages_run(struct mcw_options *o)
{
	struct mcw_page_counts counts = { .pages = NULL };
	struct mcw_outcomes outcomes = { .records = NULL };
	bool good;

	if (o->file)
		good = mcw_recording_outcomes(&outcomes, o->file, mcw_outcome_by_page_and_time);
	else /* first what is counted: what ends meanwhile then has its outcome */
		good = counts_read(&counts, o->device) &&
		       mcw_outcomes_read(&outcomes, o->device, mcw_outcome_by_page);

	if (good)
		mcw_history_print(stdout, &counts, &outcomes, o->json);
	free(counts.pages);
	mcw_outcomes_free(&outcomes);
	return good ? MCW_EXIT_OK : MCW_EXIT_FAILED;
}
