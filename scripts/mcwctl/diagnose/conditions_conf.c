// SPDX-License-Identifier: GPL-2.0
/*
 * The conditions, and the sections of a file of configuration that are about them.
 *
 * mcewarden.conf(5) has this table too, with more words.
 */
#include "diagnose/conditions_conf.h"

#include <stdio.h>
#include <string.h>

#include "diagnose/conf_line.h"

#define DAY_S 86400U

static const struct mcw_condition_about conditions[MCW_CONDITIONS] = {
	[MCW_CONDITION_PAGE] = {
		"page", { 10, DAY_S }, false, "corrected errors",
		"Corrected errors of one page, by their address; a record counts as one.",
	},
	[MCW_CONDITION_DIMM] = {
		"dimm", { 10, DAY_S }, false, "corrected errors",
		"Corrected errors of one memory module, or of the channel if that is all that is known.",
	},
	[MCW_CONDITION_SOCKET] = {
		"socket", { 100, DAY_S }, false, "corrected errors",
		"Corrected errors of one socket, of all its parts.",
	},
	[MCW_CONDITION_CACHE] = {
		"cache", { 10, DAY_S }, false, "corrected errors",
		"Corrected errors of one cache; at once if the CPU says that they are too many.",
	},
	[MCW_CONDITION_LINK] = {
		"link", { 100, DAY_S }, false, "corrected errors",
		"Corrected errors of one link: between sockets, or to PCI Express.",
	},
	[MCW_CONDITION_STORM] = {
		"storm", { 1, 3600 }, false, "storms",
		"Storms of threshold interrupts, of one bank on one CPU or of all its banks.",
	},
	[MCW_CONDITION_UNCORRECTED] = {
		"uncorrected", { 1, DAY_S }, true, "uncorrected errors",
		"Uncorrected and deferred errors of one part.",
	},
	[MCW_CONDITION_LOST] = {
		"lost", { 1, DAY_S }, true, "lost records",
		"Records that were lost before the recorder could read them.",
	},
};

const struct mcw_condition_about *mcw_condition_about(enum mcw_condition condition)
{
	return &conditions[condition];
}

void mcw_conditions_default(struct mcw_conditions_conf *c)
{
	memset(c, 0, sizeof(*c));
	for (size_t i = 0; i < MCW_CONDITIONS; i++)
		c->of[i] = (struct mcw_condition_conf){
			.limit = conditions[i].normal,
			.log = true,
			.metric = true,
		};
	c->programs = 2;
	c->program_s = 30;
}

static const struct {
	char letter;
	__u32 seconds;
} units[] = { { 'd', DAY_S }, { 'h', 3600 }, { 'm', 60 }, { 's', 1 } };

char *mcw_window_text(__u32 seconds, char *buf, size_t size)
{
	/* 1d is 24h to most people. */
	size_t i = seconds % DAY_S || seconds == DAY_S ? 1 : 0;

	while (seconds % units[i].seconds)
		i++;
	snprintf(buf, size, "%u%c", seconds / units[i].seconds, units[i].letter);
	return buf;
}

struct reader {
	struct mcw_conditions_conf *conf;
	struct mcw_limits_wrong *wrong;
	const struct mcw_conf_line *line;
	struct mcw_condition_conf *section;	/* or NULL, in [programs] or [diagnose] */
	enum {
		NOWHERE,
		CONDITION,
		PROGRAMS,
		OTHERS
	} where;
};

/* "threshold = x: not a number from 1 to 10" */
static bool refuse(struct reader *r, const char *why)
{
	char name[MCW_CONF_SHOWN], value[MCW_CONF_SHOWN];

	snprintf(r->wrong->text, sizeof(r->wrong->text), "%s = %s: %s",
		 mcw_conf_shown(r->line->name, name), mcw_conf_shown(r->line->value, value), why);
	return false;
}

static bool number_take(struct reader *r, __u32 *to, __u32 most, const char *besides)
{
	char why[80];
	__u64 number;

	if (mcw_conf_number(r->line->value, &number) && number >= 1 && number <= most) {
		*to = number;
		return true;
	}
	snprintf(why, sizeof(why), "not a number from 1 to %u%s", most, besides);
	return refuse(r, why);
}

static bool threshold_take(struct reader *r, __u32 *to)
{
	if (!mcw_conf_is(r->line->value, "off"))
		return number_take(r, to, MCW_THRESHOLD_MOST, ", or off");
	*to = 0;
	return true;
}

