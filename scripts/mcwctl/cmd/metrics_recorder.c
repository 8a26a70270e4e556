// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl metrics: what the recorder of the service says of itself.
 */
#include "cmd/metrics.h"

#include "cmd/command.h"
#include "source/full.h"

void mcw_metrics_recorder(FILE *out, const struct mcw_options *o)
{
	struct mcw_full f;

	(void)o;
	if (mcw_full_read(&f, MCW_FULL_STATE))
		return;
	fprintf(out,
		"# HELP mcewarden_recorder_disk_full 1: mcwctl record has no room on its disk; "
		"records wait in the module.\n"
		"# TYPE mcewarden_recorder_disk_full gauge\n"
		"mcewarden_recorder_disk_full %d\n",
		f.full);
}
