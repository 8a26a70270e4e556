/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tasks that got a signal because of a bad page, as lines and as JSON.
 */
#ifndef MCW_SHOW_VICTIM_H
#define MCW_SHOW_VICTIM_H

#include <stdbool.h>
#include <stdio.h>

#include <uapi/mcewarden.h>

struct mcw_vm;

/* In JSON. */
const char *mcw_victim_cause_name(unsigned int cause);

/*
 * vm: the virtual machine that the process is; NULL if it is none, or not known.
 * under: the line stands below the line of its outcome.
 */
void mcw_text_victim(FILE *out, const struct mcw_record *r, const struct mcw_vm *vm, bool under);
void mcw_json_victim(FILE *out, const struct mcw_record *r, const struct mcw_vm *vm, __u64 lost);
/* "java" pid 12 got SIGBUS: and why. */
void mcw_victim_print(FILE *out, const struct mcw_victim *v);

#endif /* MCW_SHOW_VICTIM_H */
