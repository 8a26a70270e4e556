/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A file of mcwctl record, opened for reading.
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
	bool quiet;		/* what is damaged was said, or will be */
	__u64 offset;		/* of the next entry */
	__u64 good;		/* the end of the last entry that is one */
	__u64 damaged;		/* entries before that end */
};

/* path "-": standard input. Says what is wrong. */
bool mcw_recording_open(struct mcw_recording *f, const char *path);
/* Another mcwctl writes to it at this moment. */
bool mcw_recording_is_written(const struct mcw_recording *f);
void mcw_recording_close(struct mcw_recording *f);

enum mcw_next {
	MCW_NEXT_ENTRY,
	MCW_NEXT_END,
	MCW_NEXT_FAILED,	/* and said so */
};

/* Passes what is damaged; a torn end is said, and is no failure. */
enum mcw_next mcw_recording_next(struct mcw_recording *f, struct mcw_entry *e);

/*
 * The outcomes of a recording: all of them, or those from the session at offset on, up to the next
 * load of the module. Nothing where it is no file. False: it was said what is wrong.
 */
bool mcw_recording_outcomes(struct mcw_outcomes *o, const char *path, mcw_outcome_order order);
bool mcw_recording_outcomes_from(struct mcw_outcomes *o, const char *path, __u64 offset);

#endif /* MCW_SOURCE_FILE_READER_H */
