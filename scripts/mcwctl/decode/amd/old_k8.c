// SPDX-License-Identifier: GPL-2.0
/*
 * AMD's families 0Fh (K8) to 12h, which have the same core.
 */
#include "decode/amd/old_families.h"

/* Bank 0. */
static const struct mcw_code fill_from_l2[] = { MCW_ANY("filling the L1 cache from the L2 cache") };

static const struct mcw_code scrub[] = { MCW_REQUEST(MCW_REQUEST_ERROR, "in a data scrub") };
static const struct mcw_code data_or_tag[] = { MCW_REQUESTS(0x1, 0xf, "data or tag") };
static const struct mcw_code any_data_or_tag[] = { MCW_ANY("data or tag") };
static const struct mcw_code fill_from_system[] = { MCW_ANY("filling from the system") };

static const struct mcw_code_table fill_codes = { MCW_KIND_MEMORY_L2,
						  MCW_CODE_TABLE(fill_from_l2) };
static const struct mcw_code_table scrub_codes = { MCW_KIND_MEMORY_L1, MCW_CODE_TABLE(scrub) };
static const struct mcw_code_table data_codes = { MCW_KIND_MEMORY_L1, MCW_CODE_TABLE(data_or_tag) };
static const struct mcw_code_table any_data_codes = {
	MCW_KIND_MEMORY_L1,
	MCW_CODE_TABLE(any_data_or_tag),
};

static const struct mcw_code_table system_codes = {
	MCW_KIND_BUS,
	MCW_CODE_TABLE(fill_from_system),
};

static const struct mcw_code_table *const k8_data_cache_tables[] = {
	&mcw_amd_data_tlb_codes, &fill_codes, &scrub_codes, &data_codes, &system_codes, NULL,
};

static const struct mcw_code_table *const data_cache_10h_tables[] = {
	&mcw_amd_data_tlb_codes, &fill_codes, &scrub_codes, &data_codes, NULL,
};

static const struct mcw_code_table *const data_cache_12h_tables[] = {
	&mcw_amd_data_tlb_codes,
	&fill_codes,
	&any_data_codes,
	NULL,
};

/* Bank 1. */
static const struct mcw_code fetch[] = {
	MCW_REQUEST(MCW_REQUEST_FETCH, "parity in reading data"),
	MCW_REQUEST(MCW_REQUEST_EVICTION, "parity of a line on its way out"),
	MCW_REQUEST(MCW_REQUEST_SNOOP, "tag, in a snoop"),
};

static const struct mcw_code_table fetch_codes = { MCW_KIND_MEMORY_L1, MCW_CODE_TABLE(fetch) };

static const struct mcw_code_table *const fetch_tables[] = {
	&mcw_amd_fetch_tlb_codes, &mcw_amd_fetch_bus_codes, &fill_codes, &fetch_codes, NULL,
};

/* Bank 3. */
static const struct mcw_code load_store[] = {
	MCW_REQUEST(MCW_REQUEST_DATA_READ, "data for a load"),
	MCW_REQUEST(MCW_REQUEST_DATA_WRITE, "data for a store"),
};

/* Extended code 0. */
static const struct mcw_code_table load_store_codes = {
	.mask = 0x1ff800,
	.value = 0x0800,
	MCW_CODE_TABLE(load_store),
};

static const struct mcw_code_table *const load_store_tables[] = { &load_store_codes, NULL };

/* Bank 4 of family 11h, which has no ECC. */
static const struct mcw_code_table *const northbridge_11h_tables[] = {
	&mcw_amd_northbridge_codes,
	&mcw_amd_northbridge_tlb_codes,
	&mcw_amd_northbridge_bus_codes,
	NULL,
};

const struct mcw_amd_old_family mcw_amd_k8 = {
	.banks = { k8_data_cache_tables, fetch_tables, mcw_amd_bus_unit_tables, load_store_tables,
		   mcw_amd_northbridge_k8_tables },
};

const struct mcw_amd_old_family mcw_amd_family_10h = {
	.banks = { data_cache_10h_tables, fetch_tables, mcw_amd_bus_unit_tables, load_store_tables,
		   mcw_amd_northbridge_tables, mcw_amd_execution_tables },
};

const struct mcw_amd_old_family mcw_amd_family_11h = {
	.banks = { k8_data_cache_tables, fetch_tables, mcw_amd_bus_unit_tables, load_store_tables,
		   northbridge_11h_tables },
};

const struct mcw_amd_old_family mcw_amd_family_12h = {
	.banks = { data_cache_12h_tables, fetch_tables, mcw_amd_bus_unit_tables, load_store_tables,
		   mcw_amd_northbridge_tables, mcw_amd_execution_tables },
};
