// SPDX-License-Identifier: GPL-2.0
/*
 * Faults of memory modules: how they are made of cells, grow, and take more errors. scope.c decides
 * when there is one.
 */
#include <string.h>

#include "diagnose/scope.h"

/* Rows and columns of one bank, or banks of one rank, that make it all of that. */
#define NARROWER_LEAST 3

bool mcw_cell_is_free(struct mcw_diagnosis *d, const struct mcw_cell *cell)
{
	const struct mcw_fault_slot *slot = mcw_fault_of(d, cell);

	return !slot || slot->fault.mode == MCW_FAULT_CELL;
}

static bool covers(const struct mcw_fault_slot *slot, const struct mcw_cell *cell)
{
	return shares(slot->axis, cell->axis, slot->axes);
}

/* Whether a fault lies inside a scope around a cell, and is narrower. */
static bool is_inside(const struct mcw_fault_slot *slot, const struct mcw_cell *cell, __u32 axes)
{
	return (slot->axes & axes) == axes && shares(slot->axis, cell->axis, axes);
}

static void slot_set(struct mcw_fault_slot *slot, const struct mcw_cell *cell, __u32 axes)
{
	slot->axes = axes;
	for (unsigned int axis = 0; axis < MCW_AXES; axis++)
		slot->axis[axis] = axes & 1U << axis ? cell->axis[axis] : MCW_AXIS_NONE;
}

/* The oldest fault inside the scope becomes wider, so that it keeps its id. */
static struct mcw_fault_slot *fault_inside(struct mcw_diagnosis *d, const struct mcw_part *part,
					   const struct mcw_cell *cell, __u32 axes)
{
	struct mcw_fault_slot *oldest = NULL;

	for (unsigned int i = 0; i < part->open_count; i++) {
		struct mcw_fault_slot *s = &d->slots[part->open[i]];

		if (s->fault.mode < MCW_FAULT_CHANNEL && is_inside(s, cell, axes) &&
		    (!oldest || s->fault.id < oldest->fault.id))
			oldest = s;
	}
	return oldest;
}

static enum mcw_fault_mode mode_of(const struct mcw_part *part, enum mcw_fault_mode mode)
{
	bool known = part->name.dimm >= 0 || part->name.label[0];

	return mode >= MCW_FAULT_RANK && !known ? MCW_FAULT_MEMORY : mode;
}

static struct mcw_fault_slot *fault_make(struct mcw_diagnosis *d, unsigned int number,
					 const struct mcw_cell *cell, enum mcw_fault_mode mode,
					 __u32 axes)
{
	struct mcw_part *part = &d->parts[number];
	struct mcw_fault_slot *slot = fault_inside(d, part, cell, axes), *other;

	if (!slot) {
		slot = mcw_fault_new(d, number, mode_of(part, mode), cell->first);
		if (!mcw_fault_attach(d, part, slot)) {
			mcw_fault_close(d, slot, MCW_FAULT_QUIET, 0);
			d->counts.dropped_faults++;
			return NULL;
		}
	}
	slot->fault.mode = mode_of(part, mode);
	slot_set(slot, cell, axes);
	while ((other = fault_inside(d, part, cell, axes)) && other != slot)
		mcw_fault_merge(d, slot, other);
	for (unsigned int i = part->open_count; i--;) {
		other = &d->slots[part->open[i]];
		if (other != slot && other->fault.mode < MCW_FAULT_CHANNEL &&
		    is_inside(other, cell, axes))
			mcw_fault_merge(d, slot, other);
	}
	for (unsigned int i = 0; i < part->count; i++)
		if (mcw_cell_is_free(d, &part->cells[i]) && covers(slot, &part->cells[i]))
			mcw_fault_take(d, slot, &part->cells[i]);
	return slot;
}

/* How many faults of the part are inside a scope; of one bank or rank, one counts. */
static unsigned int faults_inside(const struct mcw_diagnosis *d, const struct mcw_part *part,
				  const struct mcw_cell *cell, __u32 axes, __u32 apart)
{
	const struct mcw_fault_slot *seen[MCW_OPEN];
	unsigned int count = 0;

	for (unsigned int i = 0; i < part->open_count; i++) {
		const struct mcw_fault_slot *s = &d->slots[part->open[i]];
		unsigned int n = 0;

		if (s->fault.mode >= MCW_FAULT_MODULE || (s->axes & apart) != apart ||
		    !is_inside(s, cell, axes))
			continue;
		while (apart && n < count && !shares(s->axis, seen[n]->axis, apart))
			n++;
		if (!apart || n == count)
			seen[count++] = s;
	}
	return count;
}

static unsigned int ranks_bad(const struct mcw_diagnosis *d, const struct mcw_part *part)
{
	unsigned int count = 0;

	for (unsigned int i = 0; i < part->open_count; i++)
		count += d->slots[part->open[i]].fault.mode == MCW_FAULT_RANK;
	return count;
}

