/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The ftrace tap, which builds event records, and the capture context of each CPU.
 */
#ifndef _MCEWARDEN_TAP_H
#define _MCEWARDEN_TAP_H

#include <linux/percpu.h>
#include <linux/types.h>
#include <mcewarden/capture_context.h>

struct mce_hw_err;

/*
 * What the tap saw on this CPU in a capture context. The code that set the context takes the banks
 * with this_cpu_xchg() on that CPU.
 */
struct mcw_tap_found {
	unsigned long by_interrupt; /* banks in which an interrupt found a record */
	unsigned long by_poll; /* banks in which a poll found a record during a storm */
	u64 interrupt_records; /* all records that interrupts found */
};

DECLARE_PER_CPU(struct mcw_tap_found, mcw_tap_found);

/* The last record of the firmware's (bank 255) that the tap saw on this CPU. */
struct mcw_tap_firmware {
	u64 addr;
	u32 mark; /* mark.h */
	bool is_new; /* since the reader, on this CPU, cleared this */
};

DECLARE_PER_CPU(struct mcw_tap_firmware, mcw_tap_firmware);

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
