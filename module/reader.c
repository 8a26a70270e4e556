// SPDX-License-Identifier: GPL-2.0
/*
 * A reader of all lanes: it merges them by the time of capture, counts what it missed, and copies
 * records to the user.
 *
 * Runs
 * ----
 * A read looks at the next record of each lane, takes the lane whose record is the earliest, and
 * copies records from there as long as none is later than the next one of another lane. So a burst
 * in one lane costs one look at the others.
 *
 * Records may come to the other lanes while a run goes on, and a run that overtook them would
 * return them in the wrong order. So a run ends at the lane's head as it was before the other lanes
 * were looked at: whatever it returns was there when the others were seen. A head may lag, and the
 * run is then shorter than it could be. It has at least one record, the one that was found to be
 * the earliest.
 *
 * The kept record
 * ---------------
 * Records go straight from the slot to the user (ring_user.c). If the user's buffer faults, the
 * slot may be overwritten before the next read. So the record that did not get there is copied, and
 * the next read returns it first. A record that does not fit into one piece of the buffer (readv(),
 * or memory of the kernel) takes the same way. While a record is kept, nobody looks at the lanes:
 * an overrun that came after it is reported after it.
 *
 * Context: process, may sleep. The caller has a lock for each reader.
 */
#include <mcewarden/reader.h>

#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/uio.h>
#include <mcewarden/unread.h>

#define MOST_IN_RUN 256 /* then other tasks get their turn */

/**
 * mcw_reader_seek() - go to the oldest or behind the newest record of each lane
 * @reader: the reader; what it has not reported yet is forgotten
 * @newest: behind the newest
 *
 * Context: process.
 */
void mcw_reader_seek(struct mcw_reader *reader, bool newest)
{
	unsigned int id;

	reader->has_kept = false;
	for (id = 0; id < MCW_LANES; id++) {
		struct mcw_lane_reader *lr = &reader->lanes[id];

		mcw_unread_account(id);
		memset(lr, 0, sizeof(*lr));
		if (newest)
			mcw_ring_seek_newest(id, &lr->cur);
		else
			mcw_ring_seek_oldest(id, &lr->cur);
	}
}

/**
 * mcw_reader_read_to() - the records below these positions were read from a mapping
 * @reader: the reader; goes there, and forgets what it has not reported yet
 * @below: a position for each lane
 *
 * Context: process.
 */
void mcw_reader_read_to(struct mcw_reader *reader, const struct mcw_positions *below)
{
	unsigned int id;

	reader->has_kept = false;
	for (id = 0; id < MCW_LANES; id++) {
		struct mcw_lane_reader *lr = &reader->lanes[id];

		mcw_unread_account(id);
		memset(lr, 0, sizeof(*lr));
		mcw_ring_seek_to(id, below->lane[id], &lr->cur);
		if (mcw_cursor_pos(&lr->cur) == below->lane[id])
			mcw_unread_note(id, below->lane[id], lr->cur.skips);
	}
}

static void note_overrun(struct mcw_lane_reader *lr, unsigned int id)
{
	u64 missed = mcw_ring_jump(&lr->cur);

	mcw_unread_overrun(id, missed);
	lr->missed += missed;
	lr->overrun = true;
}

static void look_at_lane(struct mcw_lane_reader *lr, unsigned int id)
{
	enum mcw_look seen;

	lr->ready = false;
	while ((seen = mcw_ring_peek(&lr->cur, &lr->mono_ns)) == MCW_LOOK_BUSY) {
		if (!lr->busy) {
			lr->busy = true;
			lr->since = jiffies;
		}
		if (time_before(jiffies, lr->since + MCW_STUCK_JIFFIES))
			return;
		mcw_ring_pass(&lr->cur); /* the gap in positions shows the loss */
		lr->busy = false;
	}
	lr->busy = false;
	lr->ready = seen == MCW_LOOK_GOT;
	if (seen == MCW_LOOK_OVERRUN)
		note_overrun(lr, id);
}

/**
 * mcw_reader_look() - look at the next record of each lane
 * @reader: the reader
 *
 * Context: process.
 * Return: what the next read would find.
 */
struct mcw_reader_seen mcw_reader_look(struct mcw_reader *reader)
{
	struct mcw_reader_seen seen = { .record = reader->has_kept };
	unsigned int id;

	if (reader->has_kept)
		return seen;
	for (id = 0; id < MCW_LANES; id++) {
		struct mcw_lane_reader *lr = &reader->lanes[id];

		if (reader->left_out & BIT(id))
			continue;
		look_at_lane(lr, id);
		seen.record |= lr->ready;
		seen.overrun |= lr->overrun;
		seen.busy |= lr->busy;
	}
	return seen;
}

/* How many records a run may have, from one lane, and up to which time. */
struct run {
	unsigned int id, most;
	u64 until_ns;
};

/* Looks at the lanes, and plans a run from the one with the earliest record if there is any. */
static struct mcw_reader_seen plan_run(struct mcw_reader *reader, struct run *run)
{
	struct mcw_reader_seen seen;
	u64 heads[MCW_LANES], pos, first = 0;
	unsigned int id;

