/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The limits of the diagnosis, from a configuration file.
 */
#ifndef MCW_CMD_LIMITS_FILE_H
#define MCW_CMD_LIMITS_FILE_H

#include <stdbool.h>

#define MCW_CONFIG_FILE "/etc/mcewarden/mcewarden.conf"

struct mcw_limits;

/* path: NULL for the usual file, which need not be there. Prints what is wrong. */
bool mcw_limits_read(struct mcw_limits *l, const char *path);

#endif /* MCW_CMD_LIMITS_FILE_H */
