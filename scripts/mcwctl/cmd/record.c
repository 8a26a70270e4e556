// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl record: writes the device's records to a file. A crash loses only what was being written,
 * and the next mcwctl record continues where this one ended.
 */
#include "cmd/recorder.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "decode/decode.h"
#include "error.h"
#include "source/boot_id.h"
#include "source/clock.h"
#include "source/full.h"
#include "source/notify.h"

#define NS_PER_S	1000000000ULL
#define NEXT_TIME	"; the next mcwctl record starts there"
#define DIMMS_LOOK_NS	(10 * NS_PER_S)
#define KEEP_DAYS_MOST	36500U
#define KEEP_MBYTES_MOST 16777216U

/* How many of the entries that were not written are records. */
static size_t records_from(const struct mcw_recorder *r, size_t i)
{
	size_t records = 0;

	for (; i < r->count; i++)
		records += r->entry[i].kind == MCW_ENTRY_RECORD;
	return records;
}

static enum mcw_step not_written(struct mcw_recorder *r, size_t written, int err)
{
	size_t whole = written / MCW_ENTRY_BYTES, records;

	/* Let the file end with a whole entry. If this fails, the next recorder does it. */
	if (r->regular && !ftruncate(r->fd, r->size + whole * MCW_ENTRY_BYTES))
		r->size += whole * MCW_ENTRY_BYTES;
	if (mcw_recorder_fills(r, err))
		return MCW_STEP_MORE;
	records = records_from(r, whole);
	mcw_error("cannot write to %s: %s: %zu record%s read and not written" NEXT_TIME, r->path,
		  strerror(err), records, records == 1 ? " was" : "s were");
	return MCW_STEP_FAILED;
}

static enum mcw_step flush(struct mcw_recorder *r)
{
	size_t bytes = r->full ? 0 : r->count * MCW_ENTRY_BYTES, written = 0;

	while (written < bytes) {
		ssize_t n = write(r->fd, (char *)r->entry + written, bytes - written);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return not_written(r, written, errno);
		written += n;
	}
	r->size += bytes;
	r->count = 0;
	return MCW_STEP_MORE;
}

static enum mcw_step bring_to_disk(struct mcw_recorder *r)
{
	if (!r->regular || r->full || !fdatasync(r->fd) || mcw_recorder_fills(r, errno))
		return MCW_STEP_MORE;
	mcw_error("cannot sync %s to the disk: %s", r->path, strerror(errno));
	return MCW_STEP_FAILED;
}

static struct mcw_entry *entry_add(struct mcw_recorder *r)
{
	struct mcw_entry *e = &r->entry[r->count++];

	memset(e, 0, sizeof(*e));
	return e;
}

static void session_add(struct mcw_recorder *r)
{
	struct mcw_entry *e = entry_add(r);

	r->session.wall_ns = mcw_now_ns(CLOCK_REALTIME);
	r->session.mono_ns = mcw_now_ns(CLOCK_MONOTONIC);
	mcw_session_base(&r->session, r->lost);
	e->session = r->session;
	mcw_entry_seal(e, MCW_ENTRY_SESSION);
}

/* If somebody truncated the file, it must begin with a session again. */
static enum mcw_step flush_grown(struct mcw_recorder *r)
{
	struct stat st;

	if (r->regular && !r->full && !fstat(r->fd, &st) && !st.st_size && r->size) {
		size_t count = r->count;

		memmove(r->entry + 1, r->entry, count * MCW_ENTRY_BYTES);
		r->count = 0;
		r->size = 0;
		session_add(r);
		r->count += count;
	}
	return flush(r);
}

/* Writes the table of the machine's DIMMs. Without one, the records still say all they know. */
static enum mcw_step dimms_write(struct mcw_recorder *r)
{
	enum mcw_step step = MCW_STEP_MORE;

	for (size_t i = 0; i < r->dimms.count && step == MCW_STEP_MORE; i++) {
		struct mcw_entry *e;

		/* Leaves room for a session. */
		if (r->count == MCW_RECORDER_ENTRIES - 1)
			step = flush_grown(r);
		e = entry_add(r);
		mcw_dimms_entry(&r->dimms, i, &e->dimm);
		mcw_entry_seal(e, MCW_ENTRY_DIMM);
	}
	return step;
}

/* Reads the table, and writes it if it is another one, or if the file is new. */
static enum mcw_step dimms_look(struct mcw_recorder *r, bool new_file)
{
	struct mcw_dimms now;
	bool same;

	r->dimms_looked_ns = mcw_now_ns(CLOCK_MONOTONIC);
	if (!mcw_dimms_read(&now, r->o->edac, r->o->dmi))
		return MCW_STEP_MORE;
	same = mcw_dimms_same(&r->dimms, &now);
	mcw_dimms_free(&r->dimms);
	r->dimms = now;
	if (!same) {
		mcw_record_store_modules(&r->store, &r->dimms);
		mcw_record_conditions_modules(&r->conditions, &r->dimms);
	}
	return same && !new_file ? MCW_STEP_MORE : dimms_write(r);
}

