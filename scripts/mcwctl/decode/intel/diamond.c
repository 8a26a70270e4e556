// SPDX-License-Identifier: GPL-2.0
/*
 * Diamond Rapids: family 13h.
 *
 * A CBB is a die with cores. An IMH is a die with memory controllers and links; there are two.
 */
#include "decode/intel/model.h"

#define CBB(code, words) MCW_CODE(31, 16, code, words)

static const struct mcw_code cbb[] = {
	CBB(0x0816, "voltage and frequency scaling: a counter ran out"),
	CBB(0x0823, "unsupported response"),
	CBB(0x0825, "memory self-test failed"),
	CBB(0x0826, "system agent PLL lock"),
	CBB(0x0827, "crystal oscillator: wrong frequency"),
	CBB(0x0828, "PMSB fuse puller"),
	CBB(0x0829, "GPSB fuse puller"),
	CBB(0x0830, "watchdog of its firmware"),
	CBB(0x0831, "bandgap reference: safety check"),
	CBB(0x0832, "integrated voltage regulator of the cores"),
	CBB(0x0833, "integrated voltage regulator of the die-to-die link"),
	CBB(0x0834, "integrated voltage regulator of the L2 cache (MLC)"),
	CBB(0x0835, "integrated voltage regulator of the ring"),
	CBB(0x0836, "die-to-die link PLL 0: safety check"),
	CBB(0x0837, "die-to-die link PLL 1: safety check"),
	CBB(0x0838, "PLL of top die 0: safety check"),
	CBB(0x0839, "PLL of the base die: safety check"),
	CBB(0x0840, "UCIe link between dies: its reset stopped at an error"),
	CBB(0x0841, "resource adapter 0"),
	CBB(0x0842, "resource adapter 1"),
	CBB(0x0845, "PLL of top die 1: safety check"),
	CBB(0x0846, "PLL of top die 2: safety check"),
	CBB(0x0847, "PLL of top die 3: safety check"),
	CBB(0x0848, "its controller did not acknowledge a patch"),
	CBB(0x0c01, "its controller: two bits wrong in instruction RAM"),
	CBB(0x0c02, "its controller: exception while handling another"),
	CBB(0x0c03, "telemetry SRAM"),
	CBB(0x0c04, "its controller: two bits wrong in data RAM"),
	CBB(0x0c05, "TPMI SRAM"),
	CBB(0x1401, "integrated voltage regulator: high, warning (yellow)"),
	CBB(0x1402, "integrated voltage regulator: high, critical (red)"),
};

#define SCAN_AT_FIELD 0x040b

/* The scan tests the CPU while it is in use. */
static const struct mcw_code scan[] = {
	MCW_CODE(15, 0, SCAN_AT_FIELD, "the scan at field found a fault"),
};

static const struct mcw_code_table cbb_codes = {
	.not_mask = 0xffff,
	.not_value = SCAN_AT_FIELD,
	MCW_CODE_TABLE(cbb),
};

static const struct mcw_code_table scan_codes = { MCW_CODE_TABLE(scan) };
static const struct mcw_code_table *const cbb_tables[] = {
	&scan_codes,
	&cbb_codes,
	&mcw_shutdown_diamond_codes,
	NULL,
};

