/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The DIMM of an error, from what a log says beside its registers. Pure.
 */
#ifndef MCW_DECODE_DIMM_FACTS_H
#define MCW_DECODE_DIMM_FACTS_H

#include "decode/dimm.h"

struct mcw_facts;

/* Fills in known, which may point to dimm afterwards. facts may be NULL. */
void mcw_dimm_of_facts(const struct mcw_facts *facts, struct mcw_dimm *dimm,
		       struct mcw_dimm_known *known);

#endif /* MCW_DECODE_DIMM_FACTS_H */
