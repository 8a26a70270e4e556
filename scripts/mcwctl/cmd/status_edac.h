/* SPDX-License-Identifier: GPL-2.0 */
/*
 * mcwctl status: who names the part of the machine that an error is about, and what to load.
 */
#ifndef MCW_CMD_STATUS_EDAC_H
#define MCW_CMD_STATUS_EDAC_H

#include <stdbool.h>
#include <stdio.h>

struct mcw_json;
struct mcw_options;

struct mcw_edac_seen {
	unsigned int controllers;	/* that EDAC drivers have */
	unsigned int dimms;
};

/* Says what is wrong with EDAC's directory. A machine without one is no error. */
bool mcw_edac_seen_read(const struct mcw_options *o, struct mcw_edac_seen *seen);

/*
 * Who names parts, and what to load; nothing where EDAC alone does, as it should be.
 * sources: the module's file location_sources.
 */
void mcw_edac_seen_print(FILE *out, const struct mcw_edac_seen *seen, const char *sources);

/* A member of an object. */
void mcw_edac_seen_json(struct mcw_json *json, const struct mcw_edac_seen *seen);

#endif /* MCW_CMD_STATUS_EDAC_H */
