/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The store: three lanes of fixed slots, written from any context, read by any
 * number of readers. module/ring.c has the essay.
 */
#ifndef _MCEWARDEN_RING_H
#define _MCEWARDEN_RING_H

#include <linux/atomic.h>
#include <linux/cache.h>
#include <linux/compiler.h>
#include <linux/types.h>
#include <uapi/mcewarden.h>

#define MCW_RING_MIN_RECORDS 64U
#define MCW_RING_MAX_RECORDS 1048576U
#define MCW_RECORD_WORDS (MCW_RECORD_BYTES / 8)
#define MCW_HEAD_WORDS (sizeof(struct mcw_head) / 8)

/* 256 bytes: this layout is what a later read-only mapping would show. */
struct mcw_slot {
	atomic64_t state;
	u64 words[MCW_RECORD_WORDS];
};

struct mcw_lane {
	struct mcw_slot *slots;
	u64 size; /* a power of two */
	bool keeps; /* refuses rather than overwrite what is not taken */

	atomic64_t head ____cacheline_aligned; /* next position to be decided */
	atomic64_t committed;
	atomic64_t refused;
	atomic64_t dropped;
	atomic64_t overwritten;
	atomic64_t skipped;

	atomic64_t taken ____cacheline_aligned; /* one writer: the worker */
};

/* A place that a producer owns between mcw_ring_claim() and mcw_ring_commit(). */
struct mcw_place {
	struct mcw_slot *slot;
	u64 pos;
};

/* Where a reader is; one user at a time. */
struct mcw_cursor {
	u64 pos; /* next position to read */
	u64 skips; /* positions below pos that never held a record */
	bool jumped; /* nothing read since the last jump */
};

enum mcw_look {
	MCW_LOOK_EMPTY, /* nothing there yet */
	MCW_LOOK_GOT, /* a record; mcw_ring_get() copied it and moved on */
	MCW_LOOK_PENDING, /* a producer is inside */
	MCW_LOOK_OVERRUN, /* the position was reused: mcw_ring_jump() */
};

extern struct mcw_lane mcw_lanes[MCW_LANES];

int mcw_ring_init(const unsigned int sizes[MCW_LANES]);
void mcw_ring_exit(void);

bool mcw_ring_claim(unsigned int id, u8 type, struct mcw_place *place);
void mcw_ring_commit(unsigned int id, const struct mcw_place *place);

enum mcw_look mcw_ring_look(unsigned int id, struct mcw_cursor *cur);
enum mcw_look mcw_ring_get(unsigned int id, struct mcw_cursor *cur, struct mcw_record *rec);
enum mcw_look mcw_ring_get_late(unsigned int id, u64 pos, struct mcw_record *rec);
u64 mcw_ring_jump(unsigned int id, struct mcw_cursor *cur);
void mcw_ring_pass(struct mcw_cursor *cur);
void mcw_ring_seek_oldest(unsigned int id, struct mcw_cursor *cur);
void mcw_ring_seek_newest(unsigned int id, struct mcw_cursor *cur);
void mcw_ring_set_taken(unsigned int id, u64 pos);
void mcw_ring_info(unsigned int id, struct mcw_lane_info *info);

/* One word of a claimed record. Readers may be looking: they find out and discard. */
static inline void mcw_place_write(const struct mcw_place *place, unsigned int word, u64 value)
{
	WRITE_ONCE(place->slot->words[word], value);
}

#endif /* _MCEWARDEN_RING_H */
