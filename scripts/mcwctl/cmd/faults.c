// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl faults: which parts are bad, how sure that is, and what to do.
 */
#include "cmd/command.h"

#include <stdio.h>
#include <stdlib.h>

#include "cmd/diagnosis.h"
#include "cmd/limits_file.h"
#include "cmd/repaired.h"
#include "diagnose/diagnose.h"
#include "error.h"
#include "show/fault.h"

enum mcw_exit mcw_faults_run(struct mcw_options *o)
{
	struct mcw_diagnosis *d;
	struct mcw_limits limits;
	bool good;

	if (o->repaired)
		return mcw_repaired(stdout, o);
	if (o->arguments[0] && !o->file) {
		mcw_error("'%s': more files are only read after --file FILE" MCW_SEE_HELP,
			  o->arguments[0]);
		return MCW_EXIT_USAGE;
	}
	if (!mcw_limits_read(&limits, o->config))
		return MCW_EXIT_FAILED;
	d = mcw_diagnosis_new(&limits);
	if (!d)
		return MCW_EXIT_FAILED;
	good = o->file ? mcw_diagnosis_replay(d, o) : mcw_diagnosis_read(d, o);
	if (good)
		(o->json ? mcw_faults_json : mcw_faults_print)(stdout, d, o->all);
	free(d);
	return good ? MCW_EXIT_OK : MCW_EXIT_FAILED;
}
