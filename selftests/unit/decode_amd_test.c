// SPDX-License-Identifier: GPL-2.0
/* LINK: mcwctl */
/* FLAGS: -Wno-missing-field-initializers */
/*
 * What mcwctl says of registers of AMD's CPUs: of each table its first code, its last one, and one
 * between. The values are put together by hand from the manuals' fields.
 */
#include <stdio.h>
#include <string.h>

#include "ktap.h"
#include "decode/decode.h"
#include "decode/memory_place.h"

#define AMD MCW_VENDOR_AMD

static char text[MCW_TEXT_BYTES];

static void is(const char *got, const char *wanted, const char *name)
{
	bool ok = !strcmp(got, wanted);

	if (!ok)
		printf("# got '%s', wanted '%s'\n", got, wanted);
	ktap_result_of(ok, "%s", name);
}

#define ZEN 0x800f12
#define ZEN_4 0xa10f11
#define ZEN_5 0xb00f21
#define RYZEN_AI 0xb40f40
#define MI300A 0xa90f00

/* Scalable MCA: IPID 63:48 type, 43:32 hardware ID; STATUS 21:16 code. */
static const struct {
	__u32 cpuid;
	__u64 ipid;
	__u64 status;
	const char *unit;
	const char *code;
} smca_cases[] = {
	{ ZEN, 0x000000b000000000, 0x9820000000000011, "load-store", "0x00 (load queue parity)" },
	{ ZEN, 0x000000b000000000, 0x98200000000d0011, "load-store",
	  "0x0d (data cache data, type 2)" },
	{ ZEN, 0x000000b000000000, 0x98200000001a0011, "load-store", "0x1a (hardware assertion)" },
	{ ZEN_5, 0x001000b000000000, 0x9820000000170135, "load-store",
	  "0x17 (parity of data on its way to be stored)" },
	{ ZEN_5, 0x000100b000000000, 0x9820000000120151, "instruction fetch", "0x12 (CT error)" },
	{ ZEN_5, 0x000200b000000000, 0x9820000000050136, "L2 cache",
	  "0x05 (raised by its state machine)" },
	{ ZEN_5, 0x000700b000000000, 0x9820000000090136, "L3 cache",
	  "0x09 (raised by a debug action)" },
	/* coherent station 2: Genoa and some later models number the codes in another way */
	{ ZEN_5, 0x0002002e00000000, 0x9820000000000813, "coherent station",
	  "0x00 (illegal request)" },
	{ ZEN_5, 0x0002002e00000000, 0x9820000000090813, "coherent station",
	  "0x09 (probe filter protocol)" },
	{ ZEN_5, 0x0002002e00000000, 0x9820000000140813, "coherent station",
	  "0x14 (shadow tag transaction)" },
	{ ZEN_4, 0x0002002e00000000, 0x9820000000090813, "coherent station",
	  "0x09 (unexpected retry of a read response)" },
	{ RYZEN_AI, 0x0002002e00000000, 0x98200000000d0813, "coherent station",
	  "0x0d (probe filter ECC)" },
	{ ZEN_4, 0x0002002e00000000, 0x9820000000110813, "coherent station",
	  "0x11 (hardware assertion)" },
	{ ZEN_4, 0x0000009600000000, 0x9820000000100011, "UMC memory controller",
	  "0x10 (RFM SRAM ECC), channel 0, chip select 0" },
	{ MI300A, 0x0000009600000000, 0x98200000000f0011, "UMC memory controller",
	  "0x0f (HBM CRC), memory controller 0, channel 0" },
	{ ZEN_5, 0x000100ff00000000, 0x98200000000c0011, "PSP security processor",
	  "0x0c (data tag parity, bank 2)" },
	{ ZEN_5, 0x000100ff00000000, 0x9820000000170011, "PSP security processor",
	  "0x17 (SIB watchdog)" },
	{ MI300A, 0x0001000100000000, 0x98200000003e0011, "SMU system management",
	  "0x3e (poison in the graphics part)" },
	{ ZEN_4, 0x0002000100000000, 0x98200000000a0011, "MP5 microprocessor",
	  "0x0a (fuse SRAM ECC or parity)" },
	{ ZEN_4, 0x0003000100000000, 0x9820000000000011, "MPDMA data mover",
	  "0x00 (main SRAM, banks 0 to 31)" },
	{ ZEN_4, 0x0003000100000000, 0x98200000001c0011, "MPDMA data mover",
	  "0x1c (system hub read buffer)" },
	{ ZEN_4, 0x0003000100000000, 0x9820000000310011, "MPDMA data mover",
	  "0x31 (TVF: SDP requester memory 7)" },
	{ ZEN_4, 0x0003000100000000, 0x9820000000320011, "MPDMA data mover", "0x32" },
	{ ZEN_4, 0x0000005000000000, 0x98200000001c0011, "xGMI PCS",
	  "0x1c (received command packet)" },
	{ ZEN_5, 0x0000024100000000, 0x9820000000160011, "GMI PCS", "0x16 (deskew aborted)" },
	{ ZEN_5, 0x0000024100000000, 0x98200000001f0011, "GMI PCS", "0x1f (data loss)" },
	{ MI300A, 0x0000017000000000, 0x9820000000000011, "USR ultra short reach link, data",
	  "0x00 (master: command)" },
	{ MI300A, 0x0000017000000000, 0x9820000000150011, "USR ultra short reach link, data",
	  "0x15 (data loss in receiving)" },
	{ MI300A, 0x0000017000000000, 0x98200000001f0011, "USR ultra short reach link, data",
	  "0x1f (replay overflow)" },
	{ MI300A, 0x0000018000000000, 0x9820000000000011, "USR ultra short reach link, control",
	  "0x00 (packet type)" },
	{ MI300A, 0x0000018000000000, 0x9820000000060011, "USR ultra short reach link, control",
	  "0x06 (LCU)" },
	{ MI300A, 0x0000018000000000, 0x98200000000c0011, "USR ultra short reach link, control",
	  "0x0c (fatal error at the other end of the link)" },
	{ ZEN_5, 0x0000001200000000, 0x9820000000010011, "MPRAS processor for RAS", "0x01" },
	{ ZEN_5, 0x0000016400000000, 0x9820000000000011, "DACC data acceleration, back end",
	  "0x00" },
	{ ZEN_5, 0x0000015700000000, 0x9820000000000011, "DACC data acceleration, front end",
	  "0x00" },
	{ ZEN_5, 0x000001e000000000, 0x9820000000000011, "eDDR5 CMN", "0x00" },
	{ ZEN_5, 0x000000fd00000000, 0x9820000000000011, "MPASP security processor", "0x00" },
	{ ZEN_5, 0x000100fd00000000, 0x9820000000000011, "MPASP security processor", "0x00" },
	{ ZEN_5, 0x000000be00000000, 0x9820000000000011, "MPDACC data acceleration", "0x00" },
	{ ZEN_5, 0x000000f900000000, 0x9820000000000011, "MPM manageability processor", "0x00" },
	{ ZEN_5, 0x0000005c00000000, 0x9820000000000011, "SSBDCI link between dies", "0x00" },
	{ ZEN_5, 0x000200ff00000000, 0x9820000000000011, "MPART root of trust", "0x00" },
	{ ZEN_5, 0x000001e100000000, 0x9820000000000011, "PCI Express link", "0x00" },
	{ ZEN_4, 0x0000026900000000, 0x9820000000030011, "GMI PHY", "0x03 (bus error)" },
};

