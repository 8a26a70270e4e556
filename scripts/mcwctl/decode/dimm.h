/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A DIMM as EDAC's driver knows it, and which slot of the firmware's table it is in. Pure.
 */
#ifndef MCW_DECODE_DIMM_H
#define MCW_DECODE_DIMM_H

#include <stddef.h>

#include <linux/types.h>

#include "decode/smbios.h"

#define MCW_DIMM_LABEL		256	/* as the kernel's, in its newest version */
#define MCW_DIMM_LOCATION	64
#define MCW_DIMM_LAYERS		3

struct mcw_dimm {
	unsigned int mc;
	char name[16];		/* of its directory in that of the controller */
	char label[MCW_DIMM_LABEL];
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
	MCW_SLOT_REASONS
};

struct mcw_slot {
	const struct mcw_memory_device *device;	/* NULL: not known which */
	enum mcw_slot_reason reason;
};

/* A DIMM with its slot. */
struct mcw_dimm_known {
	const struct mcw_dimm *dimm;	/* NULL: it is not known which */
	struct mcw_slot slot;
};

/*
 * Never a guess: a slot is given only if a rule holds for it and for no other one.
 * dimms, count: all of the machine, for the rules that look at the others.
 */
struct mcw_slot mcw_dimm_slot(const struct mcw_dimm *dimm, const struct mcw_dimm *dimms,
			      size_t count, const struct mcw_smbios *smbios);

/* A word for JSON, and words for people. */
const char *mcw_slot_reason_name(enum mcw_slot_reason reason);
const char *mcw_slot_reason_text(enum mcw_slot_reason reason);

/* The DIMM that a location names: by its label, else by controller and layers. NULL: none. */
const struct mcw_dimm *mcw_dimm_find(const struct mcw_dimm *dimms, size_t count, const char *label,
				     unsigned int mc, const __s8 *layer);

#endif /* MCW_DECODE_DIMM_H */
