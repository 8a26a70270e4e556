/* SPDX-License-Identifier: GPL-2.0 */
/* Takes pages of uncorrected errors that the kernel left; has the knobs recovery, page_budget. */
#ifndef _MCEWARDEN_PAGE_RECOVERY_H
#define _MCEWARDEN_PAGE_RECOVERY_H

#include <linux/types.h>
#include <mcewarden/page_decision.h>
#include <mcewarden/sysfs.h>

struct mcw_outcome;
struct mcw_pending;

extern const struct attribute_group mcw_page_recovery_knobs;
extern struct mcw_counter mcw_budget_used;

bool mcw_page_recover(struct mcw_pending *p);
void mcw_outcome_set(struct mcw_outcome *out, u8 actor, u8 action, u8 reason);

enum mcw_recovery mcw_recovery_mode(void);
bool mcw_budget_take(void);
void mcw_budget_give_back(void);

#endif /* _MCEWARDEN_PAGE_RECOVERY_H */
