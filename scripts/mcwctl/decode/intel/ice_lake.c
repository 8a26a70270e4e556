// SPDX-License-Identifier: GPL-2.0
/*
 * Ice Lake servers, Ice Lake-D, and Tremont-D (Snow Ridge), which has the same units.
 */
#include "decode/intel/model.h"

static const struct mcw_code_table *const pcu_tables[] = {
	&mcw_pcu_ice_lake_codes,
	&mcw_pcu_controller_codes,
	NULL,
};

static const struct mcw_code_table *const upi_tables[] = { &mcw_upi_codes, &mcw_upi_flags, NULL };
static const struct mcw_code_table *const m2m_tables[] = { &mcw_m2m_flags, NULL };
static const struct mcw_code_table *const imc_tables[] = { &mcw_imc_ice_lake_codes, NULL };
static const struct mcw_code_table *const no_tables[] = { NULL };
static const struct mcw_mirror_bits mirror = { .failover = 63, .repaired = 62 };

/* SDDC corrects one failed device of a rank, ADDDC a second one later. */
static const char *const modes[16] = {
	[0] = "SDDC, memory mode (2LM)",	[1] = "SDDC",
	[4] = "ADDDC, memory mode (2LM)",	[5] = "ADDDC",
	[8] = "DDR-T (persistent memory) read",
};

#define TRANSIENT 63

/* The rank is one of the channel, which has two DIMMs with four of them each. */
static const struct mcw_misc_bits misc_bits[] = {
	MCW_MISC_BITS(DIMM, 58, 58),
	MCW_MISC_BITS(RANK, 58, 56),
	MCW_MISC_BITS(SUBRANK, 55, 52),
	MCW_MISC_BITS(BANK_GROUP, 41, 40),
	MCW_MISC_BITS(BANK_GROUP, 44, 44, .shift = 2),
	MCW_MISC_BITS(BANK, 43, 42),
	MCW_MISC_BITS(ROW, 39, 19),
	MCW_MISC_BITS(COLUMN, 18, 9, .shift = 2),
	MCW_MISC_BITS(DEVICE, 51, 46, .if_clear = TRANSIENT, .if_corrected = true),
};

static const struct mcw_misc_layout misc = {
	.bits = misc_bits,
	.count = ARRAY_SIZE(misc_bits),
	.other = { { 0x0800, 0x08ff }, { 0x0106, 0x0107 } }, /* the latter of DDR-T */
	.mode_high = 62,
	.mode_low = 59,
	.modes = modes,
	.mode_8_no_place = true,
	.transient = TRANSIENT,
};

#define MANUAL "SDM vol. 3B 17.11"

static const struct mcw_intel_bank banks[] = {
	MCW_BANKS(4, 4, MCW_UNIT_PCU, pcu_tables),
	MCW_BANKS(5, 5, MCW_UNIT_UPI, upi_tables),
	MCW_BANKS(7, 8, MCW_UNIT_UPI, upi_tables),
	MCW_BANKS(6, 6, MCW_UNIT_IIO, no_tables),
	MCW_BANKS(9, 11, MCW_UNIT_CHA, no_tables),
	MCW_MIRROR_BANKS(12, 12, MCW_UNIT_M2M, m2m_tables, &mirror, 0),
	MCW_MIRROR_BANKS(16, 16, MCW_UNIT_M2M, m2m_tables, &mirror, 1),
	MCW_MIRROR_BANKS(20, 20, MCW_UNIT_M2M, m2m_tables, &mirror, 2),
	MCW_MIRROR_BANKS(24, 24, MCW_UNIT_M2M, m2m_tables, &mirror, 3),
	MCW_MEMORY_BANKS(13, 15, MCW_UNIT_IMC, imc_tables, &misc, 0, 0),
	MCW_MEMORY_BANKS(17, 19, MCW_UNIT_IMC, imc_tables, &misc, 1, 0),
	MCW_MEMORY_BANKS(21, 23, MCW_UNIT_IMC, imc_tables, &misc, 2, 0),
	MCW_MEMORY_BANKS(25, 27, MCW_UNIT_IMC, imc_tables, &misc, 3, 0),
};

const struct mcw_intel_model mcw_intel_ice_lake = { .manual = MANUAL, MCW_MODEL_BANKS(banks) };

/* It has one socket, so no link to another one. */
static const struct mcw_intel_bank d_banks[] = {
	MCW_BANKS(4, 4, MCW_UNIT_PCU, pcu_tables),
	MCW_BANKS(6, 6, MCW_UNIT_IIO, no_tables),
	MCW_BANKS(9, 11, MCW_UNIT_CHA, no_tables),
	MCW_MIRROR_BANKS(12, 12, MCW_UNIT_M2M, m2m_tables, &mirror, 0),
	MCW_MIRROR_BANKS(16, 16, MCW_UNIT_M2M, m2m_tables, &mirror, 1),
	MCW_MEMORY_BANKS(13, 15, MCW_UNIT_IMC, imc_tables, &misc, 0, 0),
	MCW_MEMORY_BANKS(17, 19, MCW_UNIT_IMC, imc_tables, &misc, 1, 0),
};

const struct mcw_intel_model mcw_intel_ice_lake_d = { .manual = MANUAL, MCW_MODEL_BANKS(d_banks) };

static const struct mcw_intel_bank tremont_banks[] = {
	MCW_BANKS(4, 4, MCW_UNIT_PCU, pcu_tables),
	MCW_MIRROR_BANKS(12, 12, MCW_UNIT_M2M, m2m_tables, &mirror, 0),
	MCW_MEMORY_BANKS(13, 15, MCW_UNIT_IMC, imc_tables, &misc, 0, 0),
};

const struct mcw_intel_model mcw_intel_tremont_d = {
	.manual = "SDM vol. 3B 17.12",
	MCW_MODEL_BANKS(tremont_banks),
};
