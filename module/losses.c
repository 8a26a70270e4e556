// SPDX-License-Identifier: GPL-2.0
/*
 * stats/lost/ says how much was lost on the way from the hardware to a reader, a file a stage. Most
 * of the numbers are those of the parts; the first two stages are counted here.
 *
 * The hardware
 * ------------
 * A bank holds one error. If another comes before the bank is read, MCi_STATUS.OVER says that at
 * least one was lost. A bank that counts corrected errors says how many there were: Intel's in
 * MCi_STATUS, AMD's in MCA_MISC0 (smca_counter.c).
 *
 * The kernel's pool
 * -----------------
 * A record that the tap captured and that never comes to the decode chain was dropped by the
 * kernel, whose pool was full, or waits in the pool because the kernel never looks again. A record
 * that is on its way is not lost. No event of the kernel tells the two apart; but nothing is on its
 * way when neither the tap nor the chain has had a record for a second. So the number is taken in
 * such a second only, and stays as it was while errors come.
 */
#include <mcewarden/losses.h>

#include <linux/compiler.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/kobject.h>
#include <linux/sysfs.h>
#include <mcewarden/adxl.h>
#include <mcewarden/edac_sees_cec.h>
#include <mcewarden/event_counts.h>
#include <mcewarden/failure_calls.h>
#include <mcewarden/mca.h>
#include <mcewarden/mcelog.h>
#include <mcewarden/ring.h>
#include <mcewarden/soft_offline.h>
#include <mcewarden/sysfs.h>
#include <mcewarden/tap.h>
#include <mcewarden/unread.h>
#include <mcewarden/victims.h>
#include <mcewarden/worker.h>

#define CE_COUNT_SHIFT 38 /* MCi_STATUS 52:38, SDM vol. 3B section 16.3.2.2.1 */
#define CE_COUNT_MASK 0x7fff
#define QUIET_JIFFIES HZ

static atomic64_t overflows;
static atomic64_t merged;

static unsigned long last_event; /* in jiffies; the worker writes it */
static u64 lost_in_pool; /* in the last quiet second */

/* How many corrected errors have no record but this one, which may be of a worse error. */
static u64 merged_into(const struct mcw_event *ev)
{
	const struct mcw_regs *regs = &ev->regs;
	const u64 worse = MCW_STATUS_UC | MCW_STATUS_DEFERRED;
	u64 count;

	if (ev->cpu_caps & MCW_CAP_SMCA) {
		count = ev->counted;
		return count && !(regs->status & worse) ? count - 1 : count;
	}
	count = regs->status >> CE_COUNT_SHIFT & CE_COUNT_MASK;
	if (!(regs->mcgcap & MCW_MCGCAP_CMCI_P) || regs->status & MCW_STATUS_UC || !count)
		return 0;
	return count - 1;
}

/**
 * mcw_losses_take() - count what the hardware lost
 * @rec: an event
 *
 * Context: the worker.
 */
void mcw_losses_take(const struct mcw_record *rec)
{
	WRITE_ONCE(last_event, jiffies);
	if (rec->event.regs.status & MCW_STATUS_OVER)
		atomic64_inc(&overflows);
	atomic64_add(merged_into(&rec->event), &merged);
}

static u64 lost_hardware_overflow(void)
{
	return atomic64_read(&overflows);
}

static u64 lost_hardware_merged(void)
{
	return atomic64_read(&merged);
}

static u64 lost_kernel_pool(void)
{
	unsigned long now = jiffies;

	if (time_after(now, READ_ONCE(last_event) + QUIET_JIFFIES) &&
	    time_after(now, mcw_tap_last_taken() + QUIET_JIFFIES))
		WRITE_ONCE(lost_in_pool, mcw_tap_not_taken());
	return READ_ONCE(lost_in_pool);
}

/* Of the lanes but location. */
static u64 ring_sum(u64 (*lost)(unsigned int lane))
{
	return lost(MCW_LANE_SEVERE) + lost(MCW_LANE_OTHER) + lost(MCW_LANE_NOTICE);
}

static u64 lane_refused(unsigned int lane)
{
	struct mcw_lane_info info;

	mcw_ring_counts(lane, &info);
	return info.refused;
}

static u64 lane_dropped(unsigned int lane)
{
	struct mcw_lane_info info;

	mcw_ring_counts(lane, &info);
	return info.dropped;
}

static u64 lost_ring_refused(void)
{
	return ring_sum(lane_refused);
}

static u64 lost_ring_dropped(void)
{
	return ring_sum(lane_dropped);
}

static u64 lost_ring_overwritten(void)
{
	return ring_sum(mcw_unread_overwritten);
}

static u64 lost_location(void)
{
	return lane_refused(MCW_LANE_LOCATION) + lane_dropped(MCW_LANE_LOCATION) +
	       mcw_unread_overwritten(MCW_LANE_LOCATION);
}

/* A file of stats/lost/. */
struct stage {
	struct kobj_attribute attr;
	u64 (*lost)(void);
};

static ssize_t stage_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%llu\n", container_of(attr, struct stage, attr)->lost());
}

static struct stage stages[] = {
	{ __ATTR(hardware_overflow, 0444, stage_show, NULL), lost_hardware_overflow },
	{ __ATTR(hardware_merged, 0444, stage_show, NULL), lost_hardware_merged },
	{ __ATTR(kernel_pool, 0444, stage_show, NULL), lost_kernel_pool },
	{ __ATTR(ring_refused, 0444, stage_show, NULL), lost_ring_refused },
	{ __ATTR(ring_dropped, 0444, stage_show, NULL), lost_ring_dropped },
	{ __ATTR(ring_overwritten, 0444, stage_show, NULL), lost_ring_overwritten },
	{ __ATTR(reader, 0444, stage_show, NULL), mcw_unread_missed },
	{ __ATTR(worker, 0444, stage_show, NULL), mcw_worker_missed },
	{ __ATTR(event_counts, 0444, stage_show, NULL), mcw_event_counts_lost },
	{ __ATTR(page_errors, 0444, stage_show, NULL), mcw_soft_offline_lost },
	{ __ATTR(failure_calls, 0444, stage_show, NULL), mcw_failure_calls_lost },
	{ __ATTR(victims, 0444, stage_show, NULL), mcw_victims_lost },
	{ __ATTR(mcelog, 0444, stage_show, NULL), mcw_mcelog_lost },
	{ __ATTR(location, 0444, stage_show, NULL), lost_location },
	{ __ATTR(adxl, 0444, stage_show, NULL), mcw_adxl_lost },
	{ __ATTR(edac_sees_cec, 0444, stage_show, NULL), mcw_edac_sees_cec_lost },
};

static struct attribute *losses_attrs[ARRAY_SIZE(stages) + 1];

const struct attribute_group mcw_losses_stats = { .name = "lost", .attrs = losses_attrs };

/**
 * mcw_losses_init() - prepare the files, and begin to count
 *
 * Context: process. The tap is not armed yet.
 * Return: 0.
 */
int mcw_losses_init(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(stages); i++)
		losses_attrs[i] = &stages[i].attr.attr;
	last_event = jiffies;
	return 0;
}
