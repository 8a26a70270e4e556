// SPDX-License-Identifier: GPL-2.0
/*
 * AMD's families 0Fh to 16h: error codes that several of them have.
 */
#include "decode/amd/old_families.h"

static const struct mcw_code data_tlb[] = {
	MCW_XEC(0x0, "parity"),
	MCW_XEC(0x1, "more than one entry fits"),
	MCW_XEC(0x2, "miss of a locked access"),
	MCW_XECS(0x3, 0x1f, "more than one entry fits"),
};

const struct mcw_code_table mcw_amd_data_tlb_codes = {
	MCW_KIND_TLB_DATA,
	MCW_CODE_TABLE(data_tlb),
};

static const struct mcw_code fetch_tlb[] = {
	MCW_XEC(0x0, "parity"),
	MCW_XECS(0x1, 0x1f, "more than one entry fits"),
};

const struct mcw_code_table mcw_amd_fetch_tlb_codes = { MCW_KIND_TLB, MCW_CODE_TABLE(fetch_tlb) };

static const struct mcw_code fetch_bus[] = { MCW_ANY("in a read from the northbridge") };

const struct mcw_code_table mcw_amd_fetch_bus_codes = { MCW_KIND_BUS, MCW_CODE_TABLE(fetch_bus) };

static const struct mcw_code assertion[] = { MCW_ANY("hardware assertion") };

const struct mcw_code_table mcw_amd_assertion_codes = {
	MCW_KIND_INTERNAL,
	MCW_CODE_TABLE(assertion),
};

/* Bank 5: it retires instructions, and executes them in family 15h. */
static const struct mcw_code execution[] = {
	MCW_XEC(0x0, "watchdog: no instruction retired"),
	MCW_XEC(0x1, "wakeup array tag parity"),
	MCW_XEC(0x2, "address generator payload parity"),
	MCW_XEC(0x3, "execution payload parity"),
	MCW_XEC(0x4, "immediate displacement register file parity"),
	MCW_XEC(0x5, "retire dispatch queue parity"),
	MCW_XEC(0x6, "mapper checkpoint parity"),
	MCW_XEC(0x7, "physical register file parity, port EX0"),
	MCW_XEC(0x8, "physical register file parity, port EX1"),
	MCW_XEC(0x9, "physical register file parity, port AG0"),
	MCW_XEC(0xa, "physical register file parity, port AG1"),
	MCW_XEC(0xb, "flag register file parity"),
	MCW_XEC(0xc, "decode unit error"),
	MCW_XEC(0xd, "retire status queue parity"),
};

static const struct mcw_code_table execution_codes = {
	.not_mask = 0xf4ff,
	.not_value = 0x0400,
	MCW_CODE_TABLE(execution),
};

const struct mcw_code_table *const mcw_amd_execution_tables[] = {
	&execution_codes,
	&mcw_amd_assertion_codes,
	NULL,
};

static const struct mcw_code dram[] = {
	MCW_XEC(0x00, "DRAM ECC error"),
	MCW_XEC(0x08, "DRAM ECC error"),
};

static const struct mcw_code_table northbridge_dram_codes = { MCW_CODE_TABLE(dram) };

static const struct mcw_code northbridge[] = {
	MCW_XEC(0x01, "CRC error on a HyperTransport link"),
	MCW_XEC(0x02, "sync packets on a HyperTransport link"),
	MCW_XEC(0x03, "HyperTransport master abort"),
	MCW_XEC(0x04, "HyperTransport target abort"),
	MCW_XEC(0x05, "GART table walk: invalid entry"),
	MCW_XEC(0x06, "read-modify-write from an I/O link, which is not supported"),
	MCW_XEC(0x07, "watchdog: a transaction made no progress"),
	MCW_XEC(0x09, "DMA exclusion vector"),
	MCW_XEC(0x0a, "data error on a HyperTransport link"),
	MCW_XEC(0x0b, "protocol error of a link, the L3 cache or the probe filter"),
	MCW_XEC(0x0c, "parity of an internal array"),
	MCW_XEC(0x0d, "parity of DRAM address or control signals"),
	MCW_XEC(0x0e, "transmission error on an I/O link, tried again"),
	MCW_XEC(0x1c, "L3 cache data ECC"),
	MCW_XEC(0x1d, "L3 cache tag ECC"),
	MCW_XEC(0x1e, "L3 cache LRU parity"),
	MCW_XEC(0x1f, "probe filter directory ECC"),
};

static const struct mcw_code northbridge_tlb[] = {
	MCW_XEC(0x0f, "GART table walk: data error"),
};

