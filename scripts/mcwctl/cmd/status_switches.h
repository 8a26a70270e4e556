/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The admin's switches for bad pages, which the module obeys.
 */
#ifndef MCW_CMD_STATUS_SWITCHES_H
#define MCW_CMD_STATUS_SWITCHES_H

#include <stdbool.h>
#include <stdio.h>

#include <linux/types.h>

struct mcw_json;

#define MCW_VM_SWITCHES "/proc/sys/vm"
#define MCW_SWITCHES	3

struct mcw_switches {
	bool known[MCW_SWITCHES];	/* not where this kernel does not have the switch */
	__u64 value[MCW_SWITCHES];
};

/* Says what is wrong with a file. */
bool mcw_switches_read(const char *directory, struct mcw_switches *s);

/* A line for each switch that keeps the module from taking pages. */
void mcw_switches_print(FILE *out, const struct mcw_switches *s);

/* A member of an object for each switch, null for those that this kernel does not have. */
void mcw_switches_json(struct mcw_json *json, const struct mcw_switches *s);

#endif /* MCW_CMD_STATUS_SWITCHES_H */
