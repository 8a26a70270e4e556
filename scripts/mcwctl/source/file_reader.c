// SPDX-License-Identifier: GPL-2.0
/*
 * Reads a file of mcwctl record. Prints what is damaged in it, and skips that.
 */
#include "source/file_reader.h"

#include <errno.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "error.h"

static bool is_standard_input(const char *path)
{
	return !strcmp(path, "-");
}

bool mcw_recording_open(struct mcw_recording *f, const char *path)
{
	bool is_stdin = is_standard_input(path);

	*f = (struct mcw_recording){ .path = is_stdin ? "standard input" : path };
	f->file = is_stdin ? stdin : fopen(path, "re");
	if (!f->file)
		mcw_error("cannot open %s: %s", path, strerror(errno));
	return f->file;
}

bool mcw_recording_is_written(const struct mcw_recording *f)
{
	return flock(fileno(f->file), LOCK_SH | LOCK_NB) && errno == EWOULDBLOCK;
}

void mcw_recording_close(struct mcw_recording *f)
{
	if (f->file != stdin)
		fclose(f->file);
}

static enum mcw_next end(const struct mcw_recording *f, size_t rest)
{
	if (ferror(f->file)) {
		mcw_error("cannot read %s: %s", f->path, strerror(errno));
		return MCW_NEXT_FAILED;
	}
	if (!f->offset && !f->quiet) {
		if (rest)
			mcw_error("%s is %s", f->path, mcw_found_text(MCW_FOUND_NO_RECORDING));
		else
			mcw_error("%s is empty", f->path);
		return MCW_NEXT_FAILED;
	}
	if (f->quiet)
		return MCW_NEXT_END;
	if (rest || f->good < f->offset)
		mcw_error("%s: its last write was cut off: %llu bytes at byte %llu are no record",
			  f->path, f->offset + rest - f->good, f->good);
	return MCW_NEXT_END;
}

/* A good entry follows what is bad, so that is damage and not a torn end. */
static enum mcw_next good(struct mcw_recording *f)
{
	__u64 bad = (f->offset - f->good) / MCW_ENTRY_BYTES;

	if (bad && !f->quiet)
		mcw_error("%s: damaged from byte %llu to %llu: what was there is lost", f->path,
			  f->good, f->offset);
	f->damaged += bad;
	f->offset += MCW_ENTRY_BYTES;
	f->good = f->offset;
	return MCW_NEXT_ENTRY;
}

enum mcw_next mcw_recording_next(struct mcw_recording *f, struct mcw_entry *e)
{
	for (;;) {
		size_t bytes = fread(e, 1, sizeof(*e), f->file);
		bool first = !f->offset;
		enum mcw_found found;

		if (bytes < sizeof(*e))
			return end(f, bytes);
		found = mcw_entry_check(e, first);
		if (found > MCW_FOUND_DAMAGED) {
			if (first)
				mcw_error("%s is %s", f->path, mcw_found_text(found));
			else
				mcw_error("%s: from byte %llu on it is %s", f->path, f->offset,
					  mcw_found_text(found));
			return MCW_NEXT_FAILED;
		}
		if (found == MCW_FOUND_ENTRY)
			return good(f);
		f->offset += sizeof(*e);
	}
}

/* only: just the outcomes of the load of the first session. */
static bool outcomes_add(struct mcw_outcomes *o, struct mcw_recording *f, bool only)
{
	struct mcw_session session;
	bool begun = false;
	struct mcw_entry e;
	enum mcw_next next;

	while ((next = mcw_recording_next(f, &e)) == MCW_NEXT_ENTRY) {
		if (e.kind == MCW_ENTRY_SESSION) {
			if (only && begun && !mcw_session_same_load(&session, &e.session))
				return true;
			session = e.session;
			begun = true;
		} else if (e.kind == MCW_ENTRY_RECORD && e.record.head.type == MCW_OUTCOME &&
			   !mcw_outcomes_add(o, &e.record)) {
			return false;
		}
	}
	/* With only, another reader of the same file prints what is damaged. */
	return only || next == MCW_NEXT_END;
}

bool mcw_recording_outcomes(struct mcw_outcomes *o, const char *path, mcw_outcome_order order)
{
	struct mcw_recording f;
	bool good;

	if (!mcw_recording_open(&f, path))
		return false;
	good = outcomes_add(o, &f, false);
	mcw_recording_close(&f);
	mcw_outcomes_sort(o, order);
	return good;
}

bool mcw_recording_outcomes_from(struct mcw_outcomes *o, const char *path, __u64 offset)
{
	struct mcw_recording f;
	struct stat st;
	bool good = true;

	mcw_outcomes_free(o);
	if (is_standard_input(path) || stat(path, &st) || !S_ISREG(st.st_mode))
		return true;
	if (!mcw_recording_open(&f, path))
		return false;
	f.quiet = true;
	f.offset = offset;
	f.good = offset;
	good = !fseeko(f.file, offset, SEEK_SET) && outcomes_add(o, &f, true);
	mcw_recording_close(&f);
	mcw_outcomes_sort(o, mcw_outcome_by_event);
	return good;
}
