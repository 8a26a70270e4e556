// SPDX-License-Identifier: GPL-2.0
/*
 * What the keeper has counted and not written yet.
 */
#define _GNU_SOURCE
#include "store/totals.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "source/dimms.h"

#define MOST 16384
#define NS_PER_S 1000000000ULL
#define CLOCK_SET_S 1577836800 /* 2020: an earlier time is of no clock */

__u32 mcw_store_day_of(__u64 wall_ns)
{
	time_t seconds = wall_ns / NS_PER_S;
	struct tm tm;

	if (seconds < CLOCK_SET_S || !localtime_r(&seconds, &tm))
		return MCW_DAY_UNKNOWN;
	return (tm.tm_year + 1900) * 10000 + (tm.tm_mon + 1) * 100 + tm.tm_mday;
}

bool mcw_serial_is_own(const struct mcw_fault_part *name, const struct mcw_dimms *dimms)
{
	unsigned int with = 0;

	for (size_t i = 0; i < dimms->count; i++) {
		const struct mcw_memory_device *d = dimms->slots[i].device;

		with += d && !strncmp(d->serial, name->serial, sizeof(name->serial) - 1);
	}
	return with <= 1;
}

static bool is_same(const struct mcw_fault_part *a, const struct mcw_fault_part *b)
{
	return a->kind == b->kind && a->level == b->level && a->socket == b->socket &&
	       a->mc == b->mc && a->channel == b->channel && a->dimm == b->dimm &&
	       a->unit == b->unit && !strcmp(a->serial, b->serial) && !strcmp(a->slot, b->slot) &&
	       !strcmp(a->label, b->label) && !strcmp(a->number, b->number);
}

/* Doubles the array where it is full. Return: false: it has no room for one more. */
static bool room_make(void **array, size_t count, size_t bytes)
{
	void *more;

	if (count & (count - 1) || (count && count < 16))
		return true;
	if (count >= MOST)
		return false;
	more = reallocarray(*array, count ? 2 * count : 16, bytes);
	if (more)
		*array = more;
	return more;
}

static void times_note(struct mcw_batch_part *p, __u64 wall_ns)
{
	if (mcw_store_day_of(wall_ns) == MCW_DAY_UNKNOWN)
		return;
	if (!p->first_ns || wall_ns < p->first_ns)
		p->first_ns = wall_ns;
	if (wall_ns > p->last_ns)
		p->last_ns = wall_ns;
}

int mcw_totals_part(struct mcw_totals *t, const struct mcw_fault_part *name,
		    const struct mcw_dimms *dimms, __u64 wall_ns)
{
	size_t i = 0;

	while (i < t->part_count && !is_same(&t->parts[i].name, name))
		i++;
	if (i == t->part_count) {
		if (!room_make((void **)&t->parts, i, sizeof(*t->parts))) {
			t->uncounted++;
			return -1;
		}
		t->parts[t->part_count++] = (struct mcw_batch_part){
			.name = *name,
			.own_serial = mcw_serial_is_own(name, dimms),
		};
	}
	times_note(&t->parts[i], wall_ns);
	return i;
}

void mcw_totals_add(struct mcw_totals *t, int part, __u64 wall_ns, __u64 corrected,
		    __u64 uncorrected, bool injected)
{
	__u32 day = mcw_store_day_of(wall_ns);
	size_t i = t->day_count;

	if (part < 0)
		return;
	/* The last ones are the likeliest. */
	while (i && (t->days[i - 1].part != (unsigned int)part || t->days[i - 1].day != day))
		i--;
	if (!i) {
		if (!room_make((void **)&t->days, t->day_count, sizeof(*t->days))) {
			t->uncounted++;
			return;
		}
		t->days[t->day_count++] = (struct mcw_batch_day){ .part = part, .day = day };
		i = t->day_count;
	}
	t->days[i - 1].corrected += corrected;
	t->days[i - 1].uncorrected += uncorrected;
	if (injected)
		t->days[i - 1].injected += corrected + uncorrected;
}

void mcw_totals_page(struct mcw_totals *t, const struct mcw_batch_page *page)
{
	if (room_make((void **)&t->pages, t->page_count, sizeof(*t->pages)))
		t->pages[t->page_count++] = *page;
	else
		t->uncounted++;
}

void mcw_totals_clear(struct mcw_totals *t)
{
	t->part_count = 0;
	t->day_count = 0;
	t->page_count = 0;
}

void mcw_totals_free(struct mcw_totals *t)
{
	free(t->parts);
	free(t->days);
	free(t->pages);
	memset(t, 0, sizeof(*t));
}
