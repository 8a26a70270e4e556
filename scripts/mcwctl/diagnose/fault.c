// SPDX-License-Identifier: GPL-2.0
/*
 * The table of faults: new ones, what they count, how bad and how sure they are, and their end.
 */
#include <string.h>

#include "diagnose/internal.h"

/* Whether this fault, or this cell of its part, would be missed least. Lower is missed less. */
static unsigned int worth(const struct mcw_fault *f)
{
	if (f->closed)
		return 0;
	if (f->mode <= MCW_FAULT_CELL && f->level == MCW_FAULT_OK)
		return 1;
	return 2;
}

static struct mcw_fault_slot *slot_room(struct mcw_diagnosis *d)
{
	struct mcw_fault_slot *least = &d->slots[0];

	if (d->slot_count < MCW_FAULTS)
		return &d->slots[d->slot_count++];
	for (unsigned int i = 1; i < MCW_FAULTS; i++) {
		struct mcw_fault_slot *s = &d->slots[i];
		unsigned int a = worth(&s->fault), b = worth(&least->fault);

		if (a < b || (a == b && s->last < least->last))
			least = s;
	}
	if (!least->fault.closed)
		mcw_fault_close(d, least, MCW_FAULT_QUIET, 0);
	d->counts.dropped_faults++;
	return least;
}

struct mcw_fault_slot *mcw_fault_new(struct mcw_diagnosis *d, unsigned int part,
				     enum mcw_fault_mode mode, __u64 time)
{
	struct mcw_fault_slot *s = slot_room(d);

	memset(s, 0, sizeof(*s));
	s->fault.id = d->next_id++;
	s->fault.mode = mode;
	s->fault.part = d->parts[part].name;
	s->fault.address = MCW_NO_PAGE;
	s->fault.injected = true;
	s->part = part;
	s->first = time;
	s->last = time;
	s->first_load = d->clock.loads;
	s->last_load = d->clock.loads;
	s->fault.first_ns = mcw_diagnosis_wall(d, time);
	s->fault.last_ns = s->fault.first_ns;
	for (unsigned int i = 0; i < MCW_AXES; i++)
		s->axis[i] = MCW_AXIS_NONE;
	return s;
}

struct mcw_fault_slot *mcw_fault_of(struct mcw_diagnosis *d, const struct mcw_cell *cell)
{
	struct mcw_fault_slot *s = &d->slots[cell->slot];

	return cell->fault && s->fault.id == cell->fault && !s->fault.closed ? s : NULL;
}

bool mcw_fault_attach(struct mcw_diagnosis *d, struct mcw_part *part, struct mcw_fault_slot *slot)
{
	for (unsigned int i = 0; i < part->open_count; i++)
		if (part->open[i] == slot - d->slots)
			return true;
	if (part->open_count == MCW_OPEN)
		return false;
	part->open[part->open_count++] = slot - d->slots;
	return true;
}

static void detach(struct mcw_part *part, unsigned int slot)
{
	unsigned int kept = 0;

	for (unsigned int i = 0; i < part->open_count; i++)
		if (part->open[i] != slot)
			part->open[kept++] = part->open[i];
	part->open_count = kept;
}

void mcw_fault_close(struct mcw_diagnosis *d, struct mcw_fault_slot *slot, unsigned int why,
		     __u32 into)
{
	slot->fault.closed = why;
	slot->fault.into = into;
	for (unsigned int i = 0; i < d->part_count; i++)
		if (d->parts[i].open_count)
			detach(&d->parts[i], slot - d->slots);
}

/* Errors needed for a fault of this mode. */
static __u32 least_of(const struct mcw_diagnosis *d, unsigned int mode)
{
	static const __u8 limits[MCW_FAULT_MODES] = {
		[MCW_FAULT_CELL] = MCW_LIMIT_CELL_ERRORS,
		[MCW_FAULT_ROW] = MCW_LIMIT_ROW_COLUMNS,
		[MCW_FAULT_COLUMN] = MCW_LIMIT_COLUMN_ROWS,
		[MCW_FAULT_CORE] = MCW_LIMIT_CORE_ERRORS,
		[MCW_FAULT_CACHE] = MCW_LIMIT_CACHE_ERRORS,
		[MCW_FAULT_LINK] = MCW_LIMIT_LINK_ERRORS,
		[MCW_FAULT_FIRMWARE] = MCW_LIMIT_FIRMWARE_ERRORS,
	};

	if (mode >= MCW_FAULT_BANK && mode <= MCW_FAULT_MEMORY)
		return d->limits.value[MCW_LIMIT_SPREAD_CELLS];
	return mode == MCW_FAULT_TRANSIENT ? 1 : d->limits.value[limits[mode]];
}

/* The places of a wide fault differ; so its devices and cells say what was known of them. */
static enum mcw_fault_doubt doubt_of(const struct mcw_diagnosis *d, const struct mcw_fault_slot *s)
{
	const struct mcw_fault *f = &s->fault;
	const struct mcw_part *part = &d->parts[s->part];
	const struct mcw_cell *cell = part->count ? &part->cells[part->count - 1] : NULL;
	bool alone = f->mode <= MCW_FAULT_CELL || f->mode >= MCW_FAULT_CORE;

