// SPDX-License-Identifier: GPL-2.0
/*
 * The tap captures machine-check records where they arise. The kernel passes every record to
 * mce_gen_pool_add(), and ftrace calls tap_entry() at the entry of that function, in the
 * context where the error was found.
 *
 * Who may interrupt whom
 * ----------------------
 * tap_entry() runs in #MC, in NMI, in hard interrupts and, with interrupts on, in soft interrupts
 * and in process context. A higher context may interrupt a lower one inside tap_entry() and run
 * it again. The two share the ring, which is built for this; mcw_poll_scope,
 * which tap_entry() only reads; mcw_capture_context and mcw_tap_found, which single instructions on
 * their own CPU change; smca_counter.c, which has an argument of its own; and atomic counters. The
 * caller's record is not shared: nobody else has it yet. Preemption is off because of the per-CPU
 * words, and because a reserved slot must not wait for the scheduler.
 *
 * tap_entry() never calls the function that it hooks, so it recurses only when a higher context
 * interrupts it, and that context has its own record to capture. The guard therefore counts
 * levels, and gives up only at more levels than there are contexts; the chain then captures the
 * record. In a #MC from user mode in_nmi(), in_hardirq() and the preempt count all claim
 * process context: nothing here relies on them.
 *
 * If another tracer hooks the same function, ftrace calls both through its list. The list has
 * its own recursion guard, which drops an exception nested in another one. The chain captures
 * that record.
 *
 * Exactly once
 * ------------
 * The tap puts its mark (mark.h) into kflags 63:32 of the caller's record, which no kernel uses,
 * with one 32-bit store before the kernel copies the record.
 *
 * The kernel uses one struct for all the banks of a scan. If the tap is taken off in the middle
 * of a scan, the struct still has the mark of the bank before; so the chain believes a mark only
 * if cookie and bank match. A record that the ring did not take was counted as refused or
 * dropped. The tap marks it too, or the chain would capture a record that was counted as lost.
 *
 * The module registers the chain blocks before it arms the tap. At unload it disarms the tap
 * first; unregister_ftrace_function() returns when no CPU is inside any more. The chain blocks
 * stay until the marked records have reached them (mcw_tap_settle()). The chain itself captures
 * the records that come without a mark from then on.
 */
#include <mcewarden/tap.h>

#include <linux/bits.h>
#include <linux/compiler.h>
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/ftrace.h>
#include <linux/irq_work.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/printk.h>
#include <linux/random.h>
#include <asm/cpufeature.h>
#include <asm/mce.h>
#include <asm/processor.h>
#include <mcewarden/kernel_grading.h>
#include <mcewarden/mark.h>
#include <mcewarden/plural.h>
#include <mcewarden/mca.h>
#include <mcewarden/paddrv.h>
#include <mcewarden/poll_scope.h>
#include <mcewarden/ring.h>
#include <mcewarden/tap_record.h>
#include <mcewarden/ftrace_hook.h>
#include <mcewarden/wake.h>

#define SETTLE_STEP_MS 50
#define SETTLE_MAX_MS 1000

static_assert(sizeof(struct mce) >= sizeof(struct mcw_regs));
static_assert(offsetof(struct mce, severity) == offsetof(struct mcw_regs, severity));
static_assert(offsetof(struct mce, bank) == offsetof(struct mcw_regs, bank));
static_assert(offsetof(struct mce, extcpu) == offsetof(struct mcw_regs, extcpu));
static_assert(offsetof(struct mce, mcgcap) == offsetof(struct mcw_regs, mcgcap));
static_assert(offsetof(struct mce, microcode) == offsetof(struct mcw_regs, microcode));
static_assert(offsetof(struct mce, kflags) == offsetof(struct mcw_regs, kflags));

DEFINE_PER_CPU(unsigned long, mcw_capture_context);
DEFINE_PER_CPU(struct mcw_tap_found, mcw_tap_found);
DEFINE_PER_CPU(struct mcw_tap_firmware, mcw_tap_firmware);
DEFINE_PER_CPU(u32, mcw_tap_levels);
DEFINE_PER_CPU(struct irq_work, mcw_tap_wake_work);

struct mcw_tap_state mcw_tap_state __read_mostly;

atomic_long_t mcw_tap_records_marked;
static atomic_long_t marks_taken; /* marks that the chain has seen */
static unsigned long last_taken; /* in jiffies; the chain writes it */

