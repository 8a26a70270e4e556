// SPDX-License-Identifier: GPL-2.0
/*
 * What comes in: the time of each error, the part that it is of, and what belongs to nobody.
 *
 * Time is the monotonic clock of a load, which knows no jumps. From one load to the next the wall
 * clock tells how much later that is, if it goes forward and is not in 1970.
 */
#include <string.h>

#include "diagnose/internal.h"

#define WALL_LEAST (1000000000 * NS_PER_S) /* in 2001; earlier, a clock was not set */
#define SHIFT_NOTED ((__s64)(2 * NS_PER_S))
#define TIME_BEGIN WALL_LEAST
#define OUT_OF_ORDER_NS NS_PER_DAY

size_t mcw_diagnosis_bytes(void)
{
	return sizeof(struct mcw_diagnosis);
}

void mcw_diagnosis_begin(struct mcw_diagnosis *d, const struct mcw_limits *limits)
{
	memset(d, 0, offsetof(struct mcw_diagnosis, hash));
	if (limits)
		d->limits = *limits;
	else
		mcw_limits_default(&d->limits);
	for (unsigned int count = 2; count <= MCW_CHANCE_CELLS; count++)
		d->expected[count] = mcw_chance_expected(count, d->limits.value[MCW_LIMIT_CHANCE]);
	d->next_id = 1;
}

bool mcw_diagnosis_is_old(const struct mcw_diagnosis *d, __u64 time, enum mcw_limit days)
{
	return time < d->clock.newest &&
	       d->clock.newest - time > d->limits.value[days] * NS_PER_DAY;
}

__u64 mcw_diagnosis_wall(const struct mcw_diagnosis *d, __u64 time)
{
	return d->clock.shifted ? time + d->clock.shift : 0;
}

/* What was already told in this load by a clock that was wrong. */
static void times_correct(struct mcw_diagnosis *d)
{
	for (unsigned int i = 0; i < d->slot_count; i++) {
		struct mcw_fault_slot *s = &d->slots[i];

		if (s->first_load == d->clock.loads)
			s->fault.first_ns = mcw_diagnosis_wall(d, s->first);
		if (s->last_load == d->clock.loads)
			s->fault.last_ns = mcw_diagnosis_wall(d, s->last);
	}
}

static void shift_set(struct mcw_diagnosis *d, __u64 time, __u64 wall)
{
	__s64 shift = wall - time, change = shift - d->clock.shift;
	bool jumped = !d->clock.shifted || change > SHIFT_NOTED || change < -SHIFT_NOTED;

	d->clock.shift = shift;
	d->clock.shifted = true;
	if (jumped)
		times_correct(d);
}

/* How much later than newest it is, by the wall clock; 0 where that says nothing. */
static __s64 later_by_wall(const struct mcw_clock *c, __u64 wall)
{
	return c->wall && wall >= WALL_LEAST ? (__s64)(wall - c->wall) : 0;
}

static __u64 time_of(struct mcw_diagnosis *d, __u64 load, __u64 mono, __u64 wall)
{
	struct mcw_clock *c = &d->clock;
	bool fresh = !c->begun || load != c->load;
	__s64 later = later_by_wall(c, wall);
	__u64 time;

	if (!c->begun)
		c->newest = wall >= WALL_LEAST ? wall : TIME_BEGIN;
	if (fresh) {
		c->shifted = false;
		c->loads += c->begun;
		c->load = load;
		time = c->newest + (later > 0 ? later : 0);
		c->base = mono ? time - mono : 0;
	} else if (mono && c->base) {
		time = c->base + mono;
	} else {
		time = c->newest;
		if (later > -(__s64)OUT_OF_ORDER_NS)
			time += later;
		c->base = mono ? time - mono : 0;
	}
	c->begun = true;
	if (time >= c->newest) {
		c->newest = time;
		c->wall = wall >= WALL_LEAST ? wall : 0;
	}
	if (wall >= WALL_LEAST)
		shift_set(d, time, wall);
	return time;
}

static void quiet_close(struct mcw_diagnosis *d)
{
	if (d->clock.newest - d->clock.checked < NS_PER_HOUR)
		return;
	d->clock.checked = d->clock.newest;
	for (unsigned int i = 0; i < d->slot_count; i++) {
		struct mcw_fault_slot *s = &d->slots[i];

		if (!s->fault.closed && mcw_diagnosis_is_old(d, s->last, MCW_LIMIT_CLOSE_DAYS))
			mcw_fault_close(d, s, MCW_FAULT_QUIET, 0);
	}
}

