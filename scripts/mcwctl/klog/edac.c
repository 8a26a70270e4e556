// SPDX-License-Identifier: GPL-2.0
/*
 * What EDAC's drivers say of an error beside its registers: how many, which DIMM, row, column.
 *
 *	EDAC MC2: 1 CE memory read error on LABEL (channel:2 slot:0 page:0x2f7a3c5 ... Row:0x1b5f7)
 *	EDAC MC1: CE page 0xf075b2, offset 0x410, grain 0, row 6, channel 0, label "": amd64_edac
 *	EDAC amd64 MC1: CE ERROR_ADDRESS= 0xf075b2410
 *
 * It becomes a record without registers, which klog/events.c joins to the one with registers.
 */
#include <string.h>

#include "klog/readers.h"

#define PAGE_SHIFT 12

/* In brackets "name:value", in older kernels "name value"; small and capital letters. */
static const struct {
	const char *name;
	enum mcw_fact key;
} names[] = {
	{ "csrow", MCW_FACT_CSROW },
	{ "channel", MCW_FACT_CHANNEL },
	{ "ChannelId", MCW_FACT_CHANNEL },
	{ "slot", MCW_FACT_SLOT },
	{ "DimmSlotId", MCW_FACT_SLOT },
	{ "ProcessorSocketId", MCW_FACT_SOCKET },
	{ "socket", MCW_FACT_SOCKET },
	{ "MemoryControllerId", MCW_FACT_CONTROLLER },
	{ "imc", MCW_FACT_CONTROLLER },
	{ "ha", MCW_FACT_DETAIL },
	{ "PhysicalRankId", MCW_FACT_RANK },
	{ "rank", MCW_FACT_RANK },
	{ "node", MCW_FACT_NODE },
	{ "card", MCW_FACT_CARD },
	{ "module", MCW_FACT_MODULE },
	{ "device", MCW_FACT_DEVICE },
	{ "row", MCW_FACT_ROW },
	{ "Row", MCW_FACT_ROW },
	{ "col", MCW_FACT_COLUMN },
	{ "column", MCW_FACT_COLUMN },
	{ "Column", MCW_FACT_COLUMN },
	{ "BankGroup", MCW_FACT_BANK_GROUP },
	{ "bg", MCW_FACT_BANK_GROUP },
	{ "Bank", MCW_FACT_BANK },
	{ "ba", MCW_FACT_BANK },
	{ "bank", MCW_FACT_BANK },
	{ "page", MCW_FACT_PAGE },
	{ "offset", MCW_FACT_OFFSET },
	{ "grain", MCW_FACT_GRAIN },
	{ "syndrome", MCW_FACT_SYNDROME },
};

/* Return: whether a value was behind the name. */
static bool value_take(struct mcw_cursor *c, char *text, size_t size)
{
	if (!mcw_take(c, ":") && !mcw_take(c, " "))
		return false;
	mcw_take_blanks(c);
	if (c->at == c->end || mcw_digit_of(*c->at) >= 16)
		return false;
	mcw_copy_until(text, size, c, " ,:)");
	c->at += strlen(text);
	return true;
}

void mcw_edac_places_read(struct mcw_facts *f, struct mcw_cursor c)
{
	char text[40];

	for (bool word = true; c.at < c.end; c.at++) {
		bool begins = word;

		word = !mcw_is_letter(*c.at);
		if (!begins || word)
			continue;
		for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
			struct mcw_cursor at = c;

			if (!mcw_take(&at, names[i].name) || !value_take(&at, text, sizeof(text)))
				continue;
			if (names[i].key != MCW_FACT_DETAIL)
				mcw_facts_add(f, names[i].key, text, strlen(text));
			c.at = at.at;
			word = true;
			break;
		}
		if (c.at == c.end)
			break;
	}
}

/* The page is 0 where the driver did not know it. */
static void address_read(struct mcw_console_record *r)
{
	const char *page = mcw_facts_find(&r->facts, MCW_FACT_PAGE);
	const char *offset = mcw_facts_find(&r->facts, MCW_FACT_OFFSET);
	struct mcw_cursor c;
	__u64 frame, in = 0;

	if (!page)
		return;
	c = (struct mcw_cursor){ page, page + strlen(page) };
	if (!mcw_take_hex(&c, &frame) || !frame || frame >> (64 - PAGE_SHIFT))
		return;
	if (offset) {
		c = (struct mcw_cursor){ offset, offset + strlen(offset) };
		mcw_take_hex(&c, &in);
	}
	mcw_record_addr(r, frame << PAGE_SHIFT | (in & ((1 << PAGE_SHIFT) - 1)));
}

