// SPDX-License-Identifier: GPL-2.0
/*
 * What mcelog's daemon has counted, as mcelog --client prints it: by memory module, and by page.
 *
 *	SOCKET 1 CHANNEL 2 DIMM 0
 *	DMI_NAME "LABEL" DMI_LOCATION "NODE 2 CHANNEL 2 DIMM 0"
 *	corrected memory errors:
 *		5 total
 *		2 in 24h
 *	uncorrected memory errors:
 *		...
 *	Per page corrected memory statistics:
 *	12345000: total 3 seen "2 in 24h" online
 *
 * The block keeps what is said of the module. Each count above 0 is a record.
 */
#include <string.h>

#include "klog/readers.h"

#define FORM MCW_PRINTER_MCELOG_CLIENT

static void fact_add(struct mcw_facts *f, enum mcw_fact key, const struct mcw_cursor *c,
		     const char *stops)
{
	char text[MCW_FACT_VALUE_BYTES];

	mcw_copy_until(text, sizeof(text), c, stops);
	if (text[0] && strcmp(text, "any"))
		mcw_facts_add(f, key, text, strlen(text));
}

/* "SOCKET 1 CHANNEL 2 DIMM any" */
static bool module_read(struct mcw_console *c, const struct mcw_message *m, struct mcw_cursor at)
{
	struct mcw_cursor socket, channel, slot;
	struct mcw_console_record *r;

	if (!mcw_take(&at, "SOCKET "))
		return false;
	socket = at;
	if (!mcw_go_behind(&at, " CHANNEL "))
		return false;
	channel = at;
	if (!mcw_go_behind(&at, " DIMM "))
		return false;
	slot = at;
	mcw_block_drop(c, FORM);
	r = mcw_block(c, FORM, m);
	fact_add(&r->facts, MCW_FACT_SOCKET, &socket, " ");
	fact_add(&r->facts, MCW_FACT_CHANNEL, &channel, " ");
	fact_add(&r->facts, MCW_FACT_SLOT, &slot, " ");
	return true;
}

static void record_end(struct mcw_console *c, const char *severity, const struct mcw_cursor *count)
{
	struct mcw_console_record *r = &c->blocks[FORM];

	if (severity)
		mcw_facts_add(&r->facts, MCW_FACT_SEVERITY, severity, strlen(severity));
	fact_add(&r->facts, MCW_FACT_COUNT, count, " ");
	mcw_block_end(c, FORM);
}

/* "5 total": what was said of the module is kept for the next count. */
static bool count_read(struct mcw_console *c, const struct mcw_message *m, struct mcw_cursor at)
{
	struct mcw_console_record *r = &c->blocks[FORM];
	const struct mcw_facts module = r->facts;
	const struct mcw_cursor count = at;
	bool uncorrected = r->uncorrected;
	__u64 number;

	if (!mcw_take_number(&at, 10, ~0ULL, &number))
		return false;
	if (mcw_take(&at, " in "))
		return true;
	if (!mcw_take(&at, " total"))
		return false;
	if (!number)
		return true;
	record_end(c, uncorrected ? "uncorrected" : "corrected", &count);
	r = mcw_block(c, FORM, m);
	r->facts = module;
	return true;
}

/* Lines that belong to the module of the block. */
static bool more_read(struct mcw_console *c, const struct mcw_message *m, struct mcw_cursor at)
{
	struct mcw_console_record *r = &c->blocks[FORM];

	if (!mcw_block_is_open(c, FORM))
		return false;
	if (mcw_take(&at, "DMI_NAME \"")) {
		fact_add(&r->facts, MCW_FACT_DIMM, &at, "\"");
		return true;
	}
	if (mcw_take_one_of(&at, "corrected memory errors:|uncorrected memory errors:")) {
		r->uncorrected = m->text[0] == 'u';
		return true;
	}
	mcw_take_blanks(&at);
	return count_read(c, m, at);
}

/* "12345000: total 3 seen "2 in 24h" online" */
static bool page_read(struct mcw_console *c, const struct mcw_message *m, struct mcw_cursor at)
{
	struct mcw_console_record *r;
	struct mcw_cursor count;
	__u64 address;

	if (!mcw_take_hex(&at, &address) || !mcw_take(&at, ": total "))
		return false;
	count = at;
	if (!mcw_go_behind(&at, " seen \"") || !mcw_go_behind(&at, "\" "))
		return false;
	mcw_block_drop(c, FORM);
	r = mcw_block(c, FORM, m);
	mcw_record_addr(r, address);
	if (mcw_take(&at, "offline"))
		mcw_facts_add(&r->facts, MCW_FACT_ACTION, "page offline", strlen("page offline"));
	record_end(c, "corrected", &count);
	return true;
}

bool mcw_mcelog_client_read(struct mcw_console *c, const struct mcw_message *m)
{
	const struct mcw_cursor at = { m->text, m->text + m->length };

	return module_read(c, m, at) || more_read(c, m, at) || page_read(c, m, at);
}
