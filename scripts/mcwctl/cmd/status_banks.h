/* SPDX-License-Identifier: GPL-2.0 */
/*
 * mcwctl status: the banks whose registers do not hold what bank<N>ctl says.
 */
#ifndef MCW_CMD_STATUS_BANKS_H
#define MCW_CMD_STATUS_BANKS_H

#include <stdbool.h>
#include <stdio.h>

#include "cmd/command.h"
#include "source/sysfs.h"

struct mcw_json;

#define MCW_BANKS_MAX	64

struct mcw_banks {
	bool hidden;		/* only root may read the registers */
	char differ[MCW_BANKS_MAX][MCW_VALUE_BYTES];	/* lists of CPUs */
};

/* Prints what is wrong. */
bool mcw_banks_read(const struct mcw_options *o, struct mcw_banks *banks);
/* A line for each group of banks that differ on the same CPUs. */
void mcw_banks_print(FILE *out, const struct mcw_banks *banks);
/* The member "banks_differ" of an object. */
void mcw_banks_json(struct mcw_json *json, const struct mcw_banks *banks);

#endif /* MCW_CMD_STATUS_BANKS_H */
