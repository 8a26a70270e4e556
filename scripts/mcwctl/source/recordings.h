/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Several recordings, in the order of their time.
 */
#ifndef MCW_SOURCE_RECORDINGS_H
#define MCW_SOURCE_RECORDINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "source/file_format.h"

struct mcw_recordings_file {
	char *path;
	int fd;			/* of a directory's file: it stays the same when it is renamed */
	struct mcw_session session;	/* its first one; zeroed: not known */
	__u64 group_ns;		/* when the first file of the same load began */
};

/* Zeroed is empty. */
struct mcw_recordings {
	struct mcw_recordings_file *files;
	size_t count;
	unsigned int skipped;	/* files of a directory that are no recordings */
};

/*
 * A file, "-", or a directory, which is then read as one recording: see below. Return: false after
 * printing what is wrong.
 */
bool mcw_recordings_add(struct mcw_recordings *r, const char *path);
void mcw_recordings_sort(struct mcw_recordings *r);
void mcw_recordings_free(struct mcw_recordings *r);

bool mcw_recordings_is_directory(const char *path);
/*
 * The recordings in a directory, in their order; a message names its other files. It is looked at
 * once: who reads it a second time reads the same files, whatever the recorder does meanwhile.
 * Return: NULL after printing what is wrong.
 */
const struct mcw_recordings *mcw_recordings_of(const char *directory);
/* Opens one of these, unpacked; see mcw_unpacked_open(). */
FILE *mcw_recordings_open(const struct mcw_recordings_file *file, bool *whole);

#endif /* MCW_SOURCE_RECORDINGS_H */
