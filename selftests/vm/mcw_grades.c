// SPDX-License-Identifier: GPL-2.0
/*
 * mcw_grades: has the kernel grade errors, as many as are written to mcw_grades in debugfs,
 * in the binary form of mcw_grades.h. Each is put into its bank on the CPU of the writer, who
 * pins itself, and found with interrupts off; the bank is empty afterwards.
 *
 * An exception is the kernel's own handler, called with registers that say where the error was
 * met: in user mode, in the kernel, or at an instruction that the kernel may recover at. The
 * handler deals with it as ever: who writes one from user mode is killed, and with fake_panic off
 * the machine ends at the first that is fatal.
 */
#include "mcw_grades.h"

#include <linux/bitmap.h>
#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/uaccess.h>
#include <asm/asm.h>
#include <asm/mce.h>
#include <asm/msr.h>
#include <asm/processor.h>
#include <asm/segment.h>

static struct dentry *entry;

static void write_bank(u32 bank, u64 status, u64 addr, u64 misc)
{
	wrmsr(MSR_IA32_MC0_ADDR + 4 * bank, lower_32_bits(addr), upper_32_bits(addr));
	wrmsr(MSR_IA32_MC0_MISC + 4 * bank, lower_32_bits(misc), upper_32_bits(misc));
	wrmsr(MSR_IA32_MC0_STATUS + 4 * bank, lower_32_bits(status), upper_32_bits(status));
}

static void write_mcgstatus(u64 value)
{
	wrmsr(MSR_IA32_MCG_STATUS, lower_32_bits(value), upper_32_bits(value));
}

static void poll_bank(const struct mcw_grades_error *e)
{
	mce_banks_t banks = {};

	bitmap_from_u64(banks, BIT_ULL(e->bank));
	machine_check_poll(e->how == MCW_GRADES_POLL_ALL ? MCP_UC : 0, &banks);
}

static unsigned long recoverable_ip(void)
{
	unsigned long ip;

	asm volatile("lea 1f(%%rip), %0\n"
		     "1: nop\n"
		     "2:\n" _ASM_EXTABLE_MCE_SAFE(1b, 2b)
		     : "=r"(ip));
	return ip;
}

static void handle_exception(const struct mcw_grades_error *e)
{
	struct pt_regs regs = {
		.cs = e->cs,
		.ip = e->recoverable ? recoverable_ip() : (unsigned long)handle_exception,
		.flags = X86_EFLAGS_IF,
		.ss = e->cs == __USER_CS ? __USER_DS : __KERNEL_DS,
	};

	if (e->beside)
		write_bank(MCW_GRADES_BESIDE_BANK, MCW_GRADES_BESIDE_STATUS, 0, 0);
	do_machine_check(&regs);
	write_bank(MCW_GRADES_BESIDE_BANK, 0, 0, 0);
}

static void find(const struct mcw_grades_error *e)
{
	unsigned long irqs;

	local_irq_save(irqs);
	write_bank(e->bank, e->status, e->addr, e->misc);
	write_mcgstatus(e->mcgstatus);
	if (e->how == MCW_GRADES_EXCEPTION)
		handle_exception(e);
	else
		poll_bank(e);
	write_mcgstatus(0);
	write_bank(e->bank, 0, 0, 0);
	local_irq_restore(irqs);
}

static ssize_t errors_write(struct file *file, const char __user *buf, size_t count, loff_t *pos)
{
	struct mcw_grades_error e;
	size_t done;

	for (done = 0; done + sizeof(e) <= count; done += sizeof(e)) {
		if (copy_from_user(&e, buf + done, sizeof(e)))
			return -EFAULT;
		find(&e);
	}
	return done;
}

static const struct file_operations errors_fops = {
	.owner = THIS_MODULE,
	.write = errors_write,
	.llseek = noop_llseek,
};

static int __init mcw_grades_init(void)
{
	entry = debugfs_create_file("mcw_grades", 0200, NULL, NULL, &errors_fops);
	return PTR_ERR_OR_ZERO(entry);
}

static void __exit mcw_grades_exit(void)
{
	debugfs_remove(entry);
}

module_init(mcw_grades_init);
module_exit(mcw_grades_exit);

MODULE_DESCRIPTION("Errors for the kernel to grade, for tests");
MODULE_AUTHOR("The mcewarden authors");
MODULE_LICENSE("GPL");