/* Bad rows and columns make a bad bank, bad banks a bad device or rank, bad ranks a bad module. */
static struct mcw_fault_slot *fault_widen(struct mcw_diagnosis *d, unsigned int number,
					  struct mcw_fault_slot *slot, const struct mcw_cell *cell)
{
	struct mcw_part *part = &d->parts[number];

	if (slot->fault.mode < MCW_FAULT_BANK &&
	    faults_inside(d, part, cell, RANK | BANK, 0) >= NARROWER_LEAST)
		slot = fault_make(d, number, cell, MCW_FAULT_BANK, RANK | BANK);
	if (slot && slot->fault.mode < MCW_FAULT_DEVICE &&
	    faults_inside(d, part, cell, RANK, RANK | BANK) >= NARROWER_LEAST) {
		slot = fault_make(d, number, cell, MCW_FAULT_RANK, RANK);
		if (slot && slot->fault.known & 1U << MCW_PLACE_DEVICE) {
			slot->fault.mode = MCW_FAULT_DEVICE;
			slot_set(slot, cell, RANK | DEVICE);
		}
	}
	if (slot && slot->fault.mode == MCW_FAULT_RANK && ranks_bad(d, part) > 1)
		slot = fault_make(d, number, cell, MCW_FAULT_MODULE, 0);
	return slot;
}

static void scopes_try(struct mcw_diagnosis *d, unsigned int number, const struct mcw_cell *cell)
{
	const struct mcw_part *part = &d->parts[number];
	const struct scope *scope;
	struct mcw_fault_slot *slot;
	struct near near;

	mcw_scope_near(d, part, cell, &near);
	for (unsigned int i = 0; (scope = mcw_scope(i)); i++) {
		/* Several modules of a channel are more than one module. */
		if (scope->mode == MCW_FAULT_RANK && mcw_channel_try(d, number))
			return;
		if (!mcw_scope_is_fault(d, part, cell, scope, &near))
			continue;
		slot = fault_make(d, number, cell, scope->mode, scope->axes);
		if (slot)
			slot = fault_widen(d, number, slot, cell);
		if (slot)
			mcw_fault_grade(d, slot);
		return;
	}
}

/* Errors of one cell, or one that lost data: the page is taken, and that is all. */
static void cell_check(struct mcw_diagnosis *d, unsigned int number, struct mcw_cell *cell)
{
	struct mcw_fault_slot *slot = mcw_fault_of(d, cell);

	if (slot || (!cell->uncorrected && cell->records < d->limits.value[MCW_LIMIT_CELL_ERRORS]))
		return;
	slot = mcw_fault_new(d, number, MCW_FAULT_CELL, cell->first);
	mcw_fault_take(d, slot, cell);
	mcw_fault_grade(d, slot);
}

static struct mcw_fault_slot *fault_covering(struct mcw_diagnosis *d, const struct mcw_part *part,
					     const struct mcw_cell *cell)
{
	struct mcw_fault_slot *widest = NULL;

	for (unsigned int i = 0; i < part->open_count; i++) {
		struct mcw_fault_slot *s = &d->slots[part->open[i]];

		if (covers(s, cell) && (!widest || s->fault.mode > widest->fault.mode))
			widest = s;
	}
	return widest;
}

static void cell_count(struct mcw_cell *cell, const struct mcw_sign *sign, __u64 time)
{
	*(sign->uncorrected ? &cell->uncorrected : &cell->corrected) += sign->count ? sign->count :
										      1;
	cell->records++;
	cell->genuine |= !sign->injected;
	if (sign->address != MCW_NO_PAGE)
		cell->address = sign->address;
	if (time > cell->last)
		cell->last = time;
}

void mcw_memory_feed(struct mcw_diagnosis *d, unsigned int part, const struct mcw_sign *sign,
		     __u64 time)
{
	struct mcw_part *p = &d->parts[part];
	struct mcw_fault_slot *slot;
	struct mcw_cell *cell;
	bool fresh;

	cell = mcw_cell_take(d, p, sign, time, &fresh);
	cell_count(cell, sign, time);
	slot = mcw_fault_of(d, cell);
	if (slot)
		mcw_fault_count(d, slot, cell, sign, time);
	if (!slot) {
		slot = fault_covering(d, p, cell);
		if (slot)
			mcw_fault_take(d, slot, cell);
	}
	if (slot) {
		mcw_fault_grade(d, slot);
		if (slot->fault.mode > MCW_FAULT_CELL)
			return;
	}
	cell_check(d, part, cell);
	/* A cell that just became a bad one counts more than before. */
	if (fresh || cell->records == d->limits.value[MCW_LIMIT_CELL_ERRORS])
		scopes_try(d, part, cell);
	if (!fresh || !mcw_transient_add(d, p, cell))
		mcw_transient_count(d, part);
}
