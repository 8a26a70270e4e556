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
	  "0x0f (HBM CRC), channel 0, chip select 0" },
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

#define FAMILY_10H 0x100f42

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
	ev.regs.ipid = 0x0000016400000000;
	is(mcw_model_gap_text(&ev, text, sizeof(text)),
	   "not decoded, no codes are known of this unit", "gap: of a unit");
	ev.regs.ipid = 0;
	ev.regs.bank = 20;
	ev.absent = MCW_ABSENT_IPID;
	is(mcw_model_gap_text(&ev, text, sizeof(text)), "not decoded, IPID is not given",
	   "gap: without IPID");
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

	ktap_result(mcw_memory_place(&ev, &place) && place.value[MCW_PLACE_CHANNEL] == 7 &&
			    place.value[MCW_PLACE_CHIP_SELECT] == 2 &&
			    !mcw_place_has(&place, MCW_PLACE_ROW),
		    "place: channel and chip select of a UMC");
	ev.regs.status &= ~MCW_STATUS_SYNDV;
	ktap_result(mcw_memory_place(&ev, &place) && !mcw_place_has(&place, MCW_PLACE_CHIP_SELECT),
		    "place: no chip select without a syndrome");
	ev.regs.ipid = 0x0001009600102f00;
	ktap_result(mcw_memory_place(&ev, &place) && place.value[MCW_PLACE_CHANNEL] == 6 &&
			    place.value[MCW_PLACE_ROW] == 2,
		    "place: channel and row of MI300's");
	ev.regs.ipid = 0x000700b000000000;
	ktap_result(!mcw_memory_place(&ev, &place), "place: none of an L3 cache");
	ktap_result(!strcmp(mcw_place_name(MCW_PLACE_CHIP_SELECT), "chip select") &&
			    !strcmp(mcw_place_name(MCW_PLACE_PARTS), "unknown"),
		    "place: names");
}

int main(void)
{
	test_smca();
	test_gaps();
	test_place();
	return ktap_end();
}
