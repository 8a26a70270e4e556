// SPDX-License-Identifier: GPL-2.0
/*
 * The device as a stream of records, and how many are missing.
 */
#include "source/stream.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "decode/decode.h"
#include "error.h"
#include "source/clock.h"
#include "source/device.h"

#define NS_PER_MS	1000000ULL
/* After 1 s the module skips a record that its writer has not finished. */
#define END_WAIT_MS	1500

static bool lanes_read(const struct mcw_stream *s, struct mcw_lanes *lanes)
{
	if (!ioctl(s->fd, MCW_IOC_LANES, lanes))
		return true;
	mcw_error("cannot get the counters of %s: %s", s->path, strerror(errno));
	return false;
}

static bool is_left_out(const struct mcw_stream *s, unsigned int lane)
{
	return s->left_out & 1U << lane;
}

/* The module must leave out the other lanes: a severe record counts as read once it is read. */
static bool lanes_choose(struct mcw_stream *s)
{
	const unsigned int all = (1U << MCW_LANES) - 1;
	const __u32 want = s->lanes & all;

	if (!want || want == all)
		return true;
	if (!ioctl(s->fd, MCW_IOC_WANT, &want)) {
		s->left_out = all & ~want;
		return true;
	}
	/* An older module cannot do it; then the consumer drops these records. */
	if (errno == ENOTTY)
		return true;
	mcw_error("cannot choose the lanes of %s: %s", s->path, strerror(errno));
	return false;
}

static bool bases_take(struct mcw_stream *s)
{
	struct mcw_lanes lanes;

	/*
	 * Seek first, then read the counters. Records that come in between are read, and the first
	 * of them moves the base back. The other way round they would look lost.
	 */
	if (s->from_now && lseek(s->fd, 0, SEEK_END) < 0) {
		mcw_error("cannot seek to the end of %s: %s", s->path, strerror(errno));
		return false;
	}
	if (!lanes_read(s, &lanes))
		return false;
	for (unsigned int lane = 0; lane < MCW_LANES; lane++)
		if (s->from_now || !lanes.lane[lane].head)
			mcw_lost_base(&s->lost[lane], &lanes.lane[lane]);
	return true;
}

bool mcw_stream_open(struct mcw_stream *s)
{
	s->fd = mcw_device_open(s->path);
	if (s->fd < 0)
		return false;
	if (lanes_choose(s) && bases_take(s)) {
		/* An older module has no mapping, or another one: then read() does it. */
		s->mapped = s->may_map && !mcw_map_open(&s->map, s->fd);
		return true;
	}
	close(s->fd);
	return false;
}

bool mcw_stream_rewind(struct mcw_stream *s)
{
	if (s->mapped)
		mcw_map_close(&s->map);
	s->mapped = false;
	s->from_now = false;
	s->leave = false;
	memset(s->lost, 0, sizeof(s->lost));
	if (lseek(s->fd, 0, SEEK_SET) < 0) {
		mcw_error("cannot seek to the beginning of %s: %s", s->path, strerror(errno));
		return false;
	}
	if (!bases_take(s))
		return false;
	s->mapped = s->may_map && !mcw_map_open(&s->map, s->fd);
	return true;
}

/* Tells the module what was read from the mapping: poll() then waits for what comes next. */
static bool progress_tell(const struct mcw_stream *s)
{
	if (!s->mapped || s->looks_only || !mcw_map_tell(&s->map))
		return true;
	mcw_error("cannot tell %s what was read: %s", s->path, strerror(errno));
	return false;
}

void mcw_stream_close(struct mcw_stream *s)
{
	progress_tell(s);
	if (s->mapped)
		mcw_map_close(&s->map);
	close(s->fd);
}

static enum mcw_step missed_take(struct mcw_stream *s)
{
	struct mcw_missed missed;

