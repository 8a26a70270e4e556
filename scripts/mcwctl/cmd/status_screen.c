// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl status as a screen: findings first, lines that are no wider, and colours.
 */
#include "cmd/status.h"

#include <stdlib.h>
#include <string.h>

#include "cmd/colour.h"

#define COLUMNS		80
#define ROWS		23	/* the shell's prompt takes one */
#define INDENT		10
#define SENTENCE	125	/* bytes of one that two lines have room for */
#define SENTENCE_MORE	105	/* the same, with what follows it */

static const char *colour_of_level(enum mcw_level level)
{
	static const char *const colours[MCW_LEVELS] = {
		[MCW_LEVEL_OK] = MCW_GREEN,
		[MCW_LEVEL_WARNING] = MCW_YELLOW,
		[MCW_LEVEL_CRITICAL] = MCW_RED,
		[MCW_LEVEL_UNKNOWN] = MCW_MAGENTA,
	};

	return colours[level];
}

/* Return: the colour of the word that begins a line, and how long it is. */
static const char *colour_of(const char *line, size_t *length)
{
	*length = strcspn(line, " :");
	for (unsigned int level = 0; level < MCW_LEVELS; level++)
		if (!strncmp(line, mcw_level_name(level), *length) &&
		    !mcw_level_name(level)[*length] && *length)
			return colour_of_level(level);
	return MCW_PLAIN;
}

static void row_print(FILE *out, const char *line, size_t length, bool colour)
{
	size_t word;
	const char *code = colour_of(line, &word);

	if (colour && *code)
		fprintf(out, "%s%.*s%s%.*s\n", code, (int)word, line, MCW_COLOUR_END,
			(int)(length - word), line + word);
	else
		fprintf(out, "%.*s\n", (int)length, line);
}

/*
 * Prints a text, with lines broken at blanks where they are wider than the screen. Return: how many
 * lines that were.
 */
static unsigned int folded_print(FILE *out, char *text, unsigned int most, bool colour)
{
	char *line, *rest = text;
	unsigned int rows = 0;

	while ((line = strsep(&rest, "\n")) && (rest || *line)) {
		size_t indent = 0;

		while (indent + strlen(line) > COLUMNS && rows < most) {
			char *blank = line + COLUMNS - indent;

			while (blank > line && *blank != ' ')
				blank--;
			if (blank == line)
				break;
			fprintf(out, "%*s", (int)indent, "");
			row_print(out, line, blank - line, colour && !indent);
			rows++;
			line = blank + 1;
			indent = INDENT;
		}
		if (rows == most)
			break;
		fprintf(out, "%*s", (int)indent, "");
		row_print(out, line, strlen(line), colour && !indent);
		rows++;
	}
	return rows;
}

/* A text in memory, which is printed when its length is known. */
struct text {
	FILE *out;
	char *text;
	size_t length;
};

static bool text_begin(struct text *t)
{
	t->text = NULL;
	t->out = open_memstream(&t->text, &t->length);
	return t->out;
}

static unsigned int text_end(struct text *t, FILE *out, unsigned int most, bool colour)
{
	unsigned int rows = fclose(t->out) ? 0 : folded_print(out, t->text, most, colour);

	free(t->text);
	return rows;
}

static void finding_print(FILE *out, const struct mcw_finding *f, int most)
{
	fprintf(out, "%-9s %.*s%s", mcw_level_name(f->level), most, f->sentence,
		strlen(f->sentence) > (size_t)most ? "..." : "");
}

/* Return: how many are not ok. They stand first. */
static size_t bad_findings(const struct mcw_findings *all)
{
	size_t bad = 0;

	while (bad < all->count && all->row[bad].level != MCW_LEVEL_OK)
		bad++;
	return bad;
}

/* The worst one, and how many more are not ok; two lines at most. */
static void worst_print(FILE *out, const struct mcw_findings *all)
{
	size_t bad = bad_findings(all);

	if (!bad) {
		fputs("ok        mcwctl doctor finds nothing wrong\n", out);
		return;
	}
	finding_print(out, &all->row[0], SENTENCE_MORE);
	if (bad > 1)
		fprintf(out, "; %zu more: mcwctl doctor\n", bad - 1);
	else
		fputs(": mcwctl doctor\n", out);
}

/* How many of the findings fit: each has up to two lines, and what follows them one. */
static size_t fitting(const struct mcw_findings *all, unsigned int rows)
{
	size_t bad = bad_findings(all), shown = 0;

	for (; shown < bad; shown++) {
		unsigned int needs = strlen(all->row[shown].sentence) + INDENT > COLUMNS ? 2 : 1;

		if (rows < needs + 1)
			break;
		rows -= needs;
	}
	return shown ? shown : 1;
}

/* All that are not ok, or as many as there is room for. */
static void findings_print(FILE *out, const struct mcw_findings *all, unsigned int rows)
{
	size_t bad = bad_findings(all), shown = fitting(all, rows);

	if (!bad) {
		worst_print(out, all);
		return;
	}
	for (size_t i = 0; i < shown; i++) {
		finding_print(out, &all->row[i], SENTENCE);
		fputc('\n', out);
	}
	if (shown < bad)
		fprintf(out, "%*sand %zu more; mcwctl doctor says what mends them\n", INDENT, "",
			bad - shown);
	else
		fprintf(out, "%*smcwctl doctor says what mends %s\n", INDENT, "",
			bad > 1 ? "them" : "it");
}

static void verbose_print(FILE *out, const struct mcw_status *s, bool colour)
{
	struct text t;

	if (!text_begin(&t)) {
		mcw_status_lines_print(out, s, true);
		return;
	}
	worst_print(t.out, &s->findings);
	mcw_status_lines_print(t.out, s, true);
	text_end(&t, out, ~0U, colour);
}

/* The lines below the findings are printed into memory first: what they leave is for findings. */
static void glance_print(FILE *out, const struct mcw_status *s, bool colour)
{
	struct text below, findings, lines;
	unsigned int rows;

	if (!text_begin(&below))
		return;
	if (!text_begin(&lines)) {
		text_end(&below, below.out, 0, false);
		return;
	}
	mcw_status_lines_print(lines.out, s, false);
	fputs("more      mcwctl status -v has the counters; mcwctl top shows them live\n",
	      lines.out);
	rows = text_end(&lines, below.out, ROWS - 3, colour);
	if (text_begin(&findings)) {
		findings_print(findings.out, &s->findings, ROWS - rows);
		text_end(&findings, out, ROWS - rows, colour);
	}
	if (!fclose(below.out))
		fputs(below.text, out);
	free(below.text);
}

void mcw_status_print(FILE *out, const struct mcw_status *s, const struct mcw_status_look *look)
{
	(look->verbose ? verbose_print : glance_print)(out, s, look->colour);
}
