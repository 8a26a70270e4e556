/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Capture: the ftrace tap, the builder of event records, the mark that tells the
 * chain what the tap has captured, and the per-CPU word that says why the kernel looks.
 */
#ifndef _MCEWARDEN_TAP_H
#define _MCEWARDEN_TAP_H

#include <linux/bits.h>
#include <linux/percpu.h>
#include <linux/types.h>

struct mce_hw_err;

/*
 * Per CPU: what this CPU is doing just now. Set and cleared with this_cpu_or() and
 * this_cpu_and(), each one instruction, by code that runs on that CPU only; read by the tap
 * in whatever interrupts it.
 */
#define MCW_TAP_IN_VECTOR BIT(0) /* inside the threshold or deferred vector */
#define MCW_TAP_BY_MODULE BIT(1) /* inside a poll of the module's own */
#define MCW_TAP_IN_STORM BIT(2) /* somebody wants to know which banks polls find errors in */
#define MCW_TAP_FOUND BIT(3) /* set by the tap: the module's own poll found something */
DECLARE_PER_CPU(unsigned long, mcw_tap_why);

/*
 * Per CPU: what the tap saw meanwhile. Whoever set the bit takes the banks, by this_cpu_xchg()
 * on that CPU.
 */
struct mcw_tap_found {
	unsigned long by_interrupt; /* banks with a record, IN_VECTOR */
	unsigned long by_poll; /* banks with a record of a poll, IN_STORM */
	u64 interrupt_records; /* records IN_VECTOR, in all */
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
