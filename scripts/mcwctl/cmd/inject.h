/* SPDX-License-Identifier: GPL-2.0 */
/*
 * mcwctl inject: the parts that touch the machine.
 */
#ifndef MCW_CMD_INJECT_H
#define MCW_CMD_INJECT_H

#include "cmd/command.h"
#include "inject/kind.h"

#define MCW_NO_PAGE	(~0ULL)

/* Each of these four prints what is wrong before it returns false or MCW_NO_PAGE. */
bool mcw_inject_machine_read(const struct mcw_options *o, struct mcw_inject_machine *m);

/* The physical address of a process's virtual address; pid 0: of mcwctl itself. */
__u64 mcw_inject_page_of(__u64 pid, __u64 vaddr);

/* A page of this process that stays in memory until the process ends. */
__u64 mcw_inject_page_make(void);

/* Raises the error in a child, which suffers its effects, and prints what happened. */
bool mcw_inject_raise(const struct mcw_options *o, const struct mcw_injection *inj,
		      enum mcw_inject_page page);

/* Whether the page is poisoned now or becomes so within some seconds. */
bool mcw_inject_page_dies(__u64 addr);

#endif /* MCW_CMD_INJECT_H */
