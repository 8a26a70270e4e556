// SPDX-License-Identifier: GPL-2.0
/*
 * The knob tolerant, 0 to 3, as the kernel had it up to 5.17: how severe an error the machine shall
 * survive. include/mcewarden/policy.h says what the levels mean.
 */
#include <mcewarden/tolerant.h>

#include <linux/kernel.h>
#include <linux/printk.h>
#include <mcewarden/knob.h>
#include <uapi/mcewarden.h>

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

/**
 * mcw_tolerant_panic() - panic at level 0
 * @ev: the event that is the reason
 * @rule: the grading rule's name
 *
 * Context: the worker, which holds no lock. panic() may be called from process context; it stops
 * the other CPUs itself, and no work that is queued would make it come sooner.
 */
void mcw_tolerant_panic(const struct mcw_event *ev, const char *rule)
{
	const struct mcw_regs *r = &ev->regs;

	pr_emerg("uncorrected error: CPU %u bank %u status 0x%016llx addr 0x%016llx misc 0x%016llx mcgstatus 0x%llx ip 0x%llx rule %s\n",
		 r->extcpu, r->bank, r->status, r->addr, r->misc, r->mcgstatus, r->ip, rule);
	panic("mcewarden: uncorrected error while tolerant is 0: CPU %u bank %u status 0x%016llx rule %s\n",
	      r->extcpu, r->bank, r->status, rule);
}
