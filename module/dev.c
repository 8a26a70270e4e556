// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/mcewarden gives the records to any number of readers. include/uapi/mcewarden.h has the
 * grammar.
 *
 * An open file has, for each lane, a cursor and one record that it has copied but not returned yet.
 * The copy cannot be overwritten while read() compares the lanes' times, or after a fault on the
 * user's buffer.
 *
 * reader->lock guards all of a reader; it is taken in process context only. A reader sleeps in
 * wait_woken(), which remembers a wake-up that came while the reader looked. As a producer commits
 * before it wakes (by irq_work), and a reader looks before it sleeps, no wake-up is missed.
 */
#include <mcewarden/dev.h>

#include <linux/bits.h>
#include <linux/compat.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/jiffies.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/poll.h>
#include <linux/random.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <mcewarden/ring.h>
#include <mcewarden/unread.h>

#define STUCK_JIFFIES HZ /* then a reader gives up waiting for the producer in a slot */

struct lane_reader {
	struct mcw_cursor cur;
	struct mcw_record rec; /* valid when ready */
	bool ready;
	bool busy; /* a producer was inside the slot at cur */
	unsigned long since; /* jiffies when busy was first seen */
	u64 missed; /* records not reported by EPIPE yet */
	bool overrun; /* the next read returns EPIPE */
	u64 read_below; /* the position behind the last record that was returned; 0: none */
	u64 read_skipped; /* of the lane, by that record's head */
};

struct reader {
	struct mutex lock; /* guards everything below */
	struct lane_reader lanes[MCW_LANES];
	unsigned int left_out; /* lanes that this reader does not want, one bit per lane */
	struct mcw_missed said; /* missed records that the last EPIPE reported */
};

static DECLARE_WAIT_QUEUE_HEAD(reader_wait);

static void (*fill_ce_pages)(struct mcw_ce_pages *pages);
static void (*fill_event_counts)(struct mcw_event_counts *counts);
static __u64 load_cookie; /* MCW_IOC_LOAD */

/* A producer that died in its slot wakes nobody: have the pollers look, to step over it. */
static void reader_look_again(struct work_struct *unused)
{
	wake_up_interruptible(&reader_wait);
}

static DECLARE_DELAYED_WORK(reader_look_again_work, reader_look_again);

/**
 * mcw_dev_wake() - wake the readers, as there may be something to read
 *
 * Context: any in which wake_up() may be called; not NMI.
 */
void mcw_dev_wake(void)
{
	wake_up_interruptible(&reader_wait);
}

static void reader_fill_lane(struct lane_reader *lr, unsigned int id)
{
	while (!lr->ready) {
		switch (mcw_ring_get(&lr->cur, &lr->rec)) {
		case MCW_LOOK_GOT:
			lr->ready = true;
			lr->busy = false;
			break;
		case MCW_LOOK_OVERRUN:
			lr->missed += mcw_ring_jump(&lr->cur);
			lr->overrun = true;
			lr->busy = false;
			return;
		case MCW_LOOK_BUSY:
			if (!lr->busy) {
				lr->busy = true;
				lr->since = jiffies;
			}
			if (time_before(jiffies, lr->since + STUCK_JIFFIES))
				return;
			mcw_ring_pass(&lr->cur); /* the gap in positions shows the loss */
			lr->busy = false;
			break;
		case MCW_LOOK_EMPTY:
			return;
		}
	}
}

/* Returns whether any lane has a producer inside its next slot. */
static bool reader_fill(struct reader *reader)
{
	bool busy = false;
	unsigned int id;

	lockdep_assert_held(&reader->lock);
	for (id = 0; id < MCW_LANES; id++) {
		if (reader->left_out & BIT(id))
			continue;
		reader_fill_lane(&reader->lanes[id], id);
		busy |= reader->lanes[id].busy;
	}
	return busy;
}

static bool is_reader_overrun(const struct reader *reader)
{
	unsigned int id;

	for (id = 0; id < MCW_LANES; id++)
		if (reader->lanes[id].overrun)
			return true;
	return false;
}

static struct lane_reader *earliest_record(struct reader *reader)
{
	struct lane_reader *first = NULL;
	unsigned int id;

	for (id = 0; id < MCW_LANES; id++) {
		struct lane_reader *lr = &reader->lanes[id];

		if (lr->ready && (!first || lr->rec.head.mono_ns < first->rec.head.mono_ns))
			first = lr;
	}
	return first;
}

