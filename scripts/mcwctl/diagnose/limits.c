// SPDX-License-Identifier: GPL-2.0
/*
 * The limits of the diagnosis, and the section [diagnose] of a configuration file.
 *
 * mcwctl-faults(8) has this table too, with more words.
 */
#include "diagnose/limits.h"

#include <stdio.h>
#include <string.h>

#include "diagnose/conf_line.h"

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

static bool value_take(struct mcw_limits *l, const struct mcw_conf_line *line,
		       struct mcw_limits_wrong *wrong)
{
	char name[MCW_CONF_SHOWN], given[MCW_CONF_SHOWN];
	const struct mcw_limit_about *about = limits;
	__u64 number;

	while (about < limits + MCW_LIMITS && !mcw_conf_is(line->name, about->name))
		about++;
	if (about == limits + MCW_LIMITS) {
		snprintf(wrong->text, sizeof(wrong->text), "there is no '%s' in [diagnose]",
			 mcw_conf_shown(line->name, name));
		return false;
	}
	if (!mcw_conf_number(line->value, &number)) {
		snprintf(wrong->text, sizeof(wrong->text), "%s = %s: not a number from %u to %u",
			 about->name, mcw_conf_shown(line->value, given), about->least,
			 about->most);
		return false;
	}
	if (number < about->least || number > about->most) {
		snprintf(wrong->text, sizeof(wrong->text), "%s = %s: out of range, %u to %u",
			 about->name, mcw_conf_shown(line->value, given), about->least,
			 about->most);
		return false;
	}
	l->value[about - limits] = number;
	return true;
}

static bool line_take(struct mcw_limits *l, const struct mcw_conf_line *line,
		      struct mcw_limits_wrong *wrong)
{
	char given[MCW_CONF_SHOWN];

	if (line->kind == MCW_CONF_VALUE)
		return value_take(l, line, wrong);
	snprintf(wrong->text, sizeof(wrong->text), "'%s': not a line like name = value",
		 mcw_conf_shown(line->name, given));
	return false;
}

bool mcw_limits_parse(struct mcw_limits *l, const char *text, size_t length,
		      struct mcw_limits_wrong *wrong)
{
	struct mcw_conf_reader r = { .text = text, .length = length };
	struct mcw_limits new = *l;
	struct mcw_conf_line line;
	bool inside = false;

	while (mcw_conf_next(&r, &line)) {
		wrong->line = r.line;
		if (line.kind == MCW_CONF_SECTION)
			inside = mcw_conf_is(line.name, "diagnose");
		else if (inside && !line_take(&new, &line, wrong))
			return false;
	}
	*l = new;
	return true;
}
