// SPDX-License-Identifier: GPL-2.0
/*
 * Where in a DIMM its errors are: banks from left to right, rows from top to bottom. One row, one
 * bank or one chip that fails looks different from errors that are everywhere.
 */
#include "cmd/report.h"

#include <stdlib.h>
#include <string.h>

#define MAPS 4
#define COLUMNS 64 /* banks that had errors: more are not drawn */

#define LEFT 90
#define TOP 24
#define WIDTH 860
#define HEIGHT 260

#define SLOTS 64 /* rows of one slot are drawn as one */
#define RECTANGLES 700 /* of a map, so that a page stays small: slots become fewer for them */

struct column {
	__u32 rank, bank_group, bank;
};

struct slot {
	__u32 errors, rows, first, last;
	bool uncorrected;
};

struct map {
	const struct report_dimm *dimm;
	struct column columns[COLUMNS];
	unsigned int count;
	unsigned int slots; /* that are used */
	__u32 rows; /* a power of 2, above the highest row */
	size_t hidden; /* rows in further banks */
	struct slot slot[COLUMNS][SLOTS];
};

static int column_order(const void *a, const void *b)
{
	const struct column *x = a, *y = b;

	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	if (x->bank_group != y->bank_group)
		return x->bank_group < y->bank_group ? -1 : 1;
	return x->bank < y->bank ? -1 : x->bank > y->bank;
}

static int column_find(const struct map *m, const struct report_cell *c)
{
	for (unsigned int i = 0; i < m->count; i++)
		if (m->columns[i].rank == c->rank && m->columns[i].bank_group == c->bank_group &&
		    m->columns[i].bank == c->bank)
			return i;
	return -1;
}

static void columns_make(struct map *m)
{
	for (size_t i = 0; i < m->dimm->cell_count; i++) {
		const struct report_cell *c = &m->dimm->cells[i];

		while (m->rows <= c->row && m->rows < 1U << 31)
			m->rows *= 2;
		if (column_find(m, c) >= 0)
			continue;
		if (m->count == COLUMNS)
			m->hidden++;
		else
			m->columns[m->count++] = (struct column){ c->rank, c->bank_group, c->bank };
	}
	qsort(m->columns, m->count, sizeof(m->columns[0]), column_order);
	m->slots = RECTANGLES / m->count < SLOTS ? RECTANGLES / m->count : SLOTS;
}

static void slots_fill(struct map *m)
{
	for (size_t i = 0; i < m->dimm->cell_count; i++) {
		const struct report_cell *c = &m->dimm->cells[i];
		int column = column_find(m, c);
		struct slot *s;

		if (column < 0 || c->row >= m->rows)
			continue;
		s = &m->slot[column][(__u64)c->row * m->slots / m->rows];
		if (!s->rows || c->row < s->first)
			s->first = c->row;
		if (!s->rows || c->row > s->last)
			s->last = c->row;
		s->rows++;
		s->errors += c->errors;
		s->uncorrected |= c->uncorrected;
	}
}

static void label(struct mcw_html *h, double x, double y, const char *anchor, const char *text)
{
	char left[24], top[24];

	snprintf(left, sizeof(left), "%.1f", x);
	snprintf(top, sizeof(top), "%.1f", y);
	mcw_html_open(h, "text", "x", left, "y", top, "text-anchor", anchor, NULL);
	mcw_html_text(h, text);
	mcw_html_close(h);
}

static void slot_show(struct mcw_html *h, const struct map *m, unsigned int column,
		      unsigned int row)
{
	const struct slot *s = &m->slot[column][row];
	double step = (double)WIDTH / m->count, wide = step > 16 ? 14 : step * 0.9;
	const struct column *c = &m->columns[column];
	double high = (double)HEIGHT / m->slots;
	char x[24], y[24], width[24], tall[24];

	if (!s->rows)
		return;
	snprintf(x, sizeof(x), "%.0f", LEFT + (column + 0.5) * step - wide / 2);
	snprintf(y, sizeof(y), "%.1f", TOP + row * high);
	snprintf(width, sizeof(width), "%.0f", wide);
	snprintf(tall, sizeof(tall), "%.1f", high);
	mcw_html_open(h, "rect", "class", s->uncorrected ? "lost" : "corrected", "x", x, "y", y,
		      "width", width, "height", tall, NULL);
	mcw_html_open(h, "title", NULL);
	mcw_html_print(h, "rank %u, bank group %u, bank %u, ", c->rank, c->bank_group, c->bank);
	if (s->rows == 1)
		mcw_html_print(h, "row 0x%x: ", s->first);
	else
		mcw_html_print(h, "%u rows 0x%x to 0x%x: ", s->rows, s->first, s->last);
	mcw_html_print(h, "%u error%s", s->errors, s->errors == 1 ? "" : "s");
	mcw_html_close(h);
	mcw_html_close(h);
}

