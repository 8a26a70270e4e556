// SPDX-License-Identifier: GPL-2.0
/*
 * What a source says of an error beside its registers.
 *
 * The facts stand one behind the other in bytes: the key, then the text and its end.
 */
#include "decode/facts.h"

#include <string.h>

#include "decode/decode.h"

static const struct {
	const char *name;
	const char *text;
} keys[MCW_FACT_KEYS] = {
	[MCW_FACT_SOURCE] = { "source", "told by" },
	[MCW_FACT_ERROR] = { "error", "error" },
	[MCW_FACT_SEVERITY] = { "severity", "severity" },
	[MCW_FACT_COUNT] = { "count", "count" },
	[MCW_FACT_DIMM] = { "dimm", "DIMM" },
	[MCW_FACT_PART] = { "part", "part" },
	[MCW_FACT_SOCKET] = { "socket", "socket" },
	[MCW_FACT_CONTROLLER] = { "controller", "memory controller" },
	[MCW_FACT_CHANNEL] = { "channel", "channel" },
	[MCW_FACT_SLOT] = { "slot", "slot" },
	[MCW_FACT_CSROW] = { "csrow", "csrow" },
	[MCW_FACT_NODE] = { "node", "node" },
	[MCW_FACT_CARD] = { "card", "card" },
	[MCW_FACT_MODULE] = { "module", "module" },
	[MCW_FACT_RANK] = { "rank", "rank" },
	[MCW_FACT_DEVICE] = { "device", "device" },
	[MCW_FACT_BANK_GROUP] = { "bank_group", "bank group" },
	[MCW_FACT_BANK] = { "dram_bank", "DRAM bank" },
	[MCW_FACT_ROW] = { "row", "row" },
	[MCW_FACT_COLUMN] = { "column", "column" },
	[MCW_FACT_BIT] = { "bit", "bit" },
	[MCW_FACT_ADDRESS] = { "address", "physical address" },
	[MCW_FACT_PAGE] = { "page", "page" },
	[MCW_FACT_OFFSET] = { "offset", "offset" },
	[MCW_FACT_GRAIN] = { "grain", "grain" },
	[MCW_FACT_SYNDROME] = { "syndrome", "syndrome" },
	[MCW_FACT_PCI] = { "pci", "PCI device" },
	[MCW_FACT_PCI_ID] = { "pci_id", "PCI vendor and device" },
	[MCW_FACT_FRU] = { "fru", "FRU" },
	[MCW_FACT_CPU_MODEL] = { "cpu_model", "CPU model" },
	[MCW_FACT_SYMBOL] = { "symbol", "in function" },
	[MCW_FACT_DETAIL] = { "detail", "detail" },
	[MCW_FACT_RESET_REASON] = { "reset_reason", "previous reset" },
	[MCW_FACT_PANIC] = { "panic", "panic" },
	[MCW_FACT_PROCESS] = { "process", "process" },
	[MCW_FACT_PAGE_OFFLINED] = { "page_offlined", "page offlined" },
	[MCW_FACT_ACTION] = { "action", "action" },
};

const char *mcw_fact_name(enum mcw_fact key)
{
	return key < MCW_FACT_KEYS ? keys[key].name : "unknown";
}

const char *mcw_fact_text(enum mcw_fact key)
{
	return key < MCW_FACT_KEYS ? keys[key].text : "unknown";
}

const char *mcw_facts_next(const struct mcw_facts *f, size_t *at, enum mcw_fact *key)
{
	const char *text;

	if (*at >= f->used)
		return NULL;
	*key = (unsigned char)f->bytes[*at];
	text = f->bytes + *at + 1;
	*at += strlen(text) + 2;
	return text;
}

const char *mcw_facts_find(const struct mcw_facts *f, enum mcw_fact key)
{
	enum mcw_fact found;
	const char *text;

	for (size_t at = 0; (text = mcw_facts_next(f, &at, &found));)
		if (found == key)
			return text;
	return NULL;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || !c;
}

static bool is_there(const struct mcw_facts *f, enum mcw_fact key, const char *value)
{
	enum mcw_fact found;
	const char *text;

	for (size_t at = 0; (text = mcw_facts_next(f, &at, &found));)
		if (found == key && !strcmp(text, value))
			return true;
	return false;
}

void mcw_facts_add(struct mcw_facts *f, enum mcw_fact key, const char *text, size_t length)
{
	char value[MCW_FACT_VALUE_BYTES];

	while (length && is_blank(*text)) {
		text++;
		length--;
	}
	while (length && is_blank(text[length - 1]))
		length--;
	if (!length)
		return;
	if (length > sizeof(value) - 1)
		length = sizeof(value) - 1;
	for (size_t i = 0; i < length; i++)
		value[i] = text[i] < ' ' || text[i] > '~' ? '?' : text[i];
	value[length] = '\0';
	if (is_there(f, key, value))
		return;
	if (length + 2 > sizeof(f->bytes) - f->used) {
		if (f->missed < 0xffff)
			f->missed++;
		return;
	}
	f->bytes[f->used] = key;
	memcpy(f->bytes + f->used + 1, value, length + 1);
	f->used += length + 2;
}

void mcw_facts_merge(struct mcw_facts *to, const struct mcw_facts *from)
{
	enum mcw_fact key;
	const char *text;

	for (size_t at = 0; (text = mcw_facts_next(from, &at, &key));)
		mcw_facts_add(to, key, text, strlen(text));
	to->missed += from->missed;
}
