// SPDX-License-Identifier: GPL-2.0
/*
 * Asks the kernel to soft-offline a page, and reads what came of it.
 *
 * A module can only ask by memory_failure_queue(). The kernel then calls soft_offline_page() from
 * its own work item and throws the result away. A return probe (kretprobe) on that function reads
 * the result: 0, or an error such as EBUSY, EIO, or EOPNOTSUPP where the admin has switched soft
 * offline off. ftrace alone sees only the entry of a function.
 *
 * Who may interrupt whom
 * ----------------------
 * All state is one atomic word: the number of the page frame that was asked for, and a code. One
 * page is asked for at a time.
 *
 *	soft_offline.c's	writes ASKED for its page, before it asks, and reads the word. It
 *	work item		never runs concurrently with itself.
 *	the probe's handlers	run in any process that calls soft_offline_page(): the kernel's
 *				work items, one on each CPU, and those that use madvise() or sysfs.
 *				So they may run on several CPUs at once, and beside the work item.
 *				They change the word only by cmpxchg, and only if it has their page:
 *				at the entry from ASKED to INSIDE, at the return from INSIDE to the
 *				result. Only the call that changed the word at its entry has its
 *				return probed.
 *
 * So a call for another page changes nothing, nor does a late call for a page that was given up
 * for another one. If the page was asked for again meanwhile, or if somebody else called for it,
 * the result is about the same page, and as good.
 *
 * The function returns 0 for a page that is poisoned already, too. That may have happened between
 * the request and its begin, by an error that a process consumed. So the entry looks at the page,
 * and the result is EHWPOISON then. Between that look and the function's own lock memory_failure()
 * may still take the page: soft_offline.c asks failure_calls.c.
 *
 * The handlers run in process context with preemption disabled, as no interrupt calls
 * soft_offline_page(). They do nothing but cmpxchg, and look at the page's flags: they take no
 * lock, wake nobody and never print. So it does not matter which locks the caller holds, whether
 * the kernel is PREEMPT_RT, or which interrupt comes in between. The work item polls the word
 * instead of being woken.
 *
 * Where the probe is silent
 * -------------------------
 * It may not be there (no kretprobes in the kernel), be disabled (debugfs kprobes/enabled, or
 * kernel.ftrace_enabled was 0), or miss a call (no instance left). Then the word stays at ASKED, as
 * it does until the kernel begins. soft_offline.c waits for that for a minute. If the page is
 * poisoned then, it was taken unseen, so the probe is silent: until there is an answer again, it
 * goes by the page's flag and by time. It also gives up after a minute if INSIDE is never followed
 * by a result, as where the calling process was killed by an oops.
 *
 * Unload
 * ------
 * The work item is stopped first, so nobody asks any more. unregister_kretprobe() unlinks the
 * handlers and waits until none runs. A call that is inside then returns through the kernel's own
 * trampoline, which finds no handler. The requests in the kernel's queue do not refer to the
 * module.
 */
#include <mcewarden/soft_offline_result.h>

#include <linux/atomic.h>
#include <linux/errno.h>
#include <linux/kprobes.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/ptrace.h>
#include <mcewarden/missing.h>
#include <mcewarden/page_state.h>

/* The word: the number of the page frame, and a code below 1 << CODE_BITS. */
#define CODE_BITS 16
#define CODE_MASK ((1 << CODE_BITS) - 1)
#define CODE_ASKED 0xfffe
#define CODE_INSIDE 0xffff
/* Other codes are results: 0 or a positive errno. */

static atomic64_t asked_word;
static bool probe_registered;

static s64 word_of(unsigned long pfn, unsigned int code)
{
	return (s64)pfn << CODE_BITS | code;
}

/* What a call keeps from its entry to its return. */
struct call {
	unsigned long pfn;
	bool was_poisoned;
};

/* Returns 0 to have the return probed. */
static int soft_offline_entry(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	struct call *call = (struct call *)instance->data;
	s64 asked;

	call->pfn = regs_get_kernel_argument(regs, 0);
	call->was_poisoned = mcw_page_state((u64)call->pfn << PAGE_SHIFT) == MCW_PAGE_POISONED;
	asked = word_of(call->pfn, CODE_ASKED);
	return atomic64_cmpxchg(&asked_word, asked, word_of(call->pfn, CODE_INSIDE)) != asked;
}

NOKPROBE_SYMBOL(soft_offline_entry);

static int soft_offline_return(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	const struct call *call = (const struct call *)instance->data;
	int result = (int)regs_return_value(regs);
	unsigned int code = 0;

	if (result)
		code = result < 0 && result >= -MAX_ERRNO ? -result : EBUSY;
	else if (call->was_poisoned)
		code = EHWPOISON;
	atomic64_cmpxchg(&asked_word, word_of(call->pfn, CODE_INSIDE), word_of(call->pfn, code));
	return 0;
}

NOKPROBE_SYMBOL(soft_offline_return);

static struct kretprobe soft_offline_probe = {
	.kp.symbol_name = "soft_offline_page",
	.entry_handler = soft_offline_entry,
	.handler = soft_offline_return,
	.data_size = sizeof(struct call),
};

/**
 * mcw_soft_offline_ask() - ask the kernel to soft-offline a page
 * @page: the physical address of the page
 *
 * What was asked for before is forgotten.
 *
 * Context: the work item of soft_offline.c.
 */
void mcw_soft_offline_ask(u64 page)
{
	unsigned long pfn = page >> PAGE_SHIFT;

	atomic64_set(&asked_word, word_of(pfn, CODE_ASKED));
	/* Its spinlock orders the two: who takes the request out of the queue sees the word. */
	memory_failure_queue(pfn, MF_SOFT_OFFLINE);
}

/**
 * mcw_soft_offline_answer() - how far the kernel is with the page that was asked for
 * @err: set to 0 or a positive errno if the answer is MCW_ANSWER_GIVEN; EHWPOISON if the kernel
 *	began with a page that was poisoned already
 *
 * Context: any.
 * Return: see enum mcw_answer.
 */
enum mcw_answer mcw_soft_offline_answer(int *err)
{
	unsigned int code = atomic64_read(&asked_word) & CODE_MASK;

	if (code == CODE_ASKED)
		return MCW_ANSWER_NONE;
	if (code == CODE_INSIDE)
		return MCW_ANSWER_PENDING;
	*err = code;
	return MCW_ANSWER_GIVEN;
}

/**
 * mcw_soft_offline_result_init() - have the results of soft_offline_page() read
 *
 * If that is impossible, the log says so, and there is never an answer.
 *
 * Context: process, may sleep.
 * Return: whether they can be.
 */
bool mcw_soft_offline_result_init(void)
{
	int err = register_kretprobe(&soft_offline_probe);

	probe_registered = !err;
	if (err) {
		pr_warn("cannot probe soft_offline_page(): error %d; only page flags tell success\n",
			err);
		mcw_missing_note(MCW_MISSING_SOFT_OFFLINE);
	}
	return probe_registered;
}

/**
 * mcw_soft_offline_result_exit() - stop reading the results
 *
 * Context: process, sleeps. Nobody asks any more; no handler runs when it returns.
 */
void mcw_soft_offline_result_exit(void)
{
	if (probe_registered)
		unregister_kretprobe(&soft_offline_probe);
}
