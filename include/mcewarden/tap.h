/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Capture: the ftrace tap, the builder of event records, and each CPU's capture context.
 */
#ifndef _MCEWARDEN_TAP_H
#define _MCEWARDEN_TAP_H

#include <linux/bits.h>
#include <linux/percpu.h>
#include <linux/types.h>

struct mce_hw_err;

/*
 * The capture context of a CPU: why the kernel looks into its banks just now. It is set and cleared
 * with this_cpu_or() and this_cpu_and(), each one instruction, by code that runs on that CPU only,
 * and read by the tap in whatever interrupts it.
 */
#define MCW_CONTEXT_THRESHOLD_IRQ BIT(0) /* in the threshold or deferred-error interrupt */
#define MCW_CONTEXT_BY_MODULE BIT(1) /* in a poll by the module */
#define MCW_CONTEXT_STORM BIT(2) /* a storm runs: note the banks that polls find errors in */
#define MCW_CONTEXT_FOUND BIT(3) /* set by the tap: the module's poll found something */
DECLARE_PER_CPU(unsigned long, mcw_capture_context);

/*
 * Per CPU: what the tap saw meanwhile. Whoever set the bit takes the banks, by this_cpu_xchg()
 * on that CPU.
 */
struct mcw_tap_found {
	unsigned long by_interrupt; /* banks that an interrupt found a record in */
	unsigned long by_poll; /* banks that a poll found a record in, during a storm */
	u64 interrupt_records; /* records that interrupts found, in all */
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
