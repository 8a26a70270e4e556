// SPDX-License-Identifier: GPL-2.0
/*
 * What mcwctl journal remembers over a restart.
 */
#include "cmd/journal_state.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "error.h"
#include "show/textfile.h"

#define MAGIC "mcwjrnl1"
#define MODE 0600

void mcw_journal_state_read(struct mcw_journal_state *s, const char *path, __u64 load)
{
	const struct mcw_journal_state none = { .load = load };
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
	ssize_t bytes;

	*s = none;
	if (fd < 0) {
		if (errno != ENOENT)
			mcw_error("cannot read %s: %s: all records are told again", path,
				  strerror(errno));
		return;
	}
	bytes = read(fd, s, sizeof(*s));
	close(fd);
	if (bytes == sizeof(*s) && !memcmp(s->magic, MAGIC, sizeof(s->magic))) {
		if (s->load != load)
			*s = none;
		return;
	}
	mcw_error("%s is damaged, or of another version of mcwctl: all records are told again",
		  path);
	*s = none;
}

int mcw_journal_state_write(struct mcw_journal_state *s, const char *path)
{
	memcpy(s->magic, MAGIC, sizeof(s->magic));
	return mcw_file_replace(path, s, sizeof(*s), MODE) ? 0 : errno;
}

__u64 mcw_journal_gap(const struct mcw_journal_lane *lane, const struct mcw_head *head)
{
	if (head->pos < lane->next)
		return 0;
	return head->pos - lane->next - (head->skipped - lane->skipped) + head->unplaced -
	       lane->unplaced;
}
