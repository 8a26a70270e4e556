// SPDX-License-Identifier: GPL-2.0
/*
 * Notifiers on the decode chain that keep the kernel from printing, or delay records; and records
 * that software logs.
 */
#include "mcw_test.h"

#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/notifier.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/timekeeping.h>
#include <asm/mce.h>
#include <asm/processor.h>

u64 mcw_test_delivered; /* written only in the decode chain, like the next */
u64 mcw_test_severity;
static bool quiet;
static u32 slow_ms; /* changed while delay() is not registered */

static int silence(struct notifier_block *nb, unsigned long action, void *data)
{
	struct mce *m = data; /* or a struct mce_hw_err, which begins with one */

	WRITE_ONCE(mcw_test_delivered, mcw_test_delivered + 1);
	WRITE_ONCE(mcw_test_severity, m->severity);
	m->kflags |= MCE_HANDLED_MCELOG;
	return NOTIFY_DONE;
}

static struct notifier_block silence_block = {
	.notifier_call = silence,
	.priority = MCE_PRIO_MCELOG,
};

/**
 * mcw_test_quiet() - the command "quiet"
 * @args: 1 or 0
 *
 * Context: process; the caller has the lock of the commands.
 * Return: 0 or -EINVAL.
 */
int mcw_test_quiet(const char *args)
{
	u32 on;

	if (kstrtouint(skip_spaces(args), 0, &on))
		return -EINVAL;
	if (on && !quiet) {
		WRITE_ONCE(mcw_test_delivered, 0);
		mce_register_decode_chain(&silence_block);
	} else if (!on && quiet) {
		mce_unregister_decode_chain(&silence_block);
	}
	quiet = on;
	return 0;
}

static int delay(struct notifier_block *nb, unsigned long action, void *data)
{
	msleep(slow_ms);
	return NOTIFY_DONE;
}

static struct notifier_block delay_block = {
	.notifier_call = delay,
	.priority = MCE_PRIO_MCELOG,
};

/**
 * mcw_test_slow() - the command "slow"
 * @args: milliseconds, 0: no more
 *
 * Context: process; the caller has the lock of the commands.
 * Return: 0 or -EINVAL.
 */
int mcw_test_slow(const char *args)
{
	u32 ms;

	if (kstrtouint(skip_spaces(args), 0, &ms))
		return -EINVAL;
	if (slow_ms)
		mce_unregister_decode_chain(&delay_block);
	slow_ms = ms;
	if (ms)
		mce_register_decode_chain(&delay_block);
	return 0;
}

/**
 * mcw_test_log() - the command "log"
 * @args: count, bank, status, addr; addr counts up
 *
 * Context: process; the caller has the lock of the commands.
 * Return: 0, -EINVAL or -ENOMEM.
 */
int mcw_test_log(const char *args)
{
	struct mce_hw_err *err;
	u32 count, bank, i;
	u64 status, addr;

	if (sscanf(args, "%u %u %llx %llx", &count, &bank, &status, &addr) != 4)
		return -EINVAL;
	err = kzalloc(sizeof(*err), GFP_KERNEL);
	if (!err)
		return -ENOMEM;
	for (i = 0; i < count; i++) {
		memset(err, 0, sizeof(*err));
		err->m.cpuvendor = boot_cpu_data.x86_vendor;
		err->m.time = ktime_get_real_seconds();
		err->m.bank = bank;
		err->m.status = status;
		err->m.addr = addr + i;
		mce_log((void *)err); /* its first bytes are a struct mce, of whatever size */
	}
	kfree(err);
	return 0;
}
