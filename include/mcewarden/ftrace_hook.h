/* SPDX-License-Identifier: GPL-2.0 */
/* Hooks at the entry of kernel functions, by ftrace. */
#ifndef _MCEWARDEN_FTRACE_HOOK_H
#define _MCEWARDEN_FTRACE_HOOK_H

struct ftrace_ops;

int mcw_ftrace_hook(struct ftrace_ops *ops, const char *function);
void mcw_ftrace_unregister(struct ftrace_ops *ops);
void mcw_ftrace_unhook(struct ftrace_ops *ops);
unsigned long mcw_ftrace_find(const char *function);
void mcw_ftrace_forget(void);
void mcw_ftrace_free_filter(struct ftrace_ops *ops);
void mcw_ftrace_say_untraced(const char *function, int err);

#endif /* _MCEWARDEN_FTRACE_HOOK_H */
