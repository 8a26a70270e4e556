// SPDX-License-Identifier: GPL-2.0
/*
 * CPUs with many small cores: Denverton, and Knights Landing and Mill.
 */
#include "decode/intel/model.h"

static const struct mcw_code denverton[] = {
	MCW_FLAG(16, "command or address parity"), MCW_FLAG(17, "read or patrol scrub, corrected"),
	MCW_FLAG(18, "patrol scrub, uncorrected"), MCW_FLAG(19, "read, uncorrected"),
	MCW_FLAG(20, "write data buffer ECC"),
};

static const struct mcw_code_table denverton_codes = { MCW_CODE_TABLE(denverton) };
static const struct mcw_code_table *const denverton_tables[] = { &denverton_codes, NULL };

static const struct mcw_intel_bank denverton_banks[] = {
	MCW_BANKS(6, 7, MCW_UNIT_IMC, denverton_tables),
};

const struct mcw_intel_model mcw_intel_denverton = {
	.manual = "SDM vol. 3B 17.10",
	MCW_MODEL_BANKS(denverton_banks),
};

/* VCU: voltage control unit. */
static const struct mcw_code knights_pcu[] = {
	MCW_CODE(15, 0, 0x402, "internal error of the power control unit"),
	MCW_CODE(15, 0, 0x403, "internal error of the VCU"),
	MCW_CODE(15, 0, 0x407, "internal error of the UBOX"),
};

static const struct mcw_code_table knights_pcu_codes = { MCW_CODE_TABLE(knights_pcu) };
static const struct mcw_code_table *const knights_pcu_tables[] = { &knights_pcu_codes, NULL };

/* EDC is the controller of the memory inside the package, MC that of the DIMMs. */
static const struct mcw_code knights_imc[] = {
	MCW_FLAG(16, "command or address parity"),
	MCW_FLAG(17, "internal parity, not of the write data buffer"),
	MCW_FLAG(18, "internal parity of the write data buffer"),
	MCW_FLAG(19, "patrol scrub, corrected"),
	MCW_FLAG(20, "patrol scrub, uncorrected"),
	MCW_FLAG(21, "sparing, corrected"),
	MCW_FLAG(22, "sparing, uncorrected"),
	MCW_FLAG(23, "corrected failure of a chip (MC) or of a burst of 4 bits (EDC)"),
};

static const struct mcw_code_table knights_imc_codes = { MCW_CODE_TABLE(knights_imc) };
static const struct mcw_code_table *const knights_imc_tables[] = { &knights_imc_codes, NULL };

static const struct mcw_intel_bank knights_banks[] = {
	MCW_BANKS(5, 5, MCW_UNIT_PCU, knights_pcu_tables),
	MCW_MEMORY_BANKS(7, 16, MCW_UNIT("EDC or MC memory controller", MEMORY), knights_imc_tables,
			 &mcw_rank_misc, MCW_NOT_KNOWN, MCW_NOT_KNOWN),
};

const struct mcw_intel_model mcw_intel_knights = {
	.manual = "SDM vol. 3B ch. 17",
	MCW_MODEL_BANKS(knights_banks),
};
