// SPDX-License-Identifier: GPL-2.0
/*
 * The files of the banks: bank<N>ctl and bank<N>threshold in the home directory,
 * stats/bank<N>_differs and stats/bank<N>_differs_cpus, stats/bank_drift. A bank has files if any
 * CPU that was online at load has the bank.
 *
 * A read of any but the last asks CPUs by interrupts. So only root may read these: other users
 * could keep all CPUs busy.
 */
#include <mcewarden/bank_sysfs.h>

#include <linux/cpumask.h>
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/kobject.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <asm/processor.h>
#include <mcewarden/bank_control.h>
#include <mcewarden/sysfs.h>

#define NAME_BYTES 32 /* room for any unsigned int, or compilers warn */

struct bank_file {
	struct device_attribute attr;
	char name[NAME_BYTES];
	enum mcw_bank_reg reg;
	unsigned int bank;
};

struct bank_stat {
	struct kobj_attribute attr;
	char name[NAME_BYTES];
	unsigned int bank;
};

static struct bank_file bank_files[MCW_BANKS][MCW_BANK_REGS];
static struct bank_stat differs_stats[MCW_BANKS];
static struct bank_stat differs_cpus_stats[MCW_BANKS];
static struct attribute *bank_home_attrs[MCW_BANKS * MCW_BANK_REGS + 1];
static struct attribute *bank_stats_attrs[MCW_BANKS * 2 + 2];

const struct attribute_group mcw_bank_sysfs_files = { .attrs = bank_home_attrs };
const struct attribute_group mcw_bank_sysfs_stats = { .attrs = bank_stats_attrs };

static const char *const bank_file_names[MCW_BANK_REGS] = {
	[MCW_BANK_CTL] = "bank%uctl",
	[MCW_BANK_THRESHOLD] = "bank%uthreshold",
};

static ssize_t bank_file_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	const struct bank_file *file = container_of(attr, struct bank_file, attr);
	u64 value;
	int err = mcw_bank_control_read(file->reg, file->bank, &value);

	if (err)
		return err;
	return sysfs_emit(buf, file->reg == MCW_BANK_CTL ? "0x%016llx\n" : "%llu\n", value);
}

static ssize_t bank_file_store(struct device *dev, struct device_attribute *attr, const char *buf,
			       size_t count)
{
	const struct bank_file *file = container_of(attr, struct bank_file, attr);
	bool ctl = file->reg == MCW_BANK_CTL;
	u64 value;
	int err = mcw_sysfs_may_write();

	if (err)
		return err;
	if (kstrtou64(buf, ctl ? 16 : 0, &value)) {
		pr_err("%s: '%*pE' is not a %s 64-bit number\n", file->name,
		       (int)min(strcspn(buf, "\n"), (size_t)40), buf,
		       ctl ? "hexadecimal" : "decimal");
		return -EINVAL;
	}
	err = mcw_bank_control_write(file->reg, file->bank, value);
	return err ? err : count;
}

/* Emits the CPUs that differ, as a count or as a list. */
static ssize_t emit_differing_cpus(unsigned int bank, bool list, char *buf)
{
	cpumask_var_t cpus;
	ssize_t length;

	if (!alloc_cpumask_var(&cpus, GFP_KERNEL))
		return -ENOMEM;
	mcw_bank_control_differ(bank, cpus);
	if (list)
		length = sysfs_emit(buf, "%*pbl\n", cpumask_pr_args(cpus));
	else
		length = sysfs_emit(buf, "%u\n", cpumask_weight(cpus));
	free_cpumask_var(cpus);
	return length;
}

static ssize_t differs_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return emit_differing_cpus(container_of(attr, struct bank_stat, attr)->bank, false, buf);
}

static ssize_t differs_cpus_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return emit_differing_cpus(container_of(attr, struct bank_stat, attr)->bank, true, buf);
}

static ssize_t bank_drift_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%llu\n", mcw_bank_regs_drift());
}

static struct kobj_attribute bank_drift_attr = __ATTR_RO(bank_drift);

static struct attribute *fill_bank_file(unsigned int bank, enum mcw_bank_reg reg)
{
	struct bank_file *file = &bank_files[bank][reg];

	snprintf(file->name, sizeof(file->name), bank_file_names[reg], bank);
	sysfs_attr_init(&file->attr.attr);
	file->attr.attr.name = file->name;
	file->attr.attr.mode = 0600;
	file->attr.show = bank_file_show;
	file->attr.store = bank_file_store;
	file->reg = reg;
	file->bank = bank;
	return &file->attr.attr;
}

static struct attribute *fill_bank_stat(struct bank_stat *stat, unsigned int bank, const char *name,
					ssize_t (*show)(struct kobject *kobj,
							struct kobj_attribute *attr, char *buf))
{
	snprintf(stat->name, sizeof(stat->name), name, bank);
	sysfs_attr_init(&stat->attr.attr);
	stat->attr.attr.name = stat->name;
	stat->attr.attr.mode = 0400;
	stat->attr.show = show;
	stat->bank = bank;
	return &stat->attr.attr;
}

/*
 * AMD's banks have no MCi_CTL2, and their thresholds are set by the kernel's own files
 * machinecheck<N>/<bank>/<block>/threshold_limit.
 */
static bool has_file(enum mcw_bank_reg reg)
{
	return reg == MCW_BANK_CTL || (boot_cpu_data.x86_vendor != X86_VENDOR_AMD &&
				       boot_cpu_data.x86_vendor != X86_VENDOR_HYGON);
}

/**
 * mcw_bank_sysfs_init() - fill the attribute groups for the banks of this machine
 *
 * Context: process. mcw_bank_control_init() is done.
 * Return: 0.
 */
int mcw_bank_sysfs_init(void)
{
	struct attribute **home = bank_home_attrs;
	struct attribute **stats = bank_stats_attrs;
	unsigned int bank, reg;

	for (bank = 0; bank < mcw_bank_control_count(); bank++) {
		for (reg = 0; reg < MCW_BANK_REGS; reg++)
			if (has_file(reg))
				*home++ = fill_bank_file(bank, reg);
		*stats++ =
			fill_bank_stat(&differs_stats[bank], bank, "bank%u_differs", differs_show);
		*stats++ = fill_bank_stat(&differs_cpus_stats[bank], bank, "bank%u_differs_cpus",
					  differs_cpus_show);
	}
	*stats = &bank_drift_attr.attr;
	return 0;
}
