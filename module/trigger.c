// SPDX-License-Identifier: GPL-2.0
/*
 * trigger: a program that is run when events have arrived, so that a script need not wait for
 * them.
 *
 * Each event adds to the counts and asks for a run, which is a work item. There is one run a
 * second at most: of a burst the first event is told at once, all others a second later. Every
 * event has a run after it, which tells of it in its environment. The program is started, and
 * not waited for. While it lives the next run is put off, and whether it does is looked at
 * once a second; where no run is due nothing is queued, and no timer exists.
 *
 * Unloading
 * ---------
 * The knob's files and the worker go first, so nobody asks for a run any more. One that is due is
 * made at once, and after it the work is cancelled. That takes no longer than exec does, which
 * opens the file and reads its beginning (and is stuck where open() is, on a file system that
 * does not answer); what the program does after that holds nothing up. The callback that the child
 * runs is over when exec is: nothing of ours runs in the child later. We keep the child's struct
 * pid, which is no other process's even where the number is used again.
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

#define PATH_BYTES 128 /* as it was in the kernel */
#define INTERVAL_JIFFIES HZ

static const char *const sources[] = {
	[MCW_SOURCE_UNKNOWN] = "UNKNOWN",   [MCW_SOURCE_EXCEPTION] = "EXCEPTION",
	[MCW_SOURCE_CMCI] = "CMCI",	    [MCW_SOURCE_POLL] = "POLL",
	[MCW_SOURCE_FIRMWARE] = "FIRMWARE", [MCW_SOURCE_PROCESS] = "PROCESS",
};

#define SOURCES ARRAY_SIZE(sources)
#define VARIABLES (SOURCES + 3)

struct counts {
	u64 records;
	u64 severe;
	u64 lost;
	u64 by[SOURCES];
};

static DEFINE_MUTEX(lock); /* all down to the empty line; not held while a program is started */
static char program[PATH_BYTES]; /* empty: none */
static struct counts counts; /* since the last run */
static u64 lost_seen; /* what lost() was when counts.lost was brought up to date */
static unsigned long not_before; /* the next run, in jiffies */
static int said; /* the error of this program that the log has */

/* The work's own: */
static struct pid *child; /* of the last run; NULL: none */
static bool waiting; /* the run that is due was put off */

static char at_load[PATH_BYTES];

static MCW_COUNTER(runs);
static MCW_COUNTER(put_off);
static MCW_COUNTER(failed);

static struct attribute *counters[] = {
	&runs.attr.attr,
	&put_off.attr.attr,
	&failed.attr.attr,
	NULL,
};

const struct attribute_group mcw_trigger_stats = { .name = "trigger", .attrs = counters };

static void run(struct work_struct *unused);
static DECLARE_DELAYED_WORK(run_work, run);

static void queue(unsigned long delay)
{
	queue_delayed_work(system_freezable_wq, &run_work, delay);
}

