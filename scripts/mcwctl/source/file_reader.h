/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reads a file of mcwctl record.
 */
#ifndef MCW_SOURCE_FILE_READER_H
#define MCW_SOURCE_FILE_READER_H

#include <stdbool.h>
#include <stdio.h>

#include <linux/types.h>

#include "source/device.h"
#include "source/file_format.h"

struct mcw_recordings;

struct mcw_recording {
	FILE *file;
	const char *path;
	const struct mcw_recordings *all;	/* of a directory; NULL: it is one file */
	size_t part;			/* of these: which one is read */
	bool quiet;		/* another reader prints what is damaged */
	__u64 offset;		/* of the next entry, in its file */
	__u64 good;		/* where the last whole entry ends, in its file */
	__u64 damaged;		/* damaged entries before that, or a file that was cut off */
	bool begun;
	struct mcw_session session;	/* if begun, the last one */
	unsigned int loads;		/* of the module, that came after the first */
};

/*
 * path "-": standard input. A directory: all recordings in it, one after the other. Files packed
 * by gzip or zstd are unpacked. Prints what is wrong.
 */
bool mcw_recording_open(struct mcw_recording *f, const char *path);
/* Where the entry stands that was read last, for a second reader. */
__u64 mcw_recording_place(const struct mcw_recording *f);
/*
 * Opens it for a second reader, at the session that stands at this place; 0: the first one. Return:
 * 1; 0 if path is nothing that can be read twice; -1 after printing what is wrong.
 */
int mcw_recording_open_at(struct mcw_recording *f, const char *path, __u64 place);
/* Whether another mcwctl is writing to it now. */
bool mcw_recording_is_written(const struct mcw_recording *f);
void mcw_recording_close(struct mcw_recording *f);

enum mcw_next {
	MCW_NEXT_ENTRY,
	MCW_NEXT_END,
	MCW_NEXT_FAILED,	/* what is wrong was printed */
};

/* Skips what is damaged, and prints that. A torn end is printed too, and is no failure. */
enum mcw_next mcw_recording_next(struct mcw_recording *f, struct mcw_entry *e);

/* Return: whether there is one more entry before the next load of the module. */
bool mcw_recording_next_of_load(struct mcw_recording *f, struct mcw_entry *e);

/*
 * All outcomes of a recording, each with the number of its load in head.spare: see
 * mcw_recorded_load(). Prints what is wrong.
 */
bool mcw_recording_outcomes(struct mcw_outcomes *o, const char *path, mcw_outcome_order order);

/* Positions begin anew at each load of the module. 0 for records of the device. */
static inline unsigned int mcw_recorded_load(const struct mcw_head *head)
{
	return head->spare[0] | head->spare[1] << 8;
}

#endif /* MCW_SOURCE_FILE_READER_H */
