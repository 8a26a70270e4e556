// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel's files for ACPI's error injection.
 */
#include "source/einj.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "error.h"

#define PATH_BYTES	512
#define TEXT_BYTES	(1 << 20)	/* /proc/iomem of a large server has some 100 KiB */

static int file_open(const char *directory, const char *name, int flags)
{
	char path[PATH_BYTES];

	if (snprintf(path, sizeof(path), "%s/%s", directory, name) >= (int)sizeof(path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	return open(path, flags | O_CLOEXEC);
}

static bool has(const struct mcw_einj_paths *paths, const char *name)
{
	char path[PATH_BYTES];

	snprintf(path, sizeof(path), "%s/%s", paths->directory, name);
	return !access(path, F_OK);
}

/* Reads all that fits; the caller frees it. NULL: errno says why. */
static char *text_read(int fd)
{
	char *text = calloc(1, TEXT_BYTES);
	size_t used = 0;
	ssize_t n = 1;

	while (text && n > 0 && used < TEXT_BYTES - 1) {
		n = read(fd, text + used, TEXT_BYTES - 1 - used);
		if (n > 0)
			used += n;
	}
	if (!text || n >= 0)
		return text;
	free(text);
	return NULL;
}

static bool is_empty(const char *directory)
{
	DIR *dir = opendir(directory);
	bool empty = true;
	struct dirent *entry;

	while (dir && empty && (entry = readdir(dir)))
		empty = entry->d_name[0] == '.';
	if (dir)
		closedir(dir);
	return empty;
}

/* The directory is DEBUGFS/apei/einj. */
static bool debugfs_is_there(const struct mcw_einj_paths *paths, char *debugfs, size_t size)
{
	snprintf(debugfs, size, "%s", paths->directory);
	for (unsigned int levels = 0; levels < 2; levels++) {
		char *slash = strrchr(debugfs, '/');

		if (slash && slash > debugfs)
			*slash = '\0';
	}
	return !is_empty(debugfs);
}

static void say_missing(const struct mcw_einj_paths *paths, int err)
{
	char debugfs[PATH_BYTES];

	if (err == EACCES) {
		mcw_error("cannot read %s: needs root", paths->directory);
	} else if (err == EPERM) {
		mcw_error("cannot read %s: the kernel is locked down, as with Secure Boot",
			  paths->directory);
	} else if (err != ENOENT && err != ENOTDIR) {
		mcw_error("cannot read %s: %s", paths->directory, strerror(err));
	} else if (!debugfs_is_there(paths, debugfs, sizeof(debugfs))) {
		mcw_error("no %s: debugfs is not mounted: mount -t debugfs none %s",
			  paths->directory, debugfs);
	} else if (access(paths->table, F_OK)) {
		mcw_error("no %s: the firmware has no EINJ table: switch on error injection in its"
			  " setup, often called \"WHEA error injection\"",
			  paths->directory);
	} else {
		mcw_error("no %s: the kernel's module is not loaded: modprobe einj",
			  paths->directory);
	}
}

bool mcw_einj_read(struct mcw_einj *e, const struct mcw_einj_paths *paths)
{
	int fd = file_open(paths->directory, "available_error_type", O_RDONLY);
	char *text = NULL;
	int err = errno;

	memset(e, 0, sizeof(*e));
	if (fd >= 0) {
		text = text_read(fd);
		err = errno;
		close(fd);
	}
	if (!text) {
		say_missing(paths, err);
		return false;
	}
	e->available = mcw_einj_available(text);
	free(text);
	e->takes_address = has(paths, "param1") && has(paths, "param2") && has(paths, "flags");
	e->takes_notrigger = has(paths, "notrigger");
	e->has_vendor = has(paths, "vendor");
	return true;
}

bool mcw_einj_memory(const struct mcw_einj_paths *paths, __u64 first, __u64 last,
		     enum mcw_iomem *found, char *name, size_t size)
{
	int fd = open(paths->iomem, O_RDONLY | O_CLOEXEC);
	char *text = fd >= 0 ? text_read(fd) : NULL;
	int err = errno;

	if (fd >= 0)
		close(fd);
	if (!text) {
		mcw_error("cannot read %s: %s", paths->iomem, strerror(err));
		return false;
	}
	*found = mcw_iomem_find(text, first, last, name, size);
	free(text);
	return true;
}

/* The newest kernels read error_type as hexadecimal, whatever it begins with. */
int mcw_einj_write(const struct mcw_einj_paths *paths, const char *name, __u64 value)
{
	int fd = file_open(paths->directory, name, O_WRONLY);
	char text[24];
	int err = 0;
	int length;

	if (fd < 0)
		return errno;
	length = snprintf(text, sizeof(text), "0x%llx\n", value);
	errno = 0;
	if (write(fd, text, length) != length)
		err = errno ? errno : EIO;
	close(fd);
	return err;
}
