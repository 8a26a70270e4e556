// SPDX-License-Identifier: GPL-2.0
/*
 * Where in memory an error is, as far as the registers say it.
 */
#include "decode/memory_place.h"

#include "decode/amd/amd.h"
#include "decode/intel/intel.h"
#include "decode/internal.h"

static const struct {
	const char *name;
	const char *key;
	bool hex; /* as people write it */
} parts[MCW_PLACE_PARTS] = {
	[MCW_PLACE_SOCKET] = { "socket", "socket", false },
	[MCW_PLACE_CONTROLLER] = { "memory controller", "controller", false },
	[MCW_PLACE_CHANNEL] = { "channel", "channel", false },
	[MCW_PLACE_SUBCHANNEL] = { "subchannel", "subchannel", false },
	[MCW_PLACE_DIMM] = { "DIMM", "dimm", false },
	[MCW_PLACE_RANK] = { "rank", "rank", false },
	[MCW_PLACE_SECOND_RANK] = { "second rank", "second_rank", false },
	[MCW_PLACE_CHIP_SELECT] = { "chip select", "chip_select", false },
	[MCW_PLACE_SUBRANK] = { "subrank", "subrank", false },
	[MCW_PLACE_BANK_GROUP] = { "bank group", "bank_group", false },
	[MCW_PLACE_BANK] = { "bank", "dram_bank", false },
	[MCW_PLACE_ROW] = { "row", "row", true },
	[MCW_PLACE_COLUMN] = { "column", "column", true },
	[MCW_PLACE_DEVICE] = { "failed device", "device", false },
	[MCW_PLACE_SECOND_DEVICE] = { "second failed device", "second_device", false },
	[MCW_PLACE_SYNDROME] = { "syndrome", "syndrome", true },
};

const char *mcw_place_name(enum mcw_place_part part)
{
	return part < MCW_PLACE_PARTS ? parts[part].name : "unknown";
}

const char *mcw_place_key(enum mcw_place_part part)
{
	return part < MCW_PLACE_PARTS ? parts[part].key : "unknown";
}

char *mcw_place_text(const struct mcw_memory_place *place, char *buf, size_t size)
{
	struct text t = text_begin(buf, size);

	for (unsigned int part = 0; place->known >> part; part++) {
		if (!mcw_place_has(place, part))
			continue;
		if (t.used)
			text_put(&t, ", ");
		text_put(&t, parts[part].name);
		text_put(&t, " ");
		if (parts[part].hex)
			text_put_hex(&t, place->value[part], 1);
		else
			text_put_number(&t, place->value[part]);
	}
	return buf;
}

bool mcw_memory_place(const struct mcw_event *ev, struct mcw_memory_place *place)
{
	*place = (struct mcw_memory_place){ 0 };
	if (is_amd(ev)) {
		mcw_amd_add_place(place, ev);
	} else {
		mcw_intel_add_bank_place(place, ev);
		mcw_intel_add_misc_place(place, ev);
		mcw_intel_add_code_place(place, ev);
	}
	return place->known;
}
