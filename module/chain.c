// SPDX-License-Identifier: GPL-2.0
/*
 * The floor under the tap, and the kernel's own part in an error: blocks on the machine-check
 * decode chain.
 *
 * The chain runs in one kworker, never concurrently with itself, with interrupts on.
 * It is a blocking notifier: registering and unregistering wait until no record
 * is under way in it, so a record meets each block either as a whole or not at all, and after
 * mcw_chain_exit() nothing of ours runs. Hence the blocks share what they remember of
 * the record under way without a lock.
 *
 * first	MCE_PRIO_EARLY: behind the kernel's own early block, before every block that
 *		acts on the record or asks whether kflags are 0. Captures what the tap did not;
 *		at tolerant 3 lowers the severity, so that the kernel does not poison the page.
 * restore	MCE_PRIO_UC: right behind the kernel's block that poisons. Puts the severity
 *		back where first lowered it, for this record and no other. It is there before
 *		first and goes after it, so what was lowered is always restored.
 * hush		MCE_PRIO_MCELOG: where the kernel's own /dev/mcelog sits. Marks the record as that
 *		does while the listener asks for it, and the block that prints leaves it alone.
 * last		MCE_PRIO_LOWEST: behind the kernel's block that prints. Says that the record
 *		came back, and what the kernel marked it with.
 */
#include <mcewarden/chain.h>

#include <linux/notifier.h>
#include <asm/mce.h>
#include <mcewarden/policy.h>
#include <mcewarden/tap.h>
#include <mcewarden/tolerant.h>

static const struct mcw_chain_listener *chain_listener;

/* The record under way. */
static struct {
	const struct mce *m; /* to know it again; NULL: none that first has had */
	u32 mark;
	bool held; /* its severity is lowered */
	u8 severity; /* as it was then */
} record_in_chain;

static int chain_first(struct notifier_block *nb, unsigned long action, void *data)
{
	struct mce *m = data;

	if (!m)
		return NOTIFY_DONE;
	if (!mcw_tap_take_mark(to_mce_hw_err(m), &record_in_chain.mark))
		record_in_chain.mark = mcw_tap_capture_late(to_mce_hw_err(m));
	record_in_chain.m = m;
	chain_listener->enters(m);
	record_in_chain.held = mcw_policy_holds_back(mcw_tolerant(), m->severity);
	if (record_in_chain.held) {
		record_in_chain.severity = m->severity;
		m->severity = MCW_GRADE_KEEP;
	}
	return NOTIFY_DONE;
}

static int chain_restore_severity(struct notifier_block *nb, unsigned long action, void *data)
{
	struct mce *m = data;

	if (m && m == record_in_chain.m && record_in_chain.held)
		m->severity = record_in_chain.severity;
	return NOTIFY_DONE;
}

static int chain_suppress_print(struct notifier_block *nb, unsigned long action, void *data)
{
	struct mce *m = data;

	if (m && chain_listener->hushes())
		m->kflags |= MCE_HANDLED_MCELOG;
	return NOTIFY_DONE;
}

static int chain_last(struct notifier_block *nb, unsigned long action, void *data)
{
	const struct mce *m = data;

	if (m && m == record_in_chain.m) {
		const struct mcw_comeback back = {
			.mark = record_in_chain.mark,
			.kflags = lower_32_bits(m->kflags),
			.held = record_in_chain.held,
			.status = m->status,
			.addr = m->addr,
			.tsc = m->tsc,
		};

		chain_listener->leaves(&back);
	}
	record_in_chain.m = NULL;
	record_in_chain.held = false;
	return NOTIFY_DONE;
}

static struct notifier_block restore_severity_block = {
	.notifier_call = chain_restore_severity,
	.priority = MCE_PRIO_UC,
};

static struct notifier_block suppress_print_block = {
	.notifier_call = chain_suppress_print,
	.priority = MCE_PRIO_MCELOG,
};

static struct notifier_block last_block = {
	.notifier_call = chain_last,
	.priority = MCE_PRIO_LOWEST,
};

static struct notifier_block first_block = {
	.notifier_call = chain_first,
	.priority = MCE_PRIO_EARLY,
};

/**
 * mcw_chain_init() - take part in the decode chain
 * @listener: told of every record that first has had
 *
 * Context: process, may sleep. mcw_tap_init() is done, the tap is not armed yet.
 */
void mcw_chain_init(const struct mcw_chain_listener *listener)
{
	chain_listener = listener;
	mce_register_decode_chain(&restore_severity_block);
	mce_register_decode_chain(&suppress_print_block);
	mce_register_decode_chain(&last_block);
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
	mce_unregister_decode_chain(&last_block);
	mce_unregister_decode_chain(&suppress_print_block);
	mce_unregister_decode_chain(&restore_severity_block);
}
