// SPDX-License-Identifier: GPL-2.0
/* LINK: mcwctl */
/* FLAGS: -Wno-missing-field-initializers */
/*
 * What mcwctl says of registers of Intel's CPUs: of each table its first code, its last one, and
 * one between. The values are put together by hand from the manual's fields.
 */
#include <stdio.h>
#include <string.h>

#include "ktap.h"
#include "decode/decode.h"
#include "decode/memory_place.h"

#define SKYLAKE 0x50657
#define ICE_LAKE 0x606a6
#define ICE_LAKE_D 0x606c1
#define TREMONT_D 0x80665
#define SAPPHIRE 0x806f8
#define EMERALD 0xc06f2
#define GRANITE 0xa06d1
#define DIAMOND 0x400f10
#define SANDY_BRIDGE 0x206d7
#define IVY_BRIDGE 0x306e4
#define HASWELL 0x306f2
#define BROADWELL 0x406f1
#define BROADWELL_DE 0x50663
#define NEHALEM 0x106a5
#define WESTMERE_EX 0x206f2
#define KNIGHTS 0x50671
#define DENVERTON 0x506f1
#define PENTIUM_3 0x6b4
#define CORE2 0x6fb
#define DUNNINGTON 0x106d1
#define PENTIUM_4 0xf43
#define TULSA 0xf68

static char text[MCW_TEXT_BYTES];

static void is(const char *got, const char *wanted, const char *name)
{
	bool ok = !strcmp(got, wanted);

	if (!ok)
		printf("# got '%s', wanted '%s'\n", got, wanted);
	ktap_result_of(ok, "%s", name);
}

#define PCU "PCU power control unit"
#define UPI "UPI link"
#define QPI "QPI link"
#define M2M "M2M mesh to memory"
#define IMC "iMC memory controller"
#define PUNIT "Punit power management unit"
#define CBB "CBB power management unit"
#define IMH "IMH power management unit"

