// SPDX-License-Identifier: GPL-2.0
/*
 * Measures code of the kernel: mce_log() into its pool, a poll that finds a planted error, a whole
 * exception, and irq_work_queue(). A capture costs what the poll and the exception take longer
 * with mcewarden.
 *
 * An error is written to a bank's registers, where hardware would put it. The exception
 * is vector 18 raised by an instruction: the same entry, handler and return.
 *
 * The decode chain is measured between its first and its last block, both in here. It runs on a
 * kworker; what other tasks do while one of its blocks waits for them counts too.
 */
#include <linux/bitmap.h>
#include <linux/delay.h>
#include <linux/irq_work.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/string.h>
#include <linux/timekeeping.h>
#include <asm/mce.h>
#include <asm/msr.h>
#include <asm/processor.h>

#include "mcw_bench.h"

#define BANK 6
#define CORRECTED 0x9c00000000000090ULL /* valid, enabled, with address and MISC: a memory read */
#define SRAO 0xbd000000000000c0ULL /* uncorrected, action optional: memory scrubbing */
#define UCNA 0xbc000000000000a0ULL /* uncorrected, no action required */
#define SEVERITY_KEEP 2 /* the kernel's */
#define SEVERITY_UCNA 1
#define MISC_PAGE 0x8c /* a physical address with the granularity of a page */
#define NO_MEMORY 0x8000000000ULL /* above the machine's memory */
#define FILL 150 /* more than any kernel's pool holds, and than its limit of messages */

static struct mce_hw_err logged;

static void log_one(void)
{
	mce_log((void *)&logged); /* its first bytes are a struct mce, of whatever size */
}

static void fresh_log(void)
{
	memset(&logged, 0, sizeof(logged));
	logged.m.cpuvendor = boot_cpu_data.x86_vendor;
	logged.m.time = ktime_get_real_seconds();
	logged.m.bank = BANK;
	logged.m.status = CORRECTED;
	logged.m.addr = NO_MEMORY;
}

static u32 log_first(void)
{
	fresh_log();
	return COST_OF(log_one());
}

static u32 log_later(void)
{
	fresh_log();
	log_one();
	return COST_OF(log_one());
}

static u32 log_full(void)
{
	unsigned int i;

	fresh_log();
	for (i = 0; i < FILL; i++)
		log_one();
	return COST_OF(log_one());
}

static void nothing(struct irq_work *work)
{
}

static struct irq_work first_work = IRQ_WORK_INIT(nothing);
static struct irq_work second_work = IRQ_WORK_INIT(nothing);

/* The first irq_work in a CPU's queue interrupts the CPU; a later one only joins the queue. */
static u32 irq_work_first(void)
{
	bool queued;
	u32 cost = COST_OF(queued = irq_work_queue(&first_work));

	return queued ? cost : COST_FAILED;
}

static u32 irq_work_later(void)
{
	bool queued;
	u32 cost;

	irq_work_queue(&first_work);
	cost = COST_OF(queued = irq_work_queue(&second_work));
	return queued ? cost : COST_FAILED;
}

/* Each capture reads both clocks: the time since boot and the wall time. */
static u32 clocks(void)
{
	u64 mono, wall;
	u32 cost = COST_OF((mono = ktime_get_mono_fast_ns(), wall = ktime_get_real_fast_ns()));

	return mono && wall > mono ? cost : COST_FAILED;
}

static void write_bank(u64 status, u64 addr)
{
	wrmsrq(MSR_IA32_MCx_ADDR(BANK), addr);
	wrmsrq(MSR_IA32_MCx_MISC(BANK), MISC_PAGE);
	wrmsrq(MSR_IA32_MCx_STATUS(BANK), status);
}

/* The kernel reads and clears the bank. */
static bool bank_is_clear(void)
{
	u64 status;

	rdmsrq(MSR_IA32_MCx_STATUS(BANK), status);
	return !status;
}

/* Polls all banks, as the kernel's timer does. */
static u32 poll(void)
{
	mce_banks_t banks = {};

	bitmap_from_u64(banks, ~0ULL);
	return COST_OF(machine_check_poll(0, &banks));
}

static u32 poll_empty(void)
{
	return bank_is_clear() ? poll() : COST_FAILED;
}

static u32 poll_found(void)
{
	u32 cost;

	write_bank(CORRECTED, NO_MEMORY);
	cost = poll();
	return bank_is_clear() ? cost : COST_FAILED;
}