void mcw_diagnosis_clock(struct mcw_diagnosis *d, __u64 load, __u64 mono_ns, __u64 wall_ns)
{
	time_of(d, load, mono_ns, wall_ns);
	quiet_close(d);
}

static bool is_placed(const struct mcw_fault_part *p)
{
	return p->mc >= 0 || p->channel >= 0 || p->dimm >= 0 || p->unit >= 0;
}

/* Where it is tells a part from others; its label does, where nothing else is known. */
static bool is_same(const struct mcw_fault_part *a, const struct mcw_fault_part *b)
{
	if (a->kind != b->kind || a->level != b->level || a->socket != b->socket ||
	    a->mc != b->mc || a->channel != b->channel || a->dimm != b->dimm || a->unit != b->unit)
		return false;
	return is_placed(a) || !strcmp(a->label, b->label);
}

static __u64 hash_add(__u64 hash, __u64 value)
{
	return (hash ^ value) * 0x100000001b3ULL;
}

static __u64 hash_of(const struct mcw_fault_part *p)
{
	__u64 hash = 0xcbf29ce484222325ULL;

	hash = hash_add(hash, (__u64)p->kind << 8 | p->level);
	hash = hash_add(hash, (__u32)p->socket);
	hash = hash_add(hash, (__u32)p->mc);
	hash = hash_add(hash, (__u32)p->channel);
	hash = hash_add(hash, (__u32)p->dimm);
	hash = hash_add(hash, (__u32)p->unit);
	for (const char *c = is_placed(p) ? "" : p->label; *c; c++)
		hash = hash_add(hash, (unsigned char)*c);
	return hash;
}

static void part_close(struct mcw_diagnosis *d, unsigned int part, unsigned int why)
{
	for (unsigned int i = 0; i < d->slot_count; i++)
		if (!d->slots[i].fault.closed && d->slots[i].part == part)
			mcw_fault_close(d, &d->slots[i], why, 0);
}

/* Another module in the same place starts without a history. */
static void part_begin(struct mcw_diagnosis *d, unsigned int part, const struct mcw_fault_part *p)
{
	struct mcw_part *to = &d->parts[part];

	memset(to, 0, offsetof(struct mcw_part, cells));
	to->name = *p;
	d->hash[part] = hash_of(p);
	if (p->kind == MCW_SIGN_MEMORY)
		mcw_channel_join(d, part);
}

/* What came later knows more, or a label that was changed. */
static void part_rename(struct mcw_diagnosis *d, unsigned int part, const struct mcw_fault_part *p)
{
	struct mcw_fault_part *name = &d->parts[part].name;

	if (p->label[0])
		memcpy(name->label, p->label, sizeof(name->label));
	if (p->slot[0])
		memcpy(name->slot, p->slot, sizeof(name->slot));
	if (p->serial[0])
		memcpy(name->serial, p->serial, sizeof(name->serial));
	if (p->number[0])
		memcpy(name->number, p->number, sizeof(name->number));
	for (unsigned int i = 0; i < d->slot_count; i++) {
		struct mcw_fault *f = &d->slots[i].fault;

		if (!f->closed && d->slots[i].part == part && f->mode != MCW_FAULT_CHANNEL &&
		    f->mode != MCW_FAULT_CONTROLLER)
			f->part = *name;
	}
}

static bool adds_to(const char *has, const char *gives)
{
	return gives[0] && strcmp(has, gives);
}

/* Return: the number of the part; MCW_PARTS if it is not there. */
static unsigned int part_find(const struct mcw_diagnosis *d, const struct mcw_fault_part *p)
{
	__u64 hash = hash_of(p);

	for (unsigned int i = 0; i < d->part_count; i++)
		if (d->hash[i] == hash && is_same(&d->parts[i].name, p))
			return i;
	return MCW_PARTS;
}

/* The one without errors for longest makes room. */
static unsigned int part_room(struct mcw_diagnosis *d)
{
	unsigned int oldest = 0;

	if (d->part_count < MCW_PARTS)
		return d->part_count++;
	for (unsigned int i = 1; i < MCW_PARTS; i++)
		if (d->parts[i].last < d->parts[oldest].last)
			oldest = i;
	part_close(d, oldest, MCW_FAULT_QUIET);
	d->counts.dropped_parts++;
	return oldest;
}

