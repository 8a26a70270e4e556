// SPDX-License-Identifier: GPL-2.0
/*
 * Raises an error. While injectm.finished is set, the kernel's readers of the banks,
 * machine_check_poll() and do_machine_check(), read this CPU's injectm instead of the registers.
 * injectm is filled and emptied on its CPU with interrupts off; an NMI or a real #MC in between
 * sees either the registers or the whole record. Real errors are not hidden for longer than that: a
 * record that waits for a broadcast is kept in a variable of this module.
 *
 * Where a CPU meets its error
 * ---------------------------
 * process	in the task that writes it. The interrupted code is the one in the record (cs, ip),
 *		and an SRAR of user mode kills the task.
 * IRQ		in an interrupt of that CPU. The interrupted code counts as the kernel's, whatever
 *		the record says: the kernel acts for a task only on that task's own stack.
 * broadcast	on all CPUs at the same time, in an IPI or an NMI. A CPU meets the record that was
 *		staged for it. A CPU without one meets an exception with nothing in its banks, as in
 *		hardware.
 *
 * A CPU's due_record and its count in cpus_left are written before its bit in nmi_cpus. From then
 * on any NMI on that CPU raises the record, even a foreign one that comes before the injector's.
 * Locked instructions, which are full barriers on x86, set and take the bit: so the CPU that takes
 * it sees both. For IPIs the kernel's call queue gives the same order.
 *
 * On Intel an exception without a broadcast is made local (LMCE), or that CPU would wait for the
 * others, and panic. AMD's exceptions are local anyway.
 */
#include <mcewarden/inject_raise.h>

#include <linux/atomic.h>
#include <linux/bitmap.h>
#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/irq_work.h>
#include <linux/irqflags.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/lockdep.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/printk.h>
#include <linux/smp.h>
#include <asm/apic.h>
#include <asm/irq_vectors.h>
#include <asm/mce.h>
#include <asm/nmi.h>
#include <asm/processor.h>
#include <asm/ptrace.h>
#include <asm/segment.h>
#include <mcewarden/inject_hook.h>
#include <mcewarden/plural.h>

#define NMI_SECONDS 2 /* longer than the kernel waits for the CPUs to meet */

/* Errors that a CPU will meet; a record is valid if finished is set. */
static DEFINE_PER_CPU(struct mce, staged_record); /* in the next broadcast */
static DEFINE_PER_CPU(struct mce, due_record); /* now; written by the CPU or before calling it */

static struct cpumask nmi_cpus;
static atomic_t cpus_left;
static struct irq_work raise_irq_work;
static atomic_t errors_untaken; /* errors of this injection that the kernel left in their banks */

/* The caller has set record->finished to 0. */
static void arm_injectm(const struct mce *record)
{
	struct mce *m = this_cpu_ptr(&injectm);

	lockdep_assert_irqs_disabled();
	WRITE_ONCE(m->finished, 0);
	barrier();
	*m = *record;
	/* The copy must not set finished, as it writes its members in any order. */
	barrier();
	WRITE_ONCE(m->finished, 1);
}

static void disarm_injectm(void)
{
	WRITE_ONCE(this_cpu_ptr(&injectm)->finished, 0);
}

static void raise_poll(void)
{
	mce_banks_t banks;

	bitmap_fill(banks, MAX_NR_BANKS);
	machine_check_poll(MCP_TIMESTAMP, &banks);
}

/*
 * The kernel clears the status of an error that it takes. A poll leaves errors that need an
 * exception; the exception's handler leaves corrected ones, and all where it panics (and lives on,
 * by fake_panic); both leave those of banks that the kernel has switched off.
 *
 * @regs: the registers of the code that an NMI interrupted, or NULL
 */
static void raise_armed(const struct mce *record, struct pt_regs *regs, bool interrupt)
{
	struct pt_regs told = {
		.ip = record->ip,
		.cs = interrupt ? __KERNEL_CS : record->cs,
	};

	arm_injectm(record);
	if (record->inject_flags & MCJ_EXCEPTION)
		do_machine_check(regs ?: &told);
	else
		raise_poll();
	if (this_cpu_read(injectm.status) & MCI_STATUS_VAL)
		atomic_inc(&errors_untaken);
	disarm_injectm();
}

/* Raises this CPU's due record, if there is one. */
static void raise_due(struct pt_regs *regs, bool interrupt)
{
	struct mce *mine = this_cpu_ptr(&due_record);

	if (!mine->finished)
		return;
	mine->finished = 0;
	raise_armed(mine, regs, interrupt);
}

static void raise_due_in_process(void)
{
	unsigned long irqs;

	local_irq_save(irqs);
	raise_due(NULL, false);
	local_irq_restore(irqs);
}

static void raise_due_in_interrupt(struct irq_work *work)
{
	unsigned long irqs;

	/* On PREEMPT_RT this runs in a thread. */
	local_irq_save(irqs);
	raise_due(NULL, true);
	local_irq_restore(irqs);
}

static void raise_due_by_ipi(void *unused)
{
	raise_due(NULL, true);
	atomic_dec(&cpus_left);
}

static int inject_nmi(unsigned int cmd, struct pt_regs *regs)
{
	if (!cpumask_test_and_clear_cpu(smp_processor_id(), &nmi_cpus))
		return NMI_DONE;
	raise_due(regs, false);
	atomic_dec(&cpus_left);
	return NMI_HANDLED;
}

