// SPDX-License-Identifier: GPL-2.0
/*
 * When errors of a memory module are a fault. A new free cell is compared with the other free cells
 * of its module, in scopes from the narrowest to the widest: its row, its column, its bank and so
 * on. A scope is a fault if
 *
 *	- enough of its cells have errors, and they are spread in it as such a fault spreads them,
 *	- chance does not explain that they came so soon one after the other: errors at unrelated
 *	  places are taken to come every background_hours in a module, and a scope has its share,
 *	- chance does not explain either that so many of the errors of the next wider scope, in the
 *	  same time, lie in this one: else the wider scope is bad.
 *
 * Only places that are known are compared: rows are never guessed from addresses, since
 * interleaving spreads neighbouring addresses over all modules.
 */
#include <string.h>

#include "diagnose/scope.h"

/* The smallest devices and modules in use: more of anything makes chance less likely still. */
#define BANKS 16 /* of a DDR4 device; DDR5 has 32 */
#define ROWS 32768 /* of a bank: 15 bits of address in DDR4 of 4 Gbit */
#define COLUMNS 128 /* of a row: 1024, of which a burst takes 8 */
#define DEVICES 9 /* of a rank, if each has 8 data lines: 8, and one for ECC */
/* Where the module is not known, the errors of so many look like those of one. */
#define MODULES 64

/* So likely may it be that errors of the wider scope look like the narrower one by chance. */
#define CONFUSION 0.0001
/* Errors beside a rank make it more than one if they are so many, such a share in percent, and */
#define BESIDE_LEAST 3
#define BESIDE_SHARE 15
#define BESIDE_CHANCE 0.001 /* have at most such a probability by chance */
static const struct scope scopes[] = {
	{ MCW_FAULT_ROW, RANK | BANK | ROW, RANK | BANK, 1.0 / BANKS / ROWS, 1.0 / ROWS },
	{ MCW_FAULT_COLUMN, RANK | BANK | COLUMN, RANK | BANK, 1.0 / BANKS / COLUMNS,
	  1.0 / COLUMNS },
	{ MCW_FAULT_BANK, RANK | BANK, RANK, 1.0 / BANKS, 1.0 / BANKS },
	{ MCW_FAULT_DEVICE, RANK | DEVICE, RANK, 1.0 / DEVICES, 1.0 / DEVICES },
	{ MCW_FAULT_RANK, RANK, 0, 1, 0 },
	{ MCW_FAULT_MODULE, 0, 0, 1, 0 },
};

#define SCOPES_INSIDE 4 /* those narrower than a rank */

/* The free cells of a scope, oldest first. */
struct members {
	unsigned int count;
	const struct mcw_cell *cell[MCW_CELLS];
};

/* A rank that is not known is the only one, as far as narrower scopes need it. */
static bool has_axes(const struct mcw_cell *cell, const struct scope *scope)
{
	__u32 axes = scope->mode < MCW_FAULT_RANK ? scope->axes & ~RANK : scope->axes;

	for (unsigned int axis = 0; axis < MCW_AXES; axis++)
		if (axes & 1U << axis && cell->axis[axis] == MCW_AXIS_NONE)
			return false;
	return true;
}

static void members_find(struct mcw_diagnosis *d, const struct mcw_part *part,
			 const struct mcw_cell *cell, __u32 axes, __u64 since, struct members *m)
{
	m->count = 0;
	for (unsigned int i = 0; i < part->count; i++) {
		const struct mcw_cell *one = &part->cells[i];

		if (one->last >= since && shares(one->axis, cell->axis, axes) &&
		    mcw_cell_is_free(d, one) &&
		    !mcw_diagnosis_is_old(d, one->last, MCW_LIMIT_WINDOW_DAYS))
			m->cell[m->count++] = one;
	}
}

/* How many different values an axis has, together with these axes; one not known differs. */
static unsigned int different(const struct members *m, enum mcw_axis axis, __u32 with,
			      unsigned int enough)
{
	const struct mcw_cell *seen[MCW_CELLS];
	unsigned int count = 0;

	for (unsigned int i = m->count; i-- && count < enough;) {
		const struct mcw_cell *one = m->cell[i];
		bool known = one->axis[axis] != MCW_AXIS_NONE;
		unsigned int n = 0;

		while (known && n < count && !shares(one->axis, seen[n]->axis, with | 1U << axis))
			n++;
		if (!known || n == count)
			seen[count++] = one;
	}
	return count;
}

