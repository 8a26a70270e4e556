// SPDX-License-Identifier: GPL-2.0
/*
 * The finding about the recorder of the service: whether it can write what it reads.
 */
#include "cmd/findings_look.h"

#include <errno.h>

#include "source/full.h"

void mcw_look_recorder(struct mcw_look *l, struct mcw_finding *f)
{
	char path[MCW_PATH_BYTES];
	struct mcw_full full;
	int err;

	mcw_look_path(l, MCW_FULL_STATE, path);
	err = mcw_full_read(&full, path);
	/* Without a recorder there is nothing to say. */
	if (err == ENOENT)
		return;
	if (err)
		mcw_found_unreadable(f, l, MCW_FULL_STATE, err);
	else if (!full.full)
		mcw_found(f, MCW_LEVEL_OK, NULL, "the recorder has room on its disk");
	else
		mcw_found(f, MCW_LEVEL_WARNING, NULL,
			  "the recorder cannot write to %.200s: %.60s: records wait in the module, "
			  "and the oldest are lost once its lanes are full",
			  full.path, full.why);
	if (full.full)
		mcw_found_command(f, "df -h -- \"$(dirname '%.200s')\"", full.path);
}
