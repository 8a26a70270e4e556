/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The lines of a file, or of what still goes on, read in large pieces.
 */
#ifndef MCW_CMD_LOG_INPUT_H
#define MCW_CMD_LOG_INPUT_H

#include <stdbool.h>
#include <stddef.h>

#define MCW_LOG_INPUT_BYTES	65536
#define MCW_LOG_LINE_BYTES	8192	/* the rest of a longer line is left out */

struct mcw_log_input {
	int fd;
	int error;	/* errno of a read that failed; 0: none did */
	bool over;	/* nothing more comes */
	bool torn;	/* the last line has no end */
	size_t begin;
	size_t end;
	char bytes[MCW_LOG_INPUT_BYTES];
};

/* fd's first bytes are there then: as many as came at once. */
void mcw_log_input_begin(struct mcw_log_input *in, int fd);
/* Reads as much as there is room for. */
void mcw_log_input_fill(struct mcw_log_input *in);
/* Without its end, good until the next call; NULL: there are no more. */
const char *mcw_log_input_line(struct mcw_log_input *in, size_t *length);
/* Whether no line is there, and none comes for that long. */
bool mcw_log_input_idle(const struct mcw_log_input *in, int milliseconds);

#endif /* MCW_CMD_LOG_INPUT_H */
