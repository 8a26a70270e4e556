// SPDX-License-Identifier: GPL-2.0
/*
 * The lines of a file, or of what still goes on, read in large pieces.
 */
#include "cmd/log_input.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

/* One read: what is there, which may be less than there is room for. */
static void more_read(struct mcw_log_input *in)
{
	ssize_t got;

	if (in->begin) {
		memmove(in->bytes, in->bytes + in->begin, in->end - in->begin);
		in->end -= in->begin;
		in->begin = 0;
	}
	do
		got = read(in->fd, in->bytes + in->end, sizeof(in->bytes) - in->end);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		in->error = errno;
	if (got > 0)
		in->end += got;
	else
		in->over = true;
}

void mcw_log_input_begin(struct mcw_log_input *in, int fd)
{
	in->fd = fd;
	in->error = 0;
	in->over = false;
	in->torn = false;
	in->begin = 0;
	in->end = 0;
	more_read(in);
}

void mcw_log_input_fill(struct mcw_log_input *in)
{
	while (!in->over && in->end - in->begin < sizeof(in->bytes))
		more_read(in);
}

/* Goes behind the rest of a line whose beginning fills the buffer. */
static void rest_skip(struct mcw_log_input *in)
{
	do {
		char *end = memchr(in->bytes + in->begin, '\n', in->end - in->begin);

		if (end) {
			in->begin = end - in->bytes;
			return;
		}
		in->begin = in->end;
		more_read(in);
	} while (!in->over);
}

const char *mcw_log_input_line(struct mcw_log_input *in, size_t *length)
{
	static char kept[MCW_LOG_LINE_BYTES];
	const char *line;
	char *end;

	for (;;) {
		end = memchr(in->bytes + in->begin, '\n', in->end - in->begin);
		if (end || in->over || in->end - in->begin == sizeof(in->bytes))
			break;
		more_read(in);
	}
	if (in->begin == in->end)
		return NULL;
	line = in->bytes + in->begin;
	*length = (end ? end : in->bytes + in->end) - line;
	in->torn = !end && in->over;
	if (!end && !in->over) {
		memcpy(kept, line, sizeof(kept));
		*length = sizeof(kept);
		rest_skip(in);
		in->begin += in->begin < in->end;
		return kept;
	}
	in->begin += *length + !!end;
	if (*length > MCW_LOG_LINE_BYTES)
		*length = MCW_LOG_LINE_BYTES;
	return line;
}

bool mcw_log_input_idle(const struct mcw_log_input *in, int milliseconds)
{
	struct pollfd fd = { .fd = in->fd, .events = POLLIN };

	if (in->over || memchr(in->bytes + in->begin, '\n', in->end - in->begin))
		return false;
	return poll(&fd, 1, milliseconds) == 0;
}