static const struct mcw_code northbridge_bus[] = {
	MCW_XEC(0x0f, "DMA exclusion vector table walk"),
};

const struct mcw_code_table mcw_amd_northbridge_codes = { MCW_CODE_TABLE(northbridge) };
const struct mcw_code_table mcw_amd_northbridge_tlb_codes = {
	MCW_KIND_TLB,
	MCW_CODE_TABLE(northbridge_tlb),
};

const struct mcw_code_table mcw_amd_northbridge_bus_codes = {
	MCW_KIND_BUS,
	MCW_CODE_TABLE(northbridge_bus),
};

/* K8 tells the two kinds of ECC apart. */
static const struct mcw_code chipkill[] = { MCW_XEC(0x08, "chipkill") };
static const struct mcw_code_table chipkill_codes = { MCW_CODE_TABLE(chipkill) };

const struct mcw_code_table *const mcw_amd_northbridge_k8_tables[] = {
	&northbridge_dram_codes,	&chipkill_codes,
	&mcw_amd_northbridge_codes,	&mcw_amd_northbridge_tlb_codes,
	&mcw_amd_northbridge_bus_codes, NULL,
};

const struct mcw_code_table *const mcw_amd_northbridge_tables[] = {
	&northbridge_dram_codes,
	&mcw_amd_northbridge_codes,
	&mcw_amd_northbridge_tlb_codes,
	&mcw_amd_northbridge_bus_codes,
	NULL,
};

static const struct mcw_code compute_unit[] = {
	MCW_XEC(0x19, "data of a compute unit"),
};

static const struct mcw_code_table compute_unit_codes = { MCW_CODE_TABLE(compute_unit) };

const struct mcw_code_table *const mcw_amd_northbridge_15h_tables[] = {
	&northbridge_dram_codes,	&mcw_amd_northbridge_codes, &mcw_amd_northbridge_tlb_codes,
	&mcw_amd_northbridge_bus_codes, &compute_unit_codes,	    NULL,
};

static const struct mcw_code floating_point[] = {
	MCW_XEC(0x0, "hardware assertion"),
	MCW_XEC(0x1, "free list parity"),
	MCW_XEC(0x2, "physical register file parity"),
	MCW_XEC(0x3, "retire queue parity"),
	MCW_XEC(0x4, "scheduler parity"),
	MCW_XEC(0x5, "status register file parity"),
};

static const struct mcw_code_table floating_point_codes = { MCW_CODE_TABLE(floating_point) };

const struct mcw_code_table *const mcw_amd_floating_point_tables[] = {
	&floating_point_codes,
	NULL,
};

/* Bank 2 of K8 to family 14h: the bus unit, and the L2 cache behind it. */
static const struct mcw_code bus_unit[] = {
	MCW_XEC(0x1, "write data buffers"),
	MCW_XEC(0x3, "victim data buffers"),
};

static const struct mcw_code bus_unit_tlb[] = {
	MCW_XEC(0x0, "page descriptor cache or guest TLB"),
};

static const struct mcw_code bus_unit_bus[] = {
	MCW_XEC(0x0, "parity or ECC of data read from the northbridge"),
};

static const struct mcw_code bus_unit_memory[] = { MCW_XEC(0x2, "L2 cache tags") };

static const struct mcw_code bus_unit_data[] = {
	MCW_REQUESTS(MCW_REQUEST_ERROR, MCW_REQUEST_READ, "parity or ECC of data in the L2 cache"),
	MCW_REQUESTS(MCW_REQUEST_EVICTION, 0xf, "data on its way out of the L2 cache"),
};

static const struct mcw_code_table bus_unit_codes = { MCW_CODE_TABLE(bus_unit) };
static const struct mcw_code_table bus_unit_tlb_codes = {
	MCW_KIND_TLB,
	MCW_CODE_TABLE(bus_unit_tlb),
};

static const struct mcw_code_table bus_unit_bus_codes = {
	MCW_KIND_BUS,
	MCW_CODE_TABLE(bus_unit_bus),
};

static const struct mcw_code_table bus_unit_memory_codes = {
	MCW_KIND_MEMORY,
	MCW_CODE_TABLE(bus_unit_memory),
};

/* Extended code 0. */
static const struct mcw_code_table bus_unit_data_codes = {
	.mask = 0x1fff00,
	.value = 0x0100,
	MCW_CODE_TABLE(bus_unit_data),
};

const struct mcw_code_table *const mcw_amd_bus_unit_tables[] = {
	&bus_unit_codes,	&bus_unit_tlb_codes,  &bus_unit_bus_codes,
	&bus_unit_memory_codes, &bus_unit_data_codes, NULL,
};
