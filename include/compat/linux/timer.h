/* SPDX-License-Identifier: GPL-2.0 */
/* linux/timer.h as from v6.2 on: timer_delete() and timer_delete_sync(). */
#ifndef _MCW_COMPAT_LINUX_TIMER_H
#define _MCW_COMPAT_LINUX_TIMER_H

#include_next <linux/timer.h>

#if !MCW_HAS_TIMER_DELETE
#define timer_delete(timer) del_timer(timer)
#endif

#if !MCW_HAS_TIMER_DELETE_SYNC
#define timer_delete_sync(timer) del_timer_sync(timer)
#endif

#endif /* _MCW_COMPAT_LINUX_TIMER_H */