/* A driver was loaded since, or somebody gave a DIMM another label: then the table comes first. */
static enum mcw_step location_look(struct mcw_recorder *r, const struct mcw_record *rec)
{
	const struct mcw_location *l = &rec->location;
	char label[MCW_LOCATION_TEXT + 1] = "";
	const struct mcw_dimm *known;

	if (rec->head.type != MCW_LOCATION || l->source != MCW_LOCATION_EDAC || l->part != 1)
		return MCW_STEP_MORE;
	memcpy(label, l->text, MCW_LOCATION_TEXT);
	known = mcw_dimms_find(&r->dimms, label, l->mc, l->layer);
	if (known && !strcmp(known->label, label))
		return MCW_STEP_MORE;
	/* Some locations name no DIMM. */
	if (mcw_now_ns(CLOCK_MONOTONIC) < r->dimms_looked_ns + DIMMS_LOOK_NS)
		return MCW_STEP_MORE;
	return dimms_look(r, false);
}

static bool file_open(struct mcw_recorder *r)
{
	if (!strcmp(r->path, "-")) {
		r->fd = STDOUT_FILENO;
		r->path = "standard output";
	} else {
		/* Not for everybody: the file has physical addresses in it. */
		r->fd = open(r->path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, MCW_RECORDER_MODE);
	}
	if (r->fd < 0 && mcw_recorder_fills(r, errno))
		return true;
	if (r->fd < 0) {
		mcw_error("cannot open %s: %s", r->path, strerror(errno));
		return false;
	}
	if (mcw_recorder_file(r)) {
		r->known = true;
		session_add(r);
		return dimms_look(r, true) == MCW_STEP_MORE && flush(r) == MCW_STEP_MORE &&
		       bring_to_disk(r) == MCW_STEP_MORE;
	}
	close(r->fd);
	r->fd = -1;
	return false;
}

static enum mcw_step record_take(struct mcw_stream *s, const struct mcw_record *rec)
{
	struct mcw_recorder *r = s->self;
	enum mcw_step step;
	struct mcw_entry *e;

	/* The store and the conditions may not have all that the file has. */
	if (r->full || rec->head.pos < r->next[rec->head.lane]) {
		mcw_record_store_take(&r->store, rec);
		mcw_record_conditions_take(&r->conditions, rec);
		return MCW_STEP_MORE;
	}
	step = location_look(r, rec);
	mcw_record_store_take(&r->store, rec);
	mcw_record_conditions_take(&r->conditions, rec);
	if (step == MCW_STEP_MORE && r->count >= MCW_RECORDER_ENTRIES - 1)
		step = flush_grown(r);
	if (step != MCW_STEP_MORE)
		return step;
	e = entry_add(r);
	e->record = *rec;
	mcw_entry_seal(e, MCW_ENTRY_RECORD);
	mcw_recorder_seen(r, e);
	return MCW_STEP_MORE;
}

static enum mcw_step missed_take(struct mcw_stream *s, const struct mcw_missed *missed)
{
	struct mcw_recorder *r = s->self;
	struct mcw_entry *e = entry_add(r);

	e->missed = *missed;
	mcw_entry_seal(e, MCW_ENTRY_MISSED);
	mcw_recorder_seen(r, e);
	return flush(r);
}

static int sooner(int a, int b)
{
	return a < 0 || (b >= 0 && b < a) ? b : a;
}

static int due_take(struct mcw_stream *s)
{
	struct mcw_recorder *r = s->self;

	int due = sooner(mcw_record_store_due(&r->store, s),
			 mcw_record_conditions_due(&r->conditions, s));

	if (!r->full)
		return due;
	s->leave = mcw_recorder_has_room(r);
	return sooner(due, mcw_recorder_room_ms(r));
}

static enum mcw_step end_take(struct mcw_stream *s, const struct mcw_end *end)
{
	struct mcw_recorder *r = s->self;
	struct mcw_entry *e = entry_add(r);
	enum mcw_step step;

	e->end = *end;
	mcw_entry_seal(e, MCW_ENTRY_END);
	step = flush(r);
	return step == MCW_STEP_MORE ? bring_to_disk(r) : step;
}

/* There may be a new file under our path now. */
static enum mcw_step file_next(struct mcw_recorder *r)
{
	enum mcw_step step;

	if (!r->regular || r->full)
		return MCW_STEP_MORE;
	mcw_entry_seal(entry_add(r), MCW_ENTRY_MOVED);
	step = flush(r);
	if (step == MCW_STEP_MORE)
		step = bring_to_disk(r);
	if (step != MCW_STEP_MORE || r->full)
		return step;
	close(r->fd);
	return file_open(r) ? MCW_STEP_MORE : MCW_STEP_FAILED;
}

/* For logrotate, and for systemctl reload. */
static enum mcw_step hangup_take(struct mcw_stream *s)
{
	struct mcw_recorder *r = s->self;

