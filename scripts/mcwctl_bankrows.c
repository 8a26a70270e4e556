// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl status: each bank, what it reports, who looks at it, and its last error. Banks that are
 * alike share a line, so that it fits a screen.
 */
#include "mcwctl_bankrows.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "decode.h"
#include "mcwctl_print.h"
#include "mcwctl_stream.h"

#define NS_PER_S	1000000000ULL

/* A file that gives ENODEV says by that what it has to say. */
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

static enum mcw_step error_take(struct mcw_stream *s, const struct mcw_record *rec)
{
	struct mcw_bank_rows *rows = s->self;
	const struct mcw_event *ev = &rec->event;
	struct mcw_bank_row *row;

	if (rec->head.type != MCW_EVENT || ev->regs.bank >= MCW_BANKS_MAX)
		return MCW_STEP_MORE;
	row = &rows->bank[ev->regs.bank];
	if (row->seen && row->wall_ns > rec->head.wall_ns)
		return MCW_STEP_MORE;
	row->seen = true;
	row->wall_ns = rec->head.wall_ns;
	row->cpu = ev->regs.extcpu;
	row->class = mcw_event_class(ev);
	return MCW_STEP_MORE;
}

static void errors_read(const struct mcw_options *o, struct mcw_bank_rows *rows)
{
	static const struct mcw_consumer consumer = { .record = error_take };
	static struct mcw_stream s;

	/* Who may not read the device still may see the rest. */
	if (access(o->device, R_OK))
		return;
	s.consumer = &consumer;
	s.self = rows;
	s.path = o->device;
	if (!mcw_stream_open(&s))
		return;
	rows->errors_known = mcw_stream_finish(&s) != MCW_STEP_FAILED;
	mcw_stream_close(&s);
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
		row->there = mcw_sysfs_exists(o, name);
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
	if (!row->used)
		return "nobody";
	return row->interrupts ? "interrupt" : "poll";
}

static bool alike(const struct mcw_bank_row *a, const struct mcw_bank_row *b)
{
	return a->there && b->there && !a->seen && !b->seen && a->used == b->used &&
	       a->ctl == b->ctl && a->interrupts == b->interrupts && a->threshold == b->threshold &&
	       a->firmware == b->firmware;
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
	if (localtime_r(&seconds, &tm) && !strftime(text, sizeof(text), "%F %T", &tm))
		text[0] = '\0';
	fprintf(out, "%s CPU %u %s", text, row->cpu, mcw_class_name(row->class));
}

void mcw_bank_rows_print(FILE *out, const struct mcw_bank_rows *rows)
{
	unsigned int first = 0, next;

	fprintf(out, "%-6s %-18s %5s %-9s %s\n", "bank", "ctl", "after", "owner", "last error");
	for (; first < MCW_BANKS_MAX; first = next) {
		const struct mcw_bank_row *row = &rows->bank[first];
		char banks[32], ctl[32] = "-", threshold[32] = "-";

		next = first + 1;
		if (!row->there && !row->seen)
			continue;
		while (next < MCW_BANKS_MAX && alike(row, &rows->bank[next]))
			next++;
		if (next - first > 1)
			snprintf(banks, sizeof(banks), "%u-%u", first, next - 1);
		else
			snprintf(banks, sizeof(banks), "%u", first);
		if (row->used)
			snprintf(ctl, sizeof(ctl), "0x%016llx", row->ctl);
		if (row->interrupts)
			snprintf(threshold, sizeof(threshold), "%llu", row->threshold);
		fprintf(out, "%-6s %-18s %5s %-9s ", banks, ctl, threshold, owner_of(row));
		last_print(out, rows, row);
		fputc('\n', out);
	}
}

void mcw_bank_rows_print_json(FILE *out, const struct mcw_bank_rows *rows)
{
	const char *before = "";

	fputs("\"bank_list\":[", out);
	for (unsigned int bank = 0; bank < MCW_BANKS_MAX; bank++) {
		const struct mcw_bank_row *row = &rows->bank[bank];

		if (!row->there && !row->seen)
			continue;
		fprintf(out, "%s{\"bank\":%u,\"owner\":\"%s\"", before, bank, owner_of(row));
		if (row->used)
			fprintf(out, ",\"ctl\":\"0x%016llx\"", row->ctl);
		if (row->interrupts)
			fprintf(out, ",\"threshold\":%llu", row->threshold);
		if (row->seen) {
			mcw_json_time(out, "last", row->wall_ns);
			fprintf(out, ",\"cpu\":%u,\"class\":\"%s\"", row->cpu,
				mcw_class_name(row->class));
		}
		fputc('}', out);
		before = ",";
	}
	fputc(']', out);
}