	if (f->mode == MCW_FAULT_FIRMWARE)
		return MCW_DOUBT_FIRMWARE;
	if (f->mode == MCW_FAULT_CELL && f->corrected + f->uncorrected < 2)
		return MCW_DOUBT_ONCE;
	if (f->mode >= MCW_FAULT_CORE && f->corrected + f->uncorrected < 2)
		return MCW_DOUBT_ONCE;
	if (f->mode == MCW_FAULT_MEMORY ||
	    (f->mode < MCW_FAULT_CORE && f->part.dimm < 0 && !f->part.label[0] && !f->modules))
		return MCW_DOUBT_NO_MODULE;
	if (f->mode < MCW_FAULT_CORE && cell && cell->axis[MCW_AXIS_BANK] == MCW_AXIS_NONE)
		return MCW_DOUBT_ADDRESS_ONLY;
	if (f->mode == MCW_FAULT_BANK && (!cell || cell->axis[MCW_AXIS_ROW] == MCW_AXIS_NONE ||
					  cell->axis[MCW_AXIS_COLUMN] == MCW_AXIS_NONE))
		return MCW_DOUBT_NO_ROW;
	if (f->mode == MCW_FAULT_RANK && !f->devices)
		return MCW_DOUBT_NO_DEVICE;
	if (!alone && f->cells < 2 * least_of(d, f->mode))
		return MCW_DOUBT_FEW;
	return MCW_DOUBT_NONE;
}

static enum mcw_fault_certainty certainty_of(enum mcw_fault_doubt doubt)
{
	switch (doubt) {
	case MCW_DOUBT_NONE:
		return MCW_FAULT_CERTAIN;
	case MCW_DOUBT_FEW:
	case MCW_DOUBT_NO_ROW:
	case MCW_DOUBT_NO_DEVICE:
		return MCW_FAULT_LIKELY;
	default:
		return MCW_FAULT_POSSIBLE;
	}
}

static enum mcw_fault_level level_of(const struct mcw_fault *f)
{
	bool memory = f->mode < MCW_FAULT_CORE;

	if (f->mode == MCW_FAULT_TRANSIENT)
		return MCW_FAULT_OK;
	if (f->uncorrected > 1 || (f->uncorrected && memory && f->mode != MCW_FAULT_CELL))
		return MCW_FAULT_CRITICAL;
	if (f->mode == MCW_FAULT_CELL)
		return f->uncorrected ? MCW_FAULT_WARNING : MCW_FAULT_OK;
	if (f->mode == MCW_FAULT_ROW || !memory || f->certainty == MCW_FAULT_POSSIBLE)
		return MCW_FAULT_WARNING;
	return MCW_FAULT_CRITICAL;
}

void mcw_fault_grade(struct mcw_diagnosis *d, struct mcw_fault_slot *slot)
{
	struct mcw_fault *f = &slot->fault;

	f->doubt = doubt_of(d, slot);
	f->certainty = certainty_of(f->doubt);
	f->level = level_of(f);
	if (f->level > MCW_FAULT_OK && !f->told_ns)
		f->told_ns = f->last_ns;
}

/* Keeps what all its places have in common. */
static void place_join(struct mcw_fault *f, const struct mcw_cell *cell)
{
	if (cell->known & 1U << MCW_PLACE_DEVICE &&
	    cell->value[MCW_PLACE_DEVICE] < MCW_FAULT_DEVICES)
		f->devices |= 1U << cell->value[MCW_PLACE_DEVICE];
	if (!f->cells) {
		f->known = cell->known;
		memcpy(f->value, cell->value, sizeof(f->value));
		return;
	}
	for (unsigned int part = 0; part < MCW_PLACE_PARTS; part++)
		if (!(cell->known & 1U << part) || cell->value[part] != f->value[part])
			f->known &= ~(1U << part);
}

static void record_note(struct mcw_fault *f, const struct mcw_sign_record *record)
{
	if (f->firsts < MCW_FAULT_RECORDS)
		f->first[f->firsts++] = *record;
	f->last = *record;
	f->records++;
}

static void time_note(const struct mcw_diagnosis *d, struct mcw_fault_slot *s, __u64 first,
		      __u64 last)
{
	if (first < s->first) {
		s->first = first;
		s->fault.first_ns = mcw_diagnosis_wall(d, first);
	}
	if (last >= s->last) {
		s->last = last;
		s->last_load = d->clock.loads;
		s->fault.last_ns = mcw_diagnosis_wall(d, last);
	}
}

static void totals_add(struct mcw_fault *f, const struct mcw_cell *cell)
{
	const struct mcw_sign_record record = { .pos = cell->pos, .lane = cell->lane };

	place_join(f, cell);
	record_note(f, &record);
	f->records += cell->records ? cell->records - 1 : 0;
	f->cells++;
	f->corrected += cell->corrected;
	f->uncorrected += cell->uncorrected;
	f->pages += cell->pages;
	f->victims += cell->victims;
	f->injected &= !cell->genuine;
	f->source = cell->source;
	if (cell->address != MCW_NO_PAGE)
		f->address = cell->address;
}

