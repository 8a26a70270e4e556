/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What was lost, by stage on the way from the hardware to a reader: the files of stats/lost/.
 */
#ifndef MCW_CMD_STATUS_LOST_H
#define MCW_CMD_STATUS_LOST_H

#include <stdbool.h>
#include <stdio.h>

#include <linux/types.h>

struct mcw_json;
struct mcw_options;

#define MCW_STAGES	16

struct mcw_losses {
	__u64 stage[MCW_STAGES];
};

/* The name of the stage's file; NULL after the last stage. */
const char *mcw_stage_name(unsigned int stage);

/* Says what is wrong with a file. */
bool mcw_losses_read(const struct mcw_options *o, struct mcw_losses *losses);

/* A line with the stages that lost something; none if no stage did. */
void mcw_losses_print(FILE *out, const struct mcw_losses *losses);

/* A member of an object, with a number for each stage. */
void mcw_losses_json(struct mcw_json *json, const struct mcw_losses *losses);

#endif /* MCW_CMD_STATUS_LOST_H */
