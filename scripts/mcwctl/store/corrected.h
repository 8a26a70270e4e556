/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Corrected errors, summed over a minute by the part that has them. Pure but for its memory.
 */
#ifndef MCW_STORE_CORRECTED_H
#define MCW_STORE_CORRECTED_H

#include <stdbool.h>

#include "store/join.h"

/* Errors of more parts than that are summed without their names. */
#define MCW_CORRECTED_PARTS 16

struct mcw_corrected_part {
	struct mcw_fault_part part; /* kind MCW_SIGN_NONE: only CPU and bank are known */
	__u32 cpu, bank; /* of its first error */
	bool has_bank; /* an event has these; the firmware's report has not */
	__u64 errors;
};

/* Zeroed is empty. */
struct mcw_corrected {
	struct mcw_corrected_part parts[MCW_CORRECTED_PARTS];
	unsigned int count;
	__u64 errors; /* of all parts */
	__u64 others; /* of parts beyond that */
	__u64 injected; /* of all errors */
	__u64 first_ns, last_ns; /* when the first and the last were, by the wall clock */
	__u64 until_ns; /* when the minute ends; 0: none has begun */
};

/* An event or a firmware's report. now_ns: by any clock that does not go back. */
void mcw_corrected_add(struct mcw_corrected *c, const struct mcw_joined *e, __u64 now_ns);

/* The parts with the most errors come first. */
void mcw_corrected_sort(struct mcw_corrected *c);

#endif /* MCW_STORE_CORRECTED_H */