static void test_smca(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(smca_cases); i++) {
		struct mcw_event ev = { .cpu_caps = MCW_CAP_SMCA,
					.regs = { .cpuvendor = AMD,
						  .cpuid = smca_cases[i].cpuid,
						  .bank = 20,
						  .status = smca_cases[i].status,
						  .ipid = smca_cases[i].ipid } };
		const char *code = strstr(mcw_code_text(&ev, text, sizeof(text)), "extended code ");
		char name[100];

		snprintf(name, sizeof(name), "IPID 0x%016llx status 0x%016llx", smca_cases[i].ipid,
			 smca_cases[i].status);
		is(code ? code + strlen("extended code ") : "", smca_cases[i].code, name);
		is(mcw_unit_text(&ev, text, sizeof(text)), smca_cases[i].unit, "its unit");
	}
}

#define K8 0x40f12
#define FAMILY_10H 0x100f42
#define FAMILY_11H 0x200f31
#define FAMILY_12H 0x300f10
#define FAMILY_14H 0x500f10
#define FAMILY_15H 0x600f12
#define FAMILY_16H 0x700f01

/* Families 0Fh to 16h: STATUS 20:16 is the extended code. */
static const struct {
	__u32 cpuid;
	unsigned int bank;
	__u64 status;
	const char *unit;
	const char *words;
} old_cases[] = {
	{ K8, 0, 0xb400000000000015, "data cache", "parity" },
	{ K8, 0, 0xb400000000020015, "data cache", "miss of a locked access" },
	{ K8, 0, 0xb400000000000016, "data cache", "parity" },
	{ K8, 0, 0x9400400000000105, "data cache", "in a data scrub" },
	{ K8, 0, 0xb400000000000135, "data cache", "data or tag" },
	{ K8, 0, 0xb400000000000136, "data cache", "filling the L1 cache from the L2 cache" },
	{ K8, 0, 0xb400000000000833, "data cache", "filling from the system" },
	{ FAMILY_10H, 0, 0xb400000000000833, "data cache", "" },
	{ FAMILY_12H, 0, 0x9400400000000105, "data cache", "data or tag" },
	{ FAMILY_14H, 0, 0xb400000000000135, "data cache",
	  "data or tag parity, load or hardware prefetch" },
	{ FAMILY_14H, 0, 0xb40000000000081b, "data cache", "system read data, for the TLB" },
	{ FAMILY_16H, 0, 0xb400000000000185, "data cache", "tag parity, in a snoop" },
	{ FAMILY_15H, 0, 0xb400000000000135, "data cache", "data array" },
	{ FAMILY_15H, 0, 0xb400000000100135, "data cache", "tag" },
	{ FAMILY_15H, 0, 0xb400000000120135, "data cache", "load queue" },
	{ FAMILY_15H, 0, 0xb600000000010833, "data cache", "internal error, type 1" },
	{ FAMILY_15H, 0, 0xb600000000000600, "data cache", "hardware assertion" },
	{ K8, 1, 0xb400000000010011, "instruction cache", "more than one entry fits" },
	{ K8, 1, 0x9400000000000151, "instruction cache", "parity in reading data" },
	{ FAMILY_11H, 1, 0x9400000000000181, "instruction cache", "tag, in a snoop" },
	{ FAMILY_10H, 1, 0xb400000000000853, "instruction cache",
	  "in a read from the northbridge" },
	{ FAMILY_14H, 1, 0x9400000000020171, "instruction cache", "microcode patch RAM parity" },
	{ FAMILY_16H, 1, 0x9400000000000151, "instruction cache",
	  "data or tag parity, at a tag hit" },
	{ FAMILY_15H, 1, 0x9400000000000151, "instruction cache",
	  "uncorrected data in a fill from the L2 cache" },
	{ FAMILY_15H, 1, 0x94000000000a0151, "instruction cache", "PFB uncached bit parity" },
	{ FAMILY_15H, 1, 0x9400000000150151, "instruction cache",
	  "decoder: dispatch micro-op queue parity" },
	{ K8, 2, 0x9400400000010166, "bus unit", "write data buffers" },
	{ K8, 2, 0x9400400000020136, "bus unit", "L2 cache tags" },
	{ FAMILY_10H, 2, 0x940040000000017a, "bus unit", "data on its way out of the L2 cache" },
	{ FAMILY_10H, 2, 0x940040000000001b, "bus unit", "page descriptor cache or guest TLB" },
	{ FAMILY_14H, 2, 0xb400000000000813, "bus unit",
	  "parity or ECC of data read from the northbridge" },
	{ FAMILY_15H, 2, 0x9400400000040136, "combined unit", "ECC of data filled in" },
	{ FAMILY_15H, 2, 0x94004000000b0136, "combined unit", "WCB data parity" },
	{ FAMILY_15H, 2, 0x9400400000140136, "combined unit", "PRB address parity" },
	{ FAMILY_15H, 2, 0xb400000000010016, "combined unit", "poison in filling the TLB" },
	{ FAMILY_16H, 2, 0x9400400000040136, "L2 cache", "parity of an input or output buffer" },
	{ FAMILY_16H, 2, 0x9400400000100136, "L2 cache", "L2 cache data ECC" },
	{ FAMILY_16H, 2, 0x94004000001f0136, "L2 cache", "L2 cache attribute parity" },
	{ K8, 3, 0xb400000000000833, "load-store unit", "data for a load" },
	{ FAMILY_12H, 3, 0xb400000000000843, "load-store unit", "data for a store" },
	{ FAMILY_15H, 3, 0xb400000000000833, "", "" },
	/* 54:47 is 0xa4; then it is 0xa5, and 31:24 is 0x3c */
	{ K8, 4, 0x94524000a5000a13, "northbridge", "DRAM ECC error, syndrome 0xa4" },
	{ K8, 4, 0x9452c0003c080a13, "northbridge", "DRAM ECC error, chipkill, syndrome 0x3ca5" },
	{ FAMILY_10H, 4, 0x9452c0003c080a13, "northbridge", "DRAM ECC error, syndrome 0x3ca5" },
	/* 39:36 is 2 */
	{ FAMILY_10H, 4, 0xb200002000010c0f, "northbridge",
	  "CRC error on a HyperTransport link, link 2" },
	{ FAMILY_11H, 4, 0xb200000000000a13, "northbridge", "" },
	{ FAMILY_10H, 4, 0xb2000000000f001b, "northbridge", "GART table walk: data error" },
	{ FAMILY_10H, 4, 0xb2000000000f0833, "northbridge", "DMA exclusion vector table walk" },
	{ FAMILY_15H, 4, 0xb200000000190833, "northbridge", "data of a compute unit" },
	{ FAMILY_10H, 4, 0xb200000000190833, "northbridge", "" },
	{ FAMILY_15H, 4, 0x94004000001f0833, "northbridge", "probe filter directory ECC" },
	{ FAMILY_10H, 5, 0xb200000000000f0f, "reorder buffer", "watchdog: no instruction retired" },
	{ FAMILY_15H, 5, 0xb200000000060f0f, "execution unit", "mapper checkpoint parity" },
	{ FAMILY_15H, 5, 0xb2000000000d0f0f, "execution unit", "retire status queue parity" },
	{ FAMILY_15H, 5, 0xb200000000000600, "execution unit", "hardware assertion" },
	{ K8, 5, 0xb200000000000f0f, "reorder buffer", "" },
	{ FAMILY_15H, 6, 0xb200000000000f0f, "floating point unit", "hardware assertion" },
	{ FAMILY_15H, 6, 0xb200000000030f0f, "floating point unit", "retire queue parity" },
	{ FAMILY_15H, 6, 0xb200000000050f0f, "floating point unit", "status register file parity" },
	{ FAMILY_15H, 7, 0xb200000000050f0f, "", "" },
	{ 0, 4, 0xb200000000010c0f, "", "" },
};

