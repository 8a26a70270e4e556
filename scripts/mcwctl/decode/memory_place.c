// SPDX-License-Identifier: GPL-2.0
/*
 * Where in memory an error is, as far as the registers say it.
 */
#include "decode/memory_place.h"

#include "decode/amd/amd.h"
#include "decode/intel/intel.h"
#include "decode/internal.h"

const char *mcw_place_name(enum mcw_place_part part)
{
	static const char *const names[MCW_PLACE_PARTS] = {
		[MCW_PLACE_CONTROLLER] = "memory controller",
		[MCW_PLACE_CHANNEL] = "channel",
		[MCW_PLACE_SUBCHANNEL] = "subchannel",
		[MCW_PLACE_DIMM] = "DIMM",
		[MCW_PLACE_RANK] = "rank",
		[MCW_PLACE_SECOND_RANK] = "second rank",
		[MCW_PLACE_CHIP_SELECT] = "chip select",
		[MCW_PLACE_SUBRANK] = "subrank",
		[MCW_PLACE_BANK_GROUP] = "bank group",
		[MCW_PLACE_BANK] = "bank",
		[MCW_PLACE_ROW] = "row",
		[MCW_PLACE_COLUMN] = "column",
		[MCW_PLACE_DEVICE] = "failed device",
		[MCW_PLACE_SECOND_DEVICE] = "second failed device",
		[MCW_PLACE_SYNDROME] = "syndrome",
	};

	return part < MCW_PLACE_PARTS ? names[part] : "unknown";
}

bool mcw_memory_place(const struct mcw_event *ev, struct mcw_memory_place *place)
{
	*place = (struct mcw_memory_place){ 0 };
	if (is_amd(ev)) {
		mcw_amd_add_place(place, ev);
	} else {
		mcw_intel_add_bank_place(place, ev);
		mcw_intel_add_misc_place(place, ev);
	}
	return place->known;
}
