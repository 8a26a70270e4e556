// SPDX-License-Identifier: GPL-2.0
/*
 * The knob tolerant, 0 to 3, as the kernel had it up to 5.17: how severe an error the machine shall
 * survive. include/mcewarden/policy.h says what the levels mean.
 */
#include <mcewarden/tolerant.h>

#include <linux/kernel.h>
#include <mcewarden/knob.h>

MCW_KNOB(tolerant, 1, 0, 3, NULL,
	 "0 panics on fresh uncorrected errors, 1 and 2 recover, 3 only logs");

static struct attribute *tolerant_knob_attrs[] = { &tolerant_knob.attr.attr, NULL };
const struct attribute_group mcw_tolerant_knobs = { .attrs = tolerant_knob_attrs };

/**
 * mcw_tolerant() - read the knob tolerant
 *
 * Context: any.
 * Return: the level, 0..3.
 */
unsigned int mcw_tolerant(void)
{
	return mcw_knob_get(&tolerant_knob);
}
