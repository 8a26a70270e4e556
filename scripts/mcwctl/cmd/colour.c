// SPDX-License-Identifier: GPL-2.0
/*
 * Whether lines for people are coloured.
 */
#include "cmd/colour.h"

#include <stdlib.h>
#include <unistd.h>

#include "cmd/command.h"

bool mcw_colour_wanted(const struct mcw_options *o)
{
	const char *no_color = getenv("NO_COLOR");

	if (o->json || o->colour == MCW_COLOUR_NEVER)
		return false;
	return o->colour == MCW_COLOUR_ALWAYS ||
	       (isatty(STDOUT_FILENO) && !(no_color && *no_color));
}
