// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl monitor and mcwctl read: the device's records, and what is missing of them.
 */
#include "mcwctl.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "decode.h"
#include "mcwctl_device.h"
#include "mcwctl_lost.h"
#include "mcwctl_print.h"

#define RECORDS_A_READ	64
#define NS_PER_S	1000000000ULL
#define NS_PER_MS	1000000ULL
/* The module passes a record that its writer left unfinished after 1 s. */
#define END_WAIT_MS	1500

struct reader {
	const struct mcw_options *o;
	int fd;
	__u64 printed;
	struct mcw_lost lost[MCW_LANES];
	struct mcw_outcomes outcomes;	/* to be printed under their events */
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

static enum step record_printed(struct reader *r)
{
	if (++r->printed == r->o->count)
		return output_state() == STEP_FAILED ? STEP_FAILED : STEP_DONE;
	return output_state();
}

/* Those that are known, once each. Others are printed when they come. */
static enum step outcomes_print(struct reader *r, const struct mcw_head *event)
{
	struct mcw_outcomes *known = &r->outcomes;
	enum step step = STEP_MORE;

	for (size_t i = mcw_outcomes_of(known, event->lane, event->pos);
	     i < known->count && step == STEP_MORE; i++) {
		struct mcw_record *rec = &known->records[i];

		if (rec->outcome.of_lane != event->lane || rec->outcome.of_pos != event->pos)
			break;
		if (rec->head.type != MCW_OUTCOME)
			continue;
		mcw_text_outcome(stdout, rec, true);
		rec->head.type = 0;
		step = record_printed(r);
	}
	return step;
}

/* Whether it was printed under its event; if not, it will be printed now. */
static bool outcome_was_printed(struct reader *r, const struct mcw_record *rec)
{
	struct mcw_outcomes *known = &r->outcomes;

	for (size_t i = mcw_outcomes_of(known, rec->outcome.of_lane, rec->outcome.of_pos);
	     i < known->count; i++) {
		struct mcw_record *one = &known->records[i];

		if (mcw_outcome_by_event(one, rec) > 0)
			break;
		if (one->head.pos != rec->head.pos)
			continue;
		if (!one->head.type)
			return true;
		one->head.type = 0;
	}
	return false;
}

static void record_print(const struct mcw_record *rec)
{
	if (rec->head.type == MCW_OUTCOME)
		mcw_text_outcome(stdout, rec, false);
	else if (rec->head.type == MCW_STORM)
		mcw_text_storm(stdout, rec);
	else
		mcw_text_event(stdout, rec);
}

static void record_print_json(const struct mcw_record *rec, __u64 lost)
{
	if (rec->head.type == MCW_OUTCOME)
		mcw_json_outcome(stdout, rec, lost);
	else if (rec->head.type == MCW_STORM)
		mcw_json_storm(stdout, rec, lost);
	else
		mcw_json_event(stdout, rec, lost);
}

static bool type_is_known(const struct mcw_record *rec)
{
	return rec->head.type == MCW_EVENT || rec->head.type == MCW_OUTCOME ||
	       rec->head.type == MCW_STORM;
}

static enum step record_take(struct reader *r, const struct mcw_record *rec)
{
	unsigned int lane = rec->head.lane;
	struct mcw_lost *l;
	enum step step;

	if (lane >= MCW_LANES)
		return STEP_MORE;
	l = &r->lost[lane];
	mcw_lost_record(l, &rec->head);
	/* What is lost before a record that is not shown is said with the next one that is. */
	if (!lane_wanted(r, lane) || !type_is_known(rec))
		return STEP_MORE;
	if (rec->head.type == MCW_OUTCOME && outcome_was_printed(r, rec))
		return STEP_MORE;
	if (r->o->json) {
		record_print_json(rec, l->lost);
	} else {
		if (l->older)
			mcw_text_older(stdout, lane, l->older);
		if (l->lost)
			mcw_text_lost(stdout, lane, l);
		record_print(rec);
	}
	l->older = 0;
	mcw_lost_said(l);
	step = record_printed(r);
	if (step == STEP_MORE && rec->head.type == MCW_EVENT)
		step = outcomes_print(r, &rec->head);
	return step;
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

/* For people, the past is put together; programs have the numbers to do it. */
static bool outcomes_take(struct reader *r)
{
	if (r->o->json || r->o->from_now || !lane_wanted(r, MCW_LANE_OWN))
		return true;
	return mcw_outcomes_read(&r->outcomes, r->o->device, mcw_outcome_by_event);
}

enum mcw_exit mcw_records_run(struct mcw_options *o)
{
	struct reader r = { .o = o };
	enum step step = STEP_FAILED;

	r.fd = mcw_device_open(o->device);
	if (r.fd < 0)
		return MCW_EXIT_FAILED;
	/* A line is of use at once, and never torn by the end of a buffer. */
	setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
	if (bases_take(&r) && outcomes_take(&r))
		step = o->follow ? monitor(&r) : finish(&r);
	mcw_outcomes_free(&r.outcomes);
	close(r.fd);
	return step == STEP_FAILED ? MCW_EXIT_FAILED : MCW_EXIT_OK;
}
