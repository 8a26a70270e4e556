// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl decode FILE: the records in the log of a kernel, of this machine or another.
 */
#include <errno.h>
#include <string.h>
#include <time.h>

#include "cmd/command.h"
#include "decode/decode.h"
#include "error.h"
#include "klog/records.h"
#include "show/json.h"
#include "show/registers.h"

#define LINE_BYTES 4096 /* the rest of a longer line is left out */
#define NS_PER_S 1000000000ULL

struct reading {
	const struct mcw_options *o;
	unsigned long records;
};

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

static void print_head(const struct mcw_console_record *r)
{
	const struct mcw_regs *regs = &r->event.regs;
	time_t seconds = regs->time;
	char text[64];
	struct tm tm;

	printf("CPU %u bank %u, line %lu", regs->extcpu, (unsigned int)regs->bank, r->line);
	if (regs->time && localtime_r(&seconds, &tm) && strftime(text, sizeof(text), "%F %T", &tm))
		printf(", %s", text);
	fputs(":\n", stdout);
	if (r->mixed)
		puts("*** lines of several records are mixed: registers may be another one's");
	if (!(r->said & MCW_SAID_CPUID))
		printf("*** the line that names the processor is missing: taken for %s\n",
		       vendor_name(regs->cpuvendor));
	if (r->printer != MCW_PRINTER_EDAC_AMD && !(r->said & MCW_SAID_TSC))
		puts("*** the line with TSC, ADDR and MISC is missing");
}

static void print_where(const struct mcw_console_record *r)
{
	const struct mcw_regs *regs = &r->event.regs;

	if (r->said & MCW_SAID_RIP)
		printf("ip         %02x:0x%016llx%s%s%s\n", regs->cs, regs->ip,
		       r->symbol[0] ? " in " : "", r->symbol,
		       regs->mcgstatus & MCW_MCGSTATUS_EIPV ? "" : ", not where the error was");
	if (r->said & MCW_SAID_TSC)
		printf("tsc        0x%016llx\n", regs->tsc);
	if (r->said & MCW_SAID_PPIN)
		printf("ppin       0x%016llx\n", regs->ppin);
	if (r->said & MCW_SAID_PROCESSOR)
		printf("processor  %s 0x%08x, socket %u, APIC 0x%x, microcode 0x%x\n",
		       vendor_name(regs->cpuvendor), regs->cpuid, regs->socketid, regs->apicid,
		       regs->microcode);
	else if (r->said & MCW_SAID_CPUID)
		printf("processor  %s 0x%08x\n", vendor_name(regs->cpuvendor), regs->cpuid);
}

static void print_json(const struct mcw_console_record *r, const struct mcw_subject *s)
{
	struct mcw_json json;

	mcw_json_begin_line(&json, stdout);
	mcw_json_string(&json, "type", "decoded");
	mcw_json_number(&json, "line", r->line);
	mcw_json_bool(&json, "mixed", r->mixed);
	if (r->event.regs.time && r->event.regs.time < ~0ULL / NS_PER_S)
		mcw_json_time(&json, "time", r->event.regs.time * NS_PER_S);
	mcw_json_string(&json, "symbol", r->symbol);
	mcw_subject_json(&json, s);
	mcw_json_end_line(&json);
}

/* What the kernel says that it did. */
static void note_print_json(unsigned long line, enum mcw_fact key, const char *text)
{
	struct mcw_json json;

	mcw_json_begin_line(&json, stdout);
	mcw_json_string(&json, "type", "note");
	mcw_json_number(&json, "line", line);
	mcw_json_string(&json, "about", mcw_fact_name(key));
	mcw_json_string(&json, "text", text);
	mcw_json_end_line(&json);
}

static void orphans_print_json(unsigned long lines)
{
	struct mcw_json json;

	mcw_json_begin_line(&json, stdout);
	mcw_json_string(&json, "type", "orphans");
	mcw_json_number(&json, "lines", lines);
	mcw_json_end_line(&json);
}

static void record_take(void *arg, const struct mcw_console_record *r)
{
	struct reading *reading = arg;
	const struct mcw_options *o = reading->o;
	struct mcw_subject s = { .ev = r->event, .facts = &r->facts };

	mcw_subject_assume(&s);
	if (o->json) {
		print_json(r, &s);
	} else {
		if (reading->records)
			putchar('\n');
		print_head(r);
		mcw_subject_text(stdout, &s);
		print_where(r);
	}
	reading->records++;
}

static void note_take(void *arg, unsigned long line, enum mcw_fact key, const char *text)
{
	struct reading *reading = arg;

	if (reading->o->json)
		note_print_json(line, key, text);
	else
		printf("the kernel, line %lu: %s\n", line, text);
}

/* Return: whether there is a line; what does not fit is left out. *torn: it has no end. */
static bool line_read(FILE *in, char *line, size_t *length, bool *torn)
{
	int c;

	for (*length = 0; (c = getc_unlocked(in)) != EOF && c != '\n';)
		if (*length < LINE_BYTES)
			line[(*length)++] = c;
	*torn = c == EOF && *length;
	return c != EOF || *length;
}

static enum mcw_exit lines_take(const struct mcw_options *o, FILE *in, const char *name)
{
	struct reading reading = { .o = o };
	char line[LINE_BYTES];
	struct mcw_console c;
	bool torn = false;
	size_t length;

	mcw_console_begin(&c, &o->event, record_take, note_take, &reading);
	while (!ferror(stdout) && line_read(in, line, &length, &torn)) {
		mcw_console_line(&c, line, length);
		/* Piped from a log that goes on, each record is of use at once. */
		if (in == stdin && !c.open)
			fflush(stdout);
		if (torn && c.open)
			mcw_error("%s ends inside a line of a record, which may be cut off", name);
	}
	mcw_console_end(&c);
	if (ferror(in)) {
		mcw_error("cannot read %s: %s", name, strerror(errno));
		return MCW_EXIT_FAILED;
	}
	if (c.orphans && o->json)
		orphans_print_json(c.orphans);
	else if (c.orphans)
		printf("*** %lu line%s of records whose first line is not there\n", c.orphans,
		       c.orphans == 1 ? "" : "s");
	if (reading.records)
		return MCW_EXIT_OK;
	mcw_error("%s: no record of a machine check, as the kernel prints it, among %lu lines",
		  name, c.lines);
	return MCW_EXIT_FAILED;
}

enum mcw_exit mcw_console_run(const struct mcw_options *o, const char *path)
{
	bool is_stdin = !strcmp(path, "-");
	FILE *in = is_stdin ? stdin : fopen(path, "re");
	enum mcw_exit result;

	if (!in) {
		mcw_error("cannot open %s: %s (a status is a number: 0x...)" MCW_SEE_HELP, path,
			  strerror(errno));
		return MCW_EXIT_FAILED;
	}
	result = lines_take(o, in, is_stdin ? "standard input" : path);
	if (!is_stdin)
		fclose(in);
	return result;
}
