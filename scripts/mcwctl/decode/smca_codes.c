// SPDX-License-Identifier: GPL-2.0
/*
 * AMD's scalable MCA: units by hardware ID and type, and their extended error codes.
 *
 * The codes are those of AMD's Processor Programming References for families 17h, 19h and 1Ah.
 */
#include "decode/smca_codes.h"

#include "decode/decode.h"
#include "decode/internal.h"

static const char *const load_store[] = {
	"load queue parity",
	"store queue parity",
	"miss address buffer parity",
	"L1 TLB parity",
	"data cache tag, type 5",
	"data cache tag, type 6",
	"data cache tag, type 1",
	"internal, type 1",
	"internal, type 2",
	"system read data, thread 0",
	"system read data, thread 1",
	"data cache tag, type 2",
	"data cache data, type 1, or poison consumed",
	"data cache data, type 2",
	"data cache data, type 3",
	"data cache tag, type 4",
	"L2 TLB parity",
	"page directory cache parity",
	"data cache tag, type 3",
	"data cache tag, type 5",
	"L2 fill data",
	"store coalescing buffer, state or address",
	"store coalescing buffer, data, pipe 0",
	"store coalescing buffer, data, pipe 1",
	"store coalescing buffer, data of I/O or uncached memory",
	"system read data for a combined write",
	"hardware assertion",
};

static const char *const load_store_2[] = {
	"data cache ECC, read by a probe or a victim",
	"data cache ECC or poison, read by a load",
	"data cache ECC, read by a store",
	"tag ECC or poison mismatch, read by a probe or a victim",
	"tag ECC or poison mismatch, read by a load",
	"tag ECC or poison mismatch, read by a store",
	"emulation memory ECC, read by a load",
	"emulation memory ECC, read by a store",
	"L1 TLB parity",
	"L2 TLB parity",
	"page walk cache parity",
	"store queue parity",
	"load queue parity",
	"miss address buffer parity",
	"store coalescing buffer parity, state",
	"store coalescing buffer parity, address",
	"store coalescing buffer parity, data",
	"write combining buffer parity",
	"poisoned line in the store coalescing buffer",
	"system read data for a load",
	"system read data for a coalesced store",
	"system read data for a combined write",
	"hardware assertion",
	"parity of data on its way to be stored",
};

static const char *const fetch[] = {
	"microtag parity",
	"microtag or tag multi-hit",
	"tag parity",
	"data array parity",
	"prediction queue parity",
	"L0 TLB parity",
	"L1 TLB parity",
	"L2 TLB parity",
	"branch snoop queue parity, thread 0",
	"branch snoop queue parity, thread 1",
	"L1 branch target buffer multi-hit",
	"L2 branch target buffer multi-hit",
	"poison in a response of the L2 cache",
	"system read data",
	"hardware assertion",
	"L1 TLB multi-hit",
	"L2 TLB multi-hit",
	"BSR parity",
	"CT error",
};

static const char *const l2[] = {
	"tag multi-hit",      "tag or state ECC",	   "data ECC",
	"hardware assertion", "read response parity, SDP", "raised by its state machine",
};

static const char *const decode[] = {
	"micro-op cache tag parity", "micro-op cache data parity", "instruction byte buffer parity",
	"micro-op queue parity",     "dispatch queue parity",	   "fetch address queue parity",
	"patch RAM data parity",     "patch RAM sequencer parity", "micro-op fetch queue parity",
	"hardware assertion",
};

static const char *const execution[] = {
	"watchdog timeout",
	"physical register file parity",
	"flag register file parity",
	"displacement register file parity",
	"address generator payload parity",
	"execution payload parity",
	"checkpoint queue parity",
	"retire dispatch queue parity",
	"retire status queue parity",
	"scheduler queue parity",
	"branch buffer queue parity",
	"hardware assertion",
	"speculative map parity",
	"retire map parity",
};

static const char *const floating_point[] = {
	"physical register file parity",
	"free list parity",
	"schedule queue parity",
	"non-schedulable queue parity",
	"retire queue parity",
	"status register file parity",
	"hardware assertion",
	"mask register file parity",
};

static const char *const l3[] = {
	"shadow tag ECC",
	"shadow tag multi-hit",
	"tag ECC",
	"tag multi-hit",
	"data ECC",
	"parity from outside",
	"victim queue",
	"hardware assertion",
	"write buffer parity, poison was made",
	"raised by a debug action",
};

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

static const char *const memory_cache[] = {
	"counter overflow", "counter underflow", "write data parity", "read response parity",
	"tag ECC, macro 0", "tag ECC, macro 1",	 "data ECC",
};

static const char *const parameter_block[] = { "RAM ECC" };
static const char *const psp[] = { "RAM ECC or parity" };
static const char *const smu[] = { "RAM ECC or parity" };

