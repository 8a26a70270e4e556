/* SPDX-License-Identifier: GPL-2.0 */
/* Calls at the entry of kernel functions that are seldom called, all by one ftrace ops. */
#ifndef _MCEWARDEN_ENTRY_WATCH_H
#define _MCEWARDEN_ENTRY_WATCH_H

#include <linux/ftrace.h>
#include <linux/types.h>

typedef void (*mcw_entry_call)(struct ftrace_regs *fregs);

bool mcw_entry_watch(const char *function, mcw_entry_call call, bool optional);
int mcw_entry_watch_begin(void);
void mcw_entry_watch_end(void);
void mcw_entry_watch_forget(void);
bool mcw_entry_watched(void);

#endif /* _MCEWARDEN_ENTRY_WATCH_H */
