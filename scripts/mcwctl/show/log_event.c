// SPDX-License-Identifier: GPL-2.0
/*
 * A record that a log has, as text.
 */
#define _GNU_SOURCE
#include "show/log_event.h"

#include <string.h>

#include "decode/absent.h"
#include "decode/advice.h"
#include "decode/component.h"
#include "decode/decode.h"
#include "show/place.h"
#include "show/put.h"
#include "show/reading.h"
#include "show/registers.h"
#include "show/text.h"

const char *mcw_printer_name(enum mcw_printer printer)
{
	static const char *const names[MCW_PRINTERS] = {
		[MCW_PRINTER_KERNEL] = "kernel",
		[MCW_PRINTER_EDAC] = "EDAC",
		[MCW_PRINTER_EDAC_AMD] = "EDAC mce_amd",
		[MCW_PRINTER_EDAC_TEXT] = "EDAC text",
		[MCW_PRINTER_MCELOG] = "mcelog",
		[MCW_PRINTER_MCELOG_CLIENT] = "mcelog client",
		[MCW_PRINTER_RASDAEMON] = "rasdaemon",
		[MCW_PRINTER_RAS_TEXT] = "rasdaemon text",
		[MCW_PRINTER_CPER] = "firmware",
		[MCW_PRINTER_OLD_KERNEL] = "old kernel or Xen",
		[MCW_PRINTER_FREEBSD] = "FreeBSD",
		[MCW_PRINTER_ESXI] = "ESXi",
		[MCW_PRINTER_HPE] = "HPE log",
		[MCW_PRINTER_AMDGPU] = "amdgpu",
		[MCW_PRINTER_BINARY] = "struct mce",
		[MCW_PRINTER_MCEWARDEN] = "mcewarden",
		[MCW_PRINTER_NOTE] = "note",
	};

	return printer < MCW_PRINTERS ? names[printer] : "unknown";
}

static const char *vendor_name(unsigned int vendor)
{
	switch (vendor) {
	case MCW_VENDOR_INTEL:
		return "Intel";
	case MCW_VENDOR_AMD:
		return "AMD";
	case MCW_VENDOR_CENTAUR:
		return "Centaur";
	case MCW_VENDOR_HYGON:
		return "Hygon";
	case MCW_VENDOR_ZHAOXIN:
		return "Zhaoxin";
	default:
		return "make unknown";
	}
}

static bool has(const struct mcw_console_record *r, __u32 member)
{
	return !mcw_event_lacks(&r->event, member);
}

/* Many records of a log have the same second. */
static void print_time(FILE *out, __u64 time)
{
	static char text[64];
	static __u64 of;

	if (time != of) {
		of = time;
		mcw_seconds_text(time, text, sizeof(text));
	}
	if (time && text[0])
		mcw_put_all(out, ", ", text);
}

static void put_named(FILE *out, const char *name, __u64 number, const char *behind)
{
	mcw_put(out, name);
	mcw_put_number(out, number);
	mcw_put(out, behind);
}

static void print_title(FILE *out, const struct mcw_console_record *r)
{
	if (!has(r, MCW_ABSENT_STATUS) && !has(r, MCW_ABSENT_BANK)) {
		fprintf(out, "an error without registers, %s", mcw_printer_name(r->printer));
	} else {
		if (has(r, MCW_ABSENT_CPU))
			put_named(out, "CPU ", r->event.regs.extcpu, " ");
		if (has(r, MCW_ABSENT_BANK))
			put_named(out, "bank ", r->event.regs.bank, "");
		else
			mcw_put(out, "bank not given");
		if (!has(r, MCW_ABSENT_CPU))
			mcw_put(out, ", CPU not given");
	}
	put_named(out, ", line ", r->line, "");
	print_time(out, r->event.regs.time);
	mcw_put(out, ":\n");
}

/* Who told of it, where that is not the kernel alone. */
static void print_told(FILE *out, const struct mcw_console_record *r)
{
	const char *before = "told by    ";

	if (!(r->told & ~(1U << MCW_PRINTER_KERNEL)))
		return;
	for (unsigned int printer = 0; printer < MCW_PRINTERS; printer++) {
		if (!(r->told & 1U << printer))
			continue;
		fprintf(out, "%s%s", before, mcw_printer_name(printer));
		before = ", ";
	}
	fputc('\n', out);
}

/* Of those that print a record on several lines. */
static bool has_lines(const struct mcw_console_record *r)
{
	return r->printer == MCW_PRINTER_KERNEL || r->printer == MCW_PRINTER_EDAC;
}

static void print_doubts(FILE *out, const struct mcw_console_record *r)
{
	if (r->mixed)
		fputs("*** lines of several records are mixed: registers may be another one's\n",
		      out);
	if (r->torn && r->digits)
		fprintf(out,
			"*** the status is torn: %u of its 16 digits are there, so nothing is "
			"decoded from it\n",
			r->digits);
	else if (r->torn)
		fputs("*** the status is missing: its line is cut off, so nothing is decoded\n",
		      out);
	if (r->doubled)
		fprintf(out, "*** its first line is there %u times in a row\n", r->doubled + 1);
	if (!has(r, MCW_ABSENT_STATUS))
		return;
	if (!has(r, MCW_ABSENT_CPUID))
		fprintf(out, "*** what names the processor is missing: taken for %s\n",
			vendor_name(r->event.regs.cpuvendor));
	if (has_lines(r) && !(r->said & MCW_SAID_TSC))
		fputs("*** the line with TSC, ADDR and MISC is missing\n", out);
}

