// SPDX-License-Identifier: GPL-2.0
/*
 * Which slot of the firmware's table a DIMM of EDAC's is in.
 *
 * The rules stand in a table, the surest first. A rule looks at one slot and says whether it is the
 * DIMM's. If it says so of one slot, that is the answer; if of several, no later rule is asked:
 * two slots of the same name are known from real firmware.
 *
 * Labels of EDAC's drivers
 * ------------------------
 * igen6, skx, i10nm, sb_edac	"CPU_SrcID#0_MC#1_Chan#0_DIMM#1": numbers of the hardware
 * amd64_edac			"mc#0csrow#1channel#0": numbers of the hardware
 * ghes_edac			bank and locator of the firmware's table, with a blank
 * others, and admins		whatever is printed on the board
 *
 * The numbers of the hardware are compared with those in the bank's name, which many firmwares
 * give as "NODE 0 CHANNEL 1 DIMM 0" or "P0_Node0_Channel1_Dimm0". Where a socket has more than one
 * controller, firmware counts channels in several ways: then the numbers say nothing. A bank's name
 * without a number for the DIMM is enough where the channel has only one.
 */
#define _GNU_SOURCE
#include "decode/dimm.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "decode/component.h"

/* All that a rule may look at. */
struct machine {
	const struct mcw_dimm *dimms;
	size_t count;
	const struct mcw_smbios *smbios;
};

struct numbers {
	unsigned long socket, channel, dimm;
};

/* The number that follows one of these words, in whatever case: "Chan#1", "CHANNEL 1". */
static bool number_after(const char *text, const char *word, unsigned long *number)
{
	const char *at = strcasestr(text, word);
	char *end;

	if (!at)
		return false;
	at += strlen(word);
	at += strspn(at, "#_ ");
	if (!isdigit((unsigned char)*at))
		return false;
	*number = strtoul(at, &end, 10);
	return true;
}

static bool label_numbers(const char *label, struct numbers *n, unsigned long *mc)
{
	return number_after(label, "SrcID", &n->socket) && number_after(label, "MC#", mc) &&
	       number_after(label, "Chan", &n->channel) && number_after(label, "DIMM", &n->dimm);
}

static bool channel_numbers(const char *bank, struct numbers *n)
{
	return number_after(bank, "NODE", &n->socket) && number_after(bank, "CHANNEL", &n->channel);
}

static bool bank_numbers(const char *bank, struct numbers *n)
{
	return channel_numbers(bank, n) && number_after(bank, "DIMM", &n->dimm);
}

static bool is_locator(const struct machine *m, const struct mcw_dimm *dimm,
		       const struct mcw_memory_device *slot)
{
	(void)m;
	return slot->locator[0] && !strcasecmp(dimm->label, slot->locator);
}

static bool is_bank_and_locator(const struct machine *m, const struct mcw_dimm *dimm,
				const struct mcw_memory_device *slot)
{
	size_t bank = strlen(slot->bank);

	(void)m;
	return bank && slot->locator[0] && !strncasecmp(dimm->label, slot->bank, bank) &&
	       dimm->label[bank] && strchr(" _/", dimm->label[bank]) &&
	       !strcasecmp(dimm->label + bank + 1, slot->locator);
}

static bool is_board_label(const struct machine *m, const struct mcw_dimm *dimm,
			   const struct mcw_memory_device *slot)
{
	(void)m;
	return slot->locator[0] && !strcasecmp(dimm->board_label, slot->locator);
}

/* Whether each socket has one controller only, so that there is one way to count channels. */
static bool one_controller_a_socket(const struct machine *m)
{
	for (size_t i = 0; i < m->count; i++) {
		struct numbers n;
		unsigned long mc;

		if (!label_numbers(m->dimms[i].label, &n, &mc) || mc)
			return false;
	}
	return true;
}

static bool has_same_numbers(const struct machine *m, const struct mcw_dimm *dimm,
			     const struct mcw_memory_device *slot)
{
	struct numbers label, bank;
	unsigned long mc;

	return label_numbers(dimm->label, &label, &mc) && bank_numbers(slot->bank, &bank) &&
	       one_controller_a_socket(m) && label.socket == bank.socket &&
	       label.channel == bank.channel && label.dimm == bank.dimm;
}

