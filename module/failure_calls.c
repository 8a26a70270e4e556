// SPDX-License-Identifier: GPL-2.0
/*
 * Watches all calls of the kernel's memory_failure(). No record says how such a call ended, which
 * kind of page it found, or whom it killed; and other parts of the kernel call it too.
 *
 *	begin	the entry handler of a return probe (kretprobe) on memory_failure()
 *	result	a probe on the tracepoint ras:memory_failure_event, which fires inside the call
 *	victim	victims.c's probe on signal:signal_generate, inside the call too
 *	end	the handler of the return probe
 *
 * The parts are told to be of one call by the task: all run in the task that called.
 *
 * Who may interrupt whom
 * ----------------------
 * memory_failure() is only called in process context. So the handlers run in process context with
 * preemption disabled, on several CPUs at once, but never one inside another on a CPU. victims.c
 * comes with interrupts disabled and a siglock held. Everything is under calls_lock, a raw spinlock
 * that is taken with interrupts disabled, is a leaf, and is held for a bounded time. Neither NMI
 * nor #MC takes it.
 *
 * A call moves from running to ended under the lock. So whoever first finds that no call runs for a
 * page, and then looks for its result, finds the result of every call that ran before.
 *
 * Where the probe is silent
 * -------------------------
 * It may not be there (no kretprobes in the kernel), or miss a call (no instance or no room left:
 * counted in failure_calls/missed). Then nothing is known of the call. Where the caller was killed
 * by an oops inside, its slot stays in use; a later task whose structure lies at the same address
 * has another time of start, and takes that slot over with its own call.
 *
 * Which call took the page
 * ------------------------
 * The result does not tell: for a page that was poisoned already it is -EHWPOISON, but it may be 0
 * or -EFAULT for a task that consumed the error, and is 0 up to v5.12. From v6.11 on it is
 * -EHWPOISON, too, for a huge page that cannot be split. Nor does each page fire the tracepoint. So
 * a call took the page if that was not poisoned at its entry and is at its return, unless another
 * call took it meanwhile. That may be on its way to the return probe: then the tracepoint, which
 * fires before the kernel lets go of its lock, tells which of the two it was.
 *
 * Unload
 * ------
 * The tracepoint's probe goes first, then the return probe, whose handlers do not run any more when
 * that is done. A call inside returns by the kernel's own trampoline. The irq_work is waited for.
 */
#include <mcewarden/failure_calls.h>

#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/irq_work.h>
#include <linux/kernel.h>
#include <linux/kprobes.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/tracepoint.h>
#include <trace/events/memory-failure.h>
#include <asm/processor.h>
#include <mcewarden/chain.h>
#include <mcewarden/missing.h>
#include <mcewarden/page_state.h>
#include <mcewarden/page_type.h>
#include <mcewarden/sysfs.h>
#include <uapi/mcewarden.h>

#define RUNNING 64
#define ENDED 256

static DEFINE_RAW_SPINLOCK(calls_lock); /* guards all below but by_module */
static struct {
	struct task_struct *task; /* only to compare; NULL: not in use */
	u64 task_start; /* tells it from a later task at the same address */
	bool acted; /* the kernel did something about the page */
	struct mcw_failure_call call;
} running[RUNNING];
static struct mcw_failure_call ended[ENDED]; /* the newest at ended_count - 1 */
static u64 ended_count;
static u64 next_count; /* of the call that mcw_failure_call_next() gets next */
static u64 lapped_count; /* calls of others that it never got */
static u64 missed_count; /* calls that had no slot */
static struct task_struct *by_module; /* the module's own caller; only to compare */
static int module_err; /* of its call; 1: that was not seen. Only that task uses it */

static void (*call_ended)(void);
static struct tracepoint *failure_tracepoint;
static bool failure_watched, calls_watched;

static void tell_ended(struct irq_work *work)
{
	call_ended();
}

static struct irq_work ended_work;

static int find_slot(const struct task_struct *task)
{
	int i;

	for (i = 0; i < RUNNING; i++)
		if (running[i].task == task)
			return i;
	return -1;
}

/* Returns the slot of the call that the current task is inside of, or -1. */
static int find_current(void)
{
	int slot = find_slot(current);

	return slot >= 0 && running[slot].task_start == current->start_boottime ? slot : -1;
}

