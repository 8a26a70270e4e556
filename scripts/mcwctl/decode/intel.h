/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Intel's banks by model: what each belongs to, and what its model-specific code means.
 */
#ifndef MCW_DECODE_INTEL_H
#define MCW_DECODE_INTEL_H

#include "decode/text.h"

struct mcw_event;

enum mcw_intel_unit {
	MCW_UNIT_NONE,
	MCW_UNIT_PCU,
	MCW_UNIT_QPI,
	MCW_UNIT_UPI,
	MCW_UNIT_HOME,	/* home agent */
	MCW_UNIT_M2M,
	MCW_UNIT_IMC,
	MCW_UNIT_CHA,
	MCW_UNIT_IIO,
	MCW_UNIT_LLC,
};

enum mcw_intel_unit mcw_intel_unit(const struct mcw_event *ev);
/* NULL where model and bank do not say. */
const char *mcw_intel_unit_name(const struct mcw_event *ev);
/* Adds what MCi_STATUS 31:16 says; nothing where it is not known. */
void mcw_intel_add_code(struct text *t, const struct mcw_event *ev);
/* The same of the parts of MCi_MISC that only the model defines. */
void mcw_intel_add_misc(struct text *t, const struct mcw_event *ev);

#endif /* MCW_DECODE_INTEL_H */
