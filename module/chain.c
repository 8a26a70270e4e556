// SPDX-License-Identifier: GPL-2.0
/*
 * The floor under the tap: a block on the kernel's machine-check decode chain.
 *
 * The chain runs in one kworker, never concurrently with itself, with interrupts on.
 * It is a blocking notifier: registering and unregistering wait until no record
 * is under way in it, so a record meets this block either as a whole or not at all, and after
 * mcw_chain_exit() nothing of ours runs.
 *
 * The block stands at MCE_PRIO_EARLY: behind the kernel's own early block, before every
 * block that acts on the record or asks whether kflags are 0.
 */
#include <mcewarden/chain.h>

#include <linux/notifier.h>
#include <asm/mce.h>
#include <mcewarden/tap.h>

static int first(struct notifier_block *nb, unsigned long action, void *data)
{
	struct mce *m = data;

	if (m && !mcw_tap_take_mark(to_mce_hw_err(m)))
		mcw_tap_capture_late(to_mce_hw_err(m));
	return NOTIFY_DONE;
}

static struct notifier_block first_block = {
	.notifier_call = first,
	.priority = MCE_PRIO_EARLY,
};

/**
 * mcw_chain_init() - capture what comes through the decode chain without the tap's mark
 *
 * Context: process, may sleep. mcw_tap_init() is done, the tap is not armed yet.
 */
void mcw_chain_init(void)
{
	mce_register_decode_chain(&first_block);
}

/**
 * mcw_chain_exit() - leave the decode chain
 *
 * Waits for the records that the tap marked: their marks are to be cleared.
 *
 * Context: process, sleeps. The tap is off.
 */
void mcw_chain_exit(void)
{
	mcw_tap_settle();
	mce_unregister_decode_chain(&first_block);
}