	if (s->mapped) {
		memcpy(missed.lane, s->map.missed, sizeof(missed.lane));
	} else if (ioctl(s->fd, MCW_IOC_MISSED, &missed)) {
		mcw_error("cannot get the number of missed records from %s: %s", s->path,
			  strerror(errno));
		return MCW_STEP_FAILED;
	}
	for (unsigned int lane = 0; lane < MCW_LANES; lane++)
		mcw_lost_missed(&s->lost[lane], missed.lane[lane]);
	return s->consumer->missed ? s->consumer->missed(s, &missed) : MCW_STEP_MORE;
}

enum mcw_step mcw_stream_record(struct mcw_stream *s, const struct mcw_record *rec)
{
	if (rec->head.lane >= MCW_LANES)
		return MCW_STEP_MORE;
	mcw_lost_record(&s->lost[rec->head.lane], &rec->head);
	if (rec->head.wall_ns >= s->since_ns)
		return s->consumer->record(s, rec);
	mcw_lost_said(&s->lost[rec->head.lane]);
	return MCW_STEP_MORE;
}

/* Return: as read(). */
static ssize_t batch_read(struct mcw_stream *s)
{
	int count;

	if (!s->mapped)
		return read(s->fd, s->batch, sizeof(s->batch));
	count = mcw_map_read(&s->map, s->batch, MCW_RECORDS_A_READ);
	if (count > 0)
		return count * MCW_RECORD_BYTES;
	errno = count ? EPIPE : EAGAIN;
	return -1;
}

static enum mcw_step batch_take(struct mcw_stream *s)
{
	ssize_t bytes = batch_read(s);

	if (bytes < 0) {
		if (errno == EAGAIN)
			return MCW_STEP_NOTHING;
		if (errno == EINTR)
			return MCW_STEP_MORE;
		if (errno == EPIPE)
			return missed_take(s);
		mcw_error("cannot read %s: %s", s->path, strerror(errno));
		return MCW_STEP_FAILED;
	}
	if (!bytes || bytes % MCW_RECORD_BYTES) {
		mcw_error("%s returned %zd bytes, which is not a multiple of a record", s->path,
			  bytes);
		return MCW_STEP_FAILED;
	}
	for (size_t i = 0; i < (size_t)bytes / MCW_RECORD_BYTES; i++) {
		enum mcw_step step = mcw_stream_record(s, &s->batch[i]);

		if (step != MCW_STEP_MORE)
			return step;
	}
	return s->consumer->batch ? s->consumer->batch(s) : MCW_STEP_MORE;
}

/* Whether all records up to these counters were read for certain. */
static bool passed(const struct mcw_stream *s, const struct mcw_lanes *lanes)
{
	for (unsigned int lane = 0; lane < MCW_LANES; lane++)
		if (!is_left_out(s, lane) && lanes->lane[lane].head &&
		    (!s->lost[lane].based || s->lost[lane].next < lanes->lane[lane].head))
			return false;
	return true;
}

static bool outstanding(const struct mcw_stream *s, const struct mcw_lanes *lanes)
{
	for (unsigned int lane = 0; lane < MCW_LANES; lane++)
		if (!is_left_out(s, lane) &&
		    mcw_lost_outstanding(&s->lost[lane], &lanes->lane[lane]))
			return true;
	return false;
}

static enum mcw_step records_until(struct mcw_stream *s, const struct mcw_lanes *lanes)
{
	__u64 since = mcw_now_ns(CLOCK_MONOTONIC);
	struct pollfd device = { .fd = s->fd, .events = POLLIN };

	while (!passed(s, lanes)) {
		enum mcw_step step = batch_take(s);
		__u64 now = mcw_now_ns(CLOCK_MONOTONIC);

		if (step == MCW_STEP_MORE) {
			since = now;
			continue;
		}
		if (step != MCW_STEP_NOTHING)
			return step;
		if (!outstanding(s, lanes) || now - since >= END_WAIT_MS * NS_PER_MS)
			break;
		if (!progress_tell(s))
			return MCW_STEP_FAILED;
		poll(&device, 1, END_WAIT_MS);
	}
	return MCW_STEP_MORE;
}

