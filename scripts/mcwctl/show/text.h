/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A record as a line of text.
 */
#ifndef MCW_SHOW_TEXT_H
#define MCW_SHOW_TEXT_H

#include <stddef.h>
#include <stdio.h>

#include <uapi/mcewarden.h>

struct mcw_lost;

/* Local time and its offset from UTC; with microseconds. */
void mcw_text_time(FILE *out, __u64 wall_ns);
char *mcw_time_text(__u64 wall_ns, char *buf, size_t size);
/* The same without fractions of a second, in buf; empty if that is no time. */
char *mcw_seconds_text(__u64 seconds, char *buf, size_t size);
/* On one line: all that the record says, and why it is graded so. */
void mcw_text_event(FILE *out, const struct mcw_record *r);
/* The losses that were not printed yet. */
void mcw_text_lost(FILE *out, unsigned int lane, const struct mcw_lost *l);
void mcw_text_older(FILE *out, unsigned int lane, __u64 records);

/* Text of others: it must not end the line or its quotes, or command a terminal. */
void mcw_text_safely(FILE *out, const char *text);

#endif /* MCW_SHOW_TEXT_H */
