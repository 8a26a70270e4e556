/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The configuration file, and the limits of the diagnosis in it.
 */
#ifndef MCW_CMD_LIMITS_FILE_H
#define MCW_CMD_LIMITS_FILE_H

#include <stdbool.h>
#include <stddef.h>

#define MCW_CONFIG_FILE "/etc/mcewarden/mcewarden.conf"

struct mcw_limits;

/* path: NULL for the usual file, which need not be there. Prints what is wrong. */
bool mcw_limits_read(struct mcw_limits *l, const char *path);

/*
 * All of a file of configuration. path: NULL for the usual one, which need not be there. Return:
 * the text, which the caller frees; NULL after printing what is wrong.
 */
char *mcw_config_text(const char *path, size_t *length);

#endif /* MCW_CMD_LIMITS_FILE_H */
