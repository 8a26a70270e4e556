// SPDX-License-Identifier: GPL-2.0
/*
 * The lines that the module leaves in the log when the kernel panics. An event and the lines about
 * it, which follow it, are one record here.
 */
#include "klog/panic_lines.h"

#include <stdio.h>
#include <string.h>

#include "decode/location.h"
#include "decode/outcome_words.h"
#include "klog/readers.h"

#define FORM MCW_PRINTER_MCEWARDEN
#define NAME "mcewarden: "
#define HW_ERR "[Hardware Error]: "

static bool take_which(struct mcw_cursor *c, struct mcw_panic_which *which)
{
	which->bank = mcw_take(c, "bank ");
	return (which->bank || mcw_take(c, "severe ")) &&
	       mcw_take_number(c, 10, ~0ULL, &which->number) &&
	       ((which->oldest = mcw_take(c, " oldest: ")) || mcw_take(c, ": "));
}

static bool take_type(struct mcw_cursor *c, __u8 *type)
{
	for (*type = MCW_EVENT; *type <= MCW_VICTIM; ++*type) {
		const char *name = mcw_panic_type_name(*type);

		if (name && mcw_take(c, name))
			return true;
	}
	return false;
}

static const struct mcw_panic_member *take_name(struct mcw_cursor *c, __u8 type)
{
	unsigned int count;
	const struct mcw_panic_member *members = mcw_panic_members(type, &count);

	for (unsigned int i = 0; i < count; i++) {
		struct mcw_cursor at = *c;

		if (mcw_take(&at, members[i].name) && mcw_take(&at, "=")) {
			*c = at;
			return &members[i];
		}
	}
	return NULL;
}

static __u64 largest(const struct mcw_panic_member *m)
{
	return ~0ULL >> (64 - 8 * m->bytes);
}

/* The machine is little-endian, as that of the module. */
static bool take_number(struct mcw_cursor *c, const struct mcw_panic_member *m, char *to)
{
	bool negative = m->form == MCW_PANIC_SIGNED && mcw_take(c, "-");
	__u64 value;

	if (!mcw_take_number(c, m->form == MCW_PANIC_HEX ? 16 : 10, largest(m), &value))
		return false;
	if (negative)
		value = -value;
	memcpy(to, &value, m->bytes);
	return true;
}

static bool take_text(struct mcw_cursor *c, const struct mcw_panic_member *m, char *to)
{
	size_t used = 0;

	if (!mcw_take(c, "\""))
		return false;
	while (c->at < c->end && *c->at != '"') {
		char byte = *c->at++;

		if (byte == '\\') {
			if (mcw_left(c) < 3 || !mcw_take(c, "x") || mcw_digit_of(c->at[0]) > 15 ||
			    mcw_digit_of(c->at[1]) > 15)
				return false;
			byte = mcw_digit_of(c->at[0]) << 4 | mcw_digit_of(c->at[1]);
			c->at += 2;
		}
		if (used == m->bytes)
			return false;
		to[used++] = byte;
	}
	return mcw_take(c, "\"");
}

/* Goes behind what is not known: a later module may have more members. */
static void pass_word(struct mcw_cursor *c)
{
	bool quoted = false;

	while (c->at < c->end && (quoted || *c->at != ' ')) {
		quoted ^= *c->at == '"';
		c->at++;
	}
}

static void take_members(struct mcw_cursor *c, struct mcw_panic_said *said)
{
	char value[sizeof(struct mcw_record)];

	while (mcw_take(c, " ")) {
		struct mcw_cursor at = *c;
		const struct mcw_panic_member *m = take_name(&at, said->record.head.type);

		if (mcw_take(c, &MCW_PANIC_END[1]) && !mcw_left(c)) {
			said->whole = true;
			return;
		}
		memset(value, 0, sizeof(value));
		if (m && (m->form == MCW_PANIC_TEXT ? take_text : take_number)(&at, m, value) &&
		    (!mcw_left(&at) || *at.at == ' ')) {
			/* A number that the line ends in may have lost digits. */
			if (!mcw_left(&at))
				return;
			memcpy((char *)&said->record + m->offset, value, m->bytes);
			said->absent &= ~m->absent;
		}
		pass_word(c);
	}
}

bool mcw_panic_said_read(struct mcw_panic_said *said, const char *text, size_t length)
{
	struct mcw_cursor c = { text, text + length };
	struct mcw_head *head = &said->record.head;

	memset(said, 0, sizeof(*said));
	said->absent = MCW_ABSENT_ALL;
	if (!mcw_take(&c, MCW_PANIC_MARK) || !take_which(&c, &said->which) ||
	    !take_type(&c, &head->type))
		return false;
	take_members(&c, said);
	if (head->type != MCW_EVENT)
		return true;
	head->pos = said->which.bank ? 0 : said->which.number;
	head->lane = MCW_LANE_SEVERE;
	if (said->whole)
		said->absent = said->record.event.absent;
	said->record.event.absent = said->absent;
	return true;
}

