// SPDX-License-Identifier: GPL-2.0
/*
 * trigger: the module runs a program when events have arrived, so that a script need not wait for
 * them.
 *
 * Each event adds to the counts and asks for a run, which is a work item. There is at most one run
 * a second: the first event of a burst is reported at once, the others a second later. Each event
 * is followed by a run that has it in the counts in its environment. The work item starts the
 * program but does not wait for its end. While the program lives the next run is put off; a look
 * once a second finds its end. If no run is due, nothing is queued, and there is no timer.
 *
 * Unloading
 * ---------
 * The knob's files and the worker go first, so nobody asks for a run any more. A run that is due is
 * made at once, and then the work is cancelled. That takes as long as exec, which opens the file
 * and reads its beginning (and hangs if open() does, on a file system that does not answer). The
 * program itself does not delay the unload. The child runs no code of the module after exec, as the
 * callback ends before it. The module keeps the child's struct pid, which never stands for another
 * process, even if the number is used again.
 */
#include <mcewarden/trigger.h>

#include <linux/cred.h>
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/lockdep.h>
#include <linux/minmax.h>
#include <linux/moduleparam.h>
#include <linux/mutex.h>
#include <linux/pid.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/umh.h>
#include <linux/workqueue.h>
#include <mcewarden/ring.h>
#include <mcewarden/sysfs.h>
#include <mcewarden/worker.h>
#include <uapi/mcewarden.h>

#define PATH_BYTES 128 /* the same limit as in older kernels */
#define INTERVAL_JIFFIES HZ

static const char *const source_names[] = {
	[MCW_SOURCE_UNKNOWN] = "UNKNOWN",   [MCW_SOURCE_EXCEPTION] = "EXCEPTION",
	[MCW_SOURCE_CMCI] = "CMCI",	    [MCW_SOURCE_POLL] = "POLL",
	[MCW_SOURCE_FIRMWARE] = "FIRMWARE", [MCW_SOURCE_PROCESS] = "PROCESS",
};

#define SOURCES ARRAY_SIZE(source_names)
#define VARIABLES (SOURCES + 3)

struct counts {
	u64 records;
	u64 severe;
	u64 lost;
	u64 by[SOURCES];
};

/* Guards the variables down to the empty line; not held while a program is started. */
static DEFINE_MUTEX(trigger_lock);
static char trigger_program[PATH_BYTES]; /* empty: none */
static struct counts trigger_counts; /* since the last run */
static u64 trigger_lost_seen; /* count_lost_events() when trigger_counts.lost was updated */
static unsigned long trigger_not_before; /* the earliest time of the next run, in jiffies */
static int trigger_logged_error; /* the last error of this program, which is in the log */

/* Only the work item uses these: */
static struct pid *trigger_child; /* the last run's process; NULL: none */
static bool trigger_waiting; /* the run that is due was put off */

static char trigger_at_load[PATH_BYTES];

static MCW_COUNTER(trigger_runs, runs);
static MCW_COUNTER(trigger_put_off, put_off);
static MCW_COUNTER(trigger_failed, failed);

static struct attribute *trigger_counter_attrs[] = {
	&trigger_runs.attr.attr,
	&trigger_put_off.attr.attr,
	&trigger_failed.attr.attr,
	NULL,
};

const struct attribute_group mcw_trigger_stats = { .name = "trigger",
						   .attrs = trigger_counter_attrs };

static void trigger_run(struct work_struct *unused);
static DECLARE_DELAYED_WORK(trigger_work, trigger_run);

static void queue_trigger(unsigned long delay)
{
	queue_delayed_work(system_freezable_wq, &trigger_work, delay);
}

/* Counts the events that never reached the trigger. */
static u64 count_lost_events(void)
{
	struct mcw_lane_info severe, other;

	mcw_ring_counts(MCW_LANE_SEVERE, &severe);
	mcw_ring_counts(MCW_LANE_OTHER, &other);
	return severe.refused + severe.dropped + other.refused + other.dropped +
	       mcw_worker_missed();
}

struct call {
	char path[PATH_BYTES];
	char text[VARIABLES][48];
	char *argv[2];
	char *envp[VARIABLES + 3];
	unsigned int variables;
	struct counts counts;
};

