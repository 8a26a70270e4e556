/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the two files of the keeper share. Nobody else includes this.
 */
#ifndef MCW_STORE_KEEPER_STATE_H
#define MCW_STORE_KEEPER_STATE_H

#include "store/batch.h"
#include "store/join.h"
#include "store/keeper.h"
#include "store/totals.h"

#define MCW_KEEPER_FAULTS 2048
#define MCW_KEEPER_RECENT 256

/* How a fault was when it was written last. */
struct mcw_keeper_fault {
	__u32 id;
	__u64 sum;
};

struct mcw_keeper {
	struct mcw_store *store;
	struct mcw_diagnosis *d;
	const struct mcw_dimms *dimms;
	struct mcw_totals totals;
	struct mcw_store_batch batch;
	bool begun;		/* there was a session */
	bool new_boot;		/* it is the first one of this boot */
	bool changed;		/* there is something to write */
	bool failed;		/* the last write did, and that was said */
	bool full;		/* because the disk was full */
	__u64 mono_ns, wall_ns;	/* now */
	__u64 written_ns, tried_ns, looked_ns, state_ns;	/* CLOCK_MONOTONIC */
	__u64 read[MCW_LANES];	/* records below these positions were read */
	__u64 reports;		/* the first location that is not counted */
	__u64 locations;	/* locations below this position were read */
	char error[200];	/* of the boot before */
	char *layout;		/* for the batch */
	struct {
		__u64 pos;
		unsigned int lane;
		struct mcw_fault_part part;
	} recent[MCW_KEEPER_RECENT];	/* events, for their outcomes */
	unsigned int recent_next;
	struct mcw_keeper_fault written[MCW_KEEPER_FAULTS], writes[MCW_KEEPER_FAULTS];
	size_t written_count;
	struct mcw_batch_fault faults[MCW_KEEPER_FAULTS];
	struct mcw_join join;
};

/* Counts and diagnoses the records that wait for nothing more; all: every one. */
void mcw_keeper_feed(struct mcw_keeper *k, bool all);

#endif /* MCW_STORE_KEEPER_STATE_H */
