// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl status: the banks whose registers do not hold what bank<N>ctl says.
 */
#include "cmd/status_banks.h"

#include <string.h>

#include "show/json_writer.h"
#include "show/ranges.h"
#include "source/sysfs.h"

/* A limit for many lines, so that all of status fits a screen. */
#define DIFFER_MAX	2
#define MORE		"..."
/* For two lists on a line of 80 columns. */
#define LIST_COLUMNS	34

bool mcw_banks_read(const struct mcw_options *o, struct mcw_banks *banks)
{
	memset(banks, 0, sizeof(*banks));
	for (unsigned int bank = 0; bank < MCW_BANKS_MAX; bank++) {
		char name[MCW_VALUE_BYTES];

		snprintf(name, sizeof(name), "stats/bank%u_differs_cpus", bank);
		if (mcw_sysfs_is_hidden(o->sysfs, name))
			banks->hidden = true;
		else if (mcw_sysfs_exists(o->sysfs, name) &&
			 !mcw_sysfs_value(o->sysfs, name, banks->differ[bank]))
			return false;
	}
	return true;
}

/* How much of a list fits: whole ranges only, and room for MORE if the list is cut. */
static int fitting(const char *list, int columns)
{
	int length = strlen(list);

	if (length <= columns)
		return length;
	length = columns - strlen(MORE);
	while (length && list[length - 1] != ',')
		length--;
	return length;
}

/* Banks that differ on the same CPUs share a line. */
void mcw_banks_print(FILE *out, const struct mcw_banks *banks)
{
	unsigned int lines = 0, more = 0;

	if (banks->hidden)
		fputs("registers of banks: only root may read them\n", out);
	for (unsigned int bank = 0; bank < MCW_BANKS_MAX; bank++) {
		const char *cpus = banks->differ[bank];
		struct mcw_list same = { .count = 0 };
		bool told = false;
		int length;

		for (unsigned int other = 0; other < bank && !told; other++)
			told = !strcmp(banks->differ[other], cpus);
		if (!cpus[0] || told)
			continue;
		for (unsigned int other = bank; other < MCW_BANKS_MAX; other++)
			if (!strcmp(banks->differ[other], cpus))
				mcw_list_add(&same, other);
		length = fitting(cpus, LIST_COLUMNS - (int)strlen(same.text));
		if (lines++ < DIFFER_MAX)
			fprintf(out, "bank %s: MCi_CTL differs on CPU %.*s%s from bank<N>ctl\n",
				same.text, length, cpus, cpus[length] ? MORE : "");
		else
			more += same.count;
	}
	if (more)
		fprintf(out, "and of %u more banks: see --json\n", more);
}

void mcw_banks_json(struct mcw_json *json, const struct mcw_banks *banks)
{
	if (banks->hidden) {
		mcw_json_null(json, "banks_differ");
		return;
	}
	mcw_json_begin_object(json, "banks_differ");
	for (unsigned int bank = 0; bank < MCW_BANKS_MAX; bank++) {
		char key[16];

		if (!banks->differ[bank][0])
			continue;
		snprintf(key, sizeof(key), "%u", bank);
		mcw_json_string(json, key, banks->differ[bank]);
	}
	mcw_json_end_object(json);
}
