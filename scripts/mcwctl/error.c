// SPDX-License-Identifier: GPL-2.0
/*
 * The error message when the module is not loaded.
 */
#include "error.h"

#include <string.h>

#define TRY_LOADING	"is the module loaded? Try insmod mcewarden.ko, or modprobe mcewarden"

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
