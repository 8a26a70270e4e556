/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The files of the conditions: their configuration, and their state.
 */
#ifndef MCW_CMD_CONDITIONS_FILE_H
#define MCW_CMD_CONDITIONS_FILE_H

#include <stdbool.h>

#include "diagnose/conditions.h"

/* Where the recorder's service keeps the state. */
#define MCW_CONDITIONS_FILE "/var/lib/mcewarden/conditions"

/*
 * Of all of a file of configuration, with the limits of the diagnosis. path: NULL for the usual
 * file, which need not be there. Prints what is wrong.
 */
bool mcw_conditions_conf_read(struct mcw_conditions_conf *conf, struct mcw_limits *limits,
			      const char *path);

/* Return: 0; ENOENT: there is none; EILSEQ: it is damaged or of another version; or an errno. */
int mcw_conditions_state_read(struct mcw_conditions *c, struct mcw_conditions_origin *origin,
			      const char *path);

/* What such an error is, in words. */
const char *mcw_conditions_why(int err);

/* Replaces the file as a whole. Return: 0 or an errno. */
int mcw_conditions_state_write(const struct mcw_conditions *c,
			       const struct mcw_conditions_origin *origin, const char *path);

#endif /* MCW_CMD_CONDITIONS_FILE_H */
