// SPDX-License-Identifier: GPL-2.0
/*
 * Findings about what the module has counted since its load: lost records, uncorrected errors and
 * their pages. The numbers never go down, so these findings stay until the module is loaded again.
 */
#include "cmd/findings_look.h"

#include <stdio.h>
#include <string.h>

#include "cmd/status_lost.h"
#include "decode/decode.h"

#define KEEP		"mcwctl record --no-follow /var/tmp/mcewarden-records"
#define LANE_MOST	1048576	/* records: the range of the parameters */

/* Reads a number; where that fails, the finding says so. */
static bool counted(struct mcw_look *l, struct mcw_finding *f, const char *name, __u64 *number)
{
	int err = mcw_look_number(l, name, number);

	if (!err)
		return true;
	mcw_found_unreadable(f, l, name, err);
	l->counts_failed = true;
	return false;
}

/* A parameter that makes the lane twice as large; 0 where that is not known or not possible. */
static __u64 larger(const struct mcw_look *l, const char *lane)
{
	char name[MCW_PATH_BYTES];
	__u64 records;

	snprintf(name, sizeof(name), "/sys/module/mcewarden/parameters/%s_records", lane);
	if (mcw_look_number(l, name, &records) || records > LANE_MOST / 2)
		return 0;
	return 2 * records;
}

/* The lane that has lost most: refused, dropped, or else overwritten. */
static const char *worst_lane(const struct mcw_look *l)
{
	static const char *const counters[] = { "refused", "dropped", "overwritten" };
	const char *worst = "other";
	__u64 most = 0;

	for (size_t i = 0; i < ARRAY_SIZE(counters) && !most; i++) {
		for (unsigned int lane = 0; lane < MCW_LANES; lane++) {
			char name[64];
			__u64 number;

			snprintf(name, sizeof(name), "stats/%s/%s", mcw_lane_name(lane),
				 counters[i]);
			if (mcw_look_number(l, name, &number) || number <= most)
				continue;
			most = number;
			worst = mcw_lane_name(lane);
		}
	}
	return worst;
}

/* Saves the records, and loads the module with a larger lane; that also begins a new count. */
static void lost_command(struct mcw_look *l, struct mcw_finding *f, bool in_lanes)
{
	const char *lane = worst_lane(l);
	__u64 records = larger(l, lane);

	mcw_found_command(f, KEEP " && rmmod mcewarden && modprobe mcewarden");
	if (in_lanes && records)
		mcw_found_command(f, " %s_records=%llu", lane, records);
}

void mcw_look_lost(struct mcw_look *l, struct mcw_finding *f)
{
	const char *before = "lost since the load, by stage: ";
	char text[MCW_SENTENCE_BYTES] = "";
	bool in_lanes = false;
	size_t length = 0;
	const char *stage;

	for (unsigned int i = 0; (stage = mcw_stage_name(i)); i++) {
		char name[64];
		__u64 lost;

		snprintf(name, sizeof(name), "stats/lost/%s", stage);
		if (!counted(l, f, name, &lost))
			return;
		if (!lost)
			continue;
		l->counts.lost += lost;
		in_lanes |= !strncmp(stage, "ring_", 5) || !strcmp(stage, "reader") ||
			    !strcmp(stage, "location");
		if (length < sizeof(text))
			length += snprintf(text + length, sizeof(text) - length, "%s%s %llu",
					   before, stage, lost);
		before = ", ";
	}
	if (l->counts.lost) {
		mcw_found(f, MCW_LEVEL_WARNING, NULL, "%s", text);
		lost_command(l, f, in_lanes);
	} else {
		mcw_found(f, MCW_LEVEL_OK, NULL, "nothing was lost since the load");
	}
}

void mcw_look_uncorrected(struct mcw_look *l, struct mcw_finding *f)
{
	__u64 number;

	if (!counted(l, f, "stats/severe/committed", &number))
		return;
	l->counts.uncorrected = number;
	if (number)
		mcw_found(f, MCW_LEVEL_WARNING, "mcwctl read --lane severe",
			  "%llu uncorrected or deferred error%s since the load", number,
			  number == 1 ? "" : "s");
	else
		mcw_found(f, MCW_LEVEL_OK, NULL, "no uncorrected error since the load");
}

void mcw_look_pages(struct mcw_look *l, struct mcw_finding *f)
{
	__u64 kernel, module, kernel_failed, failed, not_acted, soft_failed, soft;

	if (!counted(l, f, "stats/recovery/kernel", &kernel) ||
	    !counted(l, f, "stats/recovery/module", &module) ||
	    !counted(l, f, "stats/recovery/kernel_failed", &kernel_failed) ||
	    !counted(l, f, "stats/recovery/failed", &failed) ||
	    !counted(l, f, "stats/recovery/not_acted", &not_acted) ||
	    !counted(l, f, "stats/soft_offline/failed", &soft_failed) ||
	    !counted(l, f, "stats/soft_offline/soft_offlined", &soft))
		return;
	l->counts.pages_taken = kernel + module;
	l->counts.pages_kept = kernel_failed + failed;
	if (l->counts.pages_kept)
		mcw_found(f, MCW_LEVEL_CRITICAL, "mcwctl pages",
			  "%llu uncorrected error%s since the load in a page that could not be freed",
			  l->counts.pages_kept, l->counts.pages_kept == 1 ? "" : "s");
	else if (not_acted || soft_failed)
		mcw_found(f, MCW_LEVEL_WARNING, "mcwctl pages",
			  "since the load %llu errors whose page nobody took, and %llu pages that "
			  "could not be soft-offlined",
			  not_acted, soft_failed);
	else if (kernel || module)
		mcw_found(f, MCW_LEVEL_WARNING, "mcwctl pages",
			  "%llu uncorrected error%s since the load had their page taken offline",
			  kernel + module, kernel + module == 1 ? "" : "s");
	else
		mcw_found(f, MCW_LEVEL_OK, NULL,
			  "no bad page is in use; %llu soft-offlined since "
			  "the load",
			  soft);
}
