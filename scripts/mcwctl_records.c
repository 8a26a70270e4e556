// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl monitor and mcwctl read: the device's records, and what is missing of them.
 */
#include "mcwctl.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "decode.h"
#include "mcwctl_lost.h"
#include "mcwctl_print.h"

#define RECORDS_A_READ	64
#define NS_PER_S	1000000000ULL
#define NS_PER_MS	1000000ULL
#define USE_THE_RIGHT_ONE	": use the mcwctl that was built with the module"
/* The module passes a record that its writer left unfinished after 1 s. */
#define END_WAIT_MS	1500

struct reader {
	const struct mcw_options *o;
	int fd;
	__u64 printed;
	struct mcw_lost lost[MCW_LANES];
	struct mcw_record batch[RECORDS_A_READ];
};

/* What a step of the work ended with. */
enum step {
	STEP_MORE,	/* go on */
	STEP_NOTHING,	/* nothing to read at the moment */
	STEP_DONE,	/* as many as were asked for, or nobody listens any more */
	STEP_FAILED,	/* and said so */
};

static __u64 now_ns(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return ts.tv_sec * NS_PER_S + ts.tv_nsec;
}

static bool device_open(struct reader *r)
{
	const char *path = r->o->device;

	/* Non-blocking: monitor waits in poll(), for signals and its own output as well. */
	r->fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (r->fd >= 0)
		return true;
	if (errno == ENOENT || errno == ENODEV || errno == ENXIO)
		mcw_error("cannot open %s: %s: " MCW_TRY_LOADING, path, strerror(errno));
	else if (errno == EACCES || errno == EPERM)
		mcw_error("cannot open %s: %s: needs root: the device has mode 0600", path,
			  strerror(errno));
	else
		mcw_error("cannot open %s: %s", path, strerror(errno));
	return false;
}

static bool device_check(const struct reader *r)
{
	const char *path = r->o->device;
	__u32 version, bytes;

	if (ioctl(r->fd, MCW_IOC_VERSION, &version) || ioctl(r->fd, MCW_IOC_RECORD_BYTES, &bytes)) {
		mcw_error("%s is not the device of mcewarden: %s", path, strerror(errno));
		return false;
	}
	if (version != MCW_ABI_VERSION) {
		mcw_error("%s has ABI version %u, this mcwctl is for version %u" USE_THE_RIGHT_ONE,
			  path, version, MCW_ABI_VERSION);
		return false;
	}
	if (bytes != MCW_RECORD_BYTES) {
		mcw_error("%s has records of %u bytes, this mcwctl reads %u" USE_THE_RIGHT_ONE,
			  path, bytes, MCW_RECORD_BYTES);
		return false;
	}
	return true;
}

static bool lanes_read(const struct reader *r, struct mcw_lanes *lanes)
{
	if (!ioctl(r->fd, MCW_IOC_LANES, lanes))
		return true;
	mcw_error("cannot ask %s for its counters: %s", r->o->device, strerror(errno));
	return false;
}

static bool bases_take(struct reader *r)
{
	struct mcw_lanes lanes;

	/*
	 * Seek first: what comes between seek and counters is then read, and its
	 * first record moves the base back. The other way round it would look lost.
	 */
	if (r->o->from_now && lseek(r->fd, 0, SEEK_END) < 0) {
		mcw_error("cannot go to the end of %s: %s", r->o->device, strerror(errno));
		return false;
	}
	if (!lanes_read(r, &lanes))
		return false;
	for (unsigned int lane = 0; lane < MCW_LANES; lane++)
		if (r->o->from_now || !lanes.lane[lane].head)
			mcw_lost_base(&r->lost[lane], &lanes.lane[lane]);
	return true;
}

/* Looked at after each line, as long as errno is what made it fail. */
static enum step output_state(void)
{
	if (!ferror(stdout))
		return STEP_MORE;
	if (errno == EPIPE)
		return STEP_DONE;
	mcw_error("cannot write to standard output: %s", strerror(errno));
	return STEP_FAILED;
}

static bool lane_wanted(const struct reader *r, unsigned int lane)
{
	return r->o->lanes & 1U << lane;
}

static enum step record_take(struct reader *r, const struct mcw_record *rec)
{
	unsigned int lane = rec->head.lane;
	struct mcw_lost *l;

	if (lane >= MCW_LANES)
		return STEP_MORE;
	l = &r->lost[lane];
	mcw_lost_record(l, &rec->head);
	/* What is lost before a record that is not shown is said with the next one that is. */
	if (!lane_wanted(r, lane) || rec->head.type != MCW_EVENT)
		return STEP_MORE;
	if (r->o->json) {
		mcw_json_event(stdout, rec, l->lost);
	} else {
		if (l->older)
			mcw_text_older(stdout, lane, l->older);
		if (l->lost)
			mcw_text_lost(stdout, lane, l);
		mcw_text_event(stdout, rec);
	}
	l->older = 0;
	mcw_lost_said(l);
	if (++r->printed == r->o->count)
		return output_state() == STEP_FAILED ? STEP_FAILED : STEP_DONE;
	return output_state();
}

static enum step missed_take(struct reader *r)
{
	struct mcw_missed missed;

	if (ioctl(r->fd, MCW_IOC_MISSED, &missed)) {
		mcw_error("cannot ask %s what was missed: %s", r->o->device, strerror(errno));
		return STEP_FAILED;
	}
	for (unsigned int lane = 0; lane < MCW_LANES; lane++)
		mcw_lost_missed(&r->lost[lane], missed.lane[lane]);
	return STEP_MORE;
}

static enum step batch_take(struct reader *r)
{
	ssize_t bytes = read(r->fd, r->batch, sizeof(r->batch));