static void test_old(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(old_cases); i++) {
		struct mcw_event ev = { .regs = { .cpuvendor = AMD,
						  .cpuid = old_cases[i].cpuid,
						  .bank = old_cases[i].bank,
						  .status = old_cases[i].status } };
		char name[100];

		snprintf(name, sizeof(name), "model 0x%x bank %u status 0x%016llx",
			 old_cases[i].cpuid, old_cases[i].bank, old_cases[i].status);
		is(mcw_model_code_text(&ev, text, sizeof(text)), old_cases[i].words, name);
		is(mcw_unit_text(&ev, text, sizeof(text)), old_cases[i].unit, "its unit");
		ev.absent = MCW_ABSENT_BANK;
		is(mcw_model_code_text(&ev, text, sizeof(text)), "", "without its bank");
	}
}

static void test_gaps(void)
{
	struct mcw_event ev = { .regs = { .cpuvendor = AMD,
					  .cpuid = FAMILY_10H,
					  .bank = 4,
					  .status = 0xb200000000190833 } };

	is(mcw_model_gap_text(&ev, text, sizeof(text)),
	   "not decoded, nothing is known of this code in family 0x10", "gap: of a code");
	ev.absent = MCW_ABSENT_BANK;
	is(mcw_model_gap_text(&ev, text, sizeof(text)), "not decoded, the bank is not given",
	   "gap: without a bank");
	ev.regs.cpuid = 0;
	is(mcw_model_gap_text(&ev, text, sizeof(text)), "not decoded, the CPU's model is not given",
	   "gap: without a model");
	ev = (struct mcw_event){ .cpu_caps = MCW_CAP_SMCA,
				 .regs = { .cpuvendor = AMD,
					   .cpuid = ZEN_4,
					   .ipid = 0x0000009600000000,
					   .status = 0x98200000000c0011 } };
	is(mcw_model_gap_text(&ev, text, sizeof(text)),
	   "not decoded, nothing is known of this code", "gap: of an extended code");
	ev.regs.status = 0x9820000000010011;
	is(mcw_model_gap_text(&ev, text, sizeof(text)), "", "gap: none, the code has a name");
	ev.regs.ipid = 0x000003ff00000000;
	is(mcw_model_gap_text(&ev, text, sizeof(text)),
	   "not decoded, no codes are known of this unit", "gap: of a unit");
	ev.regs.ipid = 0;
	ev.regs.bank = 20;
	ev.absent = MCW_ABSENT_IPID;
	is(mcw_model_gap_text(&ev, text, sizeof(text)), "not decoded, IPID is not given",
	   "gap: without IPID");
}

