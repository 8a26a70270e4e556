// SPDX-License-Identifier: GPL-2.0
/*
 * The parts in which pstore keeps the end of a log, put in order.
 */
#include "klog/parts.h"

#include <string.h>

#include "klog/scan.h"

/* "Panic#1 Part2", "Oops#3 Part1". Return: the number of the part; 0: it is no such line. */
static unsigned int part_number(const char *text, size_t length)
{
	struct mcw_cursor c = { text, text + length };
	__u64 number;

	if (!mcw_take_one_of(&c, "Panic#|Oops#|Emergency#|Shutdown#|Unknown#|Restart#|Halt#") ||
	    !mcw_take_number(&c, 10, ~0U, &number) || !mcw_take(&c, " Part") ||
	    !mcw_take_number(&c, 10, 9999, &number))
		return 0;
	mcw_take_blanks(&c);
	return c.at == c.end || *c.at == '\r' ? number : 0;
}

static void part_out(struct mcw_parts *p, unsigned int i)
{
	size_t at = p->part[i].begin;
	size_t end = i + 1 < p->count ? p->part[i + 1].begin : p->used;
	unsigned long line = p->part[i].line;

	while (at < end) {
		const char *stop = memchr(p->text + at, '\n', end - at);
		size_t length = stop ? (size_t)(stop - (p->text + at)) : end - at;

		p->take(p->arg, p->text + at, length, line++);
		at += length + 1;
	}
}

/* backwards: the first that came is the last one. */
static void all_out(struct mcw_parts *p, bool backwards)
{
	for (unsigned int i = 0; i < p->count; i++)
		part_out(p, backwards ? p->count - 1 - i : i);
	p->ordered |= backwards && p->count > 1;
	p->count = 0;
	p->used = 0;
}

/* The rest comes out as it is. */
static void overflow(struct mcw_parts *p)
{
	p->overflowed = true;
	all_out(p, false);
}

static void line_keep(struct mcw_parts *p, const char *text, size_t length)
{
	memcpy(p->text + p->used, text, length);
	p->text[p->used + length] = '\n';
	p->used += length + 1;
}

void mcw_parts_line(struct mcw_parts *p, const char *text, size_t length, unsigned long line)
{
	unsigned int number = length > 8 && mcw_is_letter(text[0]) ? part_number(text, length) : 0;

	if (number) {
		if (p->count && number != p->number + 1)
			all_out(p, true);
		if (p->count == MCW_PARTS)
			overflow(p);
		/* Only from Part1 on do they run backwards. */
		if (p->count || number == 1) {
			p->number = number;
			p->part[p->count].begin = p->used;
			p->part[p->count++].line = line + 1;
			return;
		}
	}
	if (p->count && length + 1 > sizeof(p->text) - p->used)
		overflow(p);
	if (p->count)
		line_keep(p, text, length);
	else
		p->take(p->arg, text, length, line);
}

void mcw_parts_begin(struct mcw_parts *p, mcw_parts_take *take, void *arg)
{
	memset(p, 0, offsetof(struct mcw_parts, part));
	p->take = take;
	p->arg = arg;
}

void mcw_parts_end(struct mcw_parts *p)
{
	all_out(p, true);
}
