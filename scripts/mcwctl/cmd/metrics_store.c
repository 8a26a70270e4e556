// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl metrics: what the store has. These counters go on over reboots, and an error counts for
 * the memory module that it was in, in whatever slot that is. There are two series a part that had
 * an error, and none an address.
 */
#include "cmd/metrics.h"

#include <unistd.h>

#include "cmd/command.h"
#include "decode/decode.h"
#include "show/fault.h"
#include "show/history.h"
#include "store/store.h"

static void line_print(FILE *out, const struct mcw_store_part *part, const char *class,
		       __u64 errors)
{
	struct mcw_fault f = { .part = part->name };
	char text[MCW_TEXT_BYTES] = "none";

	if (part->name.kind != MCW_SIGN_NONE)
		mcw_fault_part_label(&f, text, sizeof(text));
	fputs("mcewarden_part_errors_total{part=", out);
	mcw_metrics_label(out, text);
	fputs(",slot=", out);
	mcw_metrics_label(out, part->name.slot);
	fputs(",serial=", out);
	mcw_metrics_label(out, part->name.serial);
	fprintf(out, ",class=\"%s\"} %llu\n", class, errors);
}

static void parts_print(FILE *out, const struct mcw_store_rows *rows)
{
	fputs("# HELP mcewarden_part_errors_total Errors of a part since the store began, over "
	      "reboots.\n"
	      "# TYPE mcewarden_part_errors_total counter\n",
	      out);
	for (size_t i = 0; i < rows->part_count; i++) {
		line_print(out, &rows->parts[i], "corrected", rows->parts[i].corrected);
		line_print(out, &rows->parts[i], "uncorrected", rows->parts[i].uncorrected);
	}
}

static void faults_print(FILE *out, const struct mcw_store_rows *rows)
{
	unsigned int open[MCW_FAULT_CRITICAL + 1] = { 0 };

	for (size_t i = 0; i < rows->fault_count; i++)
		if (!rows->faults[i].closed[0] && rows->faults[i].fault.level <= MCW_FAULT_CRITICAL)
			open[rows->faults[i].fault.level]++;
	fputs("# HELP mcewarden_stored_faults Open faults in the store, over reboots.\n"
	      "# TYPE mcewarden_stored_faults gauge\n",
	      out);
	for (unsigned int level = MCW_FAULT_WARNING; level <= MCW_FAULT_CRITICAL; level++)
		fprintf(out, "mcewarden_stored_faults{level=\"%s\"} %u\n",
			mcw_fault_level_name(level), open[level]);
}

static void boots_print(FILE *out, const struct mcw_store_rows *rows)
{
	unsigned int cut_off = 0;

	for (size_t i = 0; i < rows->boot_count; i++)
		cut_off += rows->boots[i].end == MCW_BOOT_LOST ||
			   rows->boots[i].end == MCW_BOOT_ERROR;
	fprintf(out,
		"# HELP mcewarden_boots_cut_off Boots in the store that ended without a "
		"shutdown.\n"
		"# TYPE mcewarden_boots_cut_off gauge\n"
		"mcewarden_boots_cut_off %u\n",
		cut_off);
}

/* The usual store need not be there, and only root and the group adm may read it. */
void mcw_metrics_store(FILE *out, const struct mcw_options *o)
{
	struct mcw_store_rows rows;
	struct mcw_store *s;

	if (!o->store && access(MCW_STORE_FILE, R_OK))
		return;
	s = mcw_store_open(o->store ? o->store : MCW_STORE_FILE, MCW_STORE_READ);
	if (s && mcw_store_read(s, 0, &rows)) {
		parts_print(out, &rows);
		faults_print(out, &rows);
		boots_print(out, &rows);
		mcw_store_rows_free(&rows);
	}
	mcw_store_close(s);
}
