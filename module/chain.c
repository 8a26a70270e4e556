// SPDX-License-Identifier: GPL-2.0
/*
 * The module's blocks on the kernel's machine-check decode chain. They capture records that the tap
 * did not, keep the kernel from poisoning pages (tolerant 3, AMD's normalized addresses), and tell
 * the listener when the chain is done with a record, and who handled it.
 *
 * The chain runs in one kworker, never concurrently with itself, with interrupts on. It is a
 * blocking notifier: registering and unregistering a block wait until no record is in the chain. So
 * a block never comes or goes in the middle of a record, and no block runs after mcw_chain_exit().
 * Hence the blocks need no lock for the state of the record in the chain, which they share.
 *
 * chain_first()		MCE_PRIO_EARLY: behind the kernel's own early block, and before
 *				every block that acts on the record or asks whether kflags are 0.
 *				It captures the record if the tap did not. At tolerant 3 it lowers
 *				the severity, so that the kernel does not poison the page. At any
 *				level it does so for a normalized address of AMD's, which up to
 *				v6.1 the kernel takes for a physical one (knob normalized_pages).
 * chain_restore_severity()	MCE_PRIO_UC: right behind the kernel's block that poisons. It puts
 *				back the severity that chain_first() lowered, for this record and
 *				no other. It is registered before chain_first() and unregistered
 *				after it, so a lowered severity is always restored.
 * chain_suppress_print()	MCE_PRIO_MCELOG: the place of the kernel's own /dev/mcelog. While
 *				the listener asks for it, it marks the record as that device does,
 *				and the kernel's block that prints leaves the record alone.
 * chain_last()			MCE_PRIO_LOWEST: behind the kernel's block that prints. It reports
 *				the decoded record, and who handled it according to kflags.
 */
#include <mcewarden/chain.h>

#include <linux/compiler.h>
#include <linux/notifier.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <asm/mce.h>
#include <asm/page.h>
#include <mcewarden/normalized_pages.h>
#include <mcewarden/policy.h>
#include <mcewarden/tap.h>
#include <mcewarden/tolerant.h>
#include <uapi/mcewarden.h>

static const struct mcw_chain_listener *chain_listener;

/* The record that is in the chain. Only the chain's task writes it, and reads all but task. */
static struct {
	struct task_struct *task; /* whose chain it is; NULL: no record is in the chain */
	const struct mce *m; /* NULL: chain_first() has not seen the record */
	u32 mark;
	bool severity_lowered;
	u8 severity; /* before it was lowered */
	u8 tolerant;
	u64 page; /* EDAC's, for a normalized address; MCW_NO_PAGE: EDAC named none */
} in_chain;

/*
 * The knobs are read here alone. If they change while the record is in the chain, the block that
 * restores the severity still sees that it was lowered.
 */
static bool is_held_back(const struct mce *m)
{
	in_chain.tolerant = mcw_tolerant();
	return mcw_policy_holds_back(mcw_normalized_pages_hold(m) ? 3 : in_chain.tolerant,
				     m->severity);
}

static int chain_first(struct notifier_block *nb, unsigned long action, void *data)
{
	struct mce *m = data;

	if (!m)
		return NOTIFY_DONE;
	if (!mcw_tap_take_mark(to_mce_hw_err(m), &in_chain.mark))
		in_chain.mark = mcw_tap_capture_late(to_mce_hw_err(m));
	in_chain.m = m;
	in_chain.page = MCW_NO_PAGE;
	WRITE_ONCE(in_chain.task, current);
	chain_listener->begin(m);
	in_chain.severity_lowered = is_held_back(m);
	if (in_chain.severity_lowered) {
		in_chain.severity = m->severity;
		m->severity = MCW_GRADE_KEEP;
	}
	return NOTIFY_DONE;
}

static int chain_restore_severity(struct notifier_block *nb, unsigned long action, void *data)
{
	struct mce *m = data;

	if (m && m == in_chain.m && in_chain.severity_lowered)
		m->severity = in_chain.severity;
	return NOTIFY_DONE;
}

static int chain_suppress_print(struct notifier_block *nb, unsigned long action, void *data)
{
	struct mce *m = data;

	if (m && chain_listener->suppress_print())
		m->kflags |= MCE_HANDLED_MCELOG;
	return NOTIFY_DONE;
}

static int chain_last(struct notifier_block *nb, unsigned long action, void *data)
{
	const struct mce *m = data;

	if (m && m == in_chain.m) {
		const struct mcw_decoded decoded = {
			.mark = in_chain.mark,
			.handled_uc = m->kflags & MCE_HANDLED_UC,
			.handled_cec = m->kflags & MCE_HANDLED_CEC,
			.severity_lowered = in_chain.severity_lowered,
			.tolerant = in_chain.tolerant,
			.page = m->kflags & MCE_HANDLED_UC ? MCW_NO_PAGE : in_chain.page,
			.status = m->status,
			.addr = m->addr,
			.tsc = m->tsc,
		};

		chain_listener->done(&decoded);
	}
	WRITE_ONCE(in_chain.task, NULL);
	in_chain.m = NULL;
	in_chain.severity_lowered = false;
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
 * mcw_chain_runs_here() - whether the caller was called by the chain, for a record
 * @mark: the record's mark; valid if the function returns true
 * @m: the record; valid if the function returns true, until the caller returns
 *
 * A caller that interrupted the chain's task was not called by it.
 *
 * Context: any. The chain's blocks are registered.
 * Return: true if the record is between chain_first() and chain_last().
 */
bool mcw_chain_runs_here(u32 *mark, const struct mce **m)
{
	if (!in_task() || READ_ONCE(in_chain.task) != current)
		return false;
	*mark = in_chain.mark;
	*m = in_chain.m;
	return true;
}

/**
 * mcw_chain_note_address() - EDAC says at which address the record in the chain is
 * @address: a physical one, or 0 if EDAC does not know it
 *
 * Only a normalized address needs that: EDAC has translated it. The first word counts.
 *
 * Context: mcw_chain_runs_here() has just returned true.
 */
void mcw_chain_note_address(u64 address)
{
	if (address && in_chain.page == MCW_NO_PAGE && mcw_normalized_pages_is_about(in_chain.m))
		in_chain.page = address & PAGE_MASK;
}

/**
 * mcw_chain_init() - take part in the decode chain
 * @listener: called for every record that chain_first() has seen
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
 * Waits for the records that the tap marked: chain_first() has to clear their marks.
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