static void add_variable(struct call *call, const char *name, u64 value)
{
	char *text = call->text[call->variables];

	snprintf(text, sizeof(call->text[0]), "MCEWARDEN_%s=%llu", name, value);
	call->envp[call->variables++] = text;
}

/* Events that arrive while the program is being started count for the next run. */
static void take_counts(struct counts *taken)
{
	u64 now = count_lost_events();

	lockdep_assert_held(&trigger_lock);
	*taken = trigger_counts;
	taken->lost += now - trigger_lost_seen;
	trigger_lost_seen = now;
	memset(&trigger_counts, 0, sizeof(trigger_counts));
}

static void give_counts_back(const struct counts *taken)
{
	unsigned int i;

	lockdep_assert_held(&trigger_lock);
	trigger_counts.records += taken->records;
	trigger_counts.severe += taken->severe;
	trigger_counts.lost += taken->lost;
	for (i = 0; i < SOURCES; i++)
		trigger_counts.by[i] += taken->by[i];
}

static void prepare_trigger_call(struct call *call)
{
	unsigned int i;

	lockdep_assert_held(&trigger_lock);
	strscpy(call->path, trigger_program, sizeof(call->path));
	call->argv[0] = call->path;
	call->variables = 0;
	take_counts(&call->counts);
	add_variable(call, "RECORDS", call->counts.records);
	add_variable(call, "SEVERE", call->counts.severe);
	add_variable(call, "LOST", call->counts.lost);
	for (i = 0; i < SOURCES; i++)
		add_variable(call, source_names[i], call->counts.by[i]);
	call->envp[call->variables] = "HOME=/";
	call->envp[call->variables + 1] = "PATH=/sbin:/usr/sbin:/bin:/usr/bin";
	call->envp[call->variables + 2] = NULL;
}

/* Runs in the child, before exec. */
static int note_child(struct subprocess_info *info, struct cred *new)
{
	struct pid **noted = info->data;

	*noted = get_pid(task_pid(current));
	return 0;
}

static void forget_child(void)
{
	put_pid(trigger_child);
	trigger_child = NULL;
}

static int start_trigger(struct call *call)
{
	struct subprocess_info *info;
	int err;

	forget_child();
	info = call_usermodehelper_setup(call->path, call->argv, call->envp, GFP_KERNEL, note_child,
					 NULL, &trigger_child);
	if (!info)
		return -ENOMEM;
	err = call_usermodehelper_exec(info, UMH_WAIT_EXEC);
	if (err)
		forget_child();
	return err;
}

static void put_trigger_off(void)
{
	lockdep_assert_held(&trigger_lock);
	if (!trigger_waiting)
		mcw_counter_add(&trigger_put_off, 1);
	trigger_waiting = true;
	queue_trigger(INTERVAL_JIFFIES);
}

static void note_trigger_started(void)
{
	lockdep_assert_held(&trigger_lock);
	trigger_waiting = false;
	trigger_logged_error = 0;
	mcw_counter_add(&trigger_runs, 1);
}

/* The next event tries again, and its run reports these events too. */
static void note_trigger_failed(const struct call *call, int err)
{
	lockdep_assert_held(&trigger_lock);
	trigger_waiting = false;
	mcw_counter_add(&trigger_failed, 1);
	if (err != trigger_logged_error)
		pr_err("trigger: cannot run %*pE: error %d\n", (int)strlen(call->path), call->path,
		       err);
	trigger_logged_error = err;
}

/* Returns whether to start the program now. */
static bool is_trigger_due(void)
{
	lockdep_assert_held(&trigger_lock);
	if (!*trigger_program || !trigger_counts.records)
		return false;
	if (trigger_child && pid_has_task(trigger_child, PIDTYPE_TGID)) {
		put_trigger_off();
		return false;
	}
	return true;
}

