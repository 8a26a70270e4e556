// SPDX-License-Identifier: GPL-2.0
/*
 * The text of mcelog: of its daemon, in its own log or the system's, and of mcelog --ascii.
 *
 * A record is a block of lines. Nothing on the first ones tells where a block ends, so it does at
 * the line with the CPU's model, or where the next begins. Of a log that runs backwards, that line
 * comes first and ends nothing; "Hardware event", or the number of the record, does then.
 */
#include <string.h>

#include "klog/readers.h"

#define FORM MCW_PRINTER_MCELOG

/* What mcelog prints for every record, and what only says a register's bit in words. */
static const char known_words[] =
	"MCG status:|MCi status:|Corrected error|Uncorrected error|Error enabled|"
	"MCi_MISC register valid|MCi_ADDR register valid|Processor context corrupt|"
	"Error overflow|MCA: |Transaction: |SRAR|SRAO|UCNA|not finished?|"
	"This is not a software|Please contact|Hardware event|Threshold based|"
	"Large number of|Machine check not valid|Run the above|Fallback |Only decoding|"
	"Running trigger|Warning|BANK ";

/* Words and their registers, on any line, in any order. */
static void registers_read(struct mcw_console_record *r, struct mcw_cursor c)
{
	__u64 *const regs[] = { &r->event.regs.tsc, &r->event.regs.synd, &r->event.regs.ipid,
				&r->event.regs.ppin };
	static const struct {
		const char *name;
		__u32 absent;
	} names[] = { { "TSC ", MCW_ABSENT_TSC },
		      { "SYND ", MCW_ABSENT_SYND },
		      { "IPID ", MCW_ABSENT_IPID },
		      { "PPIN ", MCW_ABSENT_PPIN } };
	__u64 value;

	while (c.at < c.end) {
		mcw_take_blanks(&c);
		for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
			if (mcw_take(&c, names[i].name) && mcw_take_hex(&c, regs[i]))
				mcw_event_has(&r->event, names[i].absent);
		}
		if (mcw_take(&c, "MISC ") && mcw_take_hex(&c, &value))
			mcw_record_misc(r, value);
		else if (mcw_take(&c, "ADDR ") && mcw_take_hex(&c, &value))
			mcw_record_addr(r, value);
		while (c.at < c.end && *c.at != ' ')
			c.at++;
	}
}

/* "CPU 8 BANK 5 TSC ...", "CPU 0 4 northbridge TSC ..." of the first versions. */
static bool head_read(struct mcw_console *c, const struct mcw_message *m, struct mcw_cursor at)
{
	struct mcw_console_record *r;
	__u32 cpu;
	__u8 bank;

	if (!mcw_take(&at, "CPU ") || !mcw_take_u32(&at, 10, &cpu) || !mcw_take(&at, " "))
		return false;
	if (mcw_take(&at, "THERMAL EVENT")) {
		mcw_block_drop(c, FORM);
		c->note(c->arg, m->line, MCW_FACT_ACTION,
			"a thermal event of a CPU, as mcelog prints it: no machine check");
		return true;
	}
	mcw_take(&at, "BANK ");
	if (!mcw_take_u8(&at, 10, &bank) || (at.at < at.end && *at.at != ' '))
		return false;
	/* The one before lost its end. */
	if (mcw_block_is_open(c, FORM) &&
	    !mcw_event_lacks(&mcw_block(c, FORM, m)->event, MCW_ABSENT_BANK))
		mcw_block_end(c, FORM);
	r = mcw_block(c, FORM, m);
	mcw_record_cpu(r, cpu);
	mcw_record_bank(r, bank);
	registers_read(r, at);
	return true;
}

static bool status_read(struct mcw_console_record *r, struct mcw_cursor c)
{
	unsigned int digits;
	__u64 status;

	if (!mcw_take(&c, "STATUS ") || !mcw_take_hex_digits(&c, &status, &digits))
		return false;
	mcw_record_status(r, status, status ? digits : 16);
	if (mcw_take(&c, " MCGSTATUS ") && mcw_take_hex(&c, &r->event.regs.mcgstatus))
		mcw_event_has(&r->event, MCW_ABSENT_MCGSTATUS);
	return true;
}

