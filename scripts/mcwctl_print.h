/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How records look: a line for people (mcwctl_text.c) or for programs (mcwctl_json.c).
 */
#ifndef MCWCTL_PRINT_H
#define MCWCTL_PRINT_H

#include <stdio.h>
#include <time.h>

#include <uapi/mcewarden.h>

struct mcw_lost;

void mcw_text_event(FILE *out, const struct mcw_record *r);
/* What l has to say that was not said yet. */
void mcw_text_lost(FILE *out, unsigned int lane, const struct mcw_lost *l);
void mcw_text_older(FILE *out, unsigned int lane, __u64 records);

/* lost: records of this lane since its previous object. */
void mcw_json_event(FILE *out, const struct mcw_record *r, __u64 lost);
void mcw_json_lost(FILE *out, unsigned int lane, __u64 lost, __u64 wall_ns, __u64 mono_ns);
/* With the quotes; anything that JSON does not take as it is becomes an escape. */
void mcw_json_string(FILE *out, const char *text);

#endif /* MCWCTL_PRINT_H */
