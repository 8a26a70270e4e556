/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A record as one JSON object on one line.
 */
#ifndef MCW_SHOW_JSON_H
#define MCW_SHOW_JSON_H

#include <stdio.h>

#include <uapi/mcewarden.h>

/* The beginning of an object; lost: records of this lane since its previous one. */
void mcw_json_head(FILE *out, const char *type, const struct mcw_head *head, __u64 lost);
void mcw_json_time(FILE *out, const char *key, __u64 wall_ns);
void mcw_json_event(FILE *out, const struct mcw_record *r, __u64 lost);
/* The members of an event's object that its registers give. */
void mcw_json_event_body(FILE *out, const struct mcw_event *ev);
void mcw_json_lost(FILE *out, unsigned int lane, __u64 lost, __u64 wall_ns, __u64 mono_ns);
/* With the quotes; anything that JSON does not take as it is becomes an escape. */
void mcw_json_string(FILE *out, const char *text);

#endif /* MCW_SHOW_JSON_H */