static const struct {
	__u32 cpuid;
	unsigned int bank;
	__u64 status;
	const char *unit;
	const char *words;
} cases[] = {
	/* Skylake: PCU 31:24, 19:16 and MCACOD; UPI 21:16; M2M and iMC by bits */
	{ SKYLAKE, 4, 0xb20000000d000402, PCU, "DMI training timeout" },
	{ SKYLAKE, 4, 0xb200000045000402, PCU, "SVID: SA ITD error" },
	{ SKYLAKE, 4, 0xb200000081000402, PCU, "die is too hot (recoverable)" },
	{ SKYLAKE, 4, 0xb200000051060402, PCU,
	  "integrated voltage regulator: overvoltage, its controller: internal error" },
	{ SKYLAKE, 4, 0xb200000000001403, PCU, "internal error of the power control unit" },
	{ SKYLAKE, 4, 0xb200000000000406, PCU, "TXT trusted execution error" },
	{ SKYLAKE, 4, 0xb200000000000407, PCU, "internal error of the UBOX" },
	{ SKYLAKE, 5, 0xb200000000000e0f, UPI, "physical layer: initialization failed" },
	{ SKYLAKE, 12, 0xb2000000001f0e0f, UPI, "link layer: control error" },
	{ SKYLAKE, 19, 0x8c00004000310e0f, UPI,
	  "CRC error, LLR worked after a new initialization" },
	{ SKYLAKE, 19, 0xb200000000520e0f, UPI,
	  "control error of link or physical layer, physical layer control" },
	{ SKYLAKE, 19, 0xb2000000401f0e0f, UPI, "link layer: control error" },
	{ SKYLAKE, 7, 0xbc00000000010091, M2M, "read data error" },
	{ SKYLAKE, 8, 0xbc00000000100091, M2M, "clock crossing buffer error" },
	{ SKYLAKE, 8, 0xbc00000000800091, M2M, "fatal internal error" },
	{ SKYLAKE, 13, 0x8c00004000010091, IMC, "address parity" },
	{ SKYLAKE, 16, 0x8c00004000200091, IMC, "sparing, corrected" },
	{ SKYLAKE, 18, 0xac00000004000091, IMC, "address parity, uncorrected" },
	{ SKYLAKE, 18, 0xac00000008000091, IMC, "unrecognized kind of request" },
	{ SKYLAKE, 18, 0xac00000008060091, IMC, "parity, corrected" },
	{ SKYLAKE, 18, 0xac000000080d0091, IMC, "the memory module reports an error" },

	/* Ice Lake: more fields of the PCU; iMC by numbers */
	{ ICE_LAKE, 4, 0xb20000000d000402, PCU, "last level cache self-test timeout" },
	{ ICE_LAKE, 4, 0xb20000006a000402, PCU, "package S-state: preparing a reset timed out" },
	{ ICE_LAKE, 4, 0xb2000000c0000402, PCU, "dispatcher is busy for too long" },
	{ ICE_LAKE, 4, 0xb200000000500402, PCU, "the SMBus controller raised an SMI" },
	{ ICE_LAKE, 4, 0xb200000000010402, PCU,
	  "its controller: instruction address out of range" },
	{ ICE_LAKE_D, 4, 0xb200000000070402, PCU,
	  "its controller: two bits wrong in reading data" },
	{ ICE_LAKE, 7, 0x8c00004000320e0f, UPI, "asked to retry by the other side" },
	{ ICE_LAKE, 8, 0xb200000008110e0f, UPI,
	  "unsupported or undefined packet, unexpected protocol flit" },
	{ ICE_LAKE, 8, 0xb200000080120e0f, UPI,
	  "control error of link or physical layer, transmit parity" },
	{ ICE_LAKE_D, 8, 0xb200000080120e0f, "", "" },
	{ ICE_LAKE, 24, 0xbc00000000010091, M2M, "read data error" },
	{ TREMONT_D, 12, 0xbc00000000400091, M2M, "tracker parity" },
	{ ICE_LAKE, 13, 0xac00000000010091, IMC, "address parity" },
	{ ICE_LAKE, 18, 0xac00000008240091, IMC, "memory encryption: CMI queue overflow" },
	{ ICE_LAKE, 27, 0xac00000010a00091, IMC, "read from the mirror, uncorrected" },
	{ TREMONT_D, 15, 0xac00000001120091, IMC, "partial cache line sparing: data" },

	/* Sapphire and Emerald Rapids: shutdown, M2M by numbers, HBM */
	{ SAPPHIRE, 4, 0xb20000000001040c, PCU, "shutdown: machine check while CR4.MCE is 0" },
	{ SAPPHIRE, 4, 0xb20000000005040c, PCU, "shutdown: software met a triple fault" },
	{ SAPPHIRE, 4, 0xb20000000009040c, PCU,
	  "shutdown: unrecoverable error in loading a microcode patch" },
	{ SAPPHIRE, 4, 0xb200000000050402, PCU, "its controller: stack overflow" },
	{ SAPPHIRE, 12, 0xbc00000000010091, M2M, "read data ECC error" },
	{ EMERALD, 12, 0xbc00000000080091, M2M, "response parity" },
	{ SAPPHIRE, 12, 0xbc000000010c0091, M2M, "CMI credits oversubscribed, of HBM" },
	{ SAPPHIRE, 29, 0xbc00000000010091, "HBM mesh to memory", "read data ECC error" },
	{ EMERALD, 20, 0x8c00004000080091, IMC, "patrol scrub, corrected" },
	{ SAPPHIRE, 31, 0x8c00004000800091, "HBM memory controller", "read, corrected" },

	/* Granite Rapids */
	{ GRANITE, 5, 0xb200000000000e0f, UPI, "physical layer: initialization failed" },
	{ GRANITE, 5, 0xb200000000180e0f, UPI, "link layer: FLE failure" },
	{ GRANITE, 5, 0x8c00004000310e0f, UPI, "CRC error, LLR worked after a new initialization" },
	{ GRANITE, 6, 0xb200000000020402, PUNIT, "its controller: two bits wrong" },
	{ GRANITE, 6, 0xb200000009000402, PUNIT, "TSC download timeout" },
	{ GRANITE, 6, 0xb200000056000402, PUNIT, "SVID: invalid fuses of the active VID" },
	{ GRANITE, 12, 0xbc00000000010091, "B2CMI mesh to memory", "read data ECC error" },
	{ GRANITE, 12, 0xbc00000000080091, "B2CMI mesh to memory", "response parity" },
	{ GRANITE, 12, 0xbc000000000d0091, "B2CMI mesh to memory",
	  "SAI mismatch, the requester may not do this" },
	{ GRANITE, 13, 0xac00000000010091, IMC, "address parity" },
	{ GRANITE, 20, 0xac00000004000091, IMC, "scheduler address parity" },
	{ GRANITE, 24, 0x8c00004021060091, IMC,
	  "write data buffer ECC, lasting and corrected, subchannel 1" },

	/* Diamond Rapids */
	{ DIAMOND, 4, 0xb200000008160402, CBB, "voltage and frequency scaling: a counter ran out" },
	{ DIAMOND, 4, 0xb200000008370402, CBB, "die-to-die link PLL 1: safety check" },
	{ DIAMOND, 4, 0xb200000014020402, CBB,
	  "integrated voltage regulator: high, critical (red)" },
	{ DIAMOND, 4, 0xb200000000060402, CBB,
	  "shutdown: VM exit, inconsistent state (VMX abort)" },
	{ DIAMOND, 4, 0xb20000000816040b, CBB, "the scan at field found a fault" },
	{ DIAMOND, 11, 0xb200000000020402, IMH, "its controller: two bits wrong" },
	{ DIAMOND, 11, 0xb200000009000402, IMH, "TSC download timeout" },
	{ DIAMOND, 11, 0xb200000083000402, IMH,
	  "package S-state: preparing a reset was not acknowledged: timeout" },
	{ DIAMOND, 18, 0xb200000000000e0f, UPI, "internal parity" },
	{ DIAMOND, 18, 0xb200000000250e0f, UPI, "interleave error" },
	{ DIAMOND, 18, 0x8c00004002070e0f, UPI, "change of the power state: timeout" },
	{ DIAMOND, 19, 0xac00000000010091, IMC, "request address parity" },
	{ DIAMOND, 22, 0xac00000001060091, IMC, "write data buffer ECC, lasting" },
	{ DIAMOND, 26, 0xac00000008360091, IMC, "tracker parity of write completions" },

	/* Haswell and Broadwell */
	{ HASWELL, 4, 0xb200000009000402, PCU, "message channel timeout" },
	{ HASWELL, 4, 0xb20000004b000402, PCU, "boot VID timeout, DRAM 0" },
	{ HASWELL, 4, 0xb200000081020402, PCU,
	  "die is too hot (recoverable), its controller: internal error" },
	{ BROADWELL_DE, 4, 0xb200000026400402, PCU,
	  "package C-state: direct wake, ring timeout, UBOX error" },
	{ HASWELL, 5, 0xb200000000020e0f, QPI, "physical layer: drift buffer alarm" },
	{ HASWELL, 20, 0xb200000000150e0f, QPI, "retry buffer: value used before it was set" },
	{ HASWELL, 21, 0x8c00004000310e0f, QPI, "CRC error, link level retry worked" },
	{ BROADWELL_DE, 10, 0x8c00004000080091, IMC, "patrol scrub, corrected" },

	/* Sandy and Ivy Bridge */
	{ SANDY_BRIDGE, 4, 0xb20000000d000402, PCU,
	  "memory controller does not enter S3: timeout" },
	{ IVY_BRIDGE, 4, 0xb200000043000402, PCU, "PECI mailbox does not become quiet: timeout" },
	{ IVY_BRIDGE, 4, 0xb200000081090402, PCU,
	  "die is too hot (recoverable), its controller: parity in reading data" },
	{ IVY_BRIDGE, 4, 0xb200000044000402, PCU, "critical voltage regulator failed" },
	{ SANDY_BRIDGE, 4, 0xb200000044000402, PCU, "" },
	{ IVY_BRIDGE, 4, 0xb20000007b000402, PCU,
	  "PCI Express to ring: block acknowledge timeout" },

	/* Nehalem */
	{ NEHALEM, 0, 0xb200000000010e0f, QPI, "header parity" },
	{ NEHALEM, 1, 0xb200000000400e0f, QPI, "unsupported message" },
	{ NEHALEM, 1, 0xb200000004000e0f, QPI, "receive clock jitter" },
	{ NEHALEM, 8, 0x8c0000400001009f, IMC, "read ECC error" },
	{ NEHALEM, 8, 0x8c0000400020009f, IMC, "memory range" },
	{ NEHALEM, 8, 0x8c0000400100009f, IMC, "byte enable parity" },
	{ NEHALEM, 7, 0xb200000003000001, "", "the firmware did not complete its reset" },
	{ WESTMERE_EX, 7, 0xb20000000a000001, "", "invalid power management request" },
	{ WESTMERE_EX, 7, 0xb20000001a000001, "", "MSID of POC is not the CPU's" },
	{ WESTMERE_EX, 7, 0xb20000001a000005, "", "" },

	/* Knights Landing, Denverton */
	{ KNIGHTS, 5, 0xb200000000000402, PCU, "internal error of the power control unit" },
	{ KNIGHTS, 5, 0xb200000000000407, PCU, "internal error of the UBOX" },
	{ KNIGHTS, 7, 0xac00000000010091, "EDC or MC memory controller",
	  "command or address parity" },
	{ KNIGHTS, 15, 0x8c000040000800c0, "EDC or MC memory controller",
	  "patrol scrub, corrected" },
	{ KNIGHTS, 16, 0x8c00004000800091, "EDC or MC memory controller",
	  "corrected failure of a chip (MC) or of a burst of 4 bits (EDC)" },
	{ DENVERTON, 6, 0xac00000000010091, IMC, "command or address parity" },
	{ DENVERTON, 7, 0xac00000000040091, IMC, "patrol scrub, uncorrected" },
	{ DENVERTON, 7, 0xac00000000100091, IMC, "write data buffer ECC" },

	/* Front side bus */
	{ PENTIUM_3, 0, 0xb200000000000800, "",
	  "request of the bus queue: DCU read, error of the bus queue: hard error" },
	{ CORE2, 0, 0x9000400008680800, "",
	  "request of the bus queue: DCU interrupt acknowledge, error of the bus queue: one bit "
	  "wrong, ECC, corrected" },
	{ PENTIUM_3, 0, 0xb200002816080800, "",
	  "functional redundancy check (FRC), BINIT from the bus, split transaction answered with "
	  "a hard error (bus BINIT)" },
	{ CORE2, 5, 0xb200002096080800, "",
	  "this CPU raised MCERR, BINIT was seen, FSB address parity" },
	{ CORE2, 5, 0xb200002096080135, "", "" },
	{ DUNNINGTON, 6, 0xb200000000010e0f, "", "parity in the request phase of the FSB" },
	{ DUNNINGTON, 6, 0xb200000000400e0f, "", "parity of data that came in over the FSB" },
	{ DUNNINGTON, 4, 0xb200000000010400, "", "inclusion error from core 0" },
	{ DUNNINGTON, 4, 0xb200000002000400, "", "internal timeout" },
	{ DUNNINGTON, 4, 0xb2000000e0080400, "", "ECC of data to core 2, uncorrected" },
	{ PENTIUM_4, 0, 0xb200000000010f0f, "", "FSB address parity" },
	{ PENTIUM_4, 0, 0xb200000000100f0f, "", "invalid PIC request" },
	{ PENTIUM_4, 0, 0xb200000000800f0f, "", "pad address glitch" },
	{ TULSA, 0, 0xb200000000800f0f, "", "pad address glitch" },
	{ TULSA, 4, 0xb200000000010e0f, "", "parity in the request phase of the FSB" },
	{ TULSA, 4, 0xb200000000400e0f, "", "parity of data from core 0" },
	{ TULSA, 4, 0xb200000008000e0f, "", "pads: glitch or wrong order of a request strobe" },
	{ TULSA, 4, 0xb200000000010400, "", "inclusion error from core 0" },
	{ TULSA, 4, 0xb200000001000400, "", "SpeedStep: TM1 or TM2 error" },
	{ TULSA, 4, 0xb2000000e0040400, "", "ECC of data to core 1, uncorrected" },
};

