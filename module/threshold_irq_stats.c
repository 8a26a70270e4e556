// SPDX-License-Identifier: GPL-2.0
/*
 * stats/cpu<N>/: the threshold interrupts and MCG_CAP of each possible CPU. The directories stay
 * when a CPU goes offline, so they need no hotplug callback.
 */
#include <mcewarden/threshold_irq_stats.h>

#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/slab.h>
#include <linux/sysfs.h>
#include <mcewarden/bank_regs.h>
#include <mcewarden/sysfs.h>
#include <mcewarden/tap.h>
#include <mcewarden/threshold_irq.h>
#include <mcewarden/cmci_storm.h>

/* The values that the files show. */
struct info {
	u64 interrupts;
	u64 unowned;
	u64 records;
	u64 ns_min;
	u64 ns_mean;
	u64 ns_max;
	u64 last;
	u64 storm_banks;
	u64 storm_all_banks;
	u64 throttled;
	u64 mcg_cap;
};

static const struct {
	const char *name;
	size_t offset; /* in struct info */
	const char *format;
} cpu_counters[] = {
	{ "interrupts", offsetof(struct info, interrupts), "%llu\n" },
	{ "unowned", offsetof(struct info, unowned), "%llu\n" },
	{ "records", offsetof(struct info, records), "%llu\n" },
	{ "ns_min", offsetof(struct info, ns_min), "%llu\n" },
	{ "ns_mean", offsetof(struct info, ns_mean), "%llu\n" },
	{ "ns_max", offsetof(struct info, ns_max), "%llu\n" },
	{ "last", offsetof(struct info, last), "%llu\n" },
	{ "storm_banks", offsetof(struct info, storm_banks), "0x%016llx\n" },
	{ "storm_all_banks", offsetof(struct info, storm_all_banks), "%llu\n" },
	{ "throttled", offsetof(struct info, throttled), "%llu\n" },
	{ "mcg_cap", offsetof(struct info, mcg_cap), "0x%016llx\n" },
};

struct cpu_file {
	struct kobj_attribute attr;
	unsigned int cpu;
	unsigned int counter;
};

struct cpu_directory {
	char name[16];
	struct cpu_file files[ARRAY_SIZE(cpu_counters)];
	struct attribute *attrs[ARRAY_SIZE(cpu_counters) + 1];
	struct attribute_group group;
};

static struct cpu_directory *cpu_directories; /* one per possible CPU */
static const struct attribute_group **cpu_groups; /* their groups, NULL-terminated */

/* The CPU may write meanwhile: each value is right, but they may be from different moments. */
static void collect_cpu_info(unsigned int cpu, struct info *info)
{
	const struct mcw_threshold_irq_counts *c = per_cpu_ptr(&mcw_threshold_irq_counts, cpu);

	info->interrupts = READ_ONCE(c->interrupts);
	info->unowned = READ_ONCE(c->unowned);
	info->records = READ_ONCE(per_cpu(mcw_tap_found, cpu).interrupt_records);
	info->ns_min = READ_ONCE(c->ns_min);
	info->ns_max = READ_ONCE(c->ns_max);
	info->ns_mean = info->interrupts ? div64_u64(READ_ONCE(c->ns_sum), info->interrupts) : 0;
	info->last = READ_ONCE(c->last_wall_ns);
	info->storm_banks = mcw_cmci_storm_banks(cpu);
	info->storm_all_banks = mcw_cmci_storm_of_all_banks(cpu);
	info->throttled = mcw_threshold_irq_throttled(cpu);
	info->mcg_cap = mcw_bank_regs_mcg_cap(cpu);
}

static ssize_t cpu_file_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	const struct cpu_file *file = container_of(attr, struct cpu_file, attr);
	struct info info;

	collect_cpu_info(file->cpu, &info);
	return sysfs_emit(buf, cpu_counters[file->counter].format,
			  *(u64 *)((char *)&info + cpu_counters[file->counter].offset));
}

static void fill_cpu_directory(struct cpu_directory *dir, unsigned int cpu)
{
	unsigned int i;

	snprintf(dir->name, sizeof(dir->name), "cpu%u", cpu);
	for (i = 0; i < ARRAY_SIZE(cpu_counters); i++) {
		struct cpu_file *file = &dir->files[i];

		sysfs_attr_init(&file->attr.attr);
		file->attr.attr.name = cpu_counters[i].name;
		file->attr.attr.mode = 0444;
		file->attr.show = cpu_file_show;
		file->cpu = cpu;
		file->counter = i;
		dir->attrs[i] = &file->attr.attr;
	}
	dir->group.name = dir->name;
	dir->group.attrs = dir->attrs;
}

/**
 * mcw_threshold_irq_stats_init() - make a directory for each possible CPU
 *
 * Context: process, may sleep. stats/ exists.
 * Return: 0 or an error.
 */
int mcw_threshold_irq_stats_init(void)
{
	unsigned int cpu, n = 0;
	int err = -ENOMEM;

	cpu_directories = kvcalloc(num_possible_cpus(), sizeof(*cpu_directories), GFP_KERNEL);
	cpu_groups = kvcalloc(num_possible_cpus() + 1, sizeof(*cpu_groups), GFP_KERNEL);
	if (!cpu_directories || !cpu_groups)
		goto free;
	for_each_possible_cpu(cpu) {
		fill_cpu_directory(&cpu_directories[n], cpu);
		cpu_groups[n] = &cpu_directories[n].group;
		n++;
	}
	err = mcw_sysfs_add_stats(cpu_groups);
	if (err)
		goto free;
	return 0;

free:
	kvfree(cpu_groups);
	kvfree(cpu_directories);
	return err;
}

/**
 * mcw_threshold_irq_stats_exit() - remove the directories
 *
 * Context: process, sleeps until nobody is inside a show.
 */
void mcw_threshold_irq_stats_exit(void)
{
	mcw_sysfs_remove_stats(cpu_groups);
	kvfree(cpu_groups);
	kvfree(cpu_directories);
}
