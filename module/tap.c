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
 * their own CPU change; and atomic counters. The caller's record is not shared: nobody else has
 * it yet. Preemption is off because of the per-CPU words, and because a reserved slot must not
 * wait for the scheduler.
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
#include <mcewarden/ftrace_hook.h>
#include <mcewarden/wake.h>

#define MAX_LEVELS 8 /* process, softirq, hard interrupt, NMI, #MC, and room */
#define SETTLE_STEP_MS 50
#define SETTLE_MAX_MS 1000

/* Words of an event record, see uapi: mcw_head, mcw_regs, mcw_event. */
#define WORD_OF(member) (offsetof(struct mcw_record, member) / 8)

#define GRADES_SEVERE \
	(BIT(MCW_GRADE_DEFERRED) | BIT(MCW_GRADE_AO) | BIT(MCW_GRADE_UC) | BIT(MCW_GRADE_AR) | \
	 BIT(MCW_GRADE_PANIC))

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
static DEFINE_PER_CPU(u32, tap_levels);
static DEFINE_PER_CPU(struct irq_work, tap_wake_work);

static struct {
	void (*wake)(void);
	u64 caps_word; /* flags and cpu_caps of an event, flags still 0 */
	u64 source_word; /* source, phys_bits, generation, kernel_caps: source still 0 */
	u32 cookie; /* already in its bits of the mark */
	bool armed;
	bool passed_over; /* the newest record that the chain saw has no mark */
	time64_t armed_at;
} tap_state __read_mostly;

static atomic_long_t records_marked;
static atomic_long_t marks_taken; /* marks that the chain has seen */
static unsigned long last_taken; /* in jiffies; the chain writes it */

static bool is_severe_record(const struct mce *m)
{
	if (m->status & MCI_STATUS_UC)
		return true;
	if (m->severity <= MCW_GRADE_PANIC && BIT(m->severity) & GRADES_SEVERE)
		return true;
	/* On Intel this bit belongs to the corrected error count. */
	return m->status & MCI_STATUS_DEFERRED &&
	       (m->cpuvendor == X86_VENDOR_AMD || m->cpuvendor == X86_VENDOR_HYGON);
}

/* Called on the CPU and in the context where the kernel found the error. */
static u8 record_source(const struct mce *m, unsigned long context)
{
	if (m->mcgstatus & MCG_STATUS_MCIP)
		return MCW_SOURCE_EXCEPTION;
	if (m->bank == MCW_BANK_FIRMWARE)
		return MCW_SOURCE_FIRMWARE;
	if (context & MCW_CONTEXT_THRESHOLD_IRQ)
		return MCW_SOURCE_CMCI;
	if (m->severity == MCW_GRADE_NO)
		return MCW_SOURCE_PROCESS;
	/* Hardware that comes into the handler without MCIP: the record alone does not show it. */
	if (mcw_poll_scope_is_outside())
		return MCW_SOURCE_EXCEPTION;
	return MCW_SOURCE_POLL;
}

static void note_found_bank(const struct mce *m, u8 source, unsigned long context)
{
	unsigned long bit = BIT(m->bank % MAX_NR_BANKS);

	if (source == MCW_SOURCE_CMCI) {
		this_cpu_or(mcw_tap_found.by_interrupt, bit);
		this_cpu_inc(mcw_tap_found.interrupt_records);
	} else if (source == MCW_SOURCE_POLL && context & MCW_CONTEXT_STORM) {
		this_cpu_or(mcw_tap_found.by_poll, bit);
	}
}

