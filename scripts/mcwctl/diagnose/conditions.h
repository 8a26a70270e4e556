/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From errors to conditions: a leaky bucket for each page, memory module, socket and so on. A
 * condition fires once when its bucket is above, and again only after it was below.
 *
 * Pure: it is fed with errors in the order in which they came, and knows no other clock than
 * theirs and the caller's. There are MCW_BUCKETS buckets, and so many of one condition at most; if
 * more are needed, the one that had its last error longest ago makes room, and that is counted.
 *
 *	mcw_conditions_begin(c, &conf);
 *	while (an error comes)
 *		mcw_conditions_error(c, &sign);
 *	mcw_conditions_clock(c, mono_ns);
 *	while ((b = mcw_conditions_fires(c)))
 *		... say it ...
 */
#ifndef MCW_DIAGNOSE_CONDITIONS_H
#define MCW_DIAGNOSE_CONDITIONS_H

#include <stdbool.h>
#include <stddef.h>

#include <uapi/mcewarden.h>

#include "diagnose/bucket.h"
#include "diagnose/conditions_conf.h"
#include "diagnose/diagnose.h"

#define MCW_BUCKETS 1024
#define MCW_BUCKETS_OF_ONE 256

struct mcw_condition_bucket {
	struct mcw_bucket bucket;
	struct mcw_fault_part part;	/* kind MCW_SIGN_NONE: as much of its numbers as is known */
	__u64 page;			/* its address, or MCW_NO_PAGE */
	__s32 cpu, bank;		/* of a storm; -1 */
	struct mcw_sign_record last;	/* the record that filled it last; of lost records none */
	__u64 last_ns;			/* when it was filled, by the clock of the buckets */
	__u64 wall_ns;			/* the same by the wall clock */
	__u8 condition;			/* enum mcw_condition */
	bool used;
	bool injected;			/* only injected errors filled it since it was empty */
};

/* What happened since the state began. */
struct mcw_condition_counts {
	__u64 fired;
	__u64 started;		/* programs, of which */
	__u64 failed;		/* could not be run, or had an exit status that is not 0 */
	__u64 ended;		/* ran for too long, and were ended */
	__u64 left_out;		/* did not run, as too many were waiting */
};

struct mcw_conditions {
	struct mcw_conditions_conf conf;
	/* From CLOCK_MONOTONIC to the buckets' own clock, which reboots do not stop. */
	__u64 offset_ns;
	__u64 now_ns;		/* by that clock */
	__u64 crowded;		/* buckets that made room */
	struct mcw_condition_counts counts[MCW_CONDITIONS];
	struct mcw_condition_bucket buckets[MCW_BUCKETS];
};

void mcw_conditions_begin(struct mcw_conditions *c, const struct mcw_conditions_conf *conf);
/* The file was read again. Buckets that are above by it now, and were not, fire. */
void mcw_conditions_configure(struct mcw_conditions *c, const struct mcw_conditions_conf *conf);

/*
 * An error of a part, or with the kind MCW_SIGN_NONE one of which only the socket may be known.
 */
void mcw_conditions_error(struct mcw_conditions *c, const struct mcw_sign *sign);
/* A STORM record. */
void mcw_conditions_storm(struct mcw_conditions *c, const struct mcw_record *rec);
void mcw_conditions_lost(struct mcw_conditions *c, __u64 records, __u64 mono_ns, __u64 wall_ns);

/*
 * What a record of an event says that mcw_sign_of_event() takes for no part's. Return: false: it
 * is no error of the hardware.
 */
bool mcw_conditions_sign(struct mcw_sign *sign, const struct mcw_record *rec);

/* The time by CLOCK_MONOTONIC. */
void mcw_conditions_clock(struct mcw_conditions *c, __u64 mono_ns);

/* A bucket that is above, of which nobody was told; after this somebody was. NULL: none. */
const struct mcw_condition_bucket *mcw_conditions_fires(struct mcw_conditions *c);

bool mcw_condition_is_above(const struct mcw_conditions *c, const struct mcw_condition_bucket *b);

/* To what its records and time belong. */
struct mcw_conditions_origin {
	__u8 boot_id[16];
	__u64 load;		/* of the module */
	__u64 next[MCW_LANES];	/* records below these positions have filled buckets */
	__u64 mono_ns, wall_ns;	/* when it was saved */
};

/*
 * Stores buckets and counts, as bytes for the same version of mcwctl and kind of machine. Return:
 * how many; more than size: nothing was stored.
 */
size_t mcw_conditions_save(const struct mcw_conditions *c,
			   const struct mcw_conditions_origin *origin, void *to, size_t size);
/*
 * Into one that has begun. *origin: of this boot and moment; then its load and positions are those
 * that were saved, if it is the same boot, or 0. Return: false: nothing was read, as the bytes are
 * damaged or of another version.
 */
bool mcw_conditions_restore(struct mcw_conditions *c, struct mcw_conditions_origin *origin,
			    const void *from, size_t size);

#endif /* MCW_DIAGNOSE_CONDITIONS_H */
