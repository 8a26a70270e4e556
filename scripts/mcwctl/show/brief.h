/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An event in at most MCW_LINE_COLUMNS columns.
 */
#ifndef MCW_SHOW_BRIEF_H
#define MCW_SHOW_BRIEF_H

#include <stddef.h>
#include <stdio.h>

struct mcw_event;
struct mcw_record;

/* How bad it is, where, and what. What does not fit is the end of what. */
void mcw_text_brief(FILE *out, const struct mcw_record *r);

/* The same without the time, and as long as it is. Return: buf. */
char *mcw_brief_text(const struct mcw_event *ev, char *buf, size_t size);

#endif /* MCW_SHOW_BRIEF_H */
