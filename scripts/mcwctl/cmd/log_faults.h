/* SPDX-License-Identifier: GPL-2.0 */
/*
 * mcwctl decode --faults: which parts the errors in a log come from.
 */
#ifndef MCW_CMD_LOG_FAULTS_H
#define MCW_CMD_LOG_FAULTS_H

struct mcw_console_record;
struct mcw_diagnosis;

/* The error of one record, and its repeats; of a record that is of no error nothing. */
void mcw_log_fault_add(struct mcw_diagnosis *d, const struct mcw_console_record *r);

#endif /* MCW_CMD_LOG_FAULTS_H */
