// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl status: each bank, what it reports, who reads it, and its last error. Banks that are alike
 * share a line, so that all of status fits a screen.
 */
#include "cmd/status_bank_rows.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "decode/decode.h"
#include "show/json.h"
#include "show/ranges.h"
#include "source/device.h"
#include "source/sysfs.h"

/* A limit for many lines, so that all of status fits a screen. */
#define ERRORS_MAX	5
#define NS_PER_S	1000000000ULL
#define LIST_COLUMNS	9

/* Return: false without a message, as a bank that is not in use gives ENODEV. */
static bool number_read(const struct mcw_options *o, unsigned int bank, const char *what,
			__u64 *number)
{
	char path[512], *end;
	FILE *file;
	bool good;

	snprintf(path, sizeof(path), "%s/bank%u%s", o->sysfs, bank, what);
	file = fopen(path, "re");
	if (!file)
		return false;
	good = fgets(path, sizeof(path), file);
	fclose(file);
	if (!good)
		return false;
	*number = strtoull(path, &end, 0);
	return end != path;
}

/* From the module's counts: they include overwritten records, and no record counts as read. */
static void errors_read(const struct mcw_options *o, struct mcw_bank_rows *rows)
{
	struct mcw_event_count_rows counts = { .rows = NULL };

	/* A user who may not read the device gets the rest of status. */
	if (access(o->device, R_OK))
		return;
	rows->errors_known = mcw_event_counts_read(&counts, o->device);
	for (size_t i = 0; i < counts.count; i++) {
		const struct mcw_event_count *last = &counts.rows[i];
		struct mcw_bank_row *row;

		if (last->bank >= MCW_BANKS_MAX)
			continue;
		row = &rows->bank[last->bank];
		if (last->last_wall_ns < row->wall_ns)
			continue;
		row->seen = true;
		row->wall_ns = last->last_wall_ns;
		row->cpu = last->cpu;
		row->severity = last->severity;
		row->grade = last->grade;
	}
	free(counts.rows);
}

void mcw_bank_rows_read(const struct mcw_options *o, const char *firmware,
			struct mcw_bank_rows *rows)
{
	struct mcw_ranges owned = { .count = 0 };
	bool some = mcw_ranges_parse(&owned, firmware, MCW_BANKS_MAX - 1);

	memset(rows, 0, sizeof(*rows));
	for (unsigned int bank = 0; bank < MCW_BANKS_MAX; bank++) {
		struct mcw_bank_row *row = &rows->bank[bank];
		char name[32];

		snprintf(name, sizeof(name), "bank%uctl", bank);
		row->there = mcw_sysfs_exists(o->sysfs, name);
		row->hidden = mcw_sysfs_is_hidden(o->sysfs, name);
		row->used = number_read(o, bank, "ctl", &row->ctl);
		row->interrupts = number_read(o, bank, "threshold", &row->threshold);
		row->firmware = some && mcw_in_ranges(&owned, bank);
	}
	errors_read(o, rows);
}

static const char *owner_of(const struct mcw_bank_row *row)
{
	if (row->firmware)
		return "firmware";
	if (row->hidden)
		return "unknown";
	if (!row->used)
		return "nobody";
	return row->interrupts ? "interrupt" : "poll";
}

/* Whether one line can stand for both. Masks may differ, but for one that is 0: it is off. */
static bool alike(const struct mcw_bank_row *a, const struct mcw_bank_row *b)
{
	return a->there && b->there && !a->seen && !b->seen && a->used == b->used &&
	       !a->ctl == !b->ctl && a->interrupts == b->interrupts &&
	       a->threshold == b->threshold && a->firmware == b->firmware;
}

static void last_print(FILE *out, const struct mcw_bank_rows *rows, const struct mcw_bank_row *row)
{
	time_t seconds = row->wall_ns / NS_PER_S;
	char text[32] = "";
	struct tm tm;

	if (!row->seen) {
		fputs(rows->errors_known ? "none" : "not known", out);
		return;
	}
	if (localtime_r(&seconds, &tm) && !strftime(text, sizeof(text), "%m-%d %T", &tm))
		text[0] = '\0';
	fprintf(out, "%s CPU %u %s", text, row->cpu,
		mcw_grade_name(row->severity ? row->severity : row->grade));
}

