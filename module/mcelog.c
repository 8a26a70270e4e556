// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/mcelog, for programs that were written for the kernel's own device. All readers share one
 * buffer, and a read returns and empties all of it. When it is full, later records are dropped and
 * a flag is set. /dev/mcewarden is the device that counts each record it loses.
 *
 * The buffer consists of mcelog_in and mcelog_out, each with room for mcelog_length records. The
 * worker adds records to mcelog_in. A read moves them to the end of mcelog_out and copies that to
 * user space. If the whole copy succeeds, mcelog_out is emptied, else the next read begins with it.
 * During a read the records in mcelog_out do not count towards a full buffer, as they are about to
 * go; records that a failed read left there do.
 *
 * The reader's memory may be slow (swapped out, or served by another process). That must not delay
 * the worker, for which recovery waits. So there are two locks:
 *
 * mcelog_read_lock	is held for a whole read, during the copy to user space too. It guards the
 *			records in mcelog_out. Only readers take it.
 * mcelog_lock		nests inside mcelog_read_lock. Its holder does nothing that may wait. It
 *			guards the rest; the worker takes only this one.
 *
 * mcelog_out.count is written under both, so it may be read under either.
 *
 * The worker takes one lane after the other. So the records that it delivers are sorted here by the
 * time of capture.
 */
#include <mcewarden/mcelog.h>

#include <linux/build_bug.h>
#include <linux/capability.h>
#include <linux/compat.h>
#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/poll.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/uio.h>
#include <linux/wait.h>
#include <asm/cpufeature.h>
#include <asm/mce.h>
#include <mcewarden/inject_hook.h>
#include <mcewarden/knob.h>
#include <mcewarden/missing.h>
#include <mcewarden/sysfs.h>
#include <mcewarden/unread.h>
#include <uapi/mcewarden.h>

#define MIN_RECORDS 32U /* programs have relied on this number since 2.6 */
#define FLAG_OVERFLOW 1 /* a flag of MCE_GETCLEAR_FLAGS */

MCW_KNOB(mcelog, 1, 0, 1, NULL, "whether to create /dev/mcelog");
MCW_KNOB(quiet, 0, 0, 1, NULL, "whether the kernel prints no records while /dev/mcelog is open");

static struct attribute *mcelog_knob_attrs[] = { &quiet_knob.attr.attr, NULL };
const struct attribute_group mcw_mcelog_knobs = { .attrs = mcelog_knob_attrs };

static MCW_COUNTER(mcelog_logged, logged);
static MCW_COUNTER(mcelog_dropped, dropped);

static struct attribute *mcelog_counter_attrs[] = { &mcelog_logged.attr.attr,
						    &mcelog_dropped.attr.attr, NULL };
const struct attribute_group mcw_mcelog_stats = { .name = "mcelog", .attrs = mcelog_counter_attrs };

/* Where a record is in the lanes. */
struct origin {
	unsigned int lane;
	u64 pos;
};

struct waiting {
	u64 mono_ns;
	struct origin from;
	struct mce m;
};

static DEFINE_MUTEX(mcelog_read_lock);
static DEFINE_MUTEX(mcelog_lock);
static DECLARE_WAIT_QUEUE_HEAD(mcelog_wait);
static unsigned int
	mcelog_length; /* records; 0: there is no device. Under mcelog_lock until it is published */
static bool mcelog_published;

static struct {
	struct waiting *records; /* in the order of capture */
	unsigned int count;
	bool overflow;
} mcelog_in; /* under mcelog_lock */

static struct {
	struct mce *records; /* under mcelog_read_lock */
	struct origin *from; /* of each of them, likewise */
	unsigned int count; /* written under mcelog_read_lock and mcelog_lock */
	bool going; /* a read copies the records; under mcelog_lock */
} mcelog_out;

static struct {
	unsigned int count; /* mcw_mcelog_suppresses_print() reads it without the lock */
	bool exclusive;
} mcelog_opened; /* under mcelog_lock */

static bool is_mcelog_full(void)
{
	lockdep_assert_held(&mcelog_lock);
	return mcelog_in.count + (mcelog_out.going ? 0 : mcelog_out.count) >= mcelog_length;
}

