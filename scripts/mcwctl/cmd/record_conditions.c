// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl record --conditions.
 *
 * An event waits for its location as it does for the store (store/join.h). What has filled a bucket
 * is written to the state's file at most once a second, together with the positions up to which
 * records were taken, so that after a crash each record counts once, but for those of the last
 * second.
 */
#include "cmd/record_conditions.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "cmd/command.h"
#include "cmd/condition_programs.h"
#include "cmd/conditions_file.h"
#include "error.h"
#include "show/condition.h"
#include "source/clock.h"
#include "source/full.h"
#include "source/stream.h"
#include "store/join.h"

#define NS_PER_MS 1000000ULL
#define NS_PER_S (1000 * NS_PER_MS)
#define WRITE_NS NS_PER_S
#define RETRY_NS (10 * NS_PER_S)
#define KERNEL_LOG "/dev/kmsg"
#define SENTENCE 512

static const struct mcw_dimms no_dimms;

struct mcw_watch {
	const char *config;	/* NULL: the usual file */
	const char *path;	/* of the state */
	bool changed;		/* there is something to write */
	int failed;		/* why the last write did, and that was said; or 0 */
	bool log_failed;	/* so did the last line for the kernel's log */
	__u64 written_ns;	/* or tried */
	__u64 lost;		/* records, of which the buckets know */
	__u64 read[MCW_LANES];	/* records below these positions were read */
	__u64 reports;		/* the first location that has not filled a bucket */
	struct mcw_conditions_origin origin;
	struct mcw_conditions conditions;
	struct mcw_programs programs;
	struct mcw_join join;
};

/*
 * The device itself is the lock, so that one recorder of this machine acts, whatever their files
 * are. It is let go when the device is closed.
 */
static bool lock_take(const struct mcw_stream *s)
{
	if (!flock(s->fd, LOCK_EX | LOCK_NB))
		return true;
	if (errno == EWOULDBLOCK)
		mcw_error("another mcwctl record acts on conditions; this one does not");
	else
		mcw_error("cannot lock %s: %s: nothing acts on conditions", s->path,
			  strerror(errno));
	return false;
}

static void state_read(struct mcw_watch *w, const struct mcw_session *session)
{
	int err;

	memcpy(w->origin.boot_id, session->boot_id, sizeof(w->origin.boot_id));
	w->origin.mono_ns = mcw_now_ns(CLOCK_MONOTONIC);
	w->origin.wall_ns = mcw_now_ns(CLOCK_REALTIME);
	err = mcw_conditions_state_read(&w->conditions, &w->origin, w->path);
	if (err && err != ENOENT)
		mcw_error("cannot read %s: %s: the conditions begin anew", w->path,
			  mcw_conditions_why(err));
	if (err || w->origin.load != session->load)
		memset(w->origin.next, 0, sizeof(w->origin.next));
	w->origin.load = session->load;
	memcpy(w->read, w->origin.next, sizeof(w->read));
	w->reports = w->origin.next[MCW_LANE_LOCATION];
}

void mcw_record_conditions_begin(struct mcw_record_conditions *r, const struct mcw_options *o,
				 const struct mcw_session *session, const struct mcw_stream *s)
{
	struct mcw_conditions_conf conf;
	struct mcw_limits limits;
	struct mcw_watch *w;

	if (!o->conditions)
		return;
	if (!mcw_conditions_conf_read(&conf, &limits, o->config)) {
		mcw_error("nothing acts on conditions until that is right and the recorder is "
			  "started again");
		return;
	}
	if (!lock_take(s))
		return;
	w = calloc(1, sizeof(*w));
	if (!w) {
		mcw_error("no memory for the conditions");
		return;
	}
	w->config = o->config;
	w->path = o->conditions;
	w->join.dimms = &no_dimms;
	w->programs.conditions = &w->conditions;
	mcw_conditions_begin(&w->conditions, &conf);
	state_read(w, session);
	r->watch = w;
}

void mcw_record_conditions_modules(struct mcw_record_conditions *r, const struct mcw_dimms *dimms)
{
	if (r->watch)
		r->watch->join.dimms = dimms;
}

static void joined_take(struct mcw_watch *w, const struct mcw_joined *e)
{
	const struct mcw_head *head = &e->rec.head;
	struct mcw_sign sign = e->sign;

	if (e->is_sign && (head->type == MCW_EVENT || head->pos >= w->reports))
		mcw_conditions_error(&w->conditions, &sign);
	else if (!e->is_sign && mcw_conditions_sign(&sign, &e->rec))
		mcw_conditions_error(&w->conditions, &sign);
	if (w->origin.next[head->lane] <= head->pos)
		w->origin.next[head->lane] = head->pos + 1;
	w->changed = true;
}

static void joined_feed(struct mcw_watch *w, __u64 mono_ns, bool all)
{
	const struct mcw_joined *e;

	while ((e = mcw_join_take(&w->join, mono_ns, all)))
		joined_take(w, e);
}

static void storm_take(struct mcw_watch *w, const struct mcw_record *rec)
{
	mcw_conditions_storm(&w->conditions, rec);
	w->origin.next[rec->head.lane] = rec->head.pos + 1;
	w->changed = true;
}

void mcw_record_conditions_take(struct mcw_record_conditions *r, const struct mcw_record *rec)
{
	const struct mcw_head *head = &rec->head;
	struct mcw_watch *w = r->watch;

	if (!w)
		return;
	if (head->lane != MCW_LANE_LOCATION) {
		if (head->pos < w->read[head->lane])
			return;
		w->read[head->lane] = head->pos + 1;
	}
	if (head->type == MCW_STORM)
		storm_take(w, rec);
	if (head->type != MCW_EVENT && head->type != MCW_LOCATION)
		return;
	if (mcw_join_is_full(&w->join)) {
		joined_feed(w, head->mono_ns, false);
		if (mcw_join_is_full(&w->join))
			joined_feed(w, head->mono_ns, true);
	}
	mcw_join_add(&w->join, rec, head->mono_ns);
}

