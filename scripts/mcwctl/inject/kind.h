/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kinds of errors that have a name, and whether the kernel will panic on an error.
 *
 * Pure: nothing here reads or writes anything but its arguments.
 */
#ifndef MCW_INJECT_KIND_H
#define MCW_INJECT_KIND_H

#include "inject/text.h"

/* What matters of the machine here. */
struct mcw_inject_machine {
	__u64 mcgcap;
	__u32 cpuid;
	__u32 cpu_caps;		/* MCW_CAP_* */
	__u8 vendor;
	__u32 this_cpu;
};

/* Which page the address of an error must be in. */
enum mcw_inject_page {
	MCW_INJECT_NO_PAGE,
	MCW_INJECT_PAGE,	/* any page */
	MCW_INJECT_OWN_PAGE,	/* a page of the task that meets the error */
};

/* The names: corrected, ucna and so on. */
const char *mcw_inject_kind_names(void);
bool mcw_inject_kind_is(const char *name);
/* Sets the registers, except the address. Return: false if the CPUs here have no such kind. */
bool mcw_inject_kind(const char *name, const struct mcw_inject_machine *m,
		     struct mcw_injection *inj, enum mcw_inject_page *page);

/* Fills in what the text leaves open, as mce-inject does. broadcast: the default is all CPUs. */
void mcw_inject_complete(struct mcw_injection *inj, const struct mcw_inject_machine *m,
			 bool broadcast);

/* Why the kernel will panic on the error; NULL: it will not. */
const char *mcw_inject_danger(const struct mcw_injection *inj, const struct mcw_inject_machine *m,
			      char *buf, size_t size);

#endif /* MCW_INJECT_KIND_H */
