// SPDX-License-Identifier: GPL-2.0
/*
 * The tables of a report: pages, victims, what was lost, and the records themselves.
 */
#define _GNU_SOURCE
#include "cmd/report.h"

#include <stdlib.h>
#include <string.h>

#include "decode/decode.h"
#include "show/outcome.h"
#include "show/victim.h"

void mcw_report_table(struct mcw_html *h, const char *const *columns, size_t count)
{
	mcw_html_open(h, "div", "class", "wide", NULL);
	mcw_html_open(h, "table", NULL);
	mcw_html_open(h, MCW_HTML_THEAD, NULL);
	mcw_html_open(h, "tr", NULL);
	for (size_t i = 0; i < count; i++) {
		bool number = columns[i][0] == '#';

		mcw_html_open(h, "th", "class", number ? "number" : "words", NULL);
		mcw_html_text(h, columns[i] + number);
		mcw_html_close(h);
	}
	mcw_html_close(h);
	mcw_html_close(h);
}

void mcw_report_number(struct mcw_html *h, __u64 number)
{
	mcw_html_open(h, "td", "class", "number", NULL);
	mcw_html_number(h, number);
	mcw_html_close(h);
}

static const struct mcw_record *newest(const struct report_newest *n, __u64 i)
{
	return &n->records[i % REPORT_RECORDS];
}

static __u64 first_kept(const struct report_newest *n)
{
	return n->all > REPORT_RECORDS ? n->all - REPORT_RECORDS : 0;
}

static void left_out_say(struct mcw_html *h, const struct report_newest *n, const char *what)
{
	if (!first_kept(n))
		return;
	mcw_html_open(h, "p", NULL);
	mcw_html_print(h, "Left out: %llu older %s.", first_kept(n), what);
	mcw_html_close(h);
}

/* What a line of another command says, as a cell: without the blanks before it and its end. */
static void line_cell(struct mcw_html *h, const struct mcw_record *rec)
{
	char *line = NULL;
	size_t length;
	FILE *out = open_memstream(&line, &length);

	if (!out) {
		mcw_html_element(h, "td", "no memory");
		return;
	}
	if (rec->head.type == MCW_OUTCOME)
		mcw_text_outcome(out, rec, true);
	else
		mcw_text_victim(out, rec, NULL, true);
	fclose(out);
	if (line)
		line[strcspn(line, "\n")] = '\0';
	mcw_html_element(h, "td", line ? line + strspn(line, " ") : "");
	free(line);
}

void mcw_report_time_cell(struct mcw_html *h, __u64 wall_ns)
{
	char when[64];

	mcw_html_open(h, "td", "class", "time", NULL);
	mcw_html_text(h, mcw_report_when(wall_ns, when, sizeof(when)));
	mcw_html_close(h);
}

static void lines_show(struct mcw_html *h, const struct report_newest *n, const char *what)
{
	const char *const columns[] = { "time", what };

	mcw_report_table(h, columns, ARRAY_SIZE(columns));
	for (__u64 i = first_kept(n); i < n->all; i++) {
		const struct mcw_record *rec = newest(n, i);

		mcw_html_open(h, "tr", NULL);
		mcw_report_time_cell(h, rec->head.wall_ns);
		line_cell(h, rec);
		mcw_html_close(h);
	}
	mcw_html_close(h);
	mcw_html_close(h);
}

void mcw_report_pages_show(struct mcw_html *h, const struct report *r)
{
	mcw_html_element(h, "h2", "Pages");
	if (!r->outcomes.all) {
		mcw_html_element(h, "p", "No page was taken offline.");
		return;
	}
	lines_show(h, &r->outcomes, "page, and what was done about it");
	left_out_say(h, &r->outcomes, "outcomes");
}

void mcw_report_victims_show(struct mcw_html *h, const struct report *r)
{
	mcw_html_element(h, "h2", "Victims");
	if (!r->victims.all) {
		mcw_html_element(h, "p", "No task got a signal because of a bad page.");
		return;
	}
	lines_show(h, &r->victims, "task, and its signal");
	left_out_say(h, &r->victims, "victims");
}

