/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where in memory an error is, as far as the registers say it: numbers, for code that compares
 * places or counts errors by them.
 *
 *	struct mcw_memory_place place;
 *
 *	if (mcw_memory_place(ev, &place) && mcw_place_has(&place, MCW_PLACE_ROW))
 *		count_row(place.value[MCW_PLACE_ROW]);
 *
 * Numbers are those of the hardware, within the socket. They start at 0, and are no label of a
 * slot.
 */
#ifndef MCW_DECODE_MEMORY_PLACE_H
#define MCW_DECODE_MEMORY_PLACE_H

#include <stdbool.h>
#include <stddef.h>

#include <uapi/mcewarden.h>

struct mcw_event;

/* From the outside to the inside. */
enum mcw_place_part {
	MCW_PLACE_SOCKET, /* only where the record's own number does not say it */
	MCW_PLACE_CONTROLLER, /* memory controller */
	MCW_PLACE_CHANNEL, /* of that controller; of the socket where no controller is known */
	MCW_PLACE_SUBCHANNEL, /* half of a DDR5 channel */
	MCW_PLACE_DIMM, /* of the channel */
	MCW_PLACE_RANK,
	MCW_PLACE_SECOND_RANK, /* of a second failing device */
	MCW_PLACE_CHIP_SELECT,
	MCW_PLACE_SUBRANK,
	MCW_PLACE_BANK_GROUP,
	MCW_PLACE_BANK, /* inside the DRAM device */
	MCW_PLACE_ROW,
	MCW_PLACE_COLUMN,
	MCW_PLACE_DEVICE, /* the DRAM device that failed */
	MCW_PLACE_SECOND_DEVICE,
	MCW_PLACE_SYNDROME,

	MCW_PLACE_PARTS,
};

struct mcw_memory_place {
	__u32 known; /* a bit for each part */
	__u32 value[MCW_PLACE_PARTS];
	const char *ecc_mode; /* how the memory was protected; NULL: not known */
	bool transient; /* a second read was good */
};

static inline bool mcw_place_has(const struct mcw_memory_place *place, enum mcw_place_part part)
{
	return place->known & 1U << part;
}

/* Return: whether anything is known. */
bool mcw_memory_place(const struct mcw_event *ev, struct mcw_memory_place *place);

/* In words: "memory controller 1, channel 0, row 0x246"; empty where nothing is known. */
char *mcw_place_text(const struct mcw_memory_place *place, char *buf, size_t size);

/* The name of a part in JSON: "bank_group". */
const char *mcw_place_key(enum mcw_place_part part);
/* A part in words: "bank group". */
const char *mcw_place_name(enum mcw_place_part part);

/* For the files that know the registers. Bits given twice for the same part are joined. */
static inline void mcw_place_set(struct mcw_memory_place *place, enum mcw_place_part part,
				 __u32 value)
{
	if (!mcw_place_has(place, part))
		place->value[part] = 0;
	place->known |= 1U << part;
	place->value[part] |= value;
}

#endif /* MCW_DECODE_MEMORY_PLACE_H */
