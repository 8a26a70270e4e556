// SPDX-License-Identifier: GPL-2.0
/*
 * The lane "notice": what the module itself says, outcomes and storms, written from process or
 * interrupt context. The lane takes records from all CPUs at once and nested, so there is no lock.
 *
 * Readers are woken by an irq_work that is queued after the commit. One that is queued already
 * has not run yet, and will find this record too.
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

/* All words of the body: types share the lane's slots, and spare ones are to be zero. */
static void put_notice(u8 type, const u64 *body)
{
	u64 mono_ns = ktime_get_mono_fast_ns();
	u64 wall_ns = ktime_get_real_fast_ns();
	struct mcw_reservation res;
	unsigned int i;

	preempt_disable();
	if (mcw_ring_reserve(MCW_LANE_NOTICE, type, &res)) {
		mcw_reservation_write(&res, WORD_OF(head.mono_ns), mono_ns);
		mcw_reservation_write(&res, WORD_OF(head.wall_ns), wall_ns);
		for (i = 0; i < MCW_RECORD_WORDS - WORD_OF(body); i++)
			mcw_reservation_write(&res, WORD_OF(body) + i, body[i]);
		mcw_ring_commit(MCW_LANE_NOTICE, &res);
		irq_work_queue(&notice_wake_work);
	}
	preempt_enable();
}

/**
 * mcw_notice_outcome() - say what was done about an event
 * @outcome: the whole record, spare members zero
 *
 * Context: any but NMI and #MC.
 */
void mcw_notice_outcome(const struct mcw_outcome *outcome)
{
	BUILD_BUG_ON(sizeof(*outcome) != sizeof_field(struct mcw_record, body));
	put_notice(MCW_OUTCOME, (const u64 *)outcome);
}

/**
 * mcw_notice_storm() - say that a storm began or ended
 * @storm: the whole record, spare members zero
 *
 * Context: any but NMI and #MC.
 */
void mcw_notice_storm(const struct mcw_storm *storm)
{
	BUILD_BUG_ON(sizeof(*storm) != sizeof_field(struct mcw_record, body));
	put_notice(MCW_STORM, (const u64 *)storm);
}

/**
 * mcw_notice_init() - get ready to say something
 * @wake_consumers: called after records were committed, from irq_work: hard interrupt context (a
 *	thread on PREEMPT_RT)
 *
 * Context: process. The ring is there.
 */
void mcw_notice_init(void (*wake_consumers)(void))
{
	wake_readers = wake_consumers;
	init_irq_work(&notice_wake_work, notice_wake);
}

/**
 * mcw_notice_exit() - wait for a wake-up that is under way
 *
 * Context: process, sleeps. Nobody says anything any more.
 */
void mcw_notice_exit(void)
{
	irq_work_sync(&notice_wake_work);
}
