// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl status: what was lost, by stage.
 */
#include "cmd/status_lost.h"

#include "cmd/command.h"
#include "decode/decode.h"
#include "show/json_writer.h"
#include "source/sysfs.h"

/* In the order in which a record comes by. */
static const char *const stages[] = {
	"hardware_overflow", "hardware_merged", "kernel_pool", "ring_refused", "ring_dropped",
	"ring_overwritten",  "reader",		"worker",      "event_counts", "page_errors",
	"failure_calls",     "victims",		"mcelog",      "location",     "adxl",
	"edac_sees_cec",
};

_Static_assert(ARRAY_SIZE(stages) == MCW_STAGES, "each stage has a number");

const char *mcw_stage_name(unsigned int stage)
{
	return stage < MCW_STAGES ? stages[stage] : NULL;
}

bool mcw_losses_read(const struct mcw_options *o, struct mcw_losses *losses)
{
	for (unsigned int i = 0; i < MCW_STAGES; i++) {
		char name[64];

		snprintf(name, sizeof(name), "stats/lost/%s", stages[i]);
		if (!mcw_sysfs_number(o->sysfs, name, &losses->stage[i]))
			return false;
	}
	return true;
}

void mcw_losses_print(FILE *out, const struct mcw_losses *losses)
{
	const char *before = "lost      ";

	for (unsigned int i = 0; i < MCW_STAGES; i++) {
		if (!losses->stage[i])
			continue;
		fprintf(out, "%s%s %llu", before, stages[i], losses->stage[i]);
		before = ", ";
	}
	if (*before == ',')
		fputc('\n', out);
}

void mcw_losses_json(struct mcw_json *json, const struct mcw_losses *losses)
{
	mcw_json_begin_object(json, "lost");
	for (unsigned int i = 0; i < MCW_STAGES; i++)
		mcw_json_number(json, stages[i], losses->stage[i]);
	mcw_json_end_object(json);
}
