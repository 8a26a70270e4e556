// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl top: how a sample is shown. What is always there comes first; the last records have the
 * rest of the screen.
 */
#define _GNU_SOURCE
#include "cmd/top.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

#include "cmd/colour.h"
#include "decode/decode.h"
#include "decode/utf8.h"
#include "show/brief.h"
#include "show/line.h"
#include "show/outcome.h"
#include "show/victim.h"

#define NS_PER_S	1000000000ULL
#define LINE_BYTES	2048
#define LEVEL_COLUMNS	10
#define ROWS_LEAST	24 /* of these each part has its least; of more they have more */

struct frame {
	FILE *out;
	unsigned int rows; /* that are left */
	unsigned int columns;
	bool colour;
};

/* Texts from outside must not command the terminal. */
static void make_safe(char *text)
{
	while (*text) {
		__u32 c;
		unsigned int length = mcw_utf8_decode(text, &c);

		if (!length || mcw_utf8_is_harmful(c)) {
			length = length ? length : 1;
			memset(text, '?', length);
		}
		text += length;
	}
}

/* mcw_cut() leaves what has no blank. */
static void cut(char *text, unsigned int columns)
{
	unsigned int seen = 0;

	mcw_cut(text, columns);
	for (; *text; text++) {
		if ((*text & 0xc0) != 0x80 && ++seen > columns) {
			*text = '\0';
			return;
		}
	}
}

static void line_put(struct frame *f, const char *code, char *text)
{
	if (!f->rows)
		return;
	f->rows--;
	make_safe(text);
	cut(text, f->columns);
	for (size_t length = strlen(text); length && text[length - 1] == ' '; length--)
		text[length - 1] = '\0';
	if (f->colour && *code)
		fprintf(f->out, "%s%s" MCW_COLOUR_END "\n", code, text);
	else
		fprintf(f->out, "%s\n", text);
}

__attribute__((format(printf, 3, 4))) static void line(struct frame *f, const char *code,
						       const char *format, ...)
{
	char text[LINE_BYTES];
	va_list values;

	va_start(values, format);
	vsnprintf(text, sizeof(text), format, values);
	va_end(values);
	line_put(f, code, text);
}

static void head_print(struct frame *f, const struct mcw_top *t, const char *hint)
{
	time_t seconds = t->wall_ns / NS_PER_S;
	struct utsname name = { .nodename = "" };
	char when[32] = "";
	struct tm tm;

	uname(&name);
	if (localtime_r(&seconds, &tm) && !strftime(when, sizeof(when), "%F %T", &tm))
		when[0] = '\0';
	line(f, MCW_BOLD, "mcewarden %s on %s, Linux %s  %s%s", t->loaded ? t->version : "",
	     name.nodename, name.release, when, hint);
}

static void finding_print(struct frame *f, const struct mcw_findings *all)
{
	static const char *const codes[MCW_LEVELS] = {
		[MCW_LEVEL_OK] = MCW_GREEN,
		[MCW_LEVEL_WARNING] = MCW_YELLOW,
		[MCW_LEVEL_CRITICAL] = MCW_RED,
		[MCW_LEVEL_UNKNOWN] = MCW_MAGENTA,
	};
	const struct mcw_finding *worst = &all->row[0];
	unsigned int more = 0;
	char tail[64] = "", sentence[MCW_SENTENCE_BYTES];

	if (!all->count || worst->level == MCW_LEVEL_OK) {
		line(f, MCW_GREEN, "ok        mcwctl doctor finds nothing wrong");
		return;
	}
	for (size_t i = 1; i < all->count; i++)
		more += all->row[i].level != MCW_LEVEL_OK;
	if (more)
		snprintf(tail, sizeof(tail), "; %u more: mcwctl doctor", more);
	/* The sentence is cut, not what follows it. */
	snprintf(sentence, sizeof(sentence), "%s", worst->sentence);
	if (f->columns > LEVEL_COLUMNS + strlen(tail))
		cut(sentence, f->columns - LEVEL_COLUMNS - strlen(tail));
	line(f, codes[worst->level], "%-9s %s%s", mcw_level_name(worst->level), sentence, tail);
}

