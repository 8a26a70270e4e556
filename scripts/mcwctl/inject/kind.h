/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kinds of errors that can be asked for by name, and what the kernel will make of an error.
 *
 * Pure: nothing here reads or writes anything but its arguments.
 */
#ifndef MCW_INJECT_KIND_H
#define MCW_INJECT_KIND_H

#include "inject/text.h"

/* What the machine is, as far as it matters here. */
struct mcw_inject_machine {
	__u64 mcgcap;
	__u32 cpuid;
	__u32 cpu_caps;		/* MCW_CAP_* */
	__u8 vendor;
	__u32 this_cpu;
};

/* What is wanted of the address of an error. */
enum mcw_inject_page {
	MCW_INJECT_NO_PAGE,
	MCW_INJECT_PAGE,	/* any page will do */
	MCW_INJECT_OWN_PAGE,	/* of the task that meets it */
};

/* "corrected", "ucna", ... The registers, but for the address. NULL: no such kind there. */
const char *mcw_inject_kind_names(void);
bool mcw_inject_kind_is(const char *name);
bool mcw_inject_kind(const char *name, const struct mcw_inject_machine *m,
		     struct mcw_injection *inj, enum mcw_inject_page *page);

/* What the text leaves open, as mce-inject has it; broadcast: where it is not said, to all CPUs. */
void mcw_inject_complete(struct mcw_injection *inj, const struct mcw_inject_machine *m,
			 bool broadcast);

/* Why the kernel will panic on it; NULL: it will not. */
const char *mcw_inject_danger(const struct mcw_injection *inj, const struct mcw_inject_machine *m,
			      char *buf, size_t size);

#endif /* MCW_INJECT_KIND_H */
