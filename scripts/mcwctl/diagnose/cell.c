// SPDX-License-Identifier: GPL-2.0
/*
 * Cells: the different places of a part's errors. Errors in one place are one cell, so an error
 * that is read again and again never looks like a wider fault.
 *
 * A place is one by rank, bank, row, column and device, as far as they are known. Without row or
 * column it is one by its address, to the 64 bytes that are corrected together.
 */
#include <string.h>

#include "diagnose/internal.h"

#define LINE_BITS 6
#define SAME_ERROR_NS NS_PER_S /* without any place */

static __u64 axis_join(const struct mcw_memory_place *place, const __u8 *parts, size_t count)
{
	__u64 axis = 0;
	bool known = false;

	for (size_t i = 0; i < count; i++) {
		axis <<= 16;
		if (!mcw_place_has(place, parts[i]))
			continue;
		axis |= (place->value[parts[i]] & 0x7fff) | 0x8000;
		known = true;
	}
	return known ? axis : MCW_AXIS_NONE;
}

static __u64 axis_of(const struct mcw_memory_place *place, enum mcw_place_part part)
{
	return mcw_place_has(place, part) ? place->value[part] : MCW_AXIS_NONE;
}

static void axes_set(__u64 axis[MCW_AXES], const struct mcw_memory_place *place)
{
	static const __u8 rank[] = { MCW_PLACE_SUBCHANNEL, MCW_PLACE_RANK, MCW_PLACE_CHIP_SELECT,
				     MCW_PLACE_SUBRANK };
	static const __u8 bank[] = { MCW_PLACE_BANK_GROUP, MCW_PLACE_BANK };

	axis[MCW_AXIS_RANK] = axis_join(place, rank, sizeof(rank));
	axis[MCW_AXIS_BANK] = mcw_place_has(place, MCW_PLACE_BANK) ?
				      axis_join(place, bank, sizeof(bank)) :
				      MCW_AXIS_NONE;
	axis[MCW_AXIS_ROW] = axis_of(place, MCW_PLACE_ROW);
	axis[MCW_AXIS_COLUMN] = axis_of(place, MCW_PLACE_COLUMN);
	axis[MCW_AXIS_DEVICE] = axis_of(place, MCW_PLACE_DEVICE);
}

/* Whether cells are told apart by their axes alone. */
static bool has_cell(const __u64 axis[MCW_AXES])
{
	return axis[MCW_AXIS_BANK] != MCW_AXIS_NONE && axis[MCW_AXIS_ROW] != MCW_AXIS_NONE &&
	       axis[MCW_AXIS_COLUMN] != MCW_AXIS_NONE;
}

static bool is_cell(const struct mcw_cell *cell, const __u64 axis[MCW_AXES], __u64 address,
		    __u64 time)
{
	if (memcmp(cell->axis, axis, sizeof(cell->axis)))
		return false;
	if (has_cell(axis))
		return true;
	if (address != MCW_NO_PAGE && cell->address != MCW_NO_PAGE)
		return address >> LINE_BITS == cell->address >> LINE_BITS;
	if (address != cell->address)
		return false;
	return axis[MCW_AXIS_ROW] != MCW_AXIS_NONE || time - cell->last < SAME_ERROR_NS;
}

#define OLD_LEAST 16 /* so many at once are worth the move of the others */

static void old_forget(struct mcw_diagnosis *d, struct mcw_part *part)
{
	unsigned int old = 0;

	while (old < part->count && !mcw_fault_of(d, &part->cells[old]) &&
	       mcw_diagnosis_is_old(d, part->cells[old].last, MCW_LIMIT_WINDOW_DAYS))
		old++;
	if (old < OLD_LEAST)
		return;
	part->count -= old;
	memmove(&part->cells[0], &part->cells[old], part->count * sizeof(part->cells[0]));
}

/* Cells that a wide fault explains make room first: the fault has counted them. */
static void room_make(struct mcw_diagnosis *d, struct mcw_part *part)
{
	unsigned int oldest = 0;

	if (part->count < MCW_CELLS)
		return;
	for (unsigned int i = 0; i < part->count; i++) {
		const struct mcw_fault_slot *slot = mcw_fault_of(d, &part->cells[i]);

		if (slot && slot->fault.mode > MCW_FAULT_CELL) {
			oldest = i;
			break;
		}
	}
	part->count--;
	memmove(&part->cells[oldest], &part->cells[oldest + 1],
		(part->count - oldest) * sizeof(part->cells[0]));
	d->counts.dropped++;
}

struct mcw_cell *mcw_cell_take(struct mcw_diagnosis *d, struct mcw_part *part,
			       const struct mcw_sign *sign, __u64 time, bool *fresh)
{
	__u64 axis[MCW_AXES];
	struct mcw_cell *cell;

	axes_set(axis, &sign->place);
	*fresh = false;
	for (unsigned int i = part->count; i--;)
		if (is_cell(&part->cells[i], axis, sign->address, time))
			return &part->cells[i];
	*fresh = true;
	old_forget(d, part);
	room_make(d, part);
	cell = &part->cells[part->count++];
	*cell = (struct mcw_cell){
		.first = time,
		.last = time,
		.address = sign->address,
		.pos = sign->record.pos,
		.lane = sign->record.lane,
		.source = sign->source,
		.known = sign->place.known,
	};
	memcpy(cell->axis, axis, sizeof(axis));
	memcpy(cell->value, sign->place.value, sizeof(cell->value));
	return cell;
}
