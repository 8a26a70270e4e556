// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel's own ways: mce_log() into its pool, a poll that finds a planted error, a whole
 * exception, irq_work_queue(). The difference that mcewarden makes to the middle two is what
 * capture costs.
 *
 * An error is put where hardware would have it, in a bank's registers. The exception
 * is vector 18 raised by an instruction: the same entry, handler and return.
 */
#include <linux/bitmap.h>
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
#define MISC_PAGE 0x8c /* a physical address, of page granularity */
#define NO_MEMORY 0x8000000000ULL /* above what the machine has */
#define FILL 150 /* records that no kernel's pool takes, and past the limit of its messages */

static struct mce_hw_err logged;

static void log_one(void)
{
	mce_log((void *)&logged); /* a struct mce comes first, whatever it takes */
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

/* The first one of a CPU interrupts it; the next only joins the queue. */
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

/* As in each capture: when, on the clock since boot and on the wall's. */
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

/* Read and cleared by the kernel. */
static bool bank_is_clear(void)
{
	u64 status;

	rdmsrq(MSR_IA32_MCx_STATUS(BANK), status);
	return !status;
}

/* All banks, as the kernel's timer does. */
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

/* All CPUs come together, of which there is one. */
static u32 exception(void)
{
	return raise(MCG_STATUS_RIPV | MCG_STATUS_MCIP);
}

static u32 exception_local(void)
{
	return raise(MCG_STATUS_RIPV | MCG_STATUS_MCIP | MCG_STATUS_LMCES);
}

const struct bench bench_kernel[] = {
	{ "mce_log_first", log_first, true },
	{ "mce_log_later", log_later, true },
	{ "mce_log_full", log_full, true },
	{ "irq_work_first", irq_work_first, true },
	{ "irq_work_later", irq_work_later, true },
	{ "clocks", clocks, false },
	{ NULL, NULL, false },
};

const struct bench bench_capture[] = {
	{ "poll_empty", poll_empty, true },
	{ "poll_found", poll_found, true },
	{ "exception", exception, true },
	{ "exception_local", exception_local, true },
	{ NULL, NULL, false },
};

/* One corrected error for whoever reads, interrupts off. No page is ever taken for it. */
void bench_plant(u64 addr)
{
	mce_banks_t banks = {};

	bitmap_from_u64(banks, BIT_ULL(BANK));
	write_bank(CORRECTED, NO_MEMORY + addr);
	machine_check_poll(0, &banks);
}

/* First in the chain: what was measured is printed by nobody, and no page is taken for it. */
static int swallow(struct notifier_block *nb, unsigned long action, void *data)
{
	return NOTIFY_STOP;
}

static struct notifier_block swallow_block = {
	.notifier_call = swallow,
	.priority = MCE_PRIO_HIGHEST,
};

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
