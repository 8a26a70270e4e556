// SPDX-License-Identifier: GPL-2.0
/* LINK: mcwctl */
/* FLAGS: -Wno-missing-field-initializers */
/*
 * Which part of the hardware an error is of, and the place in memory in words.
 */
#include <stdio.h>
#include <string.h>

#include "ktap.h"
#include "decode/absent.h"
#include "decode/component.h"
#include "decode/decode.h"
#include "decode/facts.h"
#include "decode/memory_place.h"
#include "decode/pci.h"

#define INTEL MCW_VENDOR_INTEL
#define AMD MCW_VENDOR_AMD

#define ICE_LAKE 0x606a6
#define SAPPHIRE 0x806f8
#define HASWELL 0x306f2
#define GRANITE 0xa06d1
#define CLIENT 0x506e3
#define K8 0x40f12
#define FAMILY_15H 0x600f12
#define ZEN_4 0xa10f11

static const struct {
	unsigned int vendor;
	__u32 cpuid;
	unsigned int bank;
	__u64 status;
	__u64 ipid;
	const char *component;
} rows[] = {
	/* the bank's unit says it */
	{ INTEL, ICE_LAKE, 4, 0xb200000056000402, 0, "power unit" },
	{ INTEL, ICE_LAKE, 5, 0xb200000000100e0f, 0, "link" },
	{ INTEL, ICE_LAKE, 6, 0xb200000000000e0b, 0, "I/O" },
	{ INTEL, ICE_LAKE, 6, 0xba00000000000e0b, 0, "PCI Express root port" },
	{ INTEL, 0xb0671, 6, 0xba00000000000e0b, 0, "PCI Express root port" },
	{ INTEL, ICE_LAKE, 10, 0xbc0000000000110a, 0, "interconnect" },
	{ INTEL, ICE_LAKE, 12, 0xbc00000000010091, 0, "memory controller" },
	{ INTEL, ICE_LAKE, 12, 0xbc00000001011091, 0, "memory controller" },
	{ INTEL, ICE_LAKE, 12, 0xbc00000000080091, 0, "interconnect" },
	{ INTEL, ICE_LAKE, 12, 0xbc00000000210091, 0, "interconnect" },
	{ INTEL, ICE_LAKE, 12, 0xba00000000010e0f, 0, "interconnect" },
	{ INTEL, SAPPHIRE, 29, 0xbc00000001010091, 0, "memory controller" },
	{ INTEL, SAPPHIRE, 12, 0xbc00000000090091, 0, "interconnect" },
	{ INTEL, HASWELL, 8, 0x8c00004000000091, 0, "memory controller" },
	{ INTEL, HASWELL, 8, 0xbc0000000000017a, 0, "interconnect" },
	{ INTEL, ICE_LAKE, 13, 0x8c00004000800091, 0, "memory controller" },
	{ INTEL, GRANITE, 24, 0x8c00004000800091, 0, "memory controller" },
	{ INTEL, CLIENT, 6, 0xbe00000000041152, 0, "L3 cache" },
	/* the error code says it */
	{ INTEL, ICE_LAKE, 0, 0xbd80000000000150, 0, "L1 cache" },
	{ INTEL, ICE_LAKE, 1, 0xbd80000000100134, 0, "L1 cache" },
	{ INTEL, ICE_LAKE, 2, 0x8c00004000000015, 0, "TLB" },
	{ INTEL, ICE_LAKE, 3, 0xb200000000001136, 0, "L2 cache" },
	{ INTEL, ICE_LAKE, 3, 0xb200000000000400, 0, "core" },
	{ INTEL, ICE_LAKE, 0, 0x90000040000f0005, 0, "core" },
	{ INTEL, 0xb0671, 8, 0x8c00004000000092, 0, "memory controller" },
	{ INTEL, 0xb0671, 8, 0x8c00004000000293, 0, "memory controller" },
	{ INTEL, 0xb0671, 6, 0xb600000000000e0b, 0, "PCI Express" },
	{ INTEL, 0xb0671, 6, 0xb600000000000e0f, 0, "interconnect" },
	{ INTEL, 0xb0671, 6, 0x900000400000000e, 0, "L2 cache" },
	{ INTEL, 0xb0671, 6, 0x900000400000100f, 0, "cache" },
	{ INTEL, 0xb0671, 6, 0xb200000000000405, 0, "unknown" },
	{ INTEL, 0xb0671, 6, 0xb200000000000001, 0, "unknown" },
	/* AMD by unit, and inside the core by code */
	{ AMD, ZEN_4, 21, 0xdc2040000000011b, 0x0000009600100f00, "memory controller" },
	{ AMD, ZEN_4, 0, 0xbc200000000c0135, 0x001000b000000000, "L1 cache" },
	{ AMD, ZEN_4, 0, 0x9c20000000080015, 0x001000b000000000, "TLB" },
	{ AMD, ZEN_4, 0, 0xbc20000000130833, 0x001000b000000000, "core" },
	{ AMD, ZEN_4, 2, 0x9c20400000020136, 0x000200b000000000, "L2 cache" },
	{ AMD, ZEN_4, 7, 0x9c2040000004011b, 0x000700b000000000, "L3 cache" },
	{ AMD, ZEN_4, 5, 0xb220000000000108, 0x000500b000000000, "L1 cache" },
	{ AMD, ZEN_4, 5, 0xb2200000000b0500, 0x000500b000000000, "core" },
	{ AMD, ZEN_4, 22, 0xbc20000000000813, 0x0002002e00000000, "interconnect" },
	{ AMD, ZEN_4, 22, 0xbc20000000020833, 0x0001002e00000000, "link" },
	{ AMD, ZEN_4, 22, 0xbc20000000030833, 0x0001002e00000000, "interconnect" },
	{ AMD, ZEN_4, 23, 0xbc20000000010011, 0x0000001800000000, "PCI Express" },
	{ AMD, ZEN_4, 23, 0xbc20000000030011, 0x0000001800000000, "I/O" },
	{ AMD, ZEN_4, 23, 0xbc20000000010011, 0x0000004600000000, "PCI Express" },
	{ AMD, ZEN_4, 23, 0xbc20000000010011, 0x0000025900000000, "link" },
	{ AMD, ZEN_4, 23, 0xbc20000000010011, 0x0001000100000000, "power unit" },
	{ AMD, ZEN_4, 23, 0xbc20000000010011, 0x000100ff00000000, "service processor" },
	{ AMD, ZEN_4, 23, 0xbc20000000010500, 0x000003ff00000000, "unknown" },
	/* older ones */
	{ AMD, K8, 0, 0x9400400000000135, 0, "L1 cache" },
	{ AMD, K8, 1, 0xb400000000010011, 0, "TLB" },
	{ AMD, K8, 2, 0x940040000000017a, 0, "L2 cache" },
	{ AMD, K8, 2, 0xb400000000000813, 0, "interconnect" },
	{ AMD, K8, 4, 0x9452400000080a13, 0, "memory controller" },
	{ AMD, K8, 4, 0xb200002000010c0f, 0, "link" },
	{ AMD, K8, 4, 0xb200000000070c0f, 0, "interconnect" },
	{ AMD, FAMILY_15H, 4, 0x94004000001c010b, 0, "L3 cache" },
	{ AMD, FAMILY_15H, 5, 0xb200000000000f0f, 0, "core" },
	{ AMD, FAMILY_15H, 6, 0xb200000000030f0f, 0, "core" },
	{ AMD, 0, 4, 0xb200002000010c0f, 0, "interconnect" },
	/* what firmware reported */
	{ INTEL, ICE_LAKE, MCW_BANK_FIRMWARE, 0x8c00004000000092, 0, "firmware" },
};

