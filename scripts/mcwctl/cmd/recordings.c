// SPDX-License-Identifier: GPL-2.0
/*
 * Several recordings, in the order of their time.
 */
#define _GNU_SOURCE
#include "cmd/recordings.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "error.h"
#include "source/file_format.h"
#include "source/unpack.h"

/* When the recorder of a file began. Return: false if it is no recording, by what is seen here. */
static bool begin_of(const char *path, __u64 *wall_ns)
{
	struct mcw_entry e;
	bool good, whole;
	FILE *file = mcw_unpacked_open(path, &whole);

	if (!file)
		return false;
	good = fread(&e, sizeof(e), 1, file) == 1 && mcw_entry_check(&e, true) == MCW_FOUND_ENTRY;
	fclose(file);
	*wall_ns = good ? e.session.wall_ns : 0;
	return good;
}

static bool file_add(struct mcw_recordings *r, char *path, __u64 wall_ns)
{
	void *files = path ? reallocarray(r->files, r->count + 1, sizeof(*r->files)) : NULL;

	if (!files) {
		mcw_error("no memory for %zu recordings", r->count + 1);
		free(path);
		return false;
	}
	r->files = files;
	r->files[r->count++] = (struct mcw_recordings_file){ path, wall_ns };
	return true;
}

static bool directory_add(struct mcw_recordings *r, const char *path)
{
	DIR *directory = opendir(path);
	size_t before = r->count;
	struct dirent *entry;
	bool good = true;

	if (!directory) {
		mcw_error("cannot open %s: %s", path, strerror(errno));
		return false;
	}
	while (good && (entry = readdir(directory))) {
		char *name = NULL;
		struct stat info;
		__u64 wall_ns = 0;

		if (entry->d_name[0] == '.')
			continue;
		if (asprintf(&name, "%s/%s", path, entry->d_name) < 0)
			name = NULL;
		if (name &&
		    (stat(name, &info) || !S_ISREG(info.st_mode) || !begin_of(name, &wall_ns))) {
			mcw_error("%s: skipped: it is no recording", name);
			r->skipped++;
			free(name);
		} else {
			good = file_add(r, name, wall_ns);
		}
	}
	closedir(directory);
	if (good && r->count == before) {
		mcw_error("%s: none of its files is a recording of mcwctl record", path);
		return false;
	}
	return good;
}

/* What is wrong with a file is said when it is read. */
bool mcw_recordings_add(struct mcw_recordings *r, const char *path)
{
	__u64 wall_ns = 0;
	struct stat info;

	if (strcmp(path, "-") && !stat(path, &info)) {
		if (S_ISDIR(info.st_mode))
			return directory_add(r, path);
		if (S_ISREG(info.st_mode))
			begin_of(path, &wall_ns);
	}
	return file_add(r, strdup(path), wall_ns);
}

static int by_time(const void *left, const void *right)
{
	const struct mcw_recordings_file *a = left, *b = right;

	if (a->wall_ns != b->wall_ns)
		return a->wall_ns < b->wall_ns ? -1 : 1;
	return strcmp(a->path, b->path);
}

void mcw_recordings_sort(struct mcw_recordings *r)
{
	if (r->count)
		qsort(r->files, r->count, sizeof(*r->files), by_time);
}

void mcw_recordings_free(struct mcw_recordings *r)
{
	for (size_t i = 0; i < r->count; i++)
		free(r->files[i].path);
	free(r->files);
	*r = (struct mcw_recordings){ .count = 0 };
}
