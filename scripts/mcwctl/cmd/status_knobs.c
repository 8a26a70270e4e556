// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl status: the knobs that old kernels had too.
 */
#include "cmd/status_knobs.h"

#include <string.h>

#include "show/json_writer.h"
#include "source/sysfs.h"

#define KERNEL_TOLERANT	"../machinecheck/machinecheck0/tolerant"

bool mcw_knobs_read(const struct mcw_options *o, struct mcw_knobs *knobs)
{
	__u64 in_place;

	memset(knobs, 0, sizeof(*knobs));
	if (!mcw_sysfs_number(o->sysfs, "tolerant", &knobs->tolerant) ||
	    !mcw_sysfs_number(o->sysfs, "in_place/tolerant", &in_place) ||
	    !mcw_sysfs_value(o->sysfs, "trigger", knobs->trigger) ||
	    !mcw_sysfs_number(o->sysfs, "stats/trigger/runs", &knobs->trigger_runs) ||
	    !mcw_sysfs_number(o->sysfs, "stats/trigger/put_off", &knobs->trigger_put_off) ||
	    !mcw_sysfs_number(o->sysfs, "stats/trigger/failed", &knobs->trigger_failed))
		return false;
	/* Where that file is not the module's, it is the kernel's. */
	knobs->kernel_has_own = !in_place && mcw_sysfs_exists(o->sysfs, KERNEL_TOLERANT);
	return !knobs->kernel_has_own ||
	       mcw_sysfs_number(o->sysfs, KERNEL_TOLERANT, &knobs->kernel_tolerant);
}

void mcw_knobs_print(const struct mcw_knobs *knobs)
{
	printf("tolerant  %llu", knobs->tolerant);
	if (knobs->kernel_has_own)
		printf(" (the kernel's own %llu)", knobs->kernel_tolerant);
}

void mcw_trigger_print(const struct mcw_knobs *knobs)
{
	if (knobs->trigger[0] || knobs->trigger_runs || knobs->trigger_failed)
		printf("trigger   %s: run %llu times, put off %llu, failed %llu\n",
		       knobs->trigger[0] ? knobs->trigger : "none", knobs->trigger_runs,
		       knobs->trigger_put_off, knobs->trigger_failed);
}

void mcw_knobs_json(struct mcw_json *json, const struct mcw_knobs *knobs)
{
	mcw_json_number(json, "tolerant", knobs->tolerant);
	if (knobs->kernel_has_own)
		mcw_json_number(json, "kernel_tolerant", knobs->kernel_tolerant);
	else
		mcw_json_null(json, "kernel_tolerant");
	mcw_json_string(json, "trigger", knobs->trigger);
	mcw_json_number(json, "trigger_runs", knobs->trigger_runs);
	mcw_json_number(json, "trigger_put_off", knobs->trigger_put_off);
	mcw_json_number(json, "trigger_failed", knobs->trigger_failed);
}
