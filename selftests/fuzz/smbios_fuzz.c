// SPDX-License-Identifier: GPL-2.0
/* LENGTH: 4096 */
/*
 * Fuzzes the firmware's table with any bytes. Reading ends, all texts end and fit, the slot of a
 * DIMM is one of the table's or none, and the layout of its memory is the same as itself only.
 */
#include "fuzz.h"

#include "decode/dimm.h"
#include "decode/memory_layout.h"

static struct mcw_smbios smbios;

static void must_fit(const char *text)
{
	must(strnlen(text, MCW_SMBIOS_TEXT) < MCW_SMBIOS_TEXT);
}

static void must_be_known(const struct mcw_dimm *dimms, size_t count, size_t i)
{
	struct mcw_slot slot = mcw_dimm_slot(&dimms[i], dimms, count, &smbios);

	must(!slot.device ||
	     (slot.device >= smbios.devices && slot.device < smbios.devices + smbios.count));
	must(mcw_slot_reason_name(slot.reason) && mcw_slot_reason_text(slot.reason));
}

/* In this machine, and with another serial number in one of its slots. */
static void must_differ(void)
{
	static char then[MCW_LAYOUT_BYTES], now[MCW_LAYOUT_BYTES];
	char why[1024];
	size_t i = 0;

	if (!mcw_layout_text(&smbios, then, sizeof(then), why, sizeof(why))) {
		must(why[0]);
		return;
	}
	mcw_layout_difference(then, then, why, sizeof(why));
	must(!why[0]);
	while (!smbios.devices[i].populated)
		i++;
	strcpy(smbios.devices[i].serial, smbios.devices[i].serial[0] == 'x' ? "y" : "x");
	if (!mcw_layout_text(&smbios, now, sizeof(now), why, sizeof(why)))
		return;
	mcw_layout_difference(then, now, why, sizeof(why));
	must(why[0]);
}

int fuzz_input(const uint8_t *data, size_t size)
{
	struct mcw_dimm dimms[2] = { { .mbytes = 1 }, { .mbytes = 1 } };
	/* a copy of exactly this size, so that AddressSanitizer sees a read past its end */
	char *copy = malloc(size ? size : 1);

	must(copy);
	memcpy(copy, data, size);
	mcw_smbios_parse(&smbios, copy, size);
	free(copy);
	must(smbios.count <= MCW_MEMORY_DEVICES_MAX && smbios.count <= size / 4);
	must_fit(smbios.board);
	must_fit(smbios.board_maker);
	must_fit(smbios.bios_version);
	for (size_t i = 0; i < smbios.count; i++) {
		const struct mcw_memory_device *d = &smbios.devices[i];

		must_fit(d->locator);
		must_fit(d->bank);
		must_fit(d->maker);
		must_fit(d->serial);
		must_fit(d->part);
		must(mcw_memory_type(d->type));
	}
	/* Labels that the table itself has. */
	if (smbios.count) {
		strcpy(dimms[0].label, smbios.devices[0].locator);
		strcpy(dimms[1].label, smbios.devices[smbios.count - 1].bank);
	}
	must_be_known(dimms, 2, 0);
	must_be_known(dimms, 2, 1);
	must_differ();
	return 0;
}
