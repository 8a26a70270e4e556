// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl doctor: all findings, the worst first, each with a command that mends or shows it.
 */
#include "cmd/command.h"

#include "cmd/findings.h"
#include "show/json_writer.h"

static void finding_print(const struct mcw_finding *f)
{
	printf("%-9s %s: %s\n", mcw_level_name(f->level), f->id, f->sentence);
	if (f->command[0])
		printf("          # %s\n", f->command);
}

static void finding_write(struct mcw_json *json, const struct mcw_finding *f)
{
	mcw_json_begin_line(json, stdout);
	mcw_json_string(json, "type", "finding");
	mcw_json_string(json, "id", f->id);
	mcw_json_string(json, "level", mcw_level_name(f->level));
	mcw_json_string(json, "sentence", f->sentence);
	if (f->command[0])
		mcw_json_string(json, "command", f->command);
	else
		mcw_json_null(json, "command");
	mcw_json_end_line(json);
}

enum mcw_exit mcw_doctor_run(struct mcw_options *o)
{
	struct mcw_findings all;
	struct mcw_json json;

	mcw_findings_read(o, NULL, &all);
	for (size_t i = 0; i < all.count; i++) {
		if (o->json)
			finding_write(&json, &all.row[i]);
		else
			finding_print(&all.row[i]);
	}
	return all.count && all.row[0].level == MCW_LEVEL_OK ? MCW_EXIT_OK : MCW_EXIT_FAILED;
}
