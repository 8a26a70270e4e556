// SPDX-License-Identifier: GPL-2.0
/*
 * One error is told once.
 *
 * Two records with a status are one error where bank, status, CPU, address and time agree, as far
 * as both know them, and different printers print them. Those of one printer are one error only
 * where its time-stamp counter says so; else the error came again. A record without registers, of
 * EDAC or the firmware, is joined by its address, or on AMD, where the registers have another
 * kind of address, by the lines around it.
 */
#include "klog/events.h"

#include <string.h>

#include "decode/absent.h"
#include "decode/decode.h"

#define PAGE_SHIFT 12
/* Printers of one error need that long at most, and so many lines. */
#define SAME_SECONDS 2
#define SAME_STAMP_US 1000000
#define LINES_BEFORE 8
#define LINES_AFTER 6

static bool both_have(const struct mcw_console_record *a, const struct mcw_console_record *b,
		      __u32 members)
{
	return !mcw_event_lacks(&a->event, members) && !mcw_event_lacks(&b->event, members);
}

static bool has_status(const struct mcw_console_record *r)
{
	return !mcw_event_lacks(&r->event, MCW_ABSENT_STATUS);
}

static bool differ(__u64 a, __u64 b, bool known)
{
	return known && a != b;
}

/* All that both know of the error is the same, but for when it was. */
static bool same_registers(const struct mcw_console_record *a, const struct mcw_console_record *b)
{
	const struct mcw_regs *x = &a->event.regs, *y = &b->event.regs;

	return x->status == y->status &&
	       !differ(x->bank, y->bank, both_have(a, b, MCW_ABSENT_BANK)) &&
	       !differ(x->extcpu, y->extcpu, both_have(a, b, MCW_ABSENT_CPU)) &&
	       !differ(x->addr, y->addr, both_have(a, b, MCW_ABSENT_ADDR)) &&
	       !differ(x->misc, y->misc, both_have(a, b, MCW_ABSENT_MISC)) &&
	       !differ(x->ipid, y->ipid, both_have(a, b, MCW_ABSENT_IPID)) &&
	       !differ(x->synd, y->synd, both_have(a, b, MCW_ABSENT_SYND)) &&
	       !differ(x->apicid, y->apicid, both_have(a, b, MCW_ABSENT_APIC)) &&
	       !differ(x->socketid, y->socketid, both_have(a, b, MCW_ABSENT_SOCKET));
}

static bool same_time(const struct mcw_console_record *a, const struct mcw_console_record *b)
{
	const struct mcw_regs *x = &a->event.regs, *y = &b->event.regs;

	if (both_have(a, b, MCW_ABSENT_TSC) && x->tsc && y->tsc)
		return x->tsc == y->tsc;
	if (both_have(a, b, MCW_ABSENT_TIME) && x->time && y->time)
		return x->time <= y->time + SAME_SECONDS && y->time <= x->time + SAME_SECONDS;
	return true;
}

/* Printed twice by the same printer: a log that two loggers wrote. */
static bool same_print(const struct mcw_console_record *a, const struct mcw_console_record *b)
{
	return both_have(a, b, MCW_ABSENT_TSC) && a->event.regs.tsc &&
	       a->event.regs.tsc == b->event.regs.tsc;
}

static bool near_lines(const struct mcw_console_record *with, const struct mcw_console_record *of)
{
	return of->line + LINES_BEFORE >= with->line && of->line <= with->last_line + LINES_AFTER;
}

static bool near_stamps(const struct mcw_console_record *a, const struct mcw_console_record *b)
{
	return !a->stamped || !b->stamped ||
	       (a->stamp_us <= b->stamp_us + SAME_STAMP_US &&
		b->stamp_us <= a->stamp_us + SAME_STAMP_US);
}

/* with has registers, and the other, of a form that never has them, tells of the same error. */
static bool tells_of(const struct mcw_console_record *with, const struct mcw_console_record *of)
{
	__u64 a = with->event.regs.addr, b = of->event.regs.addr;

	if (of->torn || with->told & 1U << of->printer)
		return false;
	if (both_have(with, of, MCW_ABSENT_ADDR) && a && b) {
		if (a == b ||
		    (of->printer == MCW_PRINTER_CPER && a >> PAGE_SHIFT == b >> PAGE_SHIFT))
			return true;
		if (!mcw_vendor_is_amd(with->event.regs.cpuvendor))
			return false;
	}
	return of->printer == MCW_PRINTER_EDAC_TEXT && near_lines(with, of) &&
	       near_stamps(with, of);
}