/* Events that never reached us. */
static u64 lost(void)
{
	struct mcw_lane_info severe, other;

	mcw_ring_info(MCW_LANE_SEVERE, &severe);
	mcw_ring_info(MCW_LANE_OTHER, &other);
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

/* What comes while the program is being started is for the next run. */
static void take_counts(struct counts *taken)
{
	u64 now = lost();

	lockdep_assert_held(&lock);
	*taken = counts;
	taken->lost += now - lost_seen;
	lost_seen = now;
	memset(&counts, 0, sizeof(counts));
}

static void give_back(const struct counts *taken)
{
	unsigned int i;

	lockdep_assert_held(&lock);
	counts.records += taken->records;
	counts.severe += taken->severe;
	counts.lost += taken->lost;
	for (i = 0; i < SOURCES; i++)
		counts.by[i] += taken->by[i];
}

static void prepare(struct call *call)
{
	unsigned int i;

	lockdep_assert_held(&lock);
	strscpy(call->path, program, sizeof(call->path));
	call->argv[0] = call->path;
	call->variables = 0;
	take_counts(&call->counts);
	add_variable(call, "RECORDS", call->counts.records);
	add_variable(call, "SEVERE", call->counts.severe);
	add_variable(call, "LOST", call->counts.lost);
	for (i = 0; i < SOURCES; i++)
		add_variable(call, sources[i], call->counts.by[i]);
	call->envp[call->variables] = "HOME=/";
	call->envp[call->variables + 1] = "PATH=/sbin:/usr/sbin:/bin:/usr/bin";
	call->envp[call->variables + 2] = NULL;
}

/* In the child, before it is the program. */
static int note_child(struct subprocess_info *info, struct cred *new)
{
	struct pid **noted = info->data;

	*noted = get_pid(task_pid(current));
	return 0;
}

static void forget_child(void)
{
	put_pid(child);
	child = NULL;
}

static int start(struct call *call)
{
	struct subprocess_info *info;
	int err;

	forget_child();
	info = call_usermodehelper_setup(call->path, call->argv, call->envp, GFP_KERNEL, note_child,
					 NULL, &child);
	if (!info)
		return -ENOMEM;
	err = call_usermodehelper_exec(info, UMH_WAIT_EXEC);
	if (err)
		forget_child();
	return err;
}

static void put_it_off(void)
{
	lockdep_assert_held(&lock);
	if (!waiting)
		mcw_counter_add(&put_off, 1);
	waiting = true;
	queue(INTERVAL_JIFFIES);
}

static void started(void)
{
	lockdep_assert_held(&lock);
	waiting = false;
	said = 0;
	mcw_counter_add(&runs, 1);
}

/* The next event has it tried again, and is told together with these. */
static void could_not(const struct call *call, int err)
{
	lockdep_assert_held(&lock);
	waiting = false;
	mcw_counter_add(&failed, 1);
	if (err != said)
		pr_err("trigger: cannot run %s: error %d\n", call->path, err);
	said = err;
}

/* Returns whether there is one to be started now. */
static bool is_due(void)
{
	lockdep_assert_held(&lock);
	if (!*program || !counts.records)
		return false;
	if (child && pid_has_task(child, PIDTYPE_TGID)) {
		put_it_off();
		return false;
	}
	return true;
}

static void run(struct work_struct *unused)
{
	static struct call call;
	bool due;
	int err;

	mutex_lock(&lock);
	due = is_due();
	if (due) {
		not_before = jiffies + INTERVAL_JIFFIES;
		prepare(&call);
	}
	mutex_unlock(&lock);
	if (!due)
		return;
	err = start(&call);
	mutex_lock(&lock);
	if (err && *program)
		give_back(&call.counts);
	if (!err)
		started();
	else if (err == -EBUSY || err == -EAGAIN || err == -ENOMEM)
		put_it_off(); /* the machine goes to sleep, or is full */
	else
		could_not(&call, err);
	mutex_unlock(&lock);
}

/**
 * mcw_trigger_take() - an event has arrived
 * @rec: it
 *
 * Context: the worker.
 */
void mcw_trigger_take(const struct mcw_record *rec)
{
	unsigned long now = jiffies;

	mutex_lock(&lock);
	if (*program) {
		counts.records++;
		counts.severe += rec->head.lane == MCW_LANE_SEVERE;
		counts.by[rec->event.source < SOURCES ? rec->event.source : 0]++;
		queue(time_before(now, not_before) ? not_before - now : 0);
	}
	mutex_unlock(&lock);
}

/* Returns the length of the path, or -EINVAL. */
static int parse(const char *text)
{
	size_t length = strcspn(text, "\n");

	if (length < PATH_BYTES && !text[length + (text[length] == '\n')] &&
	    (!length || text[0] == '/'))
		return length;
	pr_err("trigger: '%.*s' is not an absolute path of at most %d characters\n",
	       min_t(int, length, PATH_BYTES), text, PATH_BYTES - 1);
	return -EINVAL;
}

static ssize_t trigger_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	int length;

	mutex_lock(&lock);
	length = sysfs_emit(buf, "%s\n", program);
	mutex_unlock(&lock);
	return length;
}

static ssize_t trigger_store(struct device *dev, struct device_attribute *attr, const char *buf,
			     size_t count)
{
	int length = parse(buf);
	struct counts nobodys;

	if (length < 0)
		return length;
	mutex_lock(&lock);
	if (!*program || !length)
		take_counts(&nobodys);
	memcpy(program, buf, length);
	program[length] = '\0';
	said = 0;
	mutex_unlock(&lock);
	return count;
}
static DEVICE_ATTR_RW(trigger);

static struct attribute *knobs[] = { &dev_attr_trigger.attr, NULL };
const struct attribute_group mcw_trigger_knobs = { .attrs = knobs };

static int param_set(const char *text, const struct kernel_param *param)
{
	int length = parse(text);

	if (length < 0)
		return length;
	memcpy(at_load, text, length);
	at_load[length] = '\0';
	return 0;
}

static int param_get(char *buf, const struct kernel_param *param)
{
	return sysfs_emit(buf, "%s\n", at_load);
}

static const struct kernel_param_ops param_ops = {
	.set = param_set,
	.get = param_get,
};

module_param_cb(trigger, &param_ops, NULL, 0444);
MODULE_PARM_DESC(trigger, "absolute path of a program that is run when events have arrived ()");

/**
 * mcw_trigger_init() - get ready to be told of events
 *
 * Context: process. The ring is there.
 */
void mcw_trigger_init(void)
{
	strscpy(program, at_load, sizeof(program));
	not_before = jiffies;
}

/**
 * mcw_trigger_exit() - make the run that is due, and no more
 *
 * Context: process, sleeps. The knob's files are gone, and the worker.
 */
void mcw_trigger_exit(void)
{
	flush_delayed_work(&run_work);
	cancel_delayed_work_sync(&run_work);
	forget_child();
}
