// SPDX-License-Identifier: GPL-2.0
/*
 * mcelog's configuration. Its names of values end in what they are: -threshold, -trigger (a
 * program) or -log. Values in front of the first section count for all sections.
 */
#include "diagnose/mcelog_conf.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "diagnose/conditions_conf.h"
#include "diagnose/conf_line.h"
#include "diagnose/limits.h"

/* Where mcelog has its programs if the file does not say. */
#define DIRECTORY "/etc/mcelog"

#define NONE -1

/* Names that begin so, in this section. First match wins. */
static const struct known {
	const char *section, *begins;
	int condition;		/* or NONE, with the reason */
	const char *why;
} known[] = {
	{ "dimm", "ce-error-", MCW_CONDITION_DIMM, NULL },
	{ "dimm", "uc-error-", MCW_CONDITION_UNCORRECTED, NULL },
	{ "dimm", "dimm-tracking-enabled", MCW_CONDITION_DIMM, NULL },
	{ "dimm", "dmi-prepopulate", NONE, "the firmware's table is always read" },
	{ "socket", "mem-ce-error-", MCW_CONDITION_SOCKET, NULL },
	{ "socket", "mem-uc-error-", NONE, "[uncorrected] counts for each part, not for a socket" },
	{ "socket", "bus-uc-threshold-", NONE, "[uncorrected] is for links too" },
	{ "socket", "iomca-threshold-", NONE, "[uncorrected] is for PCI Express too" },
	{ "socket", "unknown-threshold-", NONE, "[uncorrected] is for all parts" },
	{ "socket", "socket-tracking-enabled", MCW_CONDITION_SOCKET, NULL },
	{ "socket", "socket-tracing-enabled", MCW_CONDITION_SOCKET, NULL },
	{ "cache", "cache-threshold-", MCW_CONDITION_CACHE, NULL },
	{ "page", "memory-ce-counter-replacement-", NONE,
	  "no page is counted in place of another" },
	{ "page", "memory-ce-action", NONE,
	  "the module takes such pages itself, by its page_ce_threshold and page_ce_window" },
	{ "page", "memory-ce-", MCW_CONDITION_PAGE, NULL },
	{ "page", "memory-pre-sync-soft-ce-", NONE, "no program runs before a page is taken" },
	{ "page", "memory-post-sync-soft-ce-", NONE, "no program runs when a page was taken" },
	{ "trigger", "children-max", NONE, NULL },
	{ "trigger", "directory", NONE, NULL },
};

struct reader {
	struct mcw_conditions_conf *conf;
	bool off[MCW_CONDITIONS];
	struct mcw_conf_words directory;
	struct mcw_conf_words section;	/* no words: in front of the first one */
	const struct mcw_conf_line *line;
	unsigned int number;
	void (*say)(void *arg, unsigned int line, const char *text);
	void *arg;
	struct mcw_limits_wrong *wrong;
};

static bool begins(struct mcw_conf_words w, const char *with)
{
	return w.length >= strlen(with) && !memcmp(w.at, with, strlen(with));
}

static bool ends(struct mcw_conf_words w, const char *with)
{
	size_t length = strlen(with);

	return w.length >= length && !memcmp(w.at + w.length - length, with, length);
}

static bool is_in(struct mcw_conf_words section, const char *name)
{
	return !section.length || mcw_conf_is(section, "global") || mcw_conf_is(section, name);
}

static const struct known *known_find(const struct reader *r)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (is_in(r->section, known[i].section) && begins(r->line->name, known[i].begins))
			return &known[i];
	return NULL;
}

static bool refuse(struct reader *r, const char *why)
{
	char name[MCW_CONF_SHOWN], value[MCW_CONF_SHOWN];

	r->wrong->line = r->number;
	snprintf(r->wrong->text, sizeof(r->wrong->text), "%s = %s: %s",
		 mcw_conf_shown(r->line->name, name), mcw_conf_shown(r->line->value, value), why);
	return false;
}

