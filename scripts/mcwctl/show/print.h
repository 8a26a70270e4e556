/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How records look: a line for people (show/text.c) or for programs (show/json.c);
 * in show/outcome.c both, for what the module itself has to say.
 */
#ifndef MCWCTL_PRINT_H
#define MCWCTL_PRINT_H

#include <stdbool.h>
#include <stdio.h>
#include <time.h>

#include <uapi/mcewarden.h>

struct mcw_lost;

/* Local, with microseconds. */
void mcw_text_time(FILE *out, __u64 wall_ns);
void mcw_text_event(FILE *out, const struct mcw_record *r);
/* What l has to say that was not said yet. */
void mcw_text_lost(FILE *out, unsigned int lane, const struct mcw_lost *l);
void mcw_text_older(FILE *out, unsigned int lane, __u64 records);

/* A line of its own; under: below the line of the event that it is about. */
void mcw_text_outcome(FILE *out, const struct mcw_record *r, bool under);
void mcw_text_storm(FILE *out, const struct mcw_record *r);

/* The beginning of an object; lost: records of this lane since its previous one. */
void mcw_json_head(FILE *out, const char *type, const struct mcw_head *head, __u64 lost);
void mcw_json_time(FILE *out, const char *key, __u64 wall_ns);
void mcw_json_event(FILE *out, const struct mcw_record *r, __u64 lost);
/* The members of an event's object that its registers give. */
void mcw_json_event_body(FILE *out, const struct mcw_event *ev);
void mcw_json_outcome(FILE *out, const struct mcw_record *r, __u64 lost);
/* The members of an outcome's object that say what it is about and what was done. */
void mcw_json_outcome_body(FILE *out, const struct mcw_outcome *o);
void mcw_json_storm(FILE *out, const struct mcw_record *r, __u64 lost);
void mcw_json_lost(FILE *out, unsigned int lane, __u64 lost, __u64 wall_ns, __u64 mono_ns);
/* With the quotes; anything that JSON does not take as it is becomes an escape. */
void mcw_json_string(FILE *out, const char *text);

#endif /* MCWCTL_PRINT_H */
