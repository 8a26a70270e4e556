/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The ftrace tap, which builds event records, and the capture context of each CPU.
 */
#ifndef _MCEWARDEN_TAP_H
#define _MCEWARDEN_TAP_H

#include <linux/bits.h>
#include <linux/percpu.h>
#include <linux/types.h>

struct mce_hw_err;

/*
 * The capture context of a CPU says why the kernel looks into its banks just now. Only code on that
 * CPU changes it, with this_cpu_or() and this_cpu_and(), each a single instruction, because the tap
 * may interrupt that code and read the word.
 */
#define MCW_CONTEXT_THRESHOLD_IRQ BIT(0) /* in the threshold or deferred-error interrupt */
#define MCW_CONTEXT_BY_MODULE BIT(1) /* in a poll by the module */
#define MCW_CONTEXT_STORM BIT(2) /* note the banks in which polls find errors: a storm runs */
#define MCW_CONTEXT_FOUND BIT(3) /* set by the tap: the module's poll found something */
DECLARE_PER_CPU(unsigned long, mcw_capture_context);

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

void mcw_tap_init(void (*wake_consumers)(void));
void mcw_tap_exit(void);
int mcw_tap_arm(void);
void mcw_tap_disarm(void);
bool mcw_tap_armed(void);

u32 mcw_tap_capture_late(struct mce_hw_err *err);
bool mcw_tap_take_mark(struct mce_hw_err *err, u32 *mark);
void mcw_tap_settle(void);

#endif /* _MCEWARDEN_TAP_H */
