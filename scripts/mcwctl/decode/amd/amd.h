/* SPDX-License-Identifier: GPL-2.0 */
/*
 * AMD's banks: what each belongs to, and what its extended error code means.
 *
 * CPUs from family 17h on have scalable MCA (SMCA), where a bank tells by its IPID register what
 * it belongs to. In older families its number says so.
 */
#ifndef MCW_DECODE_AMD_AMD_H
#define MCW_DECODE_AMD_AMD_H

#include <stdbool.h>

#include "decode/component.h"
#include "decode/text.h"

struct mcw_event;
struct mcw_memory_place;

/* NULL where the record does not say. */
const char *mcw_smca_unit_name(const struct mcw_event *ev);
const char *mcw_amd_old_unit_name(const struct mcw_event *ev);

enum mcw_component mcw_amd_component(const struct mcw_event *ev);
enum mcw_component mcw_amd_old_component(const struct mcw_event *ev);

/* Of an error of the component memory. */
enum mcw_memory_side mcw_amd_memory_side(const struct mcw_event *ev);
/* What the extended code means in that unit; NULL where it has no name. */
const char *mcw_smca_extended_name(const struct mcw_event *ev);
/* Adds what the extended code of an older CPU means; nothing where it is not known. */
void mcw_amd_old_add_code(struct text *t, const struct mcw_event *ev);

/* Adds why nothing is said of an extended code that is not 0. */
void mcw_amd_add_gap(struct text *t, const struct mcw_event *ev);

/* Adds what MCi_MISC says; nothing where it is not known. */
void mcw_amd_add_misc(struct text *t, const struct mcw_event *ev);

/* Whether the counter of corrected errors has come to its end: there may be more than it says. */
bool mcw_amd_counter_is_full(const struct mcw_event *ev);

void mcw_amd_add_place(struct mcw_memory_place *place, const struct mcw_event *ev);

#endif /* MCW_DECODE_AMD_AMD_H */
