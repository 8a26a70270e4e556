// SPDX-License-Identifier: GPL-2.0
/*
 * Memory controllers, and the mesh that leads to them: codes that several models have.
 *
 * DDR-T is the bus of persistent memory (Optane) modules; CMI leads from the mesh to the memory
 * controller. Near memory is DRAM that is the cache of persistent memory (2LM).
 */
#include "decode/intel/model.h"

/* Sandy Bridge to Skylake: a bit for each kind of error. */
static const struct mcw_code flags[] = {
	MCW_FLAG(16, "address parity"),
	MCW_FLAG(17, "write data parity"),
	MCW_FLAG(18, "write byte enable parity"),
	MCW_FLAG(19, "patrol scrub, corrected"),
	MCW_FLAG(20, "patrol scrub, uncorrected"),
	MCW_FLAG(21, "sparing, corrected"),
	MCW_FLAG(22, "sparing, uncorrected"),
	MCW_FLAG(23, "read error"),
	MCW_FLAG(24, "write data buffer parity"),
	MCW_FLAG(25, "DDR4 command or address parity"),
	MCW_FLAG(26, "address parity, uncorrected"),
};

/* On Skylake bit 27 turns the rest into numbers, see skylake.c. */
const struct mcw_code_table mcw_imc_flags = {
	.mask = MCW_BIT(27),
	.value = 0,
	MCW_CODE_TABLE(flags),
};

#define IMC(code, words) MCW_CODE(31, 16, code, words)

/* Ice Lake to Emerald Rapids: a number for each. */
static const struct mcw_code ice_lake[] = {
	IMC(0x0001, "address parity"),
	IMC(0x0002, "data parity"),
	IMC(0x0003, "data ECC"),
	IMC(0x0004, "data byte enable parity"),
	IMC(0x0005, "uncorrectable data received"),
	IMC(0x0006, "uncorrectable metadata received"),
	IMC(0x0007, "transaction number parity"),
	IMC(0x0008, "patrol scrub, corrected"),
	IMC(0x0010, "patrol scrub, uncorrected"),
	IMC(0x0020, "sparing, corrected"),
	IMC(0x0040, "sparing, uncorrected"),
	IMC(0x0080, "read, corrected"),
	IMC(0x00a0, "read, uncorrected"),
	IMC(0x00c0, "metadata, uncorrected"),
	IMC(0x0100, "write data buffer parity"),
	IMC(0x0103, "read pending array parity"),
	IMC(0x0106, "DDR-T: data byte enable parity"),
	IMC(0x0107, "DDR-T: data parity"),
	IMC(0x0108, "DDR link failure"),
	IMC(0x0111, "partial cache line sparing: lookup (CAM)"),
	IMC(0x0112, "partial cache line sparing: data"),
	IMC(0x0200, "DDR command or address parity"),
	IMC(0x0220, "HBM command or address parity"),
	IMC(0x0221, "HBM data parity"),
	IMC(0x0400, "read queue parity"),
	IMC(0x0404, "write queue parity"),
	IMC(0x0800, "DDR-T: bad request"),
	IMC(0x0801, "DDR data for no request"),
	IMC(0x0802, "DDR data for a request that expects none"),
	IMC(0x0803, "DDR completion for no request"),
	IMC(0x0804, "DDR-T completion for no request"),
	IMC(0x0805, "DDR data or completion queue overflow"),
	IMC(0x0806, "DDR-T: early read ID parity, corrected"),
	IMC(0x0807, "DDR-T: early read ID, uncorrected"),
	IMC(0x0808, "DDR-T: an interrupt before the last one was acknowledged"),
	IMC(0x0809, "DDR-T: early read ID queue overflow"),
	IMC(0x080a, "DDR-T: write credits of the memory module"),
	IMC(0x080b, "DDR-T: read credits of the memory module"),
	IMC(0x080c, "DDR-T: scheduler"),
	IMC(0x080d, "DDR-T: the memory module reports an error"),
	IMC(0x080e, "DDR-T: the memory module reports a thermal event"),
	IMC(0x080f, "CMI packet while idle"),
	IMC(0x0810, "DDR-T: read queue request parity"),
	IMC(0x0811, "DDR-T: write queue request parity"),
	IMC(0x0812, "near memory fill: lookup (CAM)"),
	IMC(0x0813, "CMI credits oversubscribed"),
	IMC(0x0814, "CMI total credits"),
	IMC(0x0815, "CMI reserved credits"),
	IMC(0x0816, "DDR-T: read error"),
	IMC(0x0817, "write data buffer queue"),
	IMC(0x0818, "CMI request queue overflow"),
	IMC(0x0819, "CMI request queue underflow"),
	IMC(0x081a, "CMI response queue overflow"),
	IMC(0x081b, "CMI response queue underflow"),
	IMC(0x081c, "CMI: credits of the memory controller"),
	IMC(0x081d, "CMI: arbitration in the memory controller"),
	IMC(0x081e, "DDR-T: write completion queue overflow"),
	IMC(0x081f, "DDR-T: write completion queue underflow"),
	IMC(0x0820, "CMI read completion queue overflow"),
	IMC(0x0821, "CMI read completion queue underflow"),
	IMC(0x0822, "memory encryption: key parity"),
	IMC(0x0823, "memory encryption: CMI"),
	IMC(0x0824, "memory encryption: CMI queue overflow"),
	IMC(0x0825, "memory encryption: CMI queue underflow"),
	IMC(0x0826, "memory encryption: TEM security"),
	IMC(0x0827, "memory encryption: underfill parity"),
	IMC(0x0829, "internal error"),
	IMC(0x082a, "memory encryption: integrity"),
	IMC(0x082b, "memory encryption: TDX"),
	IMC(0x082c, "memory encryption: TEM security in an underfill"),
	IMC(0x082d, "memory encryption: poisoned key"),
	IMC(0x082e, "memory encryption: security engine"),
	IMC(0x1008, "patrol scrub on the mirror, corrected"),
	IMC(0x1010, "patrol scrub on the mirror, uncorrected"),
	IMC(0x1020, "sparing on the mirror, corrected"),
	IMC(0x1040, "sparing on the mirror, uncorrected"),
	IMC(0x1080, "read from the mirror"),
	IMC(0x10a0, "read from the mirror, uncorrected"),
};

