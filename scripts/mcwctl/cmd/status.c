// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl status: what the module's sysfs files say.
 */
#include "cmd/command.h"

#include <stdlib.h>
#include <string.h>

#include "cmd/recording_totals.h"
#include "cmd/status_bank_rows.h"
#include "cmd/status_banks.h"
#include "cmd/status_cpus.h"
#include "cmd/status_knobs.h"
#include "decode/decode.h"
#include "show/json_writer.h"
#include "source/sysfs.h"

static const char *const counters[] = {
	"committed", "refused", "dropped", "overwritten", "skipped",
};

#define COUNTERS ARRAY_SIZE(counters)

/* What is said of pages, and of the knobs about them. */
static const char *const page_numbers[] = {
	"grace_ms",
	"page_budget",
	"stats/recovery/budget_used",
	"stats/recovery/kernel",
	"stats/recovery/module",
	"stats/recovery/failed",
	"stats/recovery/not_acted",
	"stats/recovery/waiting",
	"stats/soft_offline/tracked",
	"stats/soft_offline/soft_offlined",
	"stats/soft_offline/failed",
	"stats/soft_offline/not_acted",
};

/* Their names in JSON. */
static const char *const page_keys[] = {
	"grace_ms",	     "page_budget",	    "budget_used",     "pages_kernel",
	"pages_module",	     "pages_failed",	    "pages_not_acted", "pages_waiting",
	"pages_counting",    "pages_soft_offlined", "pages_soft_failed", "pages_soft_not_acted",
};

#define PAGE_NUMBERS ARRAY_SIZE(page_numbers)
#define COLUMNS		80
#define INDENT		10

struct status {
	char version[MCW_VALUE_BYTES];
	char capture[MCW_VALUE_BYTES];
	__u64 mcgcap;
	__u64 lanes[MCW_LANES][COUNTERS];
	__u64 worker_missed;
	__u64 ce_threshold;
	__u64 ce_window;
	__u64 ras_cec;
	struct mcw_knobs knobs;
	struct mcw_cpus cpus;
	struct mcw_banks banks;
	struct mcw_bank_rows rows;
	char mcgctl[MCW_VALUE_BYTES];	/* empty: there is none */
	char recovery[MCW_VALUE_BYTES];
	__u64 pages[PAGE_NUMBERS];
};

static bool pages_read(const struct mcw_options *o, struct status *s)
{
	for (size_t i = 0; i < PAGE_NUMBERS; i++)
		if (!mcw_sysfs_number(o->sysfs, page_numbers[i], &s->pages[i]))
			return false;
	/* The file gives an error where there is no such register. */
	if (s->mcgcap & MCW_MCGCAP_CTL_P && !mcw_sysfs_value(o->sysfs, "mcg_ctl", s->mcgctl))
		return false;
	return mcw_sysfs_value(o->sysfs, "recovery", s->recovery);
}

static bool status_read(const struct mcw_options *o, struct status *s)
{
	if (!mcw_sysfs_value(o->sysfs, "version", s->version) ||
	    !mcw_sysfs_value(o->sysfs, "capture", s->capture) ||
	    !mcw_sysfs_number(o->sysfs, "mcg_cap", &s->mcgcap) || !pages_read(o, s) ||
	    !mcw_sysfs_number(o->sysfs, "stats/worker_missed", &s->worker_missed) ||
	    !mcw_sysfs_number(o->sysfs, "page_ce_threshold", &s->ce_threshold) ||
	    !mcw_sysfs_number(o->sysfs, "page_ce_window", &s->ce_window) ||
	    !mcw_sysfs_number(o->sysfs, "stats/soft_offline/ras_cec", &s->ras_cec))
		return false;
	for (unsigned int lane = 0; lane < MCW_LANES; lane++) {
		for (size_t i = 0; i < COUNTERS; i++) {
			char name[MCW_VALUE_BYTES];

			snprintf(name, sizeof(name), "stats/%s/%s", mcw_lane_name(lane),
				 counters[i]);
			if (!mcw_sysfs_number(o->sysfs, name, &s->lanes[lane][i]))
				return false;
		}
	}
	if (!mcw_knobs_read(o, &s->knobs) || !mcw_cpus_read(o, &s->cpus) ||
	    !mcw_banks_read(o, &s->banks))
		return false;
	mcw_bank_rows_read(o, s->banks.firmware, &s->rows);
	return true;
}

static const char *capture_text(const char *capture)
{
	if (!strcmp(capture, "tap"))
		return "before the kernel's pool can drop a record";
	if (!strcmp(capture, "chain"))
		return "late, from the decode chain: without what the kernel's pool drops";
	return "unknown";
}

static void rule_print(const struct status *s)
{
	fputs("corrected errors of a page: ", stdout);
	if (s->ras_cec)
		puts("RAS_CEC decides");
	else if (s->ce_threshold)
		printf("soft-offlined at %llu within %llu s\n", s->ce_threshold, s->ce_window);
	else
		puts("not counted");
}

