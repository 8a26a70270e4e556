/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A record as one JSON object on one line.
 */
#ifndef MCW_SHOW_JSON_H
#define MCW_SHOW_JSON_H

#include <stdio.h>

#include <uapi/mcewarden.h>

#include "show/json_writer.h"

struct mcw_dimm_known;
struct mcw_facts;

/* The first members of a record; lost: records of this lane since its previous one. */
void mcw_json_head(struct mcw_json *json, const char *type, const struct mcw_head *head,
		   __u64 lost);
void mcw_json_time(struct mcw_json *json, const char *key, __u64 wall_ns);
/* The members of an event. facts: what was said beside its registers; or NULL. */
void mcw_json_event_body(struct mcw_json *json, const struct mcw_event *ev,
			 const struct mcw_facts *facts);
/* Each of these prints an object, and ends the line. */
/* known: the DIMM that an event is about; NULL, or its dimm is NULL: not known. */
void mcw_json_event(FILE *out, const struct mcw_record *r, const struct mcw_dimm_known *known,
		    __u64 lost);
void mcw_json_lost(FILE *out, unsigned int lane, __u64 lost, __u64 wall_ns, __u64 mono_ns);

#endif /* MCW_SHOW_JSON_H */
