// SPDX-License-Identifier: GPL-2.0
/*
 * Faults of channels and controllers: several modules have errors at the same time, at places that
 * have nothing else in common.
 */
#include <string.h>

#include "diagnose/internal.h"

/* Each module, or channel, has so many of them, and such a share in percent. */
#define EACH_LEAST 3
#define EACH_SHARE 15
/* So likely may it be that the errors of one of them are a coincidence. */
#define COINCIDENCE 0.0001

#define GROUPS 16 /* modules of a channel, or channels of a controller */
#define CELLS 32 /* different banks that are counted */

struct group {
	__s32 number; /* of the module in its channel, or of the channel */
	unsigned int cells;
	__u32 devices;
};

struct groups {
	unsigned int count;
	struct group group[GROUPS];
	unsigned int cells;
	unsigned int modules;
	unsigned int banks;
	__u64 bank[CELLS][3]; /* part, rank and bank */
};

static bool is_sibling(const struct mcw_fault_part *a, const struct mcw_fault_part *b, bool channel)
{
	return a->kind == MCW_SIGN_MEMORY && b->kind == MCW_SIGN_MEMORY && a->socket == b->socket &&
	       a->mc == b->mc && (!channel || a->channel == b->channel) && a->dimm >= 0 &&
	       b->dimm >= 0;
}

/* Cells that nothing narrower than a rank explains. */
static bool is_eligible(struct mcw_diagnosis *d, const struct mcw_cell *cell)
{
	const struct mcw_fault_slot *slot = mcw_fault_of(d, cell);

	return !slot || slot->fault.mode == MCW_FAULT_CELL ||
	       (slot->fault.mode >= MCW_FAULT_RANK && slot->fault.mode <= MCW_FAULT_CHANNEL);
}

static void bank_note(struct groups *g, unsigned int part, const struct mcw_cell *cell)
{
	const __u64 bank[3] = { part, cell->axis[MCW_AXIS_RANK],
				cell->axis[MCW_AXIS_BANK] == MCW_AXIS_NONE ?
					~cell->address :
					cell->axis[MCW_AXIS_BANK] };

	if (g->banks == CELLS)
		return;
	for (unsigned int i = 0; i < g->banks; i++)
		if (!memcmp(g->bank[i], bank, sizeof(bank)))
			return;
	memcpy(g->bank[g->banks++], bank, sizeof(bank));
}

static struct group *group_of(struct groups *g, __s32 number)
{
	for (unsigned int i = 0; i < g->count; i++)
		if (g->group[i].number == number)
			return &g->group[i];
	if (g->count == GROUPS)
		return NULL;
	g->group[g->count] = (struct group){ .number = number };
	return &g->group[g->count++];
}

static void groups_count(struct mcw_diagnosis *d, const struct mcw_fault_part *of, bool channel,
			 __u64 since, struct groups *g)
{
	memset(g, 0, sizeof(*g));
	for (unsigned int p = 0; p < d->part_count; p++) {
		const struct mcw_part *part = &d->parts[p];
		struct group *group = NULL;

		if (part->last < since || !is_sibling(of, &part->name, channel))
			continue;
		for (unsigned int i = part->count; i--;) {
			const struct mcw_cell *cell = &part->cells[i];
			__u64 device = cell->axis[MCW_AXIS_DEVICE];

			/* The others are older. */
			if (cell->first < since)
				break;
			if (!is_eligible(d, cell))
				continue;
			if (!group) {
				group = group_of(g, channel ? part->name.dimm : part->name.channel);
				if (!group)
					return;
				g->modules++;
			}
			group->cells++;
			group->devices |= device < 31 ? 1U << device : 1U << 31 | 1;
			g->cells++;
			bank_note(g, p, cell);
		}
	}
}

