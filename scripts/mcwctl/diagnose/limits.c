// SPDX-License-Identifier: GPL-2.0
/*
 * The limits of the diagnosis, and the section [diagnose] of a configuration file.
 *
 * mcwctl-faults(8) has this table too, with more words.
 */
#include "diagnose/limits.h"

#include <stdio.h>
#include <string.h>

#include "decode/decode.h"

static const struct mcw_limit_about limits[MCW_LIMITS] = {
	[MCW_LIMIT_BACKGROUND_HOURS] = {
		"background_hours", 1, 100000, 10,
		"one error of a memory module in so many hours, at unrelated places, is no fault",
		"well above what healthy modules have; the tests make so many for 20 years of a machine",
	},
	[MCW_LIMIT_CHANCE] = {
		"chance", 4, 15, 10,
		"a fault is told when chance explains its errors with a probability of 10^-this",
		"64 modules have 56 million such errors in 1,000 years: about one in 100 such runs",
	},
	[MCW_LIMIT_WINDOW_DAYS] = {
		"window_days", 1, 365, 30,
		"older errors are not compared with new ones",
		"a slow fault of a bank has its 8th error in 10 days, as often as the background",
	},
	[MCW_LIMIT_CELL_ERRORS] = {
		"cell_errors", 2, 1000, 3,
		"errors in one cell that make it a bad one",
		"two are also one error that was read twice; illumos starts to count at 2 in 72 h",
	},
	[MCW_LIMIT_ROW_COLUMNS] = {
		"row_columns", 2, 30, 3,
		"different columns of one row that make it a bad row",
		"chance has 3 within 74 h with a probability of 10^-10",
	},
	[MCW_LIMIT_COLUMN_ROWS] = {
		"column_rows", 2, 30, 4,
		"different rows of one column that make it a bad column",
		"chance has 4 within 17 h with a probability of 10^-10",
	},
	[MCW_LIMIT_SPREAD_CELLS] = {
		"spread_cells", 4, 30, 8,
		"different cells that make a bank, device, rank or module bad",
		"fewer can be two rows and columns at once; 8 within 75 minutes are no chance",
	},
	[MCW_LIMIT_CORE_ERRORS] = {
		"core_errors", 1, 100, 3,
		"corrected errors of a core within unit_hours that make it a bad one",
		"a corrected error inside a core is rare; one may be a particle, three are not",
	},
	[MCW_LIMIT_CACHE_ERRORS] = {
		"cache_errors", 1, 100, 4,
		"corrected errors of a cache within unit_hours that make it a bad one",
		"caches are larger than all else in a core, so particles hit them more often",
	},
	[MCW_LIMIT_UNIT_HOURS] = {
		"unit_hours", 1, 8760, 72,
		"the window for cores, caches and the firmware's reports",
		"illumos counts errors within 72 h",
	},
	[MCW_LIMIT_LINK_ERRORS] = {
		"link_errors", 1, 100, 10,
		"corrected errors of a link within link_hours that make it a bad one",
		"links repeat a transfer now and then; that costs time, and no data",
	},
	[MCW_LIMIT_LINK_HOURS] = {
		"link_hours", 1, 8760, 24,
		"the window for links",
		"a bad seat shows within a day, and single errors are forgotten",
	},
	[MCW_LIMIT_FIRMWARE_ERRORS] = {
		"firmware_errors", 1, 100, 2,
		"reports of the firmware within unit_hours that make a fault",
		"the firmware counts corrected errors itself, and reports when it has enough",
	},
	[MCW_LIMIT_CLOSE_DAYS] = {
		"close_days", 1, 3650, 90,
		"a fault without an error for so long is closed",
		"a cell that a change of temperature or use has hidden comes back within a season",
	},
};

const struct mcw_limit_about *mcw_limit_about(enum mcw_limit limit)
{
	return &limits[limit];
}

void mcw_limits_default(struct mcw_limits *l)
{
	for (size_t i = 0; i < MCW_LIMITS; i++)
		l->value[i] = limits[i].normal;
}

/* A part of a line, without blanks around it. */
struct words {
	const char *at;
	size_t length;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static struct words trimmed(const char *at, size_t length)
{
	while (length && is_blank(at[0])) {
		at++;
		length--;
	}
	while (length && is_blank(at[length - 1]))
		length--;
	return (struct words){ at, length };
}

static bool is_text(struct words w, const char *text)
{
	return w.length == strlen(text) && !memcmp(w.at, text, w.length);
}

static bool number_read(struct words w, __u64 *number)
{
	*number = 0;
	if (!w.length || w.length > 10)
		return false;
	for (size_t i = 0; i < w.length; i++) {
		if (w.at[i] < '0' || w.at[i] > '9')
			return false;
		*number = *number * 10 + (w.at[i] - '0');
	}
	return true;
}

/* Words of others in a message: printable, and not too many. */
static const char *shown(struct words w, char buf[40])
{
	size_t length = w.length < 39 ? w.length : 39;

	for (size_t i = 0; i < length; i++)
		buf[i] = w.at[i] >= ' ' && w.at[i] <= '~' ? w.at[i] : '?';
	buf[length] = '\0';
	return buf;
}

static bool value_take(struct mcw_limits *l, struct words key, struct words value,
		       struct mcw_limits_wrong *wrong)
{
	const struct mcw_limit_about *about = limits;
	char name[40], given[40];
	__u64 number;

	while (about < limits + MCW_LIMITS && !is_text(key, about->name))
		about++;
	if (about == limits + MCW_LIMITS) {
		snprintf(wrong->text, sizeof(wrong->text), "there is no '%s' in [diagnose]",
			 shown(key, name));
		return false;
	}
	if (!number_read(value, &number)) {
		snprintf(wrong->text, sizeof(wrong->text), "%s = %s: not a number from %u to %u",
			 about->name, shown(value, given), about->least, about->most);
		return false;
	}
	if (number < about->least || number > about->most) {
		snprintf(wrong->text, sizeof(wrong->text), "%s = %s: out of range, %u to %u",
			 about->name, shown(value, given), about->least, about->most);
		return false;
	}
	l->value[about - limits] = number;
	return true;
}

static bool line_take(struct mcw_limits *l, struct words line, bool *inside,
		      struct mcw_limits_wrong *wrong)
{
	const char *equal;
	char given[40];

	if (!line.length || line.at[0] == '#' || line.at[0] == ';')
		return true;
	if (line.at[0] == '[') {
		*inside = is_text(line, "[diagnose]");
		return true;
	}
	if (!*inside)
		return true;
	equal = memchr(line.at, '=', line.length);
	if (!equal) {
		snprintf(wrong->text, sizeof(wrong->text), "'%s': not a line like name = value",
			 shown(line, given));
		return false;
	}
	return value_take(l, trimmed(line.at, equal - line.at),
			  trimmed(equal + 1, line.at + line.length - equal - 1), wrong);
}

bool mcw_limits_parse(struct mcw_limits *l, const char *text, size_t length,
		      struct mcw_limits_wrong *wrong)
{
	struct mcw_limits new = *l;
	bool inside = false;
	size_t at = 0;

	for (wrong->line = 1; at < length; wrong->line++) {
		const char *end = memchr(text + at, '\n', length - at);
		size_t bytes = end ? (size_t)(end - text) - at : length - at;

		if (!line_take(&new, trimmed(text + at, bytes), &inside, wrong))
			return false;
		at += bytes + 1;
	}
	*l = new;
	return true;
}
