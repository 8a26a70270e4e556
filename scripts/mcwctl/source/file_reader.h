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

struct mcw_recording {
	FILE *file;
	const char *path;
	bool quiet;		/* another reader prints what is damaged */
	__u64 offset;		/* of the next entry */
	__u64 good;		/* where the last whole entry ends */
	__u64 damaged;		/* damaged entries before that */
};

/* path "-": standard input. Prints what is wrong. */
bool mcw_recording_open(struct mcw_recording *f, const char *path);
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

/*
 * The outcomes of a recording: all of them, or those from the session at offset up to the next load
 * of the module. There are none if path is not a regular file. Prints what is wrong.
 */
bool mcw_recording_outcomes(struct mcw_outcomes *o, const char *path, mcw_outcome_order order);
bool mcw_recording_outcomes_from(struct mcw_outcomes *o, const char *path, __u64 offset);

#endif /* MCW_SOURCE_FILE_READER_H */
