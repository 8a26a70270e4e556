/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tables of the error codes of AMD's families 0Fh to 16h.
 */
#ifndef MCW_DECODE_AMD_OLD_FAMILIES_H
#define MCW_DECODE_AMD_OLD_FAMILIES_H

#include "decode/code_table.h"

#define MCW_AMD_OLD_BANKS 7

struct mcw_amd_old_family {
	/* of each bank, ends with NULL; NULL: the family does not have that bank */
	const struct mcw_code_table *const *banks[MCW_AMD_OLD_BANKS];
};

/* The kinds of error codes. A table applies to one of them. */
#define MCW_KIND_TLB .mask = 0xfff0, .value = 0x0010
#define MCW_KIND_TLB_DATA .mask = 0xfffc, .value = 0x0014
#define MCW_KIND_MEMORY .mask = 0xff00, .value = 0x0100
#define MCW_KIND_MEMORY_L1 .mask = 0xff03, .value = 0x0101
#define MCW_KIND_MEMORY_L1_DATA .mask = 0xff0f, .value = 0x0105
#define MCW_KIND_MEMORY_L2 .mask = 0xff03, .value = 0x0102
#define MCW_KIND_MEMORY_FETCH .mask = 0xff0c, .value = 0x0100
#define MCW_KIND_INTERNAL .mask = 0xf4ff, .value = 0x0400
#define MCW_KIND_BUS .mask = 0xf800, .value = 0x0800

/* A row of an extended error code, and one of a request, RRRR, in MCi_STATUS 7:4. */
#define MCW_XEC(code, words) MCW_CODE(20, 16, code, words)
#define MCW_XECS(from, to, words) MCW_CODES(20, 16, from, to, words)
#define MCW_REQUEST(code, words) MCW_CODE(7, 4, code, words)
#define MCW_REQUESTS(from, to, words) MCW_CODES(7, 4, from, to, words)
#define MCW_ANY(words) \
	{ \
		0, 0, 0, words \
	}

enum mcw_request {
	MCW_REQUEST_ERROR = 0,
	MCW_REQUEST_READ = 1,
	MCW_REQUEST_DATA_READ = 3,
	MCW_REQUEST_DATA_WRITE = 4,
	MCW_REQUEST_FETCH = 5,
	MCW_REQUEST_EVICTION = 7,
	MCW_REQUEST_SNOOP = 8,
};

/* Tables that all of these families have. */
extern const struct mcw_code_table mcw_amd_data_tlb_codes;
extern const struct mcw_code_table mcw_amd_fetch_tlb_codes;
extern const struct mcw_code_table mcw_amd_fetch_bus_codes;
extern const struct mcw_code_table mcw_amd_assertion_codes;
extern const struct mcw_code_table mcw_amd_northbridge_codes;
extern const struct mcw_code_table mcw_amd_northbridge_tlb_codes;
extern const struct mcw_code_table mcw_amd_northbridge_bus_codes;
extern const struct mcw_code_table *const mcw_amd_bus_unit_tables[];
extern const struct mcw_code_table *const mcw_amd_execution_tables[];
extern const struct mcw_code_table *const mcw_amd_floating_point_tables[];
extern const struct mcw_code_table *const mcw_amd_northbridge_k8_tables[];
extern const struct mcw_code_table *const mcw_amd_northbridge_tables[];
extern const struct mcw_code_table *const mcw_amd_northbridge_15h_tables[];

extern const struct mcw_amd_old_family mcw_amd_k8;
extern const struct mcw_amd_old_family mcw_amd_family_10h;
extern const struct mcw_amd_old_family mcw_amd_family_11h;
extern const struct mcw_amd_old_family mcw_amd_family_12h;
extern const struct mcw_amd_old_family mcw_amd_family_14h;
extern const struct mcw_amd_old_family mcw_amd_family_15h;
extern const struct mcw_amd_old_family mcw_amd_family_16h;

#endif /* MCW_DECODE_AMD_OLD_FAMILIES_H */
