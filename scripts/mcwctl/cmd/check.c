// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl check: one line and an exit status for Nagios, Icinga and others that run its plugins.
 *
 * Standard output has one line, with the counts behind a bar for graphs. The exit status is that
 * of the worst finding.
 */
#include "cmd/command.h"

#include <ctype.h>
#include <string.h>

#include "cmd/findings.h"
#include "error.h"

/* Whether a list such as edac,firmware has the id. */
static bool is_ignored(const char *list, const char *id)
{
	size_t length = strlen(id);

	for (const char *at = list; at && *at; at += strcspn(at, ","), at += *at == ',')
		if (strcspn(at, ",") == length && !memcmp(at, id, length))
			return true;
	return false;
}

/* A list with a wrong id would ignore nothing, and nobody would notice. */
static bool ignored_is_good(const char *list)
{
	for (const char *at = list; at && *at; at += strcspn(at, ","), at += *at == ',') {
		size_t length = strcspn(at, ",");
		const char *id;
		bool known = false;

		for (size_t i = 0; (id = mcw_finding_id(i)) && !known; i++)
			known = strlen(id) == length && !memcmp(at, id, length);
		if (known)
			continue;
		printf("mcewarden UNKNOWN: --ignore: no finding has the id '%.*s'\n", (int)length,
		       at);
		return false;
	}
	return true;
}

/* A bar would begin the counts. */
static void sentence_print(const char *text)
{
	for (; *text; text++)
		putchar(*text == '|' || *text == '\n' ? ' ' : *text);
}

/* The ids of all other findings, by what is the matter with them. */
static void others_print(const struct mcw_findings *all, const char *ignored,
			 const struct mcw_finding *worst)
{
	enum mcw_level last = MCW_LEVELS;

	for (size_t i = 0; i < all->count; i++) {
		const struct mcw_finding *f = &all->row[i];

		if (f == worst || f->level == MCW_LEVEL_OK || is_ignored(ignored, f->id))
			continue;
		printf("%s%s%s", last == MCW_LEVELS ? "; also " : ", ", f->id,
		       f->level == MCW_LEVEL_UNKNOWN ? " (unknown)" : "");
		last = f->level;
	}
}

static void ignored_print(const struct mcw_findings *all, const char *ignored)
{
	const char *before = "; ignored: ";

	for (size_t i = 0; i < all->count; i++) {
		const struct mcw_finding *f = &all->row[i];

		if (f->level == MCW_LEVEL_OK || !is_ignored(ignored, f->id))
			continue;
		printf("%s%s", before, f->id);
		before = ", ";
	}
}

static void counts_print(const struct mcw_finding_counts *counts)
{
	if (counts->known)
		printf(" | lost=%lluc uncorrected=%lluc pages_taken=%lluc pages_kept=%lluc",
		       counts->lost, counts->uncorrected, counts->pages_taken, counts->pages_kept);
}

static enum mcw_level line_print(const struct mcw_findings *all, const char *ignored)
{
	const struct mcw_finding *worst = NULL;
	enum mcw_level level;
	size_t good = 0;

	for (size_t i = 0; i < all->count; i++)
		good += all->row[i].level == MCW_LEVEL_OK;
	for (size_t i = 0; i < all->count && !worst; i++)
		if (!is_ignored(ignored, all->row[i].id))
			worst = &all->row[i];
	level = worst ? worst->level : MCW_LEVEL_UNKNOWN;
	fputs("mcewarden ", stdout);
	for (const char *name = mcw_level_name(level); *name; name++)
		putchar(toupper((unsigned char)*name));
	if (!worst) {
		fputs(": all findings are ignored", stdout);
	} else if (level == MCW_LEVEL_OK) {
		printf(": %zu of %zu findings are ok", good, all->count);
	} else {
		printf(": %s: ", worst->id);
		sentence_print(worst->sentence);
		others_print(all, ignored, worst);
	}
	ignored_print(all, ignored);
	counts_print(&all->counts);
	putchar('\n');
	return level;
}

enum mcw_exit mcw_check_run(struct mcw_options *o)
{
	struct mcw_findings all;
	enum mcw_level level;

	if (!ignored_is_good(o->ignore))
		return MCW_EXIT_UNKNOWN;
	mcw_findings_read(o, NULL, &all);
	level = line_print(&all, o->ignore);
	/* Who does not get the line must not take the status for good. */
	if (fflush(stdout) && level == MCW_LEVEL_OK)
		level = MCW_LEVEL_UNKNOWN;
	return (enum mcw_exit)level;
}
