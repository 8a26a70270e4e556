// SPDX-License-Identifier: GPL-2.0
/*
 * Haswell and Broadwell servers, and Broadwell-DE.
 */
#include "decode/intel/model.h"

#define PCU(code, words) MCW_CODE(31, 24, code, words)

static const struct mcw_code pcu[] = {
	PCU(0x09, "message channel timeout"),
	PCU(0x0d, "memory controller does not enter S3: timeout"),
	PCU(0x0e, "memory controller changes its power state: timeout"),
	PCU(0x13, "DMI training timeout"),
	PCU(0x15, "DMI, CPU reset acknowledge timeout"),
	PCU(0x1e, "voltage regulator: ICC max is below the fused one"),
	PCU(0x25, "SVID command timeout"),
	PCU(0x29, "voltage regulator: VOUT max is below the fused one"),
	PCU(0x2b, "package C-state watchdog, going down"),
	PCU(0x2c, "package C-state watchdog, going up"),
	PCU(0x39, "package C3 watchdog, going up"),
	PCU(0x44, "critical voltage regulator failed"),
	PCU(0x45, "ICC max is not supported"),
	PCU(0x46, "VID ramp down failed"),
	PCU(0x47, "exclusive mode: no completion of a power request"),
	PCU(0x48, "SVID: ICC max cannot be read"),
	PCU(0x49, "SVID: VOUT max cannot be written"),
	PCU(0x4b, "boot VID timeout, DRAM 0"),
	PCU(0x4c, "boot VID timeout, DRAM 1"),
	PCU(0x4d, "boot VID timeout, DRAM 2"),
	PCU(0x4e, "boot VID timeout, DRAM 3"),
	PCU(0x4f, "SVID command error"),
	PCU(0x52, "integrated voltage regulator: overvoltage"),
	PCU(0x53, "integrated voltage regulator: overcurrent"),
	PCU(0x57, "SVID: package C-state request failed"),
	PCU(0x58, "SVID: current monitor request failed"),
	PCU(0x59, "SVID: alert request failed"),
	PCU(0x60, "package S-state: invalid request of the PCH"),
	PCU(0x61, "package S-state: invalid request over QPI"),
	PCU(0x62, "package S-state: invalid response over QPI"),
	PCU(0x63, "package S-state: invalid response of the PCH"),
	PCU(0x64, "package state: invalid configuration"),
	PCU(0x67, "home agent and memory controller: block acknowledge timeout"),
	PCU(0x68, "memory controller SMBus timeout"),
	PCU(0x69, "home agent: fail status changed"),
	PCU(0x6a, "message channel: power request completion timeout"),
	PCU(0x70, "watchdog: package C-state, secondary socket"),
	PCU(0x71, "watchdog: package C-state, main socket"),
	PCU(0x72, "watchdog: package S-state, main socket"),
	PCU(0x7c, "firmware ended its reset in an invalid sequence"),
	PCU(0x7d, "more than one TXT agent"),
	PCU(0x81, "die is too hot (recoverable)"),
	MCW_CODES(19, 16, 0x1, 0x3, "its controller: internal error"),
};

static const struct mcw_code_table pcu_codes = { MCW_CODE_TABLE(pcu) };
static const struct mcw_code_table *const pcu_tables[] = { &pcu_codes, &mcw_ubox_codes, NULL };

static const struct mcw_code de[] = {
	PCU(0x26, "package C-state: direct wake, ring timeout"),
	MCW_FLAG(22, "UBOX error"),
};

static const struct mcw_code_table de_codes = { MCW_CODE_TABLE(de) };
static const struct mcw_code_table *const de_pcu_tables[] = {
	&pcu_codes,
	&de_codes,
	&mcw_ubox_codes,
	NULL,
};

