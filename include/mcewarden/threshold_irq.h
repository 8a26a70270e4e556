/* SPDX-License-Identifier: GPL-2.0 */
/* The threshold (CMCI) and deferred-error vectors: watches and counts their interrupts. */
#ifndef _MCEWARDEN_THRESHOLD_IRQ_H
#define _MCEWARDEN_THRESHOLD_IRQ_H

#include <linux/percpu.h>
#include <linux/types.h>

/* Counts of one CPU since the load. Only that CPU writes them, inside the vector. */
struct mcw_threshold_irq_counts {
	u64 interrupts;
	u64 unowned; /* interrupts for which the kernel had no handler */
	u64 ns_min;
	u64 ns_sum;
	u64 ns_max;
	u64 last_wall_ns; /* since 1970 UTC; 0: never */
};

DECLARE_PER_CPU(struct mcw_threshold_irq_counts, mcw_threshold_irq_counts);

int mcw_threshold_irq_init(void);
void mcw_threshold_irq_exit(void);
int mcw_threshold_irq_start(void);
void mcw_threshold_irq_stop(void);
bool mcw_threshold_irq_throttled(unsigned int cpu);

#endif /* _MCEWARDEN_THRESHOLD_IRQ_H */
