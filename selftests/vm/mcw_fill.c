// SPDX-License-Identifier: GPL-2.0
/*
 * mcw_fill: errors on both CPUs at once, from contexts that interrupt each other, for as long as
 * it is loaded and not told to stop. On each CPU
 *
 *	a thread plants an error in a bank and polls, interrupts off;
 *	a thread hands records to mce_log(), interrupts on;
 *	every vector_ms (0: never) the other CPU interrupts it, and that interrupt plants an
 *		error in a bank of its own and enters the threshold vector.
 *
 * Exceptions are the emulator's to raise; they interrupt all three. mcw_fill.h says what is in
 * the records. Parameters of the module count what each CPU has put; each put is one record.
 */
#include <linux/bitmap.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/timekeeping.h>
#include <asm/irq_vectors.h>
#include <asm/mce.h>
#include <asm/msr.h>
#include <asm/processor.h>

#include "mcw_fill.h"

#define POLL_BANK 4
#define VECTOR_BANK 5
#define BATCH 96 /* records in a row: more than the smallest lane holds */
#define PAUSE_USECS 2000 /* for readers, the worker and the chain */
#define NICE 10 /* otherwise the raiser of exceptions hardly gets CPU time */
#define THREADS (FILL_CPUS * 3)

static unsigned long polled[FILL_CPUS], logged[FILL_CPUS], vectors[FILL_CPUS];
module_param_array(polled, ulong, NULL, 0444);
module_param_array(logged, ulong, NULL, 0444);
module_param_array(vectors, ulong, NULL, 0444);

static unsigned int vector_ms;
module_param(vector_ms, uint, 0444);

static DEFINE_MUTEX(lock); /* threads */
static struct task_struct *threads[THREADS];

static void write_bank(u32 bank, u64 status, u64 addr)
{
	wrmsrq(MSR_IA32_MCx_ADDR(bank), addr);
	wrmsrq(MSR_IA32_MCx_MISC(bank), fill_check(addr));
	wrmsrq(MSR_IA32_MCx_STATUS(bank), status);
}

static void put_polled(unsigned int cpu)
{
	unsigned long n = polled[cpu], irqs;
	mce_banks_t banks = {};

	bitmap_from_u64(banks, BIT_ULL(POLL_BANK));
	local_irq_save(irqs);
	write_bank(POLL_BANK, fill_status(n), fill_addr(FILL_POLLED, cpu, n));
	machine_check_poll(0, &banks);
	local_irq_restore(irqs);
	WRITE_ONCE(polled[cpu], n + 1);
}

static void put_logged(unsigned int cpu)
{
	unsigned long n = logged[cpu];
	struct mce_hw_err err = {};
	u64 addr = fill_addr(FILL_LOGGED, cpu, n);

	err.m.cpuvendor = boot_cpu_data.x86_vendor;
	err.m.extcpu = cpu;
	err.m.time = ktime_get_real_seconds();
	err.m.status = fill_status(n);
	err.m.addr = addr;
	err.m.misc = fill_check(addr);
	err.m.ip = fill_check(err.m.misc);
	err.m.synd = fill_check(err.m.ip);
	err.m.ppin = fill_check(err.m.synd);
	mce_log((void *)&err); /* its first bytes are a struct mce, of whatever size */
	WRITE_ONCE(logged[cpu], n + 1);
}

/* Runs in an interrupt on its CPU. */
static void put_vector(void *unused)
{
	unsigned int cpu = smp_processor_id();
	unsigned long n = vectors[cpu];

	write_bank(VECTOR_BANK, fill_status(n), fill_addr(FILL_VECTOR, cpu, n));
	asm volatile("int %0" : : "i"(THRESHOLD_APIC_VECTOR) : "memory");
	WRITE_ONCE(vectors[cpu], n + 1);
}

static int poll_thread(void *cpu)
{
	unsigned int i;

	while (!kthread_should_stop()) {
		for (i = 0; i < BATCH; i++)
			put_polled((unsigned long)cpu);
		usleep_range(PAUSE_USECS, 2 * PAUSE_USECS);
	}
	return 0;
}

static int log_thread(void *cpu)
{
	unsigned int i;

	while (!kthread_should_stop()) {
		for (i = 0; i < BATCH; i++)
			put_logged((unsigned long)cpu);
		usleep_range(PAUSE_USECS, 2 * PAUSE_USECS);
	}
	return 0;
}

static int vector_thread(void *cpu)
{
	while (!kthread_should_stop()) {
		msleep(vector_ms);
		smp_call_function_single((unsigned long)cpu ^ 1, put_vector, NULL, true);
	}
	return 0;
}

static void stop_all(void)
{
	unsigned int i;

	mutex_lock(&lock);
	for (i = 0; i < THREADS; i++) {
		if (threads[i])
			kthread_stop(threads[i]);
		threads[i] = NULL;
	}
	mutex_unlock(&lock);
}

static int start(unsigned int i, int (*run)(void *cpu), unsigned long cpu)
{
	struct task_struct *task = kthread_create(run, (void *)cpu, "mcw_fill/%lu", cpu);

	if (IS_ERR(task))
		return PTR_ERR(task);
	kthread_bind(task, cpu);
	set_user_nice(task, NICE);
	threads[i] = task;
	wake_up_process(task);
	return 0;
}

static int stop_set(const char *val, const struct kernel_param *param)
{
	stop_all();
	return 0;
}

static const struct kernel_param_ops stop_ops = { .set = stop_set };
module_param_cb(stop, &stop_ops, NULL, 0200);

static int __init mcw_fill_init(void)
{
	unsigned int cpu, i = 0;
	int err = 0;

	for (cpu = 0; cpu < FILL_CPUS && !err; cpu++) {
		err = start(i++, poll_thread, cpu);
		if (!err)
			err = start(i++, log_thread, cpu);
		if (!err && vector_ms)
			err = start(i++, vector_thread, cpu);
	}
	if (err)
		stop_all();
	return err;
}

static void __exit mcw_fill_exit(void)
{
	stop_all();
}

module_init(mcw_fill_init);
module_exit(mcw_fill_exit);

MODULE_DESCRIPTION("Machine-check errors on both CPUs at once, for tests");
MODULE_AUTHOR("The mcewarden authors");
MODULE_LICENSE("GPL");
