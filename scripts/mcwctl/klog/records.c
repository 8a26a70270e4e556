// SPDX-License-Identifier: GPL-2.0
/*
 * Machine-check records out of the kernel's log.
 *
 * A record begins with the line that has its status, and its last line ends it. CPUs that
 * print at once mix their lines. Those of one record are known by who printed (printk may
 * name CPU or task), by what is missing in which record, and by what contradicts a status;
 * where more than one record is left, the oldest takes the line, and all of them are marked.
 *
 * Lines get lost too, so a record that nothing more is to be expected of is handed out as it
 * is: when its printer or its CPU begins another, or a second has gone by.
 */
#include "klog/records.h"

#include <string.h>

#include "decode/absent.h"
#include "decode/decode.h"

#define STALE_US 1000000

/*
 * Printers leave out a register that is 0: so it is 0 where the line was seen that would have
 * it. Of SMCA's registers none is printed for a CPU that has no SMCA.
 */
static void zeros_complete(struct mcw_console_record *r)
{
	struct mcw_event *ev = &r->event;
	bool amd = mcw_vendor_is_amd(ev->regs.cpuvendor);

	if (r->said & MCW_SAID_TSC && r->printer != MCW_PRINTER_EDAC_AMD)
		mcw_event_has(ev, MCW_ABSENT_ADDR | MCW_ABSENT_MISC);
	if (amd && r->said & MCW_SAID_IPID)
		mcw_event_has(ev, MCW_ABSENT_SYND);
	/* The kernel prints no RIP where it did not know it. */
	if (r->said & MCW_SAID_TSC && r->printer == MCW_PRINTER_KERNEL)
		mcw_event_has(ev, MCW_ABSENT_IP | MCW_ABSENT_CS);
	if (amd && r->said & MCW_SAID_END)
		mcw_event_has(ev, MCW_ABSENT_TSC);
}

/* What follows from what its lines said. */
static void record_complete(struct mcw_console_record *r)
{
	struct mcw_event *ev = &r->event;

	if (!(r->said & MCW_SAID_CPUID) && r->said & (MCW_SAID_IPID | MCW_SAID_SYND) &&
	    !mcw_vendor_is_amd(ev->regs.cpuvendor))
		ev->regs.cpuvendor = MCW_VENDOR_AMD;
	zeros_complete(r);
	/* Not by family: what a virtual machine shows of one may have no scalable MCA. */
	if (mcw_vendor_is_amd(ev->regs.cpuvendor) && r->said & MCW_SAID_IPID)
		ev->cpu_caps |= MCW_CAP_SMCA;
	if (ev->regs.mcgstatus & MCW_MCGSTATUS_MCIP)
		ev->source = MCW_SOURCE_EXCEPTION;
	else if (ev->regs.bank == MCW_BANK_FIRMWARE)
		ev->source = MCW_SOURCE_FIRMWARE;
	else if (r->said & MCW_SAID_MCGSTATUS)
		ev->source = MCW_SOURCE_POLL;
}

static void record_close(struct mcw_console *c, size_t i)
{
	struct mcw_console_record r = c->records[i];

	c->open--;
	memmove(&c->records[i], &c->records[i + 1], (c->open - i) * sizeof(r));
	record_complete(&r);
	c->record(c->arg, &r);
}

static bool same_caller(const struct mcw_console_record *r, const struct mcw_console_line *l)
{
	return !r->caller[0] || !l->caller[0] || !strcmp(r->caller, l->caller);
}

static bool is_stale(const struct mcw_console_record *r, const struct mcw_console_line *l)
{
	return r->stamped && l->stamped &&
	       (l->stamp_us > r->stamp_us + STALE_US || l->stamp_us + STALE_US < r->stamp_us);
}

/* Nothing more can come of those: their printer is on with another one. */
static bool is_over(const struct mcw_console_record *r, const struct mcw_console_line *l)
{
	if (is_stale(r, l))
		return true;
	if (!(l->said & MCW_SAID_HEAD) || r->printer != l->printer)
		return false;
	if (r->caller[0] && l->caller[0])
		return !strcmp(r->caller, l->caller);
	return r->event.regs.extcpu == l->event.regs.extcpu;
}

