// SPDX-License-Identifier: GPL-2.0
/*
 * mcw_test: errors from inside the kernel, where user space cannot put them: in a burst with
 * interrupts off, from a kernel thread while modules come and go, in the threshold vector.
 *
 * Commands are lines written to mcw_test/command in debugfs. They act on the CPU of the writer,
 * who pins itself. All of them put the error where the hardware would, in the bank's registers,
 * and let the kernel find it by machine_check_poll(). Only "log" hands over a record, and
 * "inject" puts it where the kernel's own injectors do.
 *
 *	plant BANK STATUS ADDR MISC		write the bank's registers
 *	poll BANKS FLAGS			poll the banks of this bit mask, interrupts off
 *	burst BANK COUNT STATUS ADDR MISC EVERY STATUS2
 *		plant and poll COUNT times with interrupts off; ADDR counts up, and
 *		each EVERY-th (0: none) has STATUS2
 *	sweep BANK COUNT STATUS ADDR MISC STEP
 *		plant and poll COUNT times, ADDR going up by STEP
 *	volley FLAGS IRQS_OFF
 *		plant and poll one after another what was written to mcw_test/vectors, an array of
 *		struct vector; with interrupts off for all of it, or for each alone
 *	inject BANK STATUS ADDR MISC FLAGS	poll with this CPU's injectm armed
 *	rdmsr REG				into mcw_test/value
 *	wrmsr REG VALUE
 *	page slab|kernel|free			the physical address of a page of the kernel's,
 *		or of the free memory's, into mcw_test/value
 *	log COUNT BANK STATUS ADDR		mce_log(), ungraded, as software does;
 *		ADDR counts up
 *	vector [deferred]		enter the threshold vector, or that of deferred errors
 *	signal BANK COUNT STATUS ADDR [wait]	plant and enter the threshold vector COUNT times;
 *		ADDR counts up; wait: until the bank was read, so that none replaces another
 *	stream CPU BANK STATUS ADDR USECS [1]
 *		plant and poll, or (1) enter the threshold vector, in a thread until "stop"; ADDR
 *		counts up from ADDR, and mcw_test/streamed tells how many are done
 *	stop
 *	slow, quiet, late, overlap, poison, timer, untraceable, spin, refuse, fail
 *		see mcw_test_*.c
 */
#include "mcw_test.h"

#include <linux/bitmap.h>
#include <linux/debugfs.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/kernel.h>
#include <linux/kmemleak.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <asm/irq_vectors.h>
#include <asm/mce.h>
#include <asm/msr.h>

#define COMMAND_BYTES 200
#define READ_MS 2000 /* the most that one waits for a bank to be read */
#define FREE_ORDER 10 /* too large for the CPUs' own lists of free pages */

struct vector {
	u64 bank;
	u64 status;
	u64 addr;
	u64 misc;
};

struct stream {
	u32 cpu;
	u32 bank;
	u64 status;
	u64 addr;
	u32 usecs;
	u32 vector;
};

static DEFINE_MUTEX(lock); /* all below, except the counts */
static struct dentry *dir;
static struct stream stream;
static struct task_struct *streamer;
static struct vector *vectors;
static size_t vector_count;
static u64 value;
static u64 streamed; /* written by the thread only */

static void write_bank(u32 bank, u64 status, u64 addr, u64 misc)
{
	wrmsr(MSR_IA32_MC0_ADDR + 4 * bank, lower_32_bits(addr), upper_32_bits(addr));
	wrmsr(MSR_IA32_MC0_MISC + 4 * bank, lower_32_bits(misc), upper_32_bits(misc));
	wrmsr(MSR_IA32_MC0_STATUS + 4 * bank, lower_32_bits(status), upper_32_bits(status));
}

static void poll_banks(u64 mask, u32 flags)
{
	mce_banks_t banks = {};

	bitmap_from_u64(banks, mask);
	machine_check_poll(flags, &banks);
}

static int do_plant(const char *args)
{
	u64 status, addr, misc;
	u32 bank;

	if (sscanf(args, "%u %llx %llx %llx", &bank, &status, &addr, &misc) != 4)
		return -EINVAL;
	write_bank(bank, status, addr, misc);
	return 0;
}

