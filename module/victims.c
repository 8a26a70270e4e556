// SPDX-License-Identifier: GPL-2.0
/*
 * Says whom a bad page hit: a probe on the tracepoint signal:signal_generate writes a VICTIM record
 * for each signal that the kernel sends because of one.
 *
 *	inside a call of memory_failure()	SIGBUS or SIGKILL to any task that uses the page:
 *						the page is the call's
 *	BUS_MCEERR_AR to the current task	it touched a page that was taken before, perhaps
 *						hours ago: the page is in its page tables, where
 *						memory_failure() left an entry that says so. KVM
 *						sends the same for a guest's touch.
 *	SI_KERNEL SIGBUS to the current task,	it consumed an error, and the page could not be
 *	with a new exception of its address	taken, or it cannot go on: the page is the event's
 *
 * A task may send itself any siginfo by rt_sigqueueinfo() and the like: what comes from those
 * system calls is not believed.
 *
 * Who may interrupt whom
 * ----------------------
 * The probe runs with interrupts disabled and the receiver's siglock held, on any CPU, for every
 * signal of the machine. It leaves at once unless the signal is SIGBUS or SIGKILL. It takes
 * failure_calls.c's lock, which is a leaf, sleeps never, and sends no signal. The receiver's name
 * may change meanwhile; it is copied as it is, and ended.
 *
 * With interrupts disabled no page table of the current task can be freed by another thread: the
 * kernel's own fast walk (get_user_pages_fast()) stands on the same.
 */
#include <mcewarden/victims.h>

#include <linux/kernel.h>
#include <linux/leafops.h>
#include <linux/mm.h>
#include <linux/pgtable.h>
#include <linux/pid.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sched/task_stack.h>
#include <linux/string.h>
#include <linux/tracepoint.h>
#include <asm/syscall.h>
#include <asm/unistd.h>
#include <trace/events/signal.h>
#include <mcewarden/failure_calls.h>
#include <mcewarden/missing.h>
#include <mcewarden/notice.h>
#include <mcewarden/ring.h>
#include <mcewarden/sysfs.h>

#define EXCEPTIONS_LOOKED_AT 16 /* newest severe events */
#define EXCEPTION_IS_NEW_NS (10 * NSEC_PER_SEC)

static MCW_COUNTER(victims_seen, seen);
static MCW_COUNTER(victims_unlisted, unlisted);

static struct attribute *victims_stats_attrs[] = {
	&victims_seen.attr.attr,
	&victims_unlisted.attr.attr,
	NULL,
};

const struct attribute_group mcw_victims_stats = { .name = "victims",
						   .attrs = victims_stats_attrs };

static struct tracepoint *signal_tracepoint;
static bool signals_watched;

/* Returns the page that an entry for a poisoned page names, or MCW_NO_PAGE. */
static u64 page_of_entry(pte_t entry, unsigned long address, unsigned long size)
{
	softleaf_t leaf;

	if (pte_none(entry) || pte_present(entry))
		return MCW_NO_PAGE;
	leaf = softleaf_from_pte(entry);
	if (!softleaf_is_hwpoison(leaf))
		return MCW_NO_PAGE;
	return ((u64)softleaf_to_pfn(leaf) << PAGE_SHIFT) + (address & (size - 1) & PAGE_MASK);
}

/* Finds the poisoned page at an address of the current task. Interrupts are disabled. */
static u64 poisoned_page_at(unsigned long address)
{
	pgd_t *pgd;
	p4d_t *p4d;
	pud_t *pud, pud_value;
	pmd_t *pmd, pmd_value;

	if (!current->mm || address >= TASK_SIZE_MAX)
		return MCW_NO_PAGE;
	pgd = pgd_offset(current->mm, address);
	if (pgd_none(READ_ONCE(*pgd)) || pgd_bad(READ_ONCE(*pgd)))
		return MCW_NO_PAGE;
	p4d = p4d_offset(pgd, address);
	if (p4d_none(READ_ONCE(*p4d)) || p4d_bad(READ_ONCE(*p4d)))
		return MCW_NO_PAGE;
	pud = pud_offset(p4d, address);
	pud_value = READ_ONCE(*pud);
	if (pud_none(pud_value))
		return MCW_NO_PAGE;
	if (!pud_present(pud_value))
		return page_of_entry(__pte(pud_val(pud_value)), address, PUD_SIZE);
	if (pud_bad(pud_value))
		return MCW_NO_PAGE;
	pmd = pmd_offset(pud, address);
	pmd_value = READ_ONCE(*pmd);
	if (pmd_none(pmd_value))
		return MCW_NO_PAGE;
	if (!pmd_present(pmd_value))
		return page_of_entry(__pte(pmd_val(pmd_value)), address, PMD_SIZE);
	if (pmd_bad(pmd_value))
		return MCW_NO_PAGE;
	return page_of_entry(READ_ONCE(*pte_offset_kernel(&pmd_value, address)), address,
			     PAGE_SIZE);
}

/* The kernel passes 0 or 1 for a signal without siginfo. */
static bool has_no_siginfo(const struct kernel_siginfo *info)
{
	return info == SEND_SIG_NOINFO || info == SEND_SIG_PRIV;
}

