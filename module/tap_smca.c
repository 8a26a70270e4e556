// SPDX-License-Identifier: GPL-2.0
/*
 * The tap for AMD's scalable MCA, where a record says how many corrected errors it stands for.
 */
#include <mcewarden/tap_record.h>

/**
 * mcw_tap_entry_smca() - capture a record
 * @ip: the function's address; not used, as the rest but @fregs
 * @parent_ip: the caller's
 * @ops: of the hook
 * @fregs: its arguments: the kernel's record
 *
 * Context: as tap_entry().
 */
void notrace mcw_tap_entry_smca(unsigned long ip, unsigned long parent_ip, struct ftrace_ops *ops,
				struct ftrace_regs *fregs)
{
	tap_record(fregs, true);
}
