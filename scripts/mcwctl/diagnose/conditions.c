// SPDX-License-Identifier: GPL-2.0
/*
 * The buckets of the conditions: which one an error fills.
 */
#include "diagnose/conditions.h"

#include <string.h>

#include "decode/absent.h"
#include "decode/decode.h"
#include "decode/erratum.h"

#define PAGE_BYTES 4096ULL

static const struct mcw_fault_part nothing = {
	.socket = -1,
	.mc = -1,
	.channel = -1,
	.dimm = -1,
	.unit = -1,
};

void mcw_conditions_begin(struct mcw_conditions *c, const struct mcw_conditions_conf *conf)
{
	memset(c, 0, sizeof(*c));
	c->conf = *conf;
}

static const struct mcw_bucket_limit *limit_of(const struct mcw_conditions *c,
					       const struct mcw_condition_bucket *b)
{
	return &c->conf.of[b->condition].limit;
}

void mcw_conditions_configure(struct mcw_conditions *c, const struct mcw_conditions_conf *conf)
{
	c->conf = *conf;
	for (size_t i = 0; i < MCW_BUCKETS; i++)
		if (c->buckets[i].used)
			mcw_bucket_leak(&c->buckets[i].bucket, limit_of(c, &c->buckets[i]),
					c->now_ns);
}

static bool is_same_part(const struct mcw_fault_part *a, const struct mcw_fault_part *b)
{
	return a->kind == b->kind && a->level == b->level && a->socket == b->socket &&
	       a->mc == b->mc && a->channel == b->channel && a->dimm == b->dimm &&
	       a->unit == b->unit && !strcmp(a->label, b->label) && !strcmp(a->slot, b->slot) &&
	       !strcmp(a->serial, b->serial);
}

static bool is_for(const struct mcw_condition_bucket *b, const struct mcw_condition_bucket *key)
{
	return b->used && b->condition == key->condition && b->page == key->page &&
	       b->cpu == key->cpu && b->bank == key->bank && is_same_part(&b->part, &key->part);
}

static bool is_older(const struct mcw_condition_bucket *a, const struct mcw_condition_bucket *b)
{
	return !b || a->last_ns < b->last_ns;
}

/* The bucket of these things; a new one if there is none. */
static struct mcw_condition_bucket *bucket_find(struct mcw_conditions *c,
						const struct mcw_condition_bucket *key)
{
	struct mcw_condition_bucket *unused = NULL, *oldest = NULL, *alike = NULL;
	unsigned int count = 0;

	for (size_t i = 0; i < MCW_BUCKETS; i++) {
		struct mcw_condition_bucket *b = &c->buckets[i];

		if (is_for(b, key))
			return b;
		if (!b->used || !b->bucket.level) {
			unused = unused ? unused : b;
			continue;
		}
		if (is_older(b, oldest))
			oldest = b;
		if (b->condition == key->condition && ++count && is_older(b, alike))
			alike = b;
	}
	if (!unused || count == MCW_BUCKETS_OF_ONE) {
		c->crowded++;
		unused = count == MCW_BUCKETS_OF_ONE ? alike : oldest;
	}
	*unused = *key;
	return unused;
}

static void fill(struct mcw_conditions *c, struct mcw_condition_bucket *key, __u64 errors,
		 const struct mcw_sign *sign)
{
	const struct mcw_bucket_limit *limit = limit_of(c, key);
	struct mcw_condition_bucket *b;

	if (!limit->threshold || !errors)
		return;
	key->used = true;
	b = bucket_find(c, key);
	mcw_bucket_leak(&b->bucket, limit, sign->mono_ns + c->offset_ns);
	b->injected = sign->injected && (b->injected || !b->bucket.level);
	mcw_bucket_fill(&b->bucket, limit, errors, sign->mono_ns + c->offset_ns);
	b->last = sign->record;
	b->last_ns = sign->mono_ns + c->offset_ns;
	b->wall_ns = sign->wall_ns;
}

static struct mcw_condition_bucket key_of(enum mcw_condition condition)
{
	return (struct mcw_condition_bucket){
		.condition = condition,
		.part = nothing,
		.page = MCW_NO_PAGE,
		.cpu = -1,
		.bank = -1,
	};
}

static void part_fill(struct mcw_conditions *c, enum mcw_condition condition,
		      const struct mcw_sign *sign, __u64 errors)
{
	struct mcw_condition_bucket key = key_of(condition);

	key.part = sign->part;
	fill(c, &key, errors, sign);
}

static void page_fill(struct mcw_conditions *c, const struct mcw_sign *sign)
{
	struct mcw_condition_bucket key = key_of(MCW_CONDITION_PAGE);

	/* The others that the record counts may have had other addresses. */
	key.page = sign->address & ~(PAGE_BYTES - 1);
	fill(c, &key, 1, sign);
}

