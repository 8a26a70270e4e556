/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The records of the device or of a recording, handed one by one to whoever consumes them.
 */
#ifndef MCW_SOURCE_STREAM_H
#define MCW_SOURCE_STREAM_H

#include <stdbool.h>

#include <uapi/mcewarden.h>

#include "source/file_format.h"
#include "source/lost.h"

#define MCW_RECORDS_A_READ	64

/* What a step of the work ended with. */
enum mcw_step {
	MCW_STEP_MORE,		/* go on */
	MCW_STEP_NOTHING,	/* nothing to read at the moment */
	MCW_STEP_DONE,		/* as many as were asked for, or nobody listens any more */
	MCW_STEP_FAILED,	/* and said so */
};

struct mcw_stream;

/* All but record may be NULL. What is lost of its lane is in s->lost already. */
struct mcw_consumer {
	enum mcw_step (*record)(struct mcw_stream *s, const struct mcw_record *rec);
	/* EPIPE: these were overwritten before they were read. */
	enum mcw_step (*missed)(struct mcw_stream *s, const struct mcw_missed *missed);
	/* No more of what was read at once. */
	enum mcw_step (*batch)(struct mcw_stream *s);
	/* Nothing more comes of what is below these counters. */
	enum mcw_step (*end)(struct mcw_stream *s, const struct mcw_end *end);
	/* Of a recording: what follows was recorded there and then; fresh: lost starts anew. */
	enum mcw_step (*session)(struct mcw_stream *s, const struct mcw_session *session,
				 bool fresh);
	/* SIGHUP while following. */
	enum mcw_step (*hangup)(struct mcw_stream *s);
};

struct mcw_stream {
	const struct mcw_consumer *consumer;
	void *self;		/* the consumer's own */
	const char *path;
	unsigned int lanes;	/* those to be read, a bit each; 0: all */
	bool from_now;		/* skip what is there */
	int output;		/* following ends when nobody reads it; -1: none */
	bool interrupted;	/* a signal ended the following */
	int fd;
	unsigned int left_out;	/* lanes of which the device gives no record */
	__u64 offset;		/* of a recording: where session() found it */
	struct mcw_lost lost[MCW_LANES];
	struct mcw_record batch[MCW_RECORDS_A_READ];
};

/* Opens s->path. False: it was said why not. */
bool mcw_stream_open(struct mcw_stream *s);
void mcw_stream_close(struct mcw_stream *s);

/* Reads up to what is there now; a record that is being written is waited for. */
enum mcw_step mcw_stream_finish(struct mcw_stream *s);

/* Reads on and on; when a signal asks to end, as above. */
enum mcw_step mcw_stream_follow(struct mcw_stream *s);

/* All of the recording s->path, "-" for standard input; nothing has to be opened for it. */
enum mcw_step mcw_stream_replay(struct mcw_stream *s);

#endif /* MCW_SOURCE_STREAM_H */