/* How many DIMMs the driver has on a channel, by their labels. */
static size_t dimms_of_channel(const struct machine *m, const struct numbers *wanted)
{
	size_t found = 0;

	for (size_t i = 0; i < m->count; i++) {
		struct numbers n;
		unsigned long mc;

		found += m->dimms[i].mbytes && label_numbers(m->dimms[i].label, &n, &mc) &&
			 n.socket == wanted->socket && n.channel == wanted->channel;
	}
	return found;
}

/* A bank whose name has no number for the DIMM names a channel. */
static bool is_only_one_of_channel(const struct machine *m, const struct mcw_dimm *dimm,
				   const struct mcw_memory_device *slot)
{
	struct numbers label, bank;
	unsigned long mc;

	return slot->populated && label_numbers(dimm->label, &label, &mc) &&
	       channel_numbers(slot->bank, &bank) &&
	       !number_after(slot->bank, "DIMM", &bank.dimm) && one_controller_a_socket(m) &&
	       label.socket == bank.socket && label.channel == bank.channel &&
	       dimms_of_channel(m, &label) == 1;
}

static size_t populated_slots(const struct mcw_smbios *smbios)
{
	size_t slots = 0;

	for (size_t i = 0; i < smbios->count; i++)
		slots += smbios->devices[i].populated;
	return slots;
}

static bool is_only_one(const struct machine *m, const struct mcw_dimm *dimm,
			const struct mcw_memory_device *slot)
{
	size_t dimms = 0;

	(void)dimm;
	for (size_t i = 0; i < m->count; i++)
		dimms += m->dimms[i].mbytes != 0;
	return populated_slots(m->smbios) == 1 && dimms == 1 && slot->populated;
}

static const struct rule {
	enum mcw_slot_reason reason;
	bool needs_label;
	bool (*fits)(const struct machine *m, const struct mcw_dimm *dimm,
		     const struct mcw_memory_device *slot);
} rules[] = {
	{ MCW_SLOT_LOCATOR, true, is_locator },
	{ MCW_SLOT_BANK_LOCATOR, true, is_bank_and_locator },
	{ MCW_SLOT_LABEL_FILE, false, is_board_label },
	{ MCW_SLOT_NUMBERS, true, has_same_numbers },
	{ MCW_SLOT_CHANNEL, true, is_only_one_of_channel },
	{ MCW_SLOT_ONLY_ONE, false, is_only_one },
};

#define RULES (sizeof(rules) / sizeof(rules[0]))

static struct mcw_slot unknown(enum mcw_slot_reason reason)
{
	return (struct mcw_slot){ .reason = reason };
}

struct mcw_slot mcw_dimm_slot(const struct mcw_dimm *dimm, const struct mcw_dimm *dimms,
			      size_t count, const struct mcw_smbios *smbios)
{
	const struct machine m = { dimms, count, smbios };

	if (!smbios->count)
		return unknown(MCW_SLOT_NO_TABLE);
	for (size_t i = 0; i < RULES; i++) {
		const struct mcw_memory_device *found = NULL;

		if (rules[i].needs_label && !dimm->label[0])
			continue;
		for (size_t slot = 0; slot < smbios->count; slot++) {
			if (!rules[i].fits(&m, dimm, &smbios->devices[slot]))
				continue;
			if (found)
				return unknown(MCW_SLOT_AMBIGUOUS);
			found = &smbios->devices[slot];
		}
		if (!found)
			continue;
		if (found->mbytes && dimm->mbytes && found->mbytes != dimm->mbytes)
			return unknown(MCW_SLOT_SIZE_DIFFERS);
		return (struct mcw_slot){ found, rules[i].reason };
	}
	return unknown(dimm->label[0] ? MCW_SLOT_NOT_FOUND : MCW_SLOT_NO_LABEL);
}

struct mcw_slot mcw_dimm_slot_without_driver(const struct mcw_smbios *smbios)
{
	if (!smbios->count)
		return unknown(MCW_SLOT_NO_TABLE);
	if (populated_slots(smbios) != 1)
		return unknown(MCW_SLOT_NO_DIMM);
	for (size_t i = 0;; i++)
		if (smbios->devices[i].populated)
			return (struct mcw_slot){ &smbios->devices[i], MCW_SLOT_ONLY_ONE };
}