/* MCi_STATUS 31:24 has the code of its firmware. Where that is 0, 23:16 has the hardware's. */
static const struct mcw_code imh[] = {
	MCW_CODES(31, 16, 0x0002, 0x0003, "its controller: two bits wrong"),
	MCW_CODES(31, 16, 0x0008, 0x0009, "its controller: error"),
	MCW_CODE(31, 16, 0x000a, "its controller: loading a patch failed"),
	MCW_CODE(31, 16, 0x000b, "its controller: POReqValid error"),
	MCW_CODE(31, 16, 0x000c, "its controller: RAM address"),
	MCW_CODE(31, 16, 0x000d, "its controller: RAM access"),
	MCW_CODE(31, 16, 0x0010, "watchdog of its firmware, or two bits wrong in telemetry SRAM"),
	MCW_CODE(31, 16, 0x0020, "a power management agent reports an error"),
	MCW_CODE(31, 16, 0x0030, "its controller: error"),
	MCW_CODE(31, 16, 0x00a0, "HPM SRAM: two bits wrong"),
	MCW_CODE(31, 16, 0x00b0, "TPMI SRAM: two bits wrong"),
	MCW_CODE(31, 24, 0x09, "TSC download timeout"),
	MCW_CODE(31, 24, 0x0a, "crystal oscillator: frequency out of range"),
	MCW_CODE(31, 24, 0x0b, "GPSB timeout"),
	MCW_CODE(31, 24, 0x0c, "PMSB timeout"),
	MCW_CODE(31, 24, 0x0d, "configuration was not acknowledged: timeout"),
	MCW_CODE(31, 24, 0x23, "SVID error"),
	MCW_CODE(31, 24, 0x35, "SVID: invalid load line of the regulator"),
	MCW_CODE(31, 24, 0x36, "SVID: invalid ICC max"),
	MCW_CODE(31, 24, 0x4a, "integrated voltage regulator: hard error"),
	MCW_CODE(31, 24, 0x4c, "HPM SRAM: two bits wrong in a read"),
	MCW_CODE(31, 24, 0x58, "invalid memory frequency"),
	MCW_CODE(31, 24, 0x63, "SVID: protocol error of the VCCIN regulator"),
	MCW_CODE(31, 24, 0x6a, "SPPR timeout"),
	MCW_CODE(31, 24, 0x6f, "invalid socket ID"),
	MCW_CODE(31, 24, 0x70, "invalid legacy agent on another die or socket"),
	MCW_CODE(31, 24, 0x71, "invalid LT agent on another die or socket"),
	MCW_CODE(31, 24, 0x7b, "invalid reading of a thermal sensor"),
	MCW_CODE(31, 24, 0x7c, "CXL device without credits"),
	MCW_CODE(31, 24, 0x7e, "die is too hot (recoverable)"),
	MCW_CODE(31, 24, 0x83, "package S-state: preparing a reset was not acknowledged: timeout"),
};

static const struct mcw_code_table imh_codes = { MCW_CODE_TABLE(imh) };
static const struct mcw_code_table *const imh_tables[] = { &imh_codes, NULL };

#define UPI(code, words) MCW_CODE(31, 16, code, words)
#define UPI_RANGE(from, to, words) MCW_CODES(31, 16, from, to, words)

static const struct mcw_code upi[] = {
	UPI_RANGE(0x0000, 0x0002, "internal parity"),
	UPI(0x0005, "internal parity"),
	UPI(0x0008, "internal queue overflow"),
	UPI(0x0009, "link layer: buffer overflow"),
	UPI(0x000a, "internal queue underflow"),
	UPI(0x000b, "link layer: buffer underflow"),
	UPI(0x000c, "link layer or internal: credit overflow"),
	UPI_RANGE(0x0011, 0x0012, "internal queue overflow"),
	UPI_RANGE(0x0013, 0x0014, "internal queue underflow"),
	UPI(0x0021, "internal interface"),
	UPI(0x0023, "invalid message"),
	UPI(0x0024, "protocol error"),
	UPI(0x0025, "interleave error"),
	UPI(0x0028, "internal interface"),
	UPI(0x0029, "link integrity or initialization"),
	UPI_RANGE(0x002a, 0x002d, "change of the power state: timeout"),
	UPI(0x0030, "poison received while poison is disabled"),
	UPI(0x0031, "internal interface"),
	UPI(0x0200, "link integrity or initialization"),
	UPI(0x0203, "link goes on with less speed or width"),
	UPI_RANGE(0x0204, 0x0207, "change of the power state: timeout"),
};

static const struct mcw_code_table upi_codes = { MCW_CODE_TABLE(upi) };
static const struct mcw_code_table *const upi_tables[] = { &upi_codes, NULL };

#define CHANNEL(code, words) MCW_CODE(31, 16, code, words)

