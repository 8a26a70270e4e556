// SPDX-License-Identifier: GPL-2.0
/*
 * A line in the kernel's log for each severe event, when its outcome is known: bank, class, page,
 * who takes it, and the event's number for mcwctl follow.
 *
 * The worker and recovery's work item call it, in process context, so a slow console holds up
 * neither the tap nor an exception. They can run at once: severe_lines_lock guards the limit. A
 * flood of events has MCW_LINES_AT_ONCE lines, and the work item below counts the others when their
 * time is over; it is queued by the first one that is left out.
 */
#include <mcewarden/severe_log.h>

#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/mutex.h>
#include <linux/printk.h>
#include <linux/workqueue.h>
#include <mcewarden/error_class.h>
#include <mcewarden/line_limit.h>
#include <mcewarden/plural.h>
#include <mcewarden/policy.h>

static DEFINE_MUTEX(severe_lines_lock);
static struct mcw_line_limit severe_lines; /* by severe_lines_lock */

static void rest_run(struct work_struct *unused);
static DECLARE_DELAYED_WORK(rest_work, rest_run);

static const char *const class_names[] = {
	[MCW_CLASS_CORRECTED] = "corrected", [MCW_CLASS_DEFERRED] = "deferred",
	[MCW_CLASS_UCNA] = "UCNA",	     [MCW_CLASS_SRAO] = "SRAO",
	[MCW_CLASS_SRAR] = "SRAR",	     [MCW_CLASS_UNCORRECTED] = "uncorrected",
	[MCW_CLASS_FATAL] = "fatal",
};

static u64 now_ns(void)
{
	return ktime_get_mono_fast_ns();
}

static void say_rest(u64 left_out)
{
	if (left_out)
		pr_warn("%llu more severe event%s came, each with a record and no line here\n",
			left_out, mcw_plural(left_out));
}

static void rest_run(struct work_struct *unused)
{
	u64 left_out;

	mutex_lock(&severe_lines_lock);
	left_out = mcw_line_limit_end(&severe_lines, now_ns());
	mutex_unlock(&severe_lines_lock);
	say_rest(left_out);
}

/* Returns whether the event has a line. */
static bool may_log(void)
{
	u64 now = now_ns();
	bool may;

	mutex_lock(&severe_lines_lock);
	may = mcw_line_limit_take(&severe_lines, now);
	/* Queued already: nothing changes. One jiffy more, so that the time is over then. */
	if (!may)
		schedule_delayed_work(&rest_work, nsecs_to_jiffies(MCW_LINES_WINDOW_NS) + 1);
	mutex_unlock(&severe_lines_lock);
	return may;
}

/* Who takes the page. The record has the reason too. */
static const char *who_takes(const struct mcw_outcome *out)
{
	const bool module = out->actor == MCW_ACTOR_MODULE;

	if (out->action == MCW_ACTION_PANIC)
		return "mcewarden panics";
	if (out->reason == MCW_REASON_SAME_ERROR)
		return "logged before";
	if (out->actor == MCW_ACTOR_NOBODY || out->action == MCW_ACTION_NONE)
		return "left as it is";
	if (out->reason == MCW_REASON_DONE || out->reason == MCW_REASON_FLAGGED)
		return module ? "taken by mcewarden" : "taken by the kernel";
	return module ? "mcewarden could not take it" : "the kernel could not take it";
}

/**
 * mcw_severe_log() - log a severe event and its outcome
 * @error: the event
 * @cpu: the CPU that had it
 * @bank: its bank
 * @out: the outcome
 *
 * Context: process, sleeps.
 */
void mcw_severe_log(const struct mcw_policy_input *error, u32 cpu, u8 bank,
		    const struct mcw_outcome *out)
{
	const char *class =
		class_names[mcw_error_class(error->status, error->mcgcap, error->vendor)];
	const char *injected = error->flags & MCW_FLAG_INJECTED ? " (injected)" : "";

	if (!may_log())
		return;
	if (out->page == MCW_NO_PAGE)
		pr_warn("CPU %u bank %u: %s%s, no page: %s; event severe:%llu\n", cpu, bank, class,
			injected, who_takes(out), out->of_pos);
	else
		pr_warn("CPU %u bank %u: %s%s, page 0x%llx: %s; event severe:%llu\n", cpu, bank,
			class, injected, out->page, who_takes(out), out->of_pos);
}

/**
 * mcw_severe_log_exit() - log how many events had no line
 *
 * Context: process, sleeps. Nobody logs an event any more.
 */
void mcw_severe_log_exit(void)
{
	cancel_delayed_work_sync(&rest_work);
	say_rest(mcw_line_limit_end(&severe_lines, U64_MAX));
}