/* The counter of MCA_MISC0; the low half is a pointer to further registers. */
static void test_misc(void)
{
	static const struct {
		unsigned int source;
		unsigned int severity;
		__u64 misc;
		const char *words;
	} rows[] = {
		{ MCW_SOURCE_POLL, MCW_GRADE_KEEP, 0xd00a000301000000,
		  "error counter at 3 of 4095" },
		{ MCW_SOURCE_CMCI, MCW_GRADE_KEEP, 0xd00b0fff01000000,
		  "error counter at 4095 of 4095, overflowed" },
		{ MCW_SOURCE_POLL, MCW_GRADE_KEEP, 0xf00a000001000000,
		  "error counter at 0 of 4095, the firmware's" },
		/* up to 6.18 */
		{ MCW_SOURCE_CMCI, MCW_GRADE_NO, 0x0000000001000000,
		  "the kernel kept the lower half, without the error counter" },
		{ MCW_SOURCE_CMCI, MCW_GRADE_KEEP, 0x0000000001000000, "" },
		{ MCW_SOURCE_POLL, MCW_GRADE_KEEP, 0x900a000301000000, "" },
		{ MCW_SOURCE_POLL, MCW_GRADE_KEEP, 0x500a000301000000, "" },
	};
	struct mcw_event ev = { .cpu_caps = MCW_CAP_SMCA,
				.regs = { .cpuvendor = AMD, .ipid = 0x0000009600050f00 } };

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		ev.source = rows[i].source;
		ev.regs.severity = rows[i].severity;
		ev.regs.misc = rows[i].misc;
		ev.regs.status = MCW_STATUS_VAL | MCW_STATUS_MISCV;
		is(mcw_misc_text(&ev, text, sizeof(text)), rows[i].words, "MISC");
	}
	ev.regs.misc = rows[0].misc;
	ev.counted = 2;
	is(mcw_misc_text(&ev, text, sizeof(text)), rows[0].words, "MISC of a corrected error");
	ev.regs.status |= MCW_STATUS_DEFERRED;
	is(mcw_misc_text(&ev, text, sizeof(text)),
	   "error counter at 3 of 4095, 2 corrected errors since the bank's record before",
	   "MISC of a deferred error");
	ev.counted = 0;
	ev.absent = MCW_ABSENT_MISC;
	is(mcw_misc_text(&ev, text, sizeof(text)), "", "MISC that was not given");
	ev.absent = 0;
	ev.regs.status = MCW_STATUS_VAL;
	is(mcw_misc_text(&ev, text, sizeof(text)), "", "MISC that is not valid");
	ev = (struct mcw_event){ .regs = { .cpuvendor = AMD,
					   .status = MCW_STATUS_VAL | MCW_STATUS_MISCV,
					   .misc = rows[0].misc } };
	is(mcw_misc_text(&ev, text, sizeof(text)), "", "MISC without scalable MCA");
}

