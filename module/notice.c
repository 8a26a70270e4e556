// SPDX-License-Identifier: GPL-2.0
/*
 * The lane "notice" has the records that the module itself writes: outcomes, victims and storms.
 * The lane "location" has the locations, which can be many. They come from process or interrupt
 * context, on all CPUs at once and nested. The lanes allow that, so there is no lock.
 *
 * An irq_work that is queued after the commit wakes the readers. If it is queued already, it has
 * not run yet, and will wake them for this record too.
 */
#include <mcewarden/notice.h>

#include <linux/build_bug.h>
#include <linux/irq_work.h>
#include <linux/ktime.h>
#include <linux/preempt.h>
#include <linux/stddef.h>
#include <mcewarden/ring.h>

#define WORD_OF(member) (offsetof(struct mcw_record, member) / 8)

static void (*wake_readers)(void);

static void notice_wake(struct irq_work *work)
{
	wake_readers();
}

static struct irq_work notice_wake_work;

/* Writes all words of the body: the types share the slots, and spare words must be zero. */
static void put_notice(unsigned int lane, u8 type, const u64 *body)
{
	u64 mono_ns = ktime_get_mono_fast_ns();
	u64 wall_ns = ktime_get_real_fast_ns();
	struct mcw_reservation res;
	unsigned int i;

	preempt_disable();
	if (mcw_ring_reserve(lane, type, &res)) {
		mcw_reservation_write(&res, WORD_OF(head.mono_ns), mono_ns);
		mcw_reservation_write(&res, WORD_OF(head.wall_ns), wall_ns);
		for (i = 0; i < MCW_RECORD_WORDS - WORD_OF(body); i++)
			mcw_reservation_write(&res, WORD_OF(body) + i, body[i]);
		mcw_ring_commit(lane, &res);
		irq_work_queue(&notice_wake_work);
	}
	preempt_enable();
}

/**
 * mcw_notice_outcome() - write an OUTCOME record
 * @outcome: the whole record, spare members zero
 *
 * Context: any but NMI and #MC.
 */
void mcw_notice_outcome(const struct mcw_outcome *outcome)
{
	BUILD_BUG_ON(sizeof(*outcome) != sizeof_field(struct mcw_record, body));
	put_notice(MCW_LANE_NOTICE, MCW_OUTCOME, (const u64 *)outcome);
}

/**
 * mcw_notice_storm() - write a STORM record
 * @storm: the whole record, spare members zero
 *
 * Context: any but NMI and #MC.
 */
void mcw_notice_storm(const struct mcw_storm *storm)
{
	BUILD_BUG_ON(sizeof(*storm) != sizeof_field(struct mcw_record, body));
	put_notice(MCW_LANE_NOTICE, MCW_STORM, (const u64 *)storm);
}

/**
 * mcw_notice_victim() - write a VICTIM record
 * @victim: the whole record, spare members zero
 *
 * Context: any but NMI and #MC.
 */
void mcw_notice_victim(const struct mcw_victim *victim)
{
	BUILD_BUG_ON(sizeof(*victim) != sizeof_field(struct mcw_record, body));
	put_notice(MCW_LANE_NOTICE, MCW_VICTIM, (const u64 *)victim);
}

/**
 * mcw_notice_location() - write a LOCATION record
 * @location: the whole record, spare members zero
 *
 * Context: any but NMI and #MC.
 */
void mcw_notice_location(const struct mcw_location *location)
{
	BUILD_BUG_ON(sizeof(*location) != sizeof_field(struct mcw_record, body));
	put_notice(MCW_LANE_LOCATION, MCW_LOCATION, (const u64 *)location);
}

/**
 * mcw_notice_init() - prepare to write notices
 * @wake_consumers: called from irq_work after records were committed: in hard interrupt
 *	context (in a thread on PREEMPT_RT)
 *
 * Context: process. The ring is initialised.
 */
void mcw_notice_init(void (*wake_consumers)(void))
{
	wake_readers = wake_consumers;
	init_irq_work(&notice_wake_work, notice_wake);
}

/**
 * mcw_notice_exit() - wait for a queued wake-up
 *
 * Context: process, sleeps. Nobody writes notices any more.
 */
void mcw_notice_exit(void)
{
	irq_work_sync(&notice_wake_work);
}
