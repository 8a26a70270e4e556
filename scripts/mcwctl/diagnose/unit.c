// SPDX-License-Identifier: GPL-2.0
/*
 * Faults of all that is no memory: cores, caches, links, and what the firmware reports. They have
 * no places inside, so only the number of errors within a window counts: a cell is a record.
 */
#include <string.h>

#include "diagnose/internal.h"

static const struct {
	enum mcw_fault_mode mode;
	enum mcw_limit errors, hours;
} units[] = {
	[MCW_SIGN_CORE] = { MCW_FAULT_CORE, MCW_LIMIT_CORE_ERRORS, MCW_LIMIT_UNIT_HOURS },
	[MCW_SIGN_CACHE] = { MCW_FAULT_CACHE, MCW_LIMIT_CACHE_ERRORS, MCW_LIMIT_UNIT_HOURS },
	[MCW_SIGN_LINK] = { MCW_FAULT_LINK, MCW_LIMIT_LINK_ERRORS, MCW_LIMIT_LINK_HOURS },
	[MCW_SIGN_FIRMWARE] = { MCW_FAULT_FIRMWARE, MCW_LIMIT_FIRMWARE_ERRORS,
				MCW_LIMIT_UNIT_HOURS },
};

static struct mcw_cell *record_take(struct mcw_diagnosis *d, struct mcw_part *part,
				    const struct mcw_sign *sign, __u64 time)
{
	__u32 count = sign->count ? sign->count : 1;
	struct mcw_cell *cell;

	if (part->count == MCW_CELLS) {
		part->count--;
		memmove(&part->cells[0], &part->cells[1], part->count * sizeof(part->cells[0]));
		d->counts.dropped++;
	}
	cell = &part->cells[part->count++];
	*cell = (struct mcw_cell){
		.first = time,
		.last = time,
		.address = sign->address,
		.pos = sign->record.pos,
		.lane = sign->record.lane,
		.corrected = sign->uncorrected ? 0 : count,
		.uncorrected = sign->uncorrected ? count : 0,
		.records = 1,
		.genuine = !sign->injected,
	};
	for (unsigned int axis = 0; axis < MCW_AXES; axis++)
		cell->axis[axis] = MCW_AXIS_NONE;
	return cell;
}

/* The errors of free records within the window, up to some large number. */
static __u64 errors_within(struct mcw_diagnosis *d, const struct mcw_part *part, __u64 window)
{
	__u64 since = d->clock.newest > window ? d->clock.newest - window : 0, errors = 0;

	for (unsigned int i = part->count; i--;)
		if (part->cells[i].last >= since && !mcw_fault_of(d, &part->cells[i]))
			errors += part->cells[i].corrected + part->cells[i].uncorrected;
	return errors;
}

void mcw_unit_feed(struct mcw_diagnosis *d, unsigned int part, const struct mcw_sign *sign,
		   __u64 time)
{
	struct mcw_part *p = &d->parts[part];
	unsigned int kind = sign->part.kind;
	struct mcw_cell *cell = record_take(d, p, sign, time);
	__u64 window = d->limits.value[units[kind].hours] * NS_PER_HOUR;
	struct mcw_fault_slot *slot = p->open_count ? &d->slots[p->open[0]] : NULL;

	if (!slot && (sign->uncorrected || sign->many ||
		      errors_within(d, p, window) >= d->limits.value[units[kind].errors])) {
		slot = mcw_fault_new(d, part, units[kind].mode, time);
		mcw_fault_attach(d, p, slot);
		for (unsigned int i = 0; i < p->count; i++)
			if (&p->cells[i] != cell && !mcw_fault_of(d, &p->cells[i]))
				mcw_fault_take(d, slot, &p->cells[i]);
	}
	if (slot) {
		mcw_fault_take(d, slot, cell);
		mcw_fault_grade(d, slot);
	}
	mcw_transient_count(d, part);
}
