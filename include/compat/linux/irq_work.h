/* SPDX-License-Identifier: GPL-2.0 */
/* linux/irq_work.h as from v5.11 on: IRQ_WORK_INIT() and irq_work_is_pending(). */
#ifndef _MCW_COMPAT_LINUX_IRQ_WORK_H
#define _MCW_COMPAT_LINUX_IRQ_WORK_H

#include_next <linux/irq_work.h>

#ifndef IRQ_WORK_INIT
#define IRQ_WORK_INIT(work) \
	{ \
		.func = (work) \
	}
#endif

#if !MCW_HAS_IRQ_WORK_IS_PENDING
static inline bool irq_work_is_pending(struct irq_work *work)
{
	return atomic_read(&work->flags) & IRQ_WORK_PENDING;
}
#endif

#endif /* _MCW_COMPAT_LINUX_IRQ_WORK_H */