/* Neither has registers: EDAC's two lines about one error. */
static bool same_words(const struct mcw_console_record *a, const struct mcw_console_record *b)
{
	return a->printer == b->printer && a->printer == MCW_PRINTER_EDAC_TEXT &&
	       both_have(a, b, MCW_ABSENT_ADDR) && a->event.regs.addr == b->event.regs.addr &&
	       near_lines(a, b) &&
	       (!mcw_facts_find(&a->facts, MCW_FACT_ERROR) ||
		!mcw_facts_find(&b->facts, MCW_FACT_ERROR));
}

/* The same words again, but for when: of forms without registers. */
static bool words_again(const struct mcw_console_record *a, const struct mcw_console_record *b)
{
	return a->printer == b->printer && !a->torn && !b->torn &&
	       a->event.absent == b->event.absent && a->event.regs.addr == b->event.regs.addr &&
	       a->facts.used == b->facts.used &&
	       !memcmp(a->facts.bytes, b->facts.bytes, a->facts.used);
}

static bool same_error(const struct mcw_console_record *a, const struct mcw_console_record *b)
{
	if (a->mixed || b->mixed || a->printer == MCW_PRINTER_NOTE)
		return false;
	if (has_status(a) && has_status(b))
		return same_registers(a, b) && same_time(a, b) &&
		       (!(a->told & b->told) || same_print(a, b));
	if (has_status(a))
		return tells_of(a, b);
	if (has_status(b))
		return tells_of(b, a);
	return same_words(a, b);
}

static bool came_again(const struct mcw_console_record *a, const struct mcw_console_record *b)
{
	if (a->mixed || b->mixed)
		return false;
	if (has_status(a) && has_status(b))
		return a->printer == b->printer && same_registers(a, b) &&
		       a->event.absent == b->event.absent;
	return !has_status(a) && !has_status(b) && words_again(a, b);
}

/* The boot that an error ended is over when its record comes from the firmware. */
static void previous_boot_note(struct mcw_console_record *to, const struct mcw_console_record *from)
{
	static const char text[] =
		"this ended the previous boot: the firmware told of it again in the next one";

	if (from->printer == MCW_PRINTER_CPER &&
	    (from->previous_boot ||
	     (to->stamped && from->stamped && from->stamp_us < to->stamp_us)))
		mcw_facts_add(&to->facts, MCW_FACT_ACTION, text, sizeof(text) - 1);
}

static void join(struct mcw_console_record *to, const struct mcw_console_record *from)
{
	struct mcw_event event = from->event;

	if (has_status(from) && has_status(to)) {
		mcw_event_merge(&event, &to->event);
		event.source = to->event.source ? to->event.source : from->event.source;
		event.cpu_caps |= to->event.cpu_caps;
		to->event = event;
	} else if (has_status(from)) {
		to->event = from->event;
		to->printer = from->printer;
		to->said = from->said;
		to->stamped = from->stamped;
		to->stamp_us = from->stamp_us;
	}
	if (!to->symbol[0])
		memcpy(to->symbol, from->symbol, sizeof(to->symbol));
	if (from->told & 1U << MCW_PRINTER_MCEWARDEN)
		to->captured = from->captured;
	mcw_facts_merge(&to->facts, &from->facts);
	previous_boot_note(to, from);
	to->told |= from->told;
	if (from->line < to->line)
		to->line = from->line;
	if (from->last_line > to->last_line)
		to->last_line = from->last_line;
}

static size_t slot_number(const struct mcw_events *e, size_t i)
{
	return (e->first + i) % MCW_EVENTS_WINDOW;
}

static struct mcw_console_record *slot(struct mcw_events *e, size_t i)
{
	return &e->window[slot_number(e, i)];
}

/* Behind any change of it. */
static void status_keep(struct mcw_events *e, const struct mcw_console_record *r)
{
	e->statuses[r - e->window] = has_status(r) ? r->event.regs.status : 0;
}

