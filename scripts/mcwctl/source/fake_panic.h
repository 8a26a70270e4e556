/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's fake_panic: with it, the kernel only logs where a machine check would panic.
 */
#ifndef MCW_SOURCE_FAKE_PANIC_H
#define MCW_SOURCE_FAKE_PANIC_H

#include <stdbool.h>

bool mcw_fake_panic_is_on(void);
/* Prints what is wrong. */
bool mcw_fake_panic_set(bool on);

#endif /* MCW_SOURCE_FAKE_PANIC_H */