static bool is_spread(const struct mcw_diagnosis *d, const struct members *m,
		      const struct scope *scope)
{
	unsigned int least = d->limits.value[MCW_LIMIT_SPREAD_CELLS];
	unsigned int columns = d->limits.value[MCW_LIMIT_ROW_COLUMNS];
	unsigned int rows = d->limits.value[MCW_LIMIT_COLUMN_ROWS];
	unsigned int lines = least - least / 4;

	if (scope->mode == MCW_FAULT_ROW)
		return m->count >= columns && different(m, MCW_AXIS_COLUMN, 0, columns) == columns;
	if (scope->mode == MCW_FAULT_COLUMN)
		return m->count >= rows && different(m, MCW_AXIS_ROW, 0, rows) == rows;
	if (m->count < least || different(m, MCW_AXIS_ROW, RANK | BANK, lines) < lines ||
	    different(m, MCW_AXIS_COLUMN, RANK | BANK, lines) < lines)
		return false;
	/* Otherwise it is one bank, or two that have faults of their own. */
	return scope->mode == MCW_FAULT_BANK || different(m, MCW_AXIS_BANK, RANK, 3) == 3;
}

/* Cells that are bad by themselves: chance makes none of them. */
static unsigned int bad_cells(const struct mcw_diagnosis *d, const struct members *m)
{
	unsigned int bad = 0;

	for (unsigned int i = 0; i < m->count; i++)
		bad += m->cell[i]->records >= d->limits.value[MCW_LIMIT_CELL_ERRORS];
	return bad;
}

/*
 * Whether chance does not explain them: the newest ones of them, as many as make the best case.
 * *since: when those began.
 */
static bool is_improbable(const struct mcw_diagnosis *d, const struct members *m, double share,
			  unsigned int least, __u64 *since)
{
	double per_ns = share / d->limits.value[MCW_LIMIT_BACKGROUND_HOURS] / NS_PER_HOUR;
	__u64 newest = 0, oldest = ~0ULL;
	bool found = false;

	for (unsigned int k = 1; k <= m->count && k <= MCW_CHANCE_CELLS; k++) {
		const struct mcw_cell *one = m->cell[m->count - k];

		newest = one->first > newest ? one->first : newest;
		oldest = one->first < oldest ? one->first : oldest;
		if (k < least || (newest - oldest) * per_ns > d->expected[k])
			continue;
		found = true;
		*since = oldest;
	}
	if (!found && bad_cells(d, m) >= d->limits.value[MCW_LIMIT_SPREAD_CELLS]) {
		*since = 0;
		return true;
	}
	return found;
}

/* Whether so many of all lie in one part by chance, whichever part that is. */
static bool is_confused(unsigned int all, unsigned int inside, double part)
{
	double chance = 1;

	for (unsigned int i = 0; i < inside; i++) {
		chance *= (double)(all - i) / (i + 1);
		if (i)
			chance *= part;
	}
	return chance > CONFUSION;
}

/* Whether errors beside a rank are too many to be the background of their time. */
static bool is_more_than_rank(const struct mcw_diagnosis *d, unsigned int all, unsigned int beside,
			      __u64 since)
{
	double hours = since < d->clock.newest ? (double)(d->clock.newest - since) / NS_PER_HOUR :
						 0;
	double expected = hours / d->limits.value[MCW_LIMIT_BACKGROUND_HOURS];

	return beside >= BESIDE_LEAST && beside * 100 >= all * BESIDE_SHARE &&
	       mcw_chance_of(expected, beside) <= BESIDE_CHANCE;
}

static bool is_narrow(struct mcw_diagnosis *d, const struct mcw_part *part,
		      const struct mcw_cell *cell, const struct scope *scope,
		      const struct members *inside, __u64 since)
{
	unsigned int recent = 0;
	struct members all;

	for (unsigned int i = 0; i < inside->count; i++)
		recent += inside->cell[i]->last >= since;
	members_find(d, part, cell, scope->wider, since, &all);
	if (scope->part > 0)
		return !is_confused(all.count, recent, scope->part);
	if (scope->mode == MCW_FAULT_RANK)
		return !is_more_than_rank(d, all.count, all.count - recent, since);
	if (cell->axis[MCW_AXIS_RANK] == MCW_AXIS_NONE)
		return true;
	/* A rank and a few errors beside it are no module: an error of that rank will show it. */
	members_find(d, part, cell, RANK, since, &all);
	return is_more_than_rank(d, recent, all.count, since) &&
	       is_more_than_rank(d, recent, recent - all.count, since);
}