static void label_read(struct mcw_facts *f, struct mcw_cursor c)
{
	struct mcw_cursor at = c;
	char text[MCW_FACT_VALUE_BYTES];

	if (mcw_go_behind(&at, "label \"")) {
		mcw_copy_until(text, sizeof(text), &at, "\"");
	} else {
		at = c;
		if (!mcw_go_behind(&at, " on "))
			return;
		mcw_copy_until(text, sizeof(text), &at, "(");
	}
	mcw_facts_add(f, MCW_FACT_DIMM, text, strlen(text));
}

/* "1 CE memory read error on ", "UE page ..." */
static bool kind_read(struct mcw_console_record *r, struct mcw_cursor *c)
{
	char text[MCW_FACT_VALUE_BYTES], count[24];
	struct mcw_cursor at = *c, words;
	__u64 number;

	if (mcw_take_number(&at, 10, ~0U, &number) && mcw_take(&at, " ")) {
		mcw_copy_until(count, sizeof(count), c, " ");
	} else {
		at = *c;
		count[0] = '\0';
	}
	words = at;
	if (mcw_take(&at, "CE"))
		mcw_facts_add(&r->facts, MCW_FACT_SEVERITY, "corrected", 9);
	else if (mcw_take(&at, "UE"))
		mcw_facts_add(&r->facts, MCW_FACT_SEVERITY, "uncorrected", 11);
	else
		return false;
	if (at.at < at.end && *at.at != ' ')
		return false;
	mcw_facts_add(&r->facts, MCW_FACT_COUNT, count, strlen(count));
	*c = at;
	if (mcw_go_to(&at, " on "))
		at.end = at.at;
	else
		at.end = c->at;
	at.at = words.at;
	mcw_copy_until(text, sizeof(text), &at, "(");
	mcw_facts_add(&r->facts, MCW_FACT_ERROR, text, strlen(text));
	return true;
}

/* "EDAC MC2: ", or with the name of a driver. */
static bool take_edac(struct mcw_cursor *c, char *driver, size_t size, char *controller,
		      size_t controller_size)
{
	driver[0] = '\0';
	if (!mcw_take(c, "EDAC "))
		return false;
	if (!mcw_take(c, "MC")) {
		mcw_copy_until(driver, size, c, " ");
		if (!mcw_go_behind(c, " MC"))
			return false;
	}
	mcw_copy_until(controller, controller_size, c, ": ");
	return mcw_go_behind(c, ": ");
}

/* "CE ERROR_ADDRESS= 0xf075b2410" of amd64_edac. */
static bool amd64_address(struct mcw_console_record *r, struct mcw_cursor c)
{
	__u64 addr;

	struct mcw_cursor at = c;

	/* sb_edac of 3.x: "addr = 0x1faa08040 =>" */
	if (!mcw_go_behind(&c, "ERROR_ADDRESS=")) {
		c = at;
		if (!mcw_go_behind(&c, ", addr = "))
			return false;
	}
	mcw_take_blanks(&c);
	if (!mcw_take_hex(&c, &addr))
		return false;
	mcw_record_addr(r, addr);
	return true;
}

bool mcw_edac_read(struct mcw_console *c, const struct mcw_message *m)
{
	struct mcw_cursor at = { m->text, m->text + m->length };
	char driver[20], controller[12], source[40] = "EDAC ";
	struct mcw_console_record *r;
	bool known;

	if (!take_edac(&at, driver, sizeof(driver), controller, sizeof(controller)))
		return false;
	mcw_block_drop(c, MCW_PRINTER_EDAC_TEXT);
	r = mcw_block(c, MCW_PRINTER_EDAC_TEXT, m);
	known = amd64_address(r, at);
	if (!kind_read(r, &at) && !known) {
		mcw_block_drop(c, MCW_PRINTER_EDAC_TEXT);
		return false;
	}
	if (driver[0]) {
		memcpy(source + 5, driver, sizeof(driver));
	} else {
		memcpy(source + 5, "MC", 2);
		memcpy(source + 7, controller, sizeof(controller));
	}
	mcw_facts_add(&r->facts, MCW_FACT_SOURCE, source, strlen(source));
	label_read(&r->facts, at);
	mcw_edac_places_read(&r->facts, at);
	if (mcw_event_lacks(&r->event, MCW_ABSENT_ADDR))
		address_read(r);
	mcw_block_end(c, MCW_PRINTER_EDAC_TEXT);
	return true;
}