static const char *const psp_2[] = {
	"high SRAM ECC or parity",
	"low SRAM ECC or parity",
	"instruction cache, bank 0",
	"instruction cache, bank 1",
	"instruction tag RAM 0 parity",
	"instruction tag RAM 1 parity",
	"data cache, bank 0",
	"data cache, bank 1",
	"data cache, bank 2",
	"data cache, bank 3",
	"data tag parity, bank 0",
	"data tag parity, bank 1",
	"data tag parity, bank 2",
	"data tag parity, bank 3",
	"dirty data RAM parity",
	"TLB parity, bank 0",
	"TLB parity, bank 1",
	"system hub read buffer",
	"fuse SRAM ECC or parity",
	"fuse SRAM ECC or parity, PCRU",
	"SIB SRAM parity",
	"SECEMC error",
	"its processor hangs",
	"SIB watchdog",
};

/* From 58 on: errors that the graphics part reports, on MI300. */
static const char *const smu_2[64] = {
	"high SRAM ECC or parity",
	"low SRAM ECC or parity",
	"data cache, bank A",
	"data cache, bank B",
	"data tag, bank A",
	"data tag, bank B",
	"instruction cache, bank A",
	"instruction cache, bank B",
	"instruction tag, bank A",
	"instruction tag, bank B",
	"system hub read buffer",
	"PHY RAS ECC",
	[58] = "corrected error in the graphics part",
	[59] = "fatal error in the graphics part",
	[62] = "poison in the graphics part",
};

static const char *const mp5[] = {
	"high SRAM ECC or parity",   "low SRAM ECC or parity",	  "data cache, bank A",
	"data cache, bank B",	     "data tag, bank A",	  "data tag, bank B",
	"instruction cache, bank A", "instruction cache, bank B", "instruction tag, bank A",
	"instruction tag, bank B",   "fuse SRAM ECC or parity",
};

static const char *const sata[] = {
	"parity, port 0", "parity, port 1", "parity, port 2", "parity, port 3",
	"parity, port 4", "parity, port 5", "parity, port 6", "parity, port 7",
};

static const char *const usb[] = {
	"S0 RAM0 ECC or parity", "S0 RAM1 ECC or parity", "S0 RAM2 ECC or parity",
	"PHY RAM0 parity",	 "PHY RAM1 parity",	  "AXI response",
};

static const char *const nbio[] = {
	"ECC or parity",	 "PCI Express",	    "external error event",
	"poison on its way out", "internal poison", "internal fatal event",
};

static const char *const pcie[] = {
	"CCIX error message",
	"CCIX read response, no data",
	"CCIX write response, no data",
	"CCIX read response, data error",
	"CCIX write response, data error",
};

static const char *const pcie_2[] = { "SDP data parity" };

static const char *const xgmi_pcs[] = {
	"data loss",
	"training",
	"flow control acknowledge",
	"receive queue underflow",
	"receive queue overflow",
	"CRC",
	"bit error rate exceeded",
	"transmit data",
	"replay buffer parity",
	"data parity",
	"replay queue overflow",
	"replay queue underflow",
	"elastic queue overflow",
	"deskew",
	"flow control CRC",
	"data startup limit",
	"flow control timeout",
	"recovery timeout",
	"ready timeout",
	"ready attempts",
	"recovery attempts",
	"recovery relock attempts",
	"replay attempts",
	"sync header",
	"transmit replay timeout",
	"receive replay timeout",
	"link subsystem transmit timeout",
	"link subsystem receive timeout",
	"received command packet",
};

static const char *const phy[] = {
	"RAM ECC",
	"instruction buffer parity",
	"data buffer parity",
	"bus error",
};

static const char *const nbif[] = { "timeout", "SRAM ECC", "non-transparent bridge", "SDP parity" };

static const char *const gmi_pcs[] = {
	"data loss",
	"training",
	"replay parity",
	"receive queue underflow",
	"receive queue overflow",
	"CRC",
	"bit error rate exceeded",
	"transmit queue underflow",
	"replay buffer parity",
	"transmit overflow",
	"replay queue overflow",
	"replay queue underflow",
	"elastic queue overflow",
	"deskew",
	"offline",
	"data startup limit",
	"flow control timeout",
	"recovery timeout",
	"ready timeout",
	"ready attempts",
	"recovery attempts",
	"recovery relock attempts",
};

