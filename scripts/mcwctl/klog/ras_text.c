// SPDX-License-Identifier: GPL-2.0
/*
 * What rasdaemon and the tracepoint mc_event say of a memory module, without registers.
 *
 *	mc_event: 1 Corrected error: memory read error on LABEL (mc:0 location:0:0:-1 address:...)
 *	1 2020-01-05 12:00:00 -0500 1 Corrected error(s): memory read error at LABEL location: 0:0,
 *		addr 12345c80, grain 7, syndrome 0
 *	Corrected on DIMM Label(s): 'LABEL' location: 0:0:0:-1 errors: 5
 */
#include <string.h>

#include "klog/readers.h"

#define FORM MCW_PRINTER_RAS_TEXT

static bool take_severity(struct mcw_cursor *c, struct mcw_facts *f)
{
	static const char *const words[][2] = {
		{ "Corrected", "corrected" }, { "Uncorrected", "uncorrected" },
		{ "Deferred", "deferred" },   { "Fatal", "fatal" },
		{ "Info", "info" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (!mcw_take(c, words[i][0]))
			continue;
		mcw_facts_add(f, MCW_FACT_SEVERITY, words[i][1], strlen(words[i][1]));
		return true;
	}
	return false;
}

static void value_add(struct mcw_facts *f, enum mcw_fact key, struct mcw_cursor c,
		      const char *before, const char *stops)
{
	char text[MCW_FACT_VALUE_BYTES];

	if (!mcw_go_behind(&c, before))
		return;
	mcw_take(&c, ":");
	mcw_take_blanks(&c);
	mcw_copy_until(text, sizeof(text), &c, stops);
	mcw_facts_add(f, key, text, strlen(text));
}

/* Behind the severity: "error(s): WORDS at LABEL location: ...", "error: WORDS on LABEL (...)" */
static void rest_read(struct mcw_console_record *r, struct mcw_cursor c)
{
	struct mcw_cursor at = c;
	__u64 addr;
	bool found;

	value_add(&r->facts, MCW_FACT_ERROR, c, ": ", "(");
	at = c;
	if (mcw_go_behind(&at, "error(s): "))
		value_add(&r->facts, MCW_FACT_DIMM, at, " at ", ",(");
	else
		value_add(&r->facts, MCW_FACT_DIMM, c, " on ", "(");
	at = c;
	if (!mcw_go_behind(&at, " ("))
		mcw_go_behind(&at, " location:");
	mcw_edac_places_read(&r->facts, at);
	value_add(&r->facts, MCW_FACT_GRAIN, c, "grain", " ,)");
	value_add(&r->facts, MCW_FACT_SYNDROME, c, "syndrome", " ,)");
	at = c;
	found = mcw_go_behind(&at, "address:");
	if (!found) {
		at = c;
		found = mcw_go_behind(&at, ", addr ");
	}
	if (found) {
		mcw_take_blanks(&at);
		if (mcw_take_hex(&at, &addr) && addr)
			mcw_record_addr(r, addr);
	}
}

/* How many errors, or a date before that. */
static bool take_count(struct mcw_cursor *c, struct mcw_console_record *r)
{
	struct mcw_cursor at = *c, count;
	char text[24];
	__u64 number;

	mcw_rasdaemon_time_take(r, &at);
	mcw_take_blanks(&at);
	count = at;
	if (!mcw_take_number(&at, 10, ~0U, &number) || !mcw_take(&at, " "))
		return false;
	mcw_copy_until(text, sizeof(text), &count, " ");
	mcw_facts_add(&r->facts, MCW_FACT_COUNT, text, strlen(text));
	*c = at;
	return true;
}

static bool summary_read(struct mcw_console_record *r, struct mcw_cursor c)
{
	if (!take_severity(&c, &r->facts) || !mcw_take(&c, " on DIMM Label(s): '"))
		return false;
	value_add(&r->facts, MCW_FACT_DIMM, c, "", "'");
	value_add(&r->facts, MCW_FACT_COUNT, c, "errors:", " ,");
	return true;
}

static bool event_read(struct mcw_console_record *r, struct mcw_cursor c)
{
	struct mcw_cursor at = c;
	__u64 number;

	if (mcw_go_behind(&at, "mc_event:")) {
		c = at;
	} else {
		/* the number of the row before the date */
		at = c;
		if (!mcw_take_number(&at, 10, ~0U, &number) || !mcw_take(&at, " ") ||
		    mcw_left(&at) < 26 || at.at[4] != '-')
			return false;
		c = at;
	}
	if (!take_count(&c, r) || !take_severity(&c, &r->facts) || !mcw_take(&c, " error"))
		return false;
	c.at -= 5;
	rest_read(r, c);
	return true;
}

bool mcw_ras_text_read(struct mcw_console *c, const struct mcw_message *m)
{
	struct mcw_cursor at = { m->text, m->text + m->length };
	struct mcw_console_record *r;

	if (!mcw_has_one_of(m->text, m->length, "mc_event:| error(s): | on DIMM Label(s): "))
		return false;
	mcw_block_drop(c, FORM);
	r = mcw_block(c, FORM, m);
	if (!summary_read(r, at)) {
		mcw_block_drop(c, FORM);
		r = mcw_block(c, FORM, m);
		if (!event_read(r, at)) {
			mcw_block_drop(c, FORM);
			return false;
		}
	}
	mcw_block_end(c, FORM);
	return true;
}
