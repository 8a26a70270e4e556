/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What boots left when they crashed, as their logs say it.
 */
#ifndef MCW_STORE_CRASH_H
#define MCW_STORE_CRASH_H

#include <stdbool.h>

#include "store/store.h"

/* The number of the boot that a load of the module was in; 0: the store does not know it. */
__u64 mcw_store_boot_of_load(struct mcw_store *s, __u64 load, char id[33]);
/* The last one that had begun at that time, other than the one that runs; 0: there is none. */
__u64 mcw_store_boot_before(struct mcw_store *s, __u64 wall_ns, const char *running, char id[33]);
/* When the next boot began; 0: not known. */
__u64 mcw_store_boot_next_ns(struct mcw_store *s, __u64 number);

/*
 * Adds what is not there yet; key: what makes each the same. All of it or nothing. Return: false:
 * nothing was written.
 */
bool mcw_store_crashes_add(struct mcw_store *s, const struct mcw_store_crash *crashes,
			   char *const *keys, size_t count);

#endif /* MCW_STORE_CRASH_H */
