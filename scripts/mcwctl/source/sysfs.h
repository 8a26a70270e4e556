/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The module's files in sysfs.
 */
#ifndef MCW_SOURCE_SYSFS_H
#define MCW_SOURCE_SYSFS_H

#include <stdbool.h>

#include <linux/types.h>

/*
 * Reads one of the module's files below the directory sysfs, without the end of its line. Prints
 * what is wrong.
 */
#define MCW_VALUE_BYTES	1024
bool mcw_sysfs_value(const char *sysfs, const char *name, char *value);

/* The first line of any file, without its end. Prints nothing. Return: 0, or what errno says. */
int mcw_line_read(const char *path, char *value);

/* Reads a file that holds a number. Prints what is wrong. */
bool mcw_sysfs_number(const char *sysfs, const char *name, __u64 *number);

/* Whether the file exists. */
bool mcw_sysfs_exists(const char *sysfs, const char *name);

/* Whether there is such a file, and only others may read it. */
bool mcw_sysfs_is_hidden(const char *sysfs, const char *name);

#endif /* MCW_SOURCE_SYSFS_H */