static void report_overrun(struct reader *reader)
{
	unsigned int id;

	for (id = 0; id < MCW_LANES; id++) {
		struct lane_reader *lr = &reader->lanes[id];

		reader->said.lane[id] = lr->missed;
		lr->missed = 0;
		lr->overrun = false;
	}
}

/* Once a call: each record would pay for it. */
static void note_what_was_read(const struct reader *reader)
{
	unsigned int id;

	for (id = 0; id < MCW_LANES; id++)
		mcw_unread_note(id, reader->lanes[id].read_below, reader->lanes[id].read_skipped);
}

/* Returns the number of bytes read, 0 if there is nothing to read, or an error. */
static ssize_t reader_read(struct reader *reader, char __user *buf, size_t count, bool *busy)
{
	struct lane_reader *lr;
	ssize_t done = 0;

	while (count - done >= MCW_RECORD_BYTES) {
		*busy = reader_fill(reader);
		if (is_reader_overrun(reader)) {
			if (done)
				break;
			report_overrun(reader);
			return -EPIPE;
		}
		lr = earliest_record(reader);
		if (!lr)
			break;
		if (copy_to_user(buf + done, &lr->rec, MCW_RECORD_BYTES))
			return done ?: -EFAULT;
		lr->read_below = lr->rec.head.pos + 1;
		lr->read_skipped = lr->rec.head.skipped;
		lr->ready = false;
		done += MCW_RECORD_BYTES;
	}
	return done;
}

static ssize_t dev_read(struct file *file, char __user *buf, size_t count, loff_t *unused)
{
	DEFINE_WAIT_FUNC(wait, woken_wake_function);
	struct reader *reader = file->private_data;
	bool busy = false;
	ssize_t ret;

	if (count < MCW_RECORD_BYTES)
		return -EINVAL;
	add_wait_queue(&reader_wait, &wait);
	for (;;) {
		ret = mutex_lock_interruptible(&reader->lock);
		if (ret)
			break;
		ret = reader_read(reader, buf, count, &busy);
		if (ret > 0)
			note_what_was_read(reader);
		mutex_unlock(&reader->lock);
		if (ret)
			break;
		if (file->f_flags & O_NONBLOCK) {
			ret = -EAGAIN;
			break;
		}
		if (signal_pending(current)) {
			ret = -ERESTARTSYS;
			break;
		}
		wait_woken(&wait, TASK_INTERRUPTIBLE, busy ? STUCK_JIFFIES : MAX_SCHEDULE_TIMEOUT);
	}
	remove_wait_queue(&reader_wait, &wait);
	return ret;
}

static __poll_t dev_poll(struct file *file, poll_table *table)
{
	struct reader *reader = file->private_data;
	__poll_t mask = 0;
	bool busy;

	poll_wait(file, &reader_wait, table);
	mutex_lock(&reader->lock);
	busy = reader_fill(reader);
	if (earliest_record(reader))
		mask |= EPOLLIN | EPOLLRDNORM;
	if (is_reader_overrun(reader))
		mask |= EPOLLERR | EPOLLPRI;
	mutex_unlock(&reader->lock);
	if (busy)
		schedule_delayed_work(&reader_look_again_work, STUCK_JIFFIES);
	return mask;
}

static void reader_seek(struct reader *reader, bool newest)
{
	unsigned int id;

	for (id = 0; id < MCW_LANES; id++) {
		struct lane_reader *lr = &reader->lanes[id];

		memset(lr, 0, sizeof(*lr));
		if (newest)
			mcw_ring_seek_newest(id, &lr->cur);
		else
			mcw_ring_seek_oldest(id, &lr->cur);
	}
}

static loff_t dev_llseek(struct file *file, loff_t offset, int whence)
{
	struct reader *reader = file->private_data;

	if (offset || (whence != SEEK_SET && whence != SEEK_END))
		return -EINVAL;
	mutex_lock(&reader->lock);
	reader_seek(reader, whence == SEEK_END);
	mutex_unlock(&reader->lock);
	return 0;
}

static long ioctl_lanes(void __user *arg)
{
	struct mcw_lanes lanes;
	unsigned int id;

	for (id = 0; id < MCW_LANES; id++)
		mcw_ring_info(id, &lanes.lane[id]);
	return copy_to_user(arg, &lanes, sizeof(lanes)) ? -EFAULT : 0;
}

