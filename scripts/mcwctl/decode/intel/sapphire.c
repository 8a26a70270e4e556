// SPDX-License-Identifier: GPL-2.0
/*
 * Sapphire and Emerald Rapids. Some have HBM, memory inside the package, in banks of its own.
 */
#include "decode/intel/model.h"

static const struct mcw_code_table *const pcu_tables[] = {
	&mcw_pcu_ice_lake_codes,
	&mcw_pcu_controller_codes,
	&mcw_shutdown_codes,
	NULL,
};

static const struct mcw_code_table *const upi_tables[] = { &mcw_upi_codes, &mcw_upi_flags, NULL };

static const struct mcw_code m2m[] = {
	MCW_CODE(23, 16, 0x01, "read data ECC error"),
	MCW_CODE(23, 16, 0x02, "fatal internal error"),
	MCW_CODE(23, 16, 0x03, "read tracker parity"),
	MCW_CODE(23, 16, 0x05, "prefetch channel mismatch"),
	MCW_CODE(23, 16, 0x07, "read completion parity"),
	MCW_CODE(23, 16, 0x08, "response parity"),
	MCW_CODE(23, 16, 0x09, "timeout"),
	MCW_CODE(23, 16, 0x0a, "CMI reserved credits"),
	MCW_CODE(23, 16, 0x0b, "CMI total credits"),
	MCW_CODE(23, 16, 0x0c, "CMI credits oversubscribed"),
	MCW_CODE(25, 24, 0x1, "of HBM"),
};

static const struct mcw_code_table m2m_codes = { MCW_CODE_TABLE(m2m) };
static const struct mcw_code_table *const m2m_tables[] = { &m2m_codes, NULL };
static const struct mcw_code_table *const imc_tables[] = { &mcw_imc_ice_lake_codes, NULL };

static const char *const modes[16] = {
	[0] = "SDDC, memory mode (2LM)",	[1] = "SDDC",
	[2] = "SDDC+1, memory mode (2LM)",	[3] = "SDDC+1",
	[4] = "ADDDC, memory mode (2LM)",	[5] = "ADDDC",
	[6] = "ADDDC+1, memory mode (2LM)",	[7] = "ADDDC+1",
	[8] = "DDR-T (persistent memory) read",
};

static const char *const hbm_modes[16] = { [1] = "HBM, 64 bytes", [9] = "HBM, 32 bytes" };

#define TRANSIENT 63

static const struct mcw_misc_bits misc_bits[] = {
	MCW_MISC_BITS(DIMM, 58, 58),
	MCW_MISC_BITS(RANK, 57, 57),
	MCW_MISC_BITS(SUBRANK, 55, 52),
	MCW_MISC_BITS(BANK_GROUP, 38, 37),
	MCW_MISC_BITS(BANK_GROUP, 41, 41, .shift = 2),
	MCW_MISC_BITS(BANK, 40, 39),
	MCW_MISC_BITS(ROW, 36, 19),
	MCW_MISC_BITS(COLUMN, 18, 9, .shift = 2),
	MCW_MISC_BITS(DEVICE, 48, 43, .if_clear = TRANSIENT, .if_corrected = true),
};

static const struct mcw_misc_bits hbm_misc_bits[] = {
	MCW_MISC_BITS(BANK_GROUP, 38, 37),
	MCW_MISC_BITS(BANK_GROUP, 41, 41, .shift = 2),
	MCW_MISC_BITS(BANK, 40, 39),
	MCW_MISC_BITS(ROW, 36, 19),
	MCW_MISC_BITS(COLUMN, 18, 9, .shift = 2),
	MCW_MISC_BITS(DEVICE, 55, 51, .if_clear = TRANSIENT, .if_corrected = true),
	MCW_MISC_BITS(SECOND_DEVICE, 48, 43, .if_clear = TRANSIENT, .if_corrected = true),
};

static const struct mcw_misc_layout misc = {
	.bits = misc_bits,
	.count = ARRAY_SIZE(misc_bits),
	.other = { { 0x0800, 0x08ff }, { 0x0106, 0x0107 } },
	.mode_high = 62,
	.mode_low = 59,
	.modes = modes,
	.mode_8_no_place = true,
	.transient = TRANSIENT,
};

static const struct mcw_misc_layout hbm_misc = {
	.bits = hbm_misc_bits,
	.count = ARRAY_SIZE(hbm_misc_bits),
	.other = { { 0x0800, 0x08ff }, { 0x0106, 0x0107 } },
	.mode_high = 62,
	.mode_low = 59,
	.modes = hbm_modes,
	.transient = TRANSIENT,
};

static const struct mcw_intel_bank banks[] = {
	MCW_BANKS(4, 4, MCW_UNIT_PCU, pcu_tables),
	MCW_BANKS(5, 5, MCW_UNIT_UPI, upi_tables),
	MCW_BANKS(12, 12, MCW_UNIT_M2M, m2m_tables),
	MCW_MEMORY_BANKS(13, 14, MCW_UNIT_IMC, imc_tables, &misc, 0, 0),
	MCW_MEMORY_BANKS(15, 16, MCW_UNIT_IMC, imc_tables, &misc, 1, 0),
	MCW_MEMORY_BANKS(17, 18, MCW_UNIT_IMC, imc_tables, &misc, 2, 0),
	MCW_MEMORY_BANKS(19, 20, MCW_UNIT_IMC, imc_tables, &misc, 3, 0),
	MCW_BANKS(29, 29, MCW_UNIT("HBM mesh to memory", INTERCONNECT), m2m_tables),
	MCW_MEMORY_BANKS(30, 31, MCW_UNIT("HBM memory controller", MEMORY), imc_tables, &hbm_misc,
			 MCW_NOT_KNOWN, 0),
};

const struct mcw_intel_model mcw_intel_sapphire = {
	.manual = "SDM vol. 3B 17.13",
	MCW_MODEL_BANKS(banks),
};
