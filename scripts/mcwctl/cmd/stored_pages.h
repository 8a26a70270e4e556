/* SPDX-License-Identifier: GPL-2.0 */
/*
 * mcwctl pages --again and --memmap: the bad pages of the store.
 */
#ifndef MCW_CMD_STORED_PAGES_H
#define MCW_CMD_STORED_PAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "cmd/command.h"
#include "store/store.h"

#define MCW_SOFT_OFFLINE_FILE "/sys/devices/system/memory/soft_offline_page"
#define MCW_IOMEM_FILE "/proc/iomem"
#define MCW_PAGES_BUDGET 1024

/* Those whose addresses mean the same places as when they were stored, by address. Zeroed: none. */
struct mcw_stored_pages {
	struct mcw_store_page *pages;
	size_t count;
};

/*
 * Prints how many others there are and why they are left out. Return: false: it is not known which
 * are the same; why was printed.
 */
bool mcw_stored_pages_read(struct mcw_stored_pages *p, const struct mcw_options *o);
void mcw_stored_pages_free(struct mcw_stored_pages *p);

/* What the kernel has for it; other files are for tests. */
struct mcw_offline_files {
	const char *soft_offline;
	const char *iomem;
};

/* Has the kernel take at most so many of them, the newest first. Return: whether all are away. */
bool mcw_stored_pages_take(FILE *out, struct mcw_stored_pages *p,
			   const struct mcw_offline_files *files, size_t budget);

/* In the forms that keep the kernel from using them from its start on. */
void mcw_stored_pages_print(FILE *out, const struct mcw_stored_pages *p);

#endif /* MCW_CMD_STORED_PAGES_H */
