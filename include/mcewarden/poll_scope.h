/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Whether this CPU is inside the kernel's machine_check_poll(), with which flags, and which banks
 * the CPU owns.
 */
#ifndef _MCEWARDEN_POLL_SCOPE_H
#define _MCEWARDEN_POLL_SCOPE_H

#include <linux/compiler.h>
#include <linux/irqflags.h>
#include <linux/percpu.h>
#include <linux/types.h>

struct mcw_poll_scope {
	u32 flags; /* of this CPU's latest machine_check_poll() */
	u32 depth; /* polls under way: an interrupt may poll inside another poll */
	unsigned long owned; /* banks into which the kernel's handler looked; all: not known */
};

DECLARE_PER_CPU(struct mcw_poll_scope, mcw_poll_scope);
extern bool mcw_poll_returns_seen;

void mcw_poll_scope_arm(void);
void mcw_poll_scope_disarm(void);

/*
 * Returns whether a record that the kernel adds now, and that comes from no interrupt and no
 * software, comes from do_machine_check(). That function cannot be hooked, so the sign is that no
 * poll is under way on this CPU, and interrupts are off, as in every exception. False if unknown.
 */
static __always_inline bool mcw_poll_scope_is_outside(void)
{
	return READ_ONCE(mcw_poll_returns_seen) && !this_cpu_read(mcw_poll_scope.depth) &&
	       irqs_disabled();
}

/* Returns whether the kernel's handler of a threshold interrupt was seen to poll, on this CPU. */
static inline bool mcw_poll_scope_saw_handler(void)
{
	return this_cpu_read(mcw_poll_scope.owned) != ~0UL;
}

#endif /* _MCEWARDEN_POLL_SCOPE_H */
