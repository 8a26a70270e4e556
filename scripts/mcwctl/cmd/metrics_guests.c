// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl metrics: the errors of guests' pages, as mcwctl guests --forward has counted them since it
 * began. A guest that was started again goes on where it was.
 */
#include "cmd/metrics.h"

#include <stdlib.h>
#include <string.h>

#include "cmd/command.h"
#include "guests/noted.h"

struct row {
	char name[MCW_GUEST_NAME_BYTES];
	struct mcw_guest_counts counts;
};

struct rows {
	struct row *row;
	size_t count;
};

static void add(__u64 *sum, const __u64 *more, size_t count)
{
	for (size_t i = 0; i < count; i++)
		sum[i] += more[i];
}

static void row_take(void *self, const char *name, const struct mcw_guest_counts *counts)
{
	struct rows *rows = self;
	struct row *more;
	size_t i = 0;

	while (i < rows->count && strncmp(rows->row[i].name, name, MCW_GUEST_NAME_BYTES - 1))
		i++;
	if (i == rows->count) {
		more = realloc(rows->row, (i + 1) * sizeof(*more));
		if (!more)
			return;
		rows->row = more;
		memset(&more[i], 0, sizeof(more[i]));
		snprintf(more[i].name, sizeof(more[i].name), "%s", name);
		rows->count++;
	}
	/* They are all counters. */
	add((__u64 *)&rows->row[i].counts, (const __u64 *)counts, sizeof(*counts) / sizeof(__u64));
}

static void line_print(FILE *out, const char *metric, const struct row *row, const char *label,
		       const char *value, __u64 number)
{
	fprintf(out, "mcewarden_guest_%s_total{guest=", metric);
	mcw_metrics_label(out, row->name);
	if (label)
		fprintf(out, ",%s=\"%s\"", label, value);
	fprintf(out, "} %llu\n", number);
}

static void head_print(FILE *out, const char *metric, const char *help)
{
	fprintf(out,
		"# HELP mcewarden_guest_%s_total %s\n# TYPE mcewarden_guest_%s_total counter\n",
		metric, help, metric);
}

static void errors_print(FILE *out, const struct rows *rows)
{
	head_print(out, "errors", "Errors in pages of a guest.");
	for (size_t i = 0; i < rows->count; i++) {
		const struct row *row = &rows->row[i];

		line_print(out, "errors", row, "class", "corrected", row->counts.corrected);
		line_print(out, "errors", row, "class", "deferred", row->counts.deferred);
		line_print(out, "errors", row, "class", "uncorrected", row->counts.uncorrected);
	}
}

static void forwards_print(FILE *out, const struct rows *rows)
{
	head_print(out, "forwards", "Errors of a guest, by whether its banks were told.");
	for (size_t i = 0; i < rows->count; i++) {
		const struct row *row = &rows->row[i];

		line_print(out, "forwards", row, "result", "forwarded", row->counts.forwarded);
		line_print(out, "forwards", row, "result", "refused", row->counts.refused);
		line_print(out, "forwards", row, "result", "left", row->counts.left);
	}
}

static void rest_print(FILE *out, const struct rows *rows)
{
	head_print(out, "signals", "Signals to a guest's process because of a bad page.");
	for (size_t i = 0; i < rows->count; i++)
		line_print(out, "signals", &rows->row[i], NULL, NULL, rows->row[i].counts.victims);
	head_print(out, "memory_failures", "QEMU's events MEMORY_FAILURE.");
	for (size_t i = 0; i < rows->count; i++)
		line_print(out, "memory_failures", &rows->row[i], NULL, NULL,
			   rows->row[i].counts.memory_failures);
}

void mcw_metrics_guests(FILE *out, const struct mcw_options *o)
{
	const char *path = o->guests.state ? o->guests.state : MCW_GUESTS_STATE;
	struct rows rows = { .row = NULL };

	if (!mcw_noted_each(path, row_take, &rows))
		return;
	errors_print(out, &rows);
	forwards_print(out, &rows);
	rest_print(out, &rows);
	free(rows.row);
}
