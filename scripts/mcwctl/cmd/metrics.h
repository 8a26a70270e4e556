/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is counted, as metrics in Prometheus' text format.
 */
#ifndef MCW_CMD_METRICS_H
#define MCW_CMD_METRICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <uapi/mcewarden.h>

struct mcw_options;

/* All of the module's files that are a number, and some that are a word. Says what is wrong. */
bool mcw_metrics_files(FILE *out, const struct mcw_options *o);

/* The events, by what the rows have in words; changes their order, and adds up what is alike. */
void mcw_metrics_events(FILE *out, struct mcw_event_count *rows, size_t n);

/* For qsort(): rows by what is counted; 0 where that is alike. */
int mcw_event_count_order(const void *left, const void *right);

/* Whether the module is there. */
void mcw_metrics_up(FILE *out, bool up);

#endif /* MCW_CMD_METRICS_H */
