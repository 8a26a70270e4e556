/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The ftrace tap, which builds event records, and the capture context of each CPU.
 */
#ifndef _MCEWARDEN_TAP_H
#define _MCEWARDEN_TAP_H

#include <linux/types.h>
#include <mcewarden/capture_context.h>
#include <mcewarden/tap_notes.h>

struct mce_hw_err;

void mcw_tap_init(void (*wake_consumers)(void));
void mcw_tap_exit(void);
int mcw_tap_arm(void);
void mcw_tap_disarm(void);
bool mcw_tap_armed(void);
bool mcw_tap_captures(void);

u32 mcw_tap_capture_late(struct mce_hw_err *err);
bool mcw_tap_take_mark(struct mce_hw_err *err, u32 *mark);
u64 mcw_tap_not_taken(void);
unsigned long mcw_tap_last_taken(void);
void mcw_tap_settle(void);

#endif /* _MCEWARDEN_TAP_H */
