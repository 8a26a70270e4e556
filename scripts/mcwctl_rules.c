// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl rules: the rules of the grading, in their order, and how many events each has graded.
 */
#include "mcwctl.h"

#include <mcewarden/severity.h>

#include "decode.h"
#include "mcwctl_print.h"

static void rule_print(unsigned int rule, __u64 hits)
{
	char text[MCW_TEXT_BYTES];

	printf("%12llu %-8s %s\n", hits, mcw_grade_name(mcw_severity_rule_grade(rule)),
	       mcw_rule_text(rule, text, sizeof(text)));
}

static void rule_print_json(unsigned int rule, __u64 hits)
{
	char text[MCW_TEXT_BYTES];

	fputs("{\"rule\":", stdout);
	mcw_json_string(stdout, mcw_severity_rule_name(rule));
	printf(",\"grade\":\"%s\",\"hits\":%llu,\"why\":",
	       mcw_grade_name(mcw_severity_rule_grade(rule)), hits);
	mcw_json_string(stdout, mcw_rule_text(rule, text, sizeof(text)));
	fputs(",\"manual\":", stdout);
	mcw_json_string(stdout, mcw_severity_rule_manual(rule));
	fputs("}\n", stdout);
}

enum mcw_exit mcw_rules_run(struct mcw_options *o)
{
	__u64 hits[MCW_RULES];

	for (unsigned int rule = 0; rule < MCW_RULES; rule++) {
		char name[64];

		snprintf(name, sizeof(name), "stats/rules/%s", mcw_severity_rule_name(rule));
		if (!mcw_sysfs_number(o, name, &hits[rule]))
			return MCW_EXIT_FAILED;
	}
	for (unsigned int rule = 0; rule < MCW_RULES; rule++)
		(o->json ? rule_print_json : rule_print)(rule, hits[rule]);
	return MCW_EXIT_OK;
}
