/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's fake_panic: with it, the kernel only logs where a machine check would panic.
 */
#ifndef MCW_SOURCE_FAKE_PANIC_H
#define MCW_SOURCE_FAKE_PANIC_H

#include <stdbool.h>

enum mcw_fake_panic {
	MCW_FAKE_PANIC_OFF,
	MCW_FAKE_PANIC_ON,
	MCW_FAKE_PANIC_UNKNOWN,	/* errno says why: only root may look into debugfs */
};

/* sysfs: the module's directory, from which the way to debugfs is known. */
enum mcw_fake_panic mcw_fake_panic_read(const char *sysfs);
/* Says what is wrong. */
bool mcw_fake_panic_set(const char *sysfs, bool on);

#endif /* MCW_SOURCE_FAKE_PANIC_H */