/* Prints the line of a bank, and of all later banks that are like it. */
static void row_print(FILE *out, const struct mcw_bank_rows *rows, unsigned int first)
{
	const struct mcw_bank_row *row = &rows->bank[first];
	char ctl[32] = "-", threshold[32] = "-";
	struct mcw_list banks = { .count = 0 };

	if (row->used)
		snprintf(ctl, sizeof(ctl), "0x%016llx", row->ctl);
	if (row->interrupts)
		snprintf(threshold, sizeof(threshold), "%llu", row->threshold);
	mcw_list_add(&banks, first);
	for (unsigned int bank = first + 1; bank < MCW_BANKS_MAX; bank++) {
		if (!alike(row, &rows->bank[bank]))
			continue;
		mcw_list_add(&banks, bank);
		if (row->ctl != rows->bank[bank].ctl)
			snprintf(ctl, sizeof(ctl), "not 0");
	}
	/* A list that is wider than its column has a line to itself. */
	if (strlen(banks.text) > LIST_COLUMNS)
		fprintf(out, "%s\n%*s", banks.text, LIST_COLUMNS, "");
	else
		fprintf(out, "%-*s", LIST_COLUMNS, banks.text);
	fprintf(out, " %-18s %5s %-9s ", ctl, threshold, owner_of(row));
	last_print(out, rows, row);
	fputc('\n', out);
}

/* The time of the last error of the ERRORS_MAX-th newest: older ones get no line. */
static __u64 newest_errors(const struct mcw_bank_rows *rows)
{
	__u64 since = ~0ULL;

	for (unsigned int n = 0; n < ERRORS_MAX; n++) {
		__u64 before = 0;

		for (unsigned int bank = 0; bank < MCW_BANKS_MAX; bank++) {
			__u64 wall_ns = rows->bank[bank].wall_ns;

			if (wall_ns < since && wall_ns > before)
				before = wall_ns;
		}
		since = before;
	}
	return since;
}

void mcw_bank_rows_print(FILE *out, const struct mcw_bank_rows *rows)
{
	__u64 since = newest_errors(rows);
	unsigned int older = 0;

	fprintf(out, "%-9s %-18s %5s %-9s %s\n", "bank", "ctl", "after", "owner", "last error");
	for (unsigned int bank = 0; bank < MCW_BANKS_MAX; bank++) {
		const struct mcw_bank_row *row = &rows->bank[bank];
		bool told = !row->there && !row->seen;

		for (unsigned int other = 0; other < bank && !told; other++)
			told = alike(row, &rows->bank[other]);
		if (told)
			continue;
		if (row->seen && row->wall_ns < since)
			older++;
		else
			row_print(out, rows, bank);
	}
	if (older)
		fprintf(out, "and %u more banks with older errors: see --json\n", older);
}

static void row_write(struct mcw_json *json, unsigned int bank, const struct mcw_bank_row *row)
{
	mcw_json_begin_object(json, NULL);
	mcw_json_number(json, "bank", bank);
	mcw_json_string(json, "owner", owner_of(row));
	if (row->used)
		mcw_json_register(json, "ctl", row->ctl);
	if (row->interrupts)
		mcw_json_number(json, "threshold", row->threshold);
	if (row->seen) {
		mcw_json_time(json, "last", row->wall_ns);
		mcw_json_number(json, "cpu", row->cpu);
		mcw_json_string(json, "severity", mcw_grade_name(row->severity));
		mcw_json_string(json, "grade", mcw_grade_name(row->grade));
	}
	mcw_json_end_object(json);
}

void mcw_bank_rows_json(struct mcw_json *json, const struct mcw_bank_rows *rows)
{
	mcw_json_begin_array(json, "bank_list");
	for (unsigned int bank = 0; bank < MCW_BANKS_MAX; bank++)
		if (rows->bank[bank].there || rows->bank[bank].seen)
			row_write(json, bank, &rows->bank[bank]);
	mcw_json_end_array(json);
}
