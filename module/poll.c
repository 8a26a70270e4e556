// SPDX-License-Identifier: GPL-2.0
/*
 * The module's own polls. They never read a bank themselves: the kernel's
 * machine_check_poll() does, so that its other users see the record too, and the tap
 * captures it on the way. It is called with local interrupts off, on the CPU whose banks it is
 * about: a threshold interrupt in the middle of it would log the same bank twice.
 */
#include <mcewarden/poll.h>

#include <linux/bitmap.h>
#include <linux/lockdep.h>
#include <linux/percpu.h>
#include <asm/mce.h>
#include <mcewarden/tap.h>

/**
 * mcw_poll_this_cpu() - have the kernel look into this CPU's banks
 *
 * Context: interrupts off, any but NMI and #MC.
 */
void mcw_poll_this_cpu(void)
{
	mce_banks_t banks;

	lockdep_assert_irqs_disabled();
	bitmap_fill(banks, MAX_NR_BANKS);
	this_cpu_or(mcw_tap_why, MCW_TAP_BY_MODULE);
	machine_check_poll(MCP_TIMESTAMP, &banks);
	this_cpu_and(mcw_tap_why, ~MCW_TAP_BY_MODULE);
}
