// SPDX-License-Identifier: GPL-2.0
/*
 * AMD's family 15h, Bulldozer to Excavator: two cores share a unit for fetching, decoding and the
 * L2 cache.
 */
#include "decode/amd/old_families.h"

/* Bank 0. */
static const struct mcw_code data_cache[] = {
	MCW_XEC(0x00, "data array"),
	MCW_XEC(0x01, "uncorrected data in a fill from the L2 cache or the northbridge"),
	MCW_XEC(0x02, "store queue"),
	MCW_XEC(0x03, "store coalescing buffer"),
	MCW_XEC(0x10, "tag"),
	MCW_XEC(0x11, "store queue"),
	MCW_XEC(0x12, "load queue"),
};

static const struct mcw_code system_read[] = {
	MCW_XEC(0x00, "system read data"),
	MCW_XEC(0x01, "internal error, type 1"),
	MCW_XEC(0x02, "internal error, type 2"),
	MCW_XECS(0x03, 0x1f, "internal error, another type"),
};

static const struct mcw_code_table data_cache_codes = {
	MCW_KIND_MEMORY,
	MCW_CODE_TABLE(data_cache),
};

static const struct mcw_code_table system_read_codes = {
	MCW_KIND_BUS,
	MCW_CODE_TABLE(system_read),
};

static const struct mcw_code_table *const data_cache_tables[] = {
	&mcw_amd_data_tlb_codes,
	&data_cache_codes,
	&system_read_codes,
	&mcw_amd_assertion_codes,
	NULL,
};

/* Bank 1. PFB is the prefetch buffer. */
static const struct mcw_code fetch[] = {
	MCW_XEC(0x00, "uncorrected data in a fill from the L2 cache"),
	MCW_XEC(0x01, "parity in reading data"),
	MCW_XEC(0x02, "valid bit parity"),
	MCW_XEC(0x03, "main tag parity"),
	MCW_XEC(0x04, "prediction queue parity"),
	MCW_XEC(0x05, "PFB data or address parity"),
	MCW_XEC(0x06, "branch status register parity"),
	MCW_XEC(0x07, "PFB promotion address"),
	MCW_XEC(0x08, "tag, in a probe or an eviction"),
	MCW_XEC(0x09, "probe tag valid bit parity"),
	MCW_XEC(0x0a, "PFB uncached bit parity"),
	MCW_XEC(0x0d, "PFB valid bit parity"),
	MCW_XEC(0x10, "microcode patch buffer"),
	MCW_XEC(0x11, "decoder: micro-op queue parity"),
	MCW_XEC(0x12, "decoder: instruction buffer parity"),
	MCW_XEC(0x13, "decoder: predecode buffer parity"),
	MCW_XEC(0x14, "decoder: fetch address queue parity"),
	MCW_XEC(0x15, "decoder: dispatch micro-op queue parity"),
};

static const struct mcw_code_table fetch_codes = { MCW_KIND_MEMORY, MCW_CODE_TABLE(fetch) };

static const struct mcw_code_table *const fetch_tables[] = {
	&mcw_amd_fetch_tlb_codes,
	&mcw_amd_fetch_bus_codes,
	&mcw_amd_assertion_codes,
	&fetch_codes,
	NULL,
};

/* Bank 2. PRQ: post-retirement queue. WCC: write coalescing cache. WCB: its buffer. */
static const struct mcw_code combined[] = {
	MCW_XEC(0x04, "ECC of data filled in"),
	MCW_XEC(0x05, "parity of instructions filled in"),
	MCW_XEC(0x06, "prefetcher request queue parity"),
	MCW_XEC(0x07, "PRQ address parity"),
	MCW_XEC(0x08, "PRQ data parity"),
	MCW_XEC(0x09, "WCC tag ECC"),
	MCW_XEC(0x0a, "WCC data ECC"),
	MCW_XEC(0x0b, "WCB data parity"),
	MCW_XEC(0x0c, "victim buffer data, parity or ECC"),
	MCW_XEC(0x10, "L2 cache tag ECC"),
	MCW_XEC(0x11, "L2 cache tag ECC, lasting"),
	MCW_XEC(0x12, "more than one L2 cache tag fits"),
	MCW_XEC(0x13, "XAB parity"),
	MCW_XEC(0x14, "PRB address parity"),
};

static const struct mcw_code combined_tlb[] = {
	MCW_XEC(0x00, "parity in reading the TLB"),
	MCW_XEC(0x01, "poison in filling the TLB"),
};

static const struct mcw_code combined_bus[] = {
	MCW_XECS(0x00, 0x02, "in a read from the northbridge"),
};

static const struct mcw_code_table combined_codes = { MCW_KIND_MEMORY, MCW_CODE_TABLE(combined) };
static const struct mcw_code_table combined_tlb_codes = {
	MCW_KIND_TLB,
	MCW_CODE_TABLE(combined_tlb),
};

static const struct mcw_code_table combined_bus_codes = {
	MCW_KIND_BUS,
	MCW_CODE_TABLE(combined_bus),
};

static const struct mcw_code_table *const combined_tables[] = {
	&combined_codes, &combined_tlb_codes, &combined_bus_codes, &mcw_amd_assertion_codes, NULL,
};

const struct mcw_amd_old_family mcw_amd_family_15h = {
	.banks = { data_cache_tables, fetch_tables, combined_tables, NULL,
		   mcw_amd_northbridge_15h_tables, mcw_amd_execution_tables,
		   mcw_amd_floating_point_tables },
};