static int do_poll(const char *args)
{
	unsigned long irqs;
	u64 mask;
	u32 flags;

	if (sscanf(args, "%llx %x", &mask, &flags) != 2)
		return -EINVAL;
	local_irq_save(irqs);
	poll_banks(mask, flags);
	local_irq_restore(irqs);
	return 0;
}

static int do_burst(const char *args)
{
	u64 status, addr, misc, status2;
	u32 bank, count, every, i;
	unsigned long irqs;

	if (sscanf(args, "%u %u %llx %llx %llx %u %llx", &bank, &count, &status, &addr, &misc,
		   &every, &status2) != 7)
		return -EINVAL;
	local_irq_save(irqs);
	for (i = 0; i < count; i++) {
		bool second = every && i % every == every - 1;

		write_bank(bank, second ? status2 : status, addr + i, misc);
		poll_banks(BIT_ULL(bank), 0);
	}
	local_irq_restore(irqs);
	return 0;
}

static int do_sweep(const char *args)
{
	u64 status, addr, misc, step;
	unsigned long irqs;
	u32 bank, count;

	if (sscanf(args, "%u %u %llx %llx %llx %llx", &bank, &count, &status, &addr, &misc,
		   &step) != 6)
		return -EINVAL;
	for (; count; count--, addr += step) {
		local_irq_save(irqs);
		write_bank(bank, status, addr, misc);
		poll_banks(BIT_ULL(bank), 0);
		local_irq_restore(irqs);
		cond_resched();
	}
	return 0;
}

static int do_volley(const char *args)
{
	unsigned long irqs = 0, each;
	u32 flags, irqs_off;
	size_t i;

	lockdep_assert_held(&lock);
	if (sscanf(args, "%x %u", &flags, &irqs_off) != 2)
		return -EINVAL;
	if (irqs_off)
		local_irq_save(irqs);
	for (i = 0; i < vector_count; i++) {
		const struct vector *v = &vectors[i];

		local_irq_save(each);
		write_bank(v->bank, v->status, v->addr, v->misc);
		poll_banks(BIT_ULL(v->bank), flags);
		local_irq_restore(each);
	}
	if (irqs_off)
		local_irq_restore(irqs);
	return 0;
}

static int do_inject(const char *args)
{
	u64 status, addr, misc;
	unsigned long irqs;
	struct mce *m;
	u32 bank, flags;

	if (sscanf(args, "%u %llx %llx %llx %x", &bank, &status, &addr, &misc, &flags) != 5)
		return -EINVAL;
	local_irq_save(irqs);
	m = this_cpu_ptr(&injectm);
	memset(m, 0, sizeof(*m));
	m->bank = bank;
	m->status = status;
	m->addr = addr;
	m->misc = misc;
	m->finished = 1;
	poll_banks(BIT_ULL(bank), flags);
	m->finished = 0;
	local_irq_restore(irqs);
	return 0;
}

static int do_rdmsr(const char *args)
{
	u32 reg, low, high;

	if (kstrtouint(skip_spaces(args), 16, &reg))
		return -EINVAL;
	if (rdmsr_safe(reg, &low, &high))
		return -EIO;
	value = (u64)high << 32 | low;
	return 0;
}

static int do_wrmsr(const char *args)
{
	u64 wanted;
	u32 reg;

	if (sscanf(args, "%x %llx", &reg, &wanted) != 2)
		return -EINVAL;
	return wrmsr_safe(reg, lower_32_bits(wanted), upper_32_bits(wanted)) ? -EIO : 0;
}

static int free_page_value(void)
{
	struct page *block = alloc_pages(GFP_KERNEL, FREE_ORDER);

	if (!block)
		return -ENOMEM;
	value = page_to_phys(block) + (PAGE_SIZE << (FREE_ORDER - 1));
	__free_pages(block, FREE_ORDER);
	return 0;
}

