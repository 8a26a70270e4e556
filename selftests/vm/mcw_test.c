// SPDX-License-Identifier: GPL-2.0
/*
 * mcw_test: errors from inside the kernel, where user space cannot put them: in a burst with
 * interrupts off, from a kernel thread while modules come and go, in the threshold vector.
 *
 * Commands are lines written to mcw_test/command in debugfs. They act on the CPU of the writer,
 * who pins itself. All of them put the error where the hardware would, in the bank's registers,
 * and let the kernel find it by machine_check_poll(). Only "log" hands over a record.
 *
 *	plant BANK STATUS ADDR MISC		write the bank's registers
 *	poll BANKS FLAGS			poll the banks of this bit mask, interrupts off
 *	burst BANK COUNT STATUS ADDR MISC EVERY STATUS2
 *		plant and poll COUNT times with interrupts off; ADDR counts up, and
 *		each EVERY-th (0: none) has STATUS2
 *	log COUNT BANK STATUS ADDR		mce_log(), ungraded, as software does;
 *		ADDR counts up
 *	vector					enter the threshold vector
 *	spin MS IRQS_OFF			stay in the kernel; mcw_test/spinning is 1 meanwhile
 *	stream CPU BANK STATUS ADDR USECS	plant and poll in a thread until "stop"; ADDR
 *		counts up from ADDR, and mcw_test/streamed tells how many are done
 *	stop
 *	quiet ON				mark records as handled, so that the kernel does not
 *		print them; mcw_test/delivered counts what came through the decode chain meanwhile
 */
#include <linux/bitmap.h>
#include <linux/debugfs.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/notifier.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/timekeeping.h>
#include <linux/uaccess.h>
#include <asm/irq_vectors.h>
#include <asm/mce.h>
#include <asm/msr.h>
#include <asm/processor.h>

#define COMMAND_BYTES 200

struct stream {
	u32 cpu;
	u32 bank;
	u64 status;
	u64 addr;
	u32 usecs;
};

static DEFINE_MUTEX(lock); /* all below, but for the counts */
static struct dentry *dir;
static struct stream stream;
static struct task_struct *streamer;
static bool quiet;
static u64 streamed; /* written by the thread only */
static u64 delivered; /* written in the decode chain only */
static u64 spinning; /* 1 while "spin" spins */

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

static int do_log(const char *args)
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
		mce_log((void *)err); /* a struct mce comes first, whatever it takes */
	}
	kfree(err);
	return 0;
}

static int do_vector(const char *args)
{
	asm volatile("int %0" : : "i"(THRESHOLD_APIC_VECTOR) : "memory");
	return 0;
}

static int do_spin(const char *args)
{
	u32 ms, irqs_off;
	unsigned long irqs = 0;
	ktime_t end;

	if (sscanf(args, "%u %u", &ms, &irqs_off) != 2)
		return -EINVAL;
	end = ktime_add_ms(ktime_get(), ms);
	if (irqs_off)
		local_irq_save(irqs);
	WRITE_ONCE(spinning, 1);
	while (ktime_before(ktime_get(), end))
		cpu_relax();
	WRITE_ONCE(spinning, 0);
	if (irqs_off)
		local_irq_restore(irqs);
	return 0;
}

static int stream_thread(void *unused)
{
	unsigned long irqs;
	u64 i;

	for (i = 0; !kthread_should_stop(); i++) {
		local_irq_save(irqs);
		write_bank(stream.bank, stream.status, stream.addr + i, 0);
		poll_banks(BIT_ULL(stream.bank), 0);
		local_irq_restore(irqs);
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
	if (sscanf(args, "%u %u %llx %llx %u", &stream.cpu, &stream.bank, &stream.status,
		   &stream.addr, &stream.usecs) != 5)
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

static int silence(struct notifier_block *nb, unsigned long action, void *data)
{
	struct mce *m = data; /* or a struct mce_hw_err, which begins with one */

	WRITE_ONCE(delivered, delivered + 1);
	m->kflags |= MCE_HANDLED_MCELOG;
	return NOTIFY_DONE;
}

static struct notifier_block silence_block = {
	.notifier_call = silence,
	.priority = MCE_PRIO_MCELOG,
};

static int do_quiet(const char *args)
{
	u32 on;

	lockdep_assert_held(&lock);
	if (kstrtouint(skip_spaces(args), 0, &on))
		return -EINVAL;
	if (on && !quiet) {
		WRITE_ONCE(delivered, 0);
		mce_register_decode_chain(&silence_block);
	} else if (!on && quiet) {
		mce_unregister_decode_chain(&silence_block);
	}
	quiet = on;
	return 0;
}

static const struct {
	const char *name;
	int (*run)(const char *args);
} commands[] = {
	{ "plant", do_plant },	 { "poll", do_poll },	  { "burst", do_burst },
	{ "log", do_log },	 { "vector", do_vector }, { "spin", do_spin },
	{ "stream", do_stream }, { "stop", do_stop },	  { "quiet", do_quiet },
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

static int __init mcw_test_init(void)
{
	dir = debugfs_create_dir("mcw_test", NULL);
	if (IS_ERR(dir))
		return PTR_ERR(dir);
	debugfs_create_file("command", 0200, dir, NULL, &command_fops);
	debugfs_create_u64("streamed", 0444, dir, &streamed);
	debugfs_create_u64("delivered", 0444, dir, &delivered);
	debugfs_create_u64("spinning", 0444, dir, &spinning);
	return 0;
}

static void __exit mcw_test_exit(void)
{
	debugfs_remove(dir);
	run_command("stop");
	run_command("quiet 0");
}

module_init(mcw_test_init);
module_exit(mcw_test_exit);

MODULE_DESCRIPTION("Machine-check errors from inside the kernel, for tests");
MODULE_AUTHOR("The mcewarden authors");
MODULE_LICENSE("GPL");
