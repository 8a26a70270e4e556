// SPDX-License-Identifier: GPL-2.0
/*
 * tolerant: how much the admin puts up with, 0 to 3, as the kernel had it up to 5.17.
 * include/mcewarden/policy.h has what follows from it.
 */
#include <mcewarden/tolerant.h>

#include <mcewarden/knob.h>

MCW_KNOB(tolerant, 1, 0, 3, NULL, NULL,
	 "0 panic on fresh uncorrected errors, 1 recover, 2 as 1, 3 only log (1)");

static struct attribute *knobs[] = { &tolerant.attr.attr, NULL };
const struct attribute_group mcw_tolerant_knobs = { .attrs = knobs };

/**
 * mcw_tolerant() - the level that is set
 *
 * Context: any.
 * Return: 0..3.
 */
unsigned int mcw_tolerant(void)
{
	return mcw_knob_get(&tolerant);
}
