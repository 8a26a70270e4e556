/* SPDX-License-Identifier: GPL-2.0 */
/*
 * mcwctl status: the banks, and who polls them.
 */
#ifndef MCW_CMD_STATUS_BANKS_H
#define MCW_CMD_STATUS_BANKS_H

#include <stdbool.h>

#include <linux/types.h>

#include "cmd/command.h"
#include "source/sysfs.h"

struct mcw_json;

#define MCW_BANKS_MAX	64

struct mcw_banks {
	__u64 check_interval;
	__u64 polls;
	__u64 drift;
	bool ignore_ce;		/* the kernel's */
	char firmware[MCW_VALUE_BYTES];
	char differ[MCW_BANKS_MAX][MCW_VALUE_BYTES];	/* lists of CPUs */
};

/* Says what is wrong. */
bool mcw_banks_read(const struct mcw_options *o, struct mcw_banks *banks);
void mcw_banks_print(const struct mcw_banks *banks);
/* The members of an object that are about banks. */
void mcw_banks_json(struct mcw_json *json, const struct mcw_banks *banks);

#endif /* MCW_CMD_STATUS_BANKS_H */
