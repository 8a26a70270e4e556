/* SPDX-License-Identifier: GPL-2.0 */
/* Watches all calls of the kernel's memory_failure(): who calls it, for which page, how it ends. */
#ifndef _MCEWARDEN_FAILURE_CALLS_H
#define _MCEWARDEN_FAILURE_CALLS_H

#include <linux/types.h>

struct attribute_group;

#define MCW_PAGE_TYPE_BYTES 32

/* Who called memory_failure(). */
enum mcw_failure_caller {
	MCW_CALLER_OTHER, /* nobody that the module knows: madvise(), hwpoison-inject, firmware's */
	MCW_CALLER_CHAIN, /* the kernel's block on the decode chain, for the record that is in it */
	MCW_CALLER_TASK, /* the task that consumed the error, on its way back to user mode */
	MCW_CALLER_MODULE, /* the module */
};

struct mcw_failure_call {
	u64 page; /* physical address */
	u64 end_ns; /* when it ended, as mcw_head.mono_ns */
	enum mcw_failure_caller caller;
	bool took; /* the page was poisoned by it */
	int err; /* 0 or a negative errno; -EHWPOISON: it found the page poisoned */
	u8 result; /* MCW_RESULT_* */
	u32 victims; /* tasks that got a signal meanwhile */
	char page_type[MCW_PAGE_TYPE_BYTES]; /* in the kernel's words; empty if it said none */
};

extern const struct attribute_group mcw_failure_calls_stats;

int mcw_failure_calls_init(void (*ended)(void));
void mcw_failure_calls_exit(void);
u64 mcw_failure_calls_lost(void);

int mcw_failure_call(u64 page, int flags);
bool mcw_failure_call_runs(u64 page);
bool mcw_failure_call_ended(u64 page, u64 since_ns, bool took, struct mcw_failure_call *call);
bool mcw_failure_call_took(u64 page, u64 since_ns);
bool mcw_failure_call_next(struct mcw_failure_call *call);

/* The page of the call that the current task is inside of. */
bool mcw_failure_call_here(u64 *page, u32 *victims);

#endif /* _MCEWARDEN_FAILURE_CALLS_H */
