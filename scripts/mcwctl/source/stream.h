/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Passes the records of the device or of a recording to a consumer, one by one.
 */
#ifndef MCW_SOURCE_STREAM_H
#define MCW_SOURCE_STREAM_H

#include <stdbool.h>

#include <uapi/mcewarden.h>
#include <uapi/mcewarden_ring.h>

#include "source/file_format.h"
#include "source/lost.h"

#define MCW_RECORDS_A_READ	64

/* How a step of the work ended. */
enum mcw_step {
	MCW_STEP_MORE,		/* go on */
	MCW_STEP_NOTHING,	/* nothing to read at the moment */
	MCW_STEP_DONE,		/* enough records, or nobody reads our output any more */
	MCW_STEP_FAILED,	/* what is wrong was printed */
};

struct mcw_stream;

/* All but record may be NULL. s->lost already includes the losses before the record. */
struct mcw_consumer {
	enum mcw_step (*record)(struct mcw_stream *s, const struct mcw_record *rec);
	/* EPIPE reported these records as overwritten before they were read. */
	enum mcw_step (*missed)(struct mcw_stream *s, const struct mcw_missed *missed);
	/* The records of one read() are done. */
	enum mcw_step (*batch)(struct mcw_stream *s);
	/* No more records below these counters will come. */
	enum mcw_step (*end)(struct mcw_stream *s, const struct mcw_end *end);
	/* A session of a recording begins. fresh: another load, so lost starts from 0. */
	enum mcw_step (*session)(struct mcw_stream *s, const struct mcw_session *session,
				 bool fresh);
	/* One of the memory modules of a recording's machine. */
	enum mcw_step (*dimm)(struct mcw_stream *s, const struct mcw_dimm_entry *dimm);
	/*
	 * While following, before each wait: does what is due by time. Return: in how many ms it
	 * has more to do; -1: nothing.
	 */
	int (*due)(struct mcw_stream *s);
	/* SIGHUP while following. */
	enum mcw_step (*hangup)(struct mcw_stream *s);
};

struct mcw_stream {
	const struct mcw_consumer *consumer;
	void *self;		/* data of the consumer */
	const char *path;
	unsigned int lanes;	/* the lanes to read, a bit each; 0: all */
	__u64 since_ns;		/* older records, and losses before them, are left out */
	bool from_now;		/* skip the records that exist already */
	bool may_map;		/* read all from a mapping, if the module has it */
	bool looks_only;	/* from the mapping: nothing counts as read */
	bool quiet;		/* of a recording: another reader prints what is damaged */
	int output;		/* following ends when its reader has gone; -1: none */
	bool interrupted;	/* a signal ended the following */
	bool leave;		/* set in due(): end the following with MCW_STEP_DONE */
	int fd;
	bool mapped;
	struct mcw_map_reader map;
	unsigned int left_out;	/* lanes that the device leaves out */
	__u64 offset;		/* of a recording: the place of the session */
	const char *file;	/* of a recording: which file its session is in */
	struct mcw_lost lost[MCW_LANES];
	struct mcw_record batch[MCW_RECORDS_A_READ];
};

/* Accounts for a record, and passes it on if it is not too old. */
enum mcw_step mcw_stream_record(struct mcw_stream *s, const struct mcw_record *rec);

/* Opens s->path. Prints what is wrong. */
bool mcw_stream_open(struct mcw_stream *s);
void mcw_stream_close(struct mcw_stream *s);

/* Begins with the oldest record again. Prints what is wrong. */
bool mcw_stream_rewind(struct mcw_stream *s);

/* Reads all records that exist now. Waits for those that are being written. */
enum mcw_step mcw_stream_finish(struct mcw_stream *s);

/* Reads until a signal asks to end; then as above. */
enum mcw_step mcw_stream_follow(struct mcw_stream *s);

/* Reads all of the recording s->path, "-": standard input. Opens it itself. */
enum mcw_step mcw_stream_replay(struct mcw_stream *s);

#endif /* MCW_SOURCE_STREAM_H */
