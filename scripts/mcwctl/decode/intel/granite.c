// SPDX-License-Identifier: GPL-2.0
/*
 * Granite Rapids, Sierra Forest, Clearwater Forest.
 *
 * B2CMI leads from the mesh to the memory controllers. A DDR5 channel has two subchannels.
 */
#include "decode/intel/model.h"

#define UPI(code, words) MCW_CODE(31, 16, code, words)

static const struct mcw_code upi[] = {
	UPI(0x00, "physical layer: initialization failed"),
	UPI(0x01, "physical layer: drift buffer alarm"),
	UPI(0x02, "physical layer: latency buffer rollover"),
	UPI(0x10, "CRC error, LLR was aborted"),
	UPI(0x11, "unsupported or undefined packet"),
	UPI(0x12, "control error of link or physical layer"),
	UPI(0x13, "error in the exchange of parameters"),
	UPI(0x14, "link layer: TDX failure"),
	UPI(0x15, "link layer: SGX failure"),
	UPI(0x16, "link layer: parity of data to be sent"),
	UPI(0x17, "link layer: parity of data received"),
	UPI(0x18, "link layer: FLE failure"),
	UPI(0x1f, "link layer: control error"),
	UPI(0x20, "physical layer: initialization was aborted"),
	UPI(0x21, "physical layer: reset"),
	UPI(0x22, "physical layer: lane failure, goes on with half its width"),
	UPI(0x23, "physical layer: L0c error, corrected without a reset"),
	UPI(0x24, "physical layer: L0c error, followed by a reset"),
	UPI(0x25, "physical layer: error at the exit of L0p, corrected by a reset"),
	UPI(0x30, "CRC error, LLR worked without a new initialization"),
	UPI(0x31, "CRC error, LLR worked after a new initialization"),
};

static const struct mcw_code_table upi_codes = { MCW_CODE_TABLE(upi) };
static const struct mcw_code_table *const upi_tables[] = { &upi_codes, NULL };

/* Of its microcontroller and the memory beside that, and of the firmware that runs there. */
static const struct mcw_code punit[] = {
	MCW_CODES(23, 16, 0x02, 0x03, "its controller: two bits wrong"),
	MCW_CODES(23, 16, 0x08, 0x09, "its controller: error"),
	MCW_CODE(23, 16, 0x0a, "its controller: loading a patch failed"),
	MCW_CODE(23, 16, 0x0b, "its controller: POReqValid error"),
	MCW_CODE(23, 16, 0x10, "telemetry SRAM: two bits wrong"),
	MCW_CODE(23, 16, 0x20, "a power management agent reports an error"),
	MCW_CODE(23, 16, 0x80, "S3M security module reports an error"),
	MCW_CODE(23, 16, 0xa0, "HPM SRAM: two bits wrong"),
	MCW_CODE(23, 16, 0xb0, "TPMI SRAM: two bits wrong"),
	MCW_CODE(31, 24, 0x09, "TSC download timeout"),
	MCW_CODE(31, 24, 0x0b, "GPSB timeout"),
	MCW_CODE(31, 24, 0x0c, "PMSB timeout"),
	MCW_CODE(31, 24, 0x10, "Pmax calibration error"),
	MCW_CODE(31, 24, 0x1a, "dispatcher is busy for too long"),
	MCW_CODE(31, 24, 0x1d, "more than one LT agent"),
	MCW_CODE(31, 24, 0x23, "SVID error"),
	MCW_CODE(31, 24, 0x35, "SVID: invalid load line of the VCCIN regulator"),
	MCW_CODE(31, 24, 0x36, "SVID: invalid ICC max"),
	MCW_CODE(31, 24, 0x40, "SVID: invalid VID max"),
	MCW_CODE(31, 24, 0x41, "SVID: invalid ramp voltage of VDD"),
	MCW_CODE(31, 24, 0x48, "ITD: invalid fuses"),
	MCW_CODE(31, 24, 0x49, "SVID: invalid DC load line"),
	MCW_CODE(31, 24, 0x4a, "integrated voltage regulator: hard error"),
	MCW_CODE(31, 24, 0x4c, "HPM SRAM: two bits wrong in a read"),
	MCW_CODE(31, 24, 0x56, "SVID: invalid fuses of the active VID"),
};

static const struct mcw_code_table punit_codes = { MCW_CODE_TABLE(punit) };
static const struct mcw_code_table *const punit_tables[] = { &punit_codes, NULL };

static const struct mcw_code b2cmi[] = {
	MCW_CODE(31, 16, 0x01, "read data ECC error"),
	MCW_CODE(31, 16, 0x02, "fatal internal error"),
	MCW_CODE(31, 16, 0x03, "tracker parity"),
	MCW_CODE(31, 16, 0x04, "security mismatch"),
	MCW_CODE(31, 16, 0x07, "read completion parity"),
	MCW_CODE(31, 16, 0x08, "response parity"),
	MCW_CODE(31, 16, 0x09, "timeout"),
	MCW_CODE(31, 16, 0x0a, "address parity"),
	MCW_CODE(31, 16, 0x0c, "CMI credits oversubscribed"),
	MCW_CODE(31, 16, 0x0d, "SAI mismatch, the requester may not do this"),
};

