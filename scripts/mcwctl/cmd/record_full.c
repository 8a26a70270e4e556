// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl record while its disk is full.
 *
 * The recorder reads on, since the store and the conditions want the records too. The file gets
 * none: the device still has them, or their number, when there is room again. Then the recorder
 * goes on as a new one does that finds the file of an earlier one.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "cmd/recorder.h"
#include "source/clock.h"
#include "source/full.h"

#define LOOK_MS 5000
#define NS_PER_MS 1000000ULL

bool mcw_recorder_fills(struct mcw_recorder *r, int err)
{
	if (!r->o->follow || !mcw_full_is(err) || (r->fd >= 0 && !r->regular))
		return false;
	r->regular = true;
	r->full = true;
	r->count = 0;
	r->room_looked_ns = mcw_now_ns(CLOCK_MONOTONIC);
	mcw_full_begin(MCW_FULL_RECORDS, r->path, err);
	return true;
}

/* Room for all that is written at once. A crash in between leaves zeros, which are cut off. */
static bool try_to_write(const struct mcw_recorder *r)
{
	static const char zeros[MCW_RECORDER_ENTRIES * MCW_ENTRY_BYTES];
	int fd = open(r->path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, MCW_RECORDER_MODE);
	off_t size = fd >= 0 ? lseek(fd, 0, SEEK_END) : -1;
	bool good = size >= 0 && write(fd, zeros, sizeof(zeros)) == (ssize_t)sizeof(zeros) &&
		    !fdatasync(fd);

	if (size >= 0 && ftruncate(fd, size))
		good = false;
	if (fd >= 0)
		close(fd);
	return good;
}

bool mcw_recorder_has_room(struct mcw_recorder *r)
{
	__u64 now = mcw_now_ns(CLOCK_MONOTONIC);

	if (now < r->room_looked_ns + LOOK_MS * NS_PER_MS)
		return false;
	r->room_looked_ns = now;
	return try_to_write(r);
}

int mcw_recorder_room_ms(const struct mcw_recorder *r)
{
	__u64 now = mcw_now_ns(CLOCK_MONOTONIC), next = r->room_looked_ns + LOOK_MS * NS_PER_MS;

	return next > now ? (int)((next - now) / NS_PER_MS) + 1 : 1;
}

void mcw_recorder_again(struct mcw_recorder *r)
{
	if (r->fd >= 0)
		close(r->fd);
	r->fd = -1;
	r->full = false;
	r->known = false;
	r->count = 0;
	memset(r->next, 0, sizeof(r->next));
}