/* The kernel's own numbers of these change; the hardware's do not. */
static const struct mcw_smca_unit smca_units[] = {
	{ 0x0b0, 0x00, "load-store", load_store, ARRAY_SIZE(load_store) },
	{ 0x0b0, 0x10, "load-store", load_store_2, ARRAY_SIZE(load_store_2) },
	{ 0x0b0, 0x01, "instruction fetch", fetch, ARRAY_SIZE(fetch) },
	{ 0x0b0, 0x02, "L2 cache", l2, ARRAY_SIZE(l2) },
	{ 0x0b0, 0x03, "decode", decode, ARRAY_SIZE(decode) },
	{ 0x0b0, 0x05, "execution", execution, ARRAY_SIZE(execution) },
	{ 0x0b0, 0x06, "floating point", floating_point, ARRAY_SIZE(floating_point) },
	{ 0x0b0, 0x07, "L3 cache", l3, ARRAY_SIZE(l3) },
	{ 0x02e, 0x00, "coherent station", coherent_station, ARRAY_SIZE(coherent_station) },
	{ 0x02e, 0x01, "PIE power and interrupts", pie, ARRAY_SIZE(pie) },
	{ 0x02e, 0x02, "coherent station", coherent_station_2, ARRAY_SIZE(coherent_station_2) },
	{ 0x02e, 0x04, "memory-attached last level cache", memory_cache, ARRAY_SIZE(memory_cache) },
	{ SMCA_HWID_UMC, 0x00, "UMC memory controller", umc, ARRAY_SIZE(umc) },
	{ SMCA_HWID_UMC, 0x01, "UMC memory controller", umc_2, ARRAY_SIZE(umc_2) },
	{ 0x005, 0x00, "parameter block", parameter_block, ARRAY_SIZE(parameter_block) },
	{ 0x0ff, 0x00, "PSP security processor", psp, ARRAY_SIZE(psp) },
	{ 0x0ff, 0x01, "PSP security processor", psp_2, ARRAY_SIZE(psp_2) },
	{ 0x001, 0x00, "SMU system management", smu, ARRAY_SIZE(smu) },
	{ 0x001, 0x01, "SMU system management", smu_2, ARRAY_SIZE(smu_2) },
	{ 0x001, 0x02, "MP5 microprocessor", mp5, ARRAY_SIZE(mp5) },
	{ 0x001, 0x03, "MPDMA", NULL, 0 },
	{ 0x018, 0x00, "NBIO northbridge I/O", nbio, ARRAY_SIZE(nbio) },
	{ 0x046, 0x00, "PCI Express", pcie, ARRAY_SIZE(pcie) },
	{ 0x046, 0x01, "PCI Express", pcie_2, ARRAY_SIZE(pcie_2) },
	{ 0x050, 0x00, "xGMI PCS", xgmi_pcs, ARRAY_SIZE(xgmi_pcs) },
	{ 0x06c, 0x00, "NBIF", nbif, ARRAY_SIZE(nbif) },
	{ 0x080, 0x00, "system hub", nbif, ARRAY_SIZE(nbif) },
	{ 0x0a8, 0x00, "SATA", sata, ARRAY_SIZE(sata) },
	{ 0x0aa, 0x00, "USB", usb, ARRAY_SIZE(usb) },
	{ 0x241, 0x00, "GMI PCS", gmi_pcs, ARRAY_SIZE(gmi_pcs) },
	{ 0x259, 0x00, "xGMI PHY", phy, ARRAY_SIZE(phy) },
	{ 0x267, 0x00, "WAFL PHY", phy, ARRAY_SIZE(phy) },
	{ 0x269, 0x00, "GMI PHY", phy, ARRAY_SIZE(phy) },
};

static const struct mcw_smca_unit umc_mi300a = {
	SMCA_HWID_UMC, 0x00, "UMC memory controller", umc_hbm, ARRAY_SIZE(umc_hbm),
};

static const struct mcw_smca_unit station_1384 = {
	0x02e, 0x02, "coherent station", coherent_station_1384, ARRAY_SIZE(coherent_station_1384),
};

static bool has_1384(unsigned int family, unsigned int model)
{
	if (family == 0x19)
		return (model >= 0x10 && model <= 0x1f) || (model >= 0x60 && model <= 0x7b) ||
		       (model >= 0xa0 && model <= 0xaf);
	return family == 0x1a && model >= 0x40 && model <= 0x4f;
}

const struct mcw_smca_unit *mcw_smca_unit_find(unsigned int hwid, unsigned int type,
					       unsigned int family, unsigned int model)
{
	if (hwid == SMCA_HWID_UMC && !type && family == 0x19 && model >= 0x90 && model <= 0x9f)
		return &umc_mi300a;
	if (hwid == station_1384.hwid && type == station_1384.type && has_1384(family, model))
		return &station_1384;
	for (size_t i = 0; i < ARRAY_SIZE(smca_units); i++)
		if (smca_units[i].hwid == hwid && smca_units[i].type == type)
			return &smca_units[i];
	return NULL;
}