/* The address may have an encryption key above the physical bits. */
static u64 page_of(u64 address)
{
	return address & (BIT_ULL(boot_cpu_data.x86_phys_bits) - 1) & PAGE_MASK;
}

static enum mcw_failure_caller caller_of(u64 page, int flags)
{
	const struct mce *m;
	u32 mark;

	if (READ_ONCE(by_module) == current)
		return MCW_CALLER_MODULE;
	if (mcw_chain_runs_here(&mark, &m))
		return MCW_CALLER_CHAIN;
	/*
	 * Its own exception, whose address stays in the task. Where the kernel read the page for
	 * the task, the call comes without MF_ACTION_REQUIRED. madvise() has a count of the page.
	 */
	if (!(flags & (MF_COUNT_INCREASED | MF_SW_SIMULATED)) && current->mce_addr &&
	    page_of(current->mce_addr) == page)
		return MCW_CALLER_TASK;
	return MCW_CALLER_OTHER;
}

/* What a call keeps from its entry to its return. */
struct kept {
	int slot;
	bool was_poisoned;
	u64 entry_ns;
};

/* Returns 0 to have the return probed. */
static int failure_entry(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	struct kept *kept = (struct kept *)instance->data;
	u64 page = (u64)regs_get_kernel_argument(regs, 0) << PAGE_SHIFT;
	enum mcw_failure_caller caller = caller_of(page, regs_get_kernel_argument(regs, 1));
	unsigned long irqs;

	kept->entry_ns = ktime_get_mono_fast_ns();
	kept->was_poisoned = mcw_page_state(page) == MCW_PAGE_POISONED;
	raw_spin_lock_irqsave(&calls_lock, irqs);
	/* memory_failure() never calls itself: a slot of this task is one that an oops left. */
	kept->slot = find_slot(current);
	if (kept->slot < 0)
		kept->slot = find_slot(NULL);
	if (kept->slot < 0) {
		missed_count++;
	} else {
		running[kept->slot].task = current;
		running[kept->slot].task_start = current->start_boottime;
		running[kept->slot].acted = false;
		running[kept->slot].call = (struct mcw_failure_call){
			.page = page,
			.caller = caller,
		};
	}
	raw_spin_unlock_irqrestore(&calls_lock, irqs);
	return kept->slot < 0;
}

NOKPROBE_SYMBOL(failure_entry);

/* The caller has the lock. Returns the newest fitting call, or NULL. */
static const struct mcw_failure_call *find_ended(u64 page, u64 since_ns, bool took)
{
	u64 i;

	for (i = ended_count; i > 0 && i + ENDED > ended_count; i--) {
		const struct mcw_failure_call *c = &ended[(i - 1) % ENDED];

		if (c->page == page && c->end_ns >= since_ns && c->took >= took)
			return c;
	}
	return NULL;
}

static bool is_running(u64 page, int but)
{
	int i;

	for (i = 0; i < RUNNING; i++)
		if (i != but && running[i].task && running[i].call.page == page)
			return true;
	return false;
}

/* Whether the call took the page, which is poisoned at its return. The caller has the lock. */
static bool has_taken(const struct kept *kept, int err)
{
	u64 page = running[kept->slot].call.page;

	return !kept->was_poisoned && !find_ended(page, kept->entry_ns, true) &&
	       (running[kept->slot].acted || (err != -EHWPOISON && !is_running(page, kept->slot)));
}

/* Makes room for one more ended call. The caller has the lock. */
static void drop_oldest(void)
{
	if (ended_count - next_count < ENDED)
		return;
	lapped_count += ended[next_count % ENDED].caller == MCW_CALLER_OTHER;
	next_count++;
}

static int failure_return(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	const struct kept *kept = (const struct kept *)instance->data;
	struct mcw_failure_call *call = &running[kept->slot].call;
	int err = (int)regs_return_value(regs);
	bool poisoned = mcw_page_state(call->page) == MCW_PAGE_POISONED;
	unsigned long irqs;

	raw_spin_lock_irqsave(&calls_lock, irqs);
	call->end_ns = ktime_get_mono_fast_ns();
	call->took = poisoned && has_taken(kept, err);
	call->err = err;
	if (call->took && err == -EHWPOISON)
		call->err = -EBUSY;
	else if (poisoned && !call->took && (!err || err == -EFAULT))
		call->err = -EHWPOISON;
	if (call->caller == MCW_CALLER_MODULE)
		module_err = call->err;
	drop_oldest();
	ended[ended_count++ % ENDED] = *call;
	running[kept->slot].task = NULL;
	raw_spin_unlock_irqrestore(&calls_lock, irqs);
	irq_work_queue(&ended_work);
	return 0;
}