/* Of the lanes that hold errors. */
static void losses_take(struct mcw_watch *w, const struct mcw_stream *s, __u64 mono_ns)
{
	__u64 lost = 0;

	for (unsigned int lane = 0; lane <= MCW_LANE_OTHER; lane++)
		lost += s->lost[lane].lost;
	if (lost > w->lost) {
		mcw_conditions_lost(&w->conditions, lost - w->lost, mono_ns,
				    mcw_now_ns(CLOCK_REALTIME));
		w->changed = true;
	}
	w->lost = lost;
}

/* A line of its own: each write() is one. */
static void log_write(struct mcw_watch *w, const struct mcw_condition_bucket *b,
		      const char *sentence)
{
	bool is_error = mcw_condition_about(b->condition)->is_error;
	int fd = open(KERNEL_LOG, O_WRONLY | O_CLOEXEC);
	char line[SENTENCE + 32];
	int length =
		snprintf(line, sizeof(line), "<%d>mcewarden: %s\n", is_error ? 3 : 4, sentence);
	bool good = fd >= 0 && write(fd, line, length) == length;

	if (!good && !w->log_failed)
		mcw_error("cannot write to the kernel's log, %s: %s: %s", KERNEL_LOG,
			  strerror(errno), sentence);
	w->log_failed = !good;
	if (fd >= 0)
		close(fd);
}

static void act(struct mcw_watch *w, __u64 mono_ns)
{
	const struct mcw_condition_bucket *b;
	char sentence[SENTENCE];

	mcw_conditions_clock(&w->conditions, mono_ns);
	while ((b = mcw_conditions_fires(&w->conditions))) {
		mcw_condition_sentence(b, &w->conditions.conf, sentence, sizeof(sentence));
		if (w->conditions.conf.of[b->condition].log)
			log_write(w, b, sentence);
		mcw_programs_add(&w->programs, b, sentence);
		w->changed = true;
	}
}

static void state_write(struct mcw_watch *w, __u64 mono_ns)
{
	int err;

	w->origin.mono_ns = mono_ns;
	w->origin.wall_ns = mcw_now_ns(CLOCK_REALTIME);
	err = mcw_conditions_state_write(&w->conditions, &w->origin, w->path);
	if (mcw_full_is(err))
		mcw_full_begin(MCW_FULL_CONDITIONS, w->path, err);
	else
		mcw_full_end(MCW_FULL_CONDITIONS);
	if (err && !mcw_full_is(err) && !w->failed)
		mcw_error("cannot write %s: %s: what fills the conditions stays in memory", w->path,
			  strerror(err));
	else if (!err && w->failed && !mcw_full_is(w->failed))
		mcw_error("%s is written again", w->path);
	w->failed = err;
	w->changed = err;
	w->written_ns = mono_ns;
}

static int sooner(int a, int b)
{
	return a < 0 || (b >= 0 && b < a) ? b : a;
}

static int ms_until(__u64 then_ns, __u64 mono_ns)
{
	return then_ns > mono_ns ? (int)((then_ns - mono_ns) / NS_PER_MS) + 1 : 1;
}

/* Programs are started and looked at, and the state is written when it is time. */
static int rest_due(struct mcw_watch *w, __u64 mono_ns)
{
	int due = mcw_programs_due(&w->programs, mono_ns);
	__u64 write_ns;

	w->changed |= w->programs.changed;
	w->programs.changed = false;
	if (!w->changed)
		return due;
	write_ns = w->written_ns ? w->written_ns + (w->failed ? RETRY_NS : WRITE_NS) : mono_ns;
	if (mono_ns >= write_ns) {
		state_write(w, mono_ns);
		write_ns = w->changed ? mono_ns + RETRY_NS : 0;
	}
	return write_ns ? sooner(due, ms_until(write_ns, mono_ns)) : due;
}

int mcw_record_conditions_due(struct mcw_record_conditions *r, const struct mcw_stream *s)
{
	__u64 mono_ns = mcw_now_ns(CLOCK_MONOTONIC), join_ns;
	struct mcw_watch *w = r->watch;
	int due;

	if (!w)
		return -1;
	losses_take(w, s, mono_ns);
	joined_feed(w, mono_ns, false);
	act(w, mono_ns);
	due = rest_due(w, mono_ns);
	join_ns = mcw_join_due(&w->join);
	return join_ns ? sooner(due, ms_until(join_ns, mono_ns)) : due;
}

void mcw_record_conditions_reload(struct mcw_record_conditions *r)
{
	struct mcw_conditions_conf conf;
	struct mcw_limits limits;

	if (!r->watch)
		return;
	if (mcw_conditions_conf_read(&conf, &limits, r->watch->config))
		mcw_conditions_configure(&r->watch->conditions, &conf);
	else
		mcw_error("the conditions stay as they were");
}

void mcw_record_conditions_end(struct mcw_record_conditions *r, const struct mcw_stream *s)
{
	__u64 mono_ns = mcw_now_ns(CLOCK_MONOTONIC);
	struct mcw_watch *w = r->watch;

	if (!w)
		return;
	losses_take(w, s, mono_ns);
	mcw_join_end(&w->join);
	joined_feed(w, mono_ns, true);
	act(w, mono_ns);
	mcw_programs_end(&w->programs);
	state_write(w, mcw_now_ns(CLOCK_MONOTONIC));
	free(w);
	r->watch = NULL;
}
