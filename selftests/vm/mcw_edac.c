// SPDX-License-Identifier: GPL-2.0
/*
 * A memory controller that is not there: two channels with two slots each, known to EDAC. It
 * decodes what comes down the decode chain as the drivers of real controllers do: bits 12 and 13 of
 * the address are channel and slot, the rest is the row. Its labels are those of EDAC's sysfs.
 *
 * Parameters in /sys/module/mcw_edac/parameters/:
 *	detail		what it says besides, before row and address; up to 1,000 bytes
 *	distance	what it adds to an address, as if it had translated it
 *	calls		so many times it says each error, 1 by default, as for a mirror
 *	interrupt	1: while a record is in the chain, it also says one error of 0xabc000 from a
 *			hard interrupt on that CPU
 *	outside		written: it says that many errors of 0xdef000 outside of the chain
 *	said		how many errors it has said in the chain
 */
#include <linux/edac.h>
#include <linux/err.h>
#include <linux/irq_work.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/notifier.h>
#include <linux/platform_device.h>
#include <linux/smp.h>
#include <asm/mce.h>

#include "mcw_edac_mc.h"

#define CHANNELS 2
#define SLOTS 2
#define DETAIL_BYTES 1100

static struct platform_device *edac_device;
static struct mem_ctl_info *controller;

static char *detail = "";
module_param(detail, charp, 0644);
static unsigned int calls = 1;
module_param(calls, uint, 0644);
static unsigned long long distance;
module_param(distance, ullong, 0644);
static bool interrupt;
module_param(interrupt, bool, 0644);
static unsigned int said;
module_param(said, uint, 0444);

/* EDAC has one description of an error per controller, and no lock for it. */
static DEFINE_MUTEX(saying);

static void say(enum hw_event_mc_err_type type, u64 addr, const char *message)
{
	static char text[DETAIL_BYTES + 64]; /* the chain runs once, and others say no detail */

	if (detail[0])
		snprintf(text, sizeof(text), "%.1000s row:0x%llx", detail, addr >> 14);
	edac_mc_handle_error(type, controller, 1, addr >> PAGE_SHIFT, addr & ~PAGE_MASK, 0x51,
			     addr >> 12 & 1, addr >> 13 & 1, -1, message, detail[0] ? text : "");
}

static void say_in_interrupt(struct irq_work *work)
{
	edac_mc_handle_error(HW_EVENT_ERR_CORRECTED, controller, 1, 0xabc, 0, 0, 0, 0, -1,
			     "in an interrupt", "");
}

static DEFINE_IRQ_WORK(interrupt_work, say_in_interrupt);

static int decode(struct notifier_block *nb, unsigned long action, void *data)
{
	struct mce *m = data;
	unsigned int i;

	if (m->kflags & MCE_HANDLED_CEC || !(m->status & MCI_STATUS_ADDRV))
		return NOTIFY_DONE;
	if (interrupt)
		irq_work_queue(&interrupt_work);
	mutex_lock(&saying);
	for (i = 0; i < calls; i++)
		say(m->status & MCI_STATUS_UC ? HW_EVENT_ERR_UNCORRECTED : HW_EVENT_ERR_CORRECTED,
		    m->addr + distance, "memory error");
	mutex_unlock(&saying);
	irq_work_sync(&interrupt_work);
	m->kflags |= MCE_HANDLED_EDAC;
	WRITE_ONCE(said, said + 1);
	return NOTIFY_OK;
}

static struct notifier_block decode_block = {
	.notifier_call = decode,
	.priority = MCE_PRIO_EDAC,
};

static int outside_set(const char *val, const struct kernel_param *param)
{
	unsigned int count;
	int err = kstrtouint(val, 0, &count);

	if (err || !controller)
		return err ?: -ENODEV;
	mutex_lock(&saying);
	while (count--)
		edac_mc_handle_error(HW_EVENT_ERR_CORRECTED, controller, 1, 0xdef, 0, 0, 1, 1, -1,
				     "outside of the chain", "");
	mutex_unlock(&saying);
	return 0;
}

static const struct kernel_param_ops outside_ops = { .set = outside_set };
module_param_cb(outside, &outside_ops, NULL, 0200);

static void describe(struct mem_ctl_info *mci)
{
	unsigned int channel, slot;

	mci->pdev = &edac_device->dev;
	mci->mtype_cap = MEM_FLAG_DDR4;
	mci->edac_ctl_cap = EDAC_FLAG_SECDED;
	mci->edac_cap = EDAC_FLAG_SECDED;
	mci->mod_name = KBUILD_MODNAME;
	mci->ctl_name = "mcw_edac";
	mci->dev_name = dev_name(mci->pdev);
	for (channel = 0; channel < CHANNELS; channel++) {
		for (slot = 0; slot < SLOTS; slot++) {
			struct dimm_info *dimm = edac_get_dimm(mci, channel, slot, 0);

			dimm->nr_pages = 1 << 18;
			dimm->grain = 64;
			dimm->mtype = MEM_DDR4;
			dimm->dtype = DEV_X8;
			dimm->edac_mode = EDAC_SECDED;
			snprintf(dimm->label, sizeof(dimm->label), "P0_%c%u", 'A' + channel,
				 slot + 1);
		}
	}
}

static int add_controller(void)
{
	struct edac_mc_layer layers[] = {
		{ .type = EDAC_MC_LAYER_CHANNEL, .size = CHANNELS, .is_virt_csrow = false },
		{ .type = EDAC_MC_LAYER_SLOT, .size = SLOTS, .is_virt_csrow = true },
	};
	int err;

	controller = edac_mc_alloc(0, ARRAY_SIZE(layers), layers, 0);
	if (!controller)
		return -ENOMEM;
	describe(controller);
	err = edac_mc_add_mc_with_groups(controller, NULL);
	if (err) {
		edac_mc_free(controller);
		controller = NULL;
	}
	return err;
}

static int __init mcw_edac_init(void)
{
	int err;

	edac_device = platform_device_register_simple("mcw_edac", -1, NULL, 0);
	if (IS_ERR(edac_device))
		return PTR_ERR(edac_device);
	err = add_controller();
	if (err) {
		platform_device_unregister(edac_device);
		return err;
	}
	mce_register_decode_chain(&decode_block);
	return 0;
}

static void __exit mcw_edac_exit(void)
{
	mce_unregister_decode_chain(&decode_block);
	edac_mc_del_mc(&edac_device->dev);
	edac_mc_free(controller);
	platform_device_unregister(edac_device);
}

module_init(mcw_edac_init);
module_exit(mcw_edac_exit);

MODULE_DESCRIPTION("A memory controller for tests of mcewarden");
MODULE_LICENSE("GPL");
