/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A leaky bucket: whether there were so many errors in so much time. Pure.
 *
 * Errors fill it; every window divided by threshold one of them leaks out, all the time. It is
 * above from the moment it holds threshold errors until it holds fewer. It holds twice as many at
 * most, so that it is below again about a window after the last error, however many there were.
 *
 * Only whole errors leak. If parts of them did, a bucket with a threshold of 1 would be below a
 * moment after each error, and would fire for every one.
 */
#ifndef MCW_DIAGNOSE_BUCKET_H
#define MCW_DIAGNOSE_BUCKET_H

#include <stdbool.h>

#include <linux/types.h>

struct mcw_bucket_limit {
	__u32 threshold;	/* 0: the bucket takes nothing */
	__u32 window_s;
};

/* Zeroed is empty. Times are in nanoseconds, by any clock that does not go back. */
struct mcw_bucket {
	__u64 leaked_ns;	/* up to then all has leaked that had to */
	__u64 errors;		/* that came since it was empty last */
	__u32 level;		/* how many it holds */
	bool fired;		/* it is above, and somebody was told */
};

/* An earlier time than before changes nothing. */
void mcw_bucket_leak(struct mcw_bucket *b, const struct mcw_bucket_limit *limit, __u64 now_ns);
void mcw_bucket_fill(struct mcw_bucket *b, const struct mcw_bucket_limit *limit, __u64 errors,
		     __u64 now_ns);

bool mcw_bucket_is_above(const struct mcw_bucket *b, const struct mcw_bucket_limit *limit);

/* Whether it is above and nobody was told. Somebody is, after this. */
bool mcw_bucket_fires(struct mcw_bucket *b, const struct mcw_bucket_limit *limit);

#endif /* MCW_DIAGNOSE_BUCKET_H */
