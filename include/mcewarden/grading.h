/* SPDX-License-Identifier: GPL-2.0 */
/* Grades an event record, in the same way in the module, in mcwctl and in the tests. */
#ifndef _MCEWARDEN_GRADING_H
#define _MCEWARDEN_GRADING_H

#include <mcewarden/severity.h>
#include <uapi/mcewarden.h>

/**
 * mcw_event_grade() - grade an event
 * @ev: the event; if it is from an older ABI, which does not name the kernel's generation, it is
 *	graded as by the newest kernels
 *
 * Context: any.
 * Return: grade and rule.
 */
static inline struct mcw_verdict mcw_event_grade(const struct mcw_event *ev)
{
	bool known = ev->generation != MCW_KERNEL_UNKNOWN;
	struct mcw_severity_input in = {
		.status = ev->regs.status,
		.mcgstatus = ev->regs.mcgstatus,
		.mcgcap = ev->regs.mcgcap,
		.cpuid = ev->regs.cpuid,
		.kflags = (__u32)ev->regs.kflags,
		.cpu_caps = ev->cpu_caps,
		.vendor = ev->regs.cpuvendor,
		.cs = ev->regs.cs,
		.bank = ev->regs.bank,
		.generation = known ? ev->generation : MCW_KERNEL_NEWEST,
		.kernel_caps = known ? ev->kernel_caps : MCW_KCAP_MEMORY_FAILURE,
		.exception = ev->source == MCW_SOURCE_EXCEPTION,
	};

	return mcw_severity_grade(&in);
}

#endif /* _MCEWARDEN_GRADING_H */