/* The kernel's own device gives no kflags either: they are the kernel's private notes. */
static void put_mcelog_record(const struct mcw_record *rec)
{
	unsigned int at = mcelog_in.count++;
	struct waiting *w;

	lockdep_assert_held(&mcelog_lock);
	for (; at && mcelog_in.records[at - 1].mono_ns > rec->head.mono_ns; at--)
		mcelog_in.records[at] = mcelog_in.records[at - 1];
	w = &mcelog_in.records[at];
	w->mono_ns = rec->head.mono_ns;
	w->from = (struct origin){ .lane = rec->head.lane, .pos = rec->head.pos };
	memset(&w->m, 0, sizeof(w->m));
	memcpy(&w->m, &rec->event.regs, sizeof(rec->event.regs));
	w->m.finished = 1;
	w->m.kflags = 0;
}

/**
 * mcw_mcelog_take() - add a record for the readers of /dev/mcelog
 * @rec: an event
 *
 * Context: the worker.
 */
void mcw_mcelog_take(const struct mcw_record *rec)
{
	bool full;

	BUILD_BUG_ON(sizeof(struct mce) < sizeof(rec->event.regs));
	BUILD_BUG_ON(offsetof(struct mce, kflags) != offsetof(struct mcw_regs, kflags));
	mutex_lock(&mcelog_lock);
	if (!mcelog_length) {
		mutex_unlock(&mcelog_lock);
		return;
	}
	full = is_mcelog_full();
	if (full)
		mcelog_in.overflow = true;
	else
		put_mcelog_record(rec);
	mutex_unlock(&mcelog_lock);
	mcw_counter_add(full ? &mcelog_dropped : &mcelog_logged, 1);
	if (!full)
		wake_up_interruptible(&mcelog_wait);
}

/**
 * mcw_mcelog_suppresses_print() - whether to keep the kernel from printing records
 *
 * Context: any.
 * Return: true while somebody has the device open and the knob quiet is 1.
 */
bool mcw_mcelog_suppresses_print(void)
{
	return mcw_knob_get(&quiet_knob) && READ_ONCE(mcelog_opened.count);
}

/* Moves records to mcelog_out as far as there is room: a failed read may have left some there. */
static void begin_mcelog_read(void)
{
	unsigned int i, n;

	lockdep_assert_held(&mcelog_read_lock);
	mutex_lock(&mcelog_lock);
	n = min(mcelog_in.count, mcelog_length - mcelog_out.count);
	for (i = 0; i < n; i++) {
		mcelog_out.records[mcelog_out.count + i] = mcelog_in.records[i].m;
		mcelog_out.from[mcelog_out.count + i] = mcelog_in.records[i].from;
	}
	mcelog_in.count -= n;
	memmove(mcelog_in.records, mcelog_in.records + n,
		mcelog_in.count * sizeof(*mcelog_in.records));
	mcelog_out.count += n;
	mcelog_out.going = true;
	mutex_unlock(&mcelog_lock);
}

static void end_mcelog_read(bool arrived)
{
	unsigned int i;

	lockdep_assert_held(&mcelog_read_lock);
	for (i = 0; arrived && i < mcelog_out.count; i++)
		mcw_unread_mcelog(mcelog_out.from[i].lane, mcelog_out.from[i].pos);
	mutex_lock(&mcelog_lock);
	mcelog_out.going = false;
	if (arrived)
		mcelog_out.count = 0;
	mutex_unlock(&mcelog_lock);
}

static bool has_mcelog_records(void)
{
	bool some;

	mutex_lock(&mcelog_lock);
	some = mcelog_in.count || mcelog_out.count;
	mutex_unlock(&mcelog_lock);
	return some;
}

static int lock_for_read(const struct kiocb *iocb)
{
	if (iocb->ki_flags & IOCB_NOWAIT)
		return mutex_trylock(&mcelog_read_lock) ? 0 : -EAGAIN;
	return mutex_lock_killable(&mcelog_read_lock) ? -EINTR : 0;
}

