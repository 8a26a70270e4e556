/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Guests and the errors of their pages, as lines and as JSON.
 */
#ifndef MCW_SHOW_GUEST_H
#define MCW_SHOW_GUEST_H

#include <stdbool.h>
#include <stdio.h>

#include "show/json_writer.h"

struct mcw_failure_told;
struct mcw_forward_report;
struct mcw_guest;
struct mcw_owner;
struct mcw_track;

/* All guests that had errors, with their pages. all: also those that had none. */
void mcw_text_guests(FILE *out, const struct mcw_track *t, bool all);

/* An object for each guest, then one for each page. */
void mcw_json_guests(FILE *out, const struct mcw_track *t);

/* One error, or several of one page, that was forwarded or not. */
void mcw_text_forward(FILE *out, const struct mcw_forward_report *report, __u64 wall_ns);
void mcw_json_forward(FILE *out, const struct mcw_forward_report *report, __u64 wall_ns);

void mcw_text_failure(FILE *out, const struct mcw_failure_told *told);
void mcw_json_failure(FILE *out, const struct mcw_failure_told *told);

/* The same as a line under an outcome. */
void mcw_text_owner_under(FILE *out, const struct mcw_owner *owner);

/* "guest "web1" at its address 0x1000" */
void mcw_text_owner(FILE *out, const struct mcw_owner *owner);

/* The member "guests": an array of owners. */
void mcw_json_owners(struct mcw_json *json, const struct mcw_owner *owner, size_t count);

#endif /* MCW_SHOW_GUEST_H */
