// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl record: writes the device's records to a file. A crash loses only what was being written,
 * and the next mcwctl record continues where this one ended.
 */
#include "cmd/command.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "decode/decode.h"
#include "error.h"
#include "source/clock.h"
#include "source/dimms.h"
#include "source/file_reader.h"
#include "source/stream.h"

#define NS_PER_S	1000000000ULL
#define BOOT_ID		"/proc/sys/kernel/random/boot_id"
#define NEXT_TIME	"; the next mcwctl record starts there"
#define DIMMS_LOOK_NS	(10 * NS_PER_S)
/* Room for a batch of records, and for the session and the end that go with it. */
#define ENTRIES		(MCW_RECORDS_A_READ + 4)

struct recorder {
	const struct mcw_options *o;
	const char *path;
	int fd;			/* -1: none */
	bool regular;		/* it can be truncated, locked and synced */
	bool known;		/* we know its contents: we wrote them, or read them */
	__u64 size;		/* of a regular file: where the next write goes */
	struct mcw_session session;
	struct mcw_lost lost[MCW_LANES];	/* the losses up to what was written */
	__u64 next[MCW_LANES];	/* records below this position are in the file */
	struct mcw_dimms dimms;	/* as the file has them */
	__u64 dimms_looked_ns;	/* when they were read */
	struct mcw_entry entry[ENTRIES];
	size_t count;
};

/* How many of the entries that were not written are records. */
static size_t records_from(const struct recorder *r, size_t i)
{
	size_t records = 0;

	for (; i < r->count; i++)
		records += r->entry[i].kind == MCW_ENTRY_RECORD;
	return records;
}

static void say_not_written(struct recorder *r, size_t written, int err)
{
	size_t whole = written / MCW_ENTRY_BYTES, records;

	/* Let the file end with a whole entry. If this fails, the next recorder does it. */
	if (r->regular && !ftruncate(r->fd, r->size + whole * MCW_ENTRY_BYTES))
		r->size += whole * MCW_ENTRY_BYTES;
	records = records_from(r, whole);
	mcw_error("cannot write to %s: %s: %zu record%s read and not written" NEXT_TIME, r->path,
		  strerror(err), records, records == 1 ? " was" : "s were");
}

static enum mcw_step flush(struct recorder *r)
{
	size_t bytes = r->count * MCW_ENTRY_BYTES, written = 0;

	while (written < bytes) {
		ssize_t n = write(r->fd, (char *)r->entry + written, bytes - written);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			say_not_written(r, written, errno);
			return MCW_STEP_FAILED;
		}
		written += n;
	}
	r->size += bytes;
	r->count = 0;
	return MCW_STEP_MORE;
}

static enum mcw_step bring_to_disk(struct recorder *r)
{
	if (!r->regular || !fdatasync(r->fd))
		return MCW_STEP_MORE;
	mcw_error("cannot sync %s to the disk: %s", r->path, strerror(errno));
	return MCW_STEP_FAILED;
}

static struct mcw_entry *entry_add(struct recorder *r)
{
	struct mcw_entry *e = &r->entry[r->count++];

	memset(e, 0, sizeof(*e));
	return e;
}

/* Accounts for an entry of this load that is in the file, or is about to be. */
static void seen(struct recorder *r, const struct mcw_entry *e)
{
	const struct mcw_head *head = &e->record.head;

	if (e->kind == MCW_ENTRY_RECORD) {
		mcw_lost_record(&r->lost[head->lane], head);
		if (r->next[head->lane] <= head->pos)
			r->next[head->lane] = head->pos + 1;
	} else if (e->kind == MCW_ENTRY_MISSED) {
		for (unsigned int lane = 0; lane < MCW_LANES; lane++)
			mcw_lost_missed(&r->lost[lane], e->missed.lane[lane]);
	}
}

/* Finds which records of this load the file has, and where its last whole entry ends. */
static bool scan(struct recorder *r, __u64 *end)
{
	struct mcw_recording f;
	struct mcw_entry e;
	enum mcw_next next;
	bool ours = false, begun = r->known;

	if (!mcw_recording_open(&f, r->path))
		return false;
	f.quiet = true;
	while ((next = mcw_recording_next(&f, &e)) == MCW_NEXT_ENTRY) {
		if (e.kind == MCW_ENTRY_SESSION) {
			ours = mcw_session_same_load(&r->session, &e.session);
			if (ours && !begun)
				mcw_session_begin(&e.session, r->lost);
			begun |= ours;
		} else if (ours && !r->known) {
			seen(r, &e);
		}
	}
	*end = f.good;
	mcw_recording_close(&f);
	return next == MCW_NEXT_END;
}

