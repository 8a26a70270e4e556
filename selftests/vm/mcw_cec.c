// SPDX-License-Identifier: GPL-2.0
/*
 * Blocks on the decode chain that look at MCE_HANDLED_CEC of each record with an address, and can
 * stand for RAS_CEC, where the kernel has none, and for a block that ends the chain.
 *
 * Parameters in /sys/module/mcw_cec/parameters/:
 *	give_mask	records with one of these bits in their address get MCE_HANDLED_CEC at
 *			MCE_PRIO_CEC
 *	stop_mask	for records with one of these bits the chain ends at MCE_PRIO_EDAC, behind
 *			the EDAC drivers that were there before
 *	had		records that had the bit behind MCE_PRIO_CEC
 *	shown		of these, those that did not have it any more at MCE_PRIO_EDAC
 *	stopped		records for which the chain was ended
 *	wrong		records that had the bit at MCE_PRIO_EDAC or at the chain's end, though they
 *			had not had it before; or had it, and did not have it at the chain's end
 */
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/notifier.h>
#include <asm/mce.h>

static ulong give_mask;
module_param(give_mask, ulong, 0644);
static ulong stop_mask;
module_param(stop_mask, ulong, 0644);

/* Written in the chain only. */
static uint had, shown, stopped, wrong;
module_param(had, uint, 0444);
module_param(shown, uint, 0444);
module_param(stopped, uint, 0444);
module_param(wrong, uint, 0444);

static const struct mce *noted; /* the record that note() has seen; NULL: none */
static bool noted_bit;

static bool has_bit(const struct mce *m)
{
	return m->kflags & MCE_HANDLED_CEC;
}

static void count(uint *counter)
{
	WRITE_ONCE(*counter, *counter + 1);
}

static int give(struct notifier_block *nb, unsigned long action, void *data)
{
	struct mce *m = data;

	if (m->status & MCI_STATUS_ADDRV && m->addr & READ_ONCE(give_mask))
		m->kflags |= MCE_HANDLED_CEC;
	return NOTIFY_DONE;
}

static int note(struct notifier_block *nb, unsigned long action, void *data)
{
	const struct mce *m = data;

	noted = m->status & MCI_STATUS_ADDRV ? m : NULL;
	noted_bit = has_bit(m);
	if (noted && noted_bit)
		count(&had);
	return NOTIFY_DONE;
}

static int look(struct notifier_block *nb, unsigned long action, void *data)
{
	const struct mce *m = data;

	if (m != noted)
		return NOTIFY_DONE;
	if (noted_bit && !has_bit(m))
		count(&shown);
	if (!noted_bit && has_bit(m))
		count(&wrong);
	if (!(m->addr & READ_ONCE(stop_mask)))
		return NOTIFY_DONE;
	count(&stopped);
	noted = NULL;
	return NOTIFY_STOP;
}

static int judge(struct notifier_block *nb, unsigned long action, void *data)
{
	const struct mce *m = data;

	if (m == noted && has_bit(m) != noted_bit)
		count(&wrong);
	noted = NULL;
	return NOTIFY_DONE;
}

static struct notifier_block blocks[] = {
	{ .notifier_call = judge, .priority = MCE_PRIO_LOWEST },
	{ .notifier_call = look, .priority = MCE_PRIO_EDAC },
	{ .notifier_call = give, .priority = MCE_PRIO_CEC },
	{ .notifier_call = note, .priority = MCE_PRIO_EARLY },
};

static int __init mcw_cec_init(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(blocks); i++)
		mce_register_decode_chain(&blocks[i]);
	return 0;
}

static void __exit mcw_cec_exit(void)
{
	int i;

	for (i = ARRAY_SIZE(blocks) - 1; i >= 0; i--)
		mce_unregister_decode_chain(&blocks[i]);
}

module_init(mcw_cec_init);
module_exit(mcw_cec_exit);

MODULE_DESCRIPTION("Blocks on the decode chain for tests of mcewarden");
MODULE_LICENSE("GPL");