static void trigger_run(struct work_struct *unused)
{
	static struct call call;
	bool due;
	int err;

	mutex_lock(&trigger_lock);
	due = is_trigger_due();
	if (due) {
		trigger_not_before = jiffies + INTERVAL_JIFFIES;
		prepare_trigger_call(&call);
	}
	mutex_unlock(&trigger_lock);
	if (!due)
		return;
	err = start_trigger(&call);
	mutex_lock(&trigger_lock);
	if (err && *trigger_program)
		give_counts_back(&call.counts);
	if (!err)
		note_trigger_started();
	else if (err == -EBUSY || err == -EAGAIN || err == -ENOMEM)
		put_trigger_off(); /* the machine goes to sleep, or is short of resources */
	else
		note_trigger_failed(&call, err);
	mutex_unlock(&trigger_lock);
}

/**
 * mcw_trigger_take() - count an event, and ask for a run
 * @rec: the event
 *
 * Context: the worker.
 */
void mcw_trigger_take(const struct mcw_record *rec)
{
	unsigned long now = jiffies;

	mutex_lock(&trigger_lock);
	if (*trigger_program) {
		trigger_counts.records++;
		trigger_counts.severe += rec->head.lane == MCW_LANE_SEVERE;
		trigger_counts.by[rec->event.source < SOURCES ? rec->event.source : 0]++;
		queue_trigger(time_before(now, trigger_not_before) ? trigger_not_before - now : 0);
	}
	mutex_unlock(&trigger_lock);
}

/* Returns the length of the path, or -EINVAL. */
static int parse_trigger(const char *text)
{
	size_t length = strcspn(text, "\n");

	if (length < PATH_BYTES && !text[length + (text[length] == '\n')] &&
	    (!length || text[0] == '/'))
		return length;
	pr_err("trigger: '%*pE' is not an absolute path of at most %d characters\n",
	       min_t(int, length, PATH_BYTES), text, PATH_BYTES - 1);
	return -EINVAL;
}

static ssize_t trigger_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	int length;

	mutex_lock(&trigger_lock);
	length = sysfs_emit(buf, "%s\n", trigger_program);
	mutex_unlock(&trigger_lock);
	return length;
}

static ssize_t trigger_store(struct device *dev, struct device_attribute *attr, const char *buf,
			     size_t count)
{
	struct counts nobodys;
	int length = mcw_sysfs_may_write();

	if (length < 0)
		return length;
	length = parse_trigger(buf);
	if (length < 0)
		return length;
	mutex_lock(&trigger_lock);
	if (!*trigger_program || !length)
		take_counts(&nobodys);
	memcpy(trigger_program, buf, length);
	trigger_program[length] = '\0';
	trigger_logged_error = 0;
	mutex_unlock(&trigger_lock);
	return count;
}
static DEVICE_ATTR_RW(trigger);

static struct attribute *trigger_knob_attrs[] = { &dev_attr_trigger.attr, NULL };
const struct attribute_group mcw_trigger_knobs = { .attrs = trigger_knob_attrs };

static int trigger_param_set(const char *text, const struct kernel_param *param)
{
	int length = parse_trigger(text);

	if (length < 0)
		return length;
	memcpy(trigger_at_load, text, length);
	trigger_at_load[length] = '\0';
	return 0;
}

static int trigger_param_get(char *buf, const struct kernel_param *param)
{
	return sysfs_emit(buf, "%s\n", trigger_at_load);
}

static const struct kernel_param_ops trigger_param_ops = {
	.set = trigger_param_set,
	.get = trigger_param_get,
};

module_param_cb(trigger, &trigger_param_ops, NULL, 0444);
MODULE_PARM_DESC(trigger, "absolute path of a program to run when events arrive; empty: none ()");

/**
 * mcw_trigger_init() - prepare for events
 *
 * Context: process. The ring is initialised.
 * Return: 0.
 */
int mcw_trigger_init(void)
{
	strscpy(trigger_program, trigger_at_load, sizeof(trigger_program));
	trigger_not_before = jiffies;
	return 0;
}

/**
 * mcw_trigger_exit() - make the run that is due, and stop
 *
 * Context: process, sleeps. The knob's files and the worker are gone.
 */
void mcw_trigger_exit(void)
{
	flush_delayed_work(&trigger_work);
	cancel_delayed_work_sync(&trigger_work);
	forget_child();
}
