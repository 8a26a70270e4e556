// SPDX-License-Identifier: GPL-2.0
/*
 * AMD's scalable MCA: error codes of the data fabric and of the memory controllers.
 */
#include "decode/amd/smca_codes.h"

#include "decode/decode.h"
#include "decode/internal.h"

static const char *const coherent_station[] = {
	"illegal request",	"address violation",	 "security violation",
	"illegal response",	"unexpected response",	 "request or probe parity",
	"read response parity", "atomic request parity", "probe filter ECC",
};

static const char *const coherent_station_2[] = {
	"illegal request",
	"address violation",
	"security violation",
	"illegal response",
	"unexpected response",
	"request or probe parity",
	"read response parity",
	"atomic request parity",
	"read response for no request",
	"probe filter protocol",
	"probe filter ECC",
	"unexpected retry of a read response",
	"counter overflow",
	"counter underflow",
	"illegal request on the channel without data",
	"address violation on the channel without data",
	"security violation on the channel without data",
	"hardware assertion",
	"shadow tag protocol",
	"shadow tag ECC",
	"shadow tag transaction",
};

/* Erratum 1384 of Genoa gives some of the numbers other meanings. */
static const char *const coherent_station_1384[] = {
	"illegal request",
	"address violation",
	"security violation",
	"illegal response",
	"unexpected response",
	"request or probe parity",
	"read response parity",
	"atomic request parity",
	"read response for no request",
	"unexpected retry of a read response",
	"counter overflow",
	"counter underflow",
	"probe filter protocol",
	"probe filter ECC",
	"illegal request on the channel without data",
	"address violation on the channel without data",
	"security violation on the channel without data",
	"hardware assertion",
};

static const char *const pie[] = {
	"hardware assertion",
	"register security violation",
	"link error",
	"poison consumed",
	"deferred error inside the data fabric",
	"watchdog",
	"SRAM ECC of CNLI",
	"register access while the fabric sleeps",
	"raised by a debug action",
};

static const char *const memory_cache[] = {
	"counter overflow", "counter underflow", "write data parity", "read response parity",
	"tag ECC, macro 0", "tag ECC, macro 1",	 "data ECC",
};

static const char *const umc[] = {
	"DRAM ECC error",
	"data poison",
	"SDP parity",
	"peripheral bus",
	"address or command parity",
	"write data CRC",
	"DCQ SRAM ECC",
	"AES SRAM ECC",
	"ECS row error",
	"ECS error",
	"throttling",
	"read CRC",
	NULL,
	NULL,
	NULL,
	NULL,
	"RFM SRAM ECC",
};

/* MI300A: its memory is HBM. */
static const char *const umc_hbm[] = {
	"on-die DRAM ECC error",
	"data poison",
	"SDP parity",
	NULL,
	"address or command parity",
	"HBM write data parity",
	"SRAM ECC",
	NULL,
	NULL,
	"read buffer SRAM ECC",
	"thermal throttling",
	"HBM read data parity",
	NULL,
	"its firmware",
	"SRAM parity",
	"HBM CRC",
};

static const char *const umc_2[] = {
	"DRAM ECC error",
	"data poison",
	"SDP parity",
	NULL,
	"address or command parity",
	"write data parity",
	"DCQ SRAM ECC",
	NULL,
	"read data parity",
	"read buffer SRAM ECC",
	"read response SRAM ECC",
	"its microprocessor",
};

const struct mcw_smca_unit mcw_smca_fabric_units[] = {
	{ 0x02e, 0x00, "coherent station", MCW_COMPONENT_INTERCONNECT, coherent_station,
	  ARRAY_SIZE(coherent_station) },
	{ 0x02e, 0x01, "PIE power and interrupts", MCW_COMPONENT_INTERCONNECT, pie,
	  ARRAY_SIZE(pie) },
	{ 0x02e, 0x02, "coherent station", MCW_COMPONENT_INTERCONNECT, coherent_station_2,
	  ARRAY_SIZE(coherent_station_2) },
	{ 0x02e, 0x04, "memory-attached last level cache", MCW_COMPONENT_CACHE, memory_cache,
	  ARRAY_SIZE(memory_cache) },
	{ SMCA_HWID_UMC, 0x00, "UMC memory controller", MCW_COMPONENT_MEMORY, umc,
	  ARRAY_SIZE(umc) },
	{ SMCA_HWID_UMC, 0x01, "UMC memory controller", MCW_COMPONENT_MEMORY, umc_2,
	  ARRAY_SIZE(umc_2) },
	{ .name = NULL },
};

static const struct mcw_smca_unit umc_mi300a = {
	SMCA_HWID_UMC,	      0x00,    "UMC memory controller",
	MCW_COMPONENT_MEMORY, umc_hbm, ARRAY_SIZE(umc_hbm),
};

static const struct mcw_smca_unit station_1384 = {
	0x02e,
	0x02,
	"coherent station",
	MCW_COMPONENT_INTERCONNECT,
	coherent_station_1384,
	ARRAY_SIZE(coherent_station_1384),
};

static bool has_1384(unsigned int family, unsigned int model)
{
	if (family == 0x19)
		return (model >= 0x10 && model <= 0x1f) || (model >= 0x60 && model <= 0x7b) ||
		       (model >= 0xa0 && model <= 0xaf);
	return family == 0x1a && model >= 0x40 && model <= 0x4f;
}

bool mcw_smca_has_hbm(unsigned int family, unsigned int model)
{
	return family == 0x19 && model >= 0x90 && model <= 0x9f;
}

const struct mcw_smca_unit *mcw_smca_fabric_unit_of(unsigned int hwid, unsigned int type,
						    unsigned int family, unsigned int model)
{
	if (hwid == SMCA_HWID_UMC && !type && mcw_smca_has_hbm(family, model))
		return &umc_mi300a;
	if (hwid == station_1384.hwid && type == station_1384.type && has_1384(family, model))
		return &station_1384;
	return NULL;
}
