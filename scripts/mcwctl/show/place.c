// SPDX-License-Identifier: GPL-2.0
/*
 * Where an error is, the component and the place in memory, and what it means.
 */
#include "show/place.h"

#include <string.h>

#include "decode/advice.h"
#include "decode/component.h"
#include "decode/decode.h"
#include "decode/memory_place.h"
#include "decode/pci.h"
#include "show/json_writer.h"
#include "show/wrap.h"

#define COLUMNS 100
#define INDENT 11

void mcw_json_place(struct mcw_json *json, const struct mcw_event *ev,
		    const struct mcw_facts *facts)
{
	struct mcw_memory_place place;
	char pci[MCW_TEXT_BYTES];

	mcw_json_string(json, "component", mcw_component_name(mcw_component_told(ev, facts)));
	if (mcw_pci_text(ev, facts, pci, sizeof(pci))[0])
		mcw_json_string(json, "pci", pci);
	if (!mcw_memory_place(ev, &place))
		return;
	mcw_json_begin_object(json, "place");
	for (unsigned int part = 0; part < MCW_PLACE_PARTS; part++)
		if (mcw_place_has(&place, part))
			mcw_json_number(json, mcw_place_key(part), place.value[part]);
	if (place.ecc_mode)
		mcw_json_string(json, "ecc_mode", place.ecc_mode);
	mcw_json_bool(json, "transient", place.transient);
	mcw_json_end_object(json);
}

void mcw_text_place(FILE *out, const struct mcw_event *ev, const struct mcw_facts *facts)
{
	enum mcw_component component = mcw_component_told(ev, facts);
	struct mcw_wrap w = { .out = out, .indent = INDENT, .columns = COLUMNS };
	struct mcw_memory_place place;
	char text[MCW_TEXT_BYTES];
	size_t length;

	if (component != MCW_COMPONENT_UNKNOWN)
		fprintf(out, "component  %s%s%s\n", mcw_component_name(component),
			mcw_pci_text(ev, facts, text, sizeof(text))[0] ? " " : "", text);
	if (!mcw_memory_place(ev, &place))
		return;
	mcw_wrap_begin(&w, "place      ");
	mcw_place_text(&place, text, sizeof(text));
	length = strlen(text);
	if (place.ecc_mode)
		snprintf(text + length, sizeof(text) - length, ", ECC mode %s", place.ecc_mode);
	mcw_wrap_put(&w, text);
	mcw_wrap_end(&w);
}

void mcw_json_advice(struct mcw_json *json, const struct mcw_advice *advice)
{
	if (!advice)
		return;
	mcw_json_string(json, "family", advice->name);
	mcw_json_string(json, "means", advice->means);
	mcw_json_string(json, "advice", advice->action);
}

void mcw_text_advice(FILE *out, const struct mcw_advice *advice)
{
	if (advice)
		fprintf(out, "means      %s\nadvice     %s\n", advice->means, advice->action);
}
