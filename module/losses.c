// SPDX-License-Identifier: GPL-2.0
/*
 * stats/lost/ says how much was lost on the way from the hardware to a reader, a file a stage. Most
 * of the numbers are those of the parts; the first two stages are counted here.
 *
 * The hardware
 * ------------
 * A bank holds one error. If another comes before the bank is read, MCi_STATUS.OVER says that at
 * least one was lost. A bank of Intel's that counts corrected errors says how many there were.
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
#include <linux/kobject.h>
#include <linux/sysfs.h>
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

/**
 * mcw_losses_take() - count what the hardware lost
 * @rec: an event
 *
 * Context: the worker.
 */
void mcw_losses_take(const struct mcw_record *rec)
{
	const struct mcw_regs *regs = &rec->event.regs;
	u64 count = regs->status >> CE_COUNT_SHIFT & CE_COUNT_MASK;

	WRITE_ONCE(last_event, jiffies);
	if (regs->status & MCW_STATUS_OVER)
		atomic64_inc(&overflows);
	if (regs->mcgcap & MCW_MCGCAP_CMCI_P && !(regs->status & MCW_STATUS_UC) && count > 1)
		atomic64_add(count - 1, &merged);
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

	mcw_ring_info(lane, &info);
	return info.refused;
}

static u64 lane_dropped(unsigned int lane)
{
	struct mcw_lane_info info;

	mcw_ring_info(lane, &info);
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

#define STAGE(_name, _lost) \
	static struct stage _name##_stage = { __ATTR(_name, 0444, stage_show, NULL), _lost }

STAGE(hardware_overflow, lost_hardware_overflow);
STAGE(hardware_merged, lost_hardware_merged);
STAGE(kernel_pool, lost_kernel_pool);
STAGE(ring_refused, lost_ring_refused);
STAGE(ring_dropped, lost_ring_dropped);
STAGE(ring_overwritten, lost_ring_overwritten);
STAGE(reader, mcw_unread_missed);
STAGE(worker, mcw_worker_missed);
STAGE(event_counts, mcw_event_counts_lost);
STAGE(page_errors, mcw_soft_offline_lost);
STAGE(failure_calls, mcw_failure_calls_lost);
STAGE(victims, mcw_victims_lost);
STAGE(mcelog, mcw_mcelog_lost);
STAGE(location, lost_location);
STAGE(edac_sees_cec, mcw_edac_sees_cec_lost);

static struct attribute *losses_attrs[] = {
	&hardware_overflow_stage.attr.attr,
	&hardware_merged_stage.attr.attr,
	&kernel_pool_stage.attr.attr,
	&ring_refused_stage.attr.attr,
	&ring_dropped_stage.attr.attr,
	&ring_overwritten_stage.attr.attr,
	&reader_stage.attr.attr,
	&worker_stage.attr.attr,
	&event_counts_stage.attr.attr,
	&page_errors_stage.attr.attr,
	&failure_calls_stage.attr.attr,
	&victims_stage.attr.attr,
	&mcelog_stage.attr.attr,
	&location_stage.attr.attr,
	&edac_sees_cec_stage.attr.attr,
	NULL,
};

const struct attribute_group mcw_losses_stats = { .name = "lost", .attrs = losses_attrs };

/**
 * mcw_losses_init() - begin to count
 *
 * Context: process. The tap is not armed yet.
 * Return: 0.
 */
int mcw_losses_init(void)
{
	last_event = jiffies;
	return 0;
}
