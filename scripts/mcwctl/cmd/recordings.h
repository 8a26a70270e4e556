/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Several recordings, in the order of their time.
 */
#ifndef MCW_CMD_RECORDINGS_H
#define MCW_CMD_RECORDINGS_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

struct mcw_recordings_file {
	char *path;
	__u64 wall_ns;	/* when its recorder began */
};

/* Zeroed is empty. */
struct mcw_recordings {
	struct mcw_recordings_file *files;
	size_t count;
	unsigned int skipped;	/* files of directories that are no recordings */
};

/*
 * A file, "-", or a directory: then all recordings in it. A message names its other files, which
 * are skipped. Return: false after printing what is wrong.
 */
bool mcw_recordings_add(struct mcw_recordings *r, const char *path);
void mcw_recordings_sort(struct mcw_recordings *r);
void mcw_recordings_free(struct mcw_recordings *r);

#endif /* MCW_CMD_RECORDINGS_H */