static int do_page(const char *args)
{
	void *page;

	lockdep_assert_held(&lock);
	args = skip_spaces(args);
	if (!strcmp(args, "free"))
		return free_page_value();
	/* Never freed: it may be poisoned. */
	if (!strcmp(args, "slab"))
		page = kmalloc(PAGE_SIZE, GFP_KERNEL);
	else if (!strcmp(args, "kernel"))
		page = (void *)__get_free_page(GFP_KERNEL);
	else
		return -EINVAL;
	if (!page)
		return -ENOMEM;
	if (!strcmp(args, "slab"))
		kmemleak_not_leak(page); /* it knows nothing of other pages */
	value = virt_to_phys(page) & PAGE_MASK;
	return 0;
}

static void enter_vector(void)
{
	asm volatile("int %0" : : "i"(THRESHOLD_APIC_VECTOR) : "memory");
}

static int do_vector(const char *args)
{
	if (sysfs_streq(skip_spaces(args), "deferred"))
		asm volatile("int %0" : : "i"(DEFERRED_ERROR_VECTOR) : "memory");
	else
		enter_vector();
	return 0;
}

static void wait_until_read(u32 bank)
{
	unsigned int waited;
	u32 low, high;

	for (waited = 0; waited < READ_MS; waited++) {
		rdmsr(MSR_IA32_MC0_STATUS + 4 * bank, low, high);
		if (!(((u64)high << 32 | low) & MCI_STATUS_VAL))
			return;
		usleep_range(1000, 2000);
	}
}

static int do_signal(const char *args)
{
	u32 bank, count, i;
	u64 status, addr;

	if (sscanf(args, "%u %u %llx %llx", &bank, &count, &status, &addr) != 4)
		return -EINVAL;
	for (i = 0; i < count; i++) {
		write_bank(bank, status, addr + i, 0);
		enter_vector();
		if (strstr(args, " wait"))
			wait_until_read(bank);
	}
	return 0;
}

static int stream_thread(void *unused)
{
	unsigned long irqs;
	u64 i;

	for (i = 0; !kthread_should_stop(); i++) {
		local_irq_save(irqs);
		write_bank(stream.bank, stream.status, stream.addr + i, 0);
		if (!stream.vector)
			poll_banks(BIT_ULL(stream.bank), 0);
		local_irq_restore(irqs);
		if (stream.vector)
			enter_vector();
		WRITE_ONCE(streamed, i + 1);
		usleep_range(stream.usecs, stream.usecs + stream.usecs / 4);
	}
	return 0;
}

static int do_stop(const char *args)
{
	lockdep_assert_held(&lock);
	if (streamer)
		kthread_stop(streamer);
	streamer = NULL;
	return 0;
}

static int do_stream(const char *args)
{
	struct task_struct *task;

	lockdep_assert_held(&lock);
	if (streamer)
		return -EBUSY;
	stream.vector = 0;
	if (sscanf(args, "%u %u %llx %llx %u %u", &stream.cpu, &stream.bank, &stream.status,
		   &stream.addr, &stream.usecs, &stream.vector) < 5)
		return -EINVAL;
	WRITE_ONCE(streamed, 0);
	task = kthread_create(stream_thread, NULL, "mcw_test");
	if (IS_ERR(task))
		return PTR_ERR(task);
	kthread_bind(task, stream.cpu);
	streamer = task;
	wake_up_process(task);
	return 0;
}

static const struct {
	const char *name;
	int (*run)(const char *args);
} commands[] = {
	{ "plant", do_plant },
	{ "poll", do_poll },
	{ "burst", do_burst },
	{ "volley", do_volley },
	{ "inject", do_inject },
	{ "rdmsr", do_rdmsr },
	{ "wrmsr", do_wrmsr },
	{ "page", do_page },
	{ "log", mcw_test_log },
	{ "vector", do_vector },
	{ "spin", mcw_test_spin },
	{ "stream", do_stream },
	{ "stop", do_stop },
	{ "slow", mcw_test_slow },
	{ "quiet", mcw_test_quiet },
	{ "sweep", do_sweep },
	{ "signal", do_signal },
	{ "untraceable", mcw_test_untraceable },
	{ "late", mcw_test_late },
	{ "overlap", mcw_test_overlap },
	{ "poison", mcw_test_poison },
	{ "timer", mcw_test_timer },
	{ "stall", mcw_test_stall },
	{ "pin", mcw_test_pin },
	{ "unprobeable", mcw_test_unprobeable },
	{ "refuse", mcw_test_refuse },
	{ "fail", mcw_test_fail },
	{ "leak", mcw_test_leak },
};

