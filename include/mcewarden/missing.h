/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _MCEWARDEN_MISSING_H
#define _MCEWARDEN_MISSING_H

struct attribute_group;

/* What the module does without if the kernel refuses it. Their names are in missing.c. */
enum mcw_missing {
	MCW_MISSING_POLLS,
	MCW_MISSING_INTERRUPTS,
	MCW_MISSING_STORMS,
	MCW_MISSING_ENTRIES,
	MCW_MISSING_PAGE_CALLS,
	MCW_MISSING_PAGE_TYPES,
	MCW_MISSING_VICTIMS,
	MCW_MISSING_SOFT_OFFLINE,
	MCW_MISSING_LOCATIONS,
	MCW_MISSING_MCELOG,
	MCW_MISSING_MACHINECHECK,
	MCW_MISSING_ERST,
	MCW_MISSING_CRASH_KERNEL,
};

void mcw_missing_note(enum mcw_missing what);

extern const struct attribute_group mcw_missing_files;

#endif /* _MCEWARDEN_MISSING_H */