static void test_words(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct mcw_event ev = { .regs = { .cpuid = cases[i].cpuid,
						  .bank = cases[i].bank,
						  .status = cases[i].status } };
		char name[100];

		snprintf(name, sizeof(name), "model 0x%x bank %u status 0x%016llx", cases[i].cpuid,
			 cases[i].bank, cases[i].status);
		is(mcw_model_code_text(&ev, text, sizeof(text)), cases[i].words, name);
		is(mcw_unit_text(&ev, text, sizeof(text)), cases[i].unit, "its unit");
	}
}

/* Where nothing is said, the reason is. */
static void test_gaps(void)
{
	struct mcw_event ev = {
		.regs = { .cpuid = SKYLAKE, .bank = 4, .status = 0xb2000000ff000402 }
	};

	is(mcw_model_gap_text(&ev, text, sizeof(text)),
	   "not decoded, nothing is known of this code (SDM vol. 3B 17.9)", "gap: of a code");
	ev.regs.bank = 3;
	is(mcw_model_gap_text(&ev, text, sizeof(text)),
	   "not decoded, no codes are known of this bank (SDM vol. 3B 17.9)", "gap: of a bank");
	ev.absent = MCW_ABSENT_BANK;
	is(mcw_model_gap_text(&ev, text, sizeof(text)), "not decoded, the bank is not given",
	   "gap: without a bank");
	ev.regs.cpuid = 0xb0671;
	is(mcw_model_gap_text(&ev, text, sizeof(text)),
	   "not decoded, no codes are known of family 0x6 model 0xb7", "gap: of a model");
	ev.absent = MCW_ABSENT_CPUID;
	is(mcw_model_gap_text(&ev, text, sizeof(text)), "not decoded, the CPU's model is not given",
	   "gap: without a model");
	ev.regs.status = 0xb200000000000402;
	is(mcw_model_gap_text(&ev, text, sizeof(text)), "", "gap: none, the code is 0");
	ev = (struct mcw_event){
		.regs = { .cpuid = SKYLAKE, .bank = 4, .status = 0xb20000000d000402 }
	};
	is(mcw_model_gap_text(&ev, text, sizeof(text)), "", "gap: none, the code has words");
}

