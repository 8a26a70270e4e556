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

/* Text of others: it must not end the line or its quotes, or command a terminal. */
void mcw_text_safely(FILE *out, const char *text);

#endif /* MCW_SHOW_TEXT_H */