/* How many errors a record stands for. */
static void test_count(void)
{
	static const struct {
		__u64 status, misc;
		unsigned int counted, count;
		bool more;
	} rows[] = {
		{ 0, 0xd00a000301000000, 3, 3, false },
		{ 0, 0xd00b0fff01000000, 9, 9, true },
		{ 0, 0xd00b0fff01000000, 0, 0, false },
		{ 0, 0xd00a000301000000, 0, 0, false },
		{ MCW_STATUS_UC, 0xd00b0fff01000000, 3, 0, false },
		{ MCW_STATUS_DEFERRED, 0xd00b0fff01000000, 3, 0, false },
	};
	struct mcw_event ev = { .cpu_caps = MCW_CAP_SMCA, .regs.cpuvendor = AMD };

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		bool more = !rows[i].more;

		ev.regs.status = MCW_STATUS_VAL | MCW_STATUS_MISCV | rows[i].status;
		ev.regs.misc = rows[i].misc;
		ev.counted = rows[i].counted;
		expect_eq(mcw_event_count(&ev, &more), rows[i].count);
		expect_eq(more, rows[i].more);
	}
	ev.regs.status = MCW_STATUS_VAL;
	ev.counted = 4;
	is(mcw_count_text(&ev, text, sizeof(text)), "4 corrected errors", "words");
}

