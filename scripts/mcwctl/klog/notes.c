// SPDX-License-Identifier: GPL-2.0
/*
 * What a log says of machine checks without a record: that some were logged, what was done, and
 * lines that look like a machine check and that no reader knew.
 */
#define _GNU_SOURCE
#include <string.h>

#include "klog/readers.h"

/* A record so near to "events logged" is one of those. */
#define NEAR_LINES 12
#define NEAR_US 1500000

/* Messages that are no error, or say nothing that a record does not say. */
static const char harmless[] =
	"CPU supports | MCE banks|Run the above through|In-kernel MCE decoding|"
	"no action required|System Fatal error|Uncorrected, software |"
	"Machine check events|HANDLING MCE MEMORY|HANDLING IBECC|This is not a software|"
	"Fatal error|Machine check poll|Disabling lock debugging|"
	"Machine Check Exception Logging|Uncorrected error|Uncorrected hardware error|"
	"machine check events logged|mce: using |MCE records summary|MCE events|"
	"mce: Intel|mce: Unable|Exception Handler|Architecture events logged|"
	"Dazed and confused|Hardware error from APEI|mce: Machine check injector|"
	"Using mcelog";

static const char suspicious[] =
	"[Hardware Error]|Machine Check|machine check|Machine check|MCi_STATUS|MC_STATUS|"
	"_STATUS[|mce: |MCE |MCA: |MCGSTATUS|mcgstatus";

/* Registers look like this. */
static bool has_long_number(const struct mcw_message *m)
{
	unsigned int digits = 0;

	for (size_t i = 0; i < m->length; i++) {
		digits = mcw_digit_of(m->text[i]) < 16 ? digits + 1 : 0;
		if (digits >= 12)
			return true;
	}
	return false;
}

static bool note(struct mcw_console *c, const struct mcw_message *m, enum mcw_fact key,
		 const char *from)
{
	const char *at = memmem(m->text, m->length, from, strlen(from));
	char text[MCW_NOTE_BYTES];

	if (!at)
		return false;
	mcw_copy_text(text, sizeof(text), at, m->text + m->length - at);
	c->note(c->arg, m->line, key, text);
	return true;
}

static bool events_logged(struct mcw_console *c, const struct mcw_message *m)
{
	if (!memmem(m->text, m->length, "achine check events logged", 26))
		return false;
	c->logged.all++;
	if (c->logged.record_line && m->line <= c->logged.record_line + NEAR_LINES &&
	    (!m->stamped || !c->logged.record_stamped ||
	     m->stamp_us <= c->logged.record_us + NEAR_US))
		return true;
	if (!c->logged.events++) {
		c->logged.line = m->line;
		c->logged.first_us = m->stamp_us;
	}
	c->logged.before_last_us = c->logged.last_us;
	c->logged.last_us = m->stamp_us;
	c->logged.stamped = m->stamped;
	c->logged.last_line = m->line;
	c->logged.waits = true;
	return true;
}

void mcw_notes_record(struct mcw_console *c, const struct mcw_console_record *r)
{
	c->logged.record_line = r->last_line;
	c->logged.record_stamped = r->stamped;
	c->logged.record_us = r->stamp_us;
	if (!c->logged.waits || r->line > c->logged.last_line + NEAR_LINES ||
	    (r->stamped && c->logged.stamped && r->stamp_us > c->logged.last_us + NEAR_US))
		return;
	c->logged.waits = false;
	c->logged.events--;
	c->logged.last_us = c->logged.before_last_us;
}

void mcw_notes_count(struct mcw_console *c, const char *text)
{
	c->logged.pages += !strncmp(text, "Memory failure: 0x", 18);
}

void mcw_notes_read(struct mcw_console *c, const struct mcw_message *m)
{
	static const struct {
		const char *words;
		enum mcw_fact key;
	} notes[] = {
		{ "Previous system reset reason", MCW_FACT_RESET_REASON },
		{ "CMCI storm detected", MCW_FACT_ACTION },
		{ "CMCI storm subsided", MCW_FACT_ACTION },
		{ "MCE: Killing ", MCW_FACT_PROCESS },
		{ "Killing process", MCW_FACT_PROCESS },
		{ "soft offline: 0x", MCW_FACT_PAGE_OFFLINED },
		{ "Soft offlining pfn 0x", MCW_FACT_PAGE_OFFLINED },
		{ "Offlining page ", MCW_FACT_PAGE_OFFLINED },
		{ "above trip temperature", MCW_FACT_ACTION },
		{ "Uncorrectable/unrecoverable machine check", MCW_FACT_DETAIL },
	};
	char text[MCW_NOTE_BYTES] = "not understood: ";
	size_t length = strlen(text);

	if (m->length < 8 || events_logged(c, m))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(notes); i++)
		if (note(c, m, notes[i].key, notes[i].words))
			return;
	if (!mcw_has_one_of(m->text, m->length, suspicious) ||
	    mcw_has_one_of(m->text, m->length, harmless))
		return;
	if (!memmem(m->text, m->length, "[Hardware Error]", 16) &&
	    !memmem(m->text, m->length, "achine Check Exc", 16) && !has_long_number(m))
		return;
	mcw_copy_text(text + length, sizeof(text) - length, m->text, m->length);
	c->logged.unknown++;
	c->note(c->arg, m->line, MCW_FACT_DETAIL, text);
}
