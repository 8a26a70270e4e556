// SPDX-License-Identifier: GPL-2.0
/*
 * mcw_bench: counts instructions in a kernel, where the time stamp counter is the emulator's
 * counter of instructions. Elsewhere its figures are cycles, and differ from run to run.
 *
 * Files in mcw_bench/ of debugfs. Reading one measures:
 *
 *	ring		the ring, linked in here, its limits and a kfifo
 *	empty		an empty pair of counter reads
 *	kernel		mce_log() and irq_work_queue()
 *	capture		a poll and an exception, to be read with and without mcewarden
 *	chain		the decode chain for a record, likewise
 *	plant		write N: N corrected errors, each found by a poll, interrupts off
 *	burst, rate, started, device, through		see bench_way.c
 *
 * A line is "NAME MINIMUM MEDIAN", both with an empty pair of counter reads, which is
 * the line "empty". /dev/mcw_bench gives any number of bytes by one copy_to_user().
 */
#include <linux/debugfs.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/sort.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

#include "mcw_bench.h"

#define ROUNDS 41 /* the first round is dropped: later ones find code and pages in memory */
#define FLAT_BYTES (200 * 248)

static struct dentry *dir;
static void *flat;

static int ascending(const void *a, const void *b)
{
	u32 left = *(const u32 *)a, right = *(const u32 *)b;

	return left < right ? -1 : left > right;
}

static void run(struct seq_file *out, const struct bench *bench)
{
	u32 cost[ROUNDS];
	unsigned int i;

	for (i = 0; i < ROUNDS; i++) {
		if (!bench->sleeps)
			local_irq_disable();
		cost[i] = bench->once();
		if (!bench->sleeps)
			local_irq_enable();
		if (cost[i] == COST_FAILED) {
			seq_printf(out, "%s failed\n", bench->name);
			return;
		}
		if (bench->drain)
			msleep(DRAIN_MS);
	}
	sort(cost + 1, ROUNDS - 1, sizeof(*cost), ascending, NULL);
	seq_printf(out, "%s %u %u\n", bench->name, cost[1], cost[1 + (ROUNDS - 1) / 2]);
}

static void run_all(struct seq_file *out, const struct bench *benches)
{
	for (; benches->name; benches++)
		run(out, benches);
}

static int ring_show(struct seq_file *out, void *unused)
{
	run_all(out, bench_ring);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(ring);

static int empty_show(struct seq_file *out, void *unused)
{
	run(out, bench_ring);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(empty);

static int kernel_show(struct seq_file *out, void *unused)
{
	run_all(out, bench_kernel);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(kernel);

static int capture_show(struct seq_file *out, void *unused)
{
	run_all(out, bench_capture);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(capture);

static int chain_show(struct seq_file *out, void *unused)
{
	bench_chain_begin();
	run_all(out, bench_chain);
	bench_chain_end();
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(chain);

static ssize_t plant_write(struct file *file, const char __user *buf, size_t count, loff_t *pos)
{
	u32 wanted, i;
	int err = kstrtou32_from_user(buf, count, 0, &wanted);

	if (err)
		return err;
	local_irq_disable();
	for (i = 0; i < wanted; i++)
		bench_plant((u64)i << PAGE_SHIFT);
	local_irq_enable();
	return count;
}

static const struct file_operations plant_fops = {
	.owner = THIS_MODULE,
	.write = plant_write,
	.llseek = noop_llseek,
};

static ssize_t flat_read(struct file *file, char __user *buf, size_t count, loff_t *pos)
{
	if (count > FLAT_BYTES)
		return -EINVAL;
	return copy_to_user(buf, flat, count) ? -EFAULT : count;
}

static const struct file_operations flat_fops = {
	.owner = THIS_MODULE,
	.read = flat_read,
	.llseek = noop_llseek,
};

static struct miscdevice flat_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "mcw_bench",
	.fops = &flat_fops,
	.mode = 0600,
};

static int __init mcw_bench_init(void)
{
	int err;

	flat = vzalloc(FLAT_BYTES);
	if (!flat)
		return -ENOMEM;
	err = bench_ring_init();
	if (err)
		goto flat;
	err = misc_register(&flat_device);
	if (err)
		goto ring;
	dir = debugfs_create_dir("mcw_bench", NULL);
	if (IS_ERR(dir)) {
		err = PTR_ERR(dir);
		goto device;
	}
	err = bench_way_init(dir);
	if (err)
		goto files;
	bench_kernel_init();
	debugfs_create_file("ring", 0400, dir, NULL, &ring_fops);
	debugfs_create_file("empty", 0400, dir, NULL, &empty_fops);
	debugfs_create_file("kernel", 0400, dir, NULL, &kernel_fops);
	debugfs_create_file("capture", 0400, dir, NULL, &capture_fops);
	debugfs_create_file("chain", 0400, dir, NULL, &chain_fops);
	debugfs_create_file("plant", 0200, dir, NULL, &plant_fops);
	return 0;

files:
	debugfs_remove(dir);
device:
	misc_deregister(&flat_device);
ring:
	bench_ring_exit();
flat:
	vfree(flat);
	return err;
}

static void __exit mcw_bench_exit(void)
{
	debugfs_remove(dir);
	bench_way_exit();
	bench_kernel_exit();
	misc_deregister(&flat_device);
	bench_ring_exit();
	vfree(flat);
}

module_init(mcw_bench_init);
module_exit(mcw_bench_exit);

MODULE_DESCRIPTION("Counts the instructions of mcewarden's ring and capture");
MODULE_AUTHOR("The mcewarden authors");
MODULE_LICENSE("GPL");