static u32 record_flags(const struct mce *m, u8 source, unsigned long context)
{
	u32 flags = 0;

	if (unlikely(this_cpu_read(injectm.finished)))
		flags |= MCW_FLAG_INJECTED;
	if (unlikely(context)) {
		note_found_bank(m, source, context);
		/* An exception may interrupt the module's poll: the poll did not find that. */
		if (context & MCW_CONTEXT_BY_MODULE && source != MCW_SOURCE_EXCEPTION) {
			flags |= MCW_FLAG_BY_MODULE;
			this_cpu_or(mcw_capture_context, MCW_CONTEXT_FOUND);
		}
		if (context & MCW_CONTEXT_COMING && source == MCW_SOURCE_POLL)
			flags |= MCW_FLAG_LEFTOVER;
	}
	/* AMD's interrupts do not poll: then the flags are those of an older poll. */
	if (source == MCW_SOURCE_POLL && this_cpu_read(mcw_poll_scope.flags) & MCP_UC)
		flags |= MCW_FLAG_LEFTOVER;
	return flags;
}

static void write_record_regs(const struct mcw_reservation *res, const struct mce *m)
{
	const u64 *from = (const u64 *)m;
	unsigned int i;

	/* gcc would not unroll this by itself, and a loop trebles the cost of the copy. */
#pragma GCC unroll 16
	for (i = 0; i < WORD_OF(event.regs.microcode) - WORD_OF(event.regs); i++)
		mcw_reservation_write(res, WORD_OF(event.regs) + i, from[i]);
	/* The ABI must not show padding (the caller's stack) or the mark in kflags 63:32. */
	mcw_reservation_write(res, WORD_OF(event.regs.microcode), m->microcode);
	mcw_reservation_write(res, WORD_OF(event.regs.kflags), lower_32_bits(m->kflags));
}

/* Preemption is off. Returns the mark. */
static u32 capture_record(const struct mce_hw_err *err, u8 source, u32 flags)
{
	const struct mce *m = &err->m;
	unsigned int lane = is_severe_record(m) ? MCW_LANE_SEVERE : MCW_LANE_OTHER;
	u32 mark = mcw_mark_begin(tap_state.cookie, m->bank);
	u64 mono_ns = ktime_get_mono_fast_ns();
	u64 wall_ns = ktime_get_real_fast_ns();
	struct mcw_reservation res;

	if (!mcw_ring_reserve(lane, MCW_EVENT, &res))
		return mcw_mark_not_taken(mark);
	mcw_reservation_write(&res, WORD_OF(head.mono_ns), mono_ns);
	mcw_reservation_write(&res, WORD_OF(head.wall_ns), wall_ns);
	write_record_regs(&res, m);
	mcw_reservation_write(&res, WORD_OF(event.synd1), mce_hw_err_synd1(err));
	mcw_reservation_write(&res, WORD_OF(event.synd2), mce_hw_err_synd2(err));
	mcw_reservation_write(&res, WORD_OF(event.flags), tap_state.caps_word | flags);
	mcw_reservation_write(&res, WORD_OF(event.source), tap_state.source_word | source);
	mcw_ring_commit(lane, &res);
	mcw_wake_after_commit(this_cpu_ptr(&tap_wake_work));
	return mcw_mark_event(mark, lane, res.pos);
}

/*
 * Not inlined: that would cost all other records an instruction.
 *
 * Adds to an injected record what the kernel does not take from injectm. The threshold bits of
 * MCi_STATUS are valid only if MCG_CAP has TES_P, and the kernel reads MCG_CAP from the hardware.
 * On AMD it reads 0 for MCA_SYND and MCA_IPID.
 *
 * injectm is filled on this CPU with interrupts off, and is not changed before the kernel is done
 * with the record. An exception in between may read it too, and changes only a record of its own;
 * the bank tells a record of real hardware from the injected one, as in the kernel itself.
 */
static noinline void complete_injected(struct mce *m)
{
	m->mcgcap |= this_cpu_read(injectm.mcgcap) & MCW_MCGCAP_TES_P;
	if (m->bank != this_cpu_read(injectm.bank))
		return;
	if (!m->synd)
		m->synd = this_cpu_read(injectm.synd);
	if (!m->ipid)
		m->ipid = this_cpu_read(injectm.ipid);
}