static void counters_print(struct frame *f, const struct mcw_top *t)
{
	static const struct {
		const char *name;
		const char *code; /* while there are new ones */
	} rows[MCW_TOP_COUNTERS] = {
		[MCW_TOP_SEVERE] = { "uncorrected, deferred", MCW_RED },
		[MCW_TOP_OTHER] = { "other errors", MCW_YELLOW },
		[MCW_TOP_INTERRUPTS] = { "interrupts", MCW_PLAIN },
		[MCW_TOP_POLLS] = { "polls of one CPU", MCW_PLAIN },
		[MCW_TOP_PAGES] = { "pages taken offline", MCW_YELLOW },
		[MCW_TOP_VICTIMS] = { "tasks that got a signal", MCW_RED },
		[MCW_TOP_LOST] = { "lost", MCW_MAGENTA },
	};

	line(f, MCW_BOLD, "%-24s %12s %12s %14s", "", "a second", "last minute", "since the load");
	for (unsigned int i = 0; i < MCW_TOP_COUNTERS; i++) {
		__u64 rate = mcw_top_rate(t, i), minute = mcw_top_minute(t, i);
		char text[32] = "-";

		if (t->compares)
			snprintf(text, sizeof(text), "%llu.%llu", rate / 1000, rate % 1000 / 100);
		line(f, minute ? rows[i].code : MCW_PLAIN, "%-24s %12s %12llu %14llu", rows[i].name,
		     text, minute, t->now.value[i]);
	}
}

static void storms_print(struct frame *f, const struct mcw_top *t)
{
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);
	bool some = out && mcw_cpus_storms_print(out, &t->cpus, "storms    ");

	if (out)
		fclose(out);
	if (some)
		text[strcspn(text, "\n")] = '\0';
	line(f, some ? MCW_YELLOW : MCW_PLAIN, "%s", some ? text : "storms    none now");
	free(text);
}

/* As many as there are, up to least, and a part of the rows beyond those of a small screen. */
static size_t share(const struct mcw_top_screen *screen, size_t count, size_t least,
		    unsigned int part)
{
	size_t most = least;

	if (screen->rows > ROWS_LEAST)
		most += (screen->rows - ROWS_LEAST) / part;
	return count < most ? count : most;
}

static void places_print(struct frame *f, const struct mcw_top *t, size_t count)
{
	double seconds = (double)(t->now.mono_ns - t->before.mono_ns) / NS_PER_S;

	if (!count)
		return;
	line(f, MCW_BOLD, "%5s %4s %-9s %10s %14s  %s", "CPU", "bank", "grade", "a second",
	     "since the load", "last error");
	for (size_t i = 0; i < count; i++) {
		const struct mcw_top_place *p = &t->places[i];
		__u64 more = p->events - p->before;
		time_t last = p->last_wall_ns / NS_PER_S;
		char when[32] = "";
		struct tm tm;

		if (localtime_r(&last, &tm) && !strftime(when, sizeof(when), "%F %T", &tm))
			when[0] = '\0';
		line(f, more ? MCW_YELLOW : MCW_PLAIN, "%5u %4u %-9s %10.1f %14llu  %s", p->cpu,
		     p->bank, mcw_grade_name(p->grade),
		     t->compares && seconds > 0 ? more / seconds : 0.0, p->events, when);
	}
}

/* By new errors, then by errors. */
static bool dimm_is_worse(const struct mcw_top *t, size_t a, size_t b)
{
	const struct mcw_dimm *one = &t->dimms.dimms[a], *other = &t->dimms.dimms[b];
	__u64 all_one = one->corrected + one->uncorrected,
	      all_other = other->corrected + other->uncorrected;
	__u64 new_one = all_one, new_other = all_other;

	if (t->dimms_before && t->dimms_before_count == t->dimms.count) {
		new_one -= t->dimms_before[a].corrected + t->dimms_before[a].uncorrected;
		new_other -= t->dimms_before[b].corrected + t->dimms_before[b].uncorrected;
		if (new_one != new_other)
			return new_one > new_other;
	}
	return all_one > all_other;
}

