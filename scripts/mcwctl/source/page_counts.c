// SPDX-License-Identifier: GPL-2.0
/*
 * The pages whose corrected errors the module is counting.
 */
#include "source/page_counts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "error.h"
#include "source/clock.h"
#include "source/device.h"

static bool counts_add(struct mcw_page_counts *c, const struct mcw_ce_pages *part)
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
	const struct mcw_ce_page *one = a, *other = b;

	return (one->page > other->page) - (one->page < other->page);
}

bool mcw_page_counts_read(struct mcw_page_counts *c, const char *path)
{
	int fd = mcw_device_open(path);
	struct mcw_ce_pages part = { .slot = 0 };
	bool good = fd >= 0;

	while (good) {
		if (ioctl(fd, MCW_IOC_CE_PAGES, &part)) {
			mcw_error("cannot get the pages from %s: %s", path, strerror(errno));
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
	/* To convert times of CLOCK_MONOTONIC to CLOCK_REALTIME. */
	c->wall_minus_mono = mcw_now_ns(CLOCK_REALTIME) - mcw_now_ns(CLOCK_MONOTONIC);
	return good;
}