/* AMD's controllers give an address of their own, of which the kernel makes the physical page. */
static void print_page(FILE *out, const struct mcw_console_record *r)
{
	const char *page = mcw_facts_find(&r->facts, MCW_FACT_PAGE);
	char text[MCW_TEXT_BYTES];

	if (page && strcmp(page, "0x0") &&
	    strstr(mcw_address_text(&r->event, text, sizeof(text)), "(normalized)"))
		fprintf(out,
			"page       %s, as EDAC says: it counts, and not the record's address, which "
			"is the memory controller's own\n",
			page);
}

static void print_repeats(FILE *out, const struct mcw_console_record *r)
{
	if (!r->repeats)
		return;
	fprintf(out, "again      %lu more time%s, the last on line %lu", r->repeats,
		r->repeats == 1 ? "" : "s", r->repeat_line);
	print_time(out, r->repeat_time);
	fputc('\n', out);
}

static void put_register(FILE *out, const char *name, __u64 value, unsigned int digits,
			 const char *behind)
{
	mcw_put(out, name);
	mcw_put_hex(out, value, digits);
	mcw_put(out, behind);
}

static void print_processor(FILE *out, const struct mcw_console_record *r)
{
	const struct mcw_regs *regs = &r->event.regs;
	__u32 family = regs->cpuid >> 8 & 0xf, model = regs->cpuid >> 4 & 0xf;

	if (has(r, MCW_ABSENT_CPUID)) {
		if (family == 6 || family == 0xf)
			model |= regs->cpuid >> 12 & 0xf0;
		if (family == 0xf)
			family += regs->cpuid >> 20 & 0xff;
		mcw_put_all(out, "processor  ", vendor_name(regs->cpuvendor), " ");
		mcw_put_hex(out, regs->cpuid, 8);
		put_named(out, ": family ", family, "");
		put_named(out, ", model ", model, "");
		put_named(out, ", stepping ", regs->cpuid & 0xf, "");
	} else if (has(r, MCW_ABSENT_SOCKET) || has(r, MCW_ABSENT_APIC)) {
		mcw_put(out, "processor  not given");
	} else {
		return;
	}
	if (has(r, MCW_ABSENT_SOCKET))
		put_named(out, ", socket ", regs->socketid, "");
	if (has(r, MCW_ABSENT_APIC))
		put_register(out, ", APIC ", regs->apicid, 1, "");
	if (has(r, MCW_ABSENT_MICROCODE))
		put_register(out, ", microcode ", regs->microcode, 1, "");
	mcw_put(out, "\n");
}

static void print_where(FILE *out, const struct mcw_console_record *r, bool verbose)
{
	const struct mcw_regs *regs = &r->event.regs;

	if (r->said & MCW_SAID_RIP || (has(r, MCW_ABSENT_IP) && regs->ip))
		fprintf(out, "ip         %02x:0x%016llx%s%s%s%s\n", regs->cs, regs->ip,
			r->symbol[0] ? " in " : "", r->symbol,
			(regs->cs & 3) == 3 ? ", user mode" : "",
			regs->mcgstatus & MCW_MCGSTATUS_EIPV ? "" : ", not where the error was");
	if (verbose && has(r, MCW_ABSENT_TSC))
		put_register(out, "tsc        ", regs->tsc, 16, "\n");
	if (has(r, MCW_ABSENT_PPIN) && regs->ppin)
		put_register(out, "ppin       ", regs->ppin, 16, "\n");
	print_processor(out, r);
}

/* A record of a form that has no registers, or none that are whole. */
static void print_bare(FILE *out, const struct mcw_console_record *r, bool verbose)
{
	if (has(r, MCW_ABSENT_ADDR) && r->event.regs.addr)
		put_register(out, "address    ", r->event.regs.addr, 16, "\n");
	if (verbose && has(r, MCW_ABSENT_MISC) && r->event.regs.misc)
		put_register(out, "misc       ", r->event.regs.misc, 16, "\n");
	if (mcw_component_told(&r->event, &r->facts) != MCW_COMPONENT_FIRMWARE)
		mcw_text_place(out, &r->event, &r->facts);
	mcw_text_advice(out, mcw_advice_told(&r->event, &r->facts));
	if (verbose)
		mcw_facts_text(out, &r->facts);
	else
		mcw_facts_reading(out, &r->facts);
}

void mcw_log_event_text(FILE *out, const struct mcw_console_record *r, const struct mcw_subject *s)
{
	print_title(out, r);
	print_told(out, r);
	print_doubts(out, r);
	if (!has(r, MCW_ABSENT_STATUS)) {
		print_bare(out, r, s->verbose);
	} else {
		if (s->verbose)
			mcw_subject_text(out, s);
		else
			mcw_subject_reading(out, s);
		print_page(out, r);
	}
	print_where(out, r, s->verbose);
	print_repeats(out, r);
}
