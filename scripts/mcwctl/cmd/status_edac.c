// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl status: who names the part of the machine that an error is about.
 *
 * The module is told by EDAC's drivers, by the firmware's reports (GHES), and by the firmware that
 * it asks (ADXL). EDAC's tracepoint is there without a driver, too; so its drivers count by their
 * memory controllers.
 */
#include "cmd/status_edac.h"

#include <string.h>

#include "cmd/command.h"
#include "cmd/edac_driver.h"
#include "decode/decode.h"
#include "show/json_writer.h"
#include "source/dimms.h"

bool mcw_edac_seen_read(const struct mcw_options *o, struct mcw_edac_seen *seen)
{
	struct mcw_dimms dimms;
	unsigned int last = ~0U;

	*seen = (struct mcw_edac_seen){ 0 };
	if (!mcw_dimms_read(&dimms, o->edac, o->dmi))
		return false;
	for (size_t i = 0; i < dimms.count; i++) {
		seen->controllers += dimms.dimms[i].mc != last;
		last = dimms.dimms[i].mc;
		seen->dimms += dimms.dimms[i].mbytes != 0;
	}
	if (!dimms.count)
		seen->controllers = dimms.edac_is_there;
	mcw_dimms_free(&dimms);
	return true;
}

static const char *plural(unsigned int number)
{
	return number == 1 ? "" : "s";
}

static void driver_print(FILE *out)
{
	bool guest;
	const char *driver = mcw_edac_driver_here(&guest);

	if (guest)
		fputs("this is a virtual machine", out);
	else if (driver)
		fprintf(out, "try modprobe %s", driver);
	else
		fputs("none is known for this CPU", out);
}

void mcw_edac_seen_print(FILE *out, const struct mcw_edac_seen *seen, const char *sources)
{
	static const struct {
		const char *source, *words;
	} others[] = {
		{ "ghes", "the firmware's reports (GHES)" },
		{ "adxl", "the firmware's translation (ADXL)" },
	};

	if (seen->controllers && !strcmp(sources, "edac"))
		return;
	fputs("locations ", out);
	if (!strcmp(sources, "none")) {
		fputs("none: the kernel has no EDAC, so no record names a DIMM\n", out);
		return;
	}
	if (seen->controllers) {
		fprintf(out, "EDAC has %u memory controller%s with %u DIMM%s", seen->controllers,
			plural(seen->controllers), seen->dimms, plural(seen->dimms));
	} else {
		fputs("no EDAC driver has a memory controller: ", out);
		driver_print(out);
	}
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		if (strstr(sources, others[i].source))
			fprintf(out, "\n          also by %s", others[i].words);
	fputc('\n', out);
}

void mcw_edac_seen_json(struct mcw_json *json, const struct mcw_edac_seen *seen)
{
	bool guest;
	const char *driver = mcw_edac_driver_here(&guest);

	mcw_json_begin_object(json, "edac");
	mcw_json_number(json, "controllers", seen->controllers);
	mcw_json_number(json, "dimms", seen->dimms);
	if (seen->controllers || guest || !driver)
		mcw_json_null(json, "load");
	else
		mcw_json_string(json, "load", driver);
	mcw_json_end_object(json);
}
