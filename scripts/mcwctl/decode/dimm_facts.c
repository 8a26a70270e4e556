// SPDX-License-Identifier: GPL-2.0
/*
 * The DIMM of an error, from what a log says beside its registers.
 */
#include "decode/dimm_facts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decode/facts.h"

static const struct {
	enum mcw_fact key;
	enum mcw_place_part part;
} parts[] = {
	{ MCW_FACT_SOCKET, MCW_PLACE_SOCKET },
	{ MCW_FACT_CONTROLLER, MCW_PLACE_CONTROLLER },
	{ MCW_FACT_CHANNEL, MCW_PLACE_CHANNEL },
	{ MCW_FACT_SLOT, MCW_PLACE_DIMM },
	{ MCW_FACT_RANK, MCW_PLACE_RANK },
	{ MCW_FACT_CSROW, MCW_PLACE_CHIP_SELECT },
	{ MCW_FACT_BANK_GROUP, MCW_PLACE_BANK_GROUP },
	{ MCW_FACT_BANK, MCW_PLACE_BANK },
	{ MCW_FACT_ROW, MCW_PLACE_ROW },
	{ MCW_FACT_COLUMN, MCW_PLACE_COLUMN },
	{ MCW_FACT_DEVICE, MCW_PLACE_DEVICE },
};

/* Old skx_edac, which names a controller, gives row and column in hexadecimal digits alone. */
static int base_of(const struct mcw_facts *facts, enum mcw_fact key)
{
	bool old = key == MCW_FACT_ROW || key == MCW_FACT_COLUMN;

	return old && mcw_facts_find(facts, MCW_FACT_CONTROLLER) ? 16 : 0;
}

static void parts_add(const struct mcw_facts *facts, struct mcw_memory_place *place)
{
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		const char *text = mcw_facts_find(facts, parts[i].key);
		unsigned long long value;
		char *end;

		if (!text || !strchr("0123456789abcdef", text[0]))
			continue;
		value = strtoull(text, &end, base_of(facts, parts[i].key));
		if (end != text && !*end && value <= ~0U)
			mcw_place_set(place, parts[i].part, value);
	}
}

static enum mcw_dimm_source source_of(const char *source)
{
	if (source && !strncmp(source, "EDAC", 4))
		return MCW_DIMM_BY_EDAC;
	if (source && !strncmp(source, "GHES", 4))
		return MCW_DIMM_BY_CPER;
	return MCW_DIMM_BY_LOG;
}

void mcw_dimm_of_facts(const struct mcw_facts *facts, struct mcw_dimm *dimm,
		       struct mcw_dimm_known *known)
{
	const char *label = facts ? mcw_facts_find(facts, MCW_FACT_DIMM) : NULL;

	*known = (struct mcw_dimm_known){ .slot.reason = MCW_SLOT_LOG };
	*dimm = (struct mcw_dimm){ .mc = MCW_DIMM_NO_MC };
	if (!facts)
		return;
	parts_add(facts, &known->place);
	if (label) {
		snprintf(dimm->label, sizeof(dimm->label), "%s", label);
		known->dimm = dimm;
	}
	if (label || known->place.known)
		known->source = source_of(mcw_facts_find(facts, MCW_FACT_SOURCE));
}
