/* SPDX-License-Identifier: GPL-2.0 */
/*
 * mcwctl status: the knobs that old kernels had too.
 */
#ifndef MCW_CMD_STATUS_KNOBS_H
#define MCW_CMD_STATUS_KNOBS_H

#include <stdbool.h>

#include <linux/types.h>

#include "cmd/command.h"
#include "source/sysfs.h"

struct mcw_json;

struct mcw_knobs {
	__u64 tolerant;
	bool kernel_has_own;	/* a tolerant of its own */
	__u64 kernel_tolerant;
	char trigger[MCW_VALUE_BYTES];
	__u64 trigger_runs;
	__u64 trigger_put_off;
	__u64 trigger_failed;
};

/* Says what is wrong. */
bool mcw_knobs_read(const struct mcw_options *o, struct mcw_knobs *knobs);
/* The beginning of a line. */
void mcw_knobs_print(const struct mcw_knobs *knobs);
/* A line, where there is or was one. */
void mcw_trigger_print(const struct mcw_knobs *knobs);
/* The members of an object that are about them. */
void mcw_knobs_json(struct mcw_json *json, const struct mcw_knobs *knobs);

#endif /* MCW_CMD_STATUS_KNOBS_H */