static bool time_take(struct reader *r, __u32 *to, __u32 most_s)
{
	struct mcw_conf_words w = r->line->value;
	char why[80], longest[16];
	__u64 number;
	size_t i = 0;

	while (w.length && i < sizeof(units) / sizeof(units[0]) &&
	       w.at[w.length - 1] != units[i].letter)
		i++;
	if (w.length && i < sizeof(units) / sizeof(units[0])) {
		w.length--;
		if (mcw_conf_number(w, &number) && number >= 1 &&
		    number <= most_s / units[i].seconds) {
			*to = number * units[i].seconds;
			return true;
		}
	}
	snprintf(why, sizeof(why), "not a time from 1s to %s, such as 90s, 10m, 24h or 7d",
		 mcw_window_text(most_s, longest, sizeof(longest)));
	return refuse(r, why);
}

static bool switch_take(struct reader *r, bool *to)
{
	*to = mcw_conf_is(r->line->value, "yes");
	return *to || mcw_conf_is(r->line->value, "no") || refuse(r, "neither yes nor no");
}

static bool program_take(struct reader *r, char *to)
{
	struct mcw_conf_words w = r->line->value;

	if (mcw_conf_is(w, "none"))
		w.length = 0;
	else if (!w.length || w.at[0] != '/')
		return refuse(r, "neither the whole path of a program, from / on, nor none");
	if (w.length >= MCW_CONDITION_PROGRAM || mcw_conf_has_controls(w))
		return refuse(r, "the path is longer than 255 bytes, or has control characters");
	memcpy(to, w.at, w.length);
	to[w.length] = '\0';
	return true;
}

static bool section_take(struct reader *r)
{
	char name[MCW_CONF_SHOWN];

	r->where = NOWHERE;
	for (size_t i = 0; i < MCW_CONDITIONS; i++) {
		if (!mcw_conf_is(r->line->name, conditions[i].name))
			continue;
		r->where = CONDITION;
		r->section = &r->conf->of[i];
	}
	if (mcw_conf_is(r->line->name, "programs"))
		r->where = PROGRAMS;
	else if (mcw_conf_is(r->line->name, "diagnose"))
		r->where = OTHERS;
	if (r->where != NOWHERE)
		return true;
	snprintf(r->wrong->text, sizeof(r->wrong->text),
		 "there is no section [%s]; there are page, dimm, socket, cache, link, storm, "
		 "uncorrected, lost, programs and diagnose",
		 mcw_conf_shown(r->line->name, name));
	return false;
}

static bool value_take(struct reader *r)
{
	const struct mcw_conf_words name = r->line->name;
	char shown[MCW_CONF_SHOWN];

	if (r->where == CONDITION) {
		if (mcw_conf_is(name, "threshold"))
			return threshold_take(r, &r->section->limit.threshold);
		if (mcw_conf_is(name, "window"))
			return time_take(r, &r->section->limit.window_s, MCW_WINDOW_MOST_S);
		if (mcw_conf_is(name, "log"))
			return switch_take(r, &r->section->log);
		if (mcw_conf_is(name, "metric"))
			return switch_take(r, &r->section->metric);
		if (mcw_conf_is(name, "program"))
			return program_take(r, r->section->program);
	} else if (r->where == PROGRAMS) {
		if (mcw_conf_is(name, "at_once"))
			return number_take(r, &r->conf->programs, MCW_PROGRAMS_MOST, "");
		if (mcw_conf_is(name, "timeout"))
			return time_take(r, &r->conf->program_s, MCW_PROGRAM_MOST_S);
	}
	snprintf(r->wrong->text, sizeof(r->wrong->text), "there is no '%s' in %s",
		 mcw_conf_shown(name, shown),
		 r->where == CONDITION ? "this section; there are threshold, window, log, metric "
					 "and program" :
		 r->where == PROGRAMS  ? "[programs]; there are at_once and timeout" :
					 "front of the first section");
	return false;
}

static bool line_take(struct reader *r)
{
	char given[MCW_CONF_SHOWN];

	if (r->line->kind == MCW_CONF_SECTION)
		return section_take(r);
	if (r->where == OTHERS)
		return true;
	if (r->line->kind == MCW_CONF_VALUE)
		return value_take(r);
	snprintf(r->wrong->text, sizeof(r->wrong->text),
		 "'%s': neither a line like name = value nor a [section]",
		 mcw_conf_shown(r->line->name, given));
	return false;
}

bool mcw_conditions_parse(struct mcw_conditions_conf *c, const char *text, size_t length,
			  struct mcw_limits_wrong *wrong)
{
	struct mcw_conf_reader lines = { .text = text, .length = length };
	struct mcw_conditions_conf new = *c;
	struct mcw_conf_line line;
	struct reader r = { .conf = &new, .wrong = wrong, .line = &line };

	while (mcw_conf_next(&lines, &line)) {
		wrong->line = lines.line;
		if (!line_take(&r))
			return false;
	}
	*c = new;
	return true;
}
