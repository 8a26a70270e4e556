// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl journal: what people need to know of the records, as entries of systemd's journal. With
 * --export or of a recording, prints these entries instead.
 */
#include "cmd/journal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cmd/diagnosis.h"
#include "diagnose/diagnose.h"
#include "error.h"
#include "show/journal.h"
#include "source/boot_id.h"
#include "source/clock.h"
#include "source/notify.h"
#include "source/stream.h"

#define NS_PER_S 1000000000ULL
#define NS_PER_MS 1000000ULL
#define NS_PER_US 1000ULL
#define STATE_NS NS_PER_S
#define DIMMS_LOOK_NS (10 * NS_PER_S)

__u64 mcw_journal_now(const struct mcw_journal *j)
{
	return j->o->file ? j->clock_ns : mcw_now_ns(CLOCK_MONOTONIC);
}

static void boot_id_add(struct mcw_journal *j)
{
	char text[2 * sizeof(j->session.boot_id) + 1];

	for (size_t i = 0; i < sizeof(j->session.boot_id); i++)
		snprintf(text + 2 * i, 3, "%02x", j->session.boot_id[i]);
	mcw_journal_text(&j->entry, "_BOOT_ID", text);
}

/* journald adds these itself, and takes them from nobody. */
static void export_add(struct mcw_journal *j)
{
	const __u64 mono_ns = mcw_journal_now(j);
	const __u64 wall_ns = j->o->file ? j->wall_ns : mcw_now_ns(CLOCK_REALTIME);

	mcw_journal_format(&j->entry, "__REALTIME_TIMESTAMP", "%llu", wall_ns / NS_PER_US);
	mcw_journal_format(&j->entry, "__MONOTONIC_TIMESTAMP", "%llu", mono_ns / NS_PER_US);
	boot_id_add(j);
	if (j->session.host[0])
		mcw_journal_bytes(&j->entry, "_HOSTNAME", j->session.host,
				  strnlen(j->session.host, sizeof(j->session.host)));
}

void mcw_journal_entry_begin(struct mcw_journal *j)
{
	mcw_journal_begin(&j->entry);
	if (j->exports)
		export_add(j);
}

void mcw_journal_entry_end(struct mcw_journal *j)
{
	if (j->session.load)
		mcw_journal_format(&j->entry, "MCEWARDEN_LOAD", "%llx", j->session.load);
	j->sent = true;
	if (j->entry.failed) {
		mcw_error("no memory for an entry of the journal: it is left out");
	} else if (j->exports) {
		fwrite(j->entry.bytes, j->entry.length, 1, stdout);
		putchar('\n');
	} else {
		mcw_journal_queue_put(&j->queue, &j->entry);
	}
}

static void dimms_read(struct mcw_journal *j)
{
	struct mcw_dimms now;

	j->dimms_looked_ns = mcw_now_ns(CLOCK_MONOTONIC);
	if (!mcw_dimms_read(&now, j->o->edac, j->o->dmi))
		return;
	mcw_dimms_free(&j->dimms);
	j->dimms = now;
}

/* A driver was loaded since, or somebody gave a DIMM another label. */
static void location_look(struct mcw_journal *j, const struct mcw_record *rec)
{
	const struct mcw_location *l = &rec->location;
	char label[MCW_LOCATION_TEXT + 1] = "";
	const struct mcw_dimm *known;

	if (rec->head.type != MCW_LOCATION || l->source != MCW_LOCATION_EDAC || l->part != 1)
		return;
	memcpy(label, l->text, MCW_LOCATION_TEXT);
	known = mcw_dimms_find(&j->dimms, label, l->mc, l->layer);
	if (known && !strcmp(known->label, label))
		return;
	if (mcw_now_ns(CLOCK_MONOTONIC) >= j->dimms_looked_ns + DIMMS_LOOK_NS)
		dimms_read(j);
}

/* Called after entries were printed, while errno still says why that failed. */
static enum mcw_step output_state(const struct mcw_journal *j)
{
	if (!j->exports || !ferror(stdout))
		return MCW_STEP_MORE;
	if (errno == EPIPE)
		return MCW_STEP_DONE;
	mcw_error("cannot write to standard output: %s", strerror(errno));
	return MCW_STEP_FAILED;
}

