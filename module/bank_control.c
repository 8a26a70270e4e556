// SPDX-License-Identifier: GPL-2.0
/*
 * bank<N>ctl and bank<N>threshold: keeps the registers of all CPUs at the values that the admin
 * wrote, even where the kernel rewrites them. bank_regs.c handles the registers of one CPU.
 *
 * All CPUs without the hotplug lock
 * ---------------------------------
 * No show or store takes cpus_read_lock(), and the hotplug callback takes none of the module's
 * locks. A writer stores the wanted value and then calls each CPU in turn;
 * smp_call_function_single() fails with ENXIO for a CPU that is not online. A CPU is set online
 * before its hotplug callbacks run, and the module's callback reads the wanted value. So either the
 * writer finds the CPU online, and even a CPU that is coming or going answers the IPI as long as it
 * is online; or the callback runs later and reads the new value. If both happen, the second finds
 * nothing to do.
 *
 * That needs a full barrier on both sides. The writer has its own (mcw_bank_control_write:A,
 * bank_roll_back:A, restore_banks:A). The CPU that comes has the scheduler's: it sets itself online
 * in start_secondary(), and the callback runs later on the same CPU in its hotplug thread;
 * __schedule(), which switches to that thread, is a full barrier between the two.
 *
 * The module's hotplug state is a dynamic one that is registered after the kernel's: when its
 * callback runs, the kernel has initialised the banks. The mutex excludes writers from each other.
 * While they hold it they wait only for IPIs, which need nothing but interrupts on.
 *
 * Drift
 * -----
 * The kernel writes its own values when a CPU comes online, on resume, on a write to its bankN or
 * check_interval, and when it rediscovers which CPU owns which bank's CMCI. The module needs no
 * timer to notice this: the hotplug callback sees the first, the PM notifier the second, and
 * ftrace hooks on the functions concerned see the other two. Those functions run on each CPU with
 * interrupts off, and the hook is at their entry: it queues an irq_work on the same CPU, which runs
 * after they are done. Reading a file writes no register. While the kernel has marked a bank as in
 * a storm (from v6.9 on), a threshold is put off and tried again each second. Up to v6.8
 * cmci_storm.c calls mcw_bank_control_look_here() when the kernel throttles no more.
 *
 * Unload
 * ------
 * The files are gone, so nobody writes any more. The values found at load become the wanted ones,
 * and all CPUs are called; the callback brings them to a CPU that comes at that moment. Then the
 * callbacks go, and last the work that they could have started. A threshold that is still put off
 * then is left to the kernel, which writes its own at the end of the storm.
 */
#include <mcewarden/bank_control.h>

#include <linux/cpuhotplug.h>
#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/ftrace.h>
#include <linux/irq_work.h>
#include <linux/irqflags.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/notifier.h>
#include <linux/percpu.h>
#include <linux/printk.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <linux/suspend.h>
#include <linux/workqueue.h>
#include <mcewarden/entry_watch.h>

#define THRESHOLD_MAX 32748
#define RETRY_JIFFIES HZ

static DEFINE_MUTEX(bank_wants_lock); /* writers of mcw_bank_wants */
static DEFINE_PER_CPU(struct irq_work, bank_look_work);
static unsigned int bank_count; /* the largest among the CPUs that were online at load */
static enum cpuhp_state bank_hotplug_state;
static bool rewrites_found;
static void (*after_look)(void);

static void bank_retry(struct work_struct *work);
static DECLARE_DELAYED_WORK(bank_retry_work, bank_retry);

/* A request to one CPU after the other, and the answer of the last one. */
struct bank_request {
	enum mcw_bank_reg reg;
	unsigned int bank;
	unsigned int cpu;
	int err;
	u64 value;
};

/**
 * mcw_bank_control_look_here() - bring this CPU's banks to the wanted values
 *
 * Context: interrupts off, any but NMI and #MC.
 */
void mcw_bank_control_look_here(void)
{
	if (mcw_bank_regs_look())
		schedule_delayed_work(&bank_retry_work, RETRY_JIFFIES);
	after_look();
}

static void bank_look_by_call(void *unused)
{
	mcw_bank_control_look_here();
}

static void bank_look_everywhere(void)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		smp_call_function_single(cpu, bank_look_by_call, NULL, 1);
}

static void bank_retry(struct work_struct *work)
{
	bank_look_everywhere();
}

static void bank_settle_by_call(void *info)
{
	struct bank_request *request = info;

	request->cpu = smp_processor_id();
	request->err = mcw_bank_regs_settle(request->reg, request->bank, &request->value);
	after_look();
}

static int bank_settle_everywhere(struct bank_request *request, bool past_errors)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		if (smp_call_function_single(cpu, bank_settle_by_call, request, 1))
			continue;
		if (request->err == -EIO && !past_errors)
			return -EIO;
	}
	return 0;
}

