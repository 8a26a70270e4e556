/* SPDX-License-Identifier: GPL-2.0 */
/* Recognises the second record of one deferred error of AMD's. Pure. */
#ifndef _MCEWARDEN_DEFERRED_PAIRS_H
#define _MCEWARDEN_DEFERRED_PAIRS_H

#include <linux/types.h>
#include <uapi/mcewarden.h>

#define MCW_DEFERRED_PAIRS 16 /* the oldest is replaced */
#define MCW_DEFERRED_PAIR_NS 3600000000000ULL /* an hour */

/* A deferred error that a poll found, whose copy may still be in MCA_DESTAT. */
struct mcw_deferred_first {
	u64 pos; /* in the lane severe */
	u64 mono_ns;
	u64 addr;
	u64 synd;
	u64 ipid;
	u32 cpu;
	u16 code;
	u8 bank;
	bool valid;
};

struct mcw_deferred_pairs {
	struct mcw_deferred_first first[MCW_DEFERRED_PAIRS];
	unsigned int next;
};

bool mcw_deferred_pairs_second(struct mcw_deferred_pairs *pairs, const struct mcw_record *rec,
			       u64 *first);

#endif /* _MCEWARDEN_DEFERRED_PAIRS_H */