static enum mcw_step record_take(struct mcw_stream *s, const struct mcw_record *rec)
{
	struct mcw_journal *j = s->self;

	if (j->o->file) {
		/* What was due by then comes first, as it does from the device. */
		if (rec->head.mono_ns > j->clock_ns)
			j->clock_ns = rec->head.mono_ns;
		j->wall_ns = rec->head.wall_ns;
		mcw_journal_due(j, s, false);
	} else {
		location_look(j, rec);
		mcw_journal_conditions_expect(&j->conditions);
	}
	mcw_journal_take(j, rec);
	return output_state(j);
}

/* Positions begin anew. */
static void load_end(struct mcw_journal *j, const struct mcw_stream *s)
{
	mcw_journal_due(j, s, true);
	memset(j->read, 0, sizeof(j->read));
	memset(j->lost_seen, 0, sizeof(j->lost_seen));
	memset(&j->join, 0, sizeof(j->join));
	j->join.dimms = &j->dimms;
	j->clock_ns = 0;
}

static enum mcw_step session_take(struct mcw_stream *s, const struct mcw_session *session,
				  bool fresh)
{
	struct mcw_journal *j = s->self;

	if (fresh)
		load_end(j, s);
	j->session = *session;
	return output_state(j);
}

static enum mcw_step dimm_take(struct mcw_stream *s, const struct mcw_dimm_entry *dimm)
{
	struct mcw_journal *j = s->self;

	return mcw_dimms_take(&j->dimms, dimm) ? MCW_STEP_MORE : MCW_STEP_FAILED;
}

static void condition_take(void *self, const struct mcw_condition_bucket *b,
			   const struct mcw_conditions_conf *conf)
{
	struct mcw_journal *j = self;

	mcw_journal_entry_begin(j);
	mcw_journal_condition(&j->entry, b, conf);
	mcw_journal_entry_end(j);
}

static void conditions_look(struct mcw_journal *j)
{
	__u64 since_ns = j->state.conditions_ns;

	j->state.conditions_ns = mcw_now_ns(CLOCK_REALTIME);
	mcw_journal_conditions_look(&j->conditions, j->o, since_ns, condition_take, j);
}

static void state_write(struct mcw_journal *j)
{
	int err;

	j->sent = false;
	j->state_ns = mcw_now_ns(CLOCK_MONOTONIC);
	for (unsigned int lane = 0; lane < MCW_LANES; lane++) {
		bool waits = lane == MCW_LANE_SEVERE || lane == MCW_LANE_NOTICE;

		if (j->read[lane].next > j->state.lane[lane].next &&
		    (!waits || mcw_journal_is_settled(j)))
			j->state.lane[lane] = j->read[lane];
	}
	if (!j->o->guests.state)
		return;
	err = mcw_journal_state_write(&j->state, j->o->guests.state);
	if (err && !j->state_failed)
		mcw_error("cannot write %s: %s: after a restart, records are told again",
			  j->o->guests.state, strerror(err));
	j->state_failed = err;
}

static int sooner(int a, int b)
{
	return a < 0 || (b >= 0 && b < a) ? b : a;
}

static int ms_until(__u64 then_ns, __u64 now_ns)
{
	return then_ns > now_ns ? (int)((then_ns - now_ns) / NS_PER_MS) + 1 : 1;
}

static int due_take(struct mcw_stream *s)
{
	struct mcw_journal *j = s->self;
	__u64 next, now;
	int due;

	mcw_journal_due(j, s, false);
	if (!mcw_journal_conditions_due(&j->conditions))
		conditions_look(j);
	due = sooner(mcw_journal_queue_due(&j->queue), mcw_journal_conditions_due(&j->conditions));
	now = mcw_now_ns(CLOCK_MONOTONIC);
	if (j->sent && now >= j->state_ns + STATE_NS)
		state_write(j);
	if (j->sent)
		due = sooner(due, ms_until(j->state_ns + STATE_NS, now));
	next = mcw_journal_next(j);
	if (j->exports)
		fflush(stdout);
	return next ? sooner(due, ms_until(next, now)) : due;
}

