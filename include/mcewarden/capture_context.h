/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Why the kernel looks into the banks of a CPU just now: tap.c has the word of each CPU.
 */
#ifndef _MCEWARDEN_CAPTURE_CONTEXT_H
#define _MCEWARDEN_CAPTURE_CONTEXT_H

#include <linux/bits.h>
#include <linux/percpu.h>

/*
 * The capture context of a CPU says why the kernel looks into its banks just now. Only code on that
 * CPU changes it, with this_cpu_or() and this_cpu_and(), each a single instruction, because the tap
 * may interrupt that code and read the word.
 */
#define MCW_CONTEXT_THRESHOLD_IRQ BIT(0) /* in the threshold or deferred-error interrupt */
#define MCW_CONTEXT_BY_MODULE BIT(1) /* in a poll by the module */
#define MCW_CONTEXT_STORM BIT(2) /* note the banks in which polls find errors: a storm runs */
#define MCW_CONTEXT_FOUND BIT(3) /* set by the tap: the module's poll found something */
#define MCW_CONTEXT_COMING BIT(4) /* the CPU is not up yet: its polls find old errors */
DECLARE_PER_CPU(unsigned long, mcw_capture_context);

#endif /* _MCEWARDEN_CAPTURE_CONTEXT_H */
