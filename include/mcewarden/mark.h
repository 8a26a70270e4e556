/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The mark of a captured record says where its event is. The tap writes it into kflags 63:32 of the
 * kernel's record, and the decode chain finds it there. Pure.
 *
 *	31:24 cookie of this load of the module, never 0	23:16 bank
 *	15:14 lane, or MCW_MARK_NO_LANE: the ring refused it	13:0 low bits of the position
 *
 * The low bits repeat after 16384 records, so a mark alone does not identify an event.
 */
#ifndef _MCEWARDEN_MARK_H
#define _MCEWARDEN_MARK_H

#include <linux/types.h>
#include <uapi/mcewarden.h>

#define MCW_MARK_POS 0x00003fffU
#define MCW_MARK_LANE_SHIFT 14
#define MCW_MARK_LANE 0x0000c000U
#define MCW_MARK_BANK_SHIFT 16
#define MCW_MARK_COOKIE 0xff000000U
#define MCW_MARK_NO_LANE 3U /* no lane of events */

/* The part of the mark that is known before the record has a position. */
static inline u32 mcw_mark_begin(u32 cookie, u8 bank)
{
	return cookie | (u32)bank << MCW_MARK_BANK_SHIFT;
}

/* @begun is from mcw_mark_begin(). */
static inline u32 mcw_mark_event(u32 begun, unsigned int lane, u64 pos)
{
	return begun | lane << MCW_MARK_LANE_SHIFT | (pos & MCW_MARK_POS);
}

static inline u32 mcw_mark_not_taken(u32 begun)
{
	return begun | MCW_MARK_NO_LANE << MCW_MARK_LANE_SHIFT;
}

/*
 * Whether this load of the module wrote the mark, for a record of this bank. The kernel reuses one
 * record for all the banks of a scan. So without the test for the bank, a bank that the tap did not
 * see would inherit the mark of the bank before.
 */
static inline bool mcw_mark_is_valid(u32 mark, u32 cookie, u8 bank)
{
	return (mark & MCW_MARK_COOKIE) == cookie && (u8)(mark >> MCW_MARK_BANK_SHIFT) == bank;
}

/* Returns MCW_MARK_NO_LANE if the ring did not take the record. */
static inline unsigned int mcw_mark_lane(u32 mark)
{
	return (mark & MCW_MARK_LANE) >> MCW_MARK_LANE_SHIFT;
}

static inline bool mcw_mark_matches(u32 mark, unsigned int lane, u64 pos)
{
	return mcw_mark_lane(mark) == lane && (mark & MCW_MARK_POS) == (pos & MCW_MARK_POS);
}

/* Returns the newest position below @head that @mark fits; @head or more if there is none. */
static inline u64 mcw_mark_pos_below(u32 mark, u64 head)
{
	u64 pos = (head & ~(u64)MCW_MARK_POS) | (mark & MCW_MARK_POS);

	return pos < head ? pos : pos - (MCW_MARK_POS + 1);
}

#endif /* _MCEWARDEN_MARK_H */
