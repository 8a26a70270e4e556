/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The time, in nanoseconds.
 */
#ifndef MCW_SOURCE_CLOCK_H
#define MCW_SOURCE_CLOCK_H

#include <time.h>

#include <linux/types.h>

/* CLOCK_MONOTONIC: as mono_ns of records; CLOCK_REALTIME: since 1970, as wall_ns. */
static inline __u64 mcw_now_ns(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

#endif /* MCW_SOURCE_CLOCK_H */