static void records_over_close(struct mcw_console *c, const struct mcw_console_line *l)
{
	for (size_t i = 0; i < c->open;) {
		if (is_over(&c->records[i], l))
			record_close(c, i);
		else
			i++;
	}
}

static void record_open(struct mcw_console *c, const struct mcw_console_line *l)
{
	struct mcw_console_record *r;

	if (c->open == MCW_CONSOLE_OPEN)
		record_close(c, 0);
	r = &c->records[c->open++];
	*r = (struct mcw_console_record){
		.event = c->known,
		.line = c->lines,
		.printer = l->printer,
		.stamped = l->stamped,
		.stamp_us = l->stamp_us,
	};
	memcpy(r->caller, l->caller, sizeof(r->caller));
	mcw_console_line_merge(l, &r->event, &r->said);
}

/* Could this be a line of that record? */
static bool may_belong(const struct mcw_console_record *r, const struct mcw_console_line *l)
{
	/* In the order of the lines; the rest of one comes after its beginning. */
	unsigned int passed = r->said & ~(MCW_SAID_HEAD | MCW_SAID_MCGSTATUS);

	if (l->more)
		return r->said & MCW_SAID_TSC && !(r->said & l->said) && same_caller(r, l);
	if (r->printer != l->printer || r->said & l->said || !same_caller(r, l))
		return false;
	return !(l->said & MCW_SAID_RIP) || !passed;
}

/* A register is printed where it is not 0: one that is not valid is more likely another's. */
static bool contradicts(const struct mcw_console_record *r, const struct mcw_console_line *l)
{
	const struct mcw_regs *have = &r->event.regs, *said = &l->event.regs;

	if (l->said & MCW_SAID_RIP && r->said & MCW_SAID_MCGSTATUS)
		return l->inexact == !!(have->mcgstatus & MCW_MCGSTATUS_EIPV);
	/* The line with TSC comes before it, in every kernel. */
	if (l->said & MCW_SAID_PROCESSOR && !(r->said & MCW_SAID_TSC))
		return true;
	return (l->said & MCW_SAID_ADDR && said->addr && !(have->status & MCW_STATUS_ADDRV)) ||
	       (l->said & MCW_SAID_MISC && said->misc && !(have->status & MCW_STATUS_MISCV));
}

/* Marks all candidates where there is more than one. Return: the oldest; NULL: there is none. */
static struct mcw_console_record *record_find(struct mcw_console *c,
					      const struct mcw_console_line *l, bool any)
{
	struct mcw_console_record *found = NULL;

	for (size_t i = 0; i < c->open; i++) {
		struct mcw_console_record *r = &c->records[i];

		if (!may_belong(r, l) || (!any && contradicts(r, l)))
			continue;
		if (!found) {
			found = r;
		} else {
			found->mixed = true;
			r->mixed = true;
		}
	}
	return found;
}

static void line_take(struct mcw_console *c, const struct mcw_console_line *l)
{
	struct mcw_console_record *r = record_find(c, l, false);

	if (!r)
		r = record_find(c, l, true);
	if (!r) {
		c->orphans++;
		return;
	}
	mcw_console_line_merge(l, &r->event, &r->said);
	if (l->said & MCW_SAID_RIP)
		memcpy(r->symbol, l->symbol, sizeof(r->symbol));
	if (l->said & (MCW_SAID_PROCESSOR | MCW_SAID_END))
		record_close(c, r - c->records);
}

void mcw_console_begin(struct mcw_console *c, const struct mcw_event *known,
		       void (*record)(void *arg, const struct mcw_console_record *r),
		       void (*note)(void *arg, unsigned long line, enum mcw_fact key,
				    const char *text),
		       void *arg)
{
	*c = (struct mcw_console){
		.known = *known,
		.record = record,
		.note = note,
		.arg = arg,
	};
}

void mcw_console_line(struct mcw_console *c, const char *text, size_t length)
{
	struct mcw_console_line l;

	c->lines++;
	mcw_console_line_read(&l, text, length);
	if (l.said) {
		records_over_close(c, &l);
		if (l.said & MCW_SAID_HEAD)
			record_open(c, &l);
		else
			line_take(c, &l);
	} else if (l.note[0]) {
		c->note(c->arg, c->lines, l.note_key, l.note);
	}
}

void mcw_console_end(struct mcw_console *c)
{
	while (c->open)
		record_close(c, 0);
}