static const struct mcw_code channel[] = {
	CHANNEL(0x0001, "request address parity"),
	CHANNEL(0x0002, "write data parity"),
	CHANNEL(0x0004, "data byte enable parity"),
	CHANNEL(0x0008, "patrol scrub, corrected"),
	CHANNEL(0x0010, "patrol scrub, uncorrected"),
	CHANNEL(0x0020, "sparing, corrected"),
	CHANNEL(0x0040, "sparing, uncorrected"),
	CHANNEL(0x0080, "read, corrected"),
	CHANNEL(0x00a0, "read, uncorrected"),
	CHANNEL(0x00b0, "poison read while poison is disabled"),
	CHANNEL(0x00c0, "metadata, uncorrected"),
	CHANNEL(0x0102, "write data buffer ECC"),
	CHANNEL(0x0104, "write data buffer byte enable parity"),
	CHANNEL(0x0106, "write data buffer ECC, lasting"),
	CHANNEL(0x0108, "DDR link failure"),
	CHANNEL(0x0109, "illegal request received"),
	CHANNEL(0x0200, "DDR command or address parity, or write CRC"),
	CHANNEL(0x0240, "decoder structure"),
	CHANNEL(0x0400, "internal address parity"),
	CHANNEL(0x0813, "CMI credits oversubscribed"),
	CHANNEL(0x0814, "CMI total credits"),
	CHANNEL(0x0815, "CMI reserved credits"),
	CHANNEL(0x0832, "internal error"),
	CHANNEL(0x0834, "tracker parity of read completions"),
	CHANNEL(0x0836, "tracker parity of write completions"),
};

static const struct mcw_code_table channel_codes = { MCW_CODE_TABLE(channel) };
static const struct mcw_code_table *const channel_tables[] = { &channel_codes, NULL };

/* The data bits of a code word; 1LM: DRAM is the memory, 2LM: it is the cache of another one. */
static const char *const modes[16] = {
	[1] = "SDDC, 128 bits, 1LM",	     [2] = "SDDC, 125 bits, 1LM",
	[3] = "SDDC, 125 bits, 2LM",	     [4] = "ADDDC, 80 bits, 1LM",
	[5] = "ADDDC, 80 bits, 2LM",	     [9] = "5x8 devices, 128 bits, 1LM",
	[10] = "5x8 devices, 125 bits, 1LM", [11] = "5x8 devices, 125 bits, 2LM",
};

#define TRANSIENT 63
#define DEVICE_VALID 42

static const struct mcw_misc_bits misc_bits[] = {
	MCW_MISC_BITS(SUBCHANNEL, 49, 49),
	MCW_MISC_BITS(CHIP_SELECT, 56, 55),
	MCW_MISC_BITS(SUBRANK, 54, 51),
	MCW_MISC_BITS(BANK_GROUP, 41, 39),
	MCW_MISC_BITS(BANK, 38, 37),
	MCW_MISC_BITS(ROW, 36, 19),
	MCW_MISC_BITS(COLUMN, 18, 9, .shift = 2),
	MCW_MISC_BITS(DEVICE, 48, 44, .if_set = DEVICE_VALID, .if_clear = TRANSIENT),
};

static const struct mcw_misc_layout misc = {
	.bits = misc_bits,
	.count = ARRAY_SIZE(misc_bits),
	.status_mask = MCW_BIT(33), /* MCi_MISC has this layout */
	.other = { { 0x0800, 0xffff } },
	.mode_high = 61,
	.mode_low = 58,
	.modes = modes,
	.transient = TRANSIENT,
};

static const struct mcw_intel_bank banks[] = {
	MCW_BANKS(4, 4, MCW_UNIT("CBB power management unit", POWER), cbb_tables),
	MCW_BANKS(11, 11, MCW_UNIT("IMH power management unit", POWER), imh_tables),
	MCW_BANKS(18, 18, MCW_UNIT_UPI, upi_tables),
	MCW_MEMORY_BANKS(19, 26, MCW_UNIT_IMC, channel_tables, &misc, MCW_NOT_KNOWN, 0),
};

const struct mcw_intel_model mcw_intel_diamond = {
	.manual = "SDM vol. 3B ch. 17",
	MCW_MODEL_BANKS(banks),
};