/*
 * A read takes all records, or gives 0 if there are none; it waits for other reads only. It must
 * serve IOCB_NOWAIT: for a file that does not, up to Linux 6.1 at least, io_uring tries a request
 * with IOSQE_ASYNC again and again, without an end, while poll() says that there is something.
 */
static ssize_t mcelog_read_iter(struct kiocb *iocb, struct iov_iter *to)
{
	bool arrived;
	size_t bytes;
	int err;

	if (iocb->ki_pos || iov_iter_count(to) < mcelog_length * sizeof(*mcelog_out.records))
		return -EINVAL;
	err = lock_for_read(iocb);
	if (err)
		return err;
	begin_mcelog_read();
	bytes = mcelog_out.count * sizeof(*mcelog_out.records);
	arrived = copy_to_iter(mcelog_out.records, bytes, to) == bytes;
	end_mcelog_read(arrived);
	mutex_unlock(&mcelog_read_lock);
	if (has_mcelog_records())
		wake_up_interruptible(&mcelog_wait); /* see mcelog_poll() */
	return arrived ? bytes : -EFAULT;
}

/*
 * While another read goes on, there is nothing to read: one that does not wait would give -EAGAIN.
 *
 * No wake-up is lost. The caller is in mcelog_wait before it looks here; the lock inside of that,
 * which each wake-up takes, orders the two. A read first unlocks mcelog_read_lock, then looks for
 * records, and wakes if there are any: it reaches a caller who saw the lock. The worker first adds
 * a record, then wakes: it reaches a caller who saw no record. A caller whom it reaches while a
 * read has the lock finds nothing, but that read's look is still to come, and finds the record.
 */
static __poll_t mcelog_poll(struct file *file, poll_table *table)
{
	poll_wait(file, &mcelog_wait, table);
	if (mutex_is_locked(&mcelog_read_lock) || !has_mcelog_records())
		return 0;
	return EPOLLIN | EPOLLRDNORM;
}

/* Sets the flag again if user space did not get it. */
static long get_clear_flags(int __user *to)
{
	bool overflow;
	long err;

	mutex_lock(&mcelog_lock);
	overflow = mcelog_in.overflow;
	mcelog_in.overflow = false;
	mutex_unlock(&mcelog_lock);
	err = put_user(overflow ? FLAG_OVERFLOW : 0, to);
	if (err && overflow) {
		mutex_lock(&mcelog_lock);
		mcelog_in.overflow = true;
		mutex_unlock(&mcelog_lock);
	}
	return err;
}

static long mcelog_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	int __user *to = (int __user *)arg;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	switch (cmd) {
	case MCE_GET_RECORD_LEN:
		return put_user((int)sizeof(struct mce), to);
	case MCE_GET_LOG_LEN:
		return put_user((int)mcelog_length, to);
	case MCE_GETCLEAR_FLAGS:
		return get_clear_flags(to);
	default:
		return -ENOTTY;
	}
}

/* Old programs have a shorter struct mce: the members that they do not know are zero. */
static ssize_t mcelog_write(struct file *file, const char __user *buf, size_t count, loff_t *pos)
{
	struct mce m = {};
	int err;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	if (!count)
		return 0;
	if (!boot_cpu_has(X86_FEATURE_MCE) || !boot_cpu_has(X86_FEATURE_MCA))
		return -EIO;
	count = min(count, sizeof(m));
	if (copy_from_user(&m, buf, count))
		return -EFAULT;
	if (m.extcpu >= nr_cpu_ids || !cpu_online(m.extcpu)) {
		pr_err_ratelimited("write to /dev/mcelog refused: CPU %u is not online; CPUs %*pbl are\n",
				   m.extcpu, cpumask_pr_args(cpu_online_mask));
		return -EINVAL;
	}
	err = mcw_inject_hook_inject(&m);
	if (err == -ENODEV)
		pr_err_ratelimited("write to /dev/mcelog refused: load mcewarden_inject first to inject errors\n");
	return err ? err : count;
}

