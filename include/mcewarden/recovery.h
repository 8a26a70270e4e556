/* SPDX-License-Identifier: GPL-2.0 */
/* Recovery: takes the pages of uncorrected errors that the kernel left, and says what was done. */
#ifndef _MCEWARDEN_RECOVERY_H
#define _MCEWARDEN_RECOVERY_H

#include <linux/types.h>

struct attribute_group;
struct mcw_record;
struct mcw_verdict;

/* The knob recovery. */
enum mcw_recovery {
	MCW_RECOVERY_OFF, /* the kernel does what it does */
	MCW_RECOVERY_UNHANDLED, /* what the kernel left is taken */
	MCW_RECOVERY_OBSERVE, /* as that, but only said */
};

/* How recovery gets its events: from the worker, which it cannot know. */
struct mcw_recovery_source {
	void (*wake)(void); /* there is room again */
	void (*run)(void); /* has delivered what was captured before; sleeps */
};

extern const struct attribute_group mcw_recovery_knobs;
extern const struct attribute_group mcw_recovery_stats;

int mcw_recovery_init(unsigned int size, const struct mcw_recovery_source *source);
void mcw_recovery_exit(void);

void mcw_recovery_take(const struct mcw_record *rec, const struct mcw_verdict *verdict);

enum mcw_recovery mcw_recovery_mode(void);
bool mcw_budget_take(void);
void mcw_budget_give_back(void);

#endif /* _MCEWARDEN_RECOVERY_H */
