// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl record --keep-days, --keep-mbytes: begins a new file in time, and deletes old ones.
 *
 * A file is full at an eighth of the limits, so that what is kept is never less than seven eighths
 * of them. Of the files in its directory only those are deleted whose names are its own, a dot, and
 * something that begins with a digit: they were renamed here or by logrotate, packed or not.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cmd/recorder.h"
#include "error.h"

#define NS_PER_S 1000000000ULL
#define S_PER_DAY 86400ULL
#define MBYTE (1ULL << 20)
#define PARTS 8
#define NAME_BYTES 4096

bool mcw_recorder_is_old(const struct mcw_recorder *r)
{
	__u64 begun_s = r->begun_ns / NS_PER_S, now_s = time(NULL);

	if (!r->regular || r->stuck)
		return false;
	if (r->o->keep_mbytes && r->size >= r->o->keep_mbytes * MBYTE / PARTS)
		return true;
	return r->o->keep_days && now_s > begun_s &&
	       now_s - begun_s >= r->o->keep_days * S_PER_DAY / PARTS;
}

struct old_file {
	char *name;
	__u64 bytes;
	time_t changed;
};

struct old_files {
	struct old_file *files;
	size_t count;
};

static bool is_older_name(const char *name, const char *base)
{
	size_t length = strlen(base);

	return !strncmp(name, base, length) && name[length] == '.' &&
	       isdigit((unsigned char)name[length + 1]);
}

static bool old_add(struct old_files *all, const char *directory, const char *name)
{
	struct old_file *more;
	struct stat st;
	char *path;

	if (asprintf(&path, "%s/%s", directory, name) < 0)
		return false;
	more = reallocarray(all->files, all->count + 1, sizeof(*more));
	if (more)
		all->files = more;
	if (!more || lstat(path, &st) || !S_ISREG(st.st_mode)) {
		free(path);
		return more;
	}
	all->files[all->count++] = (struct old_file){ path, st.st_size, st.st_mtime };
	return true;
}

/* Newest first. */
static int by_age(const void *left, const void *right)
{
	const struct old_file *a = left, *b = right;

	if (a->changed != b->changed)
		return a->changed > b->changed ? -1 : 1;
	return strcmp(b->name, a->name);
}

static void old_delete(const struct mcw_recorder *r, const struct old_files *all)
{
	__u64 bytes = r->size, most = r->o->keep_mbytes * MBYTE;
	time_t oldest = r->o->keep_days ? time(NULL) - (time_t)(r->o->keep_days * S_PER_DAY) : 0;

	for (size_t i = 0; i < all->count; i++) {
		const struct old_file *f = &all->files[i];

		bytes += f->bytes;
		if ((!most || bytes <= most) && (!oldest || f->changed >= oldest))
			continue;
		if (unlink(f->name))
			mcw_error("cannot delete %s, which is beyond the limits: %s", f->name,
				  strerror(errno));
	}
}

static void directory_trim(const struct mcw_recorder *r, const char *directory, const char *base)
{
	struct old_files all = { .count = 0 };
	DIR *open_directory = opendir(directory);
	struct dirent *entry;

	if (!open_directory) {
		mcw_error("cannot open %s: %s", directory, strerror(errno));
		return;
	}
	while ((entry = readdir(open_directory)))
		if (is_older_name(entry->d_name, base) && !old_add(&all, directory, entry->d_name))
			break;
	closedir(open_directory);
	if (all.count)
		qsort(all.files, all.count, sizeof(*all.files), by_age);
	old_delete(r, &all);
	for (size_t i = 0; i < all.count; i++)
		free(all.files[i].name);
	free(all.files);
}

/* By the time in UTC, which sorts as text. A name that is taken gets a number. */
static bool file_rename(const char *path)
{
	time_t now = time(NULL);
	char stamp[40], name[NAME_BYTES];
	struct tm tm;

	if (!gmtime_r(&now, &tm) || !strftime(stamp, sizeof(stamp), "%Y%m%dT%H%M%SZ", &tm))
		stamp[0] = '\0';
	for (unsigned int n = 0; n < 100; n++) {
		int length = n ? snprintf(name, sizeof(name), "%s.%s-%u", path, stamp, n) :
				 snprintf(name, sizeof(name), "%s.%s", path, stamp);

		if (length >= (int)sizeof(name))
			break;
		if (link(path, name) && errno == EEXIST)
			continue;
		/* Some file systems have no links. */
		if (access(name, F_OK) ? !rename(path, name) : !unlink(path))
			return true;
		break;
	}
	mcw_error("cannot rename %s: %s: it grows on", path, strerror(errno));
	return false;
}

bool mcw_recorder_rename(struct mcw_recorder *r)
{
	char *directory = strdup(r->path), *base = strdup(r->path);
	bool good;

	if (!directory || !base)
		mcw_error("no memory to rename %s", r->path);
	good = directory && base && file_rename(r->path);
	r->stuck = !good;
	if (good)
		directory_trim(r, dirname(directory), basename(base));
	free(directory);
	free(base);
	return good;
}
