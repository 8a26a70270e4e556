// SPDX-License-Identifier: GPL-2.0
/*
 * A file that is replaced as a whole.
 *
 * The new file is written beside the old one, synced and renamed, so neither a reader nor a crash
 * finds half of it. Its name begins with a dot and has another ending, so collectors that read
 * *.prom ignore it.
 */
#define _GNU_SOURCE
#include "show/textfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"

/* The collector runs as another user, and must be able to read it. */
#define MODE 0644

static bool write_all(int fd, const char *text, size_t length, mode_t mode)
{
	while (length) {
		ssize_t written = write(fd, text, length);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return false;
		text += written;
		length -= written;
	}
	return !fchmod(fd, mode) && !fsync(fd);
}

/* Brings the new name to the disk. Without this the old file may be back after a crash. */
static void sync_directory(const char *path, int length)
{
	char *directory = NULL;
	int fd = -1;

	if (asprintf(&directory, "%.*s.", length, path) >= 0)
		fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0) {
		fsync(fd);
		close(fd);
	}
	free(directory);
}

static bool replace(const char *path, int directory, char *temporary, const char *text,
		    size_t length, mode_t mode)
{
	int fd = mkostemp(temporary, O_CLOEXEC);
	bool good;

	if (fd < 0)
		return false;
	good = write_all(fd, text, length, mode);
	/* Some file systems report a full disk only in close(). */
	good = !close(fd) && good && !rename(temporary, path);
	if (good) {
		sync_directory(path, directory);
	} else {
		int err = errno;

		unlink(temporary);
		errno = err;
	}
	return good;
}

bool mcw_file_replace(const char *path, const void *bytes, size_t length, mode_t mode)
{
	const char *name = strrchr(path, '/');
	char *temporary = NULL;
	int directory, err;
	bool good;

	name = name ? name + 1 : path;
	directory = name - path;
	good = asprintf(&temporary, "%.*s.%s.XXXXXX", directory, path, name) >= 0 &&
	       replace(path, directory, temporary, bytes, length, mode);
	err = errno;
	free(temporary);
	errno = err;
	return good;
}

bool mcw_textfile_write(const char *path, const char *text, size_t length)
{
	if (mcw_file_replace(path, text, length, MODE))
		return true;
	mcw_error("cannot write %s: %s; it is left as it was", path, strerror(errno));
	return false;
}
