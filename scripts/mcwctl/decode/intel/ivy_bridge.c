// SPDX-License-Identifier: GPL-2.0
/*
 * Sandy Bridge and Ivy Bridge servers.
 */
#include "decode/intel/model.h"

#define PCU(code, words) MCW_CODE(31, 24, code, words)

static const struct mcw_code pcu[] = {
	PCU(0x0d, "memory controller does not enter S3: timeout"),
	PCU(0x0e, "memory controller changes its power state: timeout"),
	PCU(0x0f, "package S-state: safe working point timeout"),
	PCU(0x43, "PECI mailbox does not become quiet: timeout"),
	PCU(0x5c, "more than one LT agent"),
	PCU(0x60, "package S-state: invalid request of the PCH"),
	PCU(0x61, "package S-state: invalid request over QPI"),
	PCU(0x62, "package S-state: invalid response over QPI"),
	PCU(0x63, "package C-state: invalid response of the PCH"),
	PCU(0x64, "package state: invalid configuration"),
	PCU(0x70, "watchdog: package C-state, secondary socket"),
	PCU(0x71, "watchdog: package C-state, main socket"),
	PCU(0x72, "watchdog: package S-state, main socket"),
	PCU(0x7a, "home agent: fail status changed"),
	PCU(0x81, "die is too hot (recoverable)"),
	MCW_CODE(19, 16, 0x1, "its controller: instruction address out of range"),
	MCW_CODE(19, 16, 0x2, "its controller: parity in fetching an instruction"),
	MCW_CODE(19, 16, 0x3, "its controller: invalid opcode"),
	MCW_CODE(19, 16, 0x4, "its controller: instruction stack underflow"),
	MCW_CODE(19, 16, 0x5, "its controller: instruction stack overflow"),
	MCW_CODE(19, 16, 0x6, "its controller: data stack underflow"),
	MCW_CODE(19, 16, 0x7, "its controller: data stack overflow"),
	MCW_CODE(19, 16, 0x8, "its controller: data address out of range"),
	MCW_CODE(19, 16, 0x9, "its controller: parity in reading data"),
};

/* Ivy Bridge has more. */
static const struct mcw_code ivy_pcu[] = {
	PCU(0x44, "critical voltage regulator failed"),
	PCU(0x45, "ICC max is not supported"),
	PCU(0x7b, "PCI Express to ring: block acknowledge timeout"),
};

static const struct mcw_code_table pcu_codes = { MCW_CODE_TABLE(pcu) };
static const struct mcw_code_table ivy_pcu_codes = { MCW_CODE_TABLE(ivy_pcu) };
static const struct mcw_code_table *const pcu_tables[] = { &pcu_codes, NULL };
static const struct mcw_code_table *const ivy_pcu_tables[] = { &pcu_codes, &ivy_pcu_codes, NULL };
static const struct mcw_code_table *const imc_tables[] = { &mcw_imc_flags, NULL };
/* A QPI bank's MCACOD says it all. */
static const struct mcw_code_table *const no_tables[] = { NULL };

/* The ranks of the first and the second device, of a corrected error: Sandy Bridge to Broadwell. */
static const struct mcw_misc_bits rank_bits[] = {
	MCW_MISC_BITS(RANK, 50, 46, .if_set = 62, .if_corrected = true),
	MCW_MISC_BITS(SECOND_RANK, 55, 51, .if_set = 63, .if_corrected = true),
};

const struct mcw_misc_layout mcw_rank_misc = {
	.bits = rank_bits,
	.count = ARRAY_SIZE(rank_bits),
	.decimal = true,
};

static const struct mcw_intel_bank sandy_banks[] = {
	MCW_BANKS(4, 4, MCW_UNIT_PCU, pcu_tables),
	MCW_BANKS(6, 7, MCW_UNIT_QPI, no_tables),
	MCW_MEMORY_BANKS(8, 11, MCW_UNIT_IMC, imc_tables, &mcw_rank_misc, 0, 0),
};

const struct mcw_intel_model mcw_intel_sandy_bridge = {
	.manual = "SDM vol. 3B 17.4",
	MCW_MODEL_BANKS(sandy_banks),
};

static const struct mcw_intel_bank ivy_banks[] = {
	MCW_BANKS(4, 4, MCW_UNIT_PCU, ivy_pcu_tables),
	MCW_BANKS(5, 5, MCW_UNIT_QPI, no_tables),
	MCW_MEMORY_BANKS(7, 7, MCW_UNIT_HOME, no_tables, NULL, 0, MCW_NOT_KNOWN),
	MCW_MEMORY_BANKS(8, 8, MCW_UNIT_HOME, no_tables, NULL, 1, MCW_NOT_KNOWN),
	MCW_MEMORY_BANKS(9, 12, MCW_UNIT_IMC, imc_tables, &mcw_rank_misc, 0, 0),
	MCW_MEMORY_BANKS(13, 16, MCW_UNIT_IMC, imc_tables, &mcw_rank_misc, 1, 0),
};

const struct mcw_intel_model mcw_intel_ivy_bridge = {
	.manual = "SDM vol. 3B 17.5",
	MCW_MODEL_BANKS(ivy_banks),
};
