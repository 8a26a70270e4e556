/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _UNIT_LINUX_SCHED_H
#define _UNIT_LINUX_SCHED_H

#include_next <linux/sched.h>

static inline void cond_resched(void)
{
}

#endif /* _UNIT_LINUX_SCHED_H */