static void pages_print(const struct status *s)
{
	const __u64 *n = s->pages;

	printf("pages     taken by kernel %llu, module %llu; failed %llu,", n[3], n[4], n[5]);
	printf(" not acted on %llu, waiting %llu\n", n[6], n[7]);
	printf("          corrected: counting %llu, soft-offlined %llu, failed %llu,", n[8], n[9],
	       n[10]);
	printf(" not acted on %llu\n", n[11]);
}

/* Breaks lines at blanks, so that none is wider than the screen. */
static void print_folded(char *text)
{
	char *line, *rest = text;

	while ((line = strsep(&rest, "\n")) && (rest || *line)) {
		size_t indent = 0;

		while (indent + strlen(line) > COLUMNS) {
			char *blank = line + COLUMNS - indent;

			while (blank > line && *blank != ' ')
				blank--;
			if (blank == line)
				break;
			printf("%*s%.*s\n", (int)indent, "", (int)(blank - line), line);
			line = blank + 1;
			indent = INDENT;
		}
		printf("%*s%s\n", (int)indent, "", line);
	}
}

/* What changes first, what never does last: a screen that is too small cuts off the end. */
static void status_print(const struct status *s)
{
	char text[MCW_TEXT_BYTES];

	printf("version   %s, capture %s: %s\n", s->version, s->capture, capture_text(s->capture));
	mcw_knobs_print(&s->knobs);
	printf("; recovery %s, grace %llu ms, budget %llu of %llu used\n", s->recovery, s->pages[0],
	       s->pages[2], s->pages[1]);
	mcw_trigger_print(&s->knobs);
	printf("%-7s", "lane");
	for (size_t i = 0; i < COUNTERS; i++)
		printf(" %12s", counters[i]);
	for (unsigned int lane = 0; lane < MCW_LANES; lane++) {
		printf("\n%-7s", mcw_lane_name(lane));
		for (size_t i = 0; i < COUNTERS; i++)
			printf(" %12llu", s->lanes[lane][i]);
	}
	printf("\nworker    missed %llu records\n", s->worker_missed);
	pages_print(s);
	rule_print(s);
	mcw_cpus_print(&s->cpus);
	mcw_banks_print(&s->banks);
	mcw_bank_rows_print(stdout, &s->rows);
	printf("MCG_CAP   0x%016llx: %s; MCG_CTL %s\n", s->mcgcap,
	       mcw_mcgcap_text(s->mcgcap, text, sizeof(text)), s->mcgctl[0] ? s->mcgctl : "none");
}

/* The parts print to the standard output, whatever that is; so it is a buffer for the moment. */
static void status_print_folded(const struct status *s)
{
	FILE *screen = stdout;
	size_t length;
	char *text;

	stdout = open_memstream(&text, &length);
	if (!stdout) {
		stdout = screen;
		status_print(s);
		return;
	}
	status_print(s);
	fclose(stdout);
	stdout = screen;
	print_folded(text);
	free(text);
}

static void lanes_write(struct mcw_json *json, const struct status *s)
{
	mcw_json_begin_object(json, "stats");
	for (unsigned int lane = 0; lane < MCW_LANES; lane++) {
		mcw_json_begin_object(json, mcw_lane_name(lane));
		for (size_t i = 0; i < COUNTERS; i++)
			mcw_json_number(json, counters[i], s->lanes[lane][i]);
		mcw_json_end_object(json);
	}
	mcw_json_end_object(json);
}

static void status_print_json(const struct status *s)
{
	struct mcw_json json;

	mcw_json_begin_line(&json, stdout);
	mcw_json_string(&json, "version", s->version);
	mcw_json_string(&json, "capture", s->capture);
	mcw_json_register(&json, "mcg_cap", s->mcgcap);
	mcw_json_number(&json, "banks", s->mcgcap & 0xff);
	lanes_write(&json, s);
	mcw_json_number(&json, "worker_missed", s->worker_missed);
	mcw_json_number(&json, "page_ce_threshold", s->ce_threshold);
	mcw_json_number(&json, "page_ce_window", s->ce_window);
	mcw_json_bool(&json, "ras_cec", s->ras_cec);
	mcw_knobs_json(&json, &s->knobs);
	mcw_cpus_json(&json, &s->cpus);
	mcw_banks_json(&json, &s->banks);
	mcw_json_string(&json, "recovery", s->recovery);
	if (s->mcgctl[0])
		mcw_json_string(&json, "mcg_ctl", s->mcgctl);
	else
		mcw_json_null(&json, "mcg_ctl");
	for (size_t i = 0; i < PAGE_NUMBERS; i++)
		mcw_json_number(&json, page_keys[i], s->pages[i]);
	mcw_bank_rows_json(&json, &s->rows);
	mcw_json_end_line(&json);
}

enum mcw_exit mcw_status_run(struct mcw_options *o)
{
	struct status s = { .version = "" };
	bool read;

	if (o->file)
		return mcw_recorded_status(o);
	read = status_read(o, &s);
	if (read && o->json)
		status_print_json(&s);
	else if (read)
		status_print_folded(&s);
	mcw_cpus_free(&s.cpus);
	return read ? MCW_EXIT_OK : MCW_EXIT_FAILED;
}
