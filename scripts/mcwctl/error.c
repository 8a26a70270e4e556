// SPDX-License-Identifier: GPL-2.0
/*
 * The error message when the module is not loaded.
 */
#include "error.h"

#include <errno.h>
#include <string.h>

#define TRY_LOADING	"load mcewarden first: modprobe mcewarden"

static bool module_missing;

void mcw_error_no_module(const char *path, int err)
{
	mcw_error("cannot open %s: %s: " TRY_LOADING, path, strerror(err));
	module_missing = true;
}

bool mcw_module_missing(void)
{
	return module_missing;
}

const char *mcw_error_who(int err, const char *path)
{
	static const char *const ours[] = { "/dev/mcewarden", "/var/log/mcewarden",
					    "/var/lib/mcewarden" };

	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		if ((err == EACCES || err == EPERM) && !strncmp(path, ours[i], strlen(ours[i])))
			return ": only root and the group adm may read it";
	return "";
}
