/* SPDX-License-Identifier: GPL-2.0 */
/* How many lines may be logged in a time; what is left out is counted. Pure. */
#ifndef _MCEWARDEN_LINE_LIMIT_H
#define _MCEWARDEN_LINE_LIMIT_H

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include <stdbool.h>

#include <linux/types.h>
#endif

#define MCW_LINES_AT_ONCE 10
#define MCW_LINES_WINDOW_NS 5000000000ULL

/* Zeroed is the start. Its user has a lock, or is alone. */
struct mcw_line_limit {
	__u64 begin_ns; /* of the time in which lines count; 0: there was none */
	__u32 lines;
	__u64 left_out; /* since then */
};

bool mcw_line_limit_take(struct mcw_line_limit *limit, __u64 now_ns);
__u64 mcw_line_limit_end(struct mcw_line_limit *limit, __u64 now_ns);

#endif /* _MCEWARDEN_LINE_LIMIT_H */
