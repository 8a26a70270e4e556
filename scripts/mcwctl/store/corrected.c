// SPDX-License-Identifier: GPL-2.0
/*
 * Corrected errors of a minute.
 */
#include "store/corrected.h"

#include <stdlib.h>
#include <string.h>

#include "decode/decode.h"

#define MINUTE_NS 60000000000ULL

static bool is_same(const struct mcw_corrected_part *p, const struct mcw_corrected_part *than)
{
	const struct mcw_fault_part *a = &p->part, *b = &than->part;

	if (a->kind != b->kind || p->has_bank != than->has_bank)
		return false;
	if (a->kind == MCW_SIGN_MEMORY && (a->label[0] || a->slot[0]))
		return !strcmp(a->label, b->label) && !strcmp(a->slot, b->slot) &&
		       !strcmp(a->serial, b->serial);
	if (a->kind == MCW_SIGN_MEMORY)
		return !b->label[0] && !b->slot[0] && a->socket == b->socket && a->mc == b->mc &&
		       a->channel == b->channel && a->dimm == b->dimm;
	return p->cpu == than->cpu && p->bank == than->bank;
}

static struct mcw_corrected_part *part_of(struct mcw_corrected *c,
					  const struct mcw_corrected_part *wanted)
{
	for (unsigned int i = 0; i < c->count; i++)
		if (is_same(wanted, &c->parts[i]))
			return &c->parts[i];
	if (c->count == MCW_CORRECTED_PARTS)
		return NULL;
	c->parts[c->count] = *wanted;
	return &c->parts[c->count++];
}

/* A record can stand for several errors; without a counter it stands for one. */
static __u64 errors_of(const struct mcw_joined *e)
{
	unsigned int errors;
	bool more;

	if (e->rec.head.type == MCW_EVENT)
		errors = mcw_event_count(&e->rec.event, &more);
	else
		errors = e->rec.location.count;
	return errors ? errors : 1;
}

void mcw_corrected_add(struct mcw_corrected *c, const struct mcw_joined *e, __u64 now_ns)
{
	const __u64 errors = errors_of(e), wall_ns = e->rec.head.wall_ns;
	struct mcw_corrected_part wanted, *part;

	memset(&wanted, 0, sizeof(wanted));
	if (e->is_sign)
		wanted.part = e->sign.part;
	if (e->rec.head.type == MCW_EVENT) {
		wanted.has_bank = true;
		wanted.cpu = e->rec.event.regs.extcpu;
		wanted.bank = e->rec.event.regs.bank;
		if (e->rec.event.flags & MCW_FLAG_INJECTED)
			c->injected += errors;
	}
	if (!c->until_ns) {
		c->until_ns = now_ns + MINUTE_NS;
		c->first_ns = wall_ns;
		c->last_ns = wall_ns;
	}
	if (wall_ns < c->first_ns)
		c->first_ns = wall_ns;
	if (wall_ns > c->last_ns)
		c->last_ns = wall_ns;
	part = part_of(c, &wanted);
	if (part)
		part->errors += errors;
	else
		c->others += errors;
	c->errors += errors;
}

static int by_errors(const void *left, const void *right)
{
	const struct mcw_corrected_part *a = left, *b = right;

	return (a->errors < b->errors) - (a->errors > b->errors);
}

void mcw_corrected_sort(struct mcw_corrected *c)
{
	qsort(c->parts, c->count, sizeof(c->parts[0]), by_errors);
}
