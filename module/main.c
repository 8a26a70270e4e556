// SPDX-License-Identifier: GPL-2.0
/*
 * mcewarden: a complete machine-check pipeline in a module. This file starts the parts in order,
 * consumers before producers, and stops them in the reverse order. module/README.md has the
 * picture.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/tracepoint.h>
#include <asm/cpufeature.h>
#include <asm/mce.h>
#include <asm/processor-flags.h>
#include <asm/special_insns.h>
#include <mcewarden/adxl.h>
#include <mcewarden/bank_control.h>
#include <mcewarden/bank_sysfs.h>
#include <mcewarden/before_load.h>
#include <mcewarden/chain.h>
#include <mcewarden/coming_cpus.h>
#include <mcewarden/cmci_storm.h>
#include <mcewarden/dev.h>
#include <mcewarden/edac_sees_cec.h>
#include <mcewarden/entry_watch.h>
#include <mcewarden/event_counts.h>
#include <mcewarden/failure_calls.h>
#include <mcewarden/firmware.h>
#include <mcewarden/ftrace_hook.h>
#include <mcewarden/ghes.h>
#include <mcewarden/inject_hook.h>
#include <mcewarden/kernel_grading.h>
#include <mcewarden/knob.h>
#include <mcewarden/location.h>
#include <mcewarden/losses.h>
#include <mcewarden/machinecheck_sysfs.h>
#include <mcewarden/mce_config.h>
#include <mcewarden/mcelog.h>
#include <mcewarden/missing.h>
#include <mcewarden/normalized_pages.h>
#include <mcewarden/notice.h>
#include <mcewarden/paddrv.h>
#include <mcewarden/page_recovery.h>
#include <mcewarden/panic.h>
#include <mcewarden/panic_erst.h>
#include <mcewarden/poll.h>
#include <mcewarden/proc.h>
#include <mcewarden/recovery.h>
#include <mcewarden/ring.h>
#include <mcewarden/severe_log.h>
#include <mcewarden/smca_counter.h>
#include <mcewarden/soft_offline.h>
#include <mcewarden/sysfs.h>
#include <mcewarden/tap.h>
#include <mcewarden/threshold_irq.h>
#include <mcewarden/threshold_irq_stats.h>
#include <mcewarden/tolerant.h>
#include <mcewarden/trigger.h>
#include <mcewarden/unread.h>
#include <mcewarden/version.h>
#include <mcewarden/vm_switches.h>
#include <mcewarden/victims.h>
#include <mcewarden/worker.h>

/* Defaults; modinfo shows them. */
#define SEVERE_RECORDS 1024
#define OTHER_RECORDS 8192
#define NOTICE_RECORDS 1024
#define LOCATION_RECORDS 8192

