/* SPDX-License-Identifier: GPL-2.0 */
/*
 * mcwctl status at a glance: what the counters say, in words.
 */
#ifndef MCW_CMD_STATUS_GLANCE_H
#define MCW_CMD_STATUS_GLANCE_H

#include <stdio.h>

struct mcw_status;

/* How many machine-check records there were, and the last of them. */
void mcw_glance_errors(FILE *out, const struct mcw_status *s);
/* What became of bad pages. */
void mcw_glance_pages(FILE *out, const struct mcw_status *s);
/* The storms that run now. */
void mcw_glance_storms(FILE *out, const struct mcw_status *s);
/* What was lost, also if it is nothing. */
void mcw_glance_lost(FILE *out, const struct mcw_status *s);

#endif /* MCW_CMD_STATUS_GLANCE_H */