/* Whether this may be a first entry that was cut off: its beginning, or zeros after a crash. */
static bool is_begun(const struct recorder *r, __u64 size)
{
	static const char magic[] = MCW_RECORDING_MAGIC, zeros[MCW_ENTRY_BYTES];
	const size_t known = strlen(magic);
	char begun[MCW_ENTRY_BYTES];

	if (size >= sizeof(begun) || pread(r->fd, begun, size, 0) != (ssize_t)size)
		return false;
	return !memcmp(begun, magic, size < known ? size : known) || !memcmp(begun, zeros, size);
}

static bool repair(struct recorder *r, __u64 size)
{
	__u64 end = 0;

	if (size && !scan(r, &end))
		return false;
	if (!end && !is_begun(r, size)) {
		mcw_error("%s is not a file of mcwctl record, and was not touched", r->path);
		return false;
	}
	if (end < size) {
		if (ftruncate(r->fd, end)) {
			mcw_error("cannot truncate %s: %s", r->path, strerror(errno));
			return false;
		}
		mcw_error("%s: its last write was cut off: removed %llu bytes", r->path,
			  size - end);
	}
	r->size = end;
	return true;
}

/* A new file survives a crash only if its directory was synced. */
static void directory_to_disk(const char *path)
{
	char *copy = strdup(path);
	int fd = copy ? open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

	if (fd >= 0) {
		fsync(fd);
		close(fd);
	}
	free(copy);
}

static bool file_take(struct recorder *r)
{
	struct stat st;

	if (fstat(r->fd, &st)) {
		mcw_error("cannot get the state of %s: %s", r->path, strerror(errno));
		return false;
	}
	r->regular = r->fd != STDOUT_FILENO && S_ISREG(st.st_mode);
	if (!r->regular)
		return true;
	if (flock(r->fd, LOCK_EX | LOCK_NB)) {
		mcw_error("cannot lock %s: %s: does another mcwctl record to it?", r->path,
			  strerror(errno));
		return false;
	}
	/* Look at the file only now: another recorder may have written until we got the lock. */
	if (fstat(r->fd, &st) || !repair(r, st.st_size))
		return false;
	if (!st.st_size)
		directory_to_disk(r->path);
	return true;
}

static void session_add(struct recorder *r)
{
	struct mcw_entry *e = entry_add(r);

	r->session.wall_ns = mcw_now_ns(CLOCK_REALTIME);
	r->session.mono_ns = mcw_now_ns(CLOCK_MONOTONIC);
	mcw_session_base(&r->session, r->lost);
	e->session = r->session;
	mcw_entry_seal(e, MCW_ENTRY_SESSION);
}

/* If somebody truncated the file, it must begin with a session again. */
static enum mcw_step flush_grown(struct recorder *r)
{
	struct stat st;