static void test_components(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct mcw_event ev = { .regs = { .cpuvendor = rows[i].vendor,
						  .cpuid = rows[i].cpuid,
						  .bank = rows[i].bank,
						  .status = rows[i].status,
						  .ipid = rows[i].ipid } };
		const char *name;
		bool ok;

		ev.cpu_caps = rows[i].ipid ? MCW_CAP_SMCA : 0;
		name = mcw_component_name(mcw_component(&ev));
		ok = !strcmp(name, rows[i].component);
		if (!ok)
			printf("# got '%s', wanted '%s'\n", name, rows[i].component);
		ktap_result_of(ok, "model 0x%x bank %u status 0x%016llx is of %s", rows[i].cpuid,
			       rows[i].bank, rows[i].status, rows[i].component);
	}
}

static void test_absent(void)
{
	struct mcw_event ev = { .absent = MCW_ABSENT_STATUS,
				.regs = { .cpuid = ICE_LAKE, .bank = 13 } };

	ktap_result(mcw_component(&ev) == MCW_COMPONENT_MEMORY, "by the bank, without a status");
	ev.regs.bank = 0;
	ktap_result(mcw_component(&ev) == MCW_COMPONENT_UNKNOWN, "unknown, without a status");
	ev.absent = MCW_ABSENT_BANK;
	ev.regs.status = 0xbc00000000010092;
	ev.regs.bank = MCW_BANK_FIRMWARE;
	ktap_result(mcw_component(&ev) == MCW_COMPONENT_MEMORY, "by the code, without a bank");
	ktap_result(!strcmp(mcw_component_name(MCW_COMPONENTS), "unknown"), "no such component");
	for (unsigned int i = 0; i < MCW_COMPONENTS; i++)
		ktap_result_of(mcw_component_name(i)[0], "component %u has a name", i);
}

