// SPDX-License-Identifier: GPL-2.0
/*
 * The file of mcwctl record as another recorder has left it: which records it has, and its end.
 */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/recorder.h"
#include "error.h"
#include "source/clock.h"
#include "source/file_reader.h"

void mcw_recorder_seen(struct mcw_recorder *r, const struct mcw_entry *e)
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
static bool scan(struct mcw_recorder *r, __u64 *end)
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
			mcw_recorder_seen(r, &e);
		}
	}
	*end = f.good;
	mcw_recording_close(&f);
	return next == MCW_NEXT_END;
}

/* Whether this may be a first entry that was cut off: its beginning, or zeros after a crash. */
static bool is_begun(const struct mcw_recorder *r, __u64 size)
{
	static const char magic[] = MCW_RECORDING_MAGIC, zeros[MCW_ENTRY_BYTES];
	const size_t known = strlen(magic);
	char begun[MCW_ENTRY_BYTES];

	if (size >= sizeof(begun) || pread(r->fd, begun, size, 0) != (ssize_t)size)
		return false;
	return !memcmp(begun, magic, size < known ? size : known) || !memcmp(begun, zeros, size);
}

static bool repair(struct mcw_recorder *r, __u64 size)
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

static __u64 begun_ns(const struct mcw_recorder *r)
{
	struct mcw_entry e;

	if (r->size && pread(r->fd, &e, sizeof(e), 0) == (ssize_t)sizeof(e) &&
	    mcw_entry_check(&e, true) == MCW_FOUND_ENTRY)
		return e.session.wall_ns;
	return mcw_now_ns(CLOCK_REALTIME);
}

bool mcw_recorder_file(struct mcw_recorder *r)
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
	r->begun_ns = begun_ns(r);
	r->stuck = false;
	return true;
}