static void fact_add(struct mcw_console_record *r, enum mcw_fact key, const char *text)
{
	mcw_facts_add(&r->facts, key, text, strlen(text));
}

static void event_take(struct mcw_console *c, const struct mcw_message *m,
		       const struct mcw_panic_said *said)
{
	struct mcw_console_record *r;

	mcw_block_end(c, FORM);
	r = mcw_block(c, FORM, m);
	r->event = said->record.event;
	r->captured.load = said->which.bank ? 0 : c->panic.load;
	r->captured.head = said->record.head;
	r->captured.at_panic = said->which.bank;
	c->panic.which = said->which;
	memset(&c->panic.join, 0, sizeof(c->panic.join));
	if (said->which.bank)
		fact_add(r, MCW_FACT_PANIC,
			 "its registers were read at the panic, from a bank of the CPU that panicked");
	else if (said->which.oldest)
		fact_add(r, MCW_FACT_DETAIL, "the oldest one that nobody had read at the panic");
	if (!said->whole)
		fact_add(r, MCW_FACT_DETAIL, "its line is cut off");
}

static void outcome_add(struct mcw_console_record *r, const struct mcw_outcome *o)
{
	char text[MCW_TEXT_BYTES];

	fact_add(r, MCW_FACT_ACTION, mcw_outcome_what(o, text, sizeof(text)));
}

static void victim_add(struct mcw_console_record *r, const struct mcw_victim *v)
{
	char text[MCW_FACT_VALUE_BYTES];

	snprintf(text, sizeof(text), "%.16s[%u] got signal %u, code %d, for address 0x%llx",
		 v->comm, v->pid, v->signal, v->code, v->address);
	fact_add(r, MCW_FACT_PROCESS, text);
}

static void location_add(struct mcw_console *c, struct mcw_console_record *r,
			 const struct mcw_record *rec)
{
	struct mcw_location_whole whole;
	struct mcw_cursor words;
	char text[24];

	if (!mcw_location_take(&c->panic.join, rec, &whole))
		return;
	fact_add(r, MCW_FACT_DIMM, whole.label);
	if (rec->location.mc != 255) {
		snprintf(text, sizeof(text), "%u", rec->location.mc);
		fact_add(r, MCW_FACT_CONTROLLER, text);
	}
	words = (struct mcw_cursor){ whole.detail, whole.detail + strlen(whole.detail) };
	mcw_edac_places_read(&r->facts, words);
	fact_add(r, MCW_FACT_ERROR, whole.message);
}

/* About the event whose block is open; others have lost it, or the log runs backwards. */
static void related_take(struct mcw_console *c, const struct mcw_message *m,
			 const struct mcw_panic_said *said)
{
	struct mcw_console_record *r;

	if (!mcw_block_is_open(c, FORM) || said->which.bank != c->panic.which.bank ||
	    said->which.number != c->panic.which.number) {
		c->orphans++;
		return;
	}
	r = mcw_block(c, FORM, m);
	if (said->record.head.type == MCW_OUTCOME)
		outcome_add(r, &said->record.outcome);
	else if (said->record.head.type == MCW_VICTIM)
		victim_add(r, &said->record.victim);
	else
		location_add(c, r, &said->record);
}

/* What the first and the last line say of all. */
static void summary_take(struct mcw_console *c, const struct mcw_message *m, struct mcw_cursor at)
{
	struct mcw_cursor all = at;
	char text[MCW_NOTE_BYTES] = NAME;
	__u64 number;

	mcw_block_end(c, FORM);
	if (mcw_take(&at, MCW_PANIC_MARK "load ")) {
		if (!mcw_take_number(&at, 16, ~0ULL, &c->panic.load))
			c->panic.load = 0;
	} else if (mcw_take(&at, MCW_PANIC_MARK "end: 0 more are left out, and ") &&
		   mcw_take_number(&at, 10, ~0ULL, &number) && !number) {
		return;
	}
	mcw_copy_text(text + strlen(NAME), sizeof(text) - strlen(NAME), all.at, mcw_left(&all));
	c->note(c->arg, m->line, MCW_FACT_PANIC, text);
}

bool mcw_panic_lines_read(struct mcw_console *c, const struct mcw_message *m)
{
	struct mcw_cursor at = { m->text, m->text + m->length };
	struct mcw_panic_said said;
	struct mcw_cursor mark;

	if (!mcw_take(&at, NAME) && !mcw_go_behind(&at, NAME MCW_PANIC_MARK))
		return false;
	if (at.at != m->text + strlen(NAME))
		at.at -= strlen(MCW_PANIC_MARK);
	mcw_take(&at, HW_ERR);
	mark = at;
	if (!mcw_take(&mark, MCW_PANIC_MARK))
		return false;
	while (at.end > at.at && at.end[-1] == ' ')
		at.end--;
	if (!mcw_panic_said_read(&said, at.at, mcw_left(&at)))
		summary_take(c, m, at);
	else if (said.record.head.type == MCW_EVENT)
		event_take(c, m, &said);
	else
		related_take(c, m, &said);
	return true;
}
