// SPDX-License-Identifier: GPL-2.0
/*
 * Whether lines for people are coloured.
 */
#include "cmd/colour.h"

#include <stdlib.h>
#include <unistd.h>

#include "cmd/command.h"
#include "decode/decode.h"

bool mcw_colour_wanted(const struct mcw_options *o)
{
	const char *no_color = getenv("NO_COLOR");

	if (o->json || o->colour == MCW_COLOUR_NEVER)
		return false;
	return o->colour == MCW_COLOUR_ALWAYS ||
	       (isatty(STDOUT_FILENO) && !(no_color && *no_color));
}

const char *mcw_record_colour(const struct mcw_record *rec)
{
	if (rec->head.type == MCW_STORM || rec->head.type == MCW_VICTIM)
		return MCW_YELLOW;
	if (rec->head.type == MCW_OUTCOME)
		return MCW_PLAIN;
	switch (mcw_event_class(&rec->event)) {
	case MCW_CLASS_CORRECTED:
		return MCW_PLAIN;
	case MCW_CLASS_DEFERRED:
	case MCW_CLASS_UCNA:
	case MCW_CLASS_SRAO:
		return MCW_YELLOW;
	default:
		return MCW_RED;
	}
}
