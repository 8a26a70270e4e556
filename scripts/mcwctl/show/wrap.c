// SPDX-License-Identifier: GPL-2.0
/*
 * A text on several lines, broken between words.
 */
#define _GNU_SOURCE
#include "show/wrap.h"

#include <string.h>

void mcw_wrap_begin(struct mcw_wrap *w, const char *label)
{
	w->column = strlen(label);
	w->words = 0;
	fputs_unlocked(label, w->out);
}

static void blanks_put(FILE *out, unsigned int count)
{
	while (count--)
		putc_unlocked(' ', out);
}

void mcw_wrap_put(struct mcw_wrap *w, const char *text)
{
	text += strspn(text, " ");
	while (*text) {
		unsigned int length = strcspn(text, " ");

		if (w->words && w->column + 1 + length > w->columns) {
			putc_unlocked('\n', w->out);
			blanks_put(w->out, w->indent);
			w->column = w->indent;
			w->words = 0;
		}
		if (w->words++) {
			putc_unlocked(' ', w->out);
			w->column++;
		}
		fwrite_unlocked(text, 1, length, w->out);
		w->column += length;
		text += length;
		text += strspn(text, " ");
	}
}

void mcw_wrap_end(struct mcw_wrap *w)
{
	putc_unlocked('\n', w->out);
}