/* Return: true, as it is no mistake of the file. */
static bool remark(struct reader *r, const char *why)
{
	char section[MCW_CONF_SHOWN], name[MCW_CONF_SHOWN], text[240];

	snprintf(text, sizeof(text), "%s%s%s%s has no counterpart%s%s",
		 r->section.length ? "[" : "", mcw_conf_shown(r->section, section),
		 r->section.length ? "] " : "", mcw_conf_shown(r->line->name, name),
		 why ? ": " : "", why ? why : "");
	r->say(r->arg, r->number, text);
	return true;
}

static struct mcw_conf_words digits_of(struct mcw_conf_words *w)
{
	struct mcw_conf_words digits = { w->at, 0 };

	while (digits.length < w->length && w->at[digits.length] >= '0' &&
	       w->at[digits.length] <= '9')
		digits.length++;
	*w = mcw_conf_trimmed(w->at + digits.length, w->length - digits.length);
	return digits;
}

/* A number and one of these letters, each of which is a factor; 0 for others. Without one: 1. */
static bool quantity(struct mcw_conf_words w, const char *letters, const __u32 *factors,
		     __u64 *number)
{
	struct mcw_conf_words digits = digits_of(&w);
	char lower;

	if (!mcw_conf_number(digits, number) || w.length > 1)
		return false;
	if (!w.length)
		return true;
	lower = w.at[0] >= 'A' && w.at[0] <= 'Z' ? w.at[0] - 'A' + 'a' : w.at[0];
	for (; *letters && *letters != lower; letters++)
		factors++;
	*number *= *factors;
	return *letters;
}

/* "10 / 24h" */
static bool rate_take(struct reader *r, struct mcw_bucket_limit *limit)
{
	static const __u32 counts[] = { 1000, 1000000, 1000000000, 0 };
	static const __u32 times[] = { 86400, 3600, 60, 1, 0 };
	const struct mcw_conf_words w = r->line->value;
	const char *slash = memchr(w.at, '/', w.length);
	__u64 threshold, window_s;

	if (!slash || !quantity(mcw_conf_trimmed(w.at, slash - w.at), "kmg", counts, &threshold) ||
	    !quantity(mcw_conf_trimmed(slash + 1, w.at + w.length - slash - 1), "dhms", times,
		      &window_s) ||
	    !threshold || !window_s)
		return refuse(r, "not a rate such as 10 / 24h");
	if (threshold > MCW_THRESHOLD_MOST || window_s > MCW_WINDOW_MOST_S)
		return remark(r, "thresholds are 1 to 1000000, and windows 1s to 365d");
	*limit = (struct mcw_bucket_limit){ threshold, window_s };
	return true;
}

static bool is_word(struct mcw_conf_words w, const char *const words[4])
{
	for (unsigned int i = 0; i < 4; i++)
		if (w.length == strlen(words[i]) && !strncasecmp(w.at, words[i], w.length))
			return true;
	return false;
}

static bool switch_take(struct reader *r, bool *to)
{
	static const char *const on[] = { "yes", "true", "1", "on" };
	static const char *const off[] = { "no", "false", "0", "off" };

	if (!is_word(r->line->value, on) && !is_word(r->line->value, off))
		return refuse(r, "neither yes nor no");
	*to = is_word(r->line->value, on);
	return true;
}

static bool program_take(struct reader *r, char *to)
{
	const struct mcw_conf_words w = r->line->value;
	bool whole = w.length && w.at[0] == '/';
	size_t before = whole ? 0 : r->directory.length + 1;

	if (!w.length)
		return refuse(r, "no program");
	if (before + w.length >= MCW_CONDITION_PROGRAM || mcw_conf_has_controls(w) ||
	    mcw_conf_has_controls(r->directory))
		return remark(r, "the path is longer than 255 bytes, or has control characters");
	if (!whole && r->directory.at[0] != '/')
		return remark(r, "[trigger] directory does not begin with /");
	if (!whole) {
		memcpy(to, r->directory.at, r->directory.length);
		to[r->directory.length] = '/';
	}
	memcpy(to + before, w.at, w.length);
	to[before + w.length] = '\0';
	return true;
}

