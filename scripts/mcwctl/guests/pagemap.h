/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where a process has physical pages, by /proc/PID/pagemap.
 */
#ifndef MCW_GUESTS_PAGEMAP_H
#define MCW_GUESTS_PAGEMAP_H

#include <stddef.h>

#include <linux/types.h>

enum mcw_pagemap_state {
	MCW_PAGEMAP_DONE,
	MCW_PAGEMAP_GONE, /* the process has ended */
	MCW_PAGEMAP_NO_PTRACE, /* needs CAP_SYS_PTRACE, or to be of the same user */
	MCW_PAGEMAP_NO_ADMIN, /* needs CAP_SYS_ADMIN: the kernel hides the numbers of pages */
	MCW_PAGEMAP_NO_MEMORY,
};

/* A physical page, and where it was found. */
struct mcw_page_place {
	__u64 page; /* physical address */
	__u64 hva; /* 0: not found */
};

/* What is missing, in words; NULL where nothing is. */
const char *mcw_pagemap_missing(enum mcw_pagemap_state state);

/* process: its directory. pages: sorted, each once. Those that have a place are not sought. */
enum mcw_pagemap_state mcw_pagemap_search(int process, struct mcw_page_place *pages, size_t count);

#endif /* MCW_GUESTS_PAGEMAP_H */
