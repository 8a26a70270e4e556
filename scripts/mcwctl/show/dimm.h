/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The machine's DIMMs and their errors, as a table for people or as one JSON object a DIMM.
 */
#ifndef MCW_SHOW_DIMM_H
#define MCW_SHOW_DIMM_H

#include <stdbool.h>
#include <stdio.h>

#include "decode/dimm.h"

struct mcw_json;

/* A DIMM, its slot, and what the module's records say of it. */
struct mcw_dimm_row {
	struct mcw_dimm_known known;
	__u64 last_ns;		/* its last error, since 1970; 0: none is known */
	unsigned int pages;	/* that were taken offline because of it */
};

void mcw_dimm_rows_print(FILE *out, const struct mcw_dimm_row *rows, size_t count);
void mcw_dimm_rows_json(FILE *out, const struct mcw_dimm_row *rows, size_t count);

/* What is known beside its label, each with a comma before it: slot, part, serial. */
void mcw_dimm_known_print(FILE *out, const struct mcw_dimm_known *known);
/* The member "dimm"; null where neither the DIMM nor a place in it is known. */
void mcw_json_dimm(struct mcw_json *json, const struct mcw_dimm_known *known);

#endif /* MCW_SHOW_DIMM_H */
