// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl decode FILE: the records in the log of a kernel, of this machine or another.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/command.h"
#include "cmd/diagnosis.h"
#include "cmd/limits_file.h"
#include "cmd/log_faults.h"
#include "cmd/log_input.h"
#include "decode/advice.h"
#include "decode/decode.h"
#include "diagnose/diagnose.h"
#include "error.h"
#include "klog/anonymize.h"
#include "klog/binary.h"
#include "klog/events.h"
#include "show/explain.h"
#include "show/fault.h"
#include "show/log_event.h"
#include "show/log_summary.h"
#include "show/place.h"
#include "show/registers.h"
#include "source/rasdaemon_db.h"

struct reading {
	const struct mcw_options *o;
	unsigned long records;
	struct mcw_console console;
	struct mcw_events events;
	struct mcw_log_summary summary;
	struct mcw_explained explained;
	struct mcw_diagnosis *faults;	/* NULL: not wanted */
};

static void print_note(const struct mcw_console_record *r)
{
	enum mcw_fact key = MCW_FACT_DETAIL;
	size_t at = 0;

	printf("the log, line %lu: %s", r->line, mcw_facts_next(&r->facts, &at, &key));
	if (r->repeats)
		printf(" (%lu times, the last on line %lu)", r->repeats + 1, r->repeat_line);
	putchar('\n');
	mcw_text_advice(stdout, mcw_advice_told(&r->event, &r->facts));
}

