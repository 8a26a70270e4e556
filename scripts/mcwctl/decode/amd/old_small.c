// SPDX-License-Identifier: GPL-2.0
/*
 * AMD's families 14h and 16h, with small cores.
 */
#include "decode/amd/old_families.h"

/* Bank 0. */
static const struct mcw_code data_cache[] = {
	MCW_REQUEST(MCW_REQUEST_DATA_READ, "data or tag parity, load or hardware prefetch"),
	MCW_REQUEST(MCW_REQUEST_DATA_WRITE, "data or tag parity, store"),
	MCW_REQUEST(MCW_REQUEST_EVICTION, "parity of a line on its way out, at a tag miss"),
	MCW_REQUEST(MCW_REQUEST_SNOOP, "tag parity, in a snoop"),
};

static const struct mcw_code system_read[] = {
	MCW_REQUEST(MCW_REQUEST_READ, "system read data, for the TLB"),
	MCW_REQUEST(MCW_REQUEST_DATA_READ, "system read data, for a load"),
	MCW_REQUEST(MCW_REQUEST_DATA_WRITE, "system read data, for a store"),
};

static const struct mcw_code_table data_cache_codes = {
	MCW_KIND_MEMORY_L1_DATA,
	MCW_CODE_TABLE(data_cache),
};

/* Of memory or of I/O, at no level. */
static const struct mcw_code_table system_read_codes = {
	.mask = 0xf807,
	.value = 0x0803,
	MCW_CODE_TABLE(system_read),
};

static const struct mcw_code_table *const data_cache_tables[] = {
	&mcw_amd_data_tlb_codes,
	&data_cache_codes,
	&system_read_codes,
	NULL,
};

/* Bank 1. */
static const struct mcw_code fetch[] = {
	MCW_REQUEST(MCW_REQUEST_FETCH, "data or tag parity, at a tag hit"),
	MCW_REQUEST(MCW_REQUEST_SNOOP, "tag, in a snoop or an eviction"),
};

static const struct mcw_code fetch_other[] = {
	MCW_XEC(0x0, "tag parity of a line on its way out"),
	MCW_XEC(0x2, "microcode patch RAM parity"),
};

static const struct mcw_code_table fetch_codes = { MCW_KIND_MEMORY_FETCH, MCW_CODE_TABLE(fetch) };

/* Of an eviction, which is the only other request that it has. */
static const struct mcw_code_table fetch_other_codes = {
	.mask = 0xfffc,
	.value = 0x0170,
	MCW_CODE_TABLE(fetch_other),
};

static const struct mcw_code_table fetch_error_codes = {
	.mask = 0xfffc,
	.value = 0x0100,
	MCW_CODE_TABLE(fetch_other),
};

static const struct mcw_code_table *const fetch_tables[] = {
	&mcw_amd_fetch_tlb_codes,
	&mcw_amd_fetch_bus_codes,
	&mcw_amd_assertion_codes,
	&fetch_codes,
	&fetch_other_codes,
	&fetch_error_codes,
	NULL,
};

/* Bank 2 of family 16h. The request of the error code says what for. */
static const struct mcw_code l2_cache[] = {
	MCW_XECS(0x04, 0x05, "parity of an input or output buffer"),
	MCW_XECS(0x09, 0x0b, "L2 cache tag ECC"),
	MCW_XECS(0x0d, 0x0f, "L2 cache tag ECC"),
	MCW_XECS(0x10, 0x19, "L2 cache data ECC"),
	MCW_XEC(0x1b, "L2 cache data ECC"),
	MCW_XECS(0x1c, 0x1d, "L2 cache attribute parity"),
	MCW_XEC(0x1f, "L2 cache attribute parity"),
};

static const struct mcw_code_table l2_cache_codes = { MCW_KIND_MEMORY, MCW_CODE_TABLE(l2_cache) };
static const struct mcw_code_table *const l2_cache_tables[] = { &l2_cache_codes, NULL };

const struct mcw_amd_old_family mcw_amd_family_14h = {
	.banks = { data_cache_tables, fetch_tables, mcw_amd_bus_unit_tables, NULL,
		   mcw_amd_northbridge_tables, mcw_amd_execution_tables },
};

const struct mcw_amd_old_family mcw_amd_family_16h = {
	.banks = { data_cache_tables, fetch_tables, l2_cache_tables, NULL,
		   mcw_amd_northbridge_15h_tables, mcw_amd_execution_tables,
		   mcw_amd_floating_point_tables },
};