/* The record in slot i that is like no other one is known without a look at all of it. */
static struct mcw_console_record *slot_like(struct mcw_events *e, size_t i, __u64 status)
{
	__u64 have = e->statuses[slot_number(e, i)];
	struct mcw_console_record *r = slot(e, i);

	if (have && status && have != status)
		return NULL;
	return r->printer == MCW_PRINTER_NOTE ? NULL : r;
}

static void oldest_out(struct mcw_events *e)
{
	e->event(e->arg, slot(e, 0));
	e->first = (e->first + 1) % MCW_EVENTS_WINDOW;
	e->count--;
}

static void append(struct mcw_events *e, const struct mcw_console_record *r)
{
	if (e->count == MCW_EVENTS_WINDOW)
		oldest_out(e);
	*slot(e, e->count) = *r;
	status_keep(e, slot(e, e->count++));
}

/* Found by the first poll of a boot, or kept by the firmware: it was there before the restart. */
static bool is_of_previous_boot(const struct mcw_console_record *r)
{
	const __u64 fatal = MCW_STATUS_VAL | MCW_STATUS_UC | MCW_STATUS_PCC;

	if (r->previous_boot)
		return true;
	return has_status(r) && (r->event.regs.status & fatal) == fatal && !r->event.regs.tsc &&
	       r->event.source == MCW_SOURCE_POLL && !mcw_event_lacks(&r->event, MCW_ABSENT_TSC);
}

/* The processor's reset reason tells of that error too. Return: whether it was joined. */
static bool reset_reason_join(struct mcw_events *e, const struct mcw_console_record *r)
{
	static const char text[] = "this ended the previous boot, as the reset reason says";

	for (size_t i = e->count; i-- > 0;) {
		struct mcw_console_record *have = slot(e, i);
		struct mcw_facts facts = have->facts;
		const char *reason = mcw_facts_find(&facts, MCW_FACT_RESET_REASON);

		/* Of another reason, as a reset by software, it does not say so. */
		if (have->printer != MCW_PRINTER_NOTE || have->repeats || !reason ||
		    !strstr(reason, "sync flood"))
			continue;
		*have = *r;
		mcw_facts_merge(&have->facts, &facts);
		mcw_facts_add(&have->facts, MCW_FACT_ACTION, text, sizeof(text) - 1);
		status_keep(e, have);
		return true;
	}
	return false;
}

/* The youngest first: it is the likeliest. */
void mcw_events_record(struct mcw_events *e, const struct mcw_console_record *r)
{
	__u64 status = has_status(r) ? r->event.regs.status : 0;

	for (size_t i = e->count; i-- > 0;) {
		struct mcw_console_record *have = slot_like(e, i, status);

		if (have && same_error(have, r)) {
			join(have, r);
			status_keep(e, have);
			return;
		}
	}
	for (size_t i = e->count; i-- > 0;) {
		struct mcw_console_record *have = slot_like(e, i, status);

		if (have && came_again(have, r)) {
			have->repeats++;
			have->repeat_line = r->line;
			have->repeat_time = r->event.regs.time;
			mcw_facts_merge(&have->facts, &r->facts);
			return;
		}
	}
	if (!is_of_previous_boot(r) || !reset_reason_join(e, r))
		append(e, r);
}

void mcw_events_note(struct mcw_events *e, unsigned long line, enum mcw_fact key, const char *text)
{
	struct mcw_console_record r = {
		.printer = MCW_PRINTER_NOTE,
		.line = line,
		.last_line = line,
		.event.absent = MCW_ABSENT_ALL,
	};

	mcw_facts_add(&r.facts, key, text, strlen(text));
	if (!r.facts.used)
		return;
	for (size_t i = e->count; i-- > 0;) {
		struct mcw_console_record *have = slot(e, i);

		if (have->printer == MCW_PRINTER_NOTE && have->facts.used == r.facts.used &&
		    !memcmp(have->facts.bytes, r.facts.bytes, r.facts.used)) {
			have->repeats++;
			have->repeat_line = line;
			return;
		}
	}
	append(e, &r);
}

void mcw_events_begin(struct mcw_events *e,
		      void (*event)(void *arg, const struct mcw_console_record *r), void *arg)
{
	e->event = event;
	e->arg = arg;
	e->count = 0;
	e->first = 0;
}

void mcw_events_end(struct mcw_events *e)
{
	while (e->count)
		oldest_out(e);
}