	if (bytes < 0) {
		if (errno == EAGAIN)
			return STEP_NOTHING;
		if (errno == EINTR)
			return STEP_MORE;
		if (errno == EPIPE)
			return missed_take(r);
		mcw_error("cannot read %s: %s", r->o->device, strerror(errno));
		return STEP_FAILED;
	}
	if (!bytes || bytes % MCW_RECORD_BYTES) {
		mcw_error("%s gave %zd bytes, which are no whole records", r->o->device, bytes);
		return STEP_FAILED;
	}
	for (size_t i = 0; i < (size_t)bytes / MCW_RECORD_BYTES; i++) {
		enum step step = record_take(r, &r->batch[i]);

		if (step != STEP_MORE)
			return step;
	}
	return STEP_MORE;
}

/* Has everything up to these counters been read, for certain? */
static bool passed(const struct reader *r, const struct mcw_lanes *lanes)
{
	for (unsigned int lane = 0; lane < MCW_LANES; lane++)
		if (lanes->lane[lane].head &&
		    (!r->lost[lane].based || r->lost[lane].next < lanes->lane[lane].head))
			return false;
	return true;
}

static bool outstanding(const struct reader *r, const struct mcw_lanes *lanes)
{
	for (unsigned int lane = 0; lane < MCW_LANES; lane++)
		if (mcw_lost_outstanding(&r->lost[lane], &lanes->lane[lane]))
			return true;
	return false;
}

/* Reads on up to these counters; a record that is being written is waited for. */
static enum step records_until(struct reader *r, const struct mcw_lanes *lanes)
{
	__u64 since = now_ns(CLOCK_MONOTONIC);
	struct pollfd device = { .fd = r->fd, .events = POLLIN };

	while (!passed(r, lanes)) {
		enum step step = batch_take(r);
		__u64 now = now_ns(CLOCK_MONOTONIC);

		if (step == STEP_MORE) {
			since = now;
			continue;
		}
		if (step != STEP_NOTHING)
			return step;
		if (!outstanding(r, lanes) || now - since >= END_WAIT_MS * NS_PER_MS)
			break;
		poll(&device, 1, END_WAIT_MS);
	}
	return STEP_MORE;
}

/* What no record follows that could say it. */
static enum step losses_say(struct reader *r, const struct mcw_lanes *lanes)
{
	for (unsigned int lane = 0; lane < MCW_LANES; lane++) {
		struct mcw_lost *l = &r->lost[lane];

		mcw_lost_end(l, &lanes->lane[lane]);
		if (!l->lost || !lane_wanted(r, lane))
			continue;
		if (r->o->json)
			mcw_json_lost(stdout, lane, l->lost, now_ns(CLOCK_REALTIME),
				      now_ns(CLOCK_MONOTONIC));
		else
			mcw_text_lost(stdout, lane, l);
		mcw_lost_said(l);
	}
	return output_state();
}

static enum step finish(struct reader *r)
{
	struct mcw_lanes lanes;
	enum step step;

	if (!lanes_read(r, &lanes))
		return STEP_FAILED;
	step = records_until(r, &lanes);
	if (step != STEP_MORE)
		return step;
	return losses_say(r, &lanes);
}

/*
 * Return: STEP_MORE where a signal asks to end.
 *
 * The signals come by a descriptor: where records never cease, poll() would return
 * for those each time and never let a handler run.
 */
static enum step follow(struct reader *r, int signals)
{
	enum {
		DEVICE,
		SIGNALS,
		OUTPUT
	};
	struct pollfd fds[] = {
		[DEVICE] = { .fd = r->fd, .events = POLLIN },
		[SIGNALS] = { .fd = signals, .events = POLLIN },
		/* no event asked for: only that nobody reads it any more */
		[OUTPUT] = { .fd = STDOUT_FILENO },
	};

	for (;;) {
		if (poll(fds, ARRAY_SIZE(fds), -1) < 0) {
			if (errno == EINTR)
				continue;
			mcw_error("cannot wait for %s: %s", r->o->device, strerror(errno));
			return STEP_FAILED;
		}
		if (fds[SIGNALS].revents)
			return STEP_MORE;
		if (fds[OUTPUT].revents)
			return STEP_DONE;
		if (fds[DEVICE].revents) {
			enum step step = batch_take(r);

			if (step == STEP_DONE || step == STEP_FAILED)
				return step;
		}
	}
}

static enum step monitor(struct reader *r)
{
	enum step step;
	sigset_t set;
	int signals;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signals = signalfd(-1, &set, SFD_CLOEXEC);
	if (signals < 0) {
		mcw_error("cannot wait for signals: %s", strerror(errno));
		return STEP_FAILED;
	}
	step = follow(r, signals);
	if (step == STEP_MORE) {
		struct signalfd_siginfo info;
		ssize_t taken = read(signals, &info, sizeof(info));

		/* A second signal does not wait for the rest to be read and written. */
		if (taken == (ssize_t)sizeof(info))
			sigprocmask(SIG_UNBLOCK, &set, NULL);
		step = finish(r);
	}
	close(signals);
	return step;
}

enum mcw_exit mcw_records_run(const struct mcw_options *o)
{
	struct reader r = { .o = o };
	enum step step = STEP_FAILED;

	if (!device_open(&r))
		return MCW_EXIT_FAILED;
	/* A line is of use at once, and never torn by the end of a buffer. */
	setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
	if (device_check(&r) && bases_take(&r))
		step = o->follow ? monitor(&r) : finish(&r);
	close(r.fd);
	return step == STEP_FAILED ? MCW_EXIT_FAILED : MCW_EXIT_OK;
}
