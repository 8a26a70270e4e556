/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the store has: errors a day and part, faults, pages and boots, for people or as JSON.
 */
#ifndef MCW_SHOW_HISTORY_H
#define MCW_SHOW_HISTORY_H

#include <stdbool.h>
#include <stdio.h>

struct mcw_store_part;
struct mcw_store_rows;

/*
 * Whether this is a name of the part: its label, slot, serial number or the words in which it is
 * printed, in upper or lower case.
 */
bool mcw_part_has_name(const struct mcw_store_part *part, const char *name);

/* dimm: only of parts with this name, and no boots; NULL: of all. */
void mcw_store_print(FILE *out, const struct mcw_store_rows *rows, const char *dimm);
void mcw_store_json(FILE *out, const struct mcw_store_rows *rows, const char *dimm);

#endif /* MCW_SHOW_HISTORY_H */
