/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Feeds the diagnosis with the records of the device, or of recordings.
 */
#ifndef MCW_CMD_DIAGNOSIS_H
#define MCW_CMD_DIAGNOSIS_H

#include <stdbool.h>

#include <linux/types.h>

struct mcw_diagnosis;
struct mcw_limits;
struct mcw_options;

/* One that has begun. The caller frees it. Return: NULL without memory, after printing that. */
struct mcw_diagnosis *mcw_diagnosis_new(const struct mcw_limits *limits);

/* All that the device has now. Prints what is wrong. */
bool mcw_diagnosis_read(struct mcw_diagnosis *d, const struct mcw_options *o);

/*
 * All recordings that the options name, in the order of their time; of a directory, the recordings
 * in it. Prints what is wrong.
 */
bool mcw_diagnosis_replay(struct mcw_diagnosis *d, const struct mcw_options *o);

/* One recording. quiet: another reader of it prints what is damaged. */
bool mcw_diagnosis_replay_file(struct mcw_diagnosis *d, const char *path, __u64 since_ns,
			       bool quiet);

#endif /* MCW_CMD_DIAGNOSIS_H */
