// SPDX-License-Identifier: GPL-2.0
/*
 * Intel's model-specific error codes, after the tables of Intel SDM vol. 3B ch. 17: incremental
 * decoding information by family and model.
 */
#include "decode/intel_codes.h"

#include "decode/decode.h"

struct code {
	unsigned short code;
	const char *text;
};

/* Power control unit: Haswell and Broadwell, MCi_STATUS 31:24. */
static const struct code pcu_haswell[] = {
	{ 0x09, "message channel timeout" },
	{ 0x0d, "memory controller does not enter S3: timeout" },
	{ 0x0e, "memory controller changes its power state: timeout" },
	{ 0x13, "DMI training timeout" },
	{ 0x15, "DMI, CPU reset acknowledge timeout" },
	{ 0x1e, "voltage regulator: ICC max is below the fused one" },
	{ 0x25, "SVID command timeout" },
	{ 0x29, "voltage regulator: VOUT max is below the fused one" },
	{ 0x2b, "package C-state watchdog, going down" },
	{ 0x2c, "package C-state watchdog, going up" },
	{ 0x39, "package C3 watchdog, going up" },
	{ 0x44, "critical voltage regulator failed" },
	{ 0x45, "ICC max is not supported" },
	{ 0x46, "VID ramp down failed" },
	{ 0x47, "exclusive mode: no completion of a power request" },
	{ 0x48, "SVID: ICC max cannot be read" },
	{ 0x49, "SVID: VOUT max cannot be written" },
	{ 0x4b, "boot VID timeout, DRAM 0" },
	{ 0x4c, "boot VID timeout, DRAM 1" },
	{ 0x4d, "boot VID timeout, DRAM 2" },
	{ 0x4e, "boot VID timeout, DRAM 3" },
	{ 0x4f, "SVID command error" },
	{ 0x52, "integrated voltage regulator: overvoltage" },
	{ 0x53, "integrated voltage regulator: overcurrent" },
	{ 0x57, "SVID: package C-state request failed" },
	{ 0x58, "SVID: current monitor request failed" },
	{ 0x59, "SVID: alert request failed" },
	{ 0x60, "package S-state: invalid request of the PCH" },
	{ 0x61, "package S-state: invalid request over QPI" },
	{ 0x62, "package S-state: invalid response over QPI" },
	{ 0x63, "package S-state: invalid response of the PCH" },
	{ 0x64, "package state: invalid configuration" },
	{ 0x67, "home agent and memory controller: block acknowledge timeout" },
	{ 0x68, "memory controller SMBus timeout" },
	{ 0x69, "home agent: fail status changed" },
	{ 0x6a, "message channel: power request completion timeout" },
	{ 0x70, "watchdog: package C-state, secondary socket" },
	{ 0x71, "watchdog: package C-state, main socket" },
	{ 0x72, "watchdog: package S-state, main socket" },
	{ 0x7c, "firmware ended its reset in an invalid sequence" },
	{ 0x7d, "more than one TXT agent" },
	{ 0x81, "die is too hot (recoverable)" },
};

