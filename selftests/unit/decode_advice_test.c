// SPDX-License-Identifier: GPL-2.0
/* LINK: mcwctl */
/* FLAGS: -Wno-missing-field-initializers */
/*
 * Which family of errors a record is of, which decides what mcwctl says that it means.
 */
#include <stdio.h>
#include <string.h>

#include "ktap.h"
#include "decode/absent.h"
#include "decode/advice.h"
#include "decode/decode.h"
#include "decode/facts.h"

#define INTEL MCW_VENDOR_INTEL
#define AMD MCW_VENDOR_AMD
#define SER MCW_MCGCAP_SER_P

#define ICE_LAKE 0x606a6
#define GRANITE 0xa06d1
#define DIAMOND 0x400f10
#define SKYLAKE 0x50657
#define HASWELL 0x306f2
#define NEHALEM 0x106a5
#define DENVERTON 0x506f1
#define KNIGHTS 0x50671
#define MI300A 0xa90f00
#define FAMILY_15H 0x600f12
#define K8 0x40f12
#define ZEN_4 0xa10f11

static const struct {
	unsigned int vendor;
	__u32 cpuid;
	unsigned int bank;
	__u64 status;
	__u64 ipid;
	const char *family; /* NULL: nothing is said */
} rows[] = {
	{ INTEL, ICE_LAKE, 13, 0x8c00004000800091, 0, "memory_corrected" },
	{ INTEL, ICE_LAKE, 13, 0xac00000000a00091, 0, "memory_lost" },
	{ INTEL, ICE_LAKE, 13, 0xbd000000001000c0, 0, "memory_lost" },
	{ INTEL, ICE_LAKE, 13, 0xbe00000000a00091, 0, "memory_fatal" },
	/* a controller's own code says whether a module, the way to it or the CPU is bad */
	{ INTEL, ICE_LAKE, 13, 0x8c00004010080091, 0, "memory_corrected" },
	{ INTEL, ICE_LAKE, 13, 0x8c00004002000091, 0, "memory_bus" },
	{ INTEL, ICE_LAKE, 13, 0xbe00000001080091, 0, "memory_bus" },
	{ INTEL, ICE_LAKE, 13, 0xac00000001000091, 0, "memory_controller" },
	{ INTEL, ICE_LAKE, 13, 0xbe00000000010091, 0, "memory_controller" },
	{ INTEL, ICE_LAKE, 13, 0x8c00004008160091, 0, "memory_corrected" },
	{ INTEL, ICE_LAKE, 13, 0x8c000040080e0091, 0, "power" },
	{ INTEL, ICE_LAKE, 12, 0xac00000000010091, 0, "memory_lost" },
	{ INTEL, ICE_LAKE, 12, 0xac00000000080091, 0, "interconnect" },
	{ INTEL, ICE_LAKE, 13, 0xac00000002200091, 0, "memory_controller" },
	{ INTEL, GRANITE, 13, 0xac00000021020091, 0, "memory_controller" },
	{ INTEL, GRANITE, 13, 0xac00000002000091, 0, "memory_bus" },
	{ INTEL, DIAMOND, 19, 0x8c00004000a00091, 0, "memory_corrected" },
	{ INTEL, SKYLAKE, 13, 0x8c00004002000091, 0, "memory_bus" },
	{ INTEL, SKYLAKE, 13, 0x8c00004000010091, 0, "memory_controller" },
	{ INTEL, SKYLAKE, 13, 0x8c00004000810091, 0, "memory_corrected" },
	{ INTEL, SKYLAKE, 13, 0x8c00004008050091, 0, "memory_controller" },
	{ INTEL, SKYLAKE, 13, 0x8c000040080d0091, 0, "memory_corrected" },
	{ INTEL, HASWELL, 9, 0x8c00004000010091, 0, "memory_bus" },
	{ INTEL, HASWELL, 9, 0xac00000001000091, 0, "memory_controller" },
	{ INTEL, HASWELL, 9, 0xac00000000000091, 0, "memory_lost" },
	{ INTEL, HASWELL, 7, 0x8c00004000010091, 0, "memory_corrected" },
	{ INTEL, NEHALEM, 8, 0x8c0000400080009f, 0, "memory_bus" },
	{ INTEL, NEHALEM, 8, 0x8c0000400040009f, 0, "memory_controller" },
	{ INTEL, NEHALEM, 8, 0x8c0000400001009f, 0, "memory_corrected" },
	{ INTEL, DENVERTON, 6, 0x8c00004000100091, 0, "memory_controller" },
	{ INTEL, KNIGHTS, 7, 0x8c00004000010091, 0, "memory_bus" },
	{ INTEL, 0xb0671, 8, 0x8c00004002000092, 0, "memory_corrected" },
	{ AMD, ZEN_4, 21, 0x9c2040000004011b, 0x0000009600100f00, "memory_bus" },
	{ AMD, ZEN_4, 21, 0xbc20000000060813, 0x0000009600100f00, "memory_controller" },
	{ AMD, ZEN_4, 21, 0x9c2040000009011b, 0x0000009600100f00, "memory_corrected" },
	{ AMD, ZEN_4, 21, 0x9c204000000a011b, 0x0000009600100f00, "power" },
	{ AMD, ZEN_4, 21, 0x9c204000000a011b, 0x0001009600100f00, "memory_controller" },
	{ AMD, MI300A, 21, 0xbc20000000050813, 0x0000009600100f00, "memory_controller" },
	{ AMD, K8, 4, 0xb4000000000d0a13, 0, "memory_bus" },
	{ INTEL, ICE_LAKE, 1, 0xbd80000000100134, 0, "poison_consumed" },
	{ INTEL, ICE_LAKE, 3, 0x8c20004000001136, 0, "cache_corrected" },
	{ INTEL, ICE_LAKE, 2, 0x8c00004000000015, 0, "cache_corrected" },
	{ INTEL, ICE_LAKE, 3, 0xbe00000000001136, 0, "cache" },
	{ INTEL, ICE_LAKE, 0, 0x9000004000010005, 0, "core_corrected" },
	{ INTEL, ICE_LAKE, 0, 0xb200000000010005, 0, "core" },
	{ INTEL, ICE_LAKE, 3, 0xbe00000000000400, 0, "watchdog" },
	{ INTEL, ICE_LAKE, 10, 0xbe0000000000110a, 0, "interconnect" },
	{ INTEL, ICE_LAKE, 5, 0x8800004000310e0f, 0, "link_corrected" },
	{ INTEL, ICE_LAKE, 5, 0xba00000000100e0f, 0, "link" },
	{ INTEL, ICE_LAKE, 6, 0xba00000000000e0b, 0, "pcie" },
	{ INTEL, 0xb0671, 6, 0xba00000000000e0b, 0, "pcie" },
	{ INTEL, ICE_LAKE, 4, 0xb200000056000402, 0, "power" },
	{ INTEL, 0xb0671, 6, 0xb200000000000405, 0, NULL },
	{ INTEL, ICE_LAKE, 13, 0x0c00004000800091, 0, NULL },
	{ INTEL, 0x306c3, 0, 0x90000040000f0005, 0, NULL },
	{ AMD, ZEN_4, 21, 0xdc2040000000011b, 0x0000009600100f00, "memory_corrected" },
	{ AMD, ZEN_4, 21, 0x9c2031000000011b, 0x0000009600100f00, "memory_lost" },
	{ AMD, ZEN_4, 0, 0xbc80080000010135, 0x001000b000000000, "poison_consumed" },
	{ AMD, ZEN_4, 5, 0xb2a0000000000108, 0x000500b000000000, "watchdog" },
	{ AMD, ZEN_4, 5, 0xb2a00000000b0500, 0x000500b000000000, "core" },
	{ AMD, ZEN_4, 5, 0xb2a0000000000108, 0x000600b000000000, "cache" },
	{ AMD, FAMILY_15H, 5, 0xb200000000000f0f, 0, "watchdog" },
	{ AMD, K8, 5, 0xb200000000000f0f, 0, "interconnect" },
	{ AMD, K8, 4, 0x9452400000080a13, 0, "memory_corrected" },
	{ AMD, FAMILY_15H, 4, 0xb200000000070c0f, 0, "sync_flood" },
	{ AMD, K8, 4, 0xb200002000020c0f, 0, "sync_flood" },
	/* a core that got a wrong answer from outside */
	{ AMD, K8, 3, 0xb200002000020c0f, 0, "interconnect" },
	{ AMD, ZEN_4, 0, 0xbc20000000130833, 0x001000b000000000, "interconnect" },
	{ AMD, ZEN_4, 0, 0x9c20000000130833, 0x001000b000000000, "core_corrected" },
	{ AMD, ZEN_4, 22, 0xbc20000000020833, 0x0001002e00000000, "link" },
	{ AMD, ZEN_4, 22, 0xbc20000000000833, 0x0001002e00000000, "interconnect" },
	{ AMD, ZEN_4, 23, 0xbc20000000010011, 0x000100ff00000000, NULL },
};