static unsigned int lane_sizes[MCW_LANES] = {
	[MCW_LANE_SEVERE] = SEVERE_RECORDS,
	[MCW_LANE_OTHER] = OTHER_RECORDS,
	[MCW_LANE_NOTICE] = NOTICE_RECORDS,
	[MCW_LANE_LOCATION] = LOCATION_RECORDS,
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

#define LANE_TEXT(_records)	\
	", a power of two, " MCW_RANGE_TEXT(MCW_RING_MIN_RECORDS, MCW_RING_MAX_RECORDS, _records)

#define LANE_PARAM(_name, _lane, _records, _text)			\
	module_param_cb(_name, &records_ops, &lane_sizes[_lane], 0444);	\
	MODULE_PARM_DESC(_name, _text LANE_TEXT(_records))

LANE_PARAM(severe_records, MCW_LANE_SEVERE, SEVERE_RECORDS, "records that the severe lane holds");
LANE_PARAM(other_records, MCW_LANE_OTHER, OTHER_RECORDS, "records that the other lane holds");
LANE_PARAM(notice_records, MCW_LANE_NOTICE, NOTICE_RECORDS, "records that the notice lane holds");
LANE_PARAM(location_records, MCW_LANE_LOCATION, LOCATION_RECORDS,
	   "records that the location lane holds");

static const struct attribute_group *const home_groups[] = {
	&mcw_tolerant_knobs,
	&mcw_recovery_knobs,
	&mcw_normalized_pages_knobs,
	&mcw_page_recovery_knobs,
	&mcw_soft_offline_knobs,
	&mcw_cmci_storm_knobs,
	&mcw_bank_sysfs_files,
	&mcw_firmware_files,
	&mcw_poll_files,
	&mcw_mcelog_knobs,
	&mcw_trigger_knobs,
	&mcw_machinecheck_sysfs_files,
	&mcw_location_files,
	&mcw_edac_sees_cec_knobs,
	&mcw_kernel_grading_files,
	&mcw_missing_files,
	NULL,
};

static const struct attribute_group *const stats_groups[] = {
	&mcw_worker_rules,
	&mcw_worker_stats,
	&mcw_recovery_stats,
	&mcw_failure_calls_stats,
	&mcw_victims_stats,
	&mcw_soft_offline_stats,
	&mcw_cmci_storm_stats,
	&mcw_bank_sysfs_stats,
	&mcw_poll_stats,
	&mcw_inject_hook_stats,
	&mcw_mcelog_stats,
	&mcw_trigger_stats,
	&mcw_event_counts_stats,
	&mcw_edac_sees_cec_stats,
	&mcw_losses_stats,
	&mcw_before_load_stats,
	NULL,
};

/* These knobs also appear where older kernels had them. */
static const struct attribute_group *const machinecheck_groups[] = {
	&mcw_tolerant_knobs,
	&mcw_trigger_knobs,
	NULL,
};

/* Called once for each event. */
static void hand_event_on(const struct mcw_record *rec, const struct mcw_verdict *verdict)
{
	mcw_losses_take(rec);
	mcw_adxl_take(rec);
	mcw_event_counts_take(rec, verdict);
	mcw_recovery_take(rec, verdict);
	mcw_soft_offline_take(rec, verdict);
	mcw_mcelog_take(rec);
	mcw_trigger_take(rec); /* last: its program may ask the others about this event */
}

static void chain_begin(const struct mce *m)
{
	mcw_edac_sees_cec_begin();
	mcw_recovery_chain_begin(m);
}

static void chain_done(const struct mcw_decoded *decoded)
{
	if (decoded->handled_cec)
		mcw_soft_offline_saw_ras_cec();
	mcw_soft_offline_decoded(decoded);
	mcw_recovery_chain_done(decoded);
}

static const struct mcw_chain_listener chain_callbacks = {
	.begin = chain_begin,
	.done = chain_done,
	.suppress_print = mcw_mcelog_suppresses_print,
};

static void wake_consumers(void)
{
	mcw_worker_wake();
	mcw_dev_wake();
}

static int ring_init(void)
{
	return mcw_ring_init(lane_sizes);
}

static int dev_init(void)
{
	mcw_dev_init(mcw_soft_offline_fill, mcw_event_counts_fill);
	return 0;
}

static int notice_init(void)
{
	mcw_notice_init(mcw_dev_wake);
	return 0;
}

static int recovery_init(void)
{
	return mcw_recovery_init(lane_sizes[MCW_LANE_SEVERE]);
}

static int worker_init(void)
{
	return mcw_worker_init(hand_event_on, mcw_recovery_has_room);
}

/* All producers are gone: hands on the last events that they captured, and stops recovery. */
static void drain_events(void)
{
	mcw_worker_drain();
	mcw_recovery_stop();
}

static int bank_control_init(void)
{
	return mcw_bank_control_init(mcw_poll_look_here);
}

static int tap_init(void)
{
	mcw_tap_init(wake_consumers);
	return 0;
}

/* The parts that watch tracepoints only unregister their probes: this waits for all at once. */
static void wait_for_probes(void)
{
	tracepoint_synchronize_unregister();
}

static int watch_entries(void)
{
	int err = mcw_entry_watch_begin();

	mcw_bank_control_begin();
	mcw_smca_counter_begin();
	return err;
}

static void unwatch_entries(void)
{
	mcw_smca_counter_end();
	mcw_entry_watch_end();
}

static int names_found(void)
{
	mcw_ftrace_forget();
	return 0;
}

static void forget_functions(void)
{
	mcw_entry_watch_forget();
	mcw_ftrace_forget();
}

static int failure_calls_init(void)
{
	return mcw_failure_calls_init(mcw_recovery_call_ended);
}

static int chain_init(void)
{
	mcw_chain_init(&chain_callbacks);
	return 0;
}

/* If the tap cannot be armed, the log says so, and the chain alone captures. */
static int tap_arm(void)
{
	mcw_tap_arm();
	return 0;
}

static int sysfs_publish(void)
{
	return mcw_sysfs_publish(home_groups, stats_groups);
}

static int machinecheck_sysfs_init(void)
{
	mcw_machinecheck_sysfs_init(machinecheck_groups);
	return 0;
}

/*
 * Load walks this table forwards. Unload walks it backwards, and so does a failed load, from the
 * part that failed. Either function may be missing. Consumers come before producers. Knobs and
 * devices come last, because user space may use them at once.
 */
static const struct part {
	const char *name;
	int (*init)(void); /* returns 0, or a negative errno after undoing its own steps */
	void (*exit)(void);
} module_parts[] = {
	{ "ring", ring_init, mcw_ring_exit },
	{ "unread records", mcw_unread_init, mcw_unread_exit },
	{ "names of functions", NULL, forget_functions },
	{ "panic", mcw_panic_init, mcw_panic_exit },
	{ "panic's records in ERST", mcw_panic_erst_init, mcw_panic_erst_exit },
	{ "sysfs home", mcw_sysfs_init, mcw_sysfs_exit },
	{ "device's readers", dev_init, mcw_dev_exit },
	{ "mcelog buffer", mcw_mcelog_init, mcw_mcelog_exit },
	{ "notice lane", notice_init, mcw_notice_exit },
	{ "event counts", mcw_event_counts_init, mcw_event_counts_exit },
	{ "losses", mcw_losses_init, NULL },
	{ "files of /proc", mcw_proc_init, mcw_proc_exit },
	{ "admin's switches", mcw_vm_switches_init, NULL },
	{ "severe events in the log", NULL, mcw_severe_log_exit },
	{ "soft offline", mcw_soft_offline_init, mcw_soft_offline_exit },
	{ "recovery", recovery_init, mcw_recovery_exit },
	{ "trigger", mcw_trigger_init, mcw_trigger_exit },
	{ "firmware's translation", mcw_adxl_init, mcw_adxl_exit },
	{ "worker", worker_init, mcw_worker_exit },
	{ "drain", NULL, drain_events },
	{ "firmware's banks", mcw_firmware_init, NULL },
	{ "kernel's switches", mcw_mce_config_init, NULL },
	{ "bank control", bank_control_init, mcw_bank_control_exit },
	{ "bank files", mcw_bank_sysfs_init, NULL },
	{ "kernel's grading", mcw_kernel_grading_init, NULL },
	{ "kinds of addresses", mcw_paddrv_init, NULL },
	{ "banks' error counters", mcw_smca_counter_init, mcw_smca_counter_exit },
	{ "tap's wake-up", tap_init, mcw_tap_exit },
	{ "decode chain", chain_init, mcw_chain_exit },
	{ "EDAC's view", mcw_edac_sees_cec_init, mcw_edac_sees_cec_exit },
	{ "probes' end", NULL, wait_for_probes },
	{ "threshold interrupt", mcw_threshold_irq_init, mcw_threshold_irq_exit },
	{ "locations", mcw_location_init, mcw_location_exit },
	{ "calls of memory_failure()", failure_calls_init, mcw_failure_calls_exit },
	{ "victims", mcw_victims_init, mcw_victims_exit },
	{ "CPUs that come", mcw_coming_cpus_init, mcw_coming_cpus_exit },
	{ "tap", tap_arm, mcw_tap_disarm },
	{ "errors before the load", mcw_before_load_init, NULL },
	{ "firmware's locations", mcw_ghes_init, mcw_ghes_exit },
	{ "storms", mcw_threshold_irq_start, mcw_threshold_irq_stop },
	{ "entries of functions", watch_entries, unwatch_entries },
	{ "polls", mcw_poll_init, mcw_poll_exit },
	{ "names found", names_found, NULL },
	{ "interrupt statistics", mcw_threshold_irq_stats_init, mcw_threshold_irq_stats_exit },
	{ "knobs and statistics", sysfs_publish, mcw_sysfs_withdraw },
	{ "/dev/" MCW_DEVICE, mcw_dev_publish, mcw_dev_withdraw },
	{ "/dev/mcelog", mcw_mcelog_publish, mcw_mcelog_withdraw },
	{ "machinecheck's directory", machinecheck_sysfs_init, mcw_machinecheck_sysfs_exit },
};

/*
 * For tests. A part that follows /dev/mcewarden never fails by itself: a load that fails does not
 * wait for files that are open, so while such a part is made to fail nobody may open the device.
 */
static unsigned int fail_part;

static int fail_part_set(const char *val, const struct kernel_param *param)
{
	unsigned int part;

	if (kstrtouint(val, 0, &part) || part > ARRAY_SIZE(module_parts)) {
		pr_err("parameter fail_part=%s: must be a number from 0 to %zu\n", val,
		       ARRAY_SIZE(module_parts));
		return -EINVAL;
	}
	fail_part = part;
	return 0;
}

static const struct kernel_param_ops fail_part_ops = {
	.set = fail_part_set,
	.get = param_get_uint,
};

module_param_cb(fail_part, &fail_part_ops, &fail_part, 0444);
MODULE_PARM_DESC(fail_part, "for tests: which part fails at load, counted from 1; 0: none (0)");

static void exit_parts(unsigned int count)
{
	while (count--)
		if (module_parts[count].exit)
			module_parts[count].exit();
}

static int init_part(unsigned int i)
{
	if (i + 1 == fail_part)
		return -ECANCELED;
	return module_parts[i].init ? module_parts[i].init() : 0;
}

static int init_parts(void)
{
	unsigned int i;
	int err;

	for (i = 0; i < ARRAY_SIZE(module_parts); i++) {
		err = init_part(i);
		if (err) {
			pr_err("cannot load: part %u (%s) failed with error %d\n", i + 1,
			       module_parts[i].name, err);
			exit_parts(i);
			return err;
		}
	}
	return 0;
}

/* If the CPU never reports an error, a loaded module would give a false sense of safety. */
static bool __init has_machine_checks(void)
{
	if (!boot_cpu_has(X86_FEATURE_MCE) || !boot_cpu_has(X86_FEATURE_MCA)) {
		pr_err("cannot load: this CPU has no machine-check architecture\n");
		return false;
	}
	if (!(__read_cr4() & X86_CR4_MCE)) {
		pr_err("cannot load: machine checks are switched off by mce=off on the kernel command line\n");
		return false;
	}
	return true;
}

static int __init mcewarden_init(void)
{
	int err;

	if (!has_machine_checks())
		return -ENODEV;
	err = init_parts();
	if (err)
		return err;
	pr_info("loaded version %s: capturing by the %s; room for %u severe, %u other and %u notice records\n",
		MCW_VERSION, mcw_tap_armed() ? "tap" : "decode chain alone",
		lane_sizes[MCW_LANE_SEVERE], lane_sizes[MCW_LANE_OTHER],
		lane_sizes[MCW_LANE_NOTICE]);
	return 0;
}

static void __exit mcewarden_exit(void)
{
	exit_parts(ARRAY_SIZE(module_parts));
}

module_init(mcewarden_init);
module_exit(mcewarden_exit);

MODULE_DESCRIPTION("Captures every machine-check record, grades it and keeps it for readers");
MODULE_AUTHOR("The mcewarden authors");
MODULE_LICENSE("GPL");
MODULE_VERSION(MCW_VERSION);
