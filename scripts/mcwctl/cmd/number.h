/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Numbers on the command line.
 */
#ifndef MCW_CMD_NUMBER_H
#define MCW_CMD_NUMBER_H

#include <stdbool.h>

#include <linux/types.h>

/* A number in C's notation, 0..max. Says what is wrong with another one. */
bool mcw_number_parse(const char *what, const char *text, __u64 max, __u64 *value);

#endif /* MCW_CMD_NUMBER_H */