static const struct mcw_code qpi[] = {
	MCW_CODE(21, 16, 0x02, "physical layer: drift buffer alarm"),
	MCW_CODE(21, 16, 0x03, "physical layer: latency buffer rollover"),
	MCW_CODE(21, 16, 0x10, "link layer: control error from R3QPI"),
	MCW_CODE(21, 16, 0x11, "CRC error, link level retry was aborted"),
	MCW_CODE(21, 16, 0x12, "unsupported or undefined packet"),
	MCW_CODE(21, 16, 0x13, "link layer: control error"),
	MCW_CODE(21, 16, 0x15, "retry buffer: value used before it was set"),
	MCW_CODE(21, 16, 0x20, "physical layer: in-band reset, initialization was aborted"),
	MCW_CODE(21, 16, 0x21, "link failover: data lanes healed"),
	MCW_CODE(21, 16, 0x22, "physical layer: in-band reset, width unchanged"),
	MCW_CODE(21, 16, 0x23, "link failover: clock"),
	MCW_CODE(21, 16, 0x30, "CRC error, link level retry worked after a new initialization"),
	MCW_CODE(21, 16, 0x31, "CRC error, link level retry worked"),
};

static const struct mcw_code_table qpi_codes = { MCW_CODE_TABLE(qpi) };
static const struct mcw_code_table *const qpi_tables[] = { &qpi_codes, NULL };
static const struct mcw_code_table *const imc_tables[] = { &mcw_imc_flags, NULL };
static const struct mcw_code_table *const no_tables[] = { NULL };

static const struct mcw_intel_bank banks[] = {
	MCW_BANKS(4, 4, MCW_UNIT_PCU, pcu_tables),
	MCW_BANKS(5, 5, MCW_UNIT_QPI, qpi_tables),
	MCW_BANKS(20, 21, MCW_UNIT_QPI, qpi_tables),
	MCW_MEMORY_BANKS(7, 7, MCW_UNIT_HOME, no_tables, NULL, 0, MCW_NOT_KNOWN),
	MCW_MEMORY_BANKS(8, 8, MCW_UNIT_HOME, no_tables, NULL, 1, MCW_NOT_KNOWN),
	MCW_MEMORY_BANKS(9, 12, MCW_UNIT_IMC, imc_tables, &mcw_rank_misc, 0, 0),
	MCW_MEMORY_BANKS(13, 16, MCW_UNIT_IMC, imc_tables, &mcw_rank_misc, 1, 0),
};

const struct mcw_intel_model mcw_intel_haswell = {
	.manual = "SDM vol. 3B 17.6",
	MCW_MODEL_BANKS(banks),
};

static const struct mcw_mirror_bits mirror = { .failover = 41, .repaired = 42 };

static const struct mcw_intel_bank broadwell_banks[] = {
	MCW_BANKS(4, 4, MCW_UNIT_PCU, pcu_tables),
	MCW_BANKS(5, 5, MCW_UNIT_QPI, qpi_tables),
	MCW_BANKS(20, 21, MCW_UNIT_QPI, qpi_tables),
	MCW_MIRROR_BANKS(7, 7, MCW_UNIT_HOME, no_tables, &mirror, 0),
	MCW_MIRROR_BANKS(8, 8, MCW_UNIT_HOME, no_tables, &mirror, 1),
	MCW_MEMORY_BANKS(9, 12, MCW_UNIT_IMC, imc_tables, &mcw_rank_misc, 0, 0),
	MCW_MEMORY_BANKS(13, 16, MCW_UNIT_IMC, imc_tables, &mcw_rank_misc, 1, 0),
};

const struct mcw_intel_model mcw_intel_broadwell = {
	.manual = "SDM vol. 3B 17.8",
	MCW_MODEL_BANKS(broadwell_banks),
};

static const struct mcw_intel_bank de_banks[] = {
	MCW_BANKS(4, 4, MCW_UNIT_PCU, de_pcu_tables),
	MCW_MEMORY_BANKS(7, 7, MCW_UNIT_HOME, no_tables, NULL, 0, MCW_NOT_KNOWN),
	MCW_MEMORY_BANKS(9, 10, MCW_UNIT_IMC, imc_tables, &mcw_rank_misc, 0, 0),
};

const struct mcw_intel_model mcw_intel_broadwell_de = {
	.manual = "SDM vol. 3B 17.7",
	MCW_MODEL_BANKS(de_banks),
};