static void event_take(void *arg, const struct mcw_console_record *r)
{
	struct reading *reading = arg;
	const struct mcw_options *o = reading->o;
	struct mcw_subject s = { .ev = r->event, .facts = &r->facts, .verbose = o->verbose };

	if (reading->faults) {
		mcw_log_fault_add(reading->faults, r);
		reading->records += r->printer != MCW_PRINTER_NOTE;
		return;
	}
	if (o->summary) {
		if (r->printer != MCW_PRINTER_NOTE) {
			struct mcw_console_record assumed = *r;

			/* Kinds of addresses and the bank's counter depend on the model. */
			mcw_subject_assume(&s);
			assumed.event = s.ev;
			mcw_log_summary_add(&reading->summary, &assumed);
			reading->records++;
		}
		return;
	}
	if (r->printer == MCW_PRINTER_NOTE) {
		mcw_explained_add(&reading->explained, mcw_advice_told(&r->event, &r->facts));
		if (o->json)
			mcw_log_note_json(stdout, r);
		else
			print_note(r);
		return;
	}
	mcw_subject_assume(&s);
	mcw_explained_add(&reading->explained, mcw_advice_told(&s.ev, s.facts));
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

/* What there is to say of the whole log. */
static void print_logged(const struct reading *reading)
{
	const struct mcw_console *c = &reading->console;
	unsigned long events = c->logged.events;
	__u64 seconds = (c->logged.last_us - c->logged.first_us) / 1000000;

	if (!events)
		return;
	printf("*** %lu time%s the kernel says that machine check events were logged, "
	       "from line %lu on",
	       events, events == 1 ? "" : "s", c->logged.line);
	if (events > 1 && c->logged.stamped && c->logged.last_us > c->logged.first_us)
		printf(", one every %llu s", seconds / (events - 1));
	puts(", and their registers are not in this log.");
	puts("*** They went to a daemon: ras-mc-ctl --errors, journalctl -u rasdaemon or "
	     "-u mcelog, /var/log/mcelog.");
	puts("*** The kernel never prints what it has handled (SRAO, UCNA): mcwctl monitor has "
	     "those.");
}

static enum mcw_exit result_of(struct reading *reading, const char *name)
{
	const struct mcw_console *c = &reading->console;

	if (reading->faults)
		(reading->o->json ? mcw_faults_json : mcw_faults_print)(stdout, reading->faults,
									false);
	else if (reading->o->summary && reading->o->json)
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
	if (reading->o->explain)
		mcw_explained_print(stdout, &reading->explained, reading->o->json);
	if (reading->records)
		return MCW_EXIT_OK;
	if (c->logged.pages)
		mcw_error("%s: the kernel took %lu page%s (Memory failure), and no record says "
			  "why: what it has handled is never in its log",
			  name, c->logged.pages, c->logged.pages == 1 ? "" : "s");
	mcw_error("%s: no record of a machine check in any known form among %lu lines", name,
		  c->lines);
	return MCW_EXIT_FAILED;
}

#define IDLE_MS 500

/* Piped from a log that goes on, what is complete is of use at once. */
static void idle_flush(struct reading *reading)
{
	mcw_console_flush(&reading->console);
	mcw_events_end(&reading->events);
	fflush(stdout);
}

/* faults: NULL if they are not wanted. */
static struct reading *reading_begin(const struct mcw_options *o, struct mcw_diagnosis *faults)
{
	static struct reading reading;

	reading.o = o;
	reading.faults = faults;
	mcw_events_begin(&reading.events, event_take, &reading);
	mcw_console_begin(&reading.console, &o->event, record_take, note_take, &reading);
	if (o->forms)
		reading.console.forms = o->forms;
	return &reading;
}

static enum mcw_exit reading_end(struct reading *reading, const char *name)
{
	mcw_console_end(&reading->console);
	mcw_events_end(&reading->events);
	return result_of(reading, name);
}

static enum mcw_exit lines_take(struct reading *reading, struct mcw_log_input *in, const char *name)
{
	struct mcw_console *c = &reading->console;
	const char *line;
	size_t length;

	if (mcw_binary_looks(in->bytes, in->end)) {
		mcw_log_input_fill(in);
		if (mcw_binary_read(c, in->bytes, in->end))
			in->begin = in->end;
	}
	while (!ferror(stdout) && (line = mcw_log_input_line(in, &length))) {
		mcw_console_line(c, line, length);
		if (in->torn && c->open)
			mcw_error("%s ends inside a line of a record, which may be cut off", name);
		if (mcw_log_input_idle(in, IDLE_MS))
			idle_flush(reading);
	}
	return reading_end(reading, name);
}

static void line_anonymize(void *arg, const char *line, size_t length)
{
	static struct mcw_anonymize names;
	static char clean[2 * MCW_LOG_LINE_BYTES];

	(void)arg;
	length = mcw_anonymize_line(&names, line, length, clean, sizeof(clean));
	fwrite(clean, 1, length, stdout);
	putchar('\n');
}

/* The log itself, to post it. */
static void lines_anonymize(struct mcw_log_input *in)
{
	const char *line;
	size_t length;

	while (!ferror(stdout) && (line = mcw_log_input_line(in, &length)))
		line_anonymize(NULL, line, length);
}

static void line_take(void *arg, const char *line, size_t length)
{
	struct reading *reading = arg;

	mcw_console_line(&reading->console, line, length);
}

/* rasdaemon's database: a row counts as a line. reading: NULL: the rows are only made anonymous. */
static enum mcw_exit rows_take(struct reading *reading, int fd, const char *path, const char *name)
{
	struct mcw_rasdaemon_db db = { .line = line_anonymize };
	enum mcw_exit result = MCW_EXIT_OK;
	struct stat file;
	int err;

	if (fd == STDIN_FILENO) {
		if (fstat(fd, &file) || !S_ISREG(file.st_mode)) {
			mcw_error("%s is a database, which is read from a file only: mcwctl decode "
				  "FILE",
				  name);
			return MCW_EXIT_FAILED;
		}
		path = "/proc/self/fd/0";
	}
	if (reading) {
		db.line = line_take;
		db.arg = reading;
	}
	err = mcw_rasdaemon_db_read(&db, path);
	if (reading)
		result = reading_end(reading, name);
	if (db.others[0])
		mcw_error("%s has other rows too, which are no machine checks: %s", name,
			  db.others);
	if (err) {
		mcw_error("cannot read all of %s, a database of SQLite: %s", name, db.why);
		result = MCW_EXIT_FAILED;
	}
	return result;
}

static struct mcw_diagnosis *faults_begin(const struct mcw_options *o)
{
	struct mcw_limits limits;

	return mcw_limits_read(&limits, o->config) ? mcw_diagnosis_new(&limits) : NULL;
}

static enum mcw_exit file_take(const struct mcw_options *o, int fd, const char *path,
			       const char *name, struct mcw_diagnosis *faults)
{
	static struct mcw_log_input in;
	struct reading *reading = o->anonymize ? NULL : reading_begin(o, faults);
	enum mcw_exit result = MCW_EXIT_OK;

	mcw_log_input_begin(&in, fd);
	if (mcw_rasdaemon_db_looks(in.bytes, in.end))
		result = rows_take(reading, fd, path, name);
	else if (o->anonymize)
		lines_anonymize(&in);
	else if (!in.error)
		result = lines_take(reading, &in, name);
	if (in.error) {
		mcw_error("cannot read %s: %s", name, strerror(in.error));
		result = MCW_EXIT_FAILED;
	}
	return result;
}

enum mcw_exit mcw_console_run(const struct mcw_options *o, const char *path)
{
	const char *name = strcmp(path, "-") ? path : "standard input";
	struct mcw_diagnosis *faults = o->faults ? faults_begin(o) : NULL;
	enum mcw_exit result;
	int fd;

	if (o->faults && !faults)
		return MCW_EXIT_FAILED;
	fd = strcmp(path, "-") ? open(path, O_RDONLY | O_CLOEXEC) : STDIN_FILENO;
	if (fd < 0) {
		mcw_error("cannot open %s: %s (a status is a number: 0x...)" MCW_SEE_HELP, path,
			  strerror(errno));
		free(faults);
		return MCW_EXIT_FAILED;
	}
	result = file_take(o, fd, path, name, faults);
	if (fd != STDIN_FILENO)
		close(fd);
	free(faults);
	return result;
}
