/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of mcwctl record share.
 */
#ifndef MCW_CMD_RECORDER_H
#define MCW_CMD_RECORDER_H

#include <stdbool.h>
#include <stddef.h>

#include "cmd/command.h"
#include "cmd/record_conditions.h"
#include "cmd/record_store.h"
#include "source/dimms.h"
#include "source/file_format.h"
#include "source/stream.h"

/* Room for a batch of records, and for the session and the end that go with it. */
#define MCW_RECORDER_ENTRIES	(MCW_RECORDS_A_READ + 4)

/* The group may read it, so that a service can let users read who may read logs. */
#define MCW_RECORDER_MODE	0640

struct mcw_recorder {
	const struct mcw_options *o;
	const char *path;
	int fd;			/* -1: none */
	bool regular;		/* it can be truncated, locked and synced */
	bool known;		/* we know its contents: we wrote them, or read them */
	bool stuck;		/* it could not be renamed */
	bool full;		/* its disk is: nothing is written until there is room */
	__u64 room_looked_ns;	/* when that was looked for */
	__u64 begun_ns;		/* when its first recorder began */
	__u64 size;		/* of a regular file: where the next write goes */
	struct mcw_session session;
	struct mcw_lost lost[MCW_LANES];	/* the losses up to what was written */
	__u64 next[MCW_LANES];	/* records below this position are in the file */
	struct mcw_dimms dimms;	/* as the file has them */
	__u64 dimms_looked_ns;	/* when they were read */
	struct mcw_record_store store;
	struct mcw_record_conditions conditions;
	struct mcw_entry entry[MCW_RECORDER_ENTRIES];
	size_t count;
};

/* Accounts for an entry of this load that is in the file, or is about to be. */
void mcw_recorder_seen(struct mcw_recorder *r, const struct mcw_entry *e);

/*
 * Takes the file that was opened: locks it, and repairs its end. Prints what is wrong. Return:
 * whether it can be written.
 */
bool mcw_recorder_file(struct mcw_recorder *r);

/* Whether it is time for a new file, by the limits that the options give. */
bool mcw_recorder_is_old(const struct mcw_recorder *r);
/* Renames the file, and deletes those beyond the limits. Prints what is wrong, once a file. */
bool mcw_recorder_rename(struct mcw_recorder *r);

/*
 * The file could not be written, which err says. Return: whether the recorder goes on without it,
 * because there may be room again: the module keeps the records meanwhile.
 */
bool mcw_recorder_fills(struct mcw_recorder *r, int err);
/* While it is full, from time to time: whether there is room now. */
bool mcw_recorder_has_room(struct mcw_recorder *r);
/* In how many ms to ask that again. */
int mcw_recorder_room_ms(const struct mcw_recorder *r);
/* Forgets what was not written, so that the file can be opened, and its load be read, again. */
void mcw_recorder_again(struct mcw_recorder *r);

#endif /* MCW_CMD_RECORDER_H */