static bool tracking_take(struct reader *r, int condition)
{
	bool on = true;

	if (!switch_take(r, &on))
		return false;
	r->off[condition] = !on;
	return true;
}

static bool children_take(struct reader *r)
{
	__u64 number;

	if (!mcw_conf_number(r->line->value, &number))
		return refuse(r, "not a number");
	if (!number || number > MCW_PROGRAMS_MOST)
		return remark(r, "1 to 16 programs run at the same time");
	r->conf->programs = number;
	return true;
}

static bool value_take(struct reader *r)
{
	const struct mcw_conf_words name = r->line->name;
	const struct known *k = known_find(r);
	struct mcw_condition_conf *c;

	if (!k || k->why)
		return remark(r, k ? k->why : NULL);
	if (mcw_conf_is(name, "directory"))
		return true;
	if (k->condition == NONE)
		return mcw_conf_is(name, "children-max") ? children_take(r) : remark(r, NULL);
	c = &r->conf->of[k->condition];
	if (ends(name, "-enabled"))
		return tracking_take(r, k->condition);
	if (ends(name, "-trigger"))
		return program_take(r, c->program);
	if (ends(name, "-log"))
		return switch_take(r, &c->log);
	/* The CPU counts those itself. */
	if (ends(name, "-threshold") && k->condition != MCW_CONDITION_CACHE)
		return rate_take(r, &c->limit);
	return remark(r, NULL);
}

static bool line_take(struct reader *r)
{
	char given[MCW_CONF_SHOWN];

	if (r->line->kind == MCW_CONF_SECTION) {
		r->section = r->line->name;
		return true;
	}
	if (r->line->kind == MCW_CONF_VALUE)
		return value_take(r);
	r->wrong->line = r->number;
	snprintf(r->wrong->text, sizeof(r->wrong->text),
		 "'%s': neither a line like name = value nor a [section]",
		 mcw_conf_shown(r->line->name, given));
	return false;
}

/* It stands below what needs it, most of the time. */
static struct mcw_conf_words directory_find(const char *text, size_t length)
{
	struct mcw_conf_reader lines = { .text = text, .length = length, .ends_comments = true };
	struct mcw_conf_words found = { DIRECTORY, strlen(DIRECTORY) }, section = { "", 0 };
	struct mcw_conf_line line;

	while (mcw_conf_next(&lines, &line)) {
		if (line.kind == MCW_CONF_SECTION)
			section = line.name;
		else if (line.kind == MCW_CONF_VALUE && is_in(section, "trigger") &&
			 mcw_conf_is(line.name, "directory") && line.value.length)
			found = line.value;
	}
	return found;
}

bool mcw_mcelog_conf_parse(struct mcw_conditions_conf *c, const char *text, size_t length,
			   void (*say)(void *arg, unsigned int line, const char *text), void *arg,
			   struct mcw_limits_wrong *wrong)
{
	struct mcw_conf_reader lines = { .text = text, .length = length, .ends_comments = true };
	struct mcw_conditions_conf new = *c;
	struct mcw_conf_line line;
	struct reader r = {
		.conf = &new,
		.directory = directory_find(text, length),
		.section = { "", 0 },
		.line = &line,
		.say = say,
		.arg = arg,
		.wrong = wrong,
	};

	while (mcw_conf_next(&lines, &line)) {
		r.number = lines.line;
		if (!line_take(&r))
			return false;
	}
	for (size_t i = 0; i < MCW_CONDITIONS; i++)
		if (r.off[i])
			new.of[i].limit.threshold = 0;
	*c = new;
	return true;
}
