/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's switch that has it only say that it would panic on a machine check.
 */
#ifndef MCW_SOURCE_FAKE_PANIC_H
#define MCW_SOURCE_FAKE_PANIC_H

#include <stdbool.h>

bool mcw_fake_panic_is_on(void);
/* Says what is wrong. */
bool mcw_fake_panic_set(bool on);

#endif /* MCW_SOURCE_FAKE_PANIC_H */
