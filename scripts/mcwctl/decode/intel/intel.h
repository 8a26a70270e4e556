/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Intel's banks by model: what each belongs to, and what its model-specific code means.
 */
#ifndef MCW_DECODE_INTEL_INTEL_H
#define MCW_DECODE_INTEL_INTEL_H

#include <stdbool.h>

#include "decode/component.h"
#include "decode/text.h"

struct mcw_event;
struct mcw_memory_place;

/* NULL where model and bank do not say. */
const char *mcw_intel_unit_name(const struct mcw_event *ev);
enum mcw_component mcw_intel_component(const struct mcw_event *ev);
/* Of an error of the component memory. */
enum mcw_memory_side mcw_intel_memory_side(const struct mcw_event *ev);
/* Adds what the model's own code means; nothing where it is not known. */
void mcw_intel_add_code(struct text *t, const struct mcw_event *ev);
/* Adds why it says nothing of a code that is not 0. */
void mcw_intel_add_gap(struct text *t, const struct mcw_event *ev);
/* Adds the parts of MCi_MISC that only the model defines. */
void mcw_intel_add_misc(struct text *t, const struct mcw_event *ev);

struct mcw_mirror {
	const char *brief;
	const char *remark;
};

/* What MCi_MISC says of memory that is mirrored; NULL where it says nothing. */
const struct mcw_mirror *mcw_intel_mirror(const struct mcw_event *ev);

/* What the number of the bank says of the place, what MCi_MISC does, and then the error code. */
void mcw_intel_add_bank_place(struct mcw_memory_place *place, const struct mcw_event *ev);
void mcw_intel_add_misc_place(struct mcw_memory_place *place, const struct mcw_event *ev);
void mcw_intel_add_code_place(struct mcw_memory_place *place, const struct mcw_event *ev);

#endif /* MCW_DECODE_INTEL_INTEL_H */
