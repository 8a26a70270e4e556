// SPDX-License-Identifier: GPL-2.0
/*
 * Kprobes that prolong moments which are too short for a test to meet by chance.
 *
 * late WHAT MS		At the next unload of mcewarden something of its happens late, on the other
 *			CPU of two, and its handler takes MS milliseconds: an "interrupt", the
 *			wake-up of a "notice", or a reader's second "look". mcw_test/late says
 *			whether the unload waited for it: 1 yes, 2 no, 0 it did not happen.
 *			A third word, "behind", is for Linux 5.10, which leaves a probe at the
 *			entry of a function in ftrace when the function's module goes, and warns of
 *			it when a module comes to the same addresses: then the probes are behind
 *			ftrace's call. Newer kernels can have other instructions there.
 * overlap MS		Each of mcewarden's polls takes MS milliseconds longer; mcw_test/overlap
 *			says how many ran at once, at most.
 * poison [FUNCTION]	The page that memory_failure(), or that function, is next called for has
 *			been poisoned a moment before.
 */
#include "mcw_test.h"

#include <linux/atomic.h>
#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/kprobes.h>
#include <linux/mm.h>
#include <linux/page-flags.h>
#include <linux/ptrace.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <linux/workqueue.h>
#include <asm/ftrace.h>
#include <asm/irq_vectors.h>
#include <uapi/mcewarden.h>

#define BEGIN_MS 5000 /* until the handler is entered */

static const struct late {
	const char *what;
	/*
	 * The unload reaches it: now it happens. Between it and next nothing may wait for all CPUs
	 * but what is tested: no grace period of RCU, as the end of a mount or a tracepoint has.
	 */
	const char *trigger;
	const char *symbol; /* the function of mcewarden that handles it */
	const char *handler; /* what takes long */
	const char *next; /* the function that the unload must not reach meanwhile */
} lates[] = {
	{ "interrupt", "mcw_threshold_irq_exit", NULL, "threshold_irq_leave",
	  "mcw_edac_sees_cec_exit" },
	{ "notice", "mcw_event_counts_exit", "mcw_notice_outcome", "notice_wake",
	  "mcw_mcelog_exit" },
	{ "look", "mcw_mcelog_exit", "reader_look_again_work", "reader_look_again",
	  "mcw_sysfs_exit" },
};

u64 mcw_test_late_result;
u64 mcw_test_overlap_most;

static const struct late *late; /* the one that was asked for */
static unsigned int late_ms;
static bool late_behind; /* the call of ftrace */
static int late_cpu; /* where it happens */
static void *late_symbol;
static bool late_begun; /* by the trigger; once */
static bool late_inside; /* the handler */

static void late_happens(void *unused)
{
	static const struct mcw_outcome outcome;

	if (!strcmp(late->what, "interrupt"))
		asm volatile("int %0" : : "i"(THRESHOLD_APIC_VECTOR) : "memory");
	else if (!strcmp(late->what, "notice"))
		((void (*)(const struct mcw_outcome *))late_symbol)(&outcome);
	else
		schedule_delayed_work_on(late_cpu, late_symbol, 0);
}

static call_single_data_t late_call = { .func = late_happens };

static int trigger_entry(struct kprobe *probe, struct pt_regs *regs)
{
	unsigned int waited;

	if (late_begun)
		return 0;
	late_cpu = !raw_smp_processor_id();
	WRITE_ONCE(late_begun, true);
	smp_call_function_single_async(late_cpu, &late_call);
	for (waited = 0; !READ_ONCE(late_inside) && waited < BEGIN_MS; waited++)
		mdelay(1);
	return 0;
}

static int handler_entry(struct kprobe *probe, struct pt_regs *regs)
{
	if (READ_ONCE(late_begun) && raw_smp_processor_id() == late_cpu) {
		WRITE_ONCE(late_inside, true);
		mdelay(late_ms);
		WRITE_ONCE(late_inside, false);
	}
	return 0;
}

/* A probe that has one is not optimized to a jump later, while the unload runs. */
static void after(struct kprobe *probe, struct pt_regs *regs, unsigned long flags)
{
}

static int next_entry(struct kprobe *probe, struct pt_regs *regs)
{
	if (late_begun && !mcw_test_late_result)
		mcw_test_late_result = READ_ONCE(late_inside) ? 2 : 1;
	return 0;
}

static struct kprobe late_probes[3];

/* Looks up code and data, also mcewarden's. */
static void *find_symbol(const char *name)
{
	struct kprobe probe = { .symbol_name = "kallsyms_lookup_name" };
	unsigned long (*lookup)(const char *name);

	if (register_kprobe(&probe))
		return NULL;
	lookup = (void *)probe.addr;
	unregister_kprobe(&probe);
	return (void *)lookup(name);
}