const struct mcw_code_table mcw_imc_ice_lake_codes = { MCW_CODE_TABLE(ice_lake) };

/* Numbers of Ice Lake and later models; all others are the controller's own. */
static enum mcw_memory_side side_of_number(unsigned int code)
{
	switch (code) {
	case 0x0000: /* none */
	case 0x0008: /* patrol scrub */
	case 0x0010:
	case 0x0020: /* sparing */
	case 0x0040:
	case 0x0080: /* read */
	case 0x00a0:
	case 0x00b0:
	case 0x00c0:
	case 0x080d: /* of persistent memory, which reports it, and of a read from it */
	case 0x0816:
	case 0x1008: /* the same on the mirror */
	case 0x1010:
	case 0x1020:
	case 0x1040:
	case 0x1080:
	case 0x10a0:
		return MCW_MEMORY_MODULE;
	case 0x0108: /* link */
	case 0x0200: /* command or address parity, write CRC; that of HBM is inside the package */
		return MCW_MEMORY_BUS;
	case 0x080e:
		return MCW_MEMORY_HEAT;
	default:
		return MCW_MEMORY_CONTROLLER;
	}
}

/* Each bit says a side. Data that a module got wrong come first, since others can follow. */
static enum mcw_memory_side side_of_flags(__u64 status, __u64 module, __u64 bus, __u64 controller)
{
	if (status & module || !(status & (bus | controller)))
		return MCW_MEMORY_MODULE;
	return status & bus ? MCW_MEMORY_BUS : MCW_MEMORY_CONTROLLER;
}

#define NUMBERS MCW_BIT(27) /* of Skylake: no bits, but a number */
#define MODULE_REPORTS 0x080d

enum mcw_memory_side mcw_imc_side(enum mcw_intel_design design, __u64 status)
{
	unsigned int code = field(status, 31, 16);

	switch (design) {
	case MCW_INTEL_NEHALEM:
		return side_of_flags(status, MCW_FIELD(17, 16), MCW_BIT(23),
				     MCW_BIT(18) | MCW_FIELD(22, 21) | MCW_BIT(24));
	case MCW_INTEL_SKYLAKE:
		if (status & NUMBERS)
			return code == MODULE_REPORTS ? MCW_MEMORY_MODULE : MCW_MEMORY_CONTROLLER;
		return side_of_flags(status, MCW_FIELD(23, 19), MCW_BIT(25),
				     MCW_FIELD(18, 16) | MCW_BIT(24) | MCW_BIT(26));
	case MCW_INTEL_SANDY_BRIDGE:
	case MCW_INTEL_IVY_BRIDGE:
	case MCW_INTEL_HASWELL:
	case MCW_INTEL_BROADWELL:
	case MCW_INTEL_BROADWELL_DE:
		return side_of_flags(status, MCW_FIELD(23, 19), MCW_BIT(16) | MCW_BIT(25),
				     MCW_FIELD(18, 17) | MCW_BIT(24));
	case MCW_INTEL_KNIGHTS:
		return side_of_flags(status, MCW_FIELD(23, 19), MCW_BIT(16), MCW_FIELD(18, 17));
	case MCW_INTEL_DENVERTON:
		return side_of_flags(status, MCW_FIELD(19, 17), MCW_BIT(16), MCW_BIT(20));
	case MCW_INTEL_ICE_LAKE:
	case MCW_INTEL_ICE_LAKE_D:
	case MCW_INTEL_TREMONT_D:
	case MCW_INTEL_SAPPHIRE:
	case MCW_INTEL_GRANITE:
	case MCW_INTEL_DIAMOND:
		return side_of_number(code);
	default:
		return MCW_MEMORY_MODULE;
	}
}

/* Mesh to memory (M2M), Skylake and Ice Lake. Bits from 24 on have another meaning. */
static const struct mcw_code m2m[] = {
	MCW_FLAG(16, "read data error"),
	MCW_FLAG(18, "partial write data error"),
	MCW_FLAG(19, "full write data error"),
	MCW_FLAG(20, "clock crossing buffer error"),
	MCW_FLAG(21, "timeout"),
	MCW_FLAG(22, "tracker parity"),
	MCW_FLAG(23, "fatal internal error"),
};

const struct mcw_code_table mcw_m2m_flags = { MCW_CODE_TABLE(m2m) };