static const struct mcw_code_table b2cmi_codes = { MCW_CODE_TABLE(b2cmi) };
static const struct mcw_code_table *const b2cmi_tables[] = { &b2cmi_codes, NULL };

#define CHANNEL(code, words) MCW_CODE(31, 16, code, words)

static const struct mcw_code channel[] = {
	CHANNEL(0x0001, "address parity"),
	CHANNEL(0x0002, "write data parity, subchannel 0"),
	CHANNEL(0x0003, "write data ECC, subchannel 0"),
	CHANNEL(0x0004, "data byte enable parity, subchannel 0"),
	CHANNEL(0x0005, "write MAC parity, subchannel 0"),
	CHANNEL(0x0008, "patrol scrub, corrected"),
	CHANNEL(0x0010, "patrol scrub, uncorrected"),
	CHANNEL(0x0020, "sparing, corrected"),
	CHANNEL(0x0040, "sparing, uncorrected"),
	CHANNEL(0x0080, "read, corrected"),
	CHANNEL(0x00a0, "read, uncorrected"),
	CHANNEL(0x00b0, "poison read while poison is disabled"),
	CHANNEL(0x00c0, "metadata, uncorrected"),
	CHANNEL(0x0100, "write data buffer parity, subchannel 0"),
	CHANNEL(0x0102, "write data buffer ECC, subchannel 0"),
	CHANNEL(0x0104, "write data buffer byte enable parity, subchannel 0"),
	CHANNEL(0x0106, "write data buffer ECC, lasting and corrected, subchannel 0"),
	CHANNEL(0x0108, "DDR link failure"),
	CHANNEL(0x0109, "illegal request received"),
	CHANNEL(0x0200, "DDR command or address parity, or write CRC"),
	CHANNEL(0x0400, "scheduler address parity"),
	CHANNEL(0x0832, "internal error"),
	CHANNEL(0x0833, "tracker address parity"),
	CHANNEL(0x2002, "write data parity, subchannel 1"),
	CHANNEL(0x2003, "write data ECC, subchannel 1"),
	CHANNEL(0x2004, "data byte enable parity, subchannel 1"),
	CHANNEL(0x2005, "write MAC parity, subchannel 1"),
	CHANNEL(0x2100, "write data buffer parity, subchannel 1"),
	CHANNEL(0x2102, "write data buffer ECC, subchannel 1"),
	CHANNEL(0x2104, "write data buffer byte enable parity, subchannel 1"),
	CHANNEL(0x2106, "write data buffer ECC, lasting and corrected, subchannel 1"),
};

static const struct mcw_code_table channel_codes = { MCW_CODE_TABLE(channel) };
static const struct mcw_code_table *const channel_tables[] = { &channel_codes, NULL };

/* The data bits of a code word; 1LM: DRAM is the memory, 2LM: it is the cache of another one. */
static const char *const modes[16] = {
	[1] = "SDDC, 128 bits, 1LM",	   [2] = "SDDC, 125 bits, 1LM",
	[3] = "SDDC, 96 bits, 1LM",	   [4] = "SDDC, 96 bits, 2LM",
	[5] = "ADDDC, 80 bits, 1LM",	   [6] = "ADDDC, 80 bits, 2LM",
	[7] = "ADDDC, 64 bits, 1LM",	   [8] = "9x4 devices, 61 bits, 1LM",
	[9] = "9x4 devices, 32 bits, 1LM", [10] = "9x4 devices, 32 bits, 2LM",
};

#define TRANSIENT 63

static const struct mcw_misc_bits misc_bits[] = {
	MCW_MISC_BITS(CHIP_SELECT, 57, 55),
	MCW_MISC_BITS(SUBRANK, 54, 51),
	MCW_MISC_BITS(BANK_GROUP, 41, 39),
	MCW_MISC_BITS(BANK, 38, 37),
	MCW_MISC_BITS(ROW, 36, 19),
	MCW_MISC_BITS(COLUMN, 18, 9, .shift = 2),
	MCW_MISC_BITS(DEVICE, 48, 43, .if_clear = TRANSIENT),
};

static const struct mcw_misc_layout misc = {
	.bits = misc_bits,
	.count = ARRAY_SIZE(misc_bits),
	.status_mask = MCW_BIT(33), /* MCi_MISC has this layout */
	.other = { { 0x0800, 0x082f } },
	.mode_high = 61,
	.mode_low = 58,
	.modes = modes,
	.transient = TRANSIENT,
};

static const struct mcw_intel_bank banks[] = {
	MCW_BANKS(5, 5, MCW_UNIT_UPI, upi_tables),
	MCW_BANKS(6, 6, MCW_UNIT("Punit power management unit", POWER), punit_tables),
	MCW_BANKS(12, 12, MCW_UNIT("B2CMI mesh to memory", INTERCONNECT), b2cmi_tables),
	MCW_MEMORY_BANKS(13, 24, MCW_UNIT_IMC, channel_tables, &misc, MCW_NOT_KNOWN, 0),
};

const struct mcw_intel_model mcw_intel_granite = {
	.manual = "SDM vol. 3B ch. 17",
	MCW_MODEL_BANKS(banks),
};
