/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the registers of one record say, wherever they come from, and its grades.
 */
#ifndef MCW_SHOW_REGISTERS_H
#define MCW_SHOW_REGISTERS_H

#include <stdbool.h>
#include <stdio.h>

#include <uapi/mcewarden.h>

struct mcw_json;
struct mcw_facts;

/* A record, and what is known of where it was found. */
struct mcw_subject {
	struct mcw_event ev;		/* what is absent in it was not given */
	const struct mcw_facts *facts;	/* or NULL */
	bool verbose;			/* print all registers, and the grades */
};

/* Fills in what recent servers of that make have, where nothing was said of it. */
void mcw_subject_assume(struct mcw_subject *s);
/* All: a sentence and what to remark, the registers, and the grades with their reasons. */
void mcw_subject_text(FILE *out, const struct mcw_subject *s);
/* What was said beside the registers, a line each. */
void mcw_facts_text(FILE *out, const struct mcw_facts *facts);
/* Members of an object: the grades, and what the registers give. */
void mcw_subject_json(struct mcw_json *json, const struct mcw_subject *s);

#endif /* MCW_SHOW_REGISTERS_H */