static int mcelog_open(struct inode *inode, struct file *file)
{
	const bool exclusive = file->f_flags & O_EXCL;
	bool busy;

	mutex_lock(&mcelog_lock);
	busy = mcelog_opened.exclusive || (exclusive && mcelog_opened.count);
	if (!busy) {
		mcelog_opened.exclusive = exclusive;
		WRITE_ONCE(mcelog_opened.count, mcelog_opened.count + 1);
	}
	mutex_unlock(&mcelog_lock);
	if (busy)
		return -EBUSY;
	file->f_mode |= FMODE_NOWAIT; /* see mcelog_read_iter() */
	return nonseekable_open(inode, file);
}

static int mcelog_release(struct inode *inode, struct file *file)
{
	mutex_lock(&mcelog_lock);
	mcelog_opened.exclusive = false;
	WRITE_ONCE(mcelog_opened.count, mcelog_opened.count - 1);
	mutex_unlock(&mcelog_lock);
	return 0;
}

static const struct file_operations mcelog_fops = {
	.owner = THIS_MODULE,
	.open = mcelog_open,
	.release = mcelog_release,
	.read_iter = mcelog_read_iter,
	.write = mcelog_write,
	.poll = mcelog_poll,
	.unlocked_ioctl = mcelog_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

static struct miscdevice mcelog_device = {
	.minor = MISC_MCELOG_MINOR,
	.name = "mcelog",
	.mode = 0600,
	.fops = &mcelog_fops,
};

/**
 * mcw_mcelog_lost() - how many records the full buffer of /dev/mcelog did not take
 *
 * Context: any.
 * Return: the number since the load.
 */
u64 mcw_mcelog_lost(void)
{
	return atomic64_read(&mcelog_dropped.value);
}

static void leave_mcelog_out(int err)
{
	mutex_lock(&mcelog_lock);
	mcelog_length = 0;
	mutex_unlock(&mcelog_lock);
	if (err == -EBUSY) {
		pr_info("not creating /dev/mcelog: the kernel or another driver already uses minor %d\n",
			MISC_MCELOG_MINOR);
		return;
	}
	pr_warn("cannot create /dev/mcelog: error %d\n", err);
	mcw_missing_note(MCW_MISSING_MCELOG);
}

/**
 * mcw_mcelog_init() - prepare to take records
 *
 * The module also works without /dev/mcelog. If memory is short, the log says why it is missing.
 *
 * Context: process, may sleep. The worker is not initialised yet.
 * Return: 0.
 */
int mcw_mcelog_init(void)
{
	const unsigned int records = max(MIN_RECORDS, num_online_cpus());

	if (!mcw_knob_get(&mcelog_knob))
		return 0;
	mcelog_in.records = kvcalloc(records, sizeof(*mcelog_in.records), GFP_KERNEL);
	mcelog_out.records = kvcalloc(records, sizeof(*mcelog_out.records), GFP_KERNEL);
	mcelog_out.from = kvcalloc(records, sizeof(*mcelog_out.from), GFP_KERNEL);
	if (mcelog_in.records && mcelog_out.records && mcelog_out.from)
		mcelog_length = records;
	else
		leave_mcelog_out(-ENOMEM);
	return 0;
}

/**
 * mcw_mcelog_publish() - make /dev/mcelog
 *
 * Context: process, may sleep. No later step of the load can fail.
 * Return: 0.
 */
int mcw_mcelog_publish(void)
{
	int err;

	if (!mcelog_length)
		return 0;
	err = misc_register(&mcelog_device);
	mcelog_published = !err;
	if (mcelog_published)
		return 0;
	leave_mcelog_out(err);
	return 0;
}

/**
 * mcw_mcelog_withdraw() - take /dev/mcelog away
 *
 * Context: process, may sleep. No file is open, because an open file holds the module.
 */
void mcw_mcelog_withdraw(void)
{
	if (mcelog_published)
		misc_deregister(&mcelog_device);
}

/**
 * mcw_mcelog_exit() - free the records
 *
 * Context: process. The device is gone, and so is the worker.
 */
void mcw_mcelog_exit(void)
{
	kvfree(mcelog_in.records);
	kvfree(mcelog_out.records);
	kvfree(mcelog_out.from);
}
