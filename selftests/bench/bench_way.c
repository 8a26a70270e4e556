// SPDX-License-Identifier: GPL-2.0
/*
 * From write to read: one process writes a burst of records while another sleeps in its read. The
 * reader takes the counter when it has read all of them.
 *
 * Each way has a writer of its own, and wakes as that way does:
 *
 *	ring	puts events into the ring, linked in here, behind /dev/mcewarden of dev.c
 *	flat	the limit: copies the same bytes to a buffer, which one copy_to_user() reads, and
 *		wakes once a burst
 *	kernel	mce_log(), which every way of the kernel's own begins with
 *	poll	an error of the hardware that a poll finds; with mcewarden's module
 *	mc	the same, by an exception
 *
 * Interrupts are off while a burst is written, so the wake-up comes behind it, as in a poll.
 */
#include <linux/debugfs.h>
#include <linux/fs.h>
#include <linux/hrtimer.h>
#include <linux/irq_work.h>
#include <linux/kernel.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/wait.h>
#include <mcewarden/dev.h>
#include <mcewarden/unread.h>
#include <mcewarden/wake.h>

#include "mcw_bench.h"
#include "ops.h"

#define MOST_RECORDS 200
#define WRITER_LENGTH 16

static u64 from[MCW_RECORD_WORDS];
static struct mcw_record flat[MOST_RECORDS];
static unsigned int flat_count;
static DECLARE_WAIT_QUEUE_HEAD(flat_wait);

static void flat_wake(struct irq_work *unused)
{
	wake_up_interruptible(&flat_wait);
}

static void ring_wake(struct irq_work *unused)
{
	mcw_dev_wake();
}

static struct irq_work flat_work = IRQ_WORK_INIT(flat_wake);
static struct irq_work ring_work = IRQ_WORK_INIT(ring_wake);

/* As the module's own producer, whose irq_work is one for each CPU. */
static void write_ring(unsigned int count)
{
	while (count--) {
		bench_put_inline(MCW_LANE_OTHER, from, BENCH_EVENT_WORDS);
		mcw_wake_after_commit(&ring_work);
	}
}

static void write_flat(unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		bench_copy((u64 *)&flat[i], from, 0, MCW_RECORD_WORDS);
	WRITE_ONCE(flat_count, count);
	irq_work_queue(&flat_work);
}

static void write_poll(unsigned int count)
{
	while (count--)
		bench_plant((u64)count << PAGE_SHIFT);
}

static const struct writer {
	const char *name;
	void (*write)(unsigned int count);
} writers[] = {
	{ "ring", write_ring }, { "flat", write_flat }, { "kernel", bench_log },
	{ "poll", write_poll }, { "mc", bench_raise },
};

static u32 started;

/* "WRITER COUNT" */
static ssize_t burst_write(struct file *file, const char __user *buf, size_t count, loff_t *pos)
{
	char text[WRITER_LENGTH + 12] = "", name[WRITER_LENGTH];
	unsigned int id, wanted;

	if (count >= sizeof(text) || copy_from_user(text, buf, count))
		return -EINVAL;
	if (sscanf(text, "%15s %u", name, &wanted) != 2 || wanted > MOST_RECORDS)
		return -EINVAL;
	for (id = 0; id < ARRAY_SIZE(writers) && strcmp(writers[id].name, name); id++)
		;
	if (id == ARRAY_SIZE(writers))
		return -EINVAL;
	flat_count = 0;
	bench_fresh_log();
	local_irq_disable();
	started = bench_count();
	writers[id].write(wanted);
	local_irq_enable();
	return count;
}

/* Errors at a steady rate, each found by a poll in an interrupt. */
static struct hrtimer rate_timer;
static ktime_t rate_period;
static u64 rate_left;

static enum hrtimer_restart rate_expired(struct hrtimer *timer)
{
	bench_plant(rate_left << PAGE_SHIFT);
	hrtimer_forward_now(timer, rate_period);
	return --rate_left ? HRTIMER_RESTART : HRTIMER_NORESTART;
}