void mcw_dimm_add_event(struct mcw_dimm_known *known, const struct mcw_event *ev)
{
	struct mcw_memory_place of_record;

	if (mcw_component(ev) != MCW_COMPONENT_MEMORY || !mcw_memory_place(ev, &of_record))
		return;
	/* A syndrome alone is no place. */
	if (of_record.known == 1U << MCW_PLACE_SYNDROME)
		return;
	if (!known->source)
		known->source = MCW_DIMM_BY_RECORD;
	for (unsigned int part = 0; part < MCW_PLACE_PARTS; part++)
		if (mcw_place_has(&of_record, part) && !mcw_place_has(&known->place, part))
			mcw_place_set(&known->place, part, of_record.value[part]);
}

enum mcw_dimm_source mcw_dimm_source(unsigned int source)
{
	switch (source) {
	case MCW_LOCATION_EDAC:
		return MCW_DIMM_BY_EDAC;
	case MCW_LOCATION_GHES:
		return MCW_DIMM_BY_CPER;
	case MCW_LOCATION_ADXL:
		return MCW_DIMM_BY_ADXL;
	default:
		return MCW_DIMM_NOT_KNOWN;
	}
}

const char *mcw_dimm_source_name(enum mcw_dimm_source source)
{
	static const char *const names[] = {
		[MCW_DIMM_NOT_KNOWN] = "unknown", [MCW_DIMM_BY_RECORD] = "record",
		[MCW_DIMM_BY_EDAC] = "edac",	  [MCW_DIMM_BY_CPER] = "cper",
		[MCW_DIMM_BY_LOG] = "log",	  [MCW_DIMM_BY_ADXL] = "adxl",
	};

	return names[source];
}

static const struct {
	const char *name, *text;
} reasons[MCW_SLOT_REASONS] = {
	[MCW_SLOT_LOCATOR] = { "locator", "its label is the slot's name" },
	[MCW_SLOT_BANK_LOCATOR] = { "bank_locator", "its label is the slot's bank and name" },
	[MCW_SLOT_NUMBERS] = { "numbers", "its label and the slot's bank have the same numbers" },
	[MCW_SLOT_CHANNEL] = { "channel", "its channel and the slot's have only one" },
	[MCW_SLOT_ONLY_ONE] = { "only_one", "the machine has only one" },
	[MCW_SLOT_SIZE_DIFFERS] = { "size_differs", "the slot that fits holds another size" },
	[MCW_SLOT_AMBIGUOUS] = { "ambiguous", "several slots fit" },
	[MCW_SLOT_NO_LABEL] = { "no_label", "the EDAC driver gives it no label" },
	[MCW_SLOT_NO_TABLE] = { "no_table", "the firmware lists no memory devices" },
	[MCW_SLOT_NOT_FOUND] = { "not_found", "no slot has its label" },
	[MCW_SLOT_LABEL_FILE] = { "label_file", "a label file of the board names the slot" },
	[MCW_SLOT_NO_DIMM] = { "no_dimm", "no EDAC driver says which DIMM it is" },
	[MCW_SLOT_LOG] = { "log", "the log does not say it" },
};

const char *mcw_slot_reason_name(enum mcw_slot_reason reason)
{
	return reasons[reason].name;
}

const char *mcw_slot_reason_text(enum mcw_slot_reason reason)
{
	return reasons[reason].text;
}

static bool same_layers(const struct mcw_dimm *dimm, const __s8 *layer)
{
	for (unsigned int i = 0; i < MCW_DIMM_LAYERS; i++)
		if (dimm->layer[i] != layer[i])
			return false;
	return layer[0] >= 0;
}

const struct mcw_dimm *mcw_dimm_find(const struct mcw_dimm *dimms, size_t count, const char *label,
				     unsigned int mc, const __s8 *layer)
{
	const struct mcw_dimm *by_label = NULL;
	bool twice = false;

	for (size_t i = 0; i < count; i++) {
		if (dimms[i].mc == mc && same_layers(&dimms[i], layer))
			return &dimms[i];
		if (label[0] && !strcmp(dimms[i].label, label)) {
			twice = by_label;
			by_label = &dimms[i];
		}
	}
	return twice ? NULL : by_label;
}
