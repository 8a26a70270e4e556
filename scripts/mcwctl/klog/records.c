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
#include "klog/readers.h"

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
	mcw_console_record_out(c, &r);
}

void mcw_console_record_out(struct mcw_console *c, struct mcw_console_record *r)
{
	if (!(c->forms & 1U << r->printer))
		return;
	r->told |= 1U << r->printer;
	if (r->last_line < r->line)
		r->last_line = r->line;
	mcw_notes_record(c, r);
	c->record(c->arg, r);
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

/* What a line says of a record, taken over. */
static void line_merge(struct mcw_console_record *r, const struct mcw_console_line *l)
{
	mcw_console_line_merge(l, &r->event, &r->said);
	if (l->said & (MCW_SAID_RIP | MCW_SAID_SYMBOL) && !r->symbol[0])
		memcpy(r->symbol, l->symbol, sizeof(r->symbol));
	if (l->said & MCW_SAID_WORDS)
		mcw_facts_add(&r->facts, l->note_key, l->note, strlen(l->note));
	if (l->line > r->last_line)
		r->last_line = l->line;
	if (l->line < r->line)
		r->line = l->line;
}

static struct mcw_console_record *record_open(struct mcw_console *c,
					      const struct mcw_console_line *l)
{
	struct mcw_console_record *r;

	if (c->open == MCW_CONSOLE_OPEN)
		record_close(c, 0);
	r = &c->records[c->open++];
	*r = (struct mcw_console_record){
		.event = c->known,
		.line = l->line,
		.printer = l->printer,
		.torn = l->torn,
		.digits = l->digits,
		.stamped = l->stamped,
		.stamp_us = l->stamp_us,
	};
	memcpy(r->caller, l->caller, sizeof(r->caller));
	line_merge(r, l);
	return r;
}

/* Could this be a line of that record? */
static bool may_belong(const struct mcw_console_record *r, const struct mcw_console_line *l)
{
	/* In the order of the lines; the rest of one comes after its beginning. */
	unsigned int passed = r->said & ~(MCW_SAID_HEAD | MCW_SAID_MCGSTATUS);

	if (l->said & MCW_SAID_SYMBOL)
		return r->said & MCW_SAID_RIP && !r->symbol[0];
	if (l->more)
		return r->said & MCW_SAID_TSC && !(r->said & l->said) && same_caller(r, l);
	if (!mcw_event_lacks(&l->event, MCW_ABSENT_BANK) &&
	    l->event.regs.bank != r->event.regs.bank)
		return false;
	if (r->printer != l->printer || r->said & l->said || !same_caller(r, l))
		return false;
	return !(l->said & MCW_SAID_RIP) || !passed;
}

/* A register is printed where it is not 0: one that is not valid is more likely another's. */
static bool contradicts(const struct mcw_console_record *r, const struct mcw_console_line *l)
{
	const struct mcw_regs *have = &r->event.regs, *said = &l->event.regs;

	if (r->torn)
		return false;
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

/* Held until its record begins, if one does: in a log that runs backwards. */
static void line_hold(struct mcw_console *c, const struct mcw_console_line *l)
{
	if (c->ahead == MCW_CONSOLE_AHEAD) {
		c->ahead--;
		c->orphans++;
		memmove(c->ahead_lines, c->ahead_lines + 1, c->ahead * sizeof(*l));
	}
	c->ahead_lines[c->ahead++] = *l;
}

static void line_take(struct mcw_console *c, const struct mcw_console_line *l)
{
	struct mcw_console_record *r = record_find(c, l, false);

	if (!r)
		r = record_find(c, l, true);
	if (!r) {
		if (!c->doubled)
			line_hold(c, l);
		return;
	}
	line_merge(r, l);
	if (l->said & (MCW_SAID_PROCESSOR | MCW_SAID_END))
		record_close(c, r - c->records);
}

/* The order in which the lines of a record are printed. */
static unsigned int rank(const struct mcw_console_line *l)
{
	if (l->said & (MCW_SAID_PROCESSOR | MCW_SAID_END))
		return 5;
	if (l->said & MCW_SAID_WORDS)
		return 4;
	if (l->said & MCW_SAID_IPID && l->printer == MCW_PRINTER_EDAC_AMD)
		return 3;
	return l->said & MCW_SAID_RIP ? 1 : 2;
}

/* The lines ahead of this first one of a record are in the order that it has from its end on. */
static bool runs_backwards(const struct mcw_console *c, const struct mcw_console_line *head)
{
	const struct mcw_console_line *first = &c->ahead_lines[0];

	if (!c->ahead || first->printer != head->printer)
		return false;
	if (first->stamped && head->stamped && first->stamp_us != head->stamp_us)
		return first->stamp_us > head->stamp_us &&
		       first->stamp_us < head->stamp_us + STALE_US;
	for (size_t i = 1; i < c->ahead; i++)
		if (rank(&c->ahead_lines[i]) >= rank(&c->ahead_lines[i - 1]))
			return false;
	return c->ahead > 1;
}

/* EDAC for old families of AMD calls the error by its name before it prints the status. */
static void words_take(struct mcw_console *c, struct mcw_console_record *r)
{
	for (size_t i = 0; i < c->ahead; i++) {
		const struct mcw_console_line *l = &c->ahead_lines[i];

		if (l->said == MCW_SAID_WORDS && may_belong(r, l) &&
		    l->line + MCW_CONSOLE_AHEAD > r->line)
			line_merge(r, l);
		else
			c->orphans++;
	}
	c->ahead = 0;
}

static void ahead_take(struct mcw_console *c, struct mcw_console_record *r)
{
	while (c->ahead) {
		const struct mcw_console_line *l = &c->ahead_lines[--c->ahead];

		if (may_belong(r, l))
			line_merge(r, l);
		else
			c->orphans++;
	}
}

static void head_take(struct mcw_console *c, const struct mcw_console_line *l)
{
	struct mcw_console_record *r;

	if (c->doubled && c->open && c->records[c->open - 1].line + 1 >= l->line - 1 &&
	    c->records[c->open - 1].event.regs.status == l->event.regs.status) {
		c->records[c->open - 1].doubled++;
		return;
	}
	records_over_close(c, l);
	if (!c->backwards && runs_backwards(c, l)) {
		c->backwards = true;
		c->note(c->arg, l->line, MCW_FACT_DETAIL,
			"this log runs backwards: each record is read from its last line on, and the "
			"newest comes first");
	}
	r = record_open(c, l);
	if (c->backwards) {
		ahead_take(c, r);
		record_close(c, r - c->records);
	} else {
		words_take(c, r);
	}
}

/* Return: whether it says something of a record, or what the kernel did. */
static bool kernel_read(struct mcw_console *c, const struct mcw_message *m)
{
	struct mcw_console_line l;

	mcw_console_line_read(&l, m);
	if (!l.said) {
		if (!l.note[0])
			return false;
		mcw_notes_count(c, l.note);
		c->note(c->arg, l.line, l.note_key, l.note);
	} else if (l.said & MCW_SAID_HEAD) {
		head_take(c, &l);
	} else if (c->backwards) {
		line_hold(c, &l);
	} else {
		records_over_close(c, &l);
		line_take(c, &l);
	}
	return true;
}

/* Return: whether it is the message before, again; those with a stamp are so for certain. */
static bool is_doubled(struct mcw_console *c, const struct mcw_message *m)
{
	bool same = m->length && m->length == c->last.length && m->stamped == c->last.stamped &&
		    m->stamp_us == c->last.stamp_us && !memcmp(m->text, c->last.text, m->length);

	c->last.length = m->length <= sizeof(c->last.text) ? m->length : 0;
	memcpy(c->last.text, m->text, c->last.length);
	c->last.stamped = m->stamped;
	c->last.stamp_us = m->stamp_us;
	return same;
}

#define BIT(printer) (1U << MCW_PRINTER_##printer)

/* In the order in which they are asked: lines of registers look alike. */
static const struct {
	unsigned int printers;
	bool (*read)(struct mcw_console *c, const struct mcw_message *m);
} readers[] = {
	{ BIT(MCEWARDEN), mcw_panic_lines_read },
	{ BIT(MCELOG), mcw_mcelog_registers_read },
	{ BIT(CPER), mcw_cper_read },
	{ BIT(KERNEL) | BIT(EDAC) | BIT(EDAC_AMD), kernel_read },
	{ BIT(EDAC_TEXT), mcw_edac_read },
	{ BIT(MCELOG), mcw_mcelog_read },
	{ BIT(OLD_KERNEL), mcw_old_kernel_read },
	{ BIT(RASDAEMON), mcw_rasdaemon_read },
	{ BIT(RAS_TEXT), mcw_ras_text_read },
	{ BIT(MCELOG_CLIENT), mcw_mcelog_client_read },
	{ BIT(FREEBSD) | BIT(ESXI) | BIT(HPE) | BIT(AMDGPU), mcw_systems_read },
};

static void message_take(void *arg, const struct mcw_message *m)
{
	struct mcw_console *c = arg;

	c->doubled = is_doubled(c, m);
	if (c->doubled && m->stamped)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(readers); i++)
		if (c->forms & readers[i].printers && readers[i].read(c, m))
			return;
	mcw_notes_read(c, m);
}

static void line_unpack(void *arg, const char *text, size_t length, unsigned long line)
{
	struct mcw_console *c = arg;

	mcw_carrier_line(text, length, line, mcw_unfold_message, &c->unfold);
}

void mcw_console_begin(struct mcw_console *c, const struct mcw_event *known,
		       void (*record)(void *arg, const struct mcw_console_record *r),
		       void (*note)(void *arg, unsigned long line, enum mcw_fact key,
				    const char *text),
		       void *arg)
{
	memset(c, 0, offsetof(struct mcw_console, records));
	c->known = *known;
	c->forms = ~0U;
	c->record = record;
	c->note = note;
	c->arg = arg;
	mcw_unfold_begin(&c->unfold, message_take, c);
	mcw_parts_begin(&c->parts, line_unpack, c);
}

void mcw_console_line(struct mcw_console *c, const char *text, size_t length)
{
	mcw_parts_line(&c->parts, text, length, ++c->lines);
}

void mcw_console_flush(struct mcw_console *c)
{
	mcw_unfold_end(&c->unfold);
	for (unsigned int form = 0; form < MCW_PRINTER_NOTE; form++)
		mcw_block_end(c, form);
}

void mcw_console_end(struct mcw_console *c)
{
	mcw_parts_end(&c->parts);
	if (c->parts.ordered)
		c->note(c->arg, c->lines, MCW_FACT_DETAIL,
			"the parts that pstore kept were put in order: Part1 is the last of them");
	if (c->parts.overflowed)
		c->note(c->arg, c->lines, MCW_FACT_DETAIL,
			"there are too many parts of pstore to put them in order: a record that begins "
			"in one of them and ends in another is not whole");
	mcw_console_flush(c);
	while (c->open)
		record_close(c, 0);
	c->orphans += c->ahead;
	c->ahead = 0;
}
