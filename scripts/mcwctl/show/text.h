/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A record as a line of text.
 */
#ifndef MCW_SHOW_TEXT_H
#define MCW_SHOW_TEXT_H

#include <stdio.h>

#include <uapi/mcewarden.h>

struct mcw_lost;

/* Local time, with microseconds. */
void mcw_text_time(FILE *out, __u64 wall_ns);
void mcw_text_event(FILE *out, const struct mcw_record *r);
/* The losses that were not printed yet. */
void mcw_text_lost(FILE *out, unsigned int lane, const struct mcw_lost *l);
void mcw_text_older(FILE *out, unsigned int lane, __u64 records);

#endif /* MCW_SHOW_TEXT_H */