static long ioctl_ce_pages(struct mcw_ce_pages __user *arg)
{
	struct mcw_ce_pages pages = {};

	if (get_user(pages.slot, &arg->slot))
		return -EFAULT;
	fill_ce_pages(&pages);
	return copy_to_user(arg, &pages, sizeof(pages)) ? -EFAULT : 0;
}

static long ioctl_event_counts(struct mcw_event_counts __user *arg)
{
	struct mcw_event_counts counts = {};

	if (get_user(counts.row, &arg->row))
		return -EFAULT;
	fill_event_counts(&counts);
	return copy_to_user(arg, &counts, sizeof(counts)) ? -EFAULT : 0;
}

static long ioctl_want(struct reader *reader, const __u32 __user *arg)
{
	u32 lanes;

	if (get_user(lanes, arg))
		return -EFAULT;
	if (!lanes || lanes >= BIT(MCW_LANES))
		return -EINVAL;
	mutex_lock(&reader->lock);
	reader->left_out = ~lanes;
	reader_seek(reader, false);
	mutex_unlock(&reader->lock);
	return 0;
}

static long dev_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct reader *reader = file->private_data;
	void __user *to = (void __user *)arg;
	struct mcw_missed said;

	switch (cmd) {
	case MCW_IOC_VERSION:
		return put_user(MCW_ABI_VERSION, (__u32 __user *)to);
	case MCW_IOC_RECORD_BYTES:
		return put_user(MCW_RECORD_BYTES, (__u32 __user *)to);
	case MCW_IOC_LANES:
		return ioctl_lanes(to);
	case MCW_IOC_MISSED:
		mutex_lock(&reader->lock);
		said = reader->said;
		mutex_unlock(&reader->lock);
		return copy_to_user(to, &said, sizeof(said)) ? -EFAULT : 0;
	case MCW_IOC_LOAD:
		return put_user(load_cookie, (__u64 __user *)to);
	case MCW_IOC_CE_PAGES:
		return ioctl_ce_pages(to);
	case MCW_IOC_EVENT_COUNTS:
		return ioctl_event_counts(to);
	case MCW_IOC_WANT:
		return ioctl_want(reader, to);
	default:
		return -ENOTTY;
	}
}

static int dev_open(struct inode *inode, struct file *file)
{
	struct reader *reader = kzalloc(sizeof(*reader), GFP_KERNEL_ACCOUNT);

	if (!reader)
		return -ENOMEM;
	mutex_init(&reader->lock);
	reader_seek(reader, false);
	file->private_data = reader;
	return 0;
}

static int dev_release(struct inode *inode, struct file *file)
{
	struct reader *reader = file->private_data;

	mutex_destroy(&reader->lock);
	kfree(reader);
	return 0;
}

static const struct file_operations dev_fops = {
	.owner = THIS_MODULE,
	.open = dev_open,
	.release = dev_release,
	.read = dev_read,
	.poll = dev_poll,
	.llseek = dev_llseek,
	.unlocked_ioctl = dev_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

static struct miscdevice mcewarden_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = MCW_DEVICE,
	.mode = 0600,
	.fops = &dev_fops,
};

/**
 * mcw_dev_init() - prepare for readers
 * @fill_pages: answers MCW_IOC_CE_PAGES in process context; may sleep
 * @fill_counts: answers MCW_IOC_EVENT_COUNTS, likewise
 *
 * Context: process. The ring is initialised.
 */
void mcw_dev_init(void (*fill_pages)(struct mcw_ce_pages *pages),
		  void (*fill_counts)(struct mcw_event_counts *counts))
{
	load_cookie = get_random_u64() | 1;
	fill_ce_pages = fill_pages;
	fill_event_counts = fill_counts;
}

/**
 * mcw_dev_publish() - make /dev/mcewarden
 *
 * No later step of the load may fail, because a failing load does not wait for open files.
 *
 * Context: process, may sleep. All parts that readers use are initialised.
 * Return: 0, or the error of misc_register().
 */
int mcw_dev_publish(void)
{
	return misc_register(&mcewarden_device);
}

/**
 * mcw_dev_withdraw() - take /dev/mcewarden away
 *
 * Context: process, may sleep. No file is open, because an open file holds the module.
 */
void mcw_dev_withdraw(void)
{
	misc_deregister(&mcewarden_device);
}

/**
 * mcw_dev_exit() - wait for the work that wakes readers
 *
 * Context: process, sleeps. The device is gone, and nobody wakes readers any more.
 */
void mcw_dev_exit(void)
{
	cancel_delayed_work_sync(&reader_look_again_work);
}
