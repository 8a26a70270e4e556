/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An event in at most MCW_LINE_COLUMNS columns.
 */
#ifndef MCW_SHOW_BRIEF_H
#define MCW_SHOW_BRIEF_H

#include <stdio.h>

struct mcw_record;

/* How bad it is, where, and what. What does not fit is the end of what. */
void mcw_text_brief(FILE *out, const struct mcw_record *r);

#endif /* MCW_SHOW_BRIEF_H */
