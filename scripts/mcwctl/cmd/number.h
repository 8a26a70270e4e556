/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Numbers on the command line.
 */
#ifndef MCW_CMD_NUMBER_H
#define MCW_CMD_NUMBER_H

#include <stdbool.h>

#include <linux/types.h>

/* Reads a number from 0 to max, as C writes them. Prints what is wrong with it. */
bool mcw_number_parse(const char *what, const char *text, __u64 max, __u64 *value);

#endif /* MCW_CMD_NUMBER_H */