/* Not in NMI: the kernel makes such a record in a context in which it may take locks. */
static void note_firmware_record(const struct mce *m, u32 mark)
{
	this_cpu_write(mcw_tap_firmware.addr, m->addr);
	this_cpu_write(mcw_tap_firmware.mark, mark);
	this_cpu_write(mcw_tap_firmware.is_new, true);
}

static void notrace tap_entry(unsigned long ip, unsigned long parent_ip, struct ftrace_ops *ops,
			      struct ftrace_regs *fregs)
{
	struct mce_hw_err *err = (struct mce_hw_err *)ftrace_regs_get_argument(fregs, 0);
	unsigned long context;
	u32 flags, mark;
	u8 source;

	preempt_disable_notrace();
	if (this_cpu_inc_return(tap_levels) <= MAX_LEVELS) {
		context = this_cpu_read(mcw_capture_context);
		source = record_source(&err->m, context);
		flags = record_flags(&err->m, source, context);
		if (unlikely(flags & MCW_FLAG_INJECTED))
			complete_injected(&err->m);
		mark = capture_record(err, source, flags);
		if (unlikely(source == MCW_SOURCE_FIRMWARE))
			note_firmware_record(&err->m, mark);
		/* Bits 63:32 of kflags; x86 is little-endian. */
		WRITE_ONCE(((u32 *)&err->m.kflags)[1], mark);
		atomic_long_inc(&records_marked);
	}
	this_cpu_dec(tap_levels);
	preempt_enable_notrace();
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
	int err = mcw_ftrace_hook(&tap_ops, "mce_gen_pool_add");

	if (err)
		return err;
	mcw_poll_scope_arm();
	tap_state.armed_at = ktime_get_real_seconds();
	tap_state.armed = true;
	return 0;
}

/**
 * mcw_tap_disarm() - stop capturing
 *
 * Context: process, may sleep. No CPU is inside the tap when it returns.
 */
void mcw_tap_disarm(void)
{
	mcw_poll_scope_disarm();
	if (tap_state.armed)
		mcw_ftrace_unhook(&tap_ops);
	tap_state.armed = false;
}

/**
 * mcw_tap_armed() - whether records are captured where they happen
 *
 * Context: any.
 * Return: true if the tap captures; false if the decode chain alone does.
 */
bool mcw_tap_armed(void)
{
	return tap_state.armed;
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
	return tap_state.armed && !READ_ONCE(tap_state.passed_over);
}

/* Called by the chain for each record. A record that is older than the tap proves nothing. */
static void note_passed_over(const struct mce *m, bool marked)
{
	bool passed_over = !marked && tap_state.armed && (time64_t)m->time > tap_state.armed_at;

	if (passed_over && !tap_state.passed_over)
		pr_warn("the tap did not see a record of bank %u: the decode chain captures it\n",
			m->bank);
	if (marked || passed_over)
		WRITE_ONCE(tap_state.passed_over, passed_over);
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
	if (!mcw_mark_is_valid(*mark, tap_state.cookie, err->m.bank)) {
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

	return max(atomic_long_read(&records_marked) - taken, 0L);
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
	mark = capture_record(err, source, MCW_FLAG_CHAIN);
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
	long all = atomic_long_read(&records_marked);
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
	tap_state.wake();
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
	tap_state.wake = wake_consumers;
	tap_state.caps_word = (u64)caps << 32;
	tap_state.source_word = (u64)boot_cpu_data.x86_phys_bits << 8 |
				mcw_kernel_grading_generation() << 16;
	if (IS_ENABLED(CONFIG_MEMORY_FAILURE))
		tap_state.source_word |= MCW_KCAP_MEMORY_FAILURE << 24;
	do {
		get_random_bytes(&tap_state.cookie, sizeof(tap_state.cookie));
		tap_state.cookie &= MCW_MARK_COOKIE;
	} while (!tap_state.cookie);
	for_each_possible_cpu(cpu)
		init_irq_work(per_cpu_ptr(&tap_wake_work, cpu), tap_wake);
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
		irq_work_sync(per_cpu_ptr(&tap_wake_work, cpu));
}
