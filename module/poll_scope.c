// SPDX-License-Identifier: GPL-2.0
/*
 * Knows on each CPU whether machine_check_poll() is under way, and which banks the CPU owns.
 *
 * do_machine_check() is noinstr, so it cannot be hooked. Mostly MCG_STATUS.MCIP distinguishes its
 * records from those of a poll. If the hardware enters the handler without MCIP, which is itself a
 * fatal error, only one fact shows that it was an exception: no poll was under way.
 *
 * ftrace counts a poll in at its entry, and a kretprobe counts it out at its return. Both may miss
 * a call. They are armed and used in such an order that a mistake only leaves a CPU "in a poll",
 * where MCIP alone decides:
 *
 *	a return is missed (no free instance, an NMI)	the count stays too high for ever
 *	an entry is missed, its return is seen		the count does not go below 0
 *	a poll was under way when this was armed	like the line above: the kretprobe comes
 *							first
 */
#include <mcewarden/poll_scope.h>

#include <linux/cpumask.h>
#include <linux/ftrace.h>
#include <linux/kprobes.h>
#include <linux/printk.h>
#include <mcewarden/capture_context.h>
#include <mcewarden/ftrace_hook.h>
#include <mcewarden/missing.h>

/* A poll, one in an interrupt, and spare ones, because a returned instance is not free at once. */
#define INSTANCES_PER_CPU 4

DEFINE_PER_CPU(struct mcw_poll_scope, mcw_poll_scope) = { .owned = ~0UL };
bool mcw_poll_returns_seen __read_mostly;

static bool entry_hooked;

static void notrace poll_entry(unsigned long ip, unsigned long parent_ip, struct ftrace_ops *ops,
			       struct ftrace_regs *fregs)
{
	unsigned long context = this_cpu_read(mcw_capture_context);

	this_cpu_write(mcw_poll_scope.flags, ftrace_regs_get_argument(fregs, 0));
	this_cpu_inc(mcw_poll_scope.depth);
	/* The kernel's handler passes an mce_banks_t with the banks that this CPU owns. */
	if (context & MCW_CONTEXT_THRESHOLD_IRQ && !(context & MCW_CONTEXT_BY_MODULE))
		this_cpu_write(mcw_poll_scope.owned,
			       *(unsigned long *)ftrace_regs_get_argument(fregs, 1));
}

static int notrace poll_return(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	/* An interrupt between the two lines leaves the count as it was. */
	if (this_cpu_read(mcw_poll_scope.depth))
		this_cpu_dec(mcw_poll_scope.depth);
	return 0;
}

static struct ftrace_ops poll_ops = {
	.func = poll_entry,
	.flags = FTRACE_OPS_FL_PERMANENT | FTRACE_OPS_FL_ARGUMENTS,
};

static struct kretprobe poll_probe = {
	.kp.symbol_name = "machine_check_poll",
	.handler = poll_return,
};

/**
 * mcw_poll_scope_arm() - begin to watch the kernel's polls
 *
 * Records only lack the flag "leftover" if the entry cannot be hooked, and an exception without
 * MCIP reads as a poll if the return cannot.
 *
 * Context: process, may sleep.
 */
void mcw_poll_scope_arm(void)
{
	int err;

	poll_probe.maxactive = INSTANCES_PER_CPU * num_possible_cpus();
	err = register_kretprobe(&poll_probe);
	if (err)
		pr_info("cannot watch machine_check_poll() return: error %d; exceptions without MCIP will have source poll\n",
			err);
	entry_hooked = !mcw_ftrace_hook(&poll_ops, "machine_check_poll");
	if (!err && !entry_hooked)
		unregister_kretprobe(&poll_probe);
	if (err || !entry_hooked)
		mcw_missing_note(MCW_MISSING_POLLS);
	WRITE_ONCE(mcw_poll_returns_seen, !err && entry_hooked);
}

/**
 * mcw_poll_scope_disarm() - stop watching
 *
 * Context: process, may sleep. No CPU is inside a callback when it returns.
 */
void mcw_poll_scope_disarm(void)
{
	if (mcw_poll_returns_seen) {
		WRITE_ONCE(mcw_poll_returns_seen, false);
		unregister_kretprobe(&poll_probe);
	}
	if (entry_hooked)
		mcw_ftrace_unhook(&poll_ops);
	entry_hooked = false;
}