static const struct mcw_consumer consumer = {
	.record = record_take,
	.session = session_take,
	.dimm = dimm_take,
	.due = due_take,
};

/* Identifies the boot and this load of the module. */
static bool session_fill(struct mcw_journal *j, const struct mcw_stream *s)
{
	if (ioctl(s->fd, MCW_IOC_LOAD, &j->session.load)) {
		mcw_error("cannot get the number of the load from %s: %s", s->path,
			  strerror(errno));
		return false;
	}
	gethostname(j->session.host, sizeof(j->session.host) - 1);
	return mcw_boot_id_read(j->session.boot_id);
}

static enum mcw_step device_read(struct mcw_journal *j, struct mcw_stream *s)
{
	enum mcw_step step = MCW_STEP_FAILED;

	if (!mcw_stream_open(s))
		return MCW_STEP_FAILED;
	if (session_fill(j, s)) {
		if (j->o->guests.state)
			mcw_journal_state_read(&j->state, j->o->guests.state, j->session.load);
		/* Those that have held since an earlier boot were told then. */
		if (!j->state.conditions_ns)
			j->state.conditions_ns =
				mcw_now_ns(CLOCK_REALTIME) - mcw_now_ns(CLOCK_BOOTTIME);
		memcpy(j->begin, j->state.lane, sizeof(j->begin));
		dimms_read(j);
		mcw_journal_conditions_expect(&j->conditions);
		mcw_notify_ready();
		step = j->o->follow ? mcw_stream_follow(s) : mcw_stream_finish(s);
		mcw_journal_due(j, s, true);
		conditions_look(j);
		state_write(j);
	}
	mcw_stream_close(s);
	return step;
}

static bool begin(struct mcw_journal *j, struct mcw_options *o)
{
	j->o = o;
	j->exports = o->export_format || o->file;
	j->join.dimms = &j->dimms;
	/* What is new is new from now on, of conditions too. */
	if (o->from_now)
		j->state.conditions_ns = mcw_now_ns(CLOCK_REALTIME);
	if (!mcw_fault_news_begin(&j->news, o, false))
		return false;
	j->d = mcw_diagnosis_new(&j->news.limits);
	return j->d &&
	       (j->exports ||
		mcw_journal_queue_begin(&j->queue, o->socket ? o->socket : MCW_JOURNALD_SOCKET));
}

static bool options_fit(const struct mcw_options *o)
{
	if (o->file && o->from_now)
		mcw_error("--new and --file: a recording gets no new records" MCW_SEE_HELP);
	else if (o->file && o->socket)
		mcw_error("--socket and --file: entries of a recording are printed" MCW_SEE_HELP);
	else if (o->export_format && o->socket)
		mcw_error("--socket and --export: entries go to one of them" MCW_SEE_HELP);
	else
		return true;
	return false;
}

enum mcw_exit mcw_journal_run(struct mcw_options *o)
{
	static struct mcw_stream s;
	static struct mcw_journal j;
	enum mcw_step step = MCW_STEP_FAILED;

	if (!options_fit(o))
		return MCW_EXIT_USAGE;
	s.consumer = &consumer;
	s.self = &j;
	s.path = o->file ? o->file : o->device;
	s.from_now = o->from_now;
	s.may_map = true;
	if (begin(&j, o)) {
		s.output = j.exports ? STDOUT_FILENO : -1;
		step = o->file ? mcw_stream_replay(&s) : device_read(&j, &s);
		if (o->file)
			mcw_journal_due(&j, &s, true);
		if (step == MCW_STEP_MORE)
			step = output_state(&j);
		if (!j.exports && !mcw_journal_queue_end(&j.queue))
			step = MCW_STEP_FAILED;
	}
	free(j.d);
	mcw_journal_conditions_free(&j.conditions);
	mcw_journal_free(&j.entry);
	mcw_dimms_free(&j.dimms);
	return step == MCW_STEP_FAILED ? MCW_EXIT_FAILED : MCW_EXIT_OK;
}
