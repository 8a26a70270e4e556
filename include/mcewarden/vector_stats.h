/* SPDX-License-Identifier: GPL-2.0 */
/* stats/cpu<N>/: the threshold interrupts of each CPU. */
#ifndef _MCEWARDEN_VECTOR_STATS_H
#define _MCEWARDEN_VECTOR_STATS_H

int mcw_vector_stats_init(void);
void mcw_vector_stats_exit(void);

#endif /* _MCEWARDEN_VECTOR_STATS_H */