	for (id = 0; id < MCW_LANES; id++)
		heads[id] = mcw_ring_head(id);
	seen = mcw_reader_look(reader);
	if (!seen.record)
		return seen;
	run->until_ns = U64_MAX;
	run->id = MCW_LANES;
	for (id = 0; id < MCW_LANES; id++) {
		const struct mcw_lane_reader *lr = &reader->lanes[id];

		if (!lr->ready)
			continue;
		if (run->id == MCW_LANES || lr->mono_ns < first) {
			/* Of records of the same time, this lane's comes after the one before. */
			if (run->id != MCW_LANES)
				run->until_ns = min(run->until_ns, first - 1);
			run->id = id;
			first = lr->mono_ns;
		} else {
			run->until_ns = min(run->until_ns, lr->mono_ns);
		}
	}
	pos = mcw_cursor_pos(&reader->lanes[run->id].cur);
	run->most = heads[run->id] > pos ? min_t(u64, heads[run->id] - pos, MOST_IN_RUN) : 1;
	return seen;
}

static void report_overrun(struct mcw_reader *reader)
{
	unsigned int id;

	for (id = 0; id < MCW_LANES; id++) {
		struct mcw_lane_reader *lr = &reader->lanes[id];

		reader->said.lane[id] = lr->missed;
		lr->missed = 0;
		lr->overrun = false;
	}
}

static void note_lane_read(struct mcw_reader *reader, unsigned int id)
{
	struct mcw_lane_reader *lr = &reader->lanes[id];

	lr->read_below = mcw_cursor_pos(&lr->cur);
	lr->read_skips = lr->cur.skips;
}

/* Takes the record at the lane's cursor out of its slot. */
static void keep_record(struct mcw_reader *reader, unsigned int id)
{
	/* Otherwise it was overwritten since: the next look finds the overrun. */
	reader->has_kept = mcw_ring_get(&reader->lanes[id].cur, &reader->kept) == MCW_LOOK_GOT;
	reader->kept_lane = id;
}

/* Returns whether the kept record went to the user. */
static bool return_kept(struct mcw_reader *reader, struct iov_iter *to)
{
	size_t copied = copy_to_iter(&reader->kept, MCW_RECORD_BYTES, to);

	if (copied < MCW_RECORD_BYTES) {
		iov_iter_revert(to, copied);
		return false;
	}
	reader->has_kept = false;
	note_lane_read(reader, reader->kept_lane);
	return true;
}

/* Returns the bytes of all records that went to the user. */
static size_t copy_run(struct mcw_reader *reader, const struct run *run, struct iov_iter *to,
		       bool *fault)
{
	size_t room, bytes;
	u64 __user *buf = mcw_iter_user_segment(to, &room);

	*fault = false;
	if (room < MCW_RECORD_BYTES) {
		keep_record(reader, run->id);
		return 0;
	}
	bytes = MCW_RECORD_BYTES *
		mcw_ring_copy_run(&reader->lanes[run->id].cur, buf,
				  min_t(size_t, run->most, room / MCW_RECORD_BYTES), run->until_ns,
				  fault);
	if (bytes) {
		iov_iter_advance(to, bytes);
		note_lane_read(reader, run->id);
	}
	if (*fault)
		keep_record(reader, run->id);
	return bytes;
}

static ssize_t read_records(struct mcw_reader *reader, struct iov_iter *to, bool *busy)
{
	struct mcw_reader_seen seen;
	bool fault = false;
	ssize_t done = 0;
	struct run run;

	while (!fault && iov_iter_count(to) >= MCW_RECORD_BYTES) {
		if (reader->has_kept) {
			fault = !return_kept(reader, to);
			done += fault ? 0 : MCW_RECORD_BYTES;
			continue;
		}
		seen = plan_run(reader, &run);
		*busy = seen.busy;
		if (seen.overrun) {
			if (done)
				break;
			report_overrun(reader);
			return -EPIPE;
		}
		if (!seen.record)
			break;
		if (done)
			cond_resched();
		done += copy_run(reader, &run, to, &fault);
	}
	return done ?: fault ? -EFAULT : 0;
}

/**
 * mcw_reader_read() - copy as many whole records as fit and are there
 * @reader: the reader
 * @to: has room for one record at least; advanced
 * @busy: set to whether a producer is inside a slot, if nothing was read
 *
 * Context: process, may sleep.
 * Return: the number of bytes, 0 if there is nothing to read, -EPIPE or -EFAULT.
 */
ssize_t mcw_reader_read(struct mcw_reader *reader, struct iov_iter *to, bool *busy)
{
	ssize_t done = read_records(reader, to, busy);
	unsigned int id;

	/* Once a call: each record would pay for it. */
	for (id = 0; id < MCW_LANES && done > 0; id++)
		mcw_unread_note(id, reader->lanes[id].read_below, reader->lanes[id].read_skips);
	return done;
}