static void dimm_print(struct frame *f, const struct mcw_top *t, size_t i)
{
	const struct mcw_dimm *d = &t->dimms.dimms[i];
	const struct mcw_slot *slot = &t->dimms.slots[i];
	__u64 more = 0;
	char news[32] = "";

	if (t->dimms_before && t->dimms_before_count == t->dimms.count)
		more = d->corrected + d->uncorrected - t->dimms_before[i].corrected -
		       t->dimms_before[i].uncorrected;
	if (more)
		snprintf(news, sizeof(news), "+%llu", more);
	line(f,
	     d->uncorrected ? MCW_RED :
	     more	    ? MCW_YELLOW :
			      MCW_PLAIN,
	     "%-24.24s %-16.16s %10llu %12llu  %s", d->label[0] ? d->label : d->location,
	     slot->device ? slot->device->locator : "?", d->corrected, d->uncorrected, news);
}

/* The worst ones; those without errors only where there is room. */
static void dimms_print(struct frame *f, const struct mcw_top *t, size_t count)
{
	bool *told;

	if (!t->dimms.count) {
		line(f, MCW_PLAIN, "memory    no EDAC driver has memory modules");
		return;
	}
	told = calloc(t->dimms.count, sizeof(*told));
	if (!told)
		return;
	line(f, MCW_BOLD, "%-24s %-16s %10s %12s  %s", "memory module", "slot", "corrected",
	     "uncorrected", "new");
	while (count--) {
		size_t worst = t->dimms.count;

		for (size_t i = 0; i < t->dimms.count; i++)
			if (!told[i] && (worst == t->dimms.count || dimm_is_worse(t, i, worst)))
				worst = i;
		told[worst] = true;
		dimm_print(f, t, worst);
	}
	free(told);
}

/* "2026-11-25 03:42:26.843176+01:00 CPU" becomes "11-25 03:42:26 CPU": a screen is narrow. */
static void shorten_time(char *text)
{
	static const char form[] = "0000-00-00 00:00:00.000000+00:00 ";
	size_t second = strcspn(form, "."), year = strlen("0000-");

	for (size_t i = 0; form[i]; i++) {
		bool digit = text[i] >= '0' && text[i] <= '9';
		bool sign = form[i] == '+' && text[i] == '-';

		if (form[i] == '0' ? !digit : !sign && text[i] != form[i])
			return;
	}
	memmove(text, text + year, second - year);
	memmove(text + second - year, text + strlen(form) - 1, strlen(text + strlen(form) - 1) + 1);
}

static void record_print(struct frame *f, const struct mcw_record *rec)
{
	const char *code = MCW_PLAIN;
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	if (!out)
		return;
	switch (rec->head.type) {
	case MCW_OUTCOME:
		mcw_text_outcome(out, rec, false);
		break;
	case MCW_STORM:
		mcw_text_storm(out, rec);
		code = MCW_YELLOW;
		break;
	case MCW_VICTIM:
		mcw_text_victim(out, rec, NULL, false);
		code = MCW_YELLOW;
		break;
	default:
		mcw_text_brief(out, rec);
		code = mcw_record_colour(rec);
	}
	fclose(out);
	text[strcspn(text, "\n")] = '\0';
	shorten_time(text);
	line(f, code, "%s", text);
	free(text);
}

static void records_print(struct frame *f, const struct mcw_top *t)
{
	size_t kept = t->record_count < MCW_TOP_RECORDS ? t->record_count : MCW_TOP_RECORDS;
	size_t count;

	if (t->hidden) {
		line(f, MCW_MAGENTA, "records   cannot read the device: %s", strerror(t->hidden));
		return;
	}
	line(f, MCW_BOLD, kept ? "last records" : "records   none");
	count = kept < f->rows ? kept : f->rows;
	for (size_t i = t->record_count - count; i < t->record_count; i++)
		record_print(f, &t->records[i % MCW_TOP_RECORDS]);
}

void mcw_top_print(FILE *out, const struct mcw_top *t, const struct mcw_top_screen *screen)
{
	struct frame f = {
		.out = out,
		.rows = screen->rows,
		.columns = screen->columns,
		.colour = screen->colour,
	};

	head_print(&f, t, screen->hint);
	if (!t->loaded) {
		line(&f, MCW_RED, "critical  the module is not loaded: modprobe mcewarden");
		return;
	}
	finding_print(&f, &t->findings);
	counters_print(&f, t);
	storms_print(&f, t);
	places_print(&f, t, share(screen, t->place_count, 2, 6));
	dimms_print(&f, t, share(screen, t->dimms.count, 2, 6));
	for (size_t i = 0; i < share(screen, t->fault_count, 1, 8); i++)
		line(&f, MCW_RED, "%s", t->faults[i]);
	records_print(&f, t);
}
