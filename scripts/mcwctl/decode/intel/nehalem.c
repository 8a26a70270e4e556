// SPDX-License-Identifier: GPL-2.0
/*
 * Nehalem and Westmere.
 */
#include "decode/intel/model.h"

static const struct mcw_code qpi[] = {
	MCW_FLAG(16, "header parity"),		MCW_FLAG(17, "data parity"),
	MCW_FLAG(18, "retries exceeded"),	MCW_FLAG(19, "poison received"),
	MCW_FLAG(22, "unsupported message"),	MCW_FLAG(23, "unsupported credit"),
	MCW_FLAG(24, "receive buffer overrun"), MCW_FLAG(25, "failed response received"),
	MCW_FLAG(26, "receive clock jitter"),
};

static const struct mcw_code_table qpi_codes = { MCW_CODE_TABLE(qpi) };
static const struct mcw_code_table *const qpi_tables[] = { &qpi_codes, NULL };

static const struct mcw_code imc[] = {
	MCW_FLAG(16, "read ECC error"), MCW_FLAG(17, "RAS ECC error"),
	MCW_FLAG(18, "write parity"),	MCW_FLAG(19, "redundancy lost"),
	MCW_FLAG(21, "memory range"),	MCW_FLAG(22, "RTID out of range"),
	MCW_FLAG(23, "address parity"), MCW_FLAG(24, "byte enable parity"),
};

static const struct mcw_code_table imc_codes = { MCW_CODE_TABLE(imc) };
static const struct mcw_code_table *const imc_tables[] = { &imc_codes, NULL };

/* POC is the power-on configuration, MSID says which power supply the board has. */
static const struct mcw_code internal[] = {
	MCW_CODE(31, 24, 0x03, "the firmware did not complete its reset"),
	MCW_CODE(31, 24, 0x08, "invalid completion received"),
	MCW_CODE(31, 24, 0x0a, "invalid power management request"),
	MCW_CODE(31, 24, 0x0d, "invalid change of the S-state"),
	MCW_CODE(31, 24, 0x11, "voltage controller is not the one that POC selects"),
	MCW_CODE(31, 24, 0x1a, "MSID of POC is not the CPU's"),
};

/* Of an unclassified error. */
static const struct mcw_code_table internal_codes = {
	.mask = 0xffff,
	.value = 0x0001,
	MCW_CODE_TABLE(internal),
};

static const struct mcw_code_table *const internal_tables[] = { &internal_codes, NULL };

static const struct mcw_misc_bits misc_bits[] = {
	MCW_MISC_BITS(CHANNEL, 19, 18),
	MCW_MISC_BITS(DIMM, 17, 16),
	MCW_MISC_BITS(SYNDROME, 63, 32),
};

static const struct mcw_misc_layout misc = {
	.bits = misc_bits,
	.count = ARRAY_SIZE(misc_bits),
	.decimal = true,
};

#define MANUAL "SDM vol. 3B 17.3"

static const struct mcw_intel_bank banks[] = {
	MCW_BANKS(0, 1, MCW_UNIT_QPI, qpi_tables),
	MCW_MEMORY_BANKS(8, 8, MCW_UNIT_IMC, imc_tables, &misc, 0, MCW_NOT_KNOWN),
	MCW_BANKS(2, 7, NULL, internal_tables),
};

const struct mcw_intel_model mcw_intel_nehalem = { .manual = MANUAL, MCW_MODEL_BANKS(banks) };

/* The banks of its links and memory controllers are in no public table. */
static const struct mcw_intel_bank ex_banks[] = {
	MCW_BANKS(0, 31, NULL, internal_tables),
};

const struct mcw_intel_model mcw_intel_nehalem_ex = { .manual = MANUAL, MCW_MODEL_BANKS(ex_banks) };
