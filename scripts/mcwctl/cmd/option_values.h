/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The values of options that are neither a number nor any text: lists, words, times.
 */
#ifndef MCW_CMD_OPTION_VALUES_H
#define MCW_CMD_OPTION_VALUES_H

#include <stdbool.h>

struct mcw_options;

/* Each takes the value of one option; false after an error, which it has printed. */
bool mcw_option_sync(struct mcw_options *o, const char *value);
bool mcw_option_count(struct mcw_options *o, const char *value);
bool mcw_option_lane(struct mcw_options *o, const char *value);
bool mcw_option_severity(struct mcw_options *o, const char *value);
bool mcw_option_source(struct mcw_options *o, const char *value);
bool mcw_option_cpus(struct mcw_options *o, const char *value);
bool mcw_option_banks(struct mcw_options *o, const char *value);
bool mcw_option_since(struct mcw_options *o, const char *value);
bool mcw_option_colour(struct mcw_options *o, const char *value);
bool mcw_option_vendor(struct mcw_options *o, const char *value);
bool mcw_option_format(struct mcw_options *o, const char *value);
bool mcw_option_qmp(struct mcw_options *o, const char *value);
bool mcw_option_cs(struct mcw_options *o, const char *value);
bool mcw_option_bank(struct mcw_options *o, const char *value);
bool mcw_option_cpuid(struct mcw_options *o, const char *value);

#endif /* MCW_CMD_OPTION_VALUES_H */
