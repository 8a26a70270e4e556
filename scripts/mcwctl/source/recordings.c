// SPDX-License-Identifier: GPL-2.0
/*
 * Several recordings, in the order of their time: those that a command is given, and those of a
 * directory, where a recorder or logrotate has put one beside the other, packed or not.
 */
#define _GNU_SOURCE
#include "source/recordings.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"
#include "source/unpack.h"

#define PATH_BYTES 64

/* Another way to the same file, with a position of its own. */
static const char *path_of_fd(int fd, char path[PATH_BYTES])
{
	snprintf(path, PATH_BYTES, "/proc/self/fd/%d", fd);
	return path;
}

enum begin {
	IS_RECORDING,
	IS_OTHER,
	IS_NOT_KNOWN,	/* what is wrong was printed */
};

static enum begin begin_read(struct mcw_recordings_file *file)
{
	char path[PATH_BYTES];
	struct mcw_entry e;
	ssize_t length = mcw_unpacked_begin(path_of_fd(file->fd, path), file->path, &e, sizeof(e));

	if (length < 0)
		return IS_NOT_KNOWN;
	if (length < (ssize_t)sizeof(e) || mcw_entry_check(&e, true) != MCW_FOUND_ENTRY)
		return IS_OTHER;
	file->session = e.session;
	return IS_RECORDING;
}

/* Takes the path and the descriptor. */
static bool file_add(struct mcw_recordings *r, const struct mcw_recordings_file *file)
{
	void *files = file->path ? reallocarray(r->files, r->count + 1, sizeof(*r->files)) : NULL;

	if (files) {
		r->files = files;
		r->files[r->count++] = *file;
		return true;
	}
	mcw_error("no memory for %zu recordings", r->count + 1);
	free(file->path);
	if (file->fd >= 0)
		close(file->fd);
	return false;
}

/* Return: false after printing what is wrong. */
static bool entry_add(struct mcw_recordings *r, const char *directory, const char *name)
{
	struct mcw_recordings_file file = { .fd = -1 };
	enum begin begin = IS_OTHER;
	struct stat info;

	if (asprintf(&file.path, "%s/%s", directory, name) < 0)
		file.path = NULL;
	/* Without waiting for somebody who writes to a pipe. */
	if (file.path)
		file.fd = open(file.path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (file.fd < 0 && (errno == EMFILE || errno == EACCES)) {
		mcw_error("cannot open %s: %s%s", file.path, strerror(errno),
			  mcw_error_who(errno, file.path));
		begin = IS_NOT_KNOWN;
	} else if (file.fd >= 0 && !fstat(file.fd, &info) && S_ISREG(info.st_mode)) {
		begin = begin_read(&file);
	}
	if (begin == IS_RECORDING || !file.path)
		return file_add(r, &file);
	if (begin == IS_OTHER) {
		mcw_error("%s: skipped: it is no recording", file.path);
		r->skipped++;
	}
	free(file.path);
	if (file.fd >= 0)
		close(file.fd);
	return begin == IS_OTHER;
}

static bool directory_read(struct mcw_recordings *r, const char *path)
{
	DIR *directory = opendir(path);
	struct dirent *entry;
	bool good = true;

	if (!directory) {
		mcw_error("cannot open %s: %s%s", path, strerror(errno),
			  mcw_error_who(errno, path));
		return false;
	}
	while (good && (entry = readdir(directory)))
		if (entry->d_name[0] != '.')
			good = entry_add(r, path, entry->d_name);
	closedir(directory);
	if (good && !r->count) {
		mcw_error("%s: none of its files is a recording of mcwctl record", path);
		return false;
	}
	mcw_recordings_sort(r);
	return good;
}

bool mcw_recordings_is_directory(const char *path)
{
	struct stat info;

	return strcmp(path, "-") && !stat(path, &info) && S_ISDIR(info.st_mode);
}

/* A directory that was looked at. */
struct known {
	struct known *next;
	char *path;
	struct mcw_recordings all;
};

const struct mcw_recordings *mcw_recordings_of(const char *directory)
{
	static struct known *first;
	struct known *k = first;

	while (k && strcmp(k->path, directory))
		k = k->next;
	if (k)
		return &k->all;
	k = calloc(1, sizeof(*k));
	if (k)
		k->path = strdup(directory);
	if (!k || !k->path)
		mcw_error("no memory for the recordings of %s", directory);
	if (k && k->path && directory_read(&k->all, directory)) {
		k->next = first;
		first = k;
		return &k->all;
	}
	if (k) {
		mcw_recordings_free(&k->all);
		free(k->path);
	}
	free(k);
	return NULL;
}

FILE *mcw_recordings_open(const struct mcw_recordings_file *file, bool *whole)
{
	char path[PATH_BYTES];

	return mcw_unpacked_open(path_of_fd(file->fd, path), file->path, whole);
}

/* What is wrong with a file is said when it is read. */
bool mcw_recordings_add(struct mcw_recordings *r, const char *path)
{
	struct mcw_recordings_file file = { .fd = -1 };
	struct stat info;

	if (mcw_recordings_is_directory(path)) {
		const struct mcw_recordings *all = mcw_recordings_of(path);

		if (!all)
			return false;
		file.session = all->files[0].session;
		r->skipped += all->skipped;
	} else if (strcmp(path, "-") && !stat(path, &info) && S_ISREG(info.st_mode)) {
		struct mcw_entry e;

		if (mcw_unpacked_begin(path, path, &e, sizeof(e)) == (ssize_t)sizeof(e) &&
		    mcw_entry_check(&e, true) == MCW_FOUND_ENTRY)
			file.session = e.session;
	}
	file.path = strdup(path);
	return file_add(r, &file);
}

static int by_group(const void *left, const void *right)
{
	const struct mcw_recordings_file *a = left, *b = right;

	if (a->group_ns != b->group_ns)
		return a->group_ns < b->group_ns ? -1 : 1;
	if (a->session.load != b->session.load)
		return a->session.load < b->session.load ? -1 : 1;
	if (a->session.mono_ns != b->session.mono_ns)
		return a->session.mono_ns < b->session.mono_ns ? -1 : 1;
	return strcmp(a->path, b->path);
}

/* The clock may have been set while the module was loaded: within a load, another one counts. */
void mcw_recordings_sort(struct mcw_recordings *r)
{
	for (size_t i = 0; i < r->count; i++) {
		struct mcw_recordings_file *file = &r->files[i];

		file->group_ns = file->session.wall_ns;
		for (size_t n = 0; n < r->count; n++)
			if (mcw_session_same_load(&file->session, &r->files[n].session) &&
			    r->files[n].session.wall_ns < file->group_ns)
				file->group_ns = r->files[n].session.wall_ns;
	}
	if (r->count)
		qsort(r->files, r->count, sizeof(*r->files), by_group);
}

void mcw_recordings_free(struct mcw_recordings *r)
{
	for (size_t i = 0; i < r->count; i++) {
		free(r->files[i].path);
		if (r->files[i].fd >= 0)
			close(r->files[i].fd);
	}
	free(r->files);
	*r = (struct mcw_recordings){ .count = 0 };
}
