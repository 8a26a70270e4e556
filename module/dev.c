// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/mcewarden gives the records to any number of readers. include/uapi/mcewarden.h has the
 * grammar.
 *
 * An open file has a reader (reader.c), which merges the lanes and copies records.
 *
 * open_file->lock guards all of a reader; it is taken in process context only. A reader sleeps in
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
#include <linux/uio.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <mcewarden/dev_mmap.h>
#include <mcewarden/reader.h>
#include <mcewarden/ring.h>

struct open_file {
	struct mutex lock; /* guards reader */
	struct mcw_reader reader;
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

static bool may_not_wait(const struct kiocb *iocb)
{
	return iocb->ki_filp->f_flags & O_NONBLOCK || iocb->ki_flags & IOCB_NOWAIT;
}

/* As mcw_reader_read(), or -EAGAIN or -EINTR without the lock. */
static ssize_t read_now(struct kiocb *iocb, struct iov_iter *to, bool *busy)
{
	struct open_file *open = iocb->ki_filp->private_data;
	ssize_t ret;

	if (iocb->ki_flags & IOCB_NOWAIT) {
		if (!mutex_trylock(&open->lock))
			return -EAGAIN;
	} else {
		ret = mutex_lock_interruptible(&open->lock);
		if (ret)
			return ret;
	}
	ret = mcw_reader_read(&open->reader, to, busy);
	mutex_unlock(&open->lock);
	return ret;
}

static ssize_t wait_and_read(struct kiocb *iocb, struct iov_iter *to)
{
	DEFINE_WAIT_FUNC(wait, woken_wake_function);
	bool busy = false;
	ssize_t ret;

	add_wait_queue(&reader_wait, &wait);
	while (!(ret = read_now(iocb, to, &busy))) {
		if (signal_pending(current)) {
			ret = -ERESTARTSYS;
			break;
		}
		wait_woken(&wait, TASK_INTERRUPTIBLE,
			   busy ? MCW_STUCK_JIFFIES : MAX_SCHEDULE_TIMEOUT);
	}
	remove_wait_queue(&reader_wait, &wait);
	return ret;
}

/* read(), readv(), io_uring. Positions of files mean nothing here. */
static ssize_t dev_read_iter(struct kiocb *iocb, struct iov_iter *to)
{
	bool busy;
	ssize_t ret;

	if (iov_iter_count(to) < MCW_RECORD_BYTES)
		return -EINVAL;
	ret = read_now(iocb, to, &busy);
	if (ret)
		return ret;
	return may_not_wait(iocb) ? -EAGAIN : wait_and_read(iocb, to);
}

static __poll_t dev_poll(struct file *file, poll_table *table)
{
	struct open_file *open = file->private_data;
	struct mcw_reader_seen seen;
	__poll_t mask = 0;

	poll_wait(file, &reader_wait, table);
	mutex_lock(&open->lock);
	seen = mcw_reader_look(&open->reader);
	mutex_unlock(&open->lock);
	if (seen.record)
		mask |= EPOLLIN | EPOLLRDNORM;
	if (seen.overrun)
		mask |= EPOLLERR | EPOLLPRI;
	if (seen.busy)
		schedule_delayed_work(&reader_look_again_work, MCW_STUCK_JIFFIES);
	return mask;
}

static loff_t dev_llseek(struct file *file, loff_t offset, int whence)
{
	struct open_file *open = file->private_data;

	if (offset || (whence != SEEK_SET && whence != SEEK_END))
		return -EINVAL;
	mutex_lock(&open->lock);
	mcw_reader_seek(&open->reader, whence == SEEK_END);
	mutex_unlock(&open->lock);
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

static long ioctl_want(struct open_file *open, const __u32 __user *arg)
{
	u32 lanes;

	if (get_user(lanes, arg))
		return -EFAULT;
	if (!lanes || lanes >= BIT(MCW_LANES))
		return -EINVAL;
	mutex_lock(&open->lock);
	open->reader.left_out = ~lanes;
	mcw_reader_seek(&open->reader, false);
	mutex_unlock(&open->lock);
	return 0;
}

static long ioctl_read_to(struct open_file *open, const void __user *arg)
{
	struct mcw_positions below;

	if (copy_from_user(&below, arg, sizeof(below)))
		return -EFAULT;
	mutex_lock(&open->lock);
	mcw_reader_read_to(&open->reader, &below);
	mutex_unlock(&open->lock);
	return 0;
}

static long dev_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct open_file *open = file->private_data;
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
		mutex_lock(&open->lock);
		said = open->reader.said;
		mutex_unlock(&open->lock);
		return copy_to_user(to, &said, sizeof(said)) ? -EFAULT : 0;
	case MCW_IOC_LOAD:
		return put_user(load_cookie, (__u64 __user *)to);
	case MCW_IOC_CE_PAGES:
		return ioctl_ce_pages(to);
	case MCW_IOC_EVENT_COUNTS:
		return ioctl_event_counts(to);
	case MCW_IOC_WANT:
		return ioctl_want(open, to);
	case MCW_IOC_READ_TO:
		return ioctl_read_to(open, to);
	default:
		return -ENOTTY;
	}
}

static int dev_open(struct inode *inode, struct file *file)
{
	struct open_file *open = kzalloc(sizeof(*open), GFP_KERNEL_ACCOUNT);

	if (!open)
		return -ENOMEM;
	mutex_init(&open->lock);
	mcw_reader_seek(&open->reader, false);
	file->private_data = open;
	file->f_mode |= FMODE_NOWAIT; /* io_uring then polls instead of keeping a thread */
	return 0;
}

static int dev_release(struct inode *inode, struct file *file)
{
	struct open_file *open = file->private_data;

	mutex_destroy(&open->lock);
	kfree(open);
	return 0;
}

static const struct file_operations dev_fops = {
	.owner = THIS_MODULE,
	.open = dev_open,
	.release = dev_release,
	.read_iter = dev_read_iter,
	.mmap = mcw_dev_mmap,
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
	mcw_ring.header.load = load_cookie;
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