static int broadcast_by_nmi(void)
{
	unsigned long end = jiffies + NMI_SECONDS * HZ;
	int cpu, left, err = 0;

	cpumask_clear(&nmi_cpus);
	atomic_set(&cpus_left, 0);
	for_each_online_cpu(cpu) {
		if (cpu == smp_processor_id() || !per_cpu(due_record, cpu).finished)
			continue;
		atomic_inc(&cpus_left);
		cpumask_set_cpu(cpu, &nmi_cpus);
	}
	if (!cpumask_empty(&nmi_cpus))
		__apic_send_IPI_mask(&nmi_cpus, NMI_VECTOR);
	raise_due_in_process();
	while ((left = atomic_read(&cpus_left))) {
		if (time_after(jiffies, end)) {
			pr_err("%d CPU%s did not answer the broadcast NMI within %d seconds\n",
			       left, mcw_plural(left), NMI_SECONDS);
			cpumask_clear(&nmi_cpus);
			err = -ETIMEDOUT;
			break;
		}
		cpu_relax();
	}
	return err;
}

/* In an exception all CPUs wait for each other, so this CPU meets its own error before it waits. */
static void broadcast_by_irq(void)
{
	atomic_set(&cpus_left, num_online_cpus() - 1);
	smp_call_function(raise_due_by_ipi, NULL, false);
	raise_due_in_process();
	while (atomic_read(&cpus_left))
		cpu_relax();
}

/* Fills the record of a CPU that has no error itself, but takes part in the exception. */
static void fill_nothing_found(struct mce *m, unsigned int cpu, const struct mce *record)
{
	*m = (struct mce){
		.mcgstatus = MCG_STATUS_RIPV | (record->mcgstatus & MCG_STATUS_MCIP),
		.inject_flags = MCJ_EXCEPTION,
		.extcpu = cpu,
		.finished = 1,
	};
}

static int broadcast_error(const struct mce *record)
{
	unsigned int self = smp_processor_id();
	int cpu;

	for_each_online_cpu(cpu) {
		struct mce *m = per_cpu_ptr(&due_record, cpu);

		if (cpu == self)
			continue;
		if (per_cpu(staged_record, cpu).finished)
			*m = per_cpu(staged_record, cpu);
		else if (record->inject_flags & MCJ_EXCEPTION)
			fill_nothing_found(m, cpu, record);
		per_cpu(staged_record, cpu).finished = 0;
	}
	if (record->inject_flags & MCJ_NMI_BROADCAST)
		return broadcast_by_nmi();
	broadcast_by_irq();
	return 0;
}

static bool is_intel_like(void)
{
	return boot_cpu_data.x86_vendor == X86_VENDOR_INTEL ||
	       boot_cpu_data.x86_vendor == X86_VENDOR_ZHAOXIN;
}

static bool is_broadcast(const struct mce *record)
{
	return record->inject_flags & (MCJ_NMI_BROADCAST | MCJ_IRQ_BROADCAST);
}

/**
 * mcw_inject_stage() - keep a record for its CPU until the next broadcast
 * @record: the record; extcpu is a possible CPU
 *
 * A CPU has room for one record.
 *
 * Context: process. Injections do not run at the same time.
 * Return: 0; MCW_INJECT_REPLACED if it replaces an error that still waited.
 */
int mcw_inject_stage(const struct mce *record)
{
	struct mce *m = per_cpu_ptr(&staged_record, record->extcpu);
	bool replaces = m->finished && m->status & MCI_STATUS_VAL;

	*m = *record;
	m->finished = 1;
	return replaces ? MCW_INJECT_REPLACED : 0;
}

/**
 * mcw_inject_raise() - raise an error now
 * @record: the record that the banks shall show
 *
 * Context: process, on the CPU of the record; sleeps. Injections do not run at the same time; no
 * CPU comes or goes.
 * Return: 0; MCW_INJECT_LEFT if the kernel left an error in its bank; -EAGAIN if somebody moved the
 * task to another CPU; -ETIMEDOUT if a CPU did not take part.
 */
int mcw_inject_raise(const struct mce *record)
{
	struct mce *mine;
	bool later = false;
	int err = 0;

	preempt_disable();
	if (smp_processor_id() != record->extcpu) {
		preempt_enable();
		return -EAGAIN;
	}
	atomic_set(&errors_untaken, 0);
	mine = this_cpu_ptr(&due_record);
	*mine = *record;
	mine->finished = 1;
	if (record->inject_flags & MCJ_EXCEPTION && !is_broadcast(record) && is_intel_like())
		mine->mcgstatus |= MCG_STATUS_LMCES;
	if (is_broadcast(record))
		err = broadcast_error(record);
	else if (MCJ_CTX(record->inject_flags) == MCJ_CTX_IRQ)
		later = irq_work_queue(&raise_irq_work);
	else
		raise_due_in_process();
	preempt_enable();
	if (later)
		irq_work_sync(&raise_irq_work);
	if (err)
		return err;
	return atomic_read(&errors_untaken) ? MCW_INJECT_LEFT : 0;
}

/**
 * mcw_inject_raise_init() - prepare to raise errors
 *
 * Context: process, may sleep.
 * Return: 0 or an error.
 */
int mcw_inject_raise_init(void)
{
	int err;

	init_irq_work(&raise_irq_work, raise_due_in_interrupt);
	err = register_nmi_handler(NMI_LOCAL, inject_nmi, 0, "mcewarden_inject");
	if (err)
		pr_err("cannot load: no handler of NMIs: error %d\n", err);
	return err;
}

/**
 * mcw_inject_raise_exit() - remove the NMI handler
 *
 * Context: process, sleeps. Nothing is being raised.
 */
void mcw_inject_raise_exit(void)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		const struct mce *m = per_cpu_ptr(&staged_record, cpu);

		if (m->finished && m->status & MCI_STATUS_VAL)
			pr_warn("discarding an error of CPU %u that waited for a broadcast\n", cpu);
	}
	unregister_nmi_handler(NMI_LOCAL, "mcewarden_inject");
}
