// SPDX-License-Identifier: GPL-2.0
/*
 * Lets EDAC's drivers see the corrected errors that the kernel's RAS_CEC has counted. RAS_CEC sets
 * MCE_HANDLED_CEC in such a record, and every EDAC driver leaves such a record alone: without this,
 * EDAC's counters and the tracepoint ras:mc_event miss nearly all corrected errors of memory.
 *
 * hide_bit()	MCE_PRIO_UC: behind RAS_CEC (MCE_PRIO_CEC), which has counted the error by then,
 *		and before EDAC (MCE_PRIO_EDAC). It clears the bit.
 * restore_bit()	MCE_PRIO_MCELOG: behind EDAC. It sets the bit again, for the blocks that
 *		follow: chain.c's last block, and the kernel's block that prints.
 *
 * Between the two stand also acpi_extlog (MCE_PRIO_EXTLOG), NFIT's, and the kernel's own
 * /dev/mcelog, which is registered first at MCE_PRIO_MCELOG. acpi_extlog and that device leave
 * records with the bit alone, too, so they also see the errors that EDAC sees. Nobody else asks for
 * the bit, and RAS_CEC never looks at a record twice. At tolerant 3 chain.c restores the severity
 * in a block that was registered before hide_bit() at the same priority, so EDAC sees that as well.
 *
 * Exactly the records whose bit was cleared get it back
 * -----------------------------------------------------
 * The chain runs in one kworker, one record at a time, so the two blocks need no lock for what they
 * share: hidden_in, the record whose bit is cleared now. hide_bit() alone looks at the knobs, and
 * decides; restore_bit() does what was decided for this record. A knob that is written between the
 * two changes nothing for the record.
 *
 * A block of somebody's may end the chain for a record (NOTIFY_STOP). Then restore_bit() is not
 * called. Nothing in the kernel looks at the record any more: it goes back to the kernel's pool,
 * and the next record may lie at the same address. So hidden_in must not outlive its record:
 * mcw_edac_sees_cec_begin() closes it when the chain begins with the next one. It is called by
 * chain.c's first block, which comes before hide_bit() in the chain, is registered before both
 * blocks and is unregistered after them.
 *
 * Load and unload
 * ---------------
 * Registering and unregistering a block wait until no record is in the chain, but records pass
 * between two such calls. restore_bit() is registered first and unregistered last. So there is no
 * record that meets hide_bit() and not restore_bit(). One that meets only restore_bit() finds
 * hidden_in closed, because chain.c's first block has seen this record.
 *
 * The rate
 * --------
 * EDAC's drivers print some lines an error from inside the chain, which waits for a slow console:
 * in a flood the kernel's pool would fill, and records be lost that are not lost with RAS_CEC
 * alone. The limit is like that of the kernel's rate-limited messages: a second begins with the
 * first error after the last second is over. Errors above the limit keep the bit.
 */
#include <mcewarden/edac_sees_cec.h>

#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/notifier.h>
#include <asm/mce.h>
#include <mcewarden/knob.h>
#include <mcewarden/sysfs.h>

MCW_KNOB(edac_sees_cec, 1, 0, 1, NULL,
	 "1: EDAC sees corrected errors that RAS_CEC has counted, 0 or 1");
MCW_KNOB(edac_sees_cec_rate, 10, 0, 10000, NULL,
	 "how many of these errors a second EDAC sees, or 0 for all");

static struct attribute *edac_sees_cec_knob_attrs[] = {
	&edac_sees_cec_knob.attr.attr,
	&edac_sees_cec_rate_knob.attr.attr,
	NULL,
};

const struct attribute_group mcw_edac_sees_cec_knobs = { .attrs = edac_sees_cec_knob_attrs };

static MCW_COUNTER(edac_sees_cec_shown, shown);
static MCW_COUNTER(edac_sees_cec_over_rate, over_rate);
static MCW_COUNTER(edac_sees_cec_stopped, stopped);

static struct attribute *edac_sees_cec_counter_attrs[] = {
	&edac_sees_cec_shown.attr.attr,
	&edac_sees_cec_over_rate.attr.attr,
	&edac_sees_cec_stopped.attr.attr,
	NULL,
};

const struct attribute_group mcw_edac_sees_cec_stats = { .name = "edac_sees_cec",
							 .attrs = edac_sees_cec_counter_attrs };

/* Used in the chain only, like the next two. NULL: no record's bit is cleared. */
static const struct mce *hidden_in; /* only to compare */
static unsigned long second_ends; /* in jiffies */
static unsigned int shown_this_second;

static bool is_within_rate(void)
{
	unsigned int rate = mcw_knob_get(&edac_sees_cec_rate_knob);

	if (!rate)
		return true;
	if (time_after_eq(jiffies, second_ends)) {
		second_ends = jiffies + HZ;
		shown_this_second = 0;
	}
	if (shown_this_second >= rate)
		return false;
	shown_this_second++;
	return true;
}

static int hide_bit(struct notifier_block *nb, unsigned long action, void *data)
{
	struct mce *m = data;

	if (!m || !(m->kflags & MCE_HANDLED_CEC) || !mcw_knob_get(&edac_sees_cec_knob))
		return NOTIFY_DONE;
	if (!is_within_rate()) {
		mcw_counter_add(&edac_sees_cec_over_rate, 1);
		return NOTIFY_DONE;
	}
	m->kflags &= ~MCE_HANDLED_CEC;
	hidden_in = m;
	mcw_counter_add(&edac_sees_cec_shown, 1);
	return NOTIFY_DONE;
}

static int restore_bit(struct notifier_block *nb, unsigned long action, void *data)
{
	struct mce *m = data;

	if (m && m == hidden_in) {
		m->kflags |= MCE_HANDLED_CEC;
		hidden_in = NULL;
	}
	return NOTIFY_DONE;
}

static struct notifier_block hide_block = {
	.notifier_call = hide_bit,
	.priority = MCE_PRIO_UC,
};

static struct notifier_block restore_block = {
	.notifier_call = restore_bit,
	.priority = MCE_PRIO_MCELOG,
};

/**
 * mcw_edac_sees_cec_begin() - the chain begins with a record
 *
 * If the chain of the record before was ended early, that record is done now.
 *
 * Context: the decode chain, before hide_bit(); also while the blocks are not registered.
 */
void mcw_edac_sees_cec_begin(void)
{
	if (!hidden_in)
		return;
	hidden_in = NULL;
	mcw_counter_add(&edac_sees_cec_stopped, 1);
}

/**
 * mcw_edac_sees_cec_lost() - how many errors EDAC was not shown because of the rate
 *
 * Context: any.
 * Return: the number since the load.
 */
u64 mcw_edac_sees_cec_lost(void)
{
	return atomic64_read(&edac_sees_cec_over_rate.value);
}

/**
 * mcw_edac_sees_cec_init() - register the blocks
 *
 * Context: process, may sleep. chain.c's blocks are registered.
 * Return: 0.
 */
int mcw_edac_sees_cec_init(void)
{
	second_ends = jiffies;
	mce_register_decode_chain(&restore_block);
	mce_register_decode_chain(&hide_block);
	return 0;
}

/**
 * mcw_edac_sees_cec_exit() - unregister the blocks
 *
 * Context: process, sleeps. chain.c's blocks are still registered.
 */
void mcw_edac_sees_cec_exit(void)
{
	mce_unregister_decode_chain(&hide_block);
	mce_unregister_decode_chain(&restore_block);
}
