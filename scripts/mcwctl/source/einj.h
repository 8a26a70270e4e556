/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's files for ACPI's error injection (EINJ).
 */
#ifndef MCW_SOURCE_EINJ_H
#define MCW_SOURCE_EINJ_H

#include <stdbool.h>

#include "decode/einj.h"

#define MCW_EINJ_DIRECTORY	"/sys/kernel/debug/apei/einj"

/* Where the kernel has them. */
struct mcw_einj_paths {
	const char *directory;	/* of debugfs */
	const char *table;	/* there if the firmware can inject errors */
	const char *iomem;	/* the kernel's list of memory */
};

struct mcw_einj {
	__u32 available;	/* a bit for each type that the firmware offers */
	bool takes_address;	/* param1 and the like: the firmware lets us choose where */
	bool takes_notrigger;
	bool has_vendor;	/* the firmware has types of its vendor */
};

/* Prints what is wrong, and what to do about it. */
bool mcw_einj_read(struct mcw_einj *e, const struct mcw_einj_paths *paths);

/* As mcw_iomem_find(). Return: false after printing why the list cannot be read. */
bool mcw_einj_memory(const struct mcw_einj_paths *paths, __u64 first, __u64 last,
		     enum mcw_iomem *found, char *name, size_t size);

/* Writes a number to one of the files. Return: 0, or an errno. */
int mcw_einj_write(const struct mcw_einj_paths *paths, const char *name, __u64 value);

#endif /* MCW_SOURCE_EINJ_H */
