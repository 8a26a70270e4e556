// SPDX-License-Identifier: GPL-2.0
/*
 * The open faults.
 */
#include "cmd/open_faults.h"

#include <stdlib.h>

#include "cmd/command.h"
#include "cmd/diagnosis.h"

struct mcw_diagnosis *mcw_open_faults_read(const struct mcw_options *o,
					   const struct mcw_limits *limits)
{
	struct mcw_diagnosis *d = mcw_diagnosis_new(limits);

	if (d && mcw_diagnosis_read(d, o))
		return d;
	free(d);
	return NULL;
}

const struct mcw_fault *mcw_open_fault_next(const struct mcw_diagnosis *d, size_t *at)
{
	const struct mcw_fault *fault;

	while ((fault = mcw_diagnosis_next(d, at)))
		if (!fault->closed && fault->level > MCW_FAULT_OK)
			break;
	return fault;
}