static bool is_fault(const struct mcw_diagnosis *d, const struct groups *g, __u64 span)
{
	double expected = (double)span / NS_PER_HOUR / d->limits.value[MCW_LIMIT_BACKGROUND_HOURS];
	unsigned int cells = g->cells < MCW_CHANCE_CELLS ? g->cells : MCW_CHANCE_CELLS;
	unsigned int good = 0;

	if (g->cells < d->limits.value[MCW_LIMIT_SPREAD_CELLS] ||
	    expected * g->modules > d->expected[cells])
		return false;
	/* A bank or a device of each is a coincidence of two faults. */
	if (g->banks * 2 <= (g->cells < CELLS ? g->cells : CELLS))
		return false;
	for (unsigned int i = 0; i < g->count; i++) {
		const struct group *one = &g->group[i];
		bool one_device = !(one->devices & (one->devices - 1));

		good += one->cells >= EACH_LEAST && one->cells * 100 >= g->cells * EACH_SHARE &&
			!one_device && mcw_chance_of(expected, one->cells) <= COINCIDENCE;
	}
	return good > 1;
}

static void fault_make(struct mcw_diagnosis *d, unsigned int number, bool channel)
{
	const struct mcw_fault_part of = d->parts[number].name;
	struct mcw_fault_slot *slot;
	struct mcw_fault *f;

	slot = mcw_fault_new(d, number, channel ? MCW_FAULT_CHANNEL : MCW_FAULT_CONTROLLER,
			     d->clock.newest);
	f = &slot->fault;
	f->part = (struct mcw_fault_part){
		.socket = of.socket,
		.mc = of.mc,
		.channel = channel ? of.channel : -1,
		.dimm = -1,
		.unit = -1,
		.kind = MCW_SIGN_MEMORY,
	};
	for (unsigned int p = 0; p < d->part_count; p++) {
		struct mcw_part *part = &d->parts[p];

		if (!is_sibling(&of, &part->name, channel))
			continue;
		for (unsigned int i = part->open_count; i--;)
			if (&d->slots[part->open[i]] != slot)
				mcw_fault_merge(d, slot, &d->slots[part->open[i]]);
		mcw_fault_attach(d, part, slot);
		f->modules += part->count > 0;
		for (unsigned int i = 0; i < part->count; i++)
			if (mcw_cell_is_free(d, &part->cells[i]))
				mcw_fault_take(d, slot, &part->cells[i]);
		if (p != number)
			mcw_transient_count(d, p);
	}
	mcw_fault_grade(d, slot);
}

bool mcw_channel_try(struct mcw_diagnosis *d, unsigned int part)
{
	static const __u32 spans[] = { 86400, 28800, 14400, 7200, 3600, 1200, 300, 60 };
	const struct mcw_fault_part *name = &d->parts[part].name;
	struct groups g;

	if (name->dimm < 0 || name->channel < 0)
		return false;
	for (unsigned int i = 0; i < sizeof(spans) / sizeof(spans[0]); i++) {
		__u64 span = spans[i] * NS_PER_S;
		__u64 since = d->clock.newest > span ? d->clock.newest - span : 0;

		/* A controller is several channels, so one channel alone is never taken for it. */
		for (unsigned int channel = 0; channel < 2; channel++) {
			groups_count(d, name, channel, since, &g);
			if (!channel && g.cells < d->limits.value[MCW_LIMIT_SPREAD_CELLS])
				return false;
			if (g.count < 2 || !is_fault(d, &g, span))
				continue;
			fault_make(d, part, channel);
			return true;
		}
	}
	return false;
}

void mcw_channel_join(struct mcw_diagnosis *d, unsigned int part)
{
	struct mcw_part *to = &d->parts[part];

	for (unsigned int i = 0; i < d->slot_count; i++) {
		struct mcw_fault_slot *s = &d->slots[i];
		bool channel = s->fault.mode == MCW_FAULT_CHANNEL;

		if (s->fault.closed || (!channel && s->fault.mode != MCW_FAULT_CONTROLLER))
			continue;
		if (to->name.dimm < 0 || s->fault.part.socket != to->name.socket ||
		    s->fault.part.mc != to->name.mc ||
		    (channel && s->fault.part.channel != to->name.channel))
			continue;
		s->fault.modules++;
		mcw_fault_attach(d, to, s);
	}
}
