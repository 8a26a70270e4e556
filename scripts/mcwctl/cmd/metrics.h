/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The counters, as metrics in the text format of Prometheus.
 */
#ifndef MCW_CMD_METRICS_H
#define MCW_CMD_METRICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <uapi/mcewarden.h>

struct mcw_diagnosis;
struct mcw_options;

/* All files of the module that hold a number, and some that hold a word. Prints what is wrong. */
bool mcw_metrics_files(FILE *out, const struct mcw_options *o);

/* The events. Sorts the rows, and adds up those that would have the same labels. */
void mcw_metrics_events(FILE *out, struct mcw_event_count *rows, size_t n);

/* For qsort(): the order of rows; 0: they count the same kind of event. */
int mcw_event_count_order(const void *left, const void *right);

/* The errors of each DIMM that an EDAC driver knows. Prints what is wrong. */
bool mcw_metrics_dimms(FILE *out, const struct mcw_options *o);

/* The findings of doctor. d: the diagnosis of the device's records, or NULL. */
void mcw_metrics_findings(FILE *out, const struct mcw_options *o, const struct mcw_diagnosis *d);

/*
 * The open faults of the records that the device has. d: their diagnosis; NULL: it could not be
 * read, and there are no series.
 */
void mcw_metrics_faults(FILE *out, const struct mcw_diagnosis *d);

/* What the store has, if there is one that can be read. */
void mcw_metrics_store(FILE *out, const struct mcw_options *o);

/* The conditions that the recorder acts on, if it does. */
void mcw_metrics_conditions(FILE *out, const struct mcw_options *o);

/* What mcwctl guests --forward has noted, if it has. */
void mcw_metrics_guests(FILE *out, const struct mcw_options *o);

/* Whether the recorder has room on its disk, if one tells. */
void mcw_metrics_recorder(FILE *out, const struct mcw_options *o);

/* The value of a label, in quotes. Bytes beyond ASCII and control characters become \xHH. */
void mcw_metrics_label(FILE *out, const char *text);

/* The metric that says whether the module is there. */
void mcw_metrics_up(FILE *out, bool up);

#endif /* MCW_CMD_METRICS_H */
