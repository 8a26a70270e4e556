// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl decode FILE: the records in the log of a kernel, of this machine or another.
 */
#include <errno.h>
#include <string.h>

#include "cmd/command.h"
#include "decode/decode.h"
#include "error.h"
#include "klog/anonymize.h"
#include "klog/events.h"
#include "show/log_event.h"
#include "show/log_summary.h"
#include "show/registers.h"

#define LINE_BYTES MCW_CARRIER_BYTES /* the rest of a longer line is left out */

struct reading {
	const struct mcw_options *o;
	unsigned long records;
	struct mcw_console console;
	struct mcw_events events;
	struct mcw_log_summary summary;
};

static void print_note(const struct mcw_console_record *r)
{
	enum mcw_fact key = MCW_FACT_DETAIL;
	size_t at = 0;

	printf("the log, line %lu: %s", r->line, mcw_facts_next(&r->facts, &at, &key));
	if (r->repeats)
		printf(" (%lu times, the last on line %lu)", r->repeats + 1, r->repeat_line);
	putchar('\n');
}

static void event_take(void *arg, const struct mcw_console_record *r)
{
	struct reading *reading = arg;
	const struct mcw_options *o = reading->o;
	struct mcw_subject s = { .ev = r->event, .facts = &r->facts };

	if (o->summary) {
		if (r->printer != MCW_PRINTER_NOTE) {
			mcw_log_summary_add(&reading->summary, r);
			reading->records++;
		}
		return;
	}
	if (r->printer == MCW_PRINTER_NOTE) {
		if (o->json)
			mcw_log_note_json(stdout, r);
		else
			print_note(r);
		return;
	}
	mcw_subject_assume(&s);
	if (o->json) {
		mcw_log_event_json(stdout, r, &s);
	} else {
		if (reading->records)
			putchar('\n');
		mcw_log_event_text(stdout, r, &s);
	}
	reading->records++;
}

static void record_take(void *arg, const struct mcw_console_record *r)
{
	struct reading *reading = arg;

	mcw_events_record(&reading->events, r);
}

static void note_take(void *arg, unsigned long line, enum mcw_fact key, const char *text)
{
	struct reading *reading = arg;

	mcw_events_note(&reading->events, line, key, text);
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

/* What there is to say of the whole log. */
static void print_logged(const struct reading *reading)
{
	const struct mcw_console *c = &reading->console;
	unsigned long events = c->logged.events;
	__u64 seconds = (c->logged.last_us - c->logged.first_us) / 1000000;

	if (!events)
		return;
	printf("*** %lu time%s the kernel says that machine check events were logged, from line %lu "
	       "on",
	       events, events == 1 ? "" : "s", c->logged.line);
	if (events > 1 && c->logged.stamped && c->logged.last_us > c->logged.first_us)
		printf(", one every %llu s", seconds / (events - 1));
	puts(", and their registers are not in this log.");
	puts("*** They went to a daemon: ras-mc-ctl --errors, journalctl -u rasdaemon or -u mcelog, "
	     "/var/log/mcelog.");
	puts("*** The kernel never prints what it has handled (SRAO, UCNA): mcwctl monitor has those.");
}

static enum mcw_exit result_of(struct reading *reading, const char *name)
{
	const struct mcw_console *c = &reading->console;

	if (reading->o->summary && reading->o->json)
		mcw_log_summary_json(stdout, &reading->summary);
	else if (reading->o->summary)
		mcw_log_summary_text(stdout, &reading->summary);
	if (reading->o->json) {
		mcw_log_end_json(stdout, c);
	} else {
		if (c->orphans)
			printf("*** %lu line%s of records whose first line is not there\n",
			       c->orphans, c->orphans == 1 ? "" : "s");
		print_logged(reading);
	}
	if (reading->records)
		return MCW_EXIT_OK;
	if (c->logged.pages)
		mcw_error("%s: the kernel took %lu page%s (Memory failure), and no record says why: "
			  "what it has handled is never in its log",
			  name, c->logged.pages, c->logged.pages == 1 ? "" : "s");
	mcw_error("%s: no record of a machine check in any known form among %lu lines", name,
		  c->lines);
	return MCW_EXIT_FAILED;
}

static enum mcw_exit lines_take(const struct mcw_options *o, FILE *in, const char *name)
{
	static struct reading reading;
	struct mcw_console *c = &reading.console;
	static char line[LINE_BYTES];
	bool torn = false;
	size_t length;

	reading.o = o;
	mcw_events_begin(&reading.events, event_take, &reading);
	mcw_console_begin(c, &o->event, record_take, note_take, &reading);
	if (o->forms)
		c->forms = o->forms;
	while (!ferror(stdout) && line_read(in, line, &length, &torn)) {
		mcw_console_line(c, line, length);
		if (torn && c->open)
			mcw_error("%s ends inside a line of a record, which may be cut off", name);
	}
	mcw_console_end(c);
	mcw_events_end(&reading.events);
	if (ferror(in)) {
		mcw_error("cannot read %s: %s", name, strerror(errno));
		return MCW_EXIT_FAILED;
	}
	return result_of(&reading, name);
}

/* The log itself, to post it. */
static enum mcw_exit lines_anonymize(FILE *in, const char *name)
{
	static struct mcw_anonymize names;
	static char line[LINE_BYTES], clean[2 * LINE_BYTES];
	bool torn;
	size_t length;

	while (!ferror(stdout) && line_read(in, line, &length, &torn)) {
		length = mcw_anonymize_line(&names, line, length, clean, sizeof(clean));
		fwrite(clean, 1, length, stdout);
		putchar('\n');
	}
	if (!ferror(in))
		return MCW_EXIT_OK;
	mcw_error("cannot read %s: %s", name, strerror(errno));
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
	if (o->anonymize)
		result = lines_anonymize(in, is_stdin ? "standard input" : path);
	else
		result = lines_take(o, in, is_stdin ? "standard input" : path);
	if (!is_stdin)
		fclose(in);
	return result;
}
