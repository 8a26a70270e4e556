// SPDX-License-Identifier: GPL-2.0
/*
 * AMD's scalable MCA: error codes of the processors beside the cores.
 */
#include "decode/amd/smca_codes.h"

#include "decode/decode.h"
#include "decode/internal.h"

static const char *const parameter_block[] = { "RAM ECC" };

static const char *const psp[] = { "RAM ECC or parity" };

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

static const char *const smu[] = { "RAM ECC or parity" };

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

/* It moves data. Errors of its memories are ECC or parity errors. */
static const char *const mpdma[] = {
	"main SRAM, banks 0 to 31",
	"main SRAM, banks 32 to 63",
	"main SRAM, banks 64 to 95",
	"main SRAM, banks 96 to 127",
	"data cache, bank A, first group",
	"data cache, bank B, first group",
	"data tag, bank A, first group",
	"data tag, bank B, first group",
	"instruction cache, bank A, first group",
	"instruction cache, bank B, first group",
	"instruction tag, bank A, first group",
	"instruction tag, bank B, first group",
	"data cache, bank A, second group",
	"data cache, bank B, second group",
	"data tag, bank A, second group",
	"data tag, bank B, second group",
	"instruction cache, bank A, second group",
	"instruction cache, bank B, second group",
	"instruction tag, bank A, second group",
	"instruction tag, bank B, second group",
	"data cache, bank A, third group",
	"data cache, bank B, third group",
	"data tag, bank A, third group",
	"data tag, bank B, third group",
	"instruction cache, bank A, third group",
	"instruction cache, bank B, third group",
	"instruction tag, bank A, third group",
	"instruction tag, bank B, third group",
	"system hub read buffer",
	"TVF: DVSEC memory",
	"TVF: mailbox 0",
	"TVF: mailbox 1",
	"TVF: doorbell memory",
	"TVF: SDP responder memory 0",
	"TVF: SDP responder memory 1",
	"TVF: SDP responder memory 2",
	"TVF: SDP requester memory 0",
	"TVF: SDP requester memory 1",
	"TVF: SDP requester memory 2",
	"TVF: SDP requester memory 3",
	"TVF: SDP requester memory 4",
	"TVF: SDP requester memory 5",
	"TVF: SDP requester memory 6",
	"SDP watchdog expired",
	"PTE: command queue",
	"PTE: hub data queue",
	"PTE: internal data queue",
	"PTE: command memory, DMA",
	"PTE: command memory, internal",
	"TVF: SDP requester memory 7",
};

const struct mcw_smca_unit mcw_smca_processor_units[] = {
	{ 0x005, 0x00, "parameter block", MCW_COMPONENT_PROCESSOR, parameter_block,
	  ARRAY_SIZE(parameter_block) },
	{ 0x0ff, 0x00, "PSP security processor", MCW_COMPONENT_PROCESSOR, psp, ARRAY_SIZE(psp) },
	{ 0x0ff, 0x01, "PSP security processor", MCW_COMPONENT_PROCESSOR, psp_2,
	  ARRAY_SIZE(psp_2) },
	{ 0x001, 0x00, "SMU system management", MCW_COMPONENT_POWER, smu, ARRAY_SIZE(smu) },
	{ 0x001, 0x01, "SMU system management", MCW_COMPONENT_POWER, smu_2, ARRAY_SIZE(smu_2) },
	{ 0x001, 0x02, "MP5 microprocessor", MCW_COMPONENT_PROCESSOR, mp5, ARRAY_SIZE(mp5) },
	{ 0x001, 0x03, "MPDMA data mover", MCW_COMPONENT_PROCESSOR, mpdma, ARRAY_SIZE(mpdma) },
	/* Newer kernels have names of these; no public table has their codes. */
	{ 0x012, 0x00, "MPRAS processor for RAS", MCW_COMPONENT_PROCESSOR, NULL, 0 },
	{ 0x0be, 0x00, "MPDACC data acceleration", MCW_COMPONENT_PROCESSOR, NULL, 0 },
	{ 0x0f9, 0x00, "MPM manageability processor", MCW_COMPONENT_PROCESSOR, NULL, 0 },
	{ 0x0fd, 0x00, "MPASP security processor", MCW_COMPONENT_PROCESSOR, NULL, 0 },
	{ 0x0fd, 0x01, "MPASP security processor", MCW_COMPONENT_PROCESSOR, NULL, 0 },
	{ 0x0ff, 0x02, "MPART root of trust", MCW_COMPONENT_PROCESSOR, NULL, 0 },
	{ 0x157, 0x00, "DACC data acceleration, front end", MCW_COMPONENT_PROCESSOR, NULL, 0 },
	{ 0x164, 0x00, "DACC data acceleration, back end", MCW_COMPONENT_PROCESSOR, NULL, 0 },
	{ .name = NULL },
};
