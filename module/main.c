// SPDX-License-Identifier: GPL-2.0
/*
 * mcewarden: a complete machine-check pipeline in a module. This file puts the parts in
 * order: consumers before producers on the way in, the exact reverse on the way out.
 */
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <asm/cpufeature.h>
#include <asm/mce.h>
#include <asm/processor-flags.h>
#include <asm/special_insns.h>
#include <mcewarden/bank_sysfs.h>
#include <mcewarden/bank_control.h>
#include <mcewarden/chain.h>
#include <mcewarden/dev.h>
#include <mcewarden/firmware.h>
#include <mcewarden/inject_hook.h>
#include <mcewarden/mcelog.h>
#include <mcewarden/notice.h>
#include <mcewarden/soft_offline.h>
#include <mcewarden/machinecheck_sysfs.h>
#include <mcewarden/poll.h>
#include <mcewarden/recovery.h>
#include <mcewarden/ring.h>
#include <mcewarden/sysfs.h>
#include <mcewarden/event_counts.h>
#include <mcewarden/tap.h>
#include <mcewarden/tolerant.h>
#include <mcewarden/trigger.h>
#include <mcewarden/turn.h>
#include <mcewarden/threshold_irq.h>
#include <mcewarden/threshold_irq_stats.h>
#include <mcewarden/cmci_storm.h>
#include <mcewarden/version.h>
#include <mcewarden/worker.h>

static unsigned int sizes[MCW_LANES] = {
	[MCW_LANE_SEVERE] = 1024,
	[MCW_LANE_OTHER] = 8192,
	[MCW_LANE_OWN] = 1024,
};

static int records_set(const char *val, const struct kernel_param *param)
{
	unsigned int records;
	int err = kstrtouint(val, 0, &records);

	if (err || records < MCW_RING_MIN_RECORDS || records > MCW_RING_MAX_RECORDS ||
	    (records & (records - 1))) {
		pr_err("parameter %s=%s: must be a power of two from %u to %u\n", param->name, val,
		       MCW_RING_MIN_RECORDS, MCW_RING_MAX_RECORDS);
		return -EINVAL;
	}
	*(unsigned int *)param->arg = records;
	return 0;
}

static const struct kernel_param_ops records_ops = {
	.set = records_set,
	.get = param_get_uint,
};

module_param_cb(severe_records, &records_ops, &sizes[MCW_LANE_SEVERE], 0444);
MODULE_PARM_DESC(severe_records,
		 "records of the severe lane: a power of two, 64 to 1048576 (1024)");
module_param_cb(other_records, &records_ops, &sizes[MCW_LANE_OTHER], 0444);
MODULE_PARM_DESC(other_records, "records of the other lane: a power of two, 64 to 1048576 (8192)");
module_param_cb(own_records, &records_ops, &sizes[MCW_LANE_OWN], 0444);
MODULE_PARM_DESC(own_records,
		 "records of the module's own lane: a power of two, 64 to 1048576 (1024)");

static const struct attribute_group *const home_groups[] = {
	&mcw_tolerant_knobs,
	&mcw_recovery_knobs,
	&mcw_soft_offline_knobs,
	&mcw_cmci_storm_knobs,
	&mcw_bank_sysfs_files,
	&mcw_firmware_files,
	&mcw_poll_files,
	&mcw_mcelog_knobs,
	&mcw_trigger_knobs,
	&mcw_machinecheck_sysfs_files,
	NULL,
};

static const struct attribute_group *const stats_groups[] = {
	&mcw_worker_rules,
	&mcw_recovery_stats,
	&mcw_soft_offline_stats,
	&mcw_cmci_storm_stats,
	&mcw_bank_sysfs_stats,
	&mcw_poll_stats,
	&mcw_inject_hook_stats,
	&mcw_mcelog_stats,
	&mcw_trigger_stats,
	&mcw_event_counts_stats,
	NULL,
};

/* They are also where the kernel once had them. */
static const struct attribute_group *const old_groups[] = {
	&mcw_tolerant_knobs,
	&mcw_trigger_knobs,
	NULL,
};

/* Each event, once. */
static void consume(const struct mcw_record *rec, const struct mcw_verdict *verdict)
{
	mcw_event_counts_take(rec, verdict);
	mcw_recovery_take(rec, verdict);
	mcw_soft_offline_take(rec, verdict);
	mcw_mcelog_take(rec);
	mcw_trigger_take(rec); /* its program may read what the others have */
}

static const struct mcw_recovery_source events_from = {
	.wake = mcw_worker_wake,
	.run = mcw_worker_run,
};

static void leaves(const struct mcw_comeback *back)
{
	if (back->kflags & MCE_HANDLED_CEC)
		mcw_soft_offline_saw_ras_cec();
	mcw_turn_leaves(back);
}

