/* SPDX-License-Identifier: GPL-2.0 */
/* Recovery takes pages of uncorrected errors that the kernel left, and reports the outcomes. */
#ifndef _MCEWARDEN_RECOVERY_H
#define _MCEWARDEN_RECOVERY_H

#include <linux/types.h>

struct attribute_group;
struct mce;
struct mcw_decoded;
struct mcw_record;
struct mcw_verdict;

extern const struct attribute_group mcw_recovery_knobs;
extern const struct attribute_group mcw_recovery_stats;

int mcw_recovery_init(unsigned int size);
void mcw_recovery_stop(void);
void mcw_recovery_exit(void);

bool mcw_recovery_has_room(void);
void mcw_recovery_take(const struct mcw_record *rec, const struct mcw_verdict *verdict);
void mcw_recovery_chain_begin(const struct mce *m);
void mcw_recovery_call_ended(void);
void mcw_recovery_chain_done(const struct mcw_decoded *decoded);

#endif /* _MCEWARDEN_RECOVERY_H */