/**
 * mcw_tap_complete_injected() - add what the kernel does not take from injectm
 * @m: the injected record
 *
 * The threshold bits of
 * MCi_STATUS are valid only if MCG_CAP has TES_P, and the kernel reads MCG_CAP from the hardware.
 * On AMD it reads 0 for MCA_SYND and MCA_IPID.
 *
 * injectm is filled on this CPU with interrupts off, and is not changed before the kernel is done
 * with the record. An exception in between may read it too, and changes only a record of its own;
 * the bank tells a record of real hardware from the injected one, as in the kernel itself.
 *
 * Not inlined: that would cost all other records an instruction.
 *
 * Context: any, also NMI and #MC.
 */
noinline void mcw_tap_complete_injected(struct mce *m)
{
	m->mcgcap |= this_cpu_read(injectm.mcgcap) & MCW_MCGCAP_TES_P;
	if (m->bank != this_cpu_read(injectm.bank))
		return;
	if (!m->synd)
		m->synd = this_cpu_read(injectm.synd);
	if (!m->ipid)
		m->ipid = this_cpu_read(injectm.ipid);
}

static void notrace tap_entry(unsigned long ip, unsigned long parent_ip, struct ftrace_ops *ops,
			      struct ftrace_regs *fregs)
{
	tap_record(fregs, false);
}

static struct ftrace_ops tap_ops = {
	.func = tap_entry,
	.flags = FTRACE_OPS_FL_PERMANENT | FTRACE_OPS_FL_ARGUMENTS,
};

/**
 * mcw_tap_arm() - start capturing
 *
 * Context: process, may sleep. The chain block is registered.
 * Return: 0, or ftrace's error; then the chain alone captures.
 */
int mcw_tap_arm(void)
{
	int err;

	if (boot_cpu_has(X86_FEATURE_SMCA))
		tap_ops.func = mcw_tap_entry_smca;
	err = mcw_ftrace_hook(&tap_ops, "mce_gen_pool_add");
	if (err)
		return err;
	mcw_poll_scope_arm();
	mcw_tap_state.armed_at = ktime_get_real_seconds();
	WRITE_ONCE(mcw_tap_state.armed, true);
	return 0;
}

/**
 * mcw_tap_disarm() - stop capturing
 *
 * Context: process, may sleep. No CPU is inside the tap when it returns.
 */
void mcw_tap_disarm(void)
{
	bool armed = mcw_tap_state.armed;

	mcw_poll_scope_disarm();
	/*
	 * Before the unhook: from then on records come to the chain without a mark, and it must
	 * not say that the tap failed to see them.
	 */
	WRITE_ONCE(mcw_tap_state.armed, false);
	if (armed)
		mcw_ftrace_unhook(&tap_ops);
}

/**
 * mcw_tap_armed() - whether records are captured where they happen
 *
 * Context: any.
 * Return: true if the tap captures; false if the decode chain alone does.
 */
bool mcw_tap_armed(void)
{
	return READ_ONCE(mcw_tap_state.armed);
}

/**
 * mcw_tap_captures() - whether the tap still captures
 *
 * Code that hooks or replaces mce_gen_pool_add() in another way may silence the tap, and so may
 * ftrace once it failed to patch code. Then the records themselves show that: they come to the
 * chain without a mark.
 *
 * Context: any.
 * Return: false if the chain captured the newest record instead.
 */
bool mcw_tap_captures(void)
{
	return mcw_tap_armed() && !READ_ONCE(mcw_tap_state.passed_over);
}

/* Called by the chain for each record. A record that is older than the tap proves nothing. */
static void note_passed_over(const struct mce *m, bool marked)
{
	bool passed_over = !marked && mcw_tap_armed() && (time64_t)m->time > mcw_tap_state.armed_at;

	if (passed_over && !mcw_tap_state.passed_over)
		pr_warn("the tap did not see a record of bank %u: the decode chain captures it\n",
			m->bank);
	if (marked || passed_over)
		WRITE_ONCE(mcw_tap_state.passed_over, passed_over);
}

/**
 * mcw_tap_take_mark() - look for the tap's mark, and clear it
 * @err: a record that came to the decode chain
 * @mark: the mark; valid if the function returns true
 *
 * Clears the mark of an earlier load too: it would keep the kernel from printing the record.
 *
 * Context: the decode chain.
 * Return: true if the tap of this load has seen the record.
 */
bool mcw_tap_take_mark(struct mce_hw_err *err, u32 *mark)
{
	*mark = upper_32_bits(err->m.kflags);
	err->m.kflags = lower_32_bits(err->m.kflags);
	if (!mcw_mark_is_valid(*mark, mcw_tap_state.cookie, err->m.bank)) {
		note_passed_over(&err->m, false);
		return false;
	}
	note_passed_over(&err->m, true);
	atomic_long_inc(&marks_taken);
	WRITE_ONCE(last_taken, jiffies);
	return true;
}

