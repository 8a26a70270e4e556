// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl status: what the module's files in sysfs say.
 */
#include "cmd/status.h"

#include "cmd/colour.h"
#include "cmd/recording_totals.h"

enum mcw_exit mcw_status_write(FILE *out, const struct mcw_options *o)
{
	struct mcw_status s;
	bool read;

	if (o->file)
		return mcw_recorded_status(out, o);
	read = mcw_status_read(&s, o);
	if (read && o->json)
		mcw_status_print_json(out, &s);
	else if (read)
		mcw_status_print(out, &s,
				 &(struct mcw_status_look){
					 .verbose = o->verbose,
					 .colour = mcw_colour_wanted(o),
				 });
	mcw_cpus_free(&s.cpus);
	return read ? MCW_EXIT_OK : MCW_EXIT_FAILED;
}

enum mcw_exit mcw_status_run(struct mcw_options *o)
{
	return mcw_status_write(stdout, o);
}