/* MCi_MISC of memory controllers. */
static const struct {
	const char *name;
	__u32 cpuid;
	unsigned int bank;
	__u64 status;
	__u64 misc;
	const char *words;
} misc_cases[] = {
	/* 62:59 mode, 58 DIMM, 58:56 rank, 51:46 device, 44 and 41:40 group, 43:42 bank */
	{ "Ice Lake, all ones", ICE_LAKE, 13, 0x8c00004000800091, 0xffffffffffffffff,
	  "DIMM 0x1, rank 0x7, subrank 0xf, bank group 0x7, bank 0x3, row 0x1fffff, "
	  "column 0xffc, transient" },
	{ "Ice Lake, device", ICE_LAKE, 27, 0x8c00004000800091, 0x2a90940012345686,
	  "DIMM 0x0, rank 0x2, subrank 0x9, bank group 0x4, bank 0x1, row 0x246, "
	  "column 0x8ac, failed device 0x2, ECC mode ADDDC" },
	{ "Ice Lake, uncorrected", ICE_LAKE, 27, 0xbc00000000a00091, 0x2a90940012345686,
	  "DIMM 0x0, rank 0x2, subrank 0x9, bank group 0x4, bank 0x1, row 0x246, "
	  "column 0x8ac, ECC mode ADDDC" },
	{ "Ice Lake, persistent memory", ICE_LAKE, 14, 0x8c00004000800091, 0x4290940012345686,
	  "ECC mode DDR-T (persistent memory) read" },
	{ "Ice Lake, another use of MISC", ICE_LAKE, 14, 0x8c00004008010091, 0x2a90940012345686,
	  "" },
	{ "Ice Lake, parity of persistent memory", ICE_LAKE, 14, 0x8c00004001070091,
	  0x2a90940012345686, "" },
	{ "Ice Lake, the mirror", TREMONT_D, 13, 0x8c00004010800091, 0x0a00000000000086,
	  "DIMM 0x0, rank 0x2, subrank 0x0, bank group 0x0, bank 0x0, row 0x0, column 0x0, "
	  "failed device 0x0, ECC mode SDDC" },
	{ "Ice Lake, M2M", ICE_LAKE, 12, 0x8c00004000010091, 0x2a90940012345686, "" },
	/* the mirror: 63 and 62; of Broadwell 41 and 42 */
	{ "Ice Lake, M2M, failover", ICE_LAKE, 24, 0x8c00004000010091, 0x8000000000000086,
	  "mirror failover" },
	{ "Ice Lake, M2M, repaired", TREMONT_D, 12, 0x8c00004000010091, 0x4000000000000086,
	  "mirror, repaired" },
	{ "Skylake, M2M, failover", SKYLAKE, 8, 0x8c00004000010091, 0xc000000000000086,
	  "mirror failover" },
	{ "Skylake, M2M, uncorrected", SKYLAKE, 7, 0xbc00000000010091, 0xc000000000000086, "" },
	{ "Skylake, M2M, MISCV is 0", SKYLAKE, 7, 0x8400004000010091, 0xc000000000000086, "" },
	{ "Skylake, iMC has no mirror", SKYLAKE, 13, 0x8c00004000010091, 0xc000000000000086, "" },
	{ "Broadwell, home agent, failover", BROADWELL, 7, 0x8c00004000000091, 0x0000020000000086,
	  "mirror failover" },
	{ "Broadwell, home agent, repaired", BROADWELL, 8, 0x8c00004000000091, 0x0000040000000086,
	  "mirror, repaired" },
	{ "Haswell, home agent", HASWELL, 7, 0x8c00004000000091, 0x0000060000000086, "" },
	{ "Ice Lake, MISCV is 0", ICE_LAKE, 13, 0x8400004000800091, 0x2a90940012345686, "" },
	/* 58 DIMM, 57 rank, 48:43 device, 41 and 38:37 group, 40:39 bank, 36:19 row */
	{ "Sapphire Rapids", SAPPHIRE, 20, 0x8c00004000800091, 0x1e51ab5012345686,
	  "DIMM 0x1, rank 0x1, subrank 0x5, bank group 0x6, bank 0x2, row 0x20246, column 0x8ac, "
	  "failed device 0x35, ECC mode SDDC+1" },
	{ "Emerald Rapids, transient", EMERALD, 13, 0x8c00004000800091, 0x8800000000000086,
	  "DIMM 0x0, rank 0x0, subrank 0x0, bank group 0x0, bank 0x0, row 0x0, column 0x0, "
	  "ECC mode SDDC, transient" },
	{ "Sapphire Rapids, HBM", SAPPHIRE, 30, 0x8c00004000800091, 0x4858200012345686,
	  "bank group 0x0, bank 0x0, row 0x246, column 0x8ac, failed device 0xb, "
	  "second failed device 0x4, ECC mode HBM, 32 bytes" },
	/* 61:58 mode, 57:55 chip select, 54:51 subrank, 48:43 device, 41:39 group, 38:37 bank */
	{ "Granite Rapids", GRANITE, 13, 0x8c00004200800091, 0x1530b2a812345686,
	  "chip select 0x2, subrank 0x6, bank group 0x5, bank 0x1, row 0x10246, column 0x8ac, "
	  "failed device 0x16, ECC mode ADDDC, 80 bits, 1LM" },
	{ "Granite Rapids, no layout", GRANITE, 13, 0x8c00004000800091, 0x1530b2a812345686, "" },
	{ "Granite Rapids, another use", GRANITE, 13, 0x8c00004208010091, 0x1530b2a812345686, "" },
	/* the same, but 56:55 chip select, 49 subchannel, 48:44 device, which bit 42 makes valid */
	{ "Diamond Rapids", DIAMOND, 19, 0x8c00004200800091, 0x26b2d68012345686,
	  "subchannel 0x1, chip select 0x1, subrank 0x6, bank group 0x5, bank 0x0, row 0x246, "
	  "column 0x8ac, failed device 0xd, ECC mode 5x8 devices, 128 bits, 1LM" },
	{ "Diamond Rapids, no device", DIAMOND, 26, 0x8c00004200800091, 0x04b2d28012345686,
	  "subchannel 0x1, chip select 0x1, subrank 0x6, bank group 0x5, bank 0x0, row 0x246, "
	  "column 0x8ac, ECC mode SDDC, 128 bits, 1LM" },
	{ "Diamond Rapids, another use", DIAMOND, 26, 0x8c00004208130091, 0x04b2d28012345686, "" },
	/* 50:46 rank if 62 is set, 55:51 second rank if 63 is */
	{ "Haswell, both ranks", HASWELL, 9, 0x8c00004000800091, 0xc028c00000000086,
	  "rank 3, second rank 5" },
	{ "Ivy Bridge, first rank", IVY_BRIDGE, 16, 0x8c00004000800091, 0x4028c00000000086,
	  "rank 3" },
	{ "Sandy Bridge, no rank", SANDY_BRIDGE, 8, 0x8c00004000800091, 0x0028c00000000086, "" },
	{ "Haswell, uncorrected", HASWELL, 9, 0xbc00000000800091, 0xc028c00000000086, "" },
	/* 19:18 channel, 17:16 DIMM, 63:32 syndrome */
	{ "Nehalem", NEHALEM, 8, 0x8c0000400001009f, 0x0badcafe00090000,
	  "channel 2, DIMM 1, syndrome 0xbadcafe" },
};

