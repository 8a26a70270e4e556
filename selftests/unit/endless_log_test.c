// SPDX-License-Identifier: GPL-2.0
/* LINK: mcwctl */
/*
 * Reads logs of many records in each form: as much memory as for a few is enough, and what comes
 * out is in the order of the log.
 */
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "ktap.h"
#include "decode/absent.h"
#include "klog/events.h"

#define FEW 200U
#define MANY 20000U
/* Pages that the C library touches for itself. */
#define MORE_KIB 512

/* %x is another address in each record. A new line separates the lines of one. */
static const struct form {
	const char *name;
	const char *record;
	bool told; /* each is a record */
} forms[] = {
	{ "kernel",
	  "mce: [Hardware Error]: CPU 3: Machine Check: 0 Bank 9: 8c000041000800c1\n"
	  "mce: [Hardware Error]: TSC 0 ADDR %x MISC 9001\n"
	  "mce: [Hardware Error]: PROCESSOR 0:306f2 TIME 1700000000 SOCKET 0 APIC 6 microcode 43",
	  true },
	{ "kernel, first lines alone",
	  "mce: [Hardware Error]: CPU 7: Machine Check: 0 Bank 5: be000000%08x", true },
	{ "kernel, last lines alone", "mce: [Hardware Error]: TSC 0 ADDR %x", false },
	{ "EDAC",
	  "EDAC MC1: 1 CE memory read error on DIMM#0 (channel:1 slot:0 page:0x%x offset:0x40)",
	  true },
	{ "mce_amd", "[Hardware Error]: CPU:2 (17:31:0) MC15_STATUS[-|CE]: 0x9c204000%08x", true },
	{ "mcelog", "MCE 0\nCPU 2 BANK 8\nMISC 43 ADDR %x\nSTATUS 8c00004000010090 MCGSTATUS 0",
	  true },
	{ "mcelog, nothing behind its beginning", "MCE %u", false },
	{ "rasdaemon",
	  "mce_record: 2023-03-02 11:22:33 +0100 bank=8, status= cc00010000010093, cpu= 1, "
	  "addr= %x",
	  true },
	{ "CPER",
	  "{2}[Hardware Error]: event severity: corrected\n"
	  "{2}[Hardware Error]:   section_type: memory error\n"
	  "{2}[Hardware Error]:   physical_address: 0x%016x",
	  true },
	{ "ESXi", "cpu1:3)MCA: 190: CE Poll G0 B7 S8c00004000010090 A%x M40a86 P3f1c0a40/40 Read",
	  true },
	{ "FreeBSD", "MCA: Bank 9, Status 0x8c000041000800c0\nMCA: Address 0x%x", true },
	{ "Xen", "(XEN) CPU1: Machine Check Exception: 5\n(XEN) Bank 3: be00000000800400 at %x",
	  true },
	{ "parts of pstore, none of which ends", "Panic#1 Part1\nmce: text %x", false },
	{ "lines that nobody knows", "mce: [Hardware Error]: CPU seven: Machine Check: %x", false },
	{ "lines of other programs", "usb 1-1: new device number %u", false },
	{ "one line without an end", "", false },
};

static struct order {
	unsigned long line; /* of the last record */
	unsigned long records;
	bool kept;
} order;

static void event_take(void *arg, const struct mcw_console_record *r)
{
	(void)arg;
	order.records++;
	order.kept &= r->line > order.line;
	order.line = r->line;
}

static void record_take(void *arg, const struct mcw_console_record *r)
{
	mcw_events_record(arg, r);
}

static void note_take(void *arg, unsigned long line, enum mcw_fact key, const char *text)
{
	mcw_events_note(arg, line, key, text);
}

static void record_print(struct mcw_console *c, const char *record, unsigned int n)
{
	char text[1024], *line = text, *end;

	snprintf(text, sizeof(text), record, n * 64);
	for (; (end = strchr(line, '\n')); line = end + 1)
		mcw_console_line(c, line, end - line);
	mcw_console_line(c, line, strlen(line));
}

static void line_print(struct mcw_console *c)
{
	static char line[1024 * 1024];

	memset(line, 'a', sizeof(line));
	memcpy(line, "mce: [Hardware Error]: ", 23);
	mcw_console_line(c, line, sizeof(line));
}

static void log_read(const struct form *form, unsigned int records)
{
	struct mcw_event known = { .absent = MCW_ABSENT_ALL };
	static struct mcw_console c;
	static struct mcw_events events;

	order = (struct order){ .kept = true };
	mcw_events_begin(&events, event_take, &events);
	mcw_console_begin(&c, &known, record_take, note_take, &events);
	for (unsigned int n = 1; n <= records; n++) {
		if (form->record[0])
			record_print(&c, form->record, n);
		else if (n <= FEW)
			line_print(&c);
	}
	mcw_console_end(&c);
	mcw_events_end(&events);
}

static long memory_kib(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_maxrss;
}

int main(void)
{
	ktap_begin();
	/* the longest texts first: all buffers are touched then */
	for (size_t i = sizeof(forms) / sizeof(forms[0]); i-- > 0;)
		log_read(&forms[i], FEW);
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		long before = memory_kib();

		log_read(&forms[i], MANY);
		ktap_result_of(memory_kib() <= before + MORE_KIB, "%s: memory is bounded",
			       forms[i].name);
		ktap_result_of(order.kept && (!forms[i].told || order.records == MANY),
			       "%s: the order is kept, of %lu", forms[i].name, order.records);
	}
	return ktap_end();
}