static void socket_fill(struct mcw_conditions *c, const struct mcw_sign *sign, __u64 errors)
{
	struct mcw_condition_bucket key = key_of(MCW_CONDITION_SOCKET);

	key.part.socket = sign->part.socket;
	fill(c, &key, errors, sign);
}

void mcw_conditions_error(struct mcw_conditions *c, const struct mcw_sign *sign)
{
	__u64 errors = sign->count ? sign->count : 1;

	if (sign->uncorrected) {
		part_fill(c, MCW_CONDITION_UNCORRECTED, sign, errors);
		return;
	}
	if (sign->part.socket >= 0)
		socket_fill(c, sign, errors);
	switch (sign->part.kind) {
	case MCW_SIGN_MEMORY:
		part_fill(c, MCW_CONDITION_DIMM, sign, errors);
		if (sign->address != MCW_NO_PAGE)
			page_fill(c, sign);
		break;
	case MCW_SIGN_CACHE:
		if (sign->many && errors < c->conf.of[MCW_CONDITION_CACHE].limit.threshold)
			errors = c->conf.of[MCW_CONDITION_CACHE].limit.threshold;
		part_fill(c, MCW_CONDITION_CACHE, sign, errors);
		break;
	case MCW_SIGN_LINK:
		part_fill(c, MCW_CONDITION_LINK, sign, errors);
		break;
	}
}

void mcw_conditions_storm(struct mcw_conditions *c, const struct mcw_record *rec)
{
	struct mcw_condition_bucket key = key_of(MCW_CONDITION_STORM);
	const struct mcw_sign sign = {
		.record = { .pos = rec->head.pos, .lane = rec->head.lane },
		.mono_ns = rec->head.mono_ns,
		.wall_ns = rec->head.wall_ns,
	};

	if (rec->storm.phase != MCW_STORM_BEGIN)
		return;
	key.cpu = rec->storm.cpu;
	if (!rec->storm.all_banks)
		key.bank = rec->storm.bank;
	fill(c, &key, 1, &sign);
}

void mcw_conditions_lost(struct mcw_conditions *c, __u64 records, __u64 mono_ns, __u64 wall_ns)
{
	struct mcw_condition_bucket key = key_of(MCW_CONDITION_LOST);
	const struct mcw_sign sign = {
		.record = { .lane = MCW_SIGN_LINE },
		.mono_ns = mono_ns,
		.wall_ns = wall_ns,
	};

	fill(c, &key, records, &sign);
}

bool mcw_conditions_sign(struct mcw_sign *sign, const struct mcw_record *rec)
{
	const struct mcw_event *ev = &rec->event;
	bool more;

	if (mcw_event_lacks(ev, MCW_ABSENT_STATUS) || ev->source == MCW_SOURCE_PROCESS ||
	    mcw_erratum(ev))
		return false;
	*sign = (struct mcw_sign){
		.part = nothing,
		.address = MCW_NO_PAGE,
		.record = { .pos = rec->head.pos, .lane = rec->head.lane },
		.mono_ns = rec->head.mono_ns,
		.wall_ns = rec->head.wall_ns,
		.uncorrected = mcw_event_class(ev) != MCW_CLASS_CORRECTED,
		.injected = ev->flags & MCW_FLAG_INJECTED,
	};
	if (!sign->uncorrected)
		sign->count = mcw_event_count(ev, &more);
	if (!mcw_event_lacks(ev, MCW_ABSENT_SOCKET))
		sign->part.socket = ev->regs.socketid;
	return true;
}

void mcw_conditions_clock(struct mcw_conditions *c, __u64 mono_ns)
{
	if (mono_ns + c->offset_ns > c->now_ns)
		c->now_ns = mono_ns + c->offset_ns;
	for (size_t i = 0; i < MCW_BUCKETS; i++)
		if (c->buckets[i].used)
			mcw_bucket_leak(&c->buckets[i].bucket, limit_of(c, &c->buckets[i]),
					c->now_ns);
}

const struct mcw_condition_bucket *mcw_conditions_fires(struct mcw_conditions *c)
{
	for (size_t i = 0; i < MCW_BUCKETS; i++) {
		struct mcw_condition_bucket *b = &c->buckets[i];

		if (!b->used || !mcw_bucket_fires(&b->bucket, limit_of(c, b)))
			continue;
		c->counts[b->condition].fired++;
		return b;
	}
	return NULL;
}

bool mcw_condition_is_above(const struct mcw_conditions *c, const struct mcw_condition_bucket *b)
{
	return b->used && mcw_bucket_is_above(&b->bucket, limit_of(c, b));
}
