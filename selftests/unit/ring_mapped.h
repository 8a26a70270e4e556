/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The reader of a mapping, under the tests of the module's: it works on the cursor of the module,
 * as both have the same members. Here the lanes are mapped where they are.
 */
#ifndef _UNIT_RING_MAPPED_H
#define _UNIT_RING_MAPPED_H

#include <uapi/mcewarden_ring.h>
#include <mcewarden/ring.h>

static inline struct mcw_map_cursor to_mapped(const struct mcw_cursor *cur)
{
	return (struct mcw_map_cursor){
		.lane = (const struct mcw_map_lane *)cur->lane,
		.slots = (const __u64 *)mcw_lane_slots(cur->lane),
		.awaited = cur->awaited,
		.skips = cur->skips,
		.jumped = cur->jumped,
	};
}

static inline void from_mapped(struct mcw_cursor *cur, const struct mcw_map_cursor *map)
{
	cur->awaited = map->awaited;
	cur->skips = map->skips;
	cur->jumped = map->jumped;
}

static inline enum mcw_look get_mapped(struct mcw_cursor *cur, struct mcw_record *rec)
{
	static const enum mcw_look looks[] = {
		[MCW_MAP_EMPTY] = MCW_LOOK_EMPTY,
		[MCW_MAP_GOT] = MCW_LOOK_GOT,
		[MCW_MAP_BUSY] = MCW_LOOK_BUSY,
		[MCW_MAP_OVERRUN] = MCW_LOOK_OVERRUN,
	};
	struct mcw_map_cursor map = to_mapped(cur);
	enum mcw_map_look seen = mcw_map_look(&map);

	if (seen == MCW_MAP_GOT && !mcw_map_run(&map, rec, 1, U64_MAX))
		seen = MCW_MAP_OVERRUN;
	from_mapped(cur, &map);
	return looks[seen];
}

static inline unsigned int run_mapped(struct mcw_cursor *cur, struct mcw_record *recs,
				      unsigned int most, u64 until_ns)
{
	struct mcw_map_cursor map = to_mapped(cur);
	unsigned int done = mcw_map_run(&map, recs, most, until_ns);

	from_mapped(cur, &map);
	return done;
}

static inline u64 jump_mapped(struct mcw_cursor *cur)
{
	struct mcw_map_cursor map = to_mapped(cur);
	u64 missed = mcw_map_jump(&map);

	from_mapped(cur, &map);
	return missed;
}

static inline void seek_mapped(unsigned int id, struct mcw_cursor *cur, bool newest)
{
	struct mcw_map_cursor map;

	*cur = (struct mcw_cursor){ .lane = &mcw_ring.lanes[id] };
	map = to_mapped(cur);
	mcw_map_seek(&map, newest);
	from_mapped(cur, &map);
}

#endif /* _UNIT_RING_MAPPED_H */
