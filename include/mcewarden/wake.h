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
 * Which interrupts which: the work is this CPU's, and runs here only. What calls this may be an NMI
 * or a #MC in the middle of anything, also of the kernel's irq_work_single(), which clears
 * "pending", has a full barrier, and then runs the work. If it came before the clearing, the look
 * finds "pending", and the run that follows is after the commit. If it came later, the look finds
 * none, and the work is queued again, though it may be running.
 *
 * Barriers: the full one here, between the commit and the look, pairs with the kernel's between the
 * clearing and the run. On 5.10 that is its atomic_fetch_andnot(). So if the look finds "pending",
 * the consumers that the run wakes look after the commit, and find the record. irq_work_queue()
 * relies on the same pair, but has a locked instruction for each record of a burst.
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
