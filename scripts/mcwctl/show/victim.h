/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tasks that got a signal because of a bad page, as lines and as JSON.
 */
#ifndef MCW_SHOW_VICTIM_H
#define MCW_SHOW_VICTIM_H

#include <stdbool.h>
#include <stdio.h>

#include <uapi/mcewarden.h>

/* under: the line stands below the line of its outcome. */
void mcw_text_victim(FILE *out, const struct mcw_record *r, bool under);
void mcw_json_victim(FILE *out, const struct mcw_record *r, __u64 lost);

#endif /* MCW_SHOW_VICTIM_H */