/* Skylake to Cooper Lake servers. */
static const struct code pcu_skylake[] = {
	{ 0x0d, "DMI training timeout" },
	{ 0x0f, "DMI, CPU reset acknowledge timeout" },
	{ 0x10, "more than one LT agent" },
	{ 0x1e, "firmware ended its reset in an invalid sequence" },
	{ 0x1f, "firmware: invalid package state" },
	{ 0x25, "message channel timeout" },
	{ 0x27, "message channel: power request completion timeout" },
	{ 0x30, "package C-state: direct wake, ring timeout" },
	{ 0x31, "package C-state: invalid response of the PCH" },
	{ 0x33, "package C-state watchdog, going down" },
	{ 0x34, "package C-state watchdog, going up" },
	{ 0x38, "package C3 watchdog, going up" },
	{ 0x40, "SVID: VCCIN regulator, ICC max failure" },
	{ 0x41, "SVID command timeout" },
	{ 0x42, "SVID: VCCIN regulator, VOUT failure" },
	{ 0x43, "SVID: capability error of the CPU's regulator" },
	{ 0x44, "SVID: critical voltage regulator failed" },
	{ 0x45, "SVID: SA ITD error" },
	{ 0x46, "SVID: register cannot be read" },
	{ 0x47, "SVID: register cannot be written" },
	{ 0x48, "SVID: package C-state initialization failed" },
	{ 0x49, "SVID: package C-state configuration failed" },
	{ 0x4a, "SVID: package C-state request failed" },
	{ 0x4b, "SVID: current monitor request failed" },
	{ 0x4c, "SVID: alert request failed" },
	{ 0x4d, "SVID: MCP regulator is absent, or ramp error" },
	{ 0x4e, "SVID: unexpected MCP regulator" },
	{ 0x51, "integrated voltage regulator: overvoltage" },
	{ 0x52, "integrated voltage regulator: overcurrent" },
	{ 0x58, "watchdog: package C-state, secondary socket" },
	{ 0x59, "watchdog: package C-state, main socket" },
	{ 0x5a, "watchdog: package S-state, main socket" },
	{ 0x61, "package S-state: CPD or UNCPD timeout" },
	{ 0x63, "package S-state: invalid request of the PCH" },
	{ 0x64, "package S-state: invalid internal request" },
	{ 0x65, "package S-state: invalid internal response" },
	{ 0x6b, "package S-state: SMBus VPP pause timeout" },
	{ 0x81, "die is too hot (recoverable)" },
};

/* Ice Lake and Sapphire Rapids servers. */
static const struct code pcu_ice_lake[] = {
	{ 0x0d, "last level cache self-test timeout" },
	{ 0x0e, "DMI training timeout" },
	{ 0x0f, "DMI strap arrival timeout" },
	{ 0x10, "DMI, CPU reset acknowledge timeout" },
	{ 0x11, "more than one LT agent" },
	{ 0x14, "incompatible PCH" },
	{ 0x1e, "firmware ended its reset in an invalid sequence" },
	{ 0x1f, "firmware: invalid package state" },
	{ 0x2d, "Pmax calibration error" },
	{ 0x2e, "TSC synchronization timeout" },
	{ 0x3a, "GPSB timeout" },
	{ 0x3b, "PMSB timeout" },
	{ 0x3e, "IOSF sideband: power request completion timeout" },
	{ 0x40, "SVID: VCCIN regulator, ICC max failure" },
	{ 0x42, "SVID: VCCIN regulator, VOUT failure" },
	{ 0x43, "SVID: capability error of the CPU's regulator" },
	{ 0x44, "SVID: critical voltage regulator failed" },
	{ 0x45, "SVID: SA ITD error" },
	{ 0x46, "SVID: register cannot be read" },
	{ 0x47, "SVID: register cannot be written" },
	{ 0x4a, "SVID: package C-state request failed" },
	{ 0x4b, "SVID: current monitor request failed" },
	{ 0x4c, "SVID: alert request failed" },
	{ 0x4d, "SVID: MCP regulator, ramp error" },
	{ 0x56, "integrated voltage regulator: hard error" },
	{ 0x58, "watchdog: package C-state, secondary socket" },
	{ 0x59, "watchdog: package C-state, main socket" },
	{ 0x5a, "watchdog: package S-state, main socket" },
	{ 0x5b, "watchdog: message channel" },
	{ 0x5c, "watchdog: bulk control register access" },
	{ 0x5d, "watchdog: IOSF sideband" },
	{ 0x60, "package S-state: safe working point timeout" },
	{ 0x61, "package S-state: CPD or UNCPD timeout" },
	{ 0x62, "package S-state: invalid request of the PCH" },
	{ 0x63, "package S-state: invalid internal request" },
	{ 0x64, "package S-state: invalid internal response" },
	{ 0x7b, "package S-state: SMBus VPP pause timeout" },
	{ 0x7c, "package S-state: SMBus MCP pause timeout" },
	{ 0x7d, "package S-state: SMBus SPD pause timeout" },
	{ 0x80, "package C-state: display busy timeout" },
	{ 0x81, "package C-state: invalid response of the PCH" },
	{ 0x83, "package C-state watchdog, going down" },
	{ 0x84, "package C-state watchdog, going up" },
	{ 0x87, "package C2 watchdog: blocked by a master" },
	{ 0x88, "package C2 watchdog: blocked by a limit" },
	{ 0x89, "package C-state watchdog: display" },
	{ 0x8b, "package C-state: error of allow-L1" },
	{ 0x90, "die is too hot (recoverable)" },
	{ 0xa0, "ADR signal timeout" },
	{ 0xa1, "BCLK frequency above its threshold" },
	{ 0xb0, "dispatcher is busy for too long" },
	{ 0xc0, "dispatcher is busy for too long" },
};