/* Errors beside a bad rank, too many to be the background: the module is bad, not one rank. */
static bool rank_outgrown(struct mcw_diagnosis *d, const struct mcw_part *part,
			  const struct mcw_cell *cell)
{
	const struct mcw_fault_slot *rank = NULL;
	struct members beside;

	for (unsigned int i = 0; i < part->open_count; i++)
		if (d->slots[part->open[i]].fault.mode == MCW_FAULT_RANK)
			rank = &d->slots[part->open[i]];
	if (!rank || cell->axis[MCW_AXIS_RANK] == MCW_AXIS_NONE)
		return false;
	members_find(d, part, cell, RANK, rank->first, &beside);
	return different(&beside, MCW_AXIS_BANK, RANK, BESIDE_LEAST) == BESIDE_LEAST &&
	       is_more_than_rank(d, rank->fault.cells + beside.count, beside.count, rank->first);
}

void mcw_scope_near(const struct mcw_diagnosis *d, const struct mcw_part *part,
		    const struct mcw_cell *cell, struct near *near)
{
	struct members newest = { .count = 0 };
	__u64 since;

	memset(near, 0, sizeof(*near));
	for (unsigned int i = 0; i < part->count; i++) {
		const struct mcw_cell *one = &part->cells[i];

		near->bad += one->records >= d->limits.value[MCW_LIMIT_CELL_ERRORS];
		for (unsigned int s = 0; s < SCOPES_INSIDE; s++)
			near->count[scopes[s].mode] +=
				shares(one->axis, cell->axis, scopes[s].axes);
		if (i + MCW_CHANCE_CELLS >= part->count)
			newest.cell[newest.count++] = one;
	}
	near->dense = is_improbable(d, &newest, 1, d->limits.value[MCW_LIMIT_SPREAD_CELLS], &since);
}

/* Most errors are near to none, and need no more than this look. */
static bool is_near(const struct mcw_diagnosis *d, const struct near *near,
		    const struct scope *scope)
{
	unsigned int spread = d->limits.value[MCW_LIMIT_SPREAD_CELLS];

	switch (scope->mode) {
	case MCW_FAULT_ROW:
		return near->count[MCW_FAULT_ROW] >= d->limits.value[MCW_LIMIT_ROW_COLUMNS];
	case MCW_FAULT_COLUMN:
		return near->count[MCW_FAULT_COLUMN] >= d->limits.value[MCW_LIMIT_COLUMN_ROWS];
	case MCW_FAULT_BANK:
	case MCW_FAULT_DEVICE:
		return near->count[scope->mode] >= spread;
	default:
		return near->dense || near->bad >= spread;
	}
}

const struct scope *mcw_scope(unsigned int i)
{
	return i < sizeof(scopes) / sizeof(scopes[0]) ? &scopes[i] : NULL;
}

bool mcw_scope_is_fault(struct mcw_diagnosis *d, const struct mcw_part *part,
			const struct mcw_cell *cell, const struct scope *scope,
			const struct near *near)
{
	double modules = part->name.dimm < 0 && !part->name.label[0] ? MODULES : 1;
	unsigned int least = 2;
	struct members m;
	__u64 since = 0;

	if (!has_axes(cell, scope))
		return false;
	if (scope->mode == MCW_FAULT_MODULE && rank_outgrown(d, part, cell))
		return true;
	if (!is_near(d, near, scope))
		return false;
	members_find(d, part, cell, scope->axes, 0, &m);
	if (scope->mode >= MCW_FAULT_BANK)
		least = d->limits.value[MCW_LIMIT_SPREAD_CELLS];
	return is_spread(d, &m, scope) &&
	       is_improbable(d, &m, scope->share * modules, least, &since) &&
	       is_narrow(d, part, cell, scope, &m, since);
}