static bool is_sentence(const char *text)
{
	size_t length = strlen(text);

	/* With the name of its line it finds room in 100 columns. */
	return length > 20 && length <= 89 && text[length - 1] == '.';
}

#define RESET "Previous system reset reason "
#define DATA_FABRIC "an uncorrected error caused a data fabric sync flood event"
#define LIMIT "internal CPU thermal limit was tripped"
#define SOFTWARE "software wrote 0x6 to reset control register 0xCF9"

/* What was said, where there are no registers. */
static void test_told(void)
{
	static const struct {
		enum mcw_fact key;
		const char *text;
		const char *family;
	} told[] = {
		{ MCW_FACT_PCI, "0000:3a:00.0", "pcie" },
		{ MCW_FACT_PCI, "0x10", NULL },
		{ MCW_FACT_RESET_REASON, RESET "[0x08000a00]: " DATA_FABRIC, "sync_flood" },
		{ MCW_FACT_RESET_REASON, RESET "[0x80000000]: a software sync flood event occurred",
		  "sync_flood" },
		{ MCW_FACT_RESET_REASON, RESET "[0x00000200]: " LIMIT, "power" },
		{ MCW_FACT_RESET_REASON,
		  RESET "[0x00000001]: thermal pin BP_THERMTRIP_L was tripped", "power" },
		/* The bit of the limit is left from an earlier reset, and has a line of its own. */
		{ MCW_FACT_RESET_REASON, RESET "[0x00080a00]: " SOFTWARE, NULL },
		{ MCW_FACT_RESET_REASON, RESET "[0x08080a00]: " SOFTWARE, NULL },
		{ MCW_FACT_RESET_REASON, RESET "[0xffffffff]: " LIMIT, NULL },
		{ MCW_FACT_RESET_REASON, RESET "[0xffffffff]: " DATA_FABRIC, NULL },
		/* Cut off before the words. */
		{ MCW_FACT_RESET_REASON, RESET "[0x08000800]", "sync_flood" },
		{ MCW_FACT_RESET_REASON, RESET "[0x80000000]", "sync_flood" },
		{ MCW_FACT_RESET_REASON, RESET "[0x00000201]:", "power" },
		{ MCW_FACT_RESET_REASON, RESET "[0x00080800]", NULL },
		{ MCW_FACT_RESET_REASON, "Previous system reset reason", NULL },
	};

	for (size_t i = 0; i < ARRAY_SIZE(told); i++) {
		struct mcw_event ev = { .absent = MCW_ABSENT_ALL };
		struct mcw_facts facts = { 0 };
		const struct mcw_advice *advice;

		mcw_facts_add(&facts, told[i].key, told[i].text, strlen(told[i].text));
		advice = mcw_advice_told(&ev, &facts);
		ktap_result_of(told[i].family ? advice && !strcmp(advice->name, told[i].family) :
						!advice,
			       "said: %s", told[i].text);
	}
}

