/* SPDX-License-Identifier: GPL-2.0 */
/* Hooks at the entry of functions of the kernel's, by ftrace. */
#ifndef _MCEWARDEN_TRACE_H
#define _MCEWARDEN_TRACE_H

struct ftrace_ops;

int mcw_trace_hook(struct ftrace_ops *ops, const char *function);
void mcw_trace_also(struct ftrace_ops *ops, const char *function);
void mcw_trace_unhook(struct ftrace_ops *ops);

#endif /* _MCEWARDEN_TRACE_H */