static u32 raise(u64 mcgstatus)
{
	u32 cost;

	write_bank(SRAO, NO_MEMORY);
	wrmsrq(MSR_IA32_MCG_STATUS, mcgstatus);
	cost = COST_OF(asm volatile("int $18" : : : "memory"));
	return bank_is_clear() ? cost : COST_FAILED;
}

/* A broadcast exception: all CPUs meet, but there is only one. */
static u32 exception(void)
{
	return raise(MCG_STATUS_RIPV | MCG_STATUS_MCIP);
}

static u32 exception_local(void)
{
	return raise(MCG_STATUS_RIPV | MCG_STATUS_MCIP | MCG_STATUS_LMCES);
}

/* Written by the chain's blocks, which run while chain_cost_of() sleeps. */
static bool chain_measured;
static u32 chain_start, chain_cost;

static u32 chain_cost_of(u64 status, u8 severity)
{
	fresh_log();
	logged.m.status = status;
	logged.m.severity = severity;
	chain_cost = COST_FAILED;
	WRITE_ONCE(chain_measured, true);
	log_one();
	msleep(DRAIN_MS);
	WRITE_ONCE(chain_measured, false);
	return READ_ONCE(chain_cost);
}

static u32 chain_corrected(void)
{
	return chain_cost_of(CORRECTED, SEVERITY_KEEP);
}

static u32 chain_severe(void)
{
	return chain_cost_of(UCNA, SEVERITY_UCNA);
}

const struct bench bench_kernel[] = {
	{ "mce_log_first", log_first, .drain = true },
	{ "mce_log_later", log_later, .drain = true },
	{ "mce_log_full", log_full, .drain = true },
	{ "irq_work_first", irq_work_first, .drain = true },
	{ "irq_work_later", irq_work_later, .drain = true },
	{ "clocks", clocks },
	{ NULL },
};

const struct bench bench_capture[] = {
	{ "poll_empty", poll_empty, .drain = true },
	{ "poll_found", poll_found, .drain = true },
	{ "exception", exception, .drain = true },
	{ "exception_local", exception_local, .drain = true },
	{ NULL },
};

const struct bench bench_chain[] = {
	{ "chain_corrected", chain_corrected, .sleeps = true },
	{ "chain_severe", chain_severe, .sleeps = true },
	{ NULL },
};

/* Makes one corrected error with interrupts off. No page is ever taken for it. */
void bench_plant(u64 addr)
{
	mce_banks_t banks = {};

	bitmap_from_u64(banks, BIT_ULL(BANK));
	write_bank(CORRECTED, NO_MEMORY + addr);
	machine_check_poll(0, &banks);
}

/* Gives the kernel so many records of a corrected error, in any context. */
void bench_log(unsigned int count)
{
	while (count--)
		log_one();
}

/* Makes so many exceptions, each with an error that needs no action. Interrupts are off. */
void bench_raise(unsigned int count)
{
	while (count--)
		exception();
}

/* What bench_log() gives. */
void bench_fresh_log(void)
{
	fresh_log();
}

/* Whether records go through the whole chain, or end at its first block. */
void bench_let_through(bool whole)
{
	WRITE_ONCE(chain_measured, whole);
}

/*
 * First in the chain: keeps the measured records from being printed, and from taking pages. Where
 * the chain is measured they go through it, and the kernel takes them for decoded.
 */
static int swallow(struct notifier_block *nb, unsigned long action, void *data)
{
	struct mce *m = data;

	if (!READ_ONCE(chain_measured))
		return NOTIFY_STOP;
	m->kflags |= MCE_HANDLED_EDAC;
	chain_start = bench_count();
	return NOTIFY_DONE;
}

static int chain_ends(struct notifier_block *nb, unsigned long action, void *data)
{
	WRITE_ONCE(chain_cost, bench_count() - chain_start);
	return NOTIFY_DONE;
}

static struct notifier_block swallow_block = {
	.notifier_call = swallow,
	.priority = MCE_PRIO_HIGHEST,
};

static struct notifier_block end_block = {
	.notifier_call = chain_ends,
	.priority = MCE_PRIO_LOWEST,
};

/* Of blocks of the same priority the one that was registered last comes last. */
void bench_chain_begin(void)
{
	mce_register_decode_chain(&end_block);
}

void bench_chain_end(void)
{
	mce_unregister_decode_chain(&end_block);
}

void bench_kernel_init(void)
{
	mce_register_decode_chain(&swallow_block);
}

void bench_kernel_exit(void)
{
	mce_unregister_decode_chain(&swallow_block);
	irq_work_sync(&first_work);
	irq_work_sync(&second_work);
}
