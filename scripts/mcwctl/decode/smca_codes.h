/* SPDX-License-Identifier: GPL-2.0 */
/*
 * AMD's scalable MCA: units by hardware ID and type, and their extended error codes.
 */
#ifndef MCW_DECODE_SMCA_CODES_H
#define MCW_DECODE_SMCA_CODES_H

#include <stddef.h>

struct mcw_smca_unit {
	unsigned int hwid;
	unsigned int type;
	const char *name;
	const char *const *codes;	/* by number; NULL: that one has no name */
	size_t count;
};

/*
 * family, model: of the CPU, 0 where not known. Return: NULL where the unit is not known. Where a
 * code has been given another meaning in a later model, the table has the later one.
 */
const struct mcw_smca_unit *mcw_smca_unit_find(unsigned int hwid, unsigned int type,
					       unsigned int family, unsigned int model);

#endif /* MCW_DECODE_SMCA_CODES_H */
