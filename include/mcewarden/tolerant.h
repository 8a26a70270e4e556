/* SPDX-License-Identifier: GPL-2.0 */
/* The knob tolerant. */
#ifndef _MCEWARDEN_TOLERANT_H
#define _MCEWARDEN_TOLERANT_H

#include <linux/compiler.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/sysfs.h>
#include <uapi/mcewarden.h>

extern const struct attribute_group mcw_tolerant_knobs;

unsigned int mcw_tolerant(void);

/**
 * mcw_tolerant_panic() - panic at level 0
 * @ev: the event that is the reason
 * @rule: the grading rule's name
 *
 * It is inline, as no declaration of a function that never returns pleases every objtool: that of
 * Linux 6.12 asks for __noreturn, that of 6.1 knows only those on its own list.
 *
 * Context: the worker, which holds no lock. panic() may be called from process context; it stops
 * the other CPUs itself, and no work that is queued would make it come sooner.
 */
static __always_inline void mcw_tolerant_panic(const struct mcw_event *ev, const char *rule)
{
	const struct mcw_regs *r = &ev->regs;

	pr_emerg("uncorrected error: CPU %u bank %u status 0x%016llx addr 0x%016llx misc 0x%016llx mcgstatus 0x%llx ip 0x%llx rule %s\n",
		 r->extcpu, r->bank, r->status, r->addr, r->misc, r->mcgstatus, r->ip, rule);
	panic("mcewarden: uncorrected error while tolerant is 0: CPU %u bank %u status 0x%016llx rule %s\n",
	      r->extcpu, r->bank, r->status, rule);
}

#endif /* _MCEWARDEN_TOLERANT_H */
