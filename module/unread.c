// SPDX-License-Identifier: GPL-2.0
/*
 * Which events nobody has read, which the log says at unload.
 *
 * Of a reader of /dev/mcewarden only the furthest position counts, as it was told of each record
 * that it missed below. A reader of /dev/mcelog gets records of both lanes in the order of
 * capture, and none that came while its buffer was full: so there is a bit for each record that it
 * has read. The bits are those of a window as large as the lane, which begins at "first". When the
 * window moves on, the bits that leave it are counted, as far as no reader of /dev/mcewarden has
 * come past them.
 *
 * Overwritten and unread
 * ----------------------
 * A reader comes past records that it has not read in two ways: it begins to read, or it was
 * overrun. Both look here first (mcw_unread_account()). So whatever was overwritten until then, and
 * lies neither below the furthest reader nor below what was accounted for before, nobody has read,
 * but for readers of /dev/mcelog. Numbers of records, not positions, are compared: some positions
 * never hold a record.
 *
 * A reader that goes to the end by lseek() counts as one that has read what it leaves out, and a
 * reader of a mapping has read all below the position that it says.
 *
 * A reader of /dev/mcewarden can only come past records that are still in the lane, so past all
 * that have left the window: the count then begins anew.
 */
#include <mcewarden/unread.h>

#include <linux/bitmap.h>
#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/lockdep.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/printk.h>
#include <mcewarden/plural.h>
#include <mcewarden/ring.h>

#define LANES 2 /* severe and other: the notices are about events */

struct mcw_unread_mark mcw_unread_marks[MCW_LANES];

static DEFINE_MUTEX(unread_lock);

static struct {
	unsigned long *read; /* by readers of /dev/mcelog: a bit for each position of the window */
	u64 first; /* of the window */
	u64 gone; /* bits that have left the window since a reader came past it */
	u64 gone_ever; /* the same since the load, and what of it is accounted for */
	u64 gone_accounted;
} unread_lanes[LANES]; /* under unread_lock */

static struct {
	u64 accounted; /* overwritten records below are read, or counted in lost */
	u64 lost; /* records that were overwritten before anybody read them */
} unread_overwritten[MCW_LANES]; /* under unread_lock */

static atomic64_t missed_by_readers;

static void move_window(unsigned int id, u64 first)
{
	const u64 size = mcw_ring.lanes[id].size;
	const u64 below = atomic64_read(&mcw_unread_marks[id].below);
	unsigned long *read = unread_lanes[id].read;
	u64 pos = unread_lanes[id].first;

	lockdep_assert_held(&unread_lock);
	if (below > pos)
		unread_lanes[id].gone = 0;
	for (; pos < min(first, unread_lanes[id].first + size); pos++)
		if (__test_and_clear_bit(pos & (size - 1), read) && pos >= below) {
			unread_lanes[id].gone++;
			unread_lanes[id].gone_ever++;
		}
	/* Release: mcw_unread_is_read() sees the bits of the new window cleared. */
	smp_store_release(&unread_lanes[id].first, max(unread_lanes[id].first, first));
}

/**
 * mcw_unread_mcelog() - a reader of /dev/mcelog has read a record
 * @id: MCW_LANE_SEVERE or MCW_LANE_OTHER
 * @pos: its position
 *
 * Context: process, may sleep.
 */
void mcw_unread_mcelog(unsigned int id, u64 pos)
{
	const u64 size = mcw_ring.lanes[id].size;

	mutex_lock(&unread_lock);
	if (pos >= unread_lanes[id].first + size)
		move_window(id, pos + 1 - size);
	if (pos >= unread_lanes[id].first)
		__set_bit(pos & (size - 1), unread_lanes[id].read);
	mutex_unlock(&unread_lock);
}

/* How many records that left the window since the last time readers of /dev/mcelog have read. */
static u64 read_by_mcelog(unsigned int id, const struct mcw_lane_info *info)
{
	u64 read;

	if (id >= LANES)
		return 0;
	if (info->head > info->size)
		move_window(id, info->head - info->size);
	read = unread_lanes[id].gone_ever - unread_lanes[id].gone_accounted;
	unread_lanes[id].gone_accounted = unread_lanes[id].gone_ever;
	return read;
}

/**
 * mcw_unread_account() - count the records that are overwritten by now and were not read
 * @id: MCW_LANE_*
 *
 * Called before a reader comes past records that it does not read.
 *
 * Context: process, may sleep.
 */