	if (r->regular && !fstat(r->fd, &st) && !st.st_size && r->size) {
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
static enum mcw_step dimms_write(struct recorder *r)
{
	enum mcw_step step = MCW_STEP_MORE;

	for (size_t i = 0; i < r->dimms.count && step == MCW_STEP_MORE; i++) {
		struct mcw_entry *e;

		/* Leaves room for a session. */
		if (r->count == ENTRIES - 1)
			step = flush_grown(r);
		e = entry_add(r);
		mcw_dimms_entry(&r->dimms, i, &e->dimm);
		mcw_entry_seal(e, MCW_ENTRY_DIMM);
	}
	return step;
}

/* Reads the table, and writes it if it is another one, or if the file is new. */
static enum mcw_step dimms_look(struct recorder *r, bool new_file)
{
	struct mcw_dimms now;
	bool same;

	r->dimms_looked_ns = mcw_now_ns(CLOCK_MONOTONIC);
	if (!mcw_dimms_read(&now, r->o->edac, r->o->dmi))
		return MCW_STEP_MORE;
	same = mcw_dimms_same(&r->dimms, &now);
	mcw_dimms_free(&r->dimms);
	r->dimms = now;
	return same && !new_file ? MCW_STEP_MORE : dimms_write(r);
}

/* A driver was loaded since, or somebody gave a DIMM another label: then the table comes first. */
static enum mcw_step location_look(struct recorder *r, const struct mcw_record *rec)
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

static bool file_open(struct recorder *r)
{
	if (!strcmp(r->path, "-")) {
		r->fd = STDOUT_FILENO;
		r->path = "standard output";
	} else {
		/* Readable by root alone: the file has physical addresses in it. */
		r->fd = open(r->path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	}
	if (r->fd < 0) {
		mcw_error("cannot open %s: %s", r->path, strerror(errno));
		return false;
	}
	if (file_take(r)) {
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
	struct recorder *r = s->self;
	enum mcw_step step;
	struct mcw_entry *e;

	if (rec->head.pos < r->next[rec->head.lane])
		return MCW_STEP_MORE;
	step = location_look(r, rec);
	if (step == MCW_STEP_MORE && r->count >= ENTRIES - 1)
		step = flush_grown(r);
	if (step != MCW_STEP_MORE)
		return step;
	e = entry_add(r);
	e->record = *rec;
	mcw_entry_seal(e, MCW_ENTRY_RECORD);
	seen(r, e);
	return MCW_STEP_MORE;
}

static enum mcw_step missed_take(struct mcw_stream *s, const struct mcw_missed *missed)
{
	struct recorder *r = s->self;
	struct mcw_entry *e = entry_add(r);

	e->missed = *missed;
	mcw_entry_seal(e, MCW_ENTRY_MISSED);
	seen(r, e);
	return flush(r);
}

static enum mcw_step batch_take(struct mcw_stream *s)
{
	struct recorder *r = s->self;
	enum mcw_step step;

	if (!r->count)
		return MCW_STEP_MORE;
	step = flush_grown(r);
	if (step == MCW_STEP_MORE && !r->o->sync_at_end)
		step = bring_to_disk(r);
	return step;
}

static enum mcw_step end_take(struct mcw_stream *s, const struct mcw_end *end)
{
	struct recorder *r = s->self;
	struct mcw_entry *e = entry_add(r);
	enum mcw_step step;

	e->end = *end;
	mcw_entry_seal(e, MCW_ENTRY_END);
	step = flush(r);
	return step == MCW_STEP_MORE ? bring_to_disk(r) : step;
}

/* For logrotate: there may be a new file under our path now. */
static enum mcw_step hangup_take(struct mcw_stream *s)
{
	struct recorder *r = s->self;
	enum mcw_step step;

	if (!r->regular)
		return MCW_STEP_MORE;
	mcw_entry_seal(entry_add(r), MCW_ENTRY_MOVED);
	step = flush(r);
	if (step == MCW_STEP_MORE)
		step = bring_to_disk(r);
	if (step != MCW_STEP_MORE)
		return step;
	close(r->fd);
	return file_open(r) ? MCW_STEP_MORE : MCW_STEP_FAILED;
}

static const struct mcw_consumer consumer = {
	.record = record_take,
	.missed = missed_take,
	.batch = batch_take,
	.end = end_take,
	.hangup = hangup_take,
};

static bool boot_id_read(__u8 id[16])
{
	FILE *file = fopen(BOOT_ID, "re");
	unsigned int byte, n = 0;

	while (file && n < 16 &&
	       fscanf(file, n == 4 || n == 6 || n == 8 || n == 10 ? "-%2x" : "%2x", &byte) == 1)
		id[n++] = byte;
	if (file)
		fclose(file);
	if (n < 16)
		mcw_error("cannot read a boot ID from " BOOT_ID);
	return n == 16;
}

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
	return boot_id_read(session->boot_id);
}

enum mcw_exit mcw_record_run(struct mcw_options *o)
{
	static struct mcw_stream s;
	static struct recorder r;
	enum mcw_step step = MCW_STEP_FAILED;

	r.o = o;
	r.path = o->arguments[0];
	s.consumer = &consumer;
	s.self = &r;
	s.path = o->device;
	s.may_map = true;
	if (!mcw_stream_open(&s))
		return MCW_EXIT_FAILED;
	memcpy(r.lost, s.lost, sizeof(r.lost));
	if (session_fill(&r.session, &s) && file_open(&r)) {
		s.output = r.regular ? -1 : r.fd;
		step = o->follow ? mcw_stream_follow(&s) : mcw_stream_finish(&s);
	}
	if (step == MCW_STEP_DONE) {
		mcw_error("nobody reads %s any more", r.path);
		step = MCW_STEP_FAILED;
	}
	mcw_stream_close(&s);
	mcw_dimms_free(&r.dimms);
	return step == MCW_STEP_FAILED ? MCW_EXIT_FAILED : MCW_EXIT_OK;
}
