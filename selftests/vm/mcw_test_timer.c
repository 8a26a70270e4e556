// SPDX-License-Identifier: GPL-2.0
/*
 * An imitation of the kernel's own timer, which polls once a jiffy.
 *
 * timer BANK STATUS ADDR COUNT VECTOR
 *	A timer, pinned to this CPU, polls the bank at each jiffy, in softirq with interrupts on,
 *	as the kernel's does. About each millisecond, at all phases of a jiffy, a hard interrupt
 *	enters the threshold vector, if VECTOR is 1, and then plants an error if the bank is empty,
 *	ADDR counting up, until there were COUNT. mcw_test/planted tells how many were planted.
 * timer stop
 */
#include "mcw_test.h"

#include <linux/bitmap.h>
#include <linux/errno.h>
#include <linux/hrtimer.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <linux/timer.h>
#include <asm/irq_vectors.h>
#include <asm/mce.h>
#include <asm/msr.h>

#define PLANT_NS 970000 /* no divisor of a jiffy, so that the two drift */

u64 mcw_test_planted; /* written by the hard interrupt only */

static struct {
	u32 bank;
	u64 status;
	u64 addr;
	u32 count;
	u32 vector;
	bool running;
} timed;

static struct timer_list poll_timer;
static struct hrtimer plant_timer;

static void poll_each_jiffy(struct timer_list *timer)
{
	mce_banks_t banks;

	bitmap_from_u64(banks, BIT_ULL(timed.bank));
	machine_check_poll(0, &banks);
	if (READ_ONCE(timed.running))
		mod_timer(timer, jiffies + 1);
}

static enum hrtimer_restart plant_if_empty(struct hrtimer *timer)
{
	u64 status;

	if (timed.vector && mcw_test_planted < timed.count)
		asm volatile("int %0" : : "i"(THRESHOLD_APIC_VECTOR) : "memory");
	rdmsrq_safe(MSR_IA32_MCx_STATUS(timed.bank), &status);
	if (!(status & MCI_STATUS_VAL) && mcw_test_planted < timed.count) {
		wrmsrq_safe(MSR_IA32_MCx_ADDR(timed.bank), timed.addr + mcw_test_planted);
		wrmsrq_safe(MSR_IA32_MCx_STATUS(timed.bank), timed.status);
		WRITE_ONCE(mcw_test_planted, mcw_test_planted + 1);
	}
	hrtimer_forward_now(timer, ns_to_ktime(PLANT_NS));
	return HRTIMER_RESTART;
}

static void timer_stop(void)
{
	if (!timed.running)
		return;
	WRITE_ONCE(timed.running, false);
	hrtimer_cancel(&plant_timer);
	timer_delete_sync(&poll_timer);
}

/**
 * mcw_test_timer() - the command "timer"
 * @args: see above
 *
 * Context: process, on the CPU whose timer it is; the caller has the lock of the commands.
 * Return: 0, -EINVAL or -EBUSY.
 */
int mcw_test_timer(const char *args)
{
	if (sysfs_streq(skip_spaces(args), "stop")) {
		timer_stop();
		return 0;
	}
	if (timed.running)
		return -EBUSY;
	if (sscanf(args, "%u %llx %llx %u %u", &timed.bank, &timed.status, &timed.addr,
		   &timed.count, &timed.vector) != 5)
		return -EINVAL;
	WRITE_ONCE(mcw_test_planted, 0);
	timed.running = true;
	timer_setup(&poll_timer, poll_each_jiffy, TIMER_PINNED);
	hrtimer_setup(&plant_timer, plant_if_empty, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED_HARD);
	poll_timer.expires = jiffies + 1;
	add_timer_on(&poll_timer, raw_smp_processor_id());
	hrtimer_start(&plant_timer, ns_to_ktime(PLANT_NS), HRTIMER_MODE_REL_PINNED_HARD);
	return 0;
}
