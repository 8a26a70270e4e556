// SPDX-License-Identifier: GPL-2.0
/*
 * The table of findings, and what its rows share.
 */
#include "cmd/findings_look.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "decode/decode.h"

/* In the order in which findings of one level stand. Ids are for good: people put them in rules. */
static const struct row {
	const char *id;
	mcw_look_fn look;
	bool needs_module;
} rows[] = {
	{ "mce_off", mcw_look_mce_off, false },
	{ "module", mcw_look_module, false },
	{ "fake_panic", mcw_look_fake_panic, false },
	{ "pages", mcw_look_pages, true },
	{ "fault", mcw_look_faults, true },
	{ "uncorrected", mcw_look_uncorrected, true },
	{ "lost", mcw_look_lost, true },
	{ "recorder", mcw_look_recorder, false },
	{ "capture", mcw_look_capture, true },
	{ "missing", mcw_look_missing, true },
	{ "ignore_ce", mcw_look_ignore_ce, false },
	{ "dont_log_ce", mcw_look_dont_log_ce, false },
	{ "memory_failure", mcw_look_memory_failure, false },
	{ "soft_offline", mcw_look_soft_offline, false },
	{ "recovery", mcw_look_recovery, true },
	{ "tolerant", mcw_look_tolerant, true },
	{ "ras_cec", mcw_look_ras_cec, true },
	{ "no_cmci", mcw_look_no_cmci, false },
	{ "edac", mcw_look_edac, false },
	{ "firmware", mcw_look_firmware, true },
	{ "installed", mcw_look_installed, true },
	{ "rasdaemon", mcw_look_rasdaemon, false },
};

_Static_assert(ARRAY_SIZE(rows) <= MCW_FINDINGS_MAX, "struct mcw_findings has room for all");

/* From the best to the worst. */
static const unsigned int weights[MCW_LEVELS] = {
	[MCW_LEVEL_OK] = 0,
	[MCW_LEVEL_UNKNOWN] = 1,
	[MCW_LEVEL_WARNING] = 2,
	[MCW_LEVEL_CRITICAL] = 3,
};

const char *mcw_level_name(enum mcw_level level)
{
	static const char *const names[MCW_LEVELS] = {
		[MCW_LEVEL_OK] = "ok",
		[MCW_LEVEL_WARNING] = "warning",
		[MCW_LEVEL_CRITICAL] = "critical",
		[MCW_LEVEL_UNKNOWN] = "unknown",
	};

	return names[level];
}

const char *mcw_finding_id(size_t number)
{
	return number < ARRAY_SIZE(rows) ? rows[number].id : NULL;
}

void mcw_look_path(const struct mcw_look *l, const char *name, char *path)
{
	const char *root = l->o->root ? l->o->root : "";
	bool absolute = name[0] == '/';

	if (snprintf(path, MCW_PATH_BYTES, "%s%s%s%s", root, absolute ? "" : l->o->sysfs,
		     absolute ? "" : "/", name) >= MCW_PATH_BYTES)
		path[0] = '\0'; /* ENOENT, and no other file */
}

int mcw_look_line(const struct mcw_look *l, const char *name, char *value)
{
	char path[MCW_PATH_BYTES];

	mcw_look_path(l, name, path);
	return mcw_line_read(path, value);
}

int mcw_look_number(const struct mcw_look *l, const char *name, __u64 *number)
{
	char value[MCW_VALUE_BYTES], *end;
	int err = mcw_look_line(l, name, value);

	if (err)
		return err;
	errno = 0;
	*number = strtoull(value, &end, 0);
	return end == value || *end || errno ? EINVAL : 0;
}

void mcw_found(struct mcw_finding *f, enum mcw_level level, const char *command, const char *format,
	       ...)
{
	va_list values;

	f->level = level;
	snprintf(f->command, sizeof(f->command), "%s", command ? command : "");
	va_start(values, format);
	vsnprintf(f->sentence, sizeof(f->sentence), format, values);
	va_end(values);
}

void mcw_found_more(struct mcw_finding *f, const char *format, ...)
{
	size_t length = strlen(f->sentence);
	va_list values;

	va_start(values, format);
	vsnprintf(f->sentence + length, sizeof(f->sentence) - length, format, values);
	va_end(values);
}

void mcw_found_command(struct mcw_finding *f, const char *format, ...)
{
	size_t length = strlen(f->command);
	va_list values;

	va_start(values, format);
	vsnprintf(f->command + length, sizeof(f->command) - length, format, values);
	va_end(values);
}

void mcw_found_unreadable(struct mcw_finding *f, const struct mcw_look *l, const char *name,
			  int err)
{
	bool rights = err == EACCES || err == EPERM;
	char path[MCW_PATH_BYTES];

	mcw_look_path(l, name, path);
	mcw_found(f, MCW_LEVEL_UNKNOWN, NULL, "cannot read %s: %s", path,
		  err == EINVAL	 ? "it holds no number" :
		  err == ENODATA ? "it is empty" :
				   strerror(err));
	if (rights && geteuid())
		mcw_found_command(f, "sudo mcwctl doctor");
	else
		mcw_found_command(f, "ls -ld %s", path);
}

/* Findings of one level stay in the order of the table, which qsort() would not keep. */
static void sort(struct mcw_findings *all)
{
	for (size_t i = 1; i < all->count; i++) {
		struct mcw_finding finding = all->row[i];
		size_t at = i;

		for (; at && weights[finding.level] > weights[all->row[at - 1].level]; at--)
			all->row[at] = all->row[at - 1];
		all->row[at] = finding;
	}
}

/* The module may be there and hidden; a row then says so. */
static bool is_loaded(const struct mcw_look *l)
{
	char path[MCW_PATH_BYTES];

	mcw_look_path(l, "version", path);
	return !access(path, F_OK) || (errno != ENOENT && errno != ENOTDIR);
}

void mcw_findings_read(const struct mcw_options *o, const struct mcw_diagnosis *d,
		       struct mcw_findings *all)
{
	struct mcw_look l = { .o = o, .diagnosis = d };

	memset(all, 0, sizeof(*all));
	l.loaded = is_loaded(&l);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct mcw_finding *f = &all->row[all->count];

		if (rows[i].needs_module && !l.loaded)
			continue;
		rows[i].look(&l, f);
		if (!f->sentence[0])
			continue;
		f->id = rows[i].id;
		all->count++;
	}
	sort(all);
	l.counts.known = l.loaded && !l.counts_failed;
	all->counts = l.counts;
}