/* The microcontroller inside: Ice Lake and later, MCi_STATUS 19:16. */
static const struct code pcu_controller[] = {
	{ 0x1, "its controller: instruction address out of range" },
	{ 0x2, "its controller: two bits wrong in fetching an instruction" },
	{ 0x3, "its controller: invalid opcode" },
	{ 0x4, "its controller: stack underflow" },
	{ 0x5, "its controller: stack overflow" },
	{ 0x6, "its controller: data address out of range" },
	{ 0x7, "its controller: two bits wrong in reading data" },
};

/* QPI: Haswell and Broadwell, MCi_STATUS 21:16. */
static const struct code qpi[] = {
	{ 0x02, "physical layer: drift buffer alarm" },
	{ 0x03, "physical layer: latency buffer rollover" },
	{ 0x10, "link layer: control error from R3QPI" },
	{ 0x11, "CRC error, link level retry was aborted" },
	{ 0x12, "unsupported or undefined packet" },
	{ 0x13, "link layer: control error" },
	{ 0x15, "retry buffer: value used before it was set" },
	{ 0x20, "physical layer: in-band reset, initialization was aborted" },
	{ 0x21, "link failover: data lanes healed" },
	{ 0x22, "physical layer: in-band reset, width unchanged" },
	{ 0x23, "link failover: clock" },
	{ 0x30, "CRC error, link level retry worked after a new initialization" },
	{ 0x31, "CRC error, link level retry worked" },
};

/* UPI: Skylake to Emerald Rapids. LLR is the retry on the link level. */
static const struct code upi[] = {
	{ 0x00, "physical layer: initialization failed" },
	{ 0x01, "physical layer: drift buffer alarm" },
	{ 0x02, "physical layer: latency buffer rollover" },
	{ 0x10, "CRC error, LLR was aborted" },
	{ 0x11, "unsupported or undefined packet" },
	{ 0x12, "control error of link or physical layer" },
	{ 0x13, "error in the exchange of parameters" },
	{ 0x15, "SGX MAC error" },
	{ 0x1f, "link layer: control error" },
	{ 0x20, "physical layer: initialization was aborted" },
	{ 0x21, "physical layer: reset" },
	{ 0x22, "physical layer: lane failure, goes on with half its width" },
	{ 0x23, "physical layer: L0c error, corrected without a reset" },
	{ 0x24, "physical layer: L0c error, followed by a reset" },
	{ 0x25, "physical layer: error at the exit of L0p, corrected by a reset" },
	{ 0x30, "CRC error, LLR worked without a new initialization" },
	{ 0x31, "CRC error, LLR worked after a new initialization" },
	{ 0x32, "asked to retry by the other side" },
};

/* Mesh to memory: Sapphire Rapids, MCi_STATUS 23:16; before it has bits. */
static const struct code m2m_sapphire[] = {
	{ 0x01, "read data ECC error" },
	{ 0x02, "fatal internal error" },
	{ 0x03, "read tracker parity" },
	{ 0x05, "prefetch channel mismatch" },
	{ 0x07, "read completion parity" },
	{ 0x08, "response parity" },
	{ 0x09, "timeout" },
	{ 0x0a, "CMI reserved credits" },
	{ 0x0b, "CMI total credits" },
	{ 0x0c, "CMI credits oversubscribed" },
};

