/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Whether lines for people are coloured, and the codes.
 */
#ifndef MCW_CMD_COLOUR_H
#define MCW_CMD_COLOUR_H

#include <stdbool.h>

struct mcw_options;
struct mcw_record;

#define MCW_PLAIN	""
#define MCW_RED	"\033[1;31m"
#define MCW_GREEN	"\033[32m"
#define MCW_YELLOW	"\033[33m"
#define MCW_MAGENTA	"\033[35m"
#define MCW_BOLD	"\033[1m"
#define MCW_COLOUR_END	"\033[0m"

/* By --color, and else on a terminal, if the variable NO_COLOR is empty. Never for JSON. */
bool mcw_colour_wanted(const struct mcw_options *o);

/* Errors that need action are red, other uncorrected errors yellow. */
const char *mcw_record_colour(const struct mcw_record *rec);

#endif /* MCW_CMD_COLOUR_H */
