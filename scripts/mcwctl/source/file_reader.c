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
#include "source/recordings.h"
#include "source/unpack.h"

/* Of a place: the number of the file, and the byte in it. */
#define PART_SHIFT 44

static bool is_standard_input(const char *path)
{
	return !strcmp(path, "-");
}

static bool file_open(struct mcw_recording *f)
{
	const struct mcw_recordings_file *file = f->all ? &f->all->files[f->part] : NULL;
	bool whole = true;

	if (file)
		f->path = file->path;
	f->offset = 0;
	f->good = 0;
	f->file = file ? mcw_recordings_open(file, &whole) :
			 mcw_unpacked_open(f->path, f->path, &whole);
	f->damaged += !whole;
	if (!f->file && errno)
		mcw_error("cannot open %s: %s%s", f->path, strerror(errno),
			  mcw_error_who(errno, f->path));
	return f->file;
}

bool mcw_recording_open(struct mcw_recording *f, const char *path)
{
	*f = (struct mcw_recording){ .path = path };
	if (is_standard_input(path)) {
		f->path = "standard input";
		f->file = stdin;
		return true;
	}
	if (mcw_recordings_is_directory(path)) {
		f->all = mcw_recordings_of(path);
		if (!f->all)
			return false;
	}
	return file_open(f);
}

__u64 mcw_recording_place(const struct mcw_recording *f)
{
	return (__u64)f->part << PART_SHIFT | (f->good - MCW_ENTRY_BYTES);
}

int mcw_recording_open_at(struct mcw_recording *f, const char *path, __u64 place)
{
	const __u64 offset = place & ((1ULL << PART_SHIFT) - 1);
	struct stat st;

	if (is_standard_input(path) || stat(path, &st) ||
	    !(S_ISREG(st.st_mode) || S_ISDIR(st.st_mode)))
		return 0;
	if (!mcw_recording_open(f, path))
		return -1;
	f->quiet = true;
	if (f->all && place >> PART_SHIFT) {
		fclose(f->file);
		f->part = place >> PART_SHIFT;
		if (!file_open(f))
			return -1;
	}
	if (fseeko(f->file, offset, SEEK_SET)) {
		mcw_error("cannot go to byte %llu of %s: %s", offset, f->path, strerror(errno));
		mcw_recording_close(f);
		return -1;
	}
	f->offset = offset;
	f->good = offset;
	return 1;
}

bool mcw_recording_is_written(const struct mcw_recording *f)
{
	return flock(fileno(f->file), LOCK_SH | LOCK_NB) && errno == EWOULDBLOCK;
}

void mcw_recording_close(struct mcw_recording *f)
{
	if (f->file && f->file != stdin)
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

static void loads_count(struct mcw_recording *f, const struct mcw_entry *e)
{
	if (e->kind != MCW_ENTRY_SESSION)
		return;
	f->loads += f->begun && !mcw_session_same_load(&f->session, &e->session);
	f->session = e->session;
	f->begun = true;
}

/* Return: MCW_NEXT_ENTRY: the directory has one more, which can be read now. */
static enum mcw_next file_end(struct mcw_recording *f, size_t rest)
{
	enum mcw_next next = end(f, rest);

	if (next != MCW_NEXT_END || !f->all || f->part + 1 == f->all->count)
		return next;
	fclose(f->file);
	f->part++;
	if (file_open(f))
		return MCW_NEXT_ENTRY;
	return MCW_NEXT_FAILED;
}

enum mcw_next mcw_recording_next(struct mcw_recording *f, struct mcw_entry *e)
{
	while (f->file) {
		size_t bytes = fread(e, 1, sizeof(*e), f->file);
		bool first = !f->offset;
		enum mcw_found found;

		if (bytes < sizeof(*e)) {
			enum mcw_next next = file_end(f, bytes);

			if (next != MCW_NEXT_ENTRY)
				return next;
			continue;
		}
		found = mcw_entry_check(e, first);
		if (found > MCW_FOUND_DAMAGED) {
			if (first)
				mcw_error("%s is %s", f->path, mcw_found_text(found));
			else
				mcw_error("%s: from byte %llu on it is %s", f->path, f->offset,
					  mcw_found_text(found));
			return MCW_NEXT_FAILED;
		}
		if (found == MCW_FOUND_ENTRY) {
			loads_count(f, e);
			return good(f);
		}
		f->offset += sizeof(*e);
	}
	return MCW_NEXT_FAILED;
}

bool mcw_recording_next_of_load(struct mcw_recording *f, struct mcw_entry *e)
{
	return mcw_recording_next(f, e) == MCW_NEXT_ENTRY && !f->loads;
}

bool mcw_recording_outcomes(struct mcw_outcomes *o, const char *path, mcw_outcome_order order)
{
	enum mcw_next next = MCW_NEXT_END;
	struct mcw_recording f;
	struct mcw_entry e;
	bool good = true;

	if (!mcw_recording_open(&f, path))
		return false;
	while (good && (next = mcw_recording_next(&f, &e)) == MCW_NEXT_ENTRY) {
		if (e.kind != MCW_ENTRY_RECORD || e.record.head.type != MCW_OUTCOME)
			continue;
		e.record.head.spare[0] = f.loads;
		e.record.head.spare[1] = f.loads >> 8;
		good = mcw_outcomes_add(o, &e.record);
	}
	mcw_recording_close(&f);
	mcw_outcomes_sort(o, order);
	return good && next == MCW_NEXT_END;
}