static void columns_show(struct mcw_html *h, const struct map *m)
{
	double step = (double)WIDTH / m->count;
	char text[48];

	for (unsigned int i = 0; i < m->count; i++) {
		const struct column *c = &m->columns[i];

		/* Where there is little room, each few columns have their name. */
		if (step < 50 && i % (unsigned int)(50 / step + 1))
			continue;
		snprintf(text, sizeof(text), "%u/%u/%u", c->rank, c->bank_group, c->bank);
		label(h, LEFT + (i + 0.5) * step, TOP + HEIGHT + 18, "middle", text);
	}
}

static void map_show(struct mcw_html *h, const struct report_dimm *d)
{
	struct map m = { .dimm = d, .rows = 16 };
	char name[96], text[48];

	columns_make(&m);
	slots_fill(&m);
	mcw_report_name(&d->entry, name, sizeof(name));
	mcw_html_open(h, "h3", NULL);
	mcw_html_print(h, "Rows and banks of %s", name);
	mcw_html_close(h);
	mcw_html_open(h, "div", "class", "wide", NULL);
	mcw_html_open(h, "svg", "viewBox", "0 0 980 330", "role", "img", "aria-label",
		      "rows and banks with errors", NULL);
	mcw_html_open(h, "path", "class", "axis", "d", "M90 24V284H950", NULL);
	mcw_html_close(h);
	label(h, LEFT - 6, TOP + 10, "end", "row 0x0");
	snprintf(text, sizeof(text), "0x%x", m.rows - 1);
	label(h, LEFT - 6, TOP + HEIGHT, "end", text);
	label(h, LEFT + WIDTH, TOP + HEIGHT + 36, "end", "rank/bank group/bank");
	columns_show(h, &m);
	for (unsigned int column = 0; column < m.count; column++)
		for (unsigned int row = 0; row < m.slots; row++)
			slot_show(h, &m, column, row);
	mcw_html_close(h);
	mcw_html_close(h);
	mcw_html_open(h, "p", NULL);
	mcw_html_print(h, "%zu rows had errors.", d->cell_count);
	if (d->cells_left_out)
		mcw_html_print(h, " Left out: %llu errors in further rows.", d->cells_left_out);
	if (m.hidden)
		mcw_html_print(h, " Left out: %zu rows in further banks.", m.hidden);
	mcw_html_close(h);
}

/* The one with most rows that is not shown yet. */
static const struct report_dimm *next_dimm(const struct report *r, const struct report_dimm *last)
{
	const struct report_dimm *best = NULL;

	for (size_t i = 0; i < r->board_count; i++) {
		const struct report_dimm *d = &r->boards[i];

		if (!d->cell_count || (last && (d->cell_count > last->cell_count ||
						(d->cell_count == last->cell_count && d <= last))))
			continue;
		if (!best || d->cell_count > best->cell_count)
			best = d;
	}
	return best;
}

void mcw_report_maps_show(struct mcw_html *h, const struct report *r)
{
	const struct report_dimm *d = NULL;
	unsigned int left_out = 0;

	for (unsigned int n = 0; (d = next_dimm(r, d)); n++) {
		if (n < MAPS)
			map_show(h, d);
		else
			left_out++;
	}
	if (!left_out)
		return;
	mcw_html_open(h, "p", NULL);
	mcw_html_print(h, "Left out: the rows of %u further DIMM%s.", left_out,
		       left_out == 1 ? "" : "s");
	mcw_html_close(h);
}
