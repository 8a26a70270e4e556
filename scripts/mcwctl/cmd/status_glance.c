// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl status at a glance: what the counters say, in words.
 */
#include "cmd/status_glance.h"

#include <time.h>

#include "cmd/status.h"
#include "decode/decode.h"

#define NS_PER_S	1000000000ULL

/* Those that found no room in the lane are errors, too. */
static __u64 found_in(const struct mcw_status *s, unsigned int lane)
{
	__u64 found = 0;

	for (size_t i = 0; i <= MCW_LANE_DROPPED; i++)
		found += s->lanes[lane][i];
	return found;
}

/* Return: a bank that had the last error; -1: none had one, or that is not known. */
static int last_bank(const struct mcw_status *s)
{
	__u64 newest = 0;
	int last = -1;

	for (unsigned int bank = 0; bank < MCW_BANKS_MAX; bank++) {
		const struct mcw_bank_row *row = &s->rows.bank[bank];

		if (!row->seen || row->wall_ns < newest)
			continue;
		newest = row->wall_ns;
		last = bank;
	}
	return last;
}

static void last_print(FILE *out, const struct mcw_bank_row *row, int bank)
{
	time_t seconds = row->wall_ns / NS_PER_S;
	char text[32] = "";
	struct tm tm;

	if (localtime_r(&seconds, &tm) && !strftime(text, sizeof(text), "%m-%d %T", &tm))
		text[0] = '\0';
	fprintf(out, "; last %s, CPU %u bank %d, %s", text, row->cpu, bank,
		mcw_grade_name(row->severity ? row->severity : row->grade));
}

void mcw_glance_errors(FILE *out, const struct mcw_status *s)
{
	__u64 severe = found_in(s, MCW_LANE_SEVERE), other = found_in(s, MCW_LANE_OTHER);
	int bank = last_bank(s);

	if (severe || other)
		fprintf(out, "errors    %llu uncorrected or deferred, %llu other", severe, other);
	else
		fputs("errors    none", out);
	fputs(" since the load", out);
	if (bank >= 0)
		last_print(out, &s->rows.bank[bank], bank);
	fputc('\n', out);
}

void mcw_glance_pages(FILE *out, const struct mcw_status *s)
{
	__u64 victims = mcw_field_number(s, "stats/victims/seen");
	const struct {
		__u64 number;
		const char *words;
	} parts[] = {
		{ mcw_field_number(s, "stats/recovery/kernel") +
			  mcw_field_number(s, "stats/recovery/module"),
		  "taken offline" },
		{ mcw_field_number(s, "stats/recovery/kernel_failed") +
			  mcw_field_number(s, "stats/recovery/failed"),
		  "bad and still in use" },
		{ mcw_field_number(s, "stats/recovery/not_acted"), "left as they are" },
		{ mcw_field_number(s, "stats/recovery/waiting"), "waiting" },
		{ mcw_field_number(s, "stats/soft_offline/soft_offlined"), "soft-offlined" },
		{ mcw_field_number(s, "stats/soft_offline/failed"), "could not be soft-offlined" },
		{ victims, victims == 1 ? "task got a signal" : "tasks got a signal" },
	};
	const char *before = "pages     ";

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		if (!parts[i].number)
			continue;
		fprintf(out, "%s%llu %s", before, parts[i].number, parts[i].words);
		before = ", ";
	}
	fputs(before[0] == ',' ? "\n" : "pages     none was taken offline\n", out);
}

void mcw_glance_storms(FILE *out, const struct mcw_status *s)
{
	__u64 begun = mcw_field_number(s, "stats/storms");

	if (mcw_cpus_storms_print(out, &s->cpus, "storms    "))
		return;
	fputs("storms    none now", out);
	if (begun)
		fprintf(out, "; %llu since the load", begun);
	fputc('\n', out);
}

void mcw_glance_lost(FILE *out, const struct mcw_status *s)
{
	for (unsigned int i = 0; i < MCW_STAGES; i++) {
		if (s->losses.stage[i]) {
			mcw_losses_print(out, &s->losses);
			return;
		}
	}
	fputs("lost      nothing since the load\n", out);
}
