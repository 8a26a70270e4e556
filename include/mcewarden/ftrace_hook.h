/* SPDX-License-Identifier: GPL-2.0 */
/* Hooks at the entry of kernel functions, by ftrace. */
#ifndef _MCEWARDEN_FTRACE_HOOK_H
#define _MCEWARDEN_FTRACE_HOOK_H

struct ftrace_ops;

int mcw_ftrace_hook(struct ftrace_ops *ops, const char *function);
void mcw_ftrace_hook_also(struct ftrace_ops *ops, const char *function);
void mcw_ftrace_unhook(struct ftrace_ops *ops);

#endif /* _MCEWARDEN_FTRACE_HOOK_H */
