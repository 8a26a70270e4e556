/* SPDX-License-Identifier: GPL-2.0 */
/* stats/cpu<N>/: the threshold interrupts of each CPU. */
#ifndef _MCEWARDEN_THRESHOLD_IRQ_STATS_H
#define _MCEWARDEN_THRESHOLD_IRQ_STATS_H

int mcw_threshold_irq_stats_init(void);
void mcw_threshold_irq_stats_exit(void);

#endif /* _MCEWARDEN_THRESHOLD_IRQ_STATS_H */
