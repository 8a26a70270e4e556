// SPDX-License-Identifier: GPL-2.0
/*
 * The power control unit: codes that several models have.
 *
 * MCi_STATUS 31:24 has the code of its firmware, 23:20 that of a neighbour, 19:16 that of the
 * microcontroller that runs the firmware.
 */
#include "decode/intel/model.h"

#define PCU(code, words) MCW_CODE(31, 24, code, words)

static const struct mcw_code ice_lake[] = {
	PCU(0x0d, "last level cache self-test timeout"),
	PCU(0x0e, "DMI training timeout"),
	PCU(0x0f, "DMI strap arrival timeout"),
	PCU(0x10, "DMI, CPU reset acknowledge timeout"),
	PCU(0x11, "more than one LT agent"),
	PCU(0x14, "incompatible PCH"),
	PCU(0x1e, "firmware ended its reset in an invalid sequence"),
	PCU(0x1f, "firmware: invalid package state"),
	PCU(0x2d, "Pmax calibration error"),
	PCU(0x2e, "TSC synchronization timeout"),
	PCU(0x3a, "GPSB timeout"),
	PCU(0x3b, "PMSB timeout"),
	PCU(0x3e, "IOSF sideband: power request completion timeout"),
	PCU(0x40, "SVID: VCCIN regulator, ICC max failure"),
	PCU(0x42, "SVID: VCCIN regulator, VOUT failure"),
	PCU(0x43, "SVID: capability error of the CPU's regulator"),
	PCU(0x44, "SVID: critical voltage regulator failed"),
	PCU(0x45, "SVID: SA ITD error"),
	PCU(0x46, "SVID: register cannot be read"),
	PCU(0x47, "SVID: register cannot be written"),
	PCU(0x4a, "SVID: package C-state request failed"),
	PCU(0x4b, "SVID: current monitor request failed"),
	PCU(0x4c, "SVID: alert request failed"),
	PCU(0x4d, "SVID: MCP regulator, ramp error"),
	PCU(0x56, "integrated voltage regulator: hard error"),
	PCU(0x58, "watchdog: package C-state, secondary socket"),
	PCU(0x59, "watchdog: package C-state, main socket"),
	PCU(0x5a, "watchdog: package S-state, main socket"),
	PCU(0x5b, "watchdog: message channel"),
	PCU(0x5c, "watchdog: bulk control register access"),
	PCU(0x5d, "watchdog: IOSF sideband"),
	PCU(0x60, "package S-state: safe working point timeout"),
	PCU(0x61, "package S-state: CPD or UNCPD timeout"),
	PCU(0x62, "package S-state: invalid request of the PCH"),
	PCU(0x63, "package S-state: invalid internal request"),
	PCU(0x64, "package S-state: invalid internal response"),
	MCW_CODES(31, 24, 0x65, 0x7a, "package S-state: preparing a reset timed out"),
	PCU(0x7b, "package S-state: SMBus VPP pause timeout"),
	PCU(0x7c, "package S-state: SMBus MCP pause timeout"),
	PCU(0x7d, "package S-state: SMBus SPD pause timeout"),
	PCU(0x80, "package C-state: display busy timeout"),
	PCU(0x81, "package C-state: invalid response of the PCH"),
	PCU(0x83, "package C-state watchdog, going down"),
	PCU(0x84, "package C-state watchdog, going up"),
	PCU(0x87, "package C2 watchdog: blocked by a master"),
	PCU(0x88, "package C2 watchdog: blocked by a limit"),
	PCU(0x89, "package C-state watchdog: display"),
	PCU(0x8b, "package C-state: error of allow-L1"),
	PCU(0x90, "die is too hot (recoverable)"),
	PCU(0xa0, "ADR signal timeout"),
	PCU(0xa1, "BCLK frequency above its threshold"),
	PCU(0xb0, "dispatcher is busy for too long"),
	PCU(0xc0, "dispatcher is busy for too long"),
	MCW_CODE(23, 20, 0x4, "a clock or power block does not respond: timeout"),
	MCW_CODE(23, 20, 0x5, "the SMBus controller raised an SMI"),
	MCW_CODE(23, 20, 0x9, "invalid transaction received"),
};

const struct mcw_code_table mcw_pcu_ice_lake_codes = { MCW_CODE_TABLE(ice_lake) };

/* Of a shutdown, MCACOD 0x40c, the same field has the reason. */
static const struct mcw_code controller[] = {
	MCW_CODE(19, 16, 0x1, "its controller: instruction address out of range"),
	MCW_CODE(19, 16, 0x2, "its controller: two bits wrong in fetching an instruction"),
	MCW_CODE(19, 16, 0x3, "its controller: invalid opcode"),
	MCW_CODE(19, 16, 0x4, "its controller: stack underflow"),
	MCW_CODE(19, 16, 0x5, "its controller: stack overflow"),
	MCW_CODE(19, 16, 0x6, "its controller: data address out of range"),
	MCW_CODE(19, 16, 0x7, "its controller: two bits wrong in reading data"),
};

const struct mcw_code_table mcw_pcu_controller_codes = {
	.not_mask = 0xffff,
	.not_value = 0x040c,
	MCW_CODE_TABLE(controller),
};

static const struct mcw_code shutdown[] = {
	MCW_CODE(19, 16, 0x1, "shutdown: machine check while CR4.MCE is 0"),
	MCW_CODE(19, 16, 0x2, "shutdown: machine check while handling another (MCIP is set)"),
	MCW_CODE(19, 16, 0x3, "shutdown: machine check while waiting for SIPI"),
	MCW_CODE(19, 16, 0x4, "shutdown: unrecoverable error in a security flow"),
	MCW_CODE(19, 16, 0x5, "shutdown: software met a triple fault"),
	MCW_CODE(19, 16, 0x6, "shutdown: VM exit, inconsistent state (VMX abort)"),
	MCW_CODE(19, 16, 0x7, "shutdown: return from SMM (RSM), inconsistent state"),
	MCW_CODE(19, 16, 0x8, "shutdown: entry to SMM, invalid conditions in protected mode"),
	MCW_CODE(19, 16, 0x9, "shutdown: unrecoverable error in loading a microcode patch"),
};

const struct mcw_code_table mcw_shutdown_codes = {
	.mask = 0xffff,
	.value = 0x040c,
	MCW_CODE_TABLE(shutdown),
};

/* Diamond Rapids: MCi_STATUS 31:16 is that code alone. */
const struct mcw_code_table mcw_shutdown_diamond_codes = {
	.mask = 0xfff00000,
	.value = 0,
	MCW_CODE_TABLE(shutdown),
};

#define WITHOUT_FILTER MCW_MCACOD_UNFILTERED(MCW_MCACOD)
#define PCU_CODE 0xff000000

/*
 * Haswell to Skylake: MCACOD says more than the architecture does. Of the power control unit it
 * says nothing new where that gives a code of its own.
 */
static const struct mcw_code ubox[] = {
	{ WITHOUT_FILTER | PCU_CODE, 0x402, 0x403, "internal error of the power control unit" },
	{ WITHOUT_FILTER, 0x406, 0x406, "TXT trusted execution error" },
	{ WITHOUT_FILTER, 0x407, 0x407, "internal error of the UBOX" },
};

const struct mcw_code_table mcw_ubox_codes = { MCW_CODE_TABLE(ubox) };
