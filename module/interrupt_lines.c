// SPDX-License-Identifier: GPL-2.0
/*
 * Sums the machine check's lines of /proc/interrupts, such as
 *
 *	MCE:          0          0   Machine check exceptions
 *
 * The text may come in pieces that end anywhere: with many CPUs the file has megabytes.
 */
#include <mcewarden/interrupt_lines.h>

enum place {
	BEGIN,
	LABEL,
	BETWEEN,
	NUMBER,
	REST,
};

static const char labels[MCW_INTERRUPT_LINES][3] = {
	[MCW_LINE_EXCEPTIONS] = { 'M', 'C', 'E' },
	[MCW_LINE_THRESHOLD] = { 'T', 'H', 'R' },
	[MCW_LINE_DEFERRED] = { 'D', 'F', 'R' },
};

/* MCW_INTERRUPT_LINES for any other. */
static unsigned int line_of(const struct mcw_interrupt_lines *l)
{
	unsigned int line;

	for (line = 0; line < MCW_INTERRUPT_LINES; line++)
		if (l->length == sizeof(l->label) && l->label[0] == labels[line][0] &&
		    l->label[1] == labels[line][1] && l->label[2] == labels[line][2])
			break;
	return line;
}

static void label_take(struct mcw_interrupt_lines *l, char c)
{
	if (c == ':') {
		l->line = line_of(l);
		l->place = l->line < MCW_INTERRUPT_LINES ? BETWEEN : REST;
	} else if (l->length < sizeof(l->label)) {
		l->label[l->length++] = c;
	} else {
		l->place = REST;
	}
}

static void number_end(struct mcw_interrupt_lines *l)
{
	l->sum[l->line] += l->number;
	l->place = BETWEEN;
}

/* The words after the numbers may have digits. */
static void value_take(struct mcw_interrupt_lines *l, char c)
{
	if (c >= '0' && c <= '9') {
		l->number = (l->place == NUMBER ? l->number * 10 : 0) + (c - '0');
		l->place = NUMBER;
		return;
	}
	if (l->place == NUMBER)
		number_end(l);
	if (c != ' ' && c != '\t')
		l->place = REST;
}

static void line_end(struct mcw_interrupt_lines *l)
{
	if (l->place == NUMBER)
		number_end(l);
	l->place = BEGIN;
	l->length = 0;
}

static void take(struct mcw_interrupt_lines *l, char c)
{
	if (c == '\n') {
		line_end(l);
		return;
	}
	if (l->place == BEGIN && c != ' ' && c != '\t')
		l->place = LABEL;
	if (l->place == LABEL)
		label_take(l, c);
	else if (l->place != BEGIN && l->place != REST)
		value_take(l, c);
}

/**
 * mcw_interrupt_lines_take() - go on with more of the text
 * @l: what was found so far, and where the text ended
 * @text: the next piece
 * @length: its bytes
 *
 * A number that is the last of the text counts only once a line's end follows.
 */
void mcw_interrupt_lines_take(struct mcw_interrupt_lines *l, const char *text, unsigned int length)
{
	unsigned int i;

	for (i = 0; i < length; i++)
		take(l, text[i]);
}
