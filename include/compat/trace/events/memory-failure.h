/* SPDX-License-Identifier: GPL-2.0 */
/* trace/events/memory-failure.h as from v6.19 on; before, the same was in ras/ras_event.h. */
#ifndef _MCW_COMPAT_TRACE_EVENTS_MEMORY_FAILURE_H
#define _MCW_COMPAT_TRACE_EVENTS_MEMORY_FAILURE_H

#if MCW_HAS_MEMORY_FAILURE_EVENTS_HEADER
#include_next <trace/events/memory-failure.h>
#else
#include <ras/ras_event.h>
#endif

#endif /* _MCW_COMPAT_TRACE_EVENTS_MEMORY_FAILURE_H */