	mcw_record_conditions_reload(&r->conditions);
	return file_next(r);
}

static enum mcw_step batch_take(struct mcw_stream *s)
{
	struct mcw_recorder *r = s->self;
	enum mcw_step step;

	if (!r->count)
		return MCW_STEP_MORE;
	step = flush_grown(r);
	if (step == MCW_STEP_MORE && !r->o->sync_at_end)
		step = bring_to_disk(r);
	if (step == MCW_STEP_MORE && mcw_recorder_is_old(r) && mcw_recorder_rename(r))
		step = file_next(r);
	return step;
}

static const struct mcw_consumer consumer = {
	.record = record_take,
	.missed = missed_take,
	.batch = batch_take,
	.end = end_take,
	.due = due_take,
	.hangup = hangup_take,
};

/* Copies as much as there is room for, less the zero at the end; to is zeroed. */
static void copy_text(char *to, size_t size, const char *from)
{
	memcpy(to, from, strnlen(from, size - 1));
}

/* Identifies this machine, its boot, and this load of the module. */
static bool session_fill(struct mcw_session *session, const struct mcw_stream *s)
{
	struct utsname uts;

	*session = (struct mcw_session){
		.magic = MCW_RECORDING_MAGIC,
		.format = MCW_RECORDING_FORMAT,
		.abi = MCW_ABI_VERSION,
		.record_bytes = MCW_RECORD_BYTES,
	};
	if (ioctl(s->fd, MCW_IOC_LOAD, &session->load)) {
		mcw_error("cannot get the number of the load from %s: %s", s->path,
			  strerror(errno));
		return false;
	}
	if (!uname(&uts)) {
		copy_text(session->host, sizeof(session->host), uts.nodename);
		copy_text(session->release, sizeof(session->release), uts.release);
	}
	return mcw_boot_id_read(session->boot_id);
}

static bool limits_check(const struct mcw_options *o)
{
	if (o->keep_days > KEEP_DAYS_MOST)
		mcw_error("--keep-days: %llu is out of range: give 1 to %u" MCW_SEE_HELP,
			  o->keep_days, KEEP_DAYS_MOST);
	else if (o->keep_mbytes > KEEP_MBYTES_MOST)
		mcw_error("--keep-mbytes: %llu is out of range: give 1 to %u" MCW_SEE_HELP,
			  o->keep_mbytes, KEEP_MBYTES_MOST);
	else
		return true;
	return false;
}

/* Reads until a signal. Whenever the disk was full, all goes on where the file ends. */
static enum mcw_step follow(struct mcw_recorder *r, struct mcw_stream *s)
{
	enum mcw_step step;

	while ((step = mcw_stream_follow(s)) == MCW_STEP_DONE && s->leave) {
		mcw_recorder_again(r);
		if (!mcw_stream_rewind(s))
			return MCW_STEP_FAILED;
		memcpy(r->lost, s->lost, sizeof(r->lost));
		if (!file_open(r))
			return MCW_STEP_FAILED;
		if (!r->full)
			mcw_full_end(MCW_FULL_RECORDS);
	}
	if (!r->full)
		return step;
	mcw_error("the records since the disk was full are not in %s" NEXT_TIME, r->path);
	return MCW_STEP_FAILED;
}

enum mcw_exit mcw_record_run(struct mcw_options *o)
{
	static struct mcw_stream s;
	static struct mcw_recorder r;
	enum mcw_step step = MCW_STEP_FAILED;

	if (!limits_check(o))
		return MCW_EXIT_USAGE;
	r.o = o;
	r.path = o->arguments[0];
	mcw_full_state(o->guests.state);
	s.consumer = &consumer;
	s.self = &r;
	s.path = o->device;
	s.may_map = true;
	if (!mcw_stream_open(&s))
		return MCW_EXIT_FAILED;
	memcpy(r.lost, s.lost, sizeof(r.lost));
	if (session_fill(&r.session, &s) && file_open(&r) &&
	    mcw_record_store_begin(&r.store, o, &r.session)) {
		mcw_record_conditions_begin(&r.conditions, o, &r.session, &s);
		mcw_record_store_modules(&r.store, &r.dimms);
		mcw_record_conditions_modules(&r.conditions, &r.dimms);
		s.output = r.regular ? -1 : r.fd;
		mcw_notify_ready();
		step = o->follow ? follow(&r, &s) : mcw_stream_finish(&s);
	}
	if (step == MCW_STEP_DONE) {
		mcw_error("nobody reads %s any more", r.path);
		step = MCW_STEP_FAILED;
	}
	mcw_record_store_end(&r.store, step != MCW_STEP_FAILED);
	mcw_record_conditions_end(&r.conditions, &s);
	mcw_stream_close(&s);
	mcw_dimms_free(&r.dimms);
	return step == MCW_STEP_FAILED ? MCW_EXIT_FAILED : MCW_EXIT_OK;
}
