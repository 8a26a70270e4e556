/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tables of Intel's model-specific error codes.
 */
#ifndef MCW_DECODE_INTEL_CODES_H
#define MCW_DECODE_INTEL_CODES_H

#include <stddef.h>

/* Return: what that code means; NULL where it has no name. */
const char *mcw_pcu_haswell_code(unsigned int code);
const char *mcw_pcu_skylake_code(unsigned int code);
const char *mcw_pcu_ice_lake_code(unsigned int code);
const char *mcw_pcu_controller_code(unsigned int code);
const char *mcw_qpi_code(unsigned int code);
const char *mcw_upi_code(unsigned int code);
const char *mcw_m2m_sapphire_code(unsigned int code);
const char *mcw_imc_code(unsigned int code);

/* Return: what that bit of MCi_STATUS means, 16 to 31. */
const char *mcw_qpi_nehalem_bit(unsigned int bit);
const char *mcw_imc_nehalem_bit(unsigned int bit);
const char *mcw_imc_bit(unsigned int bit);
const char *mcw_m2m_bit(unsigned int bit);
const char *mcw_upi_control_bit(unsigned int bit);

#endif /* MCW_DECODE_INTEL_CODES_H */
