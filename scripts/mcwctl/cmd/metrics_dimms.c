// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl metrics: the errors of each DIMM, as EDAC counts them. There are two series a DIMM, and
 * none an address: the number of series must not grow with the number of errors.
 */
#include "cmd/metrics.h"

#include <stdlib.h>
#include <string.h>

#include "cmd/command.h"
#include "source/dimms.h"

#define NAME_BYTES (MCW_DIMM_LABEL + MCW_DIMM_LOCATION + 32)

/* The label, or where EDAC has it if it has none. Two series must not have the same labels. */
static void name_of(const struct mcw_dimms *all, const struct mcw_dimm *dimm, char *name)
{
	bool alone = dimm->label[0];

	for (size_t i = 0; i < all->count && alone; i++)
		alone = &all->dimms[i] == dimm || strcmp(all->dimms[i].label, dimm->label);
	if (alone)
		snprintf(name, NAME_BYTES, "%s", dimm->label);
	else
		snprintf(name, NAME_BYTES, "%s%smc %u %s", dimm->label, dimm->label[0] ? " " : "",
			 dimm->mc, dimm->location);
}

static void line_print(FILE *out, const char *name, const struct mcw_memory_device *slot,
		       const char *class, __u64 errors)
{
	fputs("mcewarden_dimm_errors_total{dimm=", out);
	mcw_metrics_label(out, name);
	fputs(",slot=", out);
	mcw_metrics_label(out, slot ? slot->locator : "");
	fputs(",serial=", out);
	mcw_metrics_label(out, slot ? slot->serial : "");
	fprintf(out, ",class=\"%s\"} %llu\n", class, errors);
}

bool mcw_metrics_dimms(FILE *out, const struct mcw_options *o)
{
	struct mcw_dimms all;
	bool good = mcw_dimms_read(&all, o->edac, o->dmi);

	if (good && all.count)
		fputs("# HELP mcewarden_dimm_errors_total Errors of a memory module since its EDAC "
		      "driver was loaded.\n"
		      "# TYPE mcewarden_dimm_errors_total counter\n",
		      out);
	for (size_t i = 0; good && i < all.count; i++) {
		const struct mcw_dimm *d = &all.dimms[i];
		const struct mcw_memory_device *slot = all.slots[i].device;
		char name[NAME_BYTES];

		name_of(&all, d, name);
		line_print(out, name, slot, "corrected", d->corrected);
		line_print(out, name, slot, "uncorrected", d->uncorrected);
	}
	mcw_dimms_free(&all);
	return good;
}
