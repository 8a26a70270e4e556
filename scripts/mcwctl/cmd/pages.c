// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl pages: each page that had errors, its state, and what was done about it. The sources are
 * the outcomes that the device still holds, and the pages whose corrected errors are counted.
 */
#include "cmd/command.h"

#include <stdio.h>
#include <stdlib.h>

#include "show/page.h"
#include "source/device.h"
#include "source/file_reader.h"
#include "source/located.h"
#include "source/page_counts.h"

enum mcw_exit mcw_pages_run(struct mcw_options *o)
{
	struct mcw_page_counts counts = { .pages = NULL };
	struct mcw_outcomes outcomes = { .records = NULL };
	struct mcw_located located = { .event = NULL };
	bool good;

	if (o->file)
		good = mcw_recording_outcomes(&outcomes, o->file, mcw_outcome_by_page_and_time) &&
		       mcw_located_recording(&located, o->file);
	else /* Counts first: if counting of a page ends in between, its outcome is read. */
		good = mcw_page_counts_read(&counts, o->device) &&
		       mcw_outcomes_read(&outcomes, o->device, mcw_outcome_by_page) &&
		       mcw_located_read(&located, o->device, o->edac, o->dmi);

	if (good)
		mcw_history_print(stdout, &counts, &outcomes, &located, o->json);
	free(counts.pages);
	mcw_outcomes_free(&outcomes);
	mcw_located_free(&located);
	return good ? MCW_EXIT_OK : MCW_EXIT_FAILED;
}
