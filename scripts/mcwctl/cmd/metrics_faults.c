// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl metrics: the open faults. A part that has several faults of one mode and level, as two
 * rows, has one series with their number.
 */
#include "cmd/metrics.h"

#include <stdlib.h>
#include <string.h>

#include "cmd/open_faults.h"
#include "decode/decode.h"
#include "show/fault.h"

#define ROWS	256

struct row {
	const struct mcw_fault *fault;
	char part[MCW_TEXT_BYTES];
	unsigned int count;
};

static bool is_same(const struct row *row, const struct mcw_fault *f, const char *part)
{
	return row->fault->mode == f->mode && row->fault->level == f->level &&
	       !strcmp(row->part, part) && !strcmp(row->fault->part.serial, f->part.serial);
}

static void row_count(struct row *rows, size_t *n, const struct mcw_fault *f)
{
	char part[MCW_TEXT_BYTES];
	size_t i = 0;

	mcw_fault_part_label(f, part, sizeof(part));
	while (i < *n && !is_same(&rows[i], f, part))
		i++;
	if (i == ROWS)
		return; /* mcewarden_finding{id="fault"} still says that there is one */
	if (i == *n) {
		rows[i].fault = f;
		memcpy(rows[i].part, part, sizeof(part));
		++*n;
	}
	rows[i].count++;
}

static void row_print(FILE *out, const struct row *row)
{
	fputs("mcewarden_fault_open{part=", out);
	mcw_metrics_label(out, row->part);
	fputs(",serial=", out);
	mcw_metrics_label(out, row->fault->part.serial);
	fprintf(out, ",mode=\"%s\",level=\"%s\"} %u\n", mcw_fault_mode_name(row->fault->mode),
		mcw_fault_level_name(row->fault->level), row->count);
}

void mcw_metrics_faults(FILE *out, const struct mcw_diagnosis *d)
{
	struct row *rows = calloc(ROWS, sizeof(*rows));
	const struct mcw_fault *fault;
	size_t n = 0;

	if (rows && d) {
		fputs("# HELP mcewarden_fault_open Open faults of a part, by mode and level; see "
		      "mcwctl faults.\n"
		      "# TYPE mcewarden_fault_open gauge\n",
		      out);
		for (size_t at = 0; (fault = mcw_open_fault_next(d, &at));)
			row_count(rows, &n, fault);
	}
	for (size_t i = 0; i < n; i++)
		row_print(out, &rows[i]);
	free(rows);
}