/* "NANOSECONDS COUNT" */
static ssize_t rate_write(struct file *file, const char __user *buf, size_t count, loff_t *pos)
{
	unsigned int period_ns, wanted;
	char text[32] = "";

	if (count >= sizeof(text) || copy_from_user(text, buf, count))
		return -EINVAL;
	if (sscanf(text, "%u %u", &period_ns, &wanted) != 2 || !period_ns || !wanted)
		return -EINVAL;
	hrtimer_cancel(&rate_timer);
	rate_period = ns_to_ktime(period_ns);
	rate_left = wanted;
	hrtimer_start(&rate_timer, rate_period, HRTIMER_MODE_REL_HARD);
	return count;
}

static const struct file_operations rate_fops = {
	.owner = THIS_MODULE,
	.write = rate_write,
	.llseek = noop_llseek,
};

static ssize_t started_read(struct file *file, char __user *buf, size_t count, loff_t *pos)
{
	if (count != sizeof(started))
		return -EINVAL;
	return copy_to_user(buf, &started, sizeof(started)) ? -EFAULT : count;
}

static const struct file_operations burst_fops = {
	.owner = THIS_MODULE,
	.write = burst_write,
	.llseek = noop_llseek,
};

static const struct file_operations started_fops = {
	.owner = THIS_MODULE,
	.read = started_read,
	.llseek = noop_llseek,
};

static ssize_t flat_read(struct file *file, char __user *buf, size_t count, loff_t *pos)
{
	if (wait_event_interruptible(flat_wait, READ_ONCE(flat_count)))
		return -ERESTARTSYS;
	count = min_t(size_t, count, flat_count * sizeof(*flat));
	flat_count = 0;
	return copy_to_user(buf, flat, count) ? -EFAULT : count;
}

static const struct file_operations flat_fops = {
	.owner = THIS_MODULE,
	.read = flat_read,
	.llseek = noop_llseek,
};

static struct miscdevice flat_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "mcw_bench_flat",
	.fops = &flat_fops,
	.mode = 0600,
};

static void fill_pages(struct mcw_ce_pages *unused)
{
}

static void fill_counts(struct mcw_event_counts *unused)
{
}

/* Written 1, /dev/mcewarden is that of the ring in here; 0 makes room for the module's own. */
static bool device_there;

static int device_set(void *unused, u64 wanted)
{
	int err = 0;

	if (wanted && !device_there)
		err = mcw_dev_publish();
	else if (!wanted && device_there)
		mcw_dev_withdraw();
	if (!err)
		device_there = wanted;
	return err;
}
DEFINE_DEBUGFS_ATTRIBUTE(device_fops, NULL, device_set, "%llu\n");

/* Written 1, what mce_log() is given goes through the whole decode chain, as if decoded. */
static int chain_set(void *unused, u64 wanted)
{
	bench_let_through(wanted);
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(chain_fops, NULL, chain_set, "%llu\n");

int bench_way_init(struct dentry *dir)
{
	unsigned int i;
	int err = mcw_unread_init();

	if (err)
		return err;
	err = misc_register(&flat_device);
	if (err) {
		mcw_unread_exit();
		return err;
	}
	for (i = 0; i < MCW_RECORD_WORDS; i++)
		from[i] = (u64)i << 32 | 1;
	mcw_dev_init(fill_pages, fill_counts);
	hrtimer_setup(&rate_timer, rate_expired, CLOCK_MONOTONIC, HRTIMER_MODE_REL_HARD);
	debugfs_create_file("rate", 0200, dir, NULL, &rate_fops);
	debugfs_create_file("burst", 0200, dir, NULL, &burst_fops);
	debugfs_create_file("started", 0400, dir, NULL, &started_fops);
	debugfs_create_file("device", 0200, dir, NULL, &device_fops);
	debugfs_create_file("through", 0200, dir, NULL, &chain_fops);
	return 0;
}

/* The files of debugfs are gone. */
void bench_way_exit(void)
{
	hrtimer_cancel(&rate_timer);
	irq_work_sync(&flat_work);
	irq_work_sync(&ring_work);
	device_set(NULL, 0);
	mcw_dev_exit();
	misc_deregister(&flat_device);
	mcw_unread_exit();
}
