// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl metrics: the findings, each with a series for each level. The one that holds is 1.
 */
#include "cmd/metrics.h"

#include "cmd/command.h"
#include "cmd/findings.h"

void mcw_metrics_findings(FILE *out, const struct mcw_options *o, const struct mcw_diagnosis *d)
{
	struct mcw_findings all;

	mcw_findings_read(o, d, &all);
	fputs("# HELP mcewarden_finding 1 for the level of a finding of mcwctl doctor.\n"
	      "# TYPE mcewarden_finding gauge\n",
	      out);
	for (size_t i = 0; i < all.count; i++)
		for (enum mcw_level level = MCW_LEVEL_OK; level < MCW_LEVELS; level++)
			fprintf(out, "mcewarden_finding{id=\"%s\",level=\"%s\"} %u\n",
				all.row[i].id, mcw_level_name(level), all.row[i].level == level);
}
