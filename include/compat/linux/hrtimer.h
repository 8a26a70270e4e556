/* SPDX-License-Identifier: GPL-2.0 */
/* linux/hrtimer.h as from v6.13 on: hrtimer_setup(). */
#ifndef _MCW_COMPAT_LINUX_HRTIMER_H
#define _MCW_COMPAT_LINUX_HRTIMER_H

#include_next <linux/hrtimer.h>

#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 13, 0)
static inline void mcw_hrtimer_setup(struct hrtimer *timer,
				     enum hrtimer_restart (*function)(struct hrtimer *),
				     clockid_t clock_id, enum hrtimer_mode mode)
{
	hrtimer_init(timer, clock_id, mode);
	timer->function = function;
}

/* A macro, because a stable kernel may have the function already. */
#define hrtimer_setup(timer, function, clock_id, mode) \
	mcw_hrtimer_setup(timer, function, clock_id, mode)
#endif

#endif /* _MCW_COMPAT_LINUX_HRTIMER_H */
