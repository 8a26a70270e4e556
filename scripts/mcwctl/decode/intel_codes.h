/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tables of Intel's model-specific error codes.
 */
#ifndef MCW_DECODE_INTEL_CODES_H
#define MCW_DECODE_INTEL_CODES_H

enum mcw_intel_codes {
	MCW_CODES_PCU_HASWELL,
	MCW_CODES_PCU_SKYLAKE,
	MCW_CODES_PCU_ICE_LAKE,
	MCW_CODES_PCU_CONTROLLER,
	MCW_CODES_QPI,
	MCW_CODES_UPI,
	MCW_CODES_M2M_SAPPHIRE,
	MCW_CODES_IMC,
};

enum mcw_intel_bits {
	MCW_BITS_QPI_NEHALEM,
	MCW_BITS_IMC_NEHALEM,
	MCW_BITS_IMC,
	MCW_BITS_M2M,
	MCW_BITS_UPI_CONTROL,
};

/* Return: what that code means; NULL where it has no name. */
const char *mcw_intel_code(enum mcw_intel_codes table, unsigned int code);

/* Return: what that bit of MCi_STATUS means; NULL where it has no name, or is not from 16 to 31. */
const char *mcw_intel_bit(enum mcw_intel_bits table, unsigned int bit);

#endif /* MCW_DECODE_INTEL_CODES_H */