static int check_bank_value(enum mcw_bank_reg reg, unsigned int bank, u64 value)
{
	u64 found = mcw_bank_regs_found(reg, bank);

	if (!found)
		return -ENODEV;
	if (reg == MCW_BANK_CTL && value & ~found) {
		pr_err("bank%uctl: cannot set 0x%llx: only bits of 0x%llx, which were set at load, can be set\n",
		       bank, value, found);
		return -EINVAL;
	}
	if (reg == MCW_BANK_THRESHOLD && (!value || value > THRESHOLD_MAX)) {
		pr_err("bank%uthreshold: %llu is not a number from 1 to %u\n", bank, value,
		       THRESHOLD_MAX);
		return -ERANGE;
	}
	return 0;
}

/*
 * The hardware took the old value once, or had it at load. If a CPU does not take it now, a later
 * look tries again.
 */
static void bank_roll_back(const struct bank_request *failed, u64 wanted, u64 old, bool written)
{
	struct mcw_bank_want *want = &mcw_bank_wants[failed->reg][failed->bank];
	struct bank_request back = { .reg = failed->reg, .bank = failed->bank };

	lockdep_assert_held(&bank_wants_lock);
	pr_err("bank%u%s: CPU %u still has 0x%llx after a write of 0x%llx: restoring the old value on all CPUs\n",
	       failed->bank, failed->reg == MCW_BANK_CTL ? "ctl" : "threshold", failed->cpu,
	       failed->value, wanted);
	WRITE_ONCE(want->value, old);
	/* bank_roll_back:A: as mcw_bank_control_write:A. */
	smp_mb();
	bank_settle_everywhere(&back, true);
	WRITE_ONCE(want->written, written);
}

/**
 * mcw_bank_control_write() - keep a register at a value on all CPUs from now on
 * @reg: which register
 * @bank: of which bank
 * @value: the value
 *
 * Context: process, sleeps.
 * Return: 0; -ENODEV, -EINVAL, -ERANGE; -EIO if a CPU did not take the value: all CPUs are set
 * back to the old one, and the log names the CPU.
 */
int mcw_bank_control_write(enum mcw_bank_reg reg, unsigned int bank, u64 value)
{
	struct mcw_bank_want *want = &mcw_bank_wants[reg][bank];
	struct bank_request request = { .reg = reg, .bank = bank };
	bool written;
	u64 old;
	int err;

	mutex_lock(&bank_wants_lock);
	err = check_bank_value(reg, bank, value);
	if (err)
		goto unlock;
	old = want->value;
	written = want->written;
	WRITE_ONCE(want->value, value);
	WRITE_ONCE(want->written, true);
	/*
	 * mcw_bank_control_write:A: stores the wanted value before looking which CPUs are online.
	 * Pairs with the full barrier of __schedule() on a CPU that comes: see above.
	 */
	smp_mb();
	err = bank_settle_everywhere(&request, false);
	if (err)
		bank_roll_back(&request, value, old, written);
unlock:
	mutex_unlock(&bank_wants_lock);
	return err;
}

static void bank_read_by_call(void *info)
{
	struct bank_request *request = info;

	request->err = mcw_bank_regs_read(request->reg, request->bank, &request->value);
}

/**
 * mcw_bank_control_read() - read a register from the hardware
 * @reg: which register
 * @bank: of which bank
 * @value: filled from the lowest online CPU that has it
 *
 * Context: process, sleeps.
 * Return: 0, or -ENODEV if no CPU has it.
 */
int mcw_bank_control_read(enum mcw_bank_reg reg, unsigned int bank, u64 *value)
{
	struct bank_request request = { .reg = reg, .bank = bank };
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		if (smp_call_function_single(cpu, bank_read_by_call, &request, 1))
			continue;
		if (!request.err) {
			*value = request.value;
			return 0;
		}
	}
	return -ENODEV;
}

/**
 * mcw_bank_control_differ() - find the CPUs whose MCi_CTL differs from the lowest online CPU's
 * @bank: which bank
 * @differ: filled; without CPUs that are offline or do not have the bank
 *
 * Context: process, sleeps.
 */
void mcw_bank_control_differ(unsigned int bank, struct cpumask *differ)
{
	struct bank_request request = { .reg = MCW_BANK_CTL, .bank = bank };
	bool have_first = false;
	unsigned int cpu;
	u64 first = 0;

	cpumask_clear(differ);
	for_each_possible_cpu(cpu) {
		if (smp_call_function_single(cpu, bank_read_by_call, &request, 1) || request.err)
			continue;
		if (!have_first)
			first = request.value;
		have_first = true;
		if (request.value != first)
			cpumask_set_cpu(cpu, differ);
	}
}