/* Whether the current task is in a system call that sends a siginfo of the caller's. */
static bool sends_own_siginfo(void)
{
	const struct pt_regs *regs = task_pt_regs(current);
	int nr;

	if (current->flags & PF_KTHREAD || !regs)
		return false;
	nr = syscall_get_nr(current, task_pt_regs(current));
	switch (nr) {
	case __NR_rt_sigqueueinfo:
	case __NR_rt_tgsigqueueinfo:
	case __NR_pidfd_send_signal:
	case 178: /* rt_sigqueueinfo and rt_tgsigqueueinfo of 32-bit programs */
	case 335:
		return true;
	default:
		return false;
	}
}

/* Finds a new exception at the address that the current task consumed; its page, or MCW_NO_PAGE. */
static u64 page_consumed(void)
{
	u64 now = ktime_get_mono_fast_ns(), pos;
	struct mcw_cursor newest;
	struct mcw_record rec;
	unsigned int i;

	if (!current->mce_addr)
		return MCW_NO_PAGE;
	mcw_ring_seek_newest(MCW_LANE_SEVERE, &newest);
	pos = mcw_cursor_pos(&newest);
	for (i = 0; i < EXCEPTIONS_LOOKED_AT && pos > 0; i++) {
		pos--;
		if (mcw_ring_get_late(MCW_LANE_SEVERE, pos, &rec) == MCW_LOOK_GOT &&
		    rec.event.source == MCW_SOURCE_EXCEPTION &&
		    rec.event.regs.addr == current->mce_addr &&
		    rec.head.mono_ns + EXCEPTION_IS_NEW_NS > now)
			return rec.event.regs.addr & PAGE_MASK;
	}
	return MCW_NO_PAGE;
}

static void put_victim(int sig, const struct kernel_siginfo *info, struct task_struct *task,
		       u8 cause, u64 page)
{
	struct mcw_victim victim = {
		.page = page,
		.pid = task_tgid_nr(task),
		.tid = task_pid_nr(task),
		.signal = sig,
		.code = SI_KERNEL,
		.cause = cause,
	};

	if (!has_no_siginfo(info)) {
		victim.code = info->si_code;
		if (info->si_code == BUS_MCEERR_AR || info->si_code == BUS_MCEERR_AO) {
			victim.address = (uintptr_t)info->si_addr;
			victim.lsb = info->si_addr_lsb;
		}
	}
	/* The task may change its name meanwhile: then it is a mix of both, ended below. */
	data_race(memcpy(victim.comm, task->comm, sizeof(victim.comm)));
	victim.comm[sizeof(victim.comm) - 1] = '\0';
	mcw_notice_victim(&victim);
}

/* A signal to the current task, of which no call of memory_failure() is the reason. */
static void look_at_own(int sig, const struct kernel_siginfo *info)
{
	bool special = has_no_siginfo(info);
	u64 page;

	if (sig != SIGBUS || sends_own_siginfo())
		return;
	if (!special && info->si_code == BUS_MCEERR_AR) {
		page = poisoned_page_at((uintptr_t)info->si_addr);
		mcw_counter_add(&victims_seen, 1);
		put_victim(sig, info, current, MCW_VICTIM_TOUCHED, page);
	} else if (special || info->si_code == SI_KERNEL) {
		page = page_consumed();
		if (page == MCW_NO_PAGE)
			return;
		mcw_counter_add(&victims_seen, 1);
		put_victim(sig, info, current, MCW_VICTIM_CONSUMED, page);
	}
}

static void signal_probe(void *data, int sig, struct kernel_siginfo *info, struct task_struct *task,
			 int group, int result)
{
	u32 victims;
	u64 page;

	if (likely(sig != SIGBUS && sig != SIGKILL))
		return;
	if (!in_task())
		return;
	if (mcw_failure_call_here(&page, &victims)) {
		mcw_counter_add(&victims_seen, 1);
		if (victims <= MCW_VICTIMS_LISTED)
			put_victim(sig, info, task, MCW_VICTIM_TAKEN, page);
		else
			mcw_counter_add(&victims_unlisted, 1);
	} else if (task == current) {
		look_at_own(sig, info);
	}
}

static void find_tracepoint(struct tracepoint *tp, void *data)
{
	if (!strcmp(tp->name, "signal_generate"))
		signal_tracepoint = tp;
}

/**
 * mcw_victims_lost() - how many victims got no record
 *
 * Context: any.
 * Return: the number since the load.
 */
u64 mcw_victims_lost(void)
{
	return atomic64_read(&victims_unlisted.value);
}

/**
 * mcw_victims_init() - watch for signals
 *
 * If the kernel does not allow it, the log says so, and there are no victims.
 *
 * Context: process, may sleep.
 * Return: 0.
 */
int mcw_victims_init(void)
{
	int err = -ENOENT;

	/* Fails to compile where the kernel's tracepoint has other arguments. */
	check_trace_callback_type_signal_generate(signal_probe);
	for_each_kernel_tracepoint(find_tracepoint, NULL);
	if (signal_tracepoint)
		err = tracepoint_probe_register(signal_tracepoint, signal_probe, NULL);
	signals_watched = !err;
	if (err) {
		pr_warn("cannot watch tracepoint signal:signal_generate: error %d; no record will name victims\n",
			err);
		mcw_missing_note(MCW_MISSING_VICTIMS);
	}
	return 0;
}

/**
 * mcw_victims_exit() - stop watching
 *
 * Context: process, sleeps. A probe may still run until main.c has waited for all probes.
 */
void mcw_victims_exit(void)
{
	if (!signals_watched)
		return;
	tracepoint_probe_unregister(signal_tracepoint, signal_probe, NULL);
	signals_watched = false;
}
