// SPDX-License-Identifier: GPL-2.0
/*
 * A leaky bucket.
 */
#include "diagnose/bucket.h"

#include <string.h>

#define NS_PER_S 1000000000ULL

bool mcw_bucket_is_above(const struct mcw_bucket *b, const struct mcw_bucket_limit *limit)
{
	return limit->threshold && b->level >= limit->threshold;
}

void mcw_bucket_leak(struct mcw_bucket *b, const struct mcw_bucket_limit *limit, __u64 now_ns)
{
	__u64 each_ns, leaked;

	if (!limit->threshold) {
		memset(b, 0, sizeof(*b));
		return;
	}
	if (b->level && now_ns > b->leaked_ns) {
		each_ns = limit->window_s * NS_PER_S / limit->threshold;
		leaked = each_ns ? (now_ns - b->leaked_ns) / each_ns : b->level;
		if (leaked >= b->level) {
			memset(b, 0, sizeof(*b));
			return;
		}
		b->level -= leaked;
		b->leaked_ns += leaked * each_ns;
	}
	/* It may have been above by another limit. */
	if (!mcw_bucket_is_above(b, limit))
		b->fired = false;
}

void mcw_bucket_fill(struct mcw_bucket *b, const struct mcw_bucket_limit *limit, __u64 errors,
		     __u64 now_ns)
{
	__u64 most = 2ULL * limit->threshold;

	mcw_bucket_leak(b, limit, now_ns);
	if (!limit->threshold || !errors)
		return;
	if (!b->level)
		b->leaked_ns = now_ns;
	b->errors += errors;
	b->level = errors < most && b->level < most - errors ? b->level + errors : most;
}

bool mcw_bucket_fires(struct mcw_bucket *b, const struct mcw_bucket_limit *limit)
{
	if (b->fired || !mcw_bucket_is_above(b, limit))
		return false;
	b->fired = true;
	return true;
}
