// SPDX-License-Identifier: GPL-2.0
/*
 * The finding about parts that are bad. Its records are read from a mapping, so that none of them
 * counts as read by an admin.
 */
#include "cmd/findings_look.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/limits_file.h"
#include "cmd/open_faults.h"
#include "show/fault.h"

/* The worst open fault; of several the one that was there first. Counts all of them. */
static const struct mcw_fault *worst_of(const struct mcw_diagnosis *d, unsigned int *count)
{
	const struct mcw_fault *worst = NULL, *fault;

	*count = 0;
	for (size_t at = 0; (fault = mcw_open_fault_next(d, &at));) {
		++*count;
		if (!worst || fault->level > worst->level)
			worst = fault;
	}
	return worst;
}

static void found(struct mcw_finding *f, const struct mcw_diagnosis *d)
{
	char sentence[MCW_SENTENCE_BYTES / 2];
	const struct mcw_fault *worst;
	unsigned int count;

	worst = worst_of(d, &count);
	if (!worst) {
		mcw_found(f, MCW_LEVEL_OK, NULL, "no part is known to be bad");
		return;
	}
	mcw_found(f, worst->level == MCW_FAULT_CRITICAL ? MCW_LEVEL_CRITICAL : MCW_LEVEL_WARNING,
		  "mcwctl faults", "%s%s", mcw_fault_sentence(worst, sentence, sizeof(sentence)),
		  worst->injected ? " (injected)" : "");
	if (count > 1)
		mcw_found_more(f, "; and %u more", count - 1);
}

void mcw_look_faults(struct mcw_look *l, struct mcw_finding *f)
{
	static const char device[] = "/dev/" MCW_DEVICE;
	struct mcw_options o = *l->o;
	struct mcw_diagnosis *d;
	struct mcw_limits limits;
	char path[MCW_PATH_BYTES];

	if (l->diagnosis) {
		found(f, l->diagnosis);
		return;
	}
	mcw_look_path(l, device, path);
	o.device = path;
	if (access(path, R_OK)) {
		/* A copy of another machine's files has no device. */
		if (!o.root || errno != ENOENT)
			mcw_found_unreadable(f, l, device, errno);
		return;
	}
	if (!mcw_limits_read(&limits, o.config)) {
		mcw_found(f, MCW_LEVEL_UNKNOWN, "mcwctl faults", "the limits of faults are wrong");
		return;
	}
	d = mcw_open_faults_read(&o, &limits);
	if (d)
		found(f, d);
	else
		mcw_found(f, MCW_LEVEL_UNKNOWN, "mcwctl faults", "cannot tell which parts are bad");
	free(d);
}