/**
 * mcw_tap_not_taken() - how many marked records the chain has not seen
 *
 * They are on their way, or the kernel's pool dropped them, or the kernel never looks.
 *
 * Context: any.
 * Return: the number since the load.
 */
u64 mcw_tap_not_taken(void)
{
	long taken = atomic_long_read(&marks_taken);

	return max(atomic_long_read(&mcw_tap_records_marked) - taken, 0L);
}

/**
 * mcw_tap_last_taken() - when the chain saw a marked record last
 *
 * Context: any.
 * Return: in jiffies; when the tap was initialised if there was none.
 */
unsigned long mcw_tap_last_taken(void)
{
	return READ_ONCE(last_taken);
}

/**
 * mcw_tap_capture_late() - capture a record that the tap did not see
 * @err: the record
 *
 * Nobody knows by now which poll or interrupt found it, or whether it was injected.
 *
 * Context: the decode chain.
 * Return: the mark that the tap would have put into the record.
 */
u32 mcw_tap_capture_late(struct mce_hw_err *err)
{
	u8 source = MCW_SOURCE_UNKNOWN;
	u32 mark;

	if (err->m.mcgstatus & MCG_STATUS_MCIP)
		source = MCW_SOURCE_EXCEPTION;
	else if (err->m.bank == MCW_BANK_FIRMWARE)
		source = MCW_SOURCE_FIRMWARE;
	preempt_disable();
	mark = capture_record(err, source, MCW_FLAG_CHAIN, 0);
	preempt_enable();
	return mark;
}

/**
 * mcw_tap_settle() - wait for marked records that are on their way to the chain
 *
 * Records that the kernel's pool dropped never come. So this waits until none came for 50 ms, at
 * most 1 s, and logs how many are missing.
 *
 * Context: process, sleeps. The tap is off, the chain block is registered.
 */
void mcw_tap_settle(void)
{
	long all = atomic_long_read(&mcw_tap_records_marked);
	long before, after = atomic_long_read(&marks_taken);
	unsigned int waited;

	for (waited = 0; after < all && waited < SETTLE_MAX_MS; waited += SETTLE_STEP_MS) {
		before = after;
		msleep(SETTLE_STEP_MS);
		after = atomic_long_read(&marks_taken);
		if (after == before)
			break;
	}
	if (after < all)
		pr_info("%ld captured record%s did not reach the decode chain: the kernel dropped %s or will never print %s\n",
			all - after, mcw_plural(all - after), mcw_it_or_them(all - after),
			mcw_it_or_them(all - after));
}

static void tap_wake(struct irq_work *work)
{
	mcw_tap_state.wake();
}

/**
 * mcw_tap_init() - prepare for capture, by the tap or by the chain
 * @wake_consumers: called from irq_work after records were committed: in hard interrupt
 *	context (in a thread on PREEMPT_RT)
 *
 * Context: process.
 */
void mcw_tap_init(void (*wake_consumers)(void))
{
	u32 caps = 0;
	int cpu;

	if (boot_cpu_has(X86_FEATURE_OVERFLOW_RECOV))
		caps |= MCW_CAP_OVERFLOW_RECOV;
	if (boot_cpu_has(X86_FEATURE_SUCCOR))
		caps |= MCW_CAP_SUCCOR;
	if (boot_cpu_has(X86_FEATURE_SMCA))
		caps |= MCW_CAP_SMCA | mcw_paddrv_cap();
	last_taken = jiffies;
	mcw_tap_state.wake = wake_consumers;
	mcw_tap_state.caps_word = (u64)caps << 32;
	mcw_tap_state.source_word = (u64)boot_cpu_data.x86_phys_bits << 8 |
				    mcw_kernel_grading_generation() << 16;
	if (IS_ENABLED(CONFIG_MEMORY_FAILURE))
		mcw_tap_state.source_word |= MCW_KCAP_MEMORY_FAILURE << 24;
	do {
		get_random_bytes(&mcw_tap_state.cookie, sizeof(mcw_tap_state.cookie));
		mcw_tap_state.cookie &= MCW_MARK_COOKIE;
	} while (!mcw_tap_state.cookie);
	for_each_possible_cpu(cpu)
		init_irq_work(per_cpu_ptr(&mcw_tap_wake_work, cpu), tap_wake);
}

/**
 * mcw_tap_exit() - wait for the queued wake-ups
 *
 * Context: process, sleeps. The tap is disarmed and the chain blocks are gone.
 */
void mcw_tap_exit(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		irq_work_sync(per_cpu_ptr(&mcw_tap_wake_work, cpu));
}
