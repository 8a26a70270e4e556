// SPDX-License-Identifier: GPL-2.0
/*
 * Reads the admin's switches for bad pages in /proc/sys/vm.
 *
 *	memory_failure_recovery			all kernels; 0: memory_failure() panics
 *	enable_soft_offline			6.11 and later; 0: soft_offline_page() refuses
 *	panic_on_unrecoverable_memory_failure	7.3 and later; 1: memory_failure() panics if the
 *						page belongs to the kernel
 *
 * The kernel exports none of the variables, and tells nobody when they change. The files are its
 * own interface to them, the same on all kernels. So a file is read each time just before a page
 * is taken: whatever the admin wrote is believed at once. A write between this look and the
 * kernel's own look, some microseconds later, comes too late.
 *
 * If a file of all kernels cannot be read, the log says so, and the switch is taken to have the
 * kernel's default.
 */
#include <mcewarden/vm_switches.h>

#include <linux/err.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <mcewarden/proc.h>

static const struct {
	const char *path;
	int by_default;
	bool always_there;
} vm_switches[] = {
	[MCW_VM_MEMORY_FAILURE_RECOVERY] = { "sys/vm/memory_failure_recovery", 1, true },
	[MCW_VM_ENABLE_SOFT_OFFLINE] = { "sys/vm/enable_soft_offline", 1, false },
	[MCW_VM_PANIC_ON_UNRECOVERABLE] = { "sys/vm/panic_on_unrecoverable_memory_failure", 0,
					    false },
};

/* Returns 0 or an error. */
static int read_number(const char *name, int *number)
{
	struct file *file = mcw_proc_open(name);
	char text[16];
	loff_t pos = 0;
	ssize_t length;

	if (IS_ERR(file))
		return PTR_ERR(file);
	length = kernel_read(file, text, sizeof(text) - 1, &pos);
	filp_close(file, NULL);
	if (length < 0)
		return length;
	text[length] = '\0';
	return kstrtoint(text, 10, number);
}

/**
 * mcw_vm_switch() - read one of the admin's switches
 * @which: the switch
 *
 * Context: process; sleeps.
 * Return: its value, or the kernel's default if this kernel does not have the switch.
 */
int mcw_vm_switch(enum mcw_vm_switch which)
{
	int value, err = read_number(vm_switches[which].path, &value);

	if (!err)
		return value;
	if (vm_switches[which].always_there)
		pr_warn_once("cannot read /proc/%s: error %d; it is taken for %d\n",
			     vm_switches[which].path, err, vm_switches[which].by_default);
	return vm_switches[which].by_default;
}

/**
 * mcw_vm_switches_init() - say at load if they cannot be read
 *
 * Context: process, may sleep.
 * Return: 0, as nothing else depends on it.
 */
int mcw_vm_switches_init(void)
{
	mcw_vm_switch(MCW_VM_MEMORY_FAILURE_RECOVERY);
	return 0;
}
