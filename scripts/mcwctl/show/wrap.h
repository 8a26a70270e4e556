/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A text on several lines, broken between words.
 */
#ifndef MCW_SHOW_WRAP_H
#define MCW_SHOW_WRAP_H

#include <stdio.h>

/* Where the next word goes. */
struct mcw_wrap {
	FILE *out;
	unsigned int indent;	/* the column in which a further line begins */
	unsigned int columns;	/* no line is longer, unless one word is */
	unsigned int column;	/* 0 to begin with */
	unsigned int words;	/* on this line */
};

/* label: printed first, as it is. Empty: the text begins in the first column. */
void mcw_wrap_begin(struct mcw_wrap *w, const char *label);
void mcw_wrap_put(struct mcw_wrap *w, const char *text);
void mcw_wrap_end(struct mcw_wrap *w);

#endif /* MCW_SHOW_WRAP_H */
