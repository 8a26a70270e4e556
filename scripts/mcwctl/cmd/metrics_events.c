// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl metrics: the events, by CPU, bank, grades and source.
 */
#include "cmd/metrics.h"

#include <stdlib.h>
#include <string.h>

#include "decode/decode.h"

#define NS_PER_S 1000000000ULL
#define NO_NAME 0xff

/* Values without a name share one. Two lines must not have the same labels, so they are added. */
static void name_alike(struct mcw_event_count *row)
{
	if (!strcmp(mcw_grade_name(row->severity), mcw_grade_name(NO_NAME)))
		row->severity = NO_NAME;
	if (!strcmp(mcw_grade_name(row->grade), mcw_grade_name(NO_NAME)))
		row->grade = NO_NAME;
	if (!strcmp(mcw_source_name(row->source), mcw_source_name(NO_NAME)))
		row->source = NO_NAME;
	row->flags &= MCW_FLAG_INJECTED;
}

static int compare(unsigned int a, unsigned int b)
{
	return (a > b) - (a < b);
}

int mcw_event_count_order(const void *left, const void *right)
{
	const struct mcw_event_count *a = left, *b = right;
	int order = compare(a->cpu, b->cpu);

	if (!order)
		order = compare(a->bank, b->bank);
	if (!order)
		order = compare(a->severity, b->severity);
	if (!order)
		order = compare(a->grade, b->grade);
	if (!order)
		order = compare(a->source, b->source);
	return order ? order : compare(a->flags, b->flags);
}

/* Return: how many rows are left. */
static size_t add_up(struct mcw_event_count *rows, size_t n)
{
	size_t left = 0;

	for (size_t i = 0; i < n; i++) {
		struct mcw_event_count *last = left ? &rows[left - 1] : NULL;

		if (!last || mcw_event_count_order(last, &rows[i])) {
			rows[left++] = rows[i];
			continue;
		}
		last->events += rows[i].events;
		if (rows[i].last_wall_ns > last->last_wall_ns)
			last->last_wall_ns = rows[i].last_wall_ns;
	}
	return left;
}

static void labels_print(FILE *out, const struct mcw_event_count *row)
{
	fprintf(out, "{cpu=\"%u\",bank=\"%u\",severity=\"%s\",grade=\"%s\",source=\"%s\",",
		row->cpu, row->bank, mcw_grade_name(row->severity), mcw_grade_name(row->grade),
		mcw_source_name(row->source));
	fprintf(out, "injected=\"%s\"}", row->flags ? "true" : "false");
}

void mcw_metrics_events(FILE *out, struct mcw_event_count *rows, size_t n)
{
	for (size_t i = 0; i < n; i++)
		name_alike(&rows[i]);
	if (n)
		qsort(rows, n, sizeof(*rows), mcw_event_count_order);
	n = add_up(rows, n);
	fputs("# HELP mcewarden_events_total Machine-check records; severity: by the kernel, "
	      "grade: by mcewarden, injected: by the kernel's injector.\n"
	      "# TYPE mcewarden_events_total counter\n",
	      out);
	for (size_t i = 0; i < n; i++) {
		fputs("mcewarden_events_total", out);
		labels_print(out, &rows[i]);
		fprintf(out, " %llu\n", rows[i].events);
	}
	fputs("# HELP mcewarden_event_last_timestamp_seconds When the last of these records was "
	      "captured.\n# TYPE mcewarden_event_last_timestamp_seconds gauge\n",
	      out);
	for (size_t i = 0; i < n; i++) {
		fputs("mcewarden_event_last_timestamp_seconds", out);
		labels_print(out, &rows[i]);
		fprintf(out, " %llu.%09llu\n", rows[i].last_wall_ns / NS_PER_S,
			rows[i].last_wall_ns % NS_PER_S);
	}
}