static bool mcgcap_read(struct mcw_console_record *r, struct mcw_cursor c)
{
	if (!mcw_take(&c, "MCGCAP ") || !mcw_take_hex(&c, &r->event.regs.mcgcap))
		return false;
	mcw_event_has(&r->event, MCW_ABSENT_MCGCAP);
	if (mcw_take(&c, " APICID ") && mcw_take_u32(&c, 16, &r->event.regs.apicid))
		mcw_event_has(&r->event, MCW_ABSENT_APIC);
	if (mcw_take(&c, " SOCKETID ") && mcw_take_u32(&c, 16, &r->event.regs.socketid))
		mcw_event_has(&r->event, MCW_ABSENT_SOCKET);
	return true;
}

static bool rip_read(struct mcw_console_record *r, struct mcw_cursor c)
{
	if (!mcw_take(&c, "RIP"))
		return false;
	mcw_take(&c, " !INEXACT!");
	if (!mcw_take(&c, " ") || !mcw_take_u8(&c, 16, &r->event.regs.cs) || !mcw_take(&c, ":"))
		return false;
	mcw_take(&c, "<");
	if (!mcw_take_hex(&c, &r->event.regs.ip))
		return false;
	mcw_event_has(&r->event, MCW_ABSENT_CS | MCW_ABSENT_IP);
	r->said |= MCW_SAID_RIP;
	return true;
}

static bool model_read(struct mcw_console_record *r, struct mcw_cursor c)
{
	__u32 family, model, stepping = 0;
	__u8 vendor;

	if (!mcw_take(&c, "CPUID Vendor ") || !mcw_take_vendor(&c, &vendor))
		return false;
	if (mcw_take(&c, " Family ") && mcw_take_u32(&c, 10, &family) && mcw_take(&c, " Model ") &&
	    mcw_take_u32(&c, 10, &model)) {
		if (mcw_take(&c, " Step "))
			mcw_take_u32(&c, 10, &stepping);
		mcw_record_cpuid(r, vendor, mcw_signature(family, model, stepping));
	}
	return true;
}

static bool line_read(struct mcw_console_record *r, struct mcw_cursor c)
{
	struct mcw_cursor at = c;

	if (mcw_take(&at, "TIME ") && mcw_take_number(&at, 10, ~0ULL, &r->event.regs.time)) {
		mcw_event_has(&r->event, MCW_ABSENT_TIME);
		return true;
	}
	at = c;
	if (mcw_take(&at, "MICROCODE ") && mcw_take_u32(&at, 16, &r->event.regs.microcode)) {
		mcw_event_has(&r->event, MCW_ABSENT_MICROCODE);
		return true;
	}
	return status_read(r, c) || mcgcap_read(r, c) || rip_read(r, c);
}

static bool is_register_line(struct mcw_cursor c)
{
	return mcw_take_one_of(&c, "MISC |ADDR |TSC |PPIN |SYND |IPID ");
}

/* "bank: 0x2 bankgroup: 0x1 row: 0x402c3 column: 0x1f0", "Memory DIMM ID of error: 2" */
static void place_read(struct mcw_facts *f, struct mcw_cursor c)
{
	static const struct {
		const char *name;
		enum mcw_fact key;
	} names[] = {
		{ "bankgroup: ", MCW_FACT_BANK_GROUP },
		{ "bank: ", MCW_FACT_BANK },
		{ "row: ", MCW_FACT_ROW },
		{ "column: ", MCW_FACT_COLUMN },
		{ "subrank: ", MCW_FACT_DETAIL },
		{ "rank: ", MCW_FACT_RANK },
		{ "Memory DIMM ID of error: ", MCW_FACT_DIMM },
		{ "Memory channel ID of error: ", MCW_FACT_CHANNEL },
		{ "Memory ECC syndrome: ", MCW_FACT_SYNDROME },
		{ "Device Locator: ", MCW_FACT_DIMM },
		{ "Bank Locator: ", MCW_FACT_DIMM },
	};
	bool found = false;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct mcw_cursor at = c;
		const char *begin;
		size_t length = 0;

		if (!mcw_go_behind(&at, names[i].name))
			continue;
		begin = at.at - strlen(names[i].name);
		if (begin > c.at && begin[-1] != ' ')
			continue;
		while (length < mcw_left(&at) &&
		       (at.at[length] != ' ' || names[i].key == MCW_FACT_DIMM))
			length++;
		mcw_facts_add(f, names[i].key, at.at, length);
		found = true;
	}
	if (!found && !mcw_take_one_of(&c, known_words))
		mcw_facts_add(f, MCW_FACT_DETAIL, c.at, mcw_left(&c));
}

