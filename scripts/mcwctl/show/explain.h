/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a word means, in lines of at most 80 columns or as a JSON object.
 */
#ifndef MCW_SHOW_EXPLAIN_H
#define MCW_SHOW_EXPLAIN_H

#include <stdbool.h>
#include <stdio.h>

struct mcw_advice;
struct mcw_explanation;

void mcw_explain_text(FILE *out, const struct mcw_explanation *e);
void mcw_explain_json(FILE *out, const struct mcw_explanation *e);
/* All words, topic by topic. */
void mcw_explain_list(FILE *out);

/* The families that errors were of, each of which is explained once. Zeroed: none. */
struct mcw_explained {
	unsigned int families; /* bits, by mcw_advice_number() */
};

/* advice: or NULL. */
void mcw_explained_add(struct mcw_explained *x, const struct mcw_advice *advice);
void mcw_explained_print(FILE *out, const struct mcw_explained *x, bool json);

#endif /* MCW_SHOW_EXPLAIN_H */
