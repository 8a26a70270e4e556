/* SPDX-License-Identifier: GPL-2.0 */
/* How a producer has the consumers woken, once its record is committed. */
#ifndef _MCEWARDEN_WAKE_H
#define _MCEWARDEN_WAKE_H

#include <linux/irq_work.h>
#include <asm/barrier.h>

/**
 * mcw_wake_after_commit() - queue the irq_work that wakes the consumers, unless it waits already
 * @work: this CPU's irq_work
 *
 * A pending irq_work has not begun to run. The kernel clears "pending", has a full barrier, and
 * then runs it. Here a full barrier lies between the commit and the look. So if the look finds
 * "pending", the consumers that are woken look after the commit, and find the record. In a burst
 * this saves a call for each record but the first. irq_work_queue() says the same, with a locked
 * instruction.
 *
 * Context: any, NMI and #MC included, with preemption off; directly after mcw_ring_commit().
 */
static __always_inline void mcw_wake_after_commit(struct irq_work *work)
{
	smp_mb__after_atomic(); /* the commit's atomic64_dec() */
	if (!irq_work_is_pending(work))
		irq_work_queue(work);
}

#endif /* _MCEWARDEN_WAKE_H */
