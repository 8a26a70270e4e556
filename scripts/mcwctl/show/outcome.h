/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Records that the module itself writes, outcomes and storms, as lines and as JSON.
 */
#ifndef MCW_SHOW_OUTCOME_H
#define MCW_SHOW_OUTCOME_H

#include <stdbool.h>
#include <stdio.h>

#include <uapi/mcewarden.h>

struct mcw_json;
struct mcw_owner;

/* under: the line stands below the line of its event, and does not name it. */
void mcw_text_outcome(FILE *out, const struct mcw_record *r, bool under);
void mcw_text_storm(FILE *out, const struct mcw_record *r);
void mcw_json_outcome(FILE *out, const struct mcw_record *r, __u64 lost);
/* owner: the guests that have its page. */
void mcw_json_outcome_owned(FILE *out, const struct mcw_record *r, __u64 lost,
			    const struct mcw_owner *owner, size_t count);
/* The members of an outcome that say which event it is about, and what was done. */
void mcw_json_outcome_body(struct mcw_json *json, const struct mcw_outcome *o);
void mcw_json_storm(FILE *out, const struct mcw_record *r, __u64 lost);

#endif /* MCW_SHOW_OUTCOME_H */