/* Memory controller: Ice Lake and later, MCi_STATUS 31:16. */
static const struct code imc[] = {
	{ 0x0001, "address parity" },
	{ 0x0002, "data parity" },
	{ 0x0003, "data ECC" },
	{ 0x0004, "data byte enable parity" },
	{ 0x0005, "uncorrectable data received" },
	{ 0x0006, "uncorrectable metadata received" },
	{ 0x0007, "transaction number parity" },
	{ 0x0008, "patrol scrub, corrected" },
	{ 0x0010, "patrol scrub, uncorrected" },
	{ 0x0020, "sparing, corrected" },
	{ 0x0040, "sparing, uncorrected" },
	{ 0x0080, "read, corrected" },
	{ 0x00a0, "read, uncorrected" },
	{ 0x00c0, "metadata, uncorrected" },
	{ 0x0100, "write data buffer parity" },
	{ 0x0108, "DDR link failure" },
	{ 0x0200, "DDR command or address parity" },
	{ 0x0220, "HBM command or address parity" },
	{ 0x0221, "HBM data parity" },
	{ 0x0400, "read queue parity" },
	{ 0x0404, "write queue parity" },
	{ 0x0801, "DDR data for no request" },
	{ 0x0803, "DDR completion for no request" },
	{ 0x0805, "DDR data or completion queue overflow" },
	{ 0x0822, "memory encryption: key parity" },
	{ 0x082a, "memory encryption: integrity" },
	{ 0x082b, "memory encryption: TDX" },
	{ 0x1008, "patrol scrub on the mirror, corrected" },
	{ 0x1010, "patrol scrub on the mirror, uncorrected" },
	{ 0x1080, "read from the mirror" },
	{ 0x10a0, "read from the mirror, uncorrected" },
};

static const struct {
	const struct code *codes;
	size_t count;
} code_tables[] = {
	[MCW_CODES_PCU_HASWELL] = { pcu_haswell, ARRAY_SIZE(pcu_haswell) },
	[MCW_CODES_PCU_SKYLAKE] = { pcu_skylake, ARRAY_SIZE(pcu_skylake) },
	[MCW_CODES_PCU_ICE_LAKE] = { pcu_ice_lake, ARRAY_SIZE(pcu_ice_lake) },
	[MCW_CODES_PCU_CONTROLLER] = { pcu_controller, ARRAY_SIZE(pcu_controller) },
	[MCW_CODES_QPI] = { qpi, ARRAY_SIZE(qpi) },
	[MCW_CODES_UPI] = { upi, ARRAY_SIZE(upi) },
	[MCW_CODES_M2M_SAPPHIRE] = { m2m_sapphire, ARRAY_SIZE(m2m_sapphire) },
	[MCW_CODES_IMC] = { imc, ARRAY_SIZE(imc) },
};

/* Few of many numbers have a name: the table is searched. */
const char *mcw_intel_code(enum mcw_intel_codes table, unsigned int code)
{
	const struct code *codes = code_tables[table].codes;

	for (size_t i = 0; i < code_tables[table].count; i++)
		if (codes[i].code == code)
			return codes[i].text;
	return NULL;
}

/* Names of the bits from 16 on. */
static const char *const bit_tables[][16] = {
	[MCW_BITS_QPI_NEHALEM] = {
		"header parity",
		"data parity",
		"retries exceeded",
		"poison received",
		NULL,
		NULL,
		"unsupported message",
		"unsupported credit",
		"receive buffer overrun",
		"failed response received",
		"receive clock jitter",
	},
	[MCW_BITS_IMC_NEHALEM] = {
		"read ECC error", "RAS ECC error", "write parity", "redundancy lost", NULL,
		"memory range", "RTID out of range", "address parity", "byte enable parity",
	},
	[MCW_BITS_IMC] = {
		"address parity",
		"write data parity",
		"write byte enable parity",
		"patrol scrub, corrected",
		"patrol scrub, uncorrected",
		"sparing, corrected",
		"sparing, uncorrected",
		"read error",
		"write data buffer parity",
		"DDR4 command or address parity",
		"address parity, uncorrected",
	},
	[MCW_BITS_M2M] = {
		"read data error",
		NULL,
		"partial write data error",
		"full write data error",
		"clock crossing buffer error",
		"timeout",
		"tracker parity",
		"fatal internal error",
	},
	[MCW_BITS_UPI_CONTROL] = {
		NULL,
		NULL,
		NULL,
		NULL,
		NULL,
		NULL,
		"physical layer control",
		"unexpected acknowledge of a retry",
		"unexpected request of a retry",
		"register file parity",
		"routing table",
		"unexpected protocol flit",
		"receive credit overflow or underflow",
		"link reset is still under way",
		"link reset while not idle",
		"transmit parity",
	},
};

const char *mcw_intel_bit(enum mcw_intel_bits table, unsigned int bit)
{
	return bit >= 16 && bit < 32 ? bit_tables[table][bit - 16] : NULL;
}