static void test_all(void)
{
	const struct mcw_advice *advice;
	unsigned int n;

	for (n = 0; (advice = mcw_advice_number(n)); n++)
		ktap_result_of(is_sentence(advice->means) && is_sentence(advice->action),
			       "family %s has two sentences", advice->name);
	ktap_result(n == 17, "17 families");
}

int main(void)
{
	test_told();
	test_all();
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct mcw_event ev = { .regs = { .cpuvendor = rows[i].vendor,
						  .cpuid = rows[i].cpuid,
						  .bank = rows[i].bank,
						  .status = rows[i].status,
						  .ipid = rows[i].ipid,
						  .mcgcap = SER } };
		const char *wanted = rows[i].family ? rows[i].family : "none";
		const struct mcw_advice *advice;
		const char *got;
		bool ok;

		ev.cpu_caps = rows[i].ipid ? MCW_CAP_SMCA : 0;
		advice = mcw_advice(&ev);
		got = advice ? advice->name : "none";
		ok = !strcmp(got, wanted);
		if (!ok)
			printf("# got %s\n", got);
		ktap_result_of(ok, "model 0x%x bank %u status 0x%016llx: family %s", rows[i].cpuid,
			       rows[i].bank, rows[i].status, wanted);
		ok = !advice || (is_sentence(advice->means) && is_sentence(advice->action));
		ktap_result_of(ok, "family %s has two sentences, or none", got);
		ev.absent = MCW_ABSENT_STATUS;
		ktap_result_of(!mcw_advice(&ev), "nothing is said without a status");
	}
	return ktap_end();
}
