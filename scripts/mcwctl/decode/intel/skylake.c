// SPDX-License-Identifier: GPL-2.0
/*
 * Skylake, Cascade Lake and Cooper Lake servers.
 */
#include "decode/intel/model.h"

#define PCU(code, words) MCW_CODE(31, 24, code, words)

static const struct mcw_code pcu[] = {
	PCU(0x0d, "DMI training timeout"),
	PCU(0x0f, "DMI, CPU reset acknowledge timeout"),
	PCU(0x10, "more than one LT agent"),
	PCU(0x1e, "firmware ended its reset in an invalid sequence"),
	PCU(0x1f, "firmware: invalid package state"),
	PCU(0x25, "message channel timeout"),
	PCU(0x27, "message channel: power request completion timeout"),
	PCU(0x30, "package C-state: direct wake, ring timeout"),
	PCU(0x31, "package C-state: invalid response of the PCH"),
	PCU(0x33, "package C-state watchdog, going down"),
	PCU(0x34, "package C-state watchdog, going up"),
	PCU(0x38, "package C3 watchdog, going up"),
	PCU(0x40, "SVID: VCCIN regulator, ICC max failure"),
	PCU(0x41, "SVID command timeout"),
	PCU(0x42, "SVID: VCCIN regulator, VOUT failure"),
	PCU(0x43, "SVID: capability error of the CPU's regulator"),
	PCU(0x44, "SVID: critical voltage regulator failed"),
	PCU(0x45, "SVID: SA ITD error"),
	PCU(0x46, "SVID: register cannot be read"),
	PCU(0x47, "SVID: register cannot be written"),
	PCU(0x48, "SVID: package C-state initialization failed"),
	PCU(0x49, "SVID: package C-state configuration failed"),
	PCU(0x4a, "SVID: package C-state request failed"),
	PCU(0x4b, "SVID: current monitor request failed"),
	PCU(0x4c, "SVID: alert request failed"),
	PCU(0x4d, "SVID: MCP regulator is absent, or ramp error"),
	PCU(0x4e, "SVID: unexpected MCP regulator"),
	PCU(0x51, "integrated voltage regulator: overvoltage"),
	PCU(0x52, "integrated voltage regulator: overcurrent"),
	PCU(0x58, "watchdog: package C-state, secondary socket"),
	PCU(0x59, "watchdog: package C-state, main socket"),
	PCU(0x5a, "watchdog: package S-state, main socket"),
	PCU(0x61, "package S-state: CPD or UNCPD timeout"),
	PCU(0x63, "package S-state: invalid request of the PCH"),
	PCU(0x64, "package S-state: invalid internal request"),
	PCU(0x65, "package S-state: invalid internal response"),
	PCU(0x6b, "package S-state: SMBus VPP pause timeout"),
	PCU(0x81, "die is too hot (recoverable)"),
	MCW_CODES(19, 16, 0x1, 0xf, "its controller: internal error"),
};

static const struct mcw_code_table pcu_codes = { MCW_CODE_TABLE(pcu) };
static const struct mcw_code_table *const pcu_tables[] = { &pcu_codes, &mcw_ubox_codes, NULL };

static const struct mcw_code_table *const upi_tables[] = {
	&mcw_upi_codes,
	&mcw_upi_skylake_flags,
	NULL,
};

static const struct mcw_code_table *const m2m_tables[] = { &mcw_m2m_flags, NULL };

/* Of persistent memory (Optane), or of the memory controller's own bookkeeping: bit 27 is set. */
static const struct mcw_code imc_numbers[] = {
	MCW_CODE(31, 16, 0x0800, "unrecognized kind of request"),
	MCW_CODE(31, 16, 0x0801, "data for no request"),
	MCW_CODE(31, 16, 0x0802, "data for a request that expects none"),
	MCW_CODE(31, 16, 0x0803, "DDR4 completion for no request"),
	MCW_CODE(31, 16, 0x0804, "completion for no request"),
	MCW_CODE(31, 16, 0x0805, "completion queue overflow"),
	MCW_CODE(31, 16, 0x0806, "parity, corrected"),
	MCW_CODE(31, 16, 0x0807, "uncorrected error"),
	MCW_CODE(31, 16, 0x0808, "an interrupt before the last one was acknowledged"),
	MCW_CODE(31, 16, 0x0809, "early read ID queue overflow"),
	MCW_CODE(31, 16, 0x080a, "write credits"),
	MCW_CODE(31, 16, 0x080b, "read credits"),
	MCW_CODE(31, 16, 0x080c, "scheduler"),
	MCW_CODE(31, 16, 0x080d, "the memory module reports an error"),
};

static const struct mcw_code_table imc_codes = { MCW_CODE_TABLE(imc_numbers) };
static const struct mcw_code_table *const imc_tables[] = { &imc_codes, &mcw_imc_flags, NULL };

static const struct mcw_code_table *const no_tables[] = { NULL };
static const struct mcw_mirror_bits mirror = { .failover = 63, .repaired = 62 };

static const struct mcw_intel_bank banks[] = {
	MCW_BANKS(4, 4, MCW_UNIT_PCU, pcu_tables),
	MCW_BANKS(5, 5, MCW_UNIT_UPI, upi_tables),
	MCW_BANKS(12, 12, MCW_UNIT_UPI, upi_tables),
	MCW_BANKS(19, 19, MCW_UNIT_UPI, upi_tables),
	MCW_BANKS(6, 6, MCW_UNIT_IIO, no_tables),
	MCW_MIRROR_BANKS(7, 7, MCW_UNIT_M2M, m2m_tables, &mirror, 0),
	MCW_MIRROR_BANKS(8, 8, MCW_UNIT_M2M, m2m_tables, &mirror, 1),
	MCW_BANKS(9, 11, MCW_UNIT_CHA, no_tables),
	MCW_MEMORY_BANKS(13, 14, MCW_UNIT_IMC, imc_tables, NULL, 0, 0),
	MCW_MEMORY_BANKS(15, 16, MCW_UNIT_IMC, imc_tables, NULL, 1, 0),
	MCW_MEMORY_BANKS(17, 17, MCW_UNIT_IMC, imc_tables, NULL, 0, 2),
	MCW_MEMORY_BANKS(18, 18, MCW_UNIT_IMC, imc_tables, NULL, 1, 2),
};

const struct mcw_intel_model mcw_intel_skylake = {
	.manual = "SDM vol. 3B 17.9",
	MCW_MODEL_BANKS(banks),
};
