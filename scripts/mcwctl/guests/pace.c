// SPDX-License-Identifier: GPL-2.0
/*
 * How fast errors go to a guest: so many a second, and what comes faster is summed up.
 *
 * Errors of one page and class that wait are one, with their number. If too many pages wait, a
 * further one is added to the last of its class: the guest then still learns how many errors there
 * were, and most of the pages.
 */
#include "guests/pace.h"

#include <string.h>

#include "guests/address.h"

#define NS_PER_S 1000000000ULL
#define NS_PER_MS 1000000ULL

const struct mcw_guest_error *mcw_pace_add(struct mcw_pace *p, const struct mcw_guest_error *e)
{
	struct mcw_guest_error *last = NULL;

	for (unsigned int i = 0; i < p->count; i++) {
		struct mcw_guest_error *w = &p->waiting[i];

		if (w->class != e->class)
			continue;
		last = w;
		if (mcw_page_of(w->gpa) == mcw_page_of(e->gpa))
			break;
	}
	if (last && (mcw_page_of(last->gpa) == mcw_page_of(e->gpa) || p->count == MCW_PACE_PAGES)) {
		last->count += e->count;
		p->summed += e->count;
		return last;
	}
	/* All that wait are of another class: the last two of them become one. */
	if (p->count == MCW_PACE_PAGES) {
		const struct mcw_guest_error *newest = &p->waiting[--p->count];

		p->waiting[p->count - 1].count += newest->count;
		p->summed += newest->count;
	}
	p->waiting[p->count++] = *e;
	return NULL;
}

bool mcw_pace_take(struct mcw_pace *p, __u64 now_ns, struct mcw_guest_error *e)
{
	if (!p->count || now_ns < p->next_ns)
		return false;
	p->next_ns = now_ns + NS_PER_S / p->rate;
	*e = p->waiting[0];
	memmove(p->waiting, p->waiting + 1, --p->count * sizeof(p->waiting[0]));
	return true;
}

int mcw_pace_wait(const struct mcw_pace *p, __u64 now_ns)
{
	if (!p->count)
		return -1;
	return now_ns < p->next_ns ? (p->next_ns - now_ns + NS_PER_MS - 1) / NS_PER_MS : 0;
}
