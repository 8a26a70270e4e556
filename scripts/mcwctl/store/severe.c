// SPDX-License-Identifier: GPL-2.0
/*
 * Severe events that wait for what is done about them.
 *
 * The module writes an outcome for each within grace_ms and its tries, and the victims of a page
 * that is taken before that outcome. A task that consumed the error gets its signal right after it.
 */
#include "store/severe.h"

#include <string.h>

#include <mcewarden/mca.h>

#define NS_PER_MS 1000000ULL
/* grace_ms is 2000 by default, and most tries end by then. A later outcome stands alone. */
#define OUTCOME_NS (10000 * NS_PER_MS)
/* Of an old event it is read right after it, but behind events that wait for their location. */
#define LEAST_NS (1000 * NS_PER_MS)
#define VICTIMS_NS (300 * NS_PER_MS)
#define PAGE_BITS 12
#define PAGE_MASK (~0ULL << PAGE_BITS)

bool mcw_severes_are_full(const struct mcw_severes *s)
{
	return s->count == MCW_SEVERE_ROOM;
}

void mcw_severes_add(struct mcw_severes *s, const struct mcw_joined *event, __u64 now_ns)
{
	struct mcw_severe *one = &s->queue[s->count++];

	memset(one, 0, sizeof(*one));
	one->rec = event->rec;
	one->module = event->is_sign ? event->sign.part : event->module;
	one->until_ns = now_ns;
	if (event->rec.head.type != MCW_EVENT)
		return;
	one->until_ns = event->rec.head.mono_ns + OUTCOME_NS;
	if (one->until_ns < now_ns + LEAST_NS)
		one->until_ns = now_ns + LEAST_NS;
}

__u64 mcw_severe_page(const struct mcw_severe *one)
{
	const struct mcw_event *ev = &one->rec.event;
	__u64 page;

	if (one->has_outcome && one->outcome.page != MCW_NO_PAGE)
		return one->outcome.page;
	if (one->rec.head.type == MCW_LOCATION)
		return one->rec.location.address ? one->rec.location.address & PAGE_MASK :
						   MCW_NO_PAGE;
	if (!(ev->regs.status & MCW_STATUS_ADDRV))
		return MCW_NO_PAGE;
	page = ev->regs.addr & PAGE_MASK;
	return ev->phys_bits && ev->phys_bits < 64 ? page & ((1ULL << ev->phys_bits) - 1) : page;
}

/* Nobody gets a signal later where no page was taken, or where all have it. */
static bool has_all(const struct mcw_severe *one)
{
	const struct mcw_outcome *o = &one->outcome;

	return o->actor == MCW_ACTOR_NOBODY || o->page == MCW_NO_PAGE ||
	       (o->victims && one->victims >= o->victims);
}

static bool outcome_take(struct mcw_severes *s, const struct mcw_outcome *o, __u64 now_ns)
{
	if (o->flags & MCW_OUTCOME_NO_EVENT)
		return false;
	for (size_t i = 0; i < s->count; i++) {
		struct mcw_severe *one = &s->queue[i];

		if (one->has_outcome || one->rec.head.type != MCW_EVENT ||
		    one->rec.head.lane != o->of_lane || one->rec.head.pos != o->of_pos)
			continue;
		one->has_outcome = true;
		one->outcome = *o;
		one->until_ns = has_all(one) ? now_ns : now_ns + VICTIMS_NS;
		return true;
	}
	return false;
}

/* Of several events of a page, the last one before the signal. Of a huge page all is lost. */
static bool victim_take(struct mcw_severes *s, const struct mcw_record *rec, __u64 now_ns)
{
	const struct mcw_victim *v = &rec->victim;
	__u64 mask = v->lsb > PAGE_BITS && v->lsb < 64 ? ~0ULL << v->lsb : PAGE_MASK;

	for (size_t i = s->count; v->page != MCW_NO_PAGE && i--;) {
		struct mcw_severe *one = &s->queue[i];
		__u64 page = mcw_severe_page(one);

		if (page == MCW_NO_PAGE || (page ^ v->page) & mask ||
		    one->rec.head.mono_ns > rec->head.mono_ns)
			continue;
		if (one->victims < MCW_SEVERE_VICTIMS)
			one->victim[one->victims] = *v;
		one->victims++;
		if (one->has_outcome && has_all(one))
			one->until_ns = now_ns;
		return true;
	}
	return false;
}

bool mcw_severes_take(struct mcw_severes *s, const struct mcw_record *rec, __u64 now_ns)
{
	return rec->head.type == MCW_OUTCOME ? outcome_take(s, &rec->outcome, now_ns) :
					       victim_take(s, rec, now_ns);
}

bool mcw_severes_done(struct mcw_severes *s, struct mcw_severe *one, __u64 now_ns, bool all)
{
	for (size_t i = 0; i < s->count; i++) {
		if (!all && s->queue[i].until_ns > now_ns)
			continue;
		*one = s->queue[i];
		s->count--;
		memmove(&s->queue[i], &s->queue[i + 1], (s->count - i) * sizeof(*one));
		return true;
	}
	return false;
}

__u64 mcw_severes_due(const struct mcw_severes *s)
{
	__u64 due = 0;

	for (size_t i = 0; i < s->count; i++)
		if (!due || s->queue[i].until_ns < due)
			due = s->queue[i].until_ns;
	return due;
}