static void lost_row(struct mcw_html *h, const char *what, __u64 count)
{
	if (!count)
		return;
	mcw_html_open(h, "tr", NULL);
	mcw_html_element(h, "td", what);
	mcw_report_number(h, count);
	mcw_html_close(h);
}

void mcw_report_lost_show(struct mcw_html *h, const struct report *r)
{
	static const char *const columns[] = { "where", "#lost" };
	__u64 all = 0;
	char text[64];

	for (unsigned int lane = 0; lane < MCW_LANES; lane++)
		all += r->lost[lane] + r->older[lane];
	for (unsigned int i = 0; r->has_losses && i < MCW_STAGES; i++)
		all += r->losses.stage[i];
	mcw_html_element(h, "h2", "What was lost");
	if (r->damaged)
		mcw_html_element(h, "p",
				 "A part of the recording is damaged: its records are missing here.");
	if (!all) {
		mcw_html_element(h, "p", "No record was lost, as far as this page can know.");
		return;
	}
	mcw_report_table(h, columns, ARRAY_SIZE(columns));
	for (unsigned int lane = 0; lane < MCW_LANES; lane++) {
		snprintf(text, sizeof(text), "records of the lane %s, unread", mcw_lane_name(lane));
		lost_row(h, text, r->lost[lane]);
		snprintf(text, sizeof(text), "records of the lane %s, too old to be kept",
			 mcw_lane_name(lane));
		lost_row(h, text, r->older[lane]);
	}
	for (unsigned int i = 0; r->has_losses && i < MCW_STAGES; i++) {
		snprintf(text, sizeof(text), "stats/lost/%s", mcw_stage_name(i));
		lost_row(h, text, r->losses.stage[i]);
	}
	mcw_html_close(h);
	mcw_html_close(h);
}

static void register_cell(struct mcw_html *h, __u64 value, bool valid)
{
	mcw_html_open(h, "td", "class", "register", NULL);
	if (valid)
		mcw_html_print(h, "0x%016llx", value);
	mcw_html_close(h);
}

static void record_row(struct mcw_html *h, const struct mcw_record *rec)
{
	const struct mcw_event *ev = &rec->event;
	char text[MCW_TEXT_BYTES];

	mcw_html_open(h, "tr", NULL);
	mcw_report_time_cell(h, rec->head.wall_ns);
	mcw_html_open(h, "td", NULL);
	mcw_html_print(h, "%s %llu", mcw_lane_name(rec->head.lane), rec->head.pos);
	mcw_html_close(h);
	mcw_report_number(h, ev->regs.extcpu);
	mcw_report_number(h, ev->regs.bank);
	mcw_html_element(h, "td", mcw_grade_name(ev->regs.severity));
	mcw_html_open(h, "td", NULL);
	mcw_html_text(h, mcw_sentence_text(ev, text, sizeof(text)));
	if (ev->flags & MCW_FLAG_INJECTED)
		mcw_html_text(h, " (injected)");
	mcw_html_close(h);
	register_cell(h, ev->regs.status, true);
	register_cell(h, ev->regs.addr, ev->regs.status & MCW_STATUS_ADDRV);
	register_cell(h, ev->regs.misc, ev->regs.status & MCW_STATUS_MISCV);
	mcw_html_close(h);
}

static void records_of(struct mcw_html *h, const struct report_newest *n, const char *title)
{
	static const char *const columns[] = { "time",	"record", "#CPU",  "#bank", "grade",
					       "error", "status", "addr", "misc" };

	if (!n->all)
		return;
	mcw_html_element(h, "h3", title);
	mcw_report_table(h, columns, ARRAY_SIZE(columns));
	for (__u64 i = first_kept(n); i < n->all; i++)
		record_row(h, newest(n, i));
	mcw_html_close(h);
	mcw_html_close(h);
	left_out_say(h, n, "records");
}

void mcw_report_records_show(struct mcw_html *h, const struct report *r)
{
	mcw_html_element(h, "h2", "Records");
	if (!r->severe.all && !r->others.all)
		mcw_html_element(h, "p", "There is none.");
	records_of(h, &r->severe, "Uncorrected and deferred errors");
	records_of(h, &r->others, "Corrected errors, and others");
}