/**
 * mcw_bank_control_sees_rewrites() - whether a look follows what the kernel writes
 *
 * Context: any. mcw_bank_control_init() is done.
 * Return: true if entry_watch.c tells of it.
 */
bool mcw_bank_control_sees_rewrites(void)
{
	return rewrites_found && mcw_entry_watched();
}

/**
 * mcw_bank_control_count() - how many banks there are
 *
 * Context: any.
 * Return: the largest number among the CPUs that were online at load.
 */
unsigned int mcw_bank_control_count(void)
{
	return bank_count;
}

static void bank_count_by_call(void *unused)
{
	bank_count = max(bank_count, mcw_bank_regs_count());
}

static int bank_cpu_online(unsigned int cpu)
{
	unsigned long irqs;

	local_irq_save(irqs);
	mcw_bank_control_look_here();
	local_irq_restore(irqs);
	return 0;
}

static void bank_look_by_irq_work(struct irq_work *work)
{
	unsigned long irqs;

	local_irq_save(irqs); /* on PREEMPT_RT this runs in a thread, which stays on its CPU */
	mcw_bank_control_look_here();
	local_irq_restore(irqs);
}

static void notrace bank_rewritten(struct ftrace_regs *fregs)
{
	irq_work_queue(this_cpu_ptr(&bank_look_work));
}

/* The kernel runs these on each CPU with interrupts off. Every kernel has the first one. */
static void watch_bank_rewrites(void)
{
	static const char *const more[] = { "mce_enable_ce", "mce_disable_cmci",
					    "cmci_rediscover_work_func" };
	size_t i;

	rewrites_found = mcw_entry_watch("mce_cpu_restart", bank_rewritten, false);
	for (i = 0; i < ARRAY_SIZE(more); i++)
		mcw_entry_watch(more[i], bank_rewritten, true);
}

/**
 * mcw_bank_control_begin() - look once more, as rewrites are seen from now on
 *
 * Context: process, may sleep. mcw_entry_watch_begin() is done.
 */
void mcw_bank_control_begin(void)
{
	bank_look_everywhere();
}

static int bank_pm_event(struct notifier_block *nb, unsigned long action, void *data)
{
	if (action == PM_POST_SUSPEND || action == PM_POST_HIBERNATION || action == PM_POST_RESTORE)
		bank_look_everywhere();
	return NOTIFY_DONE;
}

static struct notifier_block bank_pm_block = { .notifier_call = bank_pm_event };

/**
 * mcw_bank_control_init() - learn all CPUs' banks, and watch them from now on
 * @looked: called on a CPU after each look at its banks, interrupts off
 *
 * Context: process, may sleep.
 * Return: 0 or an error.
 */
int mcw_bank_control_init(void (*looked)(void))
{
	unsigned int cpu;
	int err;

	after_look = looked;
	err = mcw_bank_regs_init();
	if (err)
		return err;
	for_each_possible_cpu(cpu)
		init_irq_work(per_cpu_ptr(&bank_look_work, cpu), bank_look_by_irq_work);
	/* Calls bank_cpu_online() on each CPU. */
	err = cpuhp_setup_state(CPUHP_AP_ONLINE_DYN, "mcewarden:online", bank_cpu_online, NULL);
	if (err < 0)
		goto bankregs;
	bank_hotplug_state = err;
	for_each_possible_cpu(cpu)
		smp_call_function_single(cpu, bank_count_by_call, NULL, 1);
	err = register_pm_notifier(&bank_pm_block);
	if (err)
		goto hotplug;
	watch_bank_rewrites();
	return 0;

hotplug:
	cpuhp_remove_state_nocalls(bank_hotplug_state);
bankregs:
	mcw_bank_regs_exit();
	return err;
}

static void restore_banks(void)
{
	unsigned int reg, bank;

	mutex_lock(&bank_wants_lock);
	for (reg = 0; reg < MCW_BANK_REGS; reg++)
		for (bank = 0; bank < MCW_BANKS; bank++)
			WRITE_ONCE(mcw_bank_wants[reg][bank].value, MCW_BANK_AS_FOUND);
	/* restore_banks:A: as mcw_bank_control_write:A. */
	smp_mb();
	bank_look_everywhere();
	mutex_unlock(&bank_wants_lock);
}

/**
 * mcw_bank_control_exit() - set all banks back to the values found at load
 *
 * Context: process, sleeps. The files are gone, and mcw_entry_watch_end() is done.
 */
void mcw_bank_control_exit(void)
{
	unsigned int cpu;

	restore_banks();
	unregister_pm_notifier(&bank_pm_block);
	cpuhp_remove_state_nocalls(bank_hotplug_state);
	for_each_possible_cpu(cpu)
		irq_work_sync(per_cpu_ptr(&bank_look_work, cpu));
	cancel_delayed_work_sync(&bank_retry_work);
	mcw_bank_regs_exit();
}
