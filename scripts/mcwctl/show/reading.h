/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A record for people: what happened, where, how often, and what to do.
 */
#ifndef MCW_SHOW_READING_H
#define MCW_SHOW_READING_H

#include <stdio.h>

struct mcw_facts;
struct mcw_subject;

/* mcw_subject_text() in show/registers.h has all the rest. */
void mcw_subject_reading(FILE *out, const struct mcw_subject *s);
/* What was said beside the registers, as running text. */
void mcw_facts_reading(FILE *out, const struct mcw_facts *facts);

#endif /* MCW_SHOW_READING_H */
