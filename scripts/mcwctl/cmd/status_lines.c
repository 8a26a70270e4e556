// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl status: the lines for people, which fit a screen.
 */
#include "cmd/status.h"

#include <string.h>

#include "cmd/status_glance.h"
#include "decode/decode.h"

#define IGNORE_CE "../machinecheck/machinecheck0/ignore_ce"

/* With counters, or at a glance. */
enum when {
	ALWAYS,
	COUNTERS,
	GLANCE,
};

/* The words after the fields of a line, or all of some lines. */
typedef void (*print_fn)(FILE *out, const struct mcw_status *s);

static void capture_print(FILE *out, const struct mcw_status *s)
{
	const char *capture = mcw_field_text(s, "capture");

	if (!strcmp(capture, "tap"))
		fputs(": before the kernel's pool can drop a record", out);
	else if (!strcmp(capture, "chain"))
		fputs(": late, from the decode chain: without what the kernel's pool drops", out);
	else
		fputs(": unknown", out);
}

static void fake_panic_print(FILE *out, const struct mcw_status *s)
{
	if (s->fake_panic == MCW_FAKE_PANIC_ON)
		fputs("warning: fake_panic is on: the kernel goes on where it must panic\n", out);
}

static void lanes_print(FILE *out, const struct mcw_status *s)
{
	fprintf(out, "%-8s", "lane");
	for (size_t i = 0; i < MCW_LANE_COUNTERS; i++)
		fprintf(out, " %12s", mcw_lane_counters[i]);
	fputc('\n', out);
	for (unsigned int lane = 0; lane < MCW_LANES; lane++) {
		fprintf(out, "%-8s", mcw_lane_name(lane));
		for (size_t i = 0; i < MCW_LANE_COUNTERS; i++)
			fprintf(out, " %12llu", s->lanes[lane][i]);
		fputc('\n', out);
	}
}

static void losses_print(FILE *out, const struct mcw_status *s)
{
	mcw_losses_print(out, &s->losses);
}

static void before_print(FILE *out, const struct mcw_status *s)
{
	(void)s;
	fputs(": errors came before the load, how many records is unknown", out);
}

static void locations_print(FILE *out, const struct mcw_status *s)
{
	mcw_edac_seen_print(out, &s->edac, mcw_field_text(s, "location_sources"));
}

static void corrected_rule_print(FILE *out, const struct mcw_status *s)
{
	__u64 threshold = mcw_field_number(s, "page_ce_threshold");

	if (mcw_field_number(s, "stats/soft_offline/ras_cec"))
		fputs("RAS_CEC decides", out);
	else if (threshold)
		fprintf(out, "soft-offlined at %llu within %llu s", threshold,
			mcw_field_number(s, "page_ce_window"));
	else
		fputs("not counted", out);
}

static void switches_print(FILE *out, const struct mcw_status *s)
{
	mcw_switches_print(out, &s->switches);
}

static void cpus_print(FILE *out, const struct mcw_status *s)
{
	mcw_cpus_print(out, &s->cpus);
}

static void interval_print(FILE *out, const struct mcw_status *s)
{
	__u64 check_interval = mcw_field_number(s, "check_interval");

	if (!check_interval)
		fputs("not polled by the module: check_interval is 0", out);
	else if (mcw_field_number(s, IGNORE_CE))
		fputs("not polled by the module: ignore_ce is 1", out);
	else if (!mcw_field_text(s, "polled_banks")[0])
		fputs("none is left to poll, so no timer runs", out);
	else
		fprintf(out, "polled by the module every %llu s", check_interval);
}

static void polled_print(FILE *out, const struct mcw_status *s)
{
	const char *polled = mcw_field_text(s, "polled_banks");

	if (mcw_field_number(s, "check_interval") && polled[0])
		fprintf(out, "; banks %s", polled);
}

static void banks_print(FILE *out, const struct mcw_status *s)
{
	interval_print(out, s);
	polled_print(out, s);
}

static void polls_print(FILE *out, const struct mcw_status *s)
{
	interval_print(out, s);
	fprintf(out, "; polls of one CPU: %llu", mcw_field_number(s, "stats/polls"));
	polled_print(out, s);
}

static void differ_print(FILE *out, const struct mcw_status *s)
{
	mcw_banks_print(out, &s->banks);
}

static void ignore_ce_print(FILE *out, const struct mcw_status *s)
{
	if (mcw_field_number(s, IGNORE_CE))
		fputs("warning: ignore_ce is 1: neither the kernel nor the module looks for\n"
		      "corrected errors\n",
		      out);
}

/* Which of Linux's gradings the kernel has, and what the module knows that by. */
static void grading_print(FILE *out, const struct mcw_status *s)
{
	static const char *const words[][2] = {
		{ "headers", "known by its headers" },
		{ "tolerant", "known by its file tolerant" },
		{ "release", "known by its release" },
		{ "backport", "the distribution took later code" },
	};
	const char *known_by = mcw_field_text(s, "kernel_grading/known_by");

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (!strcmp(known_by, words[i][0]))
			fprintf(out, "grades    the kernel's are those of Linux %s: %s\n",
				mcw_field_text(s, "kernel_grading/generation"), words[i][1]);
}

/* With counters there is room only where the version of the kernel misleads. */
static void backport_print(FILE *out, const struct mcw_status *s)
{
	if (!strcmp(mcw_field_text(s, "kernel_grading/known_by"), "backport"))
		grading_print(out, s);
}

static void bank_rows_print(FILE *out, const struct mcw_status *s)
{
	mcw_bank_rows_print(out, &s->rows);
}

/*
 * The short names in brackets, of items that have one: decode has the long ones. MCG_CTL comes
 * with its value.
 */
