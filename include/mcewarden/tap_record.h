/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the tap does with a record, for tap.c, whose first comment argues why it is correct, and for
 * tap_smca.c. Each is compiled by itself, so that the compiler spends nothing in one on the other's
 * needs: each instruction here is paid for by each record.
 */
#ifndef _MCEWARDEN_TAP_RECORD_H
#define _MCEWARDEN_TAP_RECORD_H

#include <linux/atomic.h>
#include <linux/bits.h>
#include <linux/compiler.h>
#include <linux/ftrace.h>
#include <linux/irq_work.h>
#include <linux/ktime.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <asm/mce.h>
#include <asm/processor.h>
#include <mcewarden/capture_context.h>
#include <mcewarden/mark.h>
#include <mcewarden/mca.h>
#include <mcewarden/poll_scope.h>
#include <mcewarden/ring.h>
#include <mcewarden/smca_counter.h>
#include <mcewarden/tap_notes.h>
#include <mcewarden/wake.h>

#define MAX_LEVELS 8 /* process, softirq, hard interrupt, NMI, #MC, and room */

/* Words of an event record, see uapi: mcw_head, mcw_regs, mcw_event. */
#define WORD_OF(member) (offsetof(struct mcw_record, member) / 8)

#define GRADES_SEVERE \
	(BIT(MCW_GRADE_DEFERRED) | BIT(MCW_GRADE_AO) | BIT(MCW_GRADE_UC) | BIT(MCW_GRADE_AR) | \
	 BIT(MCW_GRADE_PANIC))

struct mcw_tap_state {
	void (*wake)(void);
	u64 caps_word; /* flags and cpu_caps of an event, flags still 0 */
	u64 source_word; /* source, phys_bits, generation, kernel_caps: source still 0 */
	u32 cookie; /* already in its bits of the mark */
	bool armed;
	bool passed_over; /* the newest record that the chain saw has no mark */
	time64_t armed_at;
};

extern struct mcw_tap_state mcw_tap_state;
extern atomic_long_t mcw_tap_records_marked;
DECLARE_PER_CPU(u32, mcw_tap_levels);
DECLARE_PER_CPU(struct irq_work, mcw_tap_wake_work);

void mcw_tap_complete_injected(struct mce *m);
void mcw_tap_entry_smca(unsigned long ip, unsigned long parent_ip, struct ftrace_ops *ops,
			struct ftrace_regs *fregs);

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
static u32 capture_record(const struct mce_hw_err *err, u8 source, u32 flags, u32 counted)
{
	const struct mce *m = &err->m;
	unsigned int lane = is_severe_record(m) ? MCW_LANE_SEVERE : MCW_LANE_OTHER;
	u32 mark = mcw_mark_begin(mcw_tap_state.cookie, m->bank);
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
	mcw_reservation_write(&res, WORD_OF(event.flags), mcw_tap_state.caps_word | flags);
	mcw_reservation_write(&res, WORD_OF(event.source),
			      mcw_tap_state.source_word | source | (u64)counted << 32);
	mcw_ring_commit(lane, &res);
	mcw_wake_after_commit(this_cpu_ptr(&mcw_tap_wake_work));
	return mcw_mark_event(mark, lane, res.pos);
}

/* Not in NMI: the kernel makes such a record in a context in which it may take locks. */
static void note_firmware_record(const struct mce *m, u32 mark)
{
	this_cpu_write(mcw_tap_firmware.addr, m->addr);
	this_cpu_write(mcw_tap_firmware.mark, mark);
	this_cpu_write(mcw_tap_firmware.is_new, true);
}

/* @smca: a constant; whether the record may say how many errors it stands for. */
static __always_inline void tap_record(struct ftrace_regs *fregs, bool smca)
{
	struct mce_hw_err *err = (struct mce_hw_err *)ftrace_regs_get_argument(fregs, 0);
	unsigned long context;
	u32 flags, mark, counted = 0;
	u8 source;

	preempt_disable_notrace();
	if (this_cpu_inc_return(mcw_tap_levels) <= MAX_LEVELS) {
		context = this_cpu_read(mcw_capture_context);
		source = record_source(&err->m, context);
		flags = record_flags(&err->m, source, context);
		if (unlikely(flags & MCW_FLAG_INJECTED))
			mcw_tap_complete_injected(&err->m);
		else if (smca)
			counted = mcw_smca_counter_take(&err->m);
		mark = capture_record(err, source, flags, counted);
		if (unlikely(source == MCW_SOURCE_FIRMWARE))
			note_firmware_record(&err->m, mark);
		/* Bits 63:32 of kflags; x86 is little-endian. */
		WRITE_ONCE(((u32 *)&err->m.kflags)[1], mark);
		atomic_long_inc(&mcw_tap_records_marked);
	}
	this_cpu_dec(mcw_tap_levels);
	preempt_enable_notrace();
}

#endif /* _MCEWARDEN_TAP_RECORD_H */
