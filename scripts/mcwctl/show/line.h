/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A line for a terminal: its colour, and its end where the terminal ends.
 */
#ifndef MCW_SHOW_LINE_H
#define MCW_SHOW_LINE_H

#include <stddef.h>
#include <stdio.h>

#define MCW_LINE_COLUMNS 120

struct mcw_line {
	const char *colour;	/* the code that begins it; "": none */
	unsigned int columns;	/* 0: as long as it is */
	FILE *out;
	char *text;
	size_t length;
};

/* Return: the stream to print one line to. */
FILE *mcw_line_begin(struct mcw_line *l, const char *colour, unsigned int columns);
/* Prints it to standard output. */
void mcw_line_end(struct mcw_line *l);

/* Cuts a text between words, so that it has no more columns and says that there is more. */
void mcw_cut(char *text, unsigned int columns);

#endif /* MCW_SHOW_LINE_H */