static void short_names_print(FILE *out, char *text)
{
	const char *before = "";
	char *item, *rest = text;

	while ((item = strsep(&rest, ","))) {
		char *name = strchr(item, '(');

		item += strspn(item, " ");
		if (!strcmp(item, "MCG_CTL"))
			continue;
		if (name)
			fprintf(out, "%s%.*s", before, (int)strcspn(name + 1, ")"), name + 1);
		else
			fprintf(out, "%s%s", before, item);
		before = ", ";
	}
}

static void mcgcap_print(FILE *out, const struct mcw_status *s)
{
	const char *mcgctl = mcw_field_text(s, "mcg_ctl");
	char text[MCW_TEXT_BYTES];

	mcw_mcgcap_text(mcw_field_number(s, "mcg_cap"), text, sizeof(text));
	fputs(": ", out);
	short_names_print(out, text);
	fprintf(out, "; MCG_CTL %s", mcgctl[0] ? mcgctl : "none");
}

/* What changes first, what never does last: a screen that is too small cuts off the end. */
static const struct {
	const char *heading; /* NULL: print does all, with as many lines as it needs */
	print_fn print; /* NULL: the fields say all */
	bool quiet; /* no such line where all its fields are 0 or empty */
	enum when when;
} lines[MCW_LINES] = {
	[MCW_LINE_VERSION] = { .heading = "version   ", .print = capture_print },
	[MCW_LINE_GLANCE_ERRORS] = { .print = mcw_glance_errors, .when = GLANCE },
	[MCW_LINE_GLANCE_PAGES] = { .print = mcw_glance_pages, .when = GLANCE },
	[MCW_LINE_GLANCE_STORMS] = { .print = mcw_glance_storms, .when = GLANCE },
	[MCW_LINE_GLANCE_LOST] = { .print = mcw_glance_lost, .when = GLANCE },
	[MCW_LINE_KNOBS] = { .heading = "tolerant  " },
	[MCW_LINE_FAKE_PANIC] = { .print = fake_panic_print, .when = COUNTERS },
	[MCW_LINE_TRIGGER] = { .heading = "trigger   ", .quiet = true, .when = COUNTERS },
	[MCW_LINE_LANES] = { .print = lanes_print, .when = COUNTERS },
	[MCW_LINE_LOCATIONS] = { .print = locations_print },
	[MCW_LINE_LOST] = { .print = losses_print, .when = COUNTERS },
	[MCW_LINE_BEFORE] = { .heading = "before    ", .print = before_print, .quiet = true },
	[MCW_LINE_PAGES] = { .heading = "pages     ", .when = COUNTERS },
	[MCW_LINE_OTHERS] = { .heading = "          memory_failure() called for no event: ",
			      .quiet = true,
			      .when = COUNTERS },
	[MCW_LINE_VICTIMS] = { .heading = "victims   signals because of a bad page: ",
			       .quiet = true,
			       .when = COUNTERS },
	[MCW_LINE_CORRECTED_PAGES] = { .heading = "          corrected: ", .when = COUNTERS },
	[MCW_LINE_UNREPORTED] = { .heading = "          tries whose result could not be read: ",
				  .quiet = true,
				  .when = COUNTERS },
	[MCW_LINE_CORRECTED_RULE] = { .heading = "corrected errors of a page: ",
				      .print = corrected_rule_print,
				      .when = COUNTERS },
	[MCW_LINE_EDAC_SEES_CEC] = { .heading = "errors of RAS_CEC that EDAC was shown: ",
				     .quiet = true,
				     .when = COUNTERS },
	[MCW_LINE_SWITCHES] = { .print = switches_print },
	[MCW_LINE_STORMS] = { .heading = "storms    ", .when = COUNTERS },
	[MCW_LINE_CPUS] = { .print = cpus_print, .when = COUNTERS },
	[MCW_LINE_GLANCE_BANKS] = { .heading = "banks     ", .print = banks_print, .when = GLANCE },
	[MCW_LINE_BANKS] = { .heading = "banks     ", .print = polls_print, .when = COUNTERS },
	[MCW_LINE_FIRMWARE] = { .heading = "banks of the firmware, which the module never polls: ",
				.quiet = true,
				.when = COUNTERS },
	[MCW_LINE_DRIFT] = { .heading = "bank registers that the kernel rewrote and the module put"
					" back: ",
			     .quiet = true,
			     .when = COUNTERS },
	[MCW_LINE_DIFFER] = { .print = differ_print },
	[MCW_LINE_IGNORE_CE] = { .print = ignore_ce_print, .when = COUNTERS },
	[MCW_LINE_BANK_ROWS] = { .print = bank_rows_print, .when = COUNTERS },
	[MCW_LINE_GLANCE_GRADING] = { .print = grading_print, .when = GLANCE },
	[MCW_LINE_BACKPORT] = { .print = backport_print, .when = COUNTERS },
	[MCW_LINE_MCGCAP] = { .heading = "MCG_CAP   ", .print = mcgcap_print, .when = COUNTERS },
};

void mcw_status_lines_print(FILE *out, const struct mcw_status *s, bool verbose)
{
	for (enum mcw_status_line line = MCW_LINE_NONE + 1; line < MCW_LINES; line++) {
		if (lines[line].when == (verbose ? GLANCE : COUNTERS) ||
		    (lines[line].quiet && !mcw_line_says(s, line)))
			continue;
		if (lines[line].heading) {
			fputs(lines[line].heading, out);
			mcw_line_print(out, s, line);
		}
		if (lines[line].print)
			lines[line].print(out, s);
		if (lines[line].heading)
			fputc('\n', out);
	}
}
