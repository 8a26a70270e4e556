/* SPDX-License-Identifier: GPL-2.0 */
/* Soft-offlines pages that show too many corrected errors, before they break. */
#ifndef _MCEWARDEN_SOFT_OFFLINE_H
#define _MCEWARDEN_SOFT_OFFLINE_H

#include <linux/types.h>

struct attribute_group;
struct mcw_ce_pages;
struct mcw_decoded;
struct mcw_record;
struct mcw_verdict;

extern const struct attribute_group mcw_soft_offline_knobs;
extern const struct attribute_group mcw_soft_offline_stats;

int mcw_soft_offline_init(void);
void mcw_soft_offline_exit(void);

void mcw_soft_offline_take(const struct mcw_record *rec, const struct mcw_verdict *verdict);
void mcw_soft_offline_decoded(const struct mcw_decoded *decoded);
void mcw_soft_offline_saw_ras_cec(void);
void mcw_soft_offline_fill(struct mcw_ce_pages *pages);
u64 mcw_soft_offline_lost(void);

#endif /* _MCEWARDEN_SOFT_OFFLINE_H */