static int run_command(const char *text)
{
	size_t length, i;
	int err = -EINVAL;

	mutex_lock(&lock);
	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		length = strlen(commands[i].name);
		if (!strncmp(text, commands[i].name, length) &&
		    (text[length] == ' ' || text[length] == '\n' || !text[length])) {
			err = commands[i].run(text + length);
			break;
		}
	}
	mutex_unlock(&lock);
	return err;
}

static ssize_t command_write(struct file *file, const char __user *buf, size_t count, loff_t *pos)
{
	char text[COMMAND_BYTES];
	int err;

	if (count >= sizeof(text))
		return -EINVAL;
	if (copy_from_user(text, buf, count))
		return -EFAULT;
	text[count] = '\0';
	err = run_command(text);
	return err ? err : count;
}

static const struct file_operations command_fops = {
	.owner = THIS_MODULE,
	.write = command_write,
	.llseek = noop_llseek,
};

static ssize_t vectors_write(struct file *file, const char __user *buf, size_t count, loff_t *pos)
{
	struct vector *got;

	if (!count || count % sizeof(*got))
		return -EINVAL;
	got = vmemdup_user(buf, count);
	if (IS_ERR(got))
		return PTR_ERR(got);
	mutex_lock(&lock);
	kvfree(vectors);
	vectors = got;
	vector_count = count / sizeof(*got);
	mutex_unlock(&lock);
	return count;
}

static const struct file_operations vectors_fops = {
	.owner = THIS_MODULE,
	.write = vectors_write,
	.llseek = noop_llseek,
};

static int __init mcw_test_init(void)
{
	dir = debugfs_create_dir("mcw_test", NULL);
	if (IS_ERR(dir))
		return PTR_ERR(dir);
	debugfs_create_file("command", 0200, dir, NULL, &command_fops);
	debugfs_create_file("vectors", 0200, dir, NULL, &vectors_fops);
	debugfs_create_file_unsafe("endless", 0600, dir, NULL, &mcw_test_endless);
	debugfs_create_x64("value", 0444, dir, &value);
	debugfs_create_u64("streamed", 0444, dir, &streamed);
	debugfs_create_u64("delivered", 0444, dir, &mcw_test_delivered);
	debugfs_create_u64("severity", 0444, dir, &mcw_test_severity);
	debugfs_create_u64("spinning", 0444, dir, &mcw_test_spinning);
	debugfs_create_u64("late", 0444, dir, &mcw_test_late_result);
	debugfs_create_u64("overlap", 0444, dir, &mcw_test_overlap_most);
	debugfs_create_u64("planted", 0444, dir, &mcw_test_planted);
	debugfs_create_u64("refused", 0444, dir, &mcw_test_refused);
	debugfs_create_u64("fail_left", 0444, dir, &mcw_test_fail_left);
	return 0;
}

static void __exit mcw_test_exit(void)
{
	static const char *const stops[] = { "stop",	      "slow 0",	      "quiet 0",
					     "untraceable 0", "late 0",	      "overlap 0",
					     "poison 0",      "timer stop",   "stall 0",
					     "pin 0",	      "unprobeable 0", "refuse 0",
					     "fail 0",	      "leak 0" };
	size_t i;

	debugfs_remove(dir);
	for (i = 0; i < ARRAY_SIZE(stops); i++)
		run_command(stops[i]);
	kvfree(vectors);
}

module_init(mcw_test_init);
module_exit(mcw_test_exit);

MODULE_DESCRIPTION("Machine-check errors from inside the kernel, for tests");
MODULE_AUTHOR("The mcewarden authors");
MODULE_LICENSE("GPL");