/* Whether the block began with what is at its end: the log runs backwards. */
static bool is_backwards(const struct mcw_console_record *r)
{
	return mcw_event_lacks(&r->event, MCW_ABSENT_BANK) &&
	       !mcw_event_lacks(&r->event, MCW_ABSENT_STATUS);
}

static bool begins(struct mcw_cursor c)
{
	__u64 number;

	return (mcw_take(&c, "MCE ") && mcw_take_number(&c, 10, ~0U, &number) &&
		(c.at == c.end || *c.at == ' ')) ||
	       mcw_take(&c, "Hardware event. This is not") ||
	       mcw_take(&c, "HARDWARE ERROR. This is *NOT*");
}

static bool block_read(struct mcw_console *c, const struct mcw_message *m, struct mcw_cursor at)
{
	struct mcw_console_record *r = mcw_block(c, FORM, m);

	if (model_read(r, at)) {
		r->said |= MCW_SAID_CPUID;
		/* Backwards, it is the first line. */
		if (!mcw_event_lacks(&r->event, MCW_ABSENT_BANK))
			mcw_block_end(c, FORM);
		return true;
	}
	if (line_read(r, at))
		return true;
	if (is_register_line(at)) {
		registers_read(r, at);
		return true;
	}
	/* Words in which mcelog says what it decoded, up to where another program speaks. */
	if (mcw_event_lacks(&r->event, MCW_ABSENT_BANK) || !mcw_left(&at))
		return false;
	if (m->program[0] && strcmp(m->program, "mcelog"))
		return false;
	if (m->line > r->last_line + 2)
		return false;
	place_read(&r->facts, at);
	return true;
}

static bool is_tail(struct mcw_cursor at)
{
	struct mcw_cursor c = at;

	if (mcw_take(&c, "CPUID Vendor "))
		return true;
	c = at;
	return mcw_take(&c, "STATUS ") && mcw_go_behind(&c, " MCGSTATUS ");
}

bool mcw_mcelog_read(struct mcw_console *c, const struct mcw_message *m)
{
	struct mcw_cursor at = { m->text, m->text + m->length };

	while (at.end > at.at && at.end[-1] == ' ')
		at.end--;
	if (begins(at)) {
		/* Forwards, an open one lost its end; backwards, this is its end. */
		if (mcw_block_is_open(c, FORM)) {
			struct mcw_console_record *r = mcw_block(c, FORM, m);

			if (!mcw_event_lacks(&r->event, MCW_ABSENT_STATUS) || is_backwards(r))
				mcw_block_end(c, FORM);
		}
		mcw_block(c, FORM, m)->last_line = m->line;
		return true;
	}
	if (head_read(c, m, at)) {
		mcw_block(c, FORM, m)->last_line = m->line;
		return true;
	}
	if (!mcw_block_is_open(c, FORM) && !is_tail(at))
		return false;
	if (!block_read(c, m, at))
		return false;
	if (mcw_block_is_open(c, FORM))
		mcw_block(c, FORM, m)->last_line = m->line;
	return true;
}

bool mcw_mcelog_registers_read(struct mcw_console *c, const struct mcw_message *m)
{
	struct mcw_cursor at = { m->text, m->text + m->length };

	return mcw_block_is_open(c, FORM) && strcmp(m->program, "kernel") && is_register_line(at) &&
	       mcw_mcelog_read(c, m);
}