static unsigned int part_of(struct mcw_diagnosis *d, const struct mcw_fault_part *p)
{
	unsigned int part = part_find(d, p);
	const struct mcw_fault_part *name;

	if (part == MCW_PARTS) {
		part = part_room(d);
		part_begin(d, part, p);
		return part;
	}
	name = &d->parts[part].name;
	if (name->serial[0] && adds_to(name->serial, p->serial)) {
		part_close(d, part, MCW_FAULT_REPLACED);
		part_begin(d, part, p);
	} else if (adds_to(name->label, p->label) || adds_to(name->slot, p->slot) ||
		   adds_to(name->serial, p->serial) || adds_to(name->number, p->number)) {
		part_rename(d, part, p);
	}
	return part;
}

void mcw_diagnosis_installed(struct mcw_diagnosis *d, const struct mcw_fault_part *p)
{
	if (part_find(d, p) < MCW_PARTS)
		part_of(d, p);
}

static bool is_of_fault(const struct mcw_part *part, __u32 id)
{
	for (unsigned int i = 0; i < part->count; i++)
		if (part->cells[i].fault == id)
			return true;
	return false;
}

/* All parts that have errors of it start anew: a fault of a channel has several. */
bool mcw_diagnosis_repaired(struct mcw_diagnosis *d, __u32 id)
{
	struct mcw_fault_slot *slot = NULL;

	for (unsigned int i = 0; i < d->slot_count; i++)
		if (d->slots[i].fault.id == id && !d->slots[i].fault.closed)
			slot = &d->slots[i];
	if (!slot)
		return false;
	mcw_fault_close(d, slot, MCW_FAULT_REPAIRED, 0);
	for (unsigned int i = 0; i < d->part_count; i++) {
		struct mcw_fault_part name = d->parts[i].name;

		if (!is_of_fault(&d->parts[i], id))
			continue;
		part_close(d, i, MCW_FAULT_REPAIRED);
		part_begin(d, i, &name);
	}
	return true;
}

void mcw_diagnosis_feed(struct mcw_diagnosis *d, const struct mcw_sign *sign)
{
	const struct mcw_fault_part *p = &sign->part;
	unsigned int part;
	__u64 time;

	d->counts.signs++;
	d->counts.errors += sign->count ? sign->count : 1;
	time = time_of(d, sign->load, sign->mono_ns, sign->wall_ns);
	quiet_close(d);
	if (p->kind == MCW_SIGN_NONE)
		return;
	part = part_of(d, p);
	d->parts[part].last = d->clock.newest;
	if (p->kind != MCW_SIGN_MEMORY) {
		mcw_unit_feed(d, part, sign, time);
		return;
	}
	if (p->dimm < 0 && !p->label[0])
		d->counts.unplaced++;
	mcw_memory_feed(d, part, sign, time);
}

void mcw_diagnosis_lose(struct mcw_diagnosis *d, __u64 records)
{
	d->counts.lost += records;
}

static struct mcw_cell *cell_of_page(struct mcw_part *part, __u64 page)
{
	for (unsigned int i = part->count; i--;)
		if (part->cells[i].address != MCW_NO_PAGE &&
		    part->cells[i].address >> 12 == page >> 12)
			return &part->cells[i];
	return NULL;
}

void mcw_diagnosis_outcome(struct mcw_diagnosis *d, const struct mcw_sign_outcome *o)
{
	unsigned int part = o->sign ? part_find(d, &o->sign->part) : MCW_PARTS;
	struct mcw_cell *cell = NULL;
	struct mcw_fault_slot *slot;

	if (o->page == MCW_NO_PAGE)
		return;
	if (part < MCW_PARTS)
		cell = cell_of_page(&d->parts[part], o->page);
	for (unsigned int i = 0; !cell && i < d->part_count; i++)
		cell = cell_of_page(&d->parts[i], o->page);
	if (!cell)
		return;
	cell->pages += o->offline && cell->pages < 255;
	cell->victims += o->victims;
	slot = mcw_fault_of(d, cell);
	if (!slot)
		return;
	slot->fault.pages += o->offline;
	slot->fault.victims += o->victims;
}

struct mcw_diagnosis_counts mcw_diagnosis_count(const struct mcw_diagnosis *d)
{
	return d->counts;
}

const struct mcw_fault *mcw_diagnosis_next(const struct mcw_diagnosis *d, size_t *at)
{
	const struct mcw_fault *next = NULL;

	for (unsigned int i = 0; i < d->slot_count; i++) {
		const struct mcw_fault *f = &d->slots[i].fault;

		if (f->id > *at && (!next || f->id < next->id))
			next = f;
	}
	if (next)
		*at = next->id;
	return next;
}
