/* SPDX-License-Identifier: GPL-2.0 */
/* Which events somebody has read, by either device, so that the unload can say what nobody has. */
#ifndef _MCEWARDEN_UNREAD_H
#define _MCEWARDEN_UNREAD_H

#include <linux/atomic.h>
#include <linux/compiler.h>
#include <linux/types.h>
#include <uapi/mcewarden.h>

/* How far the furthest of all readers of /dev/mcewarden has come in a lane. */
struct mcw_unread_mark {
	atomic64_t below; /* the position behind its last record */
	u64 skips; /* positions below it that never held a record */
};

extern struct mcw_unread_mark mcw_unread_marks[MCW_LANES];

int mcw_unread_init(void);
void mcw_unread_exit(void);
void mcw_unread_mcelog(unsigned int id, u64 pos);
bool mcw_unread_is_read(unsigned int id, u64 pos);
void mcw_unread_account(unsigned int id);
void mcw_unread_overrun(unsigned int id, u64 missed);
u64 mcw_unread_missed(void);
u64 mcw_unread_overwritten(unsigned int id);

/**
 * mcw_unread_note() - a reader of /dev/mcewarden has read records
 * @id: MCW_LANE_*
 * @read_below: the position behind its last record; 0: it has none
 * @skips: positions below it that never held a record
 *
 * Context: process.
 */
static inline void mcw_unread_note(unsigned int id, u64 read_below, u64 skips)
{
	struct mcw_unread_mark *mark = &mcw_unread_marks[id];
	s64 below = atomic64_read(&mark->below);

	do {
		if (read_below <= (u64)below)
			return;
	} while (!atomic64_try_cmpxchg(&mark->below, &below, read_below));
	WRITE_ONCE(mark->skips, skips);
}

#endif /* _MCEWARDEN_UNREAD_H */
