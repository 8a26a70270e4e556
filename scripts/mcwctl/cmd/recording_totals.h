/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is in a recording, in numbers.
 */
#ifndef MCW_CMD_RECORDING_TOTALS_H
#define MCW_CMD_RECORDING_TOTALS_H

#include <stdbool.h>
#include <stdio.h>

#include "cmd/command.h"

enum mcw_exit mcw_recorded_status(FILE *out, const struct mcw_options *o);

/* Prints the events as mcw_metrics_events() does. Prints what is wrong to standard error. */
bool mcw_recorded_metrics(FILE *out, const struct mcw_options *o);

#endif /* MCW_CMD_RECORDING_TOTALS_H */
