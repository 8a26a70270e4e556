// SPDX-License-Identifier: GPL-2.0
/*
 * Family 0Fh: Pentium 4 and the Xeons of its time, and Tulsa (Xeon 7100), which has an L3 cache.
 */
#include "decode/intel/model.h"

static const struct mcw_code pentium4[] = {
	MCW_FLAG(16, "FSB address parity"),  MCW_FLAG(17, "response: hard failure"),
	MCW_FLAG(18, "response parity"),     MCW_FLAG(19, "data parity of PIC or FSB"),
	MCW_FLAG(20, "invalid PIC request"), MCW_FLAG(21, "pad state machine"),
	MCW_FLAG(22, "pad strobe glitch"),   MCW_FLAG(23, "pad address glitch"),
};

/* Of bus and interconnect errors. */
static const struct mcw_code_table pentium4_codes = {
	.mask = 0xf800,
	.value = 0x0800,
	MCW_CODE_TABLE(pentium4),
};

static const struct mcw_code_table *const pentium4_tables[] = { &pentium4_codes, NULL };

static const struct mcw_intel_bank pentium4_banks[] = {
	MCW_BANKS(0, 5, NULL, pentium4_tables),
};

const struct mcw_intel_model mcw_intel_pentium4 = {
	.manual = "SDM vol. 3B ch. 17, family 0FH",
	MCW_MODEL_BANKS(pentium4_banks),
};

static const struct mcw_code tulsa_bus[] = {
	MCW_FLAG(16, "parity in the request phase of the FSB"),
	MCW_FLAG(17, "address parity of a request of core 0"),
	MCW_FLAG(18, "address parity of a request of core 1"),
	MCW_FLAG(20, "parity of a response on the FSB"),
	MCW_FLAG(21, "parity of data that came in over the FSB"),
	MCW_FLAG(22, "parity of data from core 0"),
	MCW_FLAG(23, "parity of data from core 1"),
	MCW_FLAG(24, "parity of an enhanced defer"),
	MCW_FLAG(25, "ECC of data that came in"),
	MCW_FLAG(26, "pads: glitch or wrong order of a data strobe"),
	MCW_FLAG(27, "pads: glitch or wrong order of a request strobe"),
};

static const struct mcw_code_table tulsa_bus_codes = {
	.mask = 0xffff,
	.value = 0x0e0f,
	MCW_CODE_TABLE(tulsa_bus),
};

static const struct mcw_code tulsa_internal[] = {
	MCW_CODE(31, 16, 0x0001, "inclusion error from core 0"),
	MCW_CODE(31, 16, 0x0002, "inclusion error from core 1"),
	MCW_CODE(31, 16, 0x0003, "write exclusive error from core 0"),
	MCW_CODE(31, 16, 0x0004, "write exclusive error from core 1"),
	MCW_CODE(31, 16, 0x0005, "inclusion error from the FSB"),
	MCW_CODE(31, 16, 0x0006, "snoop stall error from the FSB"),
	MCW_CODE(31, 16, 0x0007, "write stall error from the FSB"),
	MCW_CODE(31, 16, 0x0008, "FSB arbiter timeout"),
	MCW_CODE(31, 16, 0x0009, "queue of deferred replies: underflow or overflow"),
	MCW_CODE(31, 16, 0x0100, "SpeedStep: TM1 or TM2 error"),
	MCW_CODE(31, 16, 0x0200, "internal timeout"),
	MCW_CODE(31, 16, 0x0300, "internal timeout"),
	MCW_CODE(31, 16, 0x0400, "Cache Safe Technology: queue is full, or too many ways disabled"),
	MCW_CODE(31, 16, 0xc001, "ECC of data to the FSB, corrected"),
	MCW_CODE(31, 16, 0xc002, "ECC of data to core 0, corrected"),
	MCW_CODE(31, 16, 0xc004, "ECC of data to core 1, corrected"),
	MCW_CODE(31, 16, 0xe001, "ECC of data to the FSB, uncorrected"),
	MCW_CODE(31, 16, 0xe002, "ECC of data to core 0, uncorrected"),
	MCW_CODE(31, 16, 0xe004, "ECC of data to core 1, uncorrected"),
};

static const struct mcw_code_table tulsa_internal_codes = {
	.mask = 0xffff,
	.value = 0x0400,
	MCW_CODE_TABLE(tulsa_internal),
};

static const struct mcw_code_table *const tulsa_tables[] = {
	&tulsa_bus_codes,
	&tulsa_internal_codes,
	NULL,
};

static const struct mcw_intel_bank tulsa_banks[] = {
	MCW_BANKS(4, 4, NULL, tulsa_tables),
	MCW_BANKS(0, 5, NULL, pentium4_tables),
};

const struct mcw_intel_model mcw_intel_tulsa = {
	.manual = "SDM vol. 3B ch. 17, family 0FH",
	MCW_MODEL_BANKS(tulsa_banks),
};
