/* SPDX-License-Identifier: GPL-2.0 */
/* trace/events/memory-failure.h as from v6.19 on; before, the same was in ras/ras_event.h. */
#ifndef _MCW_COMPAT_TRACE_EVENTS_MEMORY_FAILURE_H
#define _MCW_COMPAT_TRACE_EVENTS_MEMORY_FAILURE_H

#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 19, 0)
#include <ras/ras_event.h>
#else
#include_next <trace/events/memory-failure.h>
#endif

#endif /* _MCW_COMPAT_TRACE_EVENTS_MEMORY_FAILURE_H */
