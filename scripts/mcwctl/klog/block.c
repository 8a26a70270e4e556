// SPDX-License-Identifier: GPL-2.0
/*
 * What the readers share: a record that is put together from several messages, and its members.
 */
#include <string.h>

#include "klog/readers.h"

#define STATUS_DIGITS 16

/* EAX of CPUID 1 that has these. */
__u32 mcw_signature(__u32 family, __u32 model, __u32 stepping)
{
	__u32 extended = family > 0xf ? family - 0xf : 0;

	return (extended & 0xff) << 20 | (model >> 4 & 0xf) << 16 |
	       ((family - extended) & 0xf) << 8 | (model & 0xf) << 4 | (stepping & 0xf);
}

bool mcw_take_vendor(struct mcw_cursor *c, __u8 *vendor)
{
	static const struct {
		const char *name;
		__u8 vendor;
	} vendors[] = {
		{ "Intel", MCW_VENDOR_INTEL },	   { "GenuineIntel", MCW_VENDOR_INTEL },
		{ "AMD", MCW_VENDOR_AMD },	   { "AuthenticAMD", MCW_VENDOR_AMD },
		{ "Hygon", MCW_VENDOR_HYGON },	   { "Centaur", MCW_VENDOR_CENTAUR },
		{ "Zhaoxin", MCW_VENDOR_ZHAOXIN },
	};

	for (size_t i = 0; i < ARRAY_SIZE(vendors); i++) {
		if (mcw_take(c, vendors[i].name)) {
			*vendor = vendors[i].vendor;
			/* the rest of its name, as "HygonGenuine" */
			while (c->at < c->end && *c->at != ' ' && *c->at != '"')
				c->at++;
			return true;
		}
	}
	return false;
}

struct mcw_console_record *mcw_block(struct mcw_console *c, enum mcw_printer form,
				     const struct mcw_message *m)
{
	struct mcw_console_record *r = &c->blocks[form];

	if (c->blocks_open & 1U << form) {
		if (m->line > r->last_line)
			r->last_line = m->line;
		return r;
	}
	c->blocks_open |= 1U << form;
	*r = (struct mcw_console_record){
		.event = c->known,
		.printer = form,
		.line = m->line,
		.last_line = m->line,
		.stamped = m->stamped,
		.stamp_us = m->stamp_us,
	};
	return r;
}

bool mcw_block_is_open(const struct mcw_console *c, enum mcw_printer form)
{
	return c->blocks_open & 1U << form;
}

void mcw_block_drop(struct mcw_console *c, enum mcw_printer form)
{
	c->blocks_open &= ~(1U << form);
}

/* What follows from the registers that are there. */
static void complete(struct mcw_console_record *r)
{
	struct mcw_event *ev = &r->event;

	if (mcw_vendor_is_amd(ev->regs.cpuvendor) && ev->regs.ipid)
		ev->cpu_caps |= MCW_CAP_SMCA;
	if (ev->source || r->printer == MCW_PRINTER_MCEWARDEN)
		return;
	if (mcw_event_lacks(ev, MCW_ABSENT_MCGSTATUS))
		ev->source = MCW_SOURCE_UNKNOWN;
	else if (ev->regs.mcgstatus & MCW_MCGSTATUS_MCIP)
		ev->source = MCW_SOURCE_EXCEPTION;
	else
		ev->source = MCW_SOURCE_POLL;
}

void mcw_block_end(struct mcw_console *c, enum mcw_printer form)
{
	struct mcw_console_record *r = &c->blocks[form];

	if (!mcw_block_is_open(c, form))
		return;
	mcw_block_drop(c, form);
	/* "MCE 0" alone: nothing of a record came. */
	if (!r->facts.used && !r->torn && mcw_event_lacks(&r->event, MCW_ABSENT_STATUS) &&
	    mcw_event_lacks(&r->event, MCW_ABSENT_BANK))
		return;
	/* A module without errors. */
	if (form == MCW_PRINTER_MCELOG_CLIENT && !mcw_facts_find(&r->facts, MCW_FACT_COUNT))
		return;
	if (form != MCW_PRINTER_EDAC_TEXT && form != MCW_PRINTER_RAS_TEXT &&
	    form != MCW_PRINTER_MCELOG_CLIENT && form != MCW_PRINTER_CPER &&
	    mcw_event_lacks(&r->event, MCW_ABSENT_STATUS))
		r->torn = true;
	complete(r);
	mcw_console_record_out(c, r);
}

void mcw_record_status(struct mcw_console_record *r, __u64 status, unsigned int digits)
{
	r->digits = digits;
	r->torn = digits != STATUS_DIGITS;
	if (r->torn) {
		/* Also where another one was read before: which of them is right nobody knows. */
		r->event.regs.status = 0;
		r->event.absent |= MCW_ABSENT_STATUS;
		return;
	}
	r->event.regs.status = status;
	mcw_event_has(&r->event, MCW_ABSENT_STATUS);
}

void mcw_record_addr(struct mcw_console_record *r, __u64 addr)
{
	r->event.regs.addr = addr;
	mcw_event_has(&r->event, MCW_ABSENT_ADDR);
}

void mcw_record_misc(struct mcw_console_record *r, __u64 misc)
{
	r->event.regs.misc = misc;
	mcw_event_has(&r->event, MCW_ABSENT_MISC);
}

void mcw_record_cpu(struct mcw_console_record *r, __u32 cpu)
{
	r->event.regs.extcpu = cpu;
	mcw_event_has(&r->event, MCW_ABSENT_CPU);
}

void mcw_record_bank(struct mcw_console_record *r, __u8 bank)
{
	r->event.regs.bank = bank;
	mcw_event_has(&r->event, MCW_ABSENT_BANK);
}

void mcw_record_cpuid(struct mcw_console_record *r, __u8 vendor, __u32 cpuid)
{
	r->event.regs.cpuvendor = vendor;
	r->event.regs.cpuid = cpuid;
	r->said |= MCW_SAID_CPUID;
	mcw_event_has(&r->event, MCW_ABSENT_VENDOR | MCW_ABSENT_CPUID);
}