void mcw_unread_account(unsigned int id)
{
	const struct mcw_unread_mark *mark = &mcw_unread_marks[id];
	struct mcw_lane_info info;
	u64 read, lost, known;

	mutex_lock(&unread_lock);
	known = atomic64_read(&mark->below) - READ_ONCE(mark->skips);
	mcw_ring_counts(id, &info);
	known = max(known, unread_overwritten[id].accounted);
	read = read_by_mcelog(id, &info);
	if (info.overwritten > known) {
		lost = info.overwritten - known;
		unread_overwritten[id].lost += lost - min(lost, read);
		unread_overwritten[id].accounted = info.overwritten;
	}
	mutex_unlock(&unread_lock);
}

/**
 * mcw_unread_overrun() - a reader of /dev/mcewarden was overrun
 * @id: MCW_LANE_*
 * @missed: records that this reader missed
 *
 * Context: process, may sleep.
 */
void mcw_unread_overrun(unsigned int id, u64 missed)
{
	atomic64_add(missed, &missed_by_readers);
	mcw_unread_account(id);
}

/**
 * mcw_unread_missed() - how many records readers of /dev/mcewarden missed
 *
 * Context: any.
 * Return: the number since the load; a record counts once for each reader that missed it.
 */
u64 mcw_unread_missed(void)
{
	return atomic64_read(&missed_by_readers);
}

/**
 * mcw_unread_overwritten() - how many records were overwritten before anybody read them
 * @id: MCW_LANE_*
 *
 * Context: process, may sleep.
 * Return: the number since the load.
 */
u64 mcw_unread_overwritten(unsigned int id)
{
	u64 lost;

	mcw_unread_account(id);
	mutex_lock(&unread_lock);
	lost = unread_overwritten[id].lost;
	mutex_unlock(&unread_lock);
	return lost;
}

/**
 * mcw_unread_is_read() - whether somebody has read an event
 * @id: MCW_LANE_SEVERE or MCW_LANE_OTHER
 * @pos: its position
 *
 * Takes no lock, since it is asked when the kernel panics. move_window() clears the bits that leave
 * the window before it moves "first", so a window that is just being moved makes this say "not
 * read" too often, and never "read" for an event that nobody has read.
 *
 * Context: any, NMI and #MC included.
 * Return: whether it is known to be read.
 */
bool mcw_unread_is_read(unsigned int id, u64 pos)
{
	const u64 size = mcw_ring.lanes[id].size;
	u64 first;

	if (pos < (u64)atomic64_read(&mcw_unread_marks[id].below))
		return true;
	/* Acquire: pairs with the release in move_window(). */
	first = smp_load_acquire(&unread_lanes[id].first);
	return pos >= first && pos - first < size &&
	       test_bit(pos & (size - 1), unread_lanes[id].read);
}

static u64 count_unread(unsigned int id)
{
	u64 below = atomic64_read(&mcw_unread_marks[id].below);
	struct mcw_lane_info info;
	u64 read;

	lockdep_assert_held(&unread_lock);
	mcw_ring_counts(id, &info);
	move_window(id, below);
	read = unread_lanes[id].gone + bitmap_weight(unread_lanes[id].read, info.size);
	return info.head - below - (info.skipped - READ_ONCE(mcw_unread_marks[id].skips)) - read;
}

static void free_unread_bits(void)
{
	unsigned int id;

	for (id = 0; id < LANES; id++)
		kvfree(unread_lanes[id].read);
}

/**
 * mcw_unread_init() - prepare to note what is read
 *
 * Context: process, may sleep. The ring is initialised.
 * Return: 0 or -ENOMEM.
 */
int mcw_unread_init(void)
{
	unsigned int id;

	for (id = 0; id < LANES; id++) {
		unread_lanes[id].read =
			kvcalloc(BITS_TO_LONGS(mcw_ring.lanes[id].size), sizeof(long), GFP_KERNEL);
		if (!unread_lanes[id].read) {
			free_unread_bits();
			return -ENOMEM;
		}
	}
	return 0;
}

/**
 * mcw_unread_exit() - log how many events nobody has read
 *
 * Context: process, may sleep. The devices are gone, and so are the producers.
 */
void mcw_unread_exit(void)
{
	u64 severe, other;

	mutex_lock(&unread_lock);
	severe = count_unread(MCW_LANE_SEVERE);
	other = count_unread(MCW_LANE_OTHER);
	mutex_unlock(&unread_lock);
	if (severe)
		pr_warn("discarding %llu unread severe record%s at unload\n", severe,
			mcw_plural(severe));
	if (other)
		pr_notice("discarding %llu unread record%s of the lane other at unload\n", other,
			  mcw_plural(other));
	free_unread_bits();
}
