// SPDX-License-Identifier: GPL-2.0
/*
 * UPI, the link between sockets: codes that several models have.
 *
 * LLR is the retry on the link level; L0c and L0p are power states of the link.
 */
#include "decode/intel/model.h"

static const struct mcw_code codes[] = {
	MCW_CODE(21, 16, 0x00, "physical layer: initialization failed"),
	MCW_CODE(21, 16, 0x01, "physical layer: drift buffer alarm"),
	MCW_CODE(21, 16, 0x02, "physical layer: latency buffer rollover"),
	MCW_CODE(21, 16, 0x10, "CRC error, LLR was aborted"),
	MCW_CODE(21, 16, 0x11, "unsupported or undefined packet"),
	MCW_CODE(21, 16, 0x12, "control error of link or physical layer"),
	MCW_CODE(21, 16, 0x13, "error in the exchange of parameters"),
	MCW_CODE(21, 16, 0x15, "SGX MAC error"),
	MCW_CODE(21, 16, 0x1f, "link layer: control error"),
	MCW_CODE(21, 16, 0x20, "physical layer: initialization was aborted"),
	MCW_CODE(21, 16, 0x21, "physical layer: reset"),
	MCW_CODE(21, 16, 0x22, "physical layer: lane failure, goes on with half its width"),
	MCW_CODE(21, 16, 0x23, "physical layer: L0c error, corrected without a reset"),
	MCW_CODE(21, 16, 0x24, "physical layer: L0c error, followed by a reset"),
	MCW_CODE(21, 16, 0x25, "physical layer: error at the exit of L0p, corrected by a reset"),
	MCW_CODE(21, 16, 0x30, "CRC error, LLR worked without a new initialization"),
	MCW_CODE(21, 16, 0x31, "CRC error, LLR worked after a new initialization"),
	MCW_CODE(21, 16, 0x32, "asked to retry by the other side"),
};

const struct mcw_code_table mcw_upi_codes = { MCW_CODE_TABLE(codes) };

static const struct mcw_code flags[] = {
	MCW_FLAG(22, "physical layer control"),
	MCW_FLAG(23, "unexpected acknowledge of a retry"),
	MCW_FLAG(24, "unexpected request of a retry"),
	MCW_FLAG(25, "register file parity"),
	MCW_FLAG(26, "routing table"),
	MCW_FLAG(27, "unexpected protocol flit"),
	MCW_FLAG(28, "receive credit overflow or underflow"),
	MCW_FLAG(29, "link reset is still under way"),
	MCW_FLAG(30, "link reset while not idle"),
	MCW_FLAG(31, "transmit parity"),
};

const struct mcw_code_table mcw_upi_flags = { MCW_CODE_TABLE(flags) };

/* Skylake has them with one code alone: a control error of link or physical layer. */
const struct mcw_code_table mcw_upi_skylake_flags = {
	.mask = MCW_FIELD(21, 16),
	.value = 0x12 << 16,
	MCW_CODE_TABLE(flags),
};
