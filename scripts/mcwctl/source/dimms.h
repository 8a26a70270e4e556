/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The machine's DIMMs: what EDAC's drivers have in sysfs, and the firmware's table of slots.
 */
#ifndef MCW_SOURCE_DIMMS_H
#define MCW_SOURCE_DIMMS_H

#include <stdbool.h>
#include <stddef.h>

#include "source/file_format.h"

#define MCW_EDAC_DIRECTORY	"/sys/devices/system/edac/mc"
#define MCW_DMI_FILE		"/sys/firmware/dmi/tables/DMI"

/* Zeroed is empty. */
struct mcw_dimms {
	struct mcw_dimm *dimms;		/* in the order of controllers and numbers */
	struct mcw_slot *slots;		/* one for each */
	size_t count;
	bool edac_is_there;		/* an EDAC driver has a memory controller */
	struct mcw_smbios *smbios;	/* empty if it could not be read */
	int smbios_error;		/* why not: an errno, or 0 */
};

/*
 * Reads both; a machine without EDAC or without the table is no error. After one, which is printed,
 * d is empty.
 * edac: a directory with mc0, mc1 and so on. dmi: the table as the firmware has it.
 */
bool mcw_dimms_read(struct mcw_dimms *d, const char *edac, const char *dmi);
void mcw_dimms_free(struct mcw_dimms *d);

/* One of them as an entry of a recording; and whether all entries are the same. */
void mcw_dimms_entry(const struct mcw_dimms *d, size_t i, struct mcw_dimm_entry *e);
bool mcw_dimms_same(const struct mcw_dimms *a, const struct mcw_dimms *b);

/*
 * Takes a DIMM of a recording; the first one of a table replaces all that were there. Return: false
 * without memory, after printing that.
 */
bool mcw_dimms_take(struct mcw_dimms *d, const struct mcw_dimm_entry *e);

/* The DIMM of a label, or else of a place of EDAC's. NULL: none. */
const struct mcw_dimm *mcw_dimms_find(const struct mcw_dimms *d, const char *label, unsigned int mc,
				      const __s8 *layer);

struct mcw_location_whole;

/* What a location says: the DIMM, with its slot, and the place in it. */
struct mcw_dimm_known mcw_dimms_of_location(const struct mcw_dimms *d,
					    const struct mcw_location_whole *whole);

#endif /* MCW_SOURCE_DIMMS_H */
