/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A record that a log has, as text and in JSON.
 */
#ifndef MCW_SHOW_LOG_EVENT_H
#define MCW_SHOW_LOG_EVENT_H

#include <stdio.h>

#include "klog/records.h"

struct mcw_subject;

/* Who printed it: "kernel", "mcelog"; its name in JSON as well. */
const char *mcw_printer_name(enum mcw_printer printer);
/* s: the same record, and what is assumed of its machine. */
void mcw_log_event_text(FILE *out, const struct mcw_console_record *r, const struct mcw_subject *s);

/* show/log_json.c: the same in JSON, a line each. */
void mcw_log_event_json(FILE *out, const struct mcw_console_record *r, const struct mcw_subject *s);
void mcw_log_note_json(FILE *out, const struct mcw_console_record *r);
/* What there is to say of the whole log. */
void mcw_log_end_json(FILE *out, const struct mcw_console *c);

#endif /* MCW_SHOW_LOG_EVENT_H */