/* What the firmware says, where there are no registers. */
static void test_told(void)
{
	static const struct {
		enum mcw_fact key;
		const char *text;
		enum mcw_component component;
	} told[] = {
		{ MCW_FACT_PCI, "0000:3a:00.0", MCW_COMPONENT_PCIE },
		{ MCW_FACT_DETAIL, "port_type: 0, PCIe end point", MCW_COMPONENT_PCIE },
		{ MCW_FACT_DETAIL, "port_type: 4, root port", MCW_COMPONENT_ROOT_PORT },
	};
	struct mcw_event ev = { .absent = MCW_ABSENT_ALL };
	struct mcw_facts facts = { 0 };
	char text[MCW_TEXT_BYTES];

	ktap_result(mcw_component_told(&ev, NULL) == MCW_COMPONENT_UNKNOWN, "nothing was said");
	mcw_facts_add(&facts, MCW_FACT_PCI, "0x0000000000000010", 18);
	ktap_result(mcw_component_told(&ev, &facts) == MCW_COMPONENT_UNKNOWN,
		    "a requester that is a number names no device");
	for (size_t i = 0; i < ARRAY_SIZE(told); i++) {
		mcw_facts_add(&facts, told[i].key, told[i].text, strlen(told[i].text));
		ktap_result_of(mcw_component_told(&ev, &facts) == told[i].component, "said: %s",
			       told[i].text);
	}
	ktap_result(!strcmp(mcw_pci_text(&ev, &facts, text, sizeof(text)), "0000:3a:00.0"),
		    "the device that was said");
	ev = (struct mcw_event){ .regs = { .cpuid = ICE_LAKE,
					   .bank = 6,
					   .status = 0xba00000000000e0b,
					   .misc = 0x01af0b1234 } };
	ktap_result(!strcmp(mcw_pci_text(&ev, &facts, text, sizeof(text)), "0001:af:01.3"),
		    "the registers' device comes first");
	ev.absent = MCW_ABSENT_MISC;
	ktap_result(mcw_component(&ev) == MCW_COMPONENT_IO, "no root port without MISC");
}

static void test_place(void)
{
	struct mcw_event ev = { .regs = { .cpuid = ICE_LAKE,
					  .bank = 18,
					  .status = 0x8c00004000800091,
					  .misc = 0x2a90c23456789a86 } };
	struct mcw_memory_place place;
	char text[MCW_TEXT_BYTES];

	mcw_memory_place(&ev, &place);
	ktap_result(!strcmp(mcw_place_text(&place, text, sizeof(text)),
			    "memory controller 1, channel 1, DIMM 0, rank 2, subrank 9, "
			    "bank group 2, bank 0, row 0x68acf, column 0x134, failed device 3"),
		    "place in words");
	mcw_place_text(&place, text, 20);
	ktap_result(!strcmp(text, "memory controller 1"), "place in words, cut off");
	ktap_result(place.ecc_mode && !strcmp(place.ecc_mode, "ADDDC") && !place.transient,
		    "how the memory is protected");
	ev.regs.bank = 24;
	mcw_memory_place(&ev, &place);
	mcw_place_text(&place, text, sizeof(text));
	ktap_result(!strcmp(text, "memory controller 3, channel 1"),
		    "the channel of the error code, if the bank has none");
	ev.regs.cpuid = 0xb0671;
	mcw_memory_place(&ev, &place);
	mcw_place_text(&place, text, sizeof(text));
	ktap_result(!strcmp(text, "channel 1"), "the same of a model that is not known");
	ev.regs.status = 0x8c0000400080009f;
	ktap_result(!mcw_memory_place(&ev, &place), "no channel, where it is unspecified");
	ev.regs.cpuid = 0x50671;
	ev.regs.bank = 15;
	ev.regs.status = 0x8c00004000080092;
	ktap_result(mcw_memory_place(&ev, &place) && place.value[MCW_PLACE_CHANNEL] == 5,
		    "channel of the second controller of Knights Landing");
	ev.regs.cpuid = ICE_LAKE;
	ev.regs.bank = 5;
	ev.regs.status = 0xb200000000100e0f;
	ktap_result(!mcw_memory_place(&ev, &place), "no place in a link");
	ktap_result(!mcw_place_text(&place, text, sizeof(text))[0], "nor words of one");
	for (unsigned int i = 0; i < MCW_PLACE_PARTS; i++)
		ktap_result_of(mcw_place_name(i)[0] && mcw_place_key(i)[0], "part %u has names", i);
}

int main(void)
{
	test_components();
	test_absent();
	test_told();
	test_place();
	return ktap_end();
}
