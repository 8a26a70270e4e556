/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The open faults of the records that the device has: those that somebody needs to know of.
 */
#ifndef MCW_CMD_OPEN_FAULTS_H
#define MCW_CMD_OPEN_FAULTS_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

#include "diagnose/diagnose.h"

struct mcw_options;

/*
 * The diagnosis of all records that o->device has, read so that none of them counts as read by an
 * admin. The caller frees it. Return: NULL if that is not possible, after printing why.
 */
struct mcw_diagnosis *mcw_open_faults_read(const struct mcw_options *o,
					   const struct mcw_limits *limits);

/* In the order of their ids. *at: 0 for the first. Return: NULL past the last. */
const struct mcw_fault *mcw_open_fault_next(const struct mcw_diagnosis *d, size_t *at);

#endif /* MCW_CMD_OPEN_FAULTS_H */
