/* SPDX-License-Identifier: GPL-2.0 */
/*
 * AMD's scalable MCA: units by hardware ID and type, and their extended error codes.
 */
#ifndef MCW_DECODE_AMD_SMCA_CODES_H
#define MCW_DECODE_AMD_SMCA_CODES_H

#include <stdbool.h>
#include <stddef.h>

#include "decode/component.h"

struct mcw_smca_unit {
	unsigned int hwid;
	unsigned int type;
	const char *name;
	enum mcw_component component;
	const char *const *codes; /* by number; NULL: that one has no name */
	size_t count;
};

/*
 * The units by files; each ends with one without a name. The kernel's own numbers of these change;
 * the hardware's do not.
 */
extern const struct mcw_smca_unit mcw_smca_core_units[];
extern const struct mcw_smca_unit mcw_smca_fabric_units[];
extern const struct mcw_smca_unit mcw_smca_processor_units[];
extern const struct mcw_smca_unit mcw_smca_link_units[];

/*
 * family, model: of the CPU, 0 where not known. Return: a unit of the data fabric or a memory
 * controller whose codes are other ones in that model; NULL: there is none.
 */
const struct mcw_smca_unit *mcw_smca_fabric_unit_of(unsigned int hwid, unsigned int type,
						    unsigned int family, unsigned int model);

/* MI300A, whose own memory controllers have HBM. */
bool mcw_smca_has_hbm(unsigned int family, unsigned int model);

#endif /* MCW_DECODE_AMD_SMCA_CODES_H */