enum mcw_step mcw_stream_finish(struct mcw_stream *s)
{
	struct mcw_lanes lanes;
	struct mcw_end end;
	enum mcw_step step;

	if (!lanes_read(s, &lanes))
		return MCW_STEP_FAILED;
	mcw_end_set(&end, &lanes);
	step = records_until(s, &lanes);
	if (step != MCW_STEP_MORE)
		return step;
	for (unsigned int lane = 0; lane < MCW_LANES; lane++)
		if (!is_left_out(s, lane))
			mcw_lost_end(&s->lost[lane], &lanes.lane[lane]);
	end.wall_ns = mcw_now_ns(CLOCK_REALTIME);
	end.mono_ns = mcw_now_ns(CLOCK_MONOTONIC);
	return s->consumer->end ? s->consumer->end(s, &end) : MCW_STEP_MORE;
}

/* Return: the signal that arrived. */
static unsigned int signal_take(int signals)
{
	struct signalfd_siginfo info;

	return read(signals, &info, sizeof(info)) == (ssize_t)sizeof(info) ? info.ssi_signo : 0;
}

/*
 * Return: STEP_MORE if a signal asks us to end.
 *
 * Signals are read from a descriptor. Under an endless stream of records, poll() would always
 * return for the records, and no handler would ever interrupt it.
 */
static enum mcw_step follow(struct mcw_stream *s, int signals)
{
	enum {
		DEVICE,
		SIGNALS,
		OUTPUT
	};
	struct pollfd fds[] = {
		[DEVICE] = { .fd = s->fd, .events = POLLIN },
		[SIGNALS] = { .fd = signals, .events = POLLIN },
		/* without events: only an error is reported, when our reader has gone */
		[OUTPUT] = { .fd = s->output },
	};
	enum mcw_step step = MCW_STEP_MORE;

	while (step == MCW_STEP_MORE || step == MCW_STEP_NOTHING) {
		/* The device does not know what is read from the mapping, unless it is told. */
		bool more = s->mapped && step == MCW_STEP_MORE;
		int due = s->consumer->due ? s->consumer->due(s) : -1;

		if (s->leave)
			return MCW_STEP_DONE;
		fds[DEVICE].fd = more ? -1 : s->fd;
		if (!more && !progress_tell(s))
			return MCW_STEP_FAILED;
		if (poll(fds, ARRAY_SIZE(fds), more ? 0 : due) < 0) {
			if (errno == EINTR)
				continue;
			mcw_error("cannot wait for %s: %s", s->path, strerror(errno));
			return MCW_STEP_FAILED;
		}
		if (fds[SIGNALS].revents) {
			if (signal_take(signals) != SIGHUP)
				return MCW_STEP_MORE;
			step = s->consumer->hangup(s);
			continue;
		}
		if (fds[OUTPUT].revents)
			return MCW_STEP_DONE;
		if (more || fds[DEVICE].revents)
			step = batch_take(s);
	}
	return step;
}

enum mcw_step mcw_stream_follow(struct mcw_stream *s)
{
	enum mcw_step step;
	sigset_t set;
	int signals;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	if (s->consumer->hangup)
		sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signals = signalfd(-1, &set, SFD_CLOEXEC);
	if (signals < 0) {
		mcw_error("cannot wait for signals: %s", strerror(errno));
		return MCW_STEP_FAILED;
	}
	step = follow(s, signals);
	if (step == MCW_STEP_MORE) {
		s->interrupted = true;
		/* A second signal ends us at once, without the rest of the records. */
		sigprocmask(SIG_UNBLOCK, &set, NULL);
		step = mcw_stream_finish(s);
	}
	close(signals);
	return step;
}