static void late_stop(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(late_probes); i++)
		if (late_probes[i].symbol_name)
			unregister_kprobe(&late_probes[i]);
	memset(late_probes, 0, sizeof(late_probes));
}

static int late_start(void)
{
	const char *const names[] = { late->handler, late->next, late->trigger };
	const kprobe_pre_handler_t entries[] = { handler_entry, next_entry, trigger_entry };
	int i, err;

	late_symbol = late->symbol ? find_symbol(late->symbol) : NULL;
	if (late->symbol && !late_symbol)
		return -ENOENT;
	for (i = 0; i < ARRAY_SIZE(late_probes); i++) {
		late_probes[i].symbol_name = names[i];
		late_probes[i].pre_handler = entries[i];
		late_probes[i].post_handler = after;
		late_probes[i].offset = late_behind ? MCOUNT_INSN_SIZE : 0;
		err = register_kprobe(&late_probes[i]);
		if (err) {
			late_probes[i].symbol_name = NULL;
			late_stop();
			return err;
		}
	}
	return 0;
}

/**
 * mcw_test_late() - the command "late"
 * @args: what, milliseconds, and perhaps "behind"; 0: stop it
 *
 * Context: process; the caller has the lock of the commands.
 * Return: 0 or an error.
 */
int mcw_test_late(const char *args)
{
	char what[16], place[8] = "";
	size_t i;

	late_stop();
	if (sscanf(args, "%15s %u %7s", what, &late_ms, place) < 2)
		return sysfs_streq(skip_spaces(args), "0") ? 0 : -EINVAL;
	mcw_test_late_result = 0;
	late_begun = false;
	late_behind = !strcmp(place, "behind");
	for (i = 0; i < ARRAY_SIZE(lates); i++) {
		if (strcmp(what, lates[i].what))
			continue;
		late = &lates[i];
		return late_start();
	}
	return -EINVAL;
}

static atomic_t overlap_inside;
static unsigned int overlap_ms;

static int poll_entry(struct kprobe *probe, struct pt_regs *regs)
{
	u64 inside = atomic_inc_return(&overlap_inside);

	if (inside > READ_ONCE(mcw_test_overlap_most))
		WRITE_ONCE(mcw_test_overlap_most, inside);
	mdelay(overlap_ms);
	atomic_dec(&overlap_inside);
	return 0;
}

static struct kprobe overlap_probe;

/**
 * mcw_test_overlap() - the command "overlap"
 * @args: milliseconds; 0: stop it
 *
 * Context: process; the caller has the lock of the commands.
 * Return: 0 or an error.
 */
int mcw_test_overlap(const char *args)
{
	if (overlap_probe.symbol_name)
		unregister_kprobe(&overlap_probe);
	memset(&overlap_probe, 0, sizeof(overlap_probe));
	if (kstrtouint(skip_spaces(args), 10, &overlap_ms))
		return -EINVAL;
	if (!overlap_ms)
		return 0;
	mcw_test_overlap_most = 0;
	overlap_probe.symbol_name = "poll_alone";
	overlap_probe.pre_handler = poll_entry;
	if (!register_kprobe(&overlap_probe))
		return 0;
	overlap_probe.symbol_name = NULL;
	return -ENOENT;
}

static atomic_t poison_next;
static char poison_symbol[KSYM_NAME_LEN];

static int poison_entry(struct kprobe *probe, struct pt_regs *regs)
{
	if (atomic_xchg(&poison_next, 0))
		SetPageHWPoison(pfn_to_page(regs_get_kernel_argument(regs, 0)));
	return 0;
}

static struct kprobe poison_probe;

/**
 * mcw_test_poison() - the command "poison"
 * @args: nothing, or the name of a function whose first argument is a page frame; 0: stop it
 *
 * Context: process; the caller has the lock of the commands.
 * Return: 0 or an error.
 */
int mcw_test_poison(const char *args)
{
	int err;

	if (poison_probe.symbol_name)
		unregister_kprobe(&poison_probe);
	memset(&poison_probe, 0, sizeof(poison_probe));
	if (sysfs_streq(skip_spaces(args), "0"))
		return 0;
	if (sscanf(args, "%127s", poison_symbol) != 1)
		strscpy(poison_symbol, "memory_failure", sizeof(poison_symbol));
	poison_probe.symbol_name = poison_symbol;
	poison_probe.pre_handler = poison_entry;
	err = register_kprobe(&poison_probe);
	if (err)
		poison_probe.symbol_name = NULL;
	atomic_set(&poison_next, !err);
	return err;
}
