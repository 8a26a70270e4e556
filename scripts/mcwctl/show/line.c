// SPDX-License-Identifier: GPL-2.0
/*
 * A line for a terminal: its colour, and its end where the terminal ends.
 */
#define _GNU_SOURCE
#include "show/line.h"

#include <stdlib.h>
#include <string.h>

#define COLOUR_END "\033[0m"
#define MORE " ..."

FILE *mcw_line_begin(struct mcw_line *l, const char *colour, unsigned int columns)
{
	*l = (struct mcw_line){ .colour = colour, .columns = columns };
	if (colour[0] || columns)
		l->out = open_memstream(&l->text, &l->length);
	return l->out ? l->out : stdout;
}

/* The bytes of UTF-8 behind the first one of a character. */
static int goes_on(char byte)
{
	return (byte & 0xc0) == 0x80;
}

/* Labels of memory modules can have characters of several bytes. */
void mcw_cut(char *text, unsigned int columns)
{
	size_t columns_seen = 0, last_blank = 0, at;

	for (at = 0; text[at]; at++) {
		if (goes_on(text[at]))
			continue;
		if (++columns_seen > columns)
			break;
		if (text[at] == ' ' && at && text[at - 1] != ' ' &&
		    columns_seen <= columns - (sizeof(MORE) - 1) + 1)
			last_blank = at;
	}
	if (text[at] && last_blank)
		strcpy(text + last_blank, MORE);
}

void mcw_line_end(struct mcw_line *l)
{
	if (!l->out)
		return;
	if (!fclose(l->out)) {
		l->text[strcspn(l->text, "\n")] = '\0';
		if (l->columns)
			mcw_cut(l->text, l->columns);
		/* The code that ends the colour must come before the end of the line. */
		printf("%s%s%s\n", l->colour, l->text, l->colour[0] ? COLOUR_END : "");
	}
	free(l->text);
}