void mcw_fault_take(struct mcw_diagnosis *d, struct mcw_fault_slot *slot, struct mcw_cell *cell)
{
	struct mcw_fault_slot *before = mcw_fault_of(d, cell);
	struct mcw_fault *f = &slot->fault;

	if (before == slot)
		return;
	if (before)
		mcw_fault_close(d, before, MCW_FAULT_MERGED, f->id);
	totals_add(f, cell);
	time_note(d, slot, cell->first, cell->last);
	cell->fault = f->id;
	cell->slot = slot - d->slots;
}

void mcw_fault_count(struct mcw_diagnosis *d, struct mcw_fault_slot *slot,
		     const struct mcw_cell *cell, const struct mcw_sign *sign, __u64 time)
{
	struct mcw_fault *f = &slot->fault;
	__u32 count = sign->count ? sign->count : 1;

	*(sign->uncorrected ? &f->uncorrected : &f->corrected) += count;
	f->injected &= sign->injected;
	if (cell->address != MCW_NO_PAGE)
		f->address = cell->address;
	record_note(f, &sign->record);
	time_note(d, slot, time, time);
}

void mcw_fault_merge(struct mcw_diagnosis *d, struct mcw_fault_slot *into,
		     struct mcw_fault_slot *from)
{
	struct mcw_fault *to = &into->fault;
	const struct mcw_fault *f = &from->fault;

	for (unsigned int part = 0; part < MCW_PLACE_PARTS; part++)
		if (!(f->known & 1U << part) || f->value[part] != to->value[part])
			to->known &= ~(1U << part);
	to->cells += f->cells;
	to->devices |= f->devices;
	to->corrected += f->corrected;
	to->uncorrected += f->uncorrected;
	to->pages += f->pages;
	to->victims += f->victims;
	to->injected &= f->injected;
	to->records += f->records;
	time_note(d, into, from->first, from->last);
	for (unsigned int p = 0; p < d->part_count; p++) {
		struct mcw_part *part = &d->parts[p];

		for (unsigned int i = 0; i < part->count; i++) {
			if (part->cells[i].fault != f->id)
				continue;
			part->cells[i].fault = to->id;
			part->cells[i].slot = into - d->slots;
		}
	}
	mcw_fault_close(d, from, MCW_FAULT_MERGED, to->id);
}

static void totals_clear(struct mcw_fault *f)
{
	f->corrected = 0;
	f->uncorrected = 0;
	f->records = 0;
	f->firsts = 0;
	f->cells = 0;
	f->devices = 0;
	f->pages = 0;
	f->victims = 0;
	f->injected = true;
}

static bool is_of_transient(struct mcw_diagnosis *d, const struct mcw_cell *cell)
{
	return !mcw_fault_of(d, cell) &&
	       !mcw_diagnosis_is_old(d, cell->last, MCW_LIMIT_WINDOW_DAYS);
}

static struct mcw_fault_slot *transient_of(struct mcw_diagnosis *d, const struct mcw_part *p)
{
	struct mcw_fault_slot *s = &d->slots[p->transient_slot];

	return p->transient && s->fault.id == p->transient && !s->fault.closed ? s : NULL;
}

/* All are counted again now and then, since old ones do not count any more. */
#define RECOUNT 16

bool mcw_transient_add(struct mcw_diagnosis *d, const struct mcw_part *p,
		       const struct mcw_cell *cell)
{
	struct mcw_fault_slot *s = transient_of(d, p);

	if (!s || mcw_fault_of(d, cell) || s->fault.records % RECOUNT == 0)
		return false;
	totals_add(&s->fault, cell);
	time_note(d, s, cell->first, cell->last);
	mcw_fault_grade(d, s);
	return true;
}

void mcw_transient_count(struct mcw_diagnosis *d, unsigned int part)
{
	struct mcw_part *p = &d->parts[part];
	struct mcw_fault_slot *s = transient_of(d, p);

	if (s)
		totals_clear(&s->fault);
	for (unsigned int i = 0; i < p->count; i++) {
		const struct mcw_cell *cell = &p->cells[i];

		if (!is_of_transient(d, cell))
			continue;
		if (!s) {
			s = mcw_fault_new(d, part, MCW_FAULT_TRANSIENT, cell->first);
			p->transient = s->fault.id;
			p->transient_slot = s - d->slots;
		}
		if (!s->fault.cells) {
			s->first = cell->first;
			s->fault.first_ns = mcw_diagnosis_wall(d, cell->first);
		}
		totals_add(&s->fault, cell);
		time_note(d, s, cell->first, cell->last);
	}
	if (!s)
		return;
	mcw_fault_grade(d, s);
	if (!s->fault.cells)
		mcw_fault_close(d, s, MCW_FAULT_MERGED, 0);
}
