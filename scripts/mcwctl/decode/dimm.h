/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A DIMM as EDAC's driver knows it, and which slot of the firmware's table it is in. Pure.
 */
#ifndef MCW_DECODE_DIMM_H
#define MCW_DECODE_DIMM_H

#include <stddef.h>

#include <linux/types.h>

#include "decode/memory_place.h"
#include "decode/smbios.h"

#define MCW_DIMM_LABEL		256	/* as the kernel's, in its newest version */
#define MCW_DIMM_LOCATION	64
#define MCW_DIMM_LAYERS		3
#define MCW_DIMM_NO_MC		(~0U)	/* the controller is not known */

struct mcw_dimm {
	unsigned int mc;
	char name[16];		/* of its directory in that of the controller */
	char label[MCW_DIMM_LABEL];
	char board_label[MCW_DIMM_LABEL];	/* that a label file gives it; or empty */
	char location[MCW_DIMM_LOCATION];	/* EDAC's words: "channel 0 slot 1" */
	int layer[MCW_DIMM_LAYERS];		/* its numbers; -1: no such layer */
	__u64 mbytes;
	__u64 corrected, uncorrected;
};

/* Why a slot is, or is not, the one of a DIMM. */
enum mcw_slot_reason {
	MCW_SLOT_LOCATOR,	/* the label is the slot's locator */
	MCW_SLOT_BANK_LOCATOR,	/* the label is bank and locator */
	MCW_SLOT_NUMBERS,	/* label and bank have the same socket, channel and DIMM */
	MCW_SLOT_ONLY_ONE,	/* the machine has one DIMM */
	MCW_SLOT_SIZE_DIFFERS,	/* the slot that fits has another size */
	MCW_SLOT_AMBIGUOUS,	/* several slots fit */
	MCW_SLOT_NO_LABEL,	/* the driver gives no label */
	MCW_SLOT_NO_TABLE,	/* the firmware's table has no memory devices */
	MCW_SLOT_NOT_FOUND,	/* no slot fits */
	/* Recordings have the numbers: new ones come last. */
	MCW_SLOT_CHANNEL,	/* the only DIMM of the channel */
	MCW_SLOT_LABEL_FILE,	/* a label file of the board names the slot */
	MCW_SLOT_NO_DIMM,	/* no EDAC driver says which DIMM it is */
	MCW_SLOT_LOG,		/* a log does not say it */
	MCW_SLOT_REASONS
};

struct mcw_slot {
	const struct mcw_memory_device *device;	/* NULL: not known which */
	enum mcw_slot_reason reason;
};

/* Who says where an error is. */
enum mcw_dimm_source {
	MCW_DIMM_NOT_KNOWN,
	MCW_DIMM_BY_RECORD,	/* the record's registers */
	MCW_DIMM_BY_EDAC,	/* an EDAC driver */
	MCW_DIMM_BY_CPER,	/* the firmware, in a report */
	MCW_DIMM_BY_LOG,	/* a program's log */
	MCW_DIMM_BY_ADXL,	/* the firmware, which translated the address */
};

/* A DIMM with its slot, and where in it an error is. */
struct mcw_dimm_known {
	const struct mcw_dimm *dimm;	/* NULL: it is not known which */
	struct mcw_slot slot;
	enum mcw_dimm_source source;
	struct mcw_memory_place place;	/* as far as it is known */
};

/*
 * Never a guess: a slot is given only if a rule holds for it and for no other one.
 * dimms, count: all of the machine, for the rules that look at the others.
 */
struct mcw_slot mcw_dimm_slot(const struct mcw_dimm *dimm, const struct mcw_dimm *dimms,
			      size_t count, const struct mcw_smbios *smbios);

/* The slot where no EDAC driver has a list: only a machine with one DIMM has no doubt. */
struct mcw_slot mcw_dimm_slot_without_driver(const struct mcw_smbios *smbios);

/* A word for JSON, and words for people. */
const char *mcw_slot_reason_name(enum mcw_slot_reason reason);
const char *mcw_slot_reason_text(enum mcw_slot_reason reason);

/* Adds what the registers of a record say of its place in memory, where nobody else has said it. */
void mcw_dimm_add_event(struct mcw_dimm_known *known, const struct mcw_event *ev);

/* Of a LOCATION record: MCW_LOCATION_EDAC ... */
enum mcw_dimm_source mcw_dimm_source(unsigned int source);

/* "edac", "record" ... */
const char *mcw_dimm_source_name(enum mcw_dimm_source source);

/* The DIMM that a location names: by its label, else by controller and layers. NULL: none. */
const struct mcw_dimm *mcw_dimm_find(const struct mcw_dimm *dimms, size_t count, const char *label,
				     unsigned int mc, const __s8 *layer);

#endif /* MCW_DECODE_DIMM_H */
