/* SPDX-License-Identifier: GPL-2.0 */
/*
 * mcwctl inject: the parts that touch the machine.
 */
#ifndef MCW_CMD_INJECT_H
#define MCW_CMD_INJECT_H

#include "cmd/command.h"
#include "inject/kind.h"

#define MCW_NO_PAGE	(~0ULL)

/* Each of these four says what is wrong with it, where it returns false or MCW_NO_PAGE. */
bool mcw_inject_machine_read(const struct mcw_options *o, struct mcw_inject_machine *m);

/* The physical address of an address of a process; of its own where pid is 0. */
__u64 mcw_inject_page_of(__u64 pid, __u64 vaddr);

/* A page of this process, in memory as long as it lives. */
__u64 mcw_inject_page_make(void);

/* Raises it in a child, which meets what it does to a task, and says what came of it. */
bool mcw_inject_raise(const struct mcw_options *o, const struct mcw_injection *inj,
		      enum mcw_inject_page page);

/* Whether the page is poisoned now, or within a while. */
bool mcw_inject_page_dies(__u64 addr);

#endif /* MCW_CMD_INJECT_H */