NOKPROBE_SYMBOL(failure_return);

static struct kretprobe failure_probe = {
	.kp.symbol_name = "memory_failure",
	.entry_handler = failure_entry,
	.handler = failure_return,
	.data_size = sizeof(struct kept),
	.maxactive = RUNNING,
};

static void failure_event_probe(void *data, unsigned long pfn, int type, int result)
{
	static const u8 results[] = {
		[MF_IGNORED] = MCW_RESULT_IGNORED,
		[MF_FAILED] = MCW_RESULT_FAILED,
		[MF_DELAYED] = MCW_RESULT_DELAYED,
		[MF_RECOVERED] = MCW_RESULT_RECOVERED,
	};
	unsigned long irqs;
	int slot;

	raw_spin_lock_irqsave(&calls_lock, irqs);
	slot = find_current();
	if (slot >= 0) {
		struct mcw_failure_call *call = &running[slot].call;

		if (result >= 0 && result < ARRAY_SIZE(results))
			call->result = results[result];
		strscpy(call->page_type, mcw_page_type_name(type), sizeof(call->page_type));
		running[slot].acted = strcmp(call->page_type, "already poisoned");
	}
	raw_spin_unlock_irqrestore(&calls_lock, irqs);
}

/**
 * mcw_failure_call() - call memory_failure() for the module
 * @page: physical address of the page
 * @flags: MF_*
 *
 * Context: recovery's work item, which never runs concurrently with itself; sleeps.
 * Return: what it returned: 0 or a negative errno; as mcw_failure_call.err if the call was seen.
 */
int mcw_failure_call(u64 page, int flags)
{
	int err;

	module_err = 1;
	WRITE_ONCE(by_module, current);
	err = memory_failure(page >> PAGE_SHIFT, flags);
	WRITE_ONCE(by_module, NULL);
	return module_err <= 0 ? module_err : err;
}

/**
 * mcw_failure_call_runs() - whether a call for a page is under way
 * @page: physical address of the page
 *
 * Context: any but NMI and #MC.
 * Return: true if there is one.
 */
bool mcw_failure_call_runs(u64 page)
{
	unsigned long irqs;
	bool runs;

	raw_spin_lock_irqsave(&calls_lock, irqs);
	runs = is_running(page, -1);
	raw_spin_unlock_irqrestore(&calls_lock, irqs);
	return runs;
}

/**
 * mcw_failure_call_ended() - find the newest call for a page that has ended
 * @page: physical address of the page
 * @since_ns: only calls that ended then or later, as mcw_head.mono_ns
 * @took: pass over calls that did not take the page, unless none did
 * @call: set to the call
 *
 * Context: any but NMI and #MC.
 * Return: false if none of the newest calls is for that page.
 */
bool mcw_failure_call_ended(u64 page, u64 since_ns, bool took, struct mcw_failure_call *call)
{
	const struct mcw_failure_call *found = NULL;
	unsigned long irqs;

	raw_spin_lock_irqsave(&calls_lock, irqs);
	if (took)
		found = find_ended(page, since_ns, true);
	if (!found)
		found = find_ended(page, since_ns, false);
	if (found)
		*call = *found;
	raw_spin_unlock_irqrestore(&calls_lock, irqs);
	return found;
}

/**
 * mcw_failure_call_took() - whether memory_failure() took a page
 * @page: physical address of the page
 * @since_ns: only calls that ended then or later, as mcw_head.mono_ns
 *
 * Context: any but NMI and #MC.
 * Return: false if no call did, as far as is known.
 */
bool mcw_failure_call_took(u64 page, u64 since_ns)
{
	struct mcw_failure_call call;

	return mcw_failure_call_ended(page, since_ns, true, &call) && call.took;
}

/**
 * mcw_failure_call_next() - get the ended calls one by one
 * @call: set to the call
 *
 * Calls of others that came and went faster than they were got are counted as missed.
 *
 * Context: recovery's work item, which never runs concurrently with itself.
 * Return: false if there is none yet.
 */
