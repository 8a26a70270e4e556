/* SPDX-License-Identifier: GPL-2.0 */
/* What the tap notes on each CPU for others. */
#ifndef _MCEWARDEN_TAP_NOTES_H
#define _MCEWARDEN_TAP_NOTES_H

#include <linux/percpu.h>
#include <linux/types.h>

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

#endif /* _MCEWARDEN_TAP_NOTES_H */