static void test_place(void)
{
	struct mcw_event ev = { .cpu_caps = MCW_CAP_SMCA,
				.regs = { .cpuvendor = AMD,
					  .cpuid = ZEN_4,
					  .ipid = 0x0000009600700f00,
					  .synd = 0x0000000a00000002,
					  .status = 0xdc2040000000011b } };
	struct mcw_memory_place place;
	bool good;

	good = mcw_memory_place(&ev, &place) && place.value[MCW_PLACE_CHANNEL] == 7 &&
	       place.value[MCW_PLACE_CHIP_SELECT] == 2 && !mcw_place_has(&place, MCW_PLACE_ROW);
	ktap_result(good, "place: channel and chip select of a UMC");
	ev.regs.status &= ~MCW_STATUS_SYNDV;
	ktap_result(mcw_memory_place(&ev, &place) && !mcw_place_has(&place, MCW_PLACE_CHIP_SELECT),
		    "place: no chip select without a syndrome");
	ev.regs.ipid = 0x0001009600352f00;
	good = mcw_memory_place(&ev, &place) && place.value[MCW_PLACE_CONTROLLER] == 1 &&
	       place.value[MCW_PLACE_CHANNEL] == 6 && !mcw_place_has(&place, MCW_PLACE_ROW);
	ktap_result(good, "place: controller and channel of MI200's, and no row");
	ev.regs.status |= MCW_STATUS_SYNDV;
	ev.regs.ipid = 0x0000009600293f00;
	ev.regs.cpuid = MI300A;
	good = mcw_memory_place(&ev, &place) && place.value[MCW_PLACE_CONTROLLER] == 1 &&
	       place.value[MCW_PLACE_CHANNEL] == 3 && !mcw_place_has(&place, MCW_PLACE_CHIP_SELECT);
	ktap_result(good, "place: controller and channel of MI300A's, and no chip select");
	ev.regs.ipid = 0x000700b000000000;
	ktap_result(!mcw_memory_place(&ev, &place), "place: none of an L3 cache");
	is(mcw_place_name(MCW_PLACE_CHIP_SELECT), "chip select", "place: a name");
	is(mcw_place_name(MCW_PLACE_PARTS), "unknown", "place: no such part");
}

/* PADDRV of a memory controller counts where the machine has it; of a log nobody knows that. */
static void test_paddrv(void)
{
	struct mcw_event ev = { .cpu_caps = MCW_CAP_SMCA,
				.regs = { .cpuvendor = AMD,
					  .ipid = 0x0000009600700f00,
					  .addr = 0x123456000,
					  .status = 0xdc6040000000011b } };
	struct mcw_event lacking = ev, poison = ev;

	is(mcw_address_text(&ev, text, sizeof(text)), "0x0000000123456000", "PADDRV: not counting");
	ev.cpu_caps |= MCW_CAP_PADDRV;
	is(mcw_address_text(&ev, text, sizeof(text)), "0x0000000123456000 (physical, 4 KiB)",
	   "PADDRV: counting");
	lacking.absent = MCW_ABSENT_MACHINE;
	is(mcw_address_text(&lacking, text, sizeof(text)), "0x0000000123456000 (physical, 4 KiB)",
	   "PADDRV: in a log");
	poison.cpu_caps |= MCW_CAP_PADDRV;
	poison.regs.ipid = 0x000000b000000000;
	poison.regs.status = 0x9c20080000000135;
	is(mcw_address_text(&poison, text, sizeof(text)), "0x0000000123456000",
	   "PADDRV: poison does not count");
}

int main(void)
{
	test_paddrv();
	test_smca();
	test_old();
	test_gaps();
	test_misc();
	test_count();
	test_place();
	return ktap_end();
}