static const struct mcw_chain_listener chain_listener = {
	.enters = mcw_turn_enters,
	.leaves = leaves,
	.hushes = mcw_mcelog_hushes,
};

static void wake(void)
{
	mcw_worker_wake();
	mcw_dev_wake();
}

static void stop_capture(void)
{
	mcw_poll_exit();
	mcw_threshold_irq_stop();
	mcw_tap_disarm();
	mcw_threshold_irq_exit();
	mcw_chain_exit();
	mcw_tap_exit();
	mcw_bank_control_exit();
	mcw_worker_run(); /* the last that was captured */
	mcw_turn_stop();
}

/* Where no error will ever be reported, a module that waits for one would be a false comfort. */
static bool __init has_machine_checks(void)
{
	if (!boot_cpu_has(X86_FEATURE_MCE) || !boot_cpu_has(X86_FEATURE_MCA)) {
		pr_err("this CPU has no machine-check architecture: nothing to capture here\n");
		return false;
	}
	if (!(__read_cr4() & X86_CR4_MCE)) {
		pr_err("machine checks are switched off (mce=off): nothing to capture here\n");
		return false;
	}
	return true;
}

static int __init mcewarden_init(void)
{
	int err;

	if (!has_machine_checks())
		return -ENODEV;
	err = mcw_ring_init(sizes);
	if (err)
		return err;
	err = mcw_sysfs_init();
	if (err)
		goto ring;
	mcw_dev_init(mcw_soft_offline_fill, mcw_event_counts_fill);
	mcw_mcelog_init();
	mcw_notice_init(mcw_dev_wake);
	err = mcw_event_counts_init();
	if (err)
		goto own;
	err = mcw_soft_offline_init();
	if (err)
		goto tally;
	err = mcw_recovery_init(sizes[MCW_LANE_SEVERE], &events_from);
	if (err)
		goto pages;
	mcw_trigger_init();
	err = mcw_worker_init(consume, mcw_turn_has_room);
	if (err)
		goto trigger;
	mcw_firmware_init();
	/* The vector's polls ask which banks are switched off. */
	err = mcw_bank_control_init();
	if (err)
		goto worker;
	mcw_bank_sysfs_init();
	mcw_tap_init(wake);
	mcw_chain_init(&chain_listener);
	mcw_threshold_irq_init();
	mcw_tap_arm();
	mcw_threshold_irq_start();
	mcw_poll_init();
	err = mcw_threshold_irq_stats_init();
	if (err)
		goto capture;
	err = mcw_sysfs_publish(home_groups, stats_groups);
	if (err)
		goto vector_stats;
	err = mcw_dev_publish();
	if (err)
		goto published;
	mcw_mcelog_publish();
	mcw_machinecheck_sysfs_init(old_groups);
	pr_info("version %s, capture by %s, records: severe %u, other %u, own %u\n", MCW_VERSION,
		mcw_tap_armed() ? "tap" : "chain alone", sizes[MCW_LANE_SEVERE],
		sizes[MCW_LANE_OTHER], sizes[MCW_LANE_OWN]);
	return 0;

published:
	mcw_sysfs_withdraw();
vector_stats:
	mcw_threshold_irq_stats_exit();
capture:
	stop_capture();
worker:
	mcw_worker_exit();
trigger:
	mcw_trigger_exit();
	mcw_recovery_exit();
pages:
	mcw_soft_offline_exit();
	mcw_tolerant_exit();
tally:
	mcw_event_counts_exit();
own:
	mcw_notice_exit();
	mcw_mcelog_exit();
	mcw_dev_exit();
	mcw_sysfs_exit();
ring:
	mcw_ring_exit();
	return err;
}

static void __exit mcewarden_exit(void)
{
	mcw_machinecheck_sysfs_exit();
	mcw_mcelog_withdraw();
	mcw_dev_withdraw();
	mcw_sysfs_withdraw();
	mcw_threshold_irq_stats_exit();
	stop_capture();
	mcw_worker_exit();
	mcw_trigger_exit();
	mcw_recovery_exit();
	mcw_soft_offline_exit();
	mcw_tolerant_exit();
	mcw_event_counts_exit();
	mcw_notice_exit();
	mcw_mcelog_exit();
	mcw_dev_exit();
	mcw_sysfs_exit();
	mcw_ring_exit();
}

module_init(mcewarden_init);
module_exit(mcewarden_exit);

MODULE_DESCRIPTION("Machine-check pipeline: captures, keeps and hands out every record");
MODULE_AUTHOR("The mcewarden authors");
MODULE_LICENSE("GPL");
MODULE_VERSION(MCW_VERSION);
