/* SPDX-License-Identifier: GPL-2.0 */
/*
 * linux/ftrace.h as from v6.2 on: a callback reads its function's arguments with
 * ftrace_regs_get_argument().
 */
#ifndef _MCW_COMPAT_LINUX_FTRACE_H
#define _MCW_COMPAT_LINUX_FTRACE_H

#include_next <linux/ftrace.h>

#include <asm/ptrace.h>

#ifndef CONFIG_HAVE_DYNAMIC_FTRACE_WITH_ARGS
/*
 * v5.10 passes struct pt_regs, and only if a flag asks for them. RECURSION_SAFE says that the
 * callback has its own recursion guard; from v5.11 on this is the default, without a flag.
 */
#define ftrace_regs pt_regs
#define ftrace_regs_get_argument(regs, n) regs_get_kernel_argument(regs, n)
#define FTRACE_OPS_FL_ARGUMENTS (FTRACE_OPS_FL_SAVE_REGS | FTRACE_OPS_FL_RECURSION_SAFE)
#else
#define FTRACE_OPS_FL_ARGUMENTS 0
#ifndef ftrace_regs_get_argument
#define ftrace_regs_get_argument(fregs, n) regs_get_kernel_argument(&(fregs)->regs, n)
#endif
#endif

#endif /* _MCW_COMPAT_LINUX_FTRACE_H */
