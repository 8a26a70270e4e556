// SPDX-License-Identifier: GPL-2.0
/*
 * Which banks the module's polls look into, on each CPU. One bit stands for a bank in all masks.
 *
 * No poll looks into the firmware's banks, or into those whose bank<N>ctl the admin set to 0; and
 * into no bank at all while the kernel's ignore_ce is 1: the admin wants corrected errors to stay
 * where they are. machine_check_poll() itself leaves out the banks that the kernel does not poll
 * (its own bankN is 0).
 *
 * One reader for each bank
 * ------------------------
 * The kernel takes a bank whose CMCI it enabled out of its polls, so that only the interrupt reads
 * and clears it. Else a threshold above 1 would hardly ever be reached, as each poll clears the
 * count. With poll_banks at "quiet" the module does as the kernel does. It sees such a bank by bit
 * 30 of its MCi_CTL2, which CPUs that share the bank share, too. If CMCI is switched off
 * (cmci_disabled, mce=no_cmci), a bit that is still set is the firmware's doing, and tells nothing:
 * then the kernel polls the bank, and so does the module.
 *
 * Storms: up to v6.8 the kernel clears bit 30 of the banks that a CPU owns, and polls these once a
 * second. cmci_storm.c tells which banks these are. Its own timer polls them in between, and all
 * other polls still leave them out, on this CPU and on those that share them. From v6.9 on bit 30
 * stays set, and a threshold of 32749 marks the storm. Such a bank is left out by all polls, even
 * with poll_banks at "all": the kernel counts each poll as a quiet moment of the storm.
 *
 * On AMD a storm has no mark. From v6.19 on the kernel looks for storms there, too: its handler of
 * the threshold interrupt calls machine_check_poll(), which counts the errors of a bank in the last
 * minute, and ends a storm by 30 polls a second apart that find none. So where the handler is seen
 * to do that, all polls leave a bank out for a minute or two after such an interrupt that found an
 * error in it, and from when the kernel has declared a storm until it ends it: they neither count
 * in a storm nor end it. Deferred errors have another interrupt, which the kernel does not count.
 *
 * With poll_banks at "all" the timer and the file poll look into banks with CMCI as well. If CPUs
 * share such a bank, the interrupt on the one and the poll on the other may log an error twice.
 */
#include <mcewarden/poll_banks.h>

#include <linux/compiler.h>
#include <linux/cpumask.h>
#include <linux/ktime.h>
#include <linux/lockdep.h>
#include <linux/percpu.h>
#include <linux/string.h>
#include <linux/time64.h>
#include <asm/processor.h>
#include <mcewarden/bank_regs.h>
#include <mcewarden/cmci_throttle.h>
#include <mcewarden/firmware.h>
#include <mcewarden/mce_config.h>
#include <mcewarden/poll_scope.h>

/* Written by this CPU with interrupts off. */
static DEFINE_PER_CPU(u64, throttled_banks); /* the kernel throttles them, here or where shared */
static DEFINE_PER_CPU(u64, polled_banks); /* the result of the last look, for other CPUs */

#define KERNEL_STORM_NS (64ULL * NSEC_PER_SEC) /* so far back the kernel counts errors */

/* Banks with an error at an interrupt, in this period and in the one before. */
struct noted_banks {
	u64 now;
	u64 before;
	u64 since_ns; /* when this period began */
};

static DEFINE_PER_CPU(struct noted_banks, noted_banks);

static struct noted_banks *noted_banks_at(u64 now_ns)
{
	struct noted_banks *noted = this_cpu_ptr(&noted_banks);
	u64 passed = now_ns - noted->since_ns;

	if (passed >= KERNEL_STORM_NS) {
		noted->before = passed < 2 * KERNEL_STORM_NS ? noted->now : 0;
		noted->now = 0;
		noted->since_ns = now_ns;
	}
	return noted;
}

/**
 * mcw_poll_banks_unmarked_storms() - which of this CPU's banks may be in a storm without a mark
 *
 * Context: as mcw_poll_banks_look().
 * Return: banks of AMD's that are left out until that is over, and no register shows when it is.
 */
u64 mcw_poll_banks_unmarked_storms(void)
{
	u64 storming = mcw_cmci_throttle_storming();
	const struct noted_banks *noted;

	if (boot_cpu_data.x86_vendor != X86_VENDOR_AMD &&
	    boot_cpu_data.x86_vendor != X86_VENDOR_HYGON)
		return 0;
	if (!mcw_poll_scope_saw_handler())
		return storming;
	noted = noted_banks_at(ktime_get_mono_fast_ns());
	return noted->now | noted->before | storming;
}

/* Those that no poll may look into are left out. */
static u64 allowed_banks(void)
{
	if (mcw_mce_config_ignore_ce())
		return 0;
	return mcw_bank_regs_all() & ~(mcw_firmware_banks() | mcw_bank_regs_off() |
				       mcw_bank_regs_storming() | mcw_poll_banks_unmarked_storms());
}

/**
 * mcw_poll_banks_look() - find the banks that all polls but a storm's look into
 * @all: poll_banks is at "all"
 *
 * Context: interrupts off, any but NMI and #MC. mcw_bank_regs_look() ran on this CPU before.
 * Return: the banks.
 */
u64 mcw_poll_banks_look(bool all)
{
	u64 banks = allowed_banks();

	lockdep_assert_irqs_disabled();
	if (banks && !all && !mcw_mce_config_cmci_disabled())
		banks &= ~(mcw_bank_regs_cmci_enabled() | this_cpu_read(throttled_banks));
	WRITE_ONCE(*this_cpu_ptr(&polled_banks), banks);
	return banks;
}

/**
 * mcw_poll_banks_throttled() - find the banks that a storm's poll looks into
 *
 * Context: as mcw_poll_banks_look(), while the kernel throttles this CPU's interrupts.
 * Return: the banks that this CPU owns, and that do not interrupt.
 */
u64 mcw_poll_banks_throttled(void)
{
	return allowed_banks() & this_cpu_read(mcw_poll_scope.owned) &
	       ~mcw_bank_regs_cmci_enabled();
}

/**
 * mcw_poll_banks_set_throttled() - say which banks the kernel throttles
 * @banks: those that this CPU saw throttled; 0: none
 *
 * Context: as mcw_poll_banks_look().
 */
void mcw_poll_banks_set_throttled(u64 banks)
{
	if (banks)
		banks |= this_cpu_read(mcw_poll_scope.owned);
	this_cpu_write(throttled_banks, banks);
}

/**
 * mcw_poll_banks_saw_interrupt() - say in which banks a threshold interrupt found errors
 * @found: the banks
 * @now_ns: ktime_get_mono_fast_ns()
 *
 * Context: as mcw_poll_banks_look().
 */
void mcw_poll_banks_saw_interrupt(u64 found, u64 now_ns)
{
	noted_banks_at(now_ns)->now |= found;
}

/**
 * mcw_poll_banks_forget() - this CPU polls no bank any more
 *
 * Context: interrupts off.
 */
void mcw_poll_banks_forget(void)
{
	WRITE_ONCE(*this_cpu_ptr(&polled_banks), 0);
	memset(this_cpu_ptr(&noted_banks), 0, sizeof(struct noted_banks));
}

/**
 * mcw_poll_banks_polled() - the banks that polls look into on some CPU
 *
 * Context: any.
 * Return: those of all CPUs together, as of the last look of each.
 */
u64 mcw_poll_banks_polled(void)
{
	unsigned int cpu;
	u64 banks = 0;

	for_each_possible_cpu(cpu)
		banks |= READ_ONCE(per_cpu(polled_banks, cpu));
	return banks;
}