bool mcw_failure_call_next(struct mcw_failure_call *call)
{
	unsigned long irqs;
	bool found;

	raw_spin_lock_irqsave(&calls_lock, irqs);
	found = next_count < ended_count;
	if (found)
		*call = ended[next_count++ % ENDED];
	raw_spin_unlock_irqrestore(&calls_lock, irqs);
	return found;
}

/**
 * mcw_failure_call_here() - whether the current task is inside a call, and gets a victim
 * @page: set to the physical address of the page
 * @victims: set to the victims of this call so far, with this one
 *
 * Context: any but NMI and #MC.
 * Return: false if it is inside no call that the module has seen.
 */
bool mcw_failure_call_here(u64 *page, u32 *victims)
{
	unsigned long irqs;
	int slot;

	raw_spin_lock_irqsave(&calls_lock, irqs);
	slot = find_current();
	if (slot >= 0) {
		*page = running[slot].call.page;
		*victims = ++running[slot].call.victims;
	}
	raw_spin_unlock_irqrestore(&calls_lock, irqs);
	return slot >= 0;
}

/**
 * mcw_failure_calls_lost() - how many calls of memory_failure() were not seen
 *
 * Context: any but NMI and #MC.
 * Return: the number since the load.
 */
u64 mcw_failure_calls_lost(void)
{
	unsigned long irqs;
	u64 missed;

	raw_spin_lock_irqsave(&calls_lock, irqs);
	missed = missed_count + lapped_count;
	raw_spin_unlock_irqrestore(&calls_lock, irqs);
	return missed + failure_probe.nmissed;
}

static ssize_t seen_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	u64 lapped = READ_ONCE(lapped_count);

	return sysfs_emit(buf, "%llu\n", READ_ONCE(ended_count) - lapped);
}

static ssize_t missed_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%llu\n", mcw_failure_calls_lost());
}

static struct kobj_attribute seen_attr = __ATTR(seen, 0444, seen_show, NULL);
static struct kobj_attribute missed_attr = __ATTR(missed, 0444, missed_show, NULL);

static struct attribute *failure_calls_attrs[] = { &seen_attr.attr, &missed_attr.attr, NULL };

const struct attribute_group mcw_failure_calls_stats = { .name = "failure_calls",
							 .attrs = failure_calls_attrs };

static void find_tracepoint(struct tracepoint *tp, void *data)
{
	if (!strcmp(tp->name, "memory_failure_event"))
		failure_tracepoint = tp;
}

/**
 * mcw_failure_calls_init() - begin to watch
 * @ended: called when a call has ended, in hard interrupt context
 *
 * If the kernel does not allow it, the log says so, and no call is seen.
 *
 * Context: process, may sleep. The chain's blocks are registered.
 * Return: 0.
 */
int mcw_failure_calls_init(void (*ended)(void))
{
	int err;

	call_ended = ended;
	init_irq_work(&ended_work, tell_ended);
	err = register_kretprobe(&failure_probe);
	calls_watched = !err;
	if (err) {
		pr_warn("cannot probe memory_failure(): error %d; outcomes and victims are less exact\n",
			err);
		mcw_missing_note(MCW_MISSING_PAGE_CALLS);
		return 0;
	}
	/* Fails to compile where the kernel's tracepoint has other arguments. */
	check_trace_callback_type_memory_failure_event(failure_event_probe);
	for_each_kernel_tracepoint(find_tracepoint, NULL);
	err = -ENOENT;
	if (failure_tracepoint)
		err = tracepoint_probe_register(failure_tracepoint, failure_event_probe, NULL);
	failure_watched = !err;
	if (err) {
		pr_warn("cannot watch tracepoint ras:memory_failure_event: error %d; outcomes will not name page types\n",
			err);
		mcw_missing_note(MCW_MISSING_PAGE_TYPES);
	}
	return 0;
}

/**
 * mcw_failure_calls_exit() - stop watching
 *
 * Context: process, sleeps. The chain's blocks are still registered. No handler of the kretprobe
 * runs when it returns. The tracepoint's probe may, until main.c has waited for all probes.
 */
void mcw_failure_calls_exit(void)
{
	if (failure_watched)
		tracepoint_probe_unregister(failure_tracepoint, failure_event_probe, NULL);
	if (calls_watched)
		unregister_kretprobe(&failure_probe);
	irq_work_sync(&ended_work);
}
