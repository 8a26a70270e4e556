/* SPDX-License-Identifier: GPL-2.0 */
/* What was lost on the way from the hardware to a reader, by stage: stats/lost/. */
#ifndef _MCEWARDEN_LOSSES_H
#define _MCEWARDEN_LOSSES_H

struct attribute_group;
struct mcw_record;

extern const struct attribute_group mcw_losses_stats;

int mcw_losses_init(void);
void mcw_losses_take(const struct mcw_record *rec);

#endif /* _MCEWARDEN_LOSSES_H */