static void test_misc(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(misc_cases); i++) {
		struct mcw_event ev = { .regs = { .cpuid = misc_cases[i].cpuid,
						  .bank = misc_cases[i].bank,
						  .status = misc_cases[i].status,
						  .misc = misc_cases[i].misc } };

		is(mcw_misc_text(&ev, text, sizeof(text)), misc_cases[i].words, misc_cases[i].name);
	}
}

/* Which controller and channel a bank is of; -1: it does not say. */
static void test_place(void)
{
	static const struct {
		__u32 cpuid;
		unsigned int bank;
		int controller;
		int channel;
	} banks[] = {
		{ SKYLAKE, 14, 0, 1 },	    { SKYLAKE, 15, 1, 0 },  { SKYLAKE, 17, 0, 2 },
		{ SKYLAKE, 18, 1, 2 },	    { SKYLAKE, 8, 1, -1 },  { SKYLAKE, 5, -1, -1 },
		{ ICE_LAKE, 13, 0, 0 },	    { ICE_LAKE, 22, 2, 1 }, { ICE_LAKE, 24, 3, -1 },
		{ SAPPHIRE, 13, 0, 0 },	    { SAPPHIRE, 20, 3, 1 }, { SAPPHIRE, 12, -1, -1 },
		{ GRANITE, 24, -1, 11 },    { DIAMOND, 19, 1, 0 },  { DIAMOND, 26, 1, 7 },
		{ HASWELL, 12, 0, 3 },	    { HASWELL, 13, 1, 0 },  { BROADWELL_DE, 10, 0, 1 },
		{ SANDY_BRIDGE, 11, 0, 3 }, { NEHALEM, 8, 0, -1 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(banks); i++) {
		struct mcw_event ev = {
			.regs = { .cpuid = banks[i].cpuid, .bank = banks[i].bank, .apicid = 0x14 }
		};
		struct mcw_memory_place place;
		bool known = mcw_memory_place(&ev, &place);
		int controller = -1, channel = -1;

		if (mcw_place_has(&place, MCW_PLACE_CONTROLLER))
			controller = place.value[MCW_PLACE_CONTROLLER];
		if (mcw_place_has(&place, MCW_PLACE_CHANNEL))
			channel = place.value[MCW_PLACE_CHANNEL];
		known = known == (controller >= 0 || channel >= 0) &&
			controller == banks[i].controller && channel == banks[i].channel;
		ktap_result_of(known, "model 0x%x bank %u is controller %d channel %d",
			       banks[i].cpuid, banks[i].bank, banks[i].controller,
			       banks[i].channel);
	}
}

int main(void)
{
	test_words();
	test_gaps();
	test_misc();
	test_place();
	return ktap_end();
}
