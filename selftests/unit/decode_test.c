// SPDX-License-Identifier: GPL-2.0
/* LINK: mcwctl */
/* Compares mcwctl's words for a record with the manuals. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ktap.h"
#include "decode/decode.h"

#define VAL	MCW_STATUS_VAL
#define OVER	MCW_STATUS_OVER
#define UC	MCW_STATUS_UC
#define MISCV	MCW_STATUS_MISCV
#define ADDRV	MCW_STATUS_ADDRV
#define PCC	MCW_STATUS_PCC
#define S	MCW_STATUS_S
#define AR	MCW_STATUS_AR
#define SER	MCW_MCGCAP_SER_P
#define CMCI	MCW_MCGCAP_CMCI_P
#define TES	MCW_MCGCAP_TES_P
#define ALL	(~0ULL)

/* a memory error, whose MISC has the layout of the architecture */
#define READ	(VAL | 0x90)

#define INTEL	MCW_VENDOR_INTEL
#define AMD	MCW_VENDOR_AMD
#define HYGON	MCW_VENDOR_HYGON

/* MCA_IPID of a memory controller on channel 2, of a load-store unit, of none known */
#define IPID_UMC	0x0000009600200000ULL
#define IPID_LS		0x001000b000000000ULL
#define IPID_UNKNOWN	0x1234077700000000ULL

static void is(const char *got, const char *wanted, const char *name)
{
	bool ok = !got || !wanted ? got == wanted : !strcmp(got, wanted);

	if (!ok)
		printf("# got '%s', wanted '%s'\n", got ? got : "nothing",
		       wanted ? wanted : "nothing");
	ktap_result_of(ok, "%s", name);
}

static struct mcw_event event(unsigned int vendor, __u64 mcgcap, __u64 status)
{
	struct mcw_event ev = {
		.regs = { .cpuvendor = vendor, .mcgcap = mcgcap, .status = status },
	};

	return ev;
}

static const struct class_case {
	unsigned int vendor;
	__u64 mcgcap;
	__u64 status;
	const char *class;
	const char *why;
} class_cases[] = {
	{ INTEL, SER, VAL, "corrected", "UC=0" },
	{ INTEL, SER, VAL | S | AR, "corrected", "S and AR mean nothing with UC=0" },
	{ INTEL, SER, VAL | PCC, "corrected", "PCC alone is not fatal" },
	{ INTEL, SER, VAL | MCW_STATUS_DEFERRED, "corrected", "bit 44 is Intel's count" },
	{ INTEL, SER, VAL | UC, "UCNA", "UC, S=0, AR=0" },
	{ INTEL, SER, VAL | UC | S, "SRAO", "UC, S=1, AR=0" },
	{ INTEL, SER, VAL | UC | S | AR, "SRAR", "UC, S=1, AR=1" },
	{ INTEL, SER, VAL | UC | AR, "uncorrected", "AR without S is not defined" },
	{ INTEL, SER, VAL | UC | S | AR | PCC, "fatal", "UC and PCC, whatever S and AR" },
	{ INTEL, SER, VAL | UC | PCC, "fatal", "UC and PCC" },
	{ INTEL, 0, VAL | UC, "uncorrected", "no SER_P: no UCNA" },
	{ INTEL, 0, VAL | UC | S | AR, "uncorrected", "no SER_P: S and AR mean nothing" },
	{ INTEL, 0, VAL | UC | PCC, "fatal", "no SER_P, PCC" },
	{ INTEL, SER, ALL, "fatal", "all ones, Intel" },
	{ INTEL, SER, 0, "corrected", "all zero" },
	{ MCW_VENDOR_ZHAOXIN, SER, VAL | UC | S, "SRAO", "Zhaoxin reads as Intel" },
	{ MCW_VENDOR_CENTAUR, SER, VAL | UC | S | AR, "SRAR", "Centaur reads as Intel" },
	{ AMD, SER, VAL, "corrected", "AMD, UC=0" },
	{ AMD, SER, VAL | MCW_STATUS_DEFERRED, "deferred", "AMD, bit 44" },
	{ HYGON, 0, VAL | MCW_STATUS_DEFERRED, "deferred", "Hygon reads as AMD" },
	{ AMD, SER, VAL | UC | MCW_STATUS_DEFERRED, "uncorrected", "UC goes before bit 44" },
	{ AMD, SER, VAL | UC | S | AR, "uncorrected", "AMD's bits 56 and 55 are no S and AR" },
	{ AMD, SER, VAL | UC | PCC, "fatal", "AMD, UC and PCC" },
	{ AMD, SER, ALL, "fatal", "all ones, AMD" },
	{ 255, 0, VAL | UC | S | AR, "uncorrected", "a make that is not known" },
};

static void test_class(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(class_cases); i++) {
		const struct class_case *c = &class_cases[i];
		struct mcw_event ev = event(c->vendor, c->mcgcap, c->status);
		char name[100];

		snprintf(name, sizeof(name), "class: %s", c->why);
		is(mcw_class_name(mcw_event_class(&ev)), c->class, name);
	}
}

#define BUS		"bus or interconnect error: "
#define CACHE		"cache hierarchy error: "
#define MEMORY		"memory controller error: "
#define EXTENDED	"extended memory error: "

static const struct code_case {
	unsigned int vendor;
	__u64 status;
	__u64 misc;
	__u64 ipid;
	__u64 synd;
	const char *text;
} code_cases[] = {
	/* simple */
	{ INTEL, VAL, .text = "no error" },
	{ INTEL, VAL | 1, .text = "unclassified error" },
	{ INTEL, VAL | 2, .text = "microcode ROM parity error" },
	{ INTEL, VAL | 3, .text = "external error" },
	{ INTEL, VAL | 4, .text = "functional redundancy check error" },
	{ INTEL, VAL | 5, .text = "internal parity error" },
	{ INTEL, VAL | 6, .text = "SMM handler code access violation" },
	{ INTEL, VAL | 7, .text = "unknown code 0x0007" },
	{ INTEL, VAL | 0xb, .text = "unknown code 0x000b" },
	{ INTEL, VAL | 0x400, .text = "internal timer error" },
	{ INTEL, VAL | 0x401, .text = "internal unclassified error 0x001" },
	{ INTEL, VAL | 0x7ff, .text = "internal unclassified error 0x3ff" },
	{ INTEL, VAL | 0x1400, .text = "unknown code 0x1400" },
	/* an I/O error, which has the form of a bus error */
	{ INTEL, VAL | 0xe0b, .text = "I/O error" },
	{ INTEL, VAL | 0xe0b, ALL, .text = "I/O error" },
	{ INTEL, VAL | MISCV | 0xe0b, 0xff12345d0fffULL,
	  .text = "I/O error: PCI segment 0x12, bus 0x34, device 0x0b, function 5" },
	{ INTEL, VAL | MISCV | 0xe0b, ALL,
	  .text = "I/O error: PCI segment 0xff, bus 0xff, device 0x1f, function 7" },
	{ INTEL, VAL | 0xe0a, .text = BUS "generic participation, generic error, I/O, L2" },
	{ INTEL, VAL | 0x1e0b,
	  .text = BUS "generic participation, generic error, I/O, generic level, filtered" },
	/* generic cache hierarchy */
	{ INTEL, VAL | 0xc, .text = "generic cache hierarchy error: L0" },
	{ INTEL, VAL | 0xd, .text = "generic cache hierarchy error: L1" },
	{ INTEL, VAL | 0xe, .text = "generic cache hierarchy error: L2" },
	{ INTEL, VAL | 0xf, .text = "generic cache hierarchy error: generic level" },
	{ INTEL, VAL | 0x100c, .text = "generic cache hierarchy error: L0, filtered" },
	/* TLB */
	{ INTEL, VAL | 0x10, .text = "TLB error: instruction, L0" },
	{ INTEL, VAL | 0x15, .text = "TLB error: data, L1" },
	{ INTEL, VAL | 0x1a, .text = "TLB error: generic, L2" },
	{ INTEL, VAL | 0x1f, .text = "TLB error: reserved transaction type, generic level" },
	{ INTEL, VAL | 0x1015, .text = "TLB error: data, L1, filtered" },
	{ INTEL, VAL | 0x20, .text = "unknown code 0x0020" },
	{ INTEL, VAL | 0x7f, .text = "unknown code 0x007f" },
	/* cache hierarchy */
	{ INTEL, VAL | 0x100, .text = CACHE "generic error, instruction, L0" },
	{ INTEL, VAL | 0x115, .text = CACHE "generic read, data, L1" },
	{ INTEL, VAL | 0x12a, .text = CACHE "generic write, generic, L2" },
	{ INTEL, VAL | 0x134, .text = CACHE "data read, data, L0" },
	{ INTEL, VAL | 0x145, .text = CACHE "data write, data, L1" },
	{ INTEL, VAL | 0x150, .text = CACHE "instruction fetch, instruction, L0" },
	{ INTEL, VAL | 0x166, .text = CACHE "prefetch, data, L2" },
	{ INTEL, VAL | 0x17a, .text = CACHE "eviction, generic, L2" },
	{ INTEL, VAL | 0x18b, .text = CACHE "snoop, generic, generic level" },
	{ INTEL, VAL | 0x190, .text = CACHE "reserved request, instruction, L0" },
	{ INTEL, VAL | 0x1ff,
	  .text = CACHE "reserved request, reserved transaction type, generic level" },
	{ INTEL, VAL | 0x1134, .text = CACHE "data read, data, L0, filtered" },
	/* architectural, where the class agrees */
	{ INTEL, VAL | UC | S | AR | 0x134, .text = CACHE "data read, data, L0 (SRAR: data load)" },
	{ INTEL, VAL | UC | S | AR | 0x150,
	  .text = CACHE "instruction fetch, instruction, L0 (SRAR: instruction fetch)" },
	{ INTEL, VAL | UC | S | 0x17a,
	  .text = CACHE
	  "eviction, generic, L2 (SRAO: explicit write-back from the last level cache)" },
	{ INTEL, VAL | UC | S | 0xc0, .text = MEMORY "scrub, channel 0 (SRAO: memory scrub)" },
	{ INTEL, VAL | UC | S | 0x10cf,
	  .text = MEMORY "scrub, channel unspecified (SRAO: memory scrub), filtered" },
	{ INTEL, VAL | UC | S | 0x134, .text = CACHE "data read, data, L0" },
	{ INTEL, VAL | UC | S | AR | 0xc0, .text = MEMORY "scrub, channel 0" },
	/* memory controller */
	{ INTEL, VAL | 0x80, .text = MEMORY "generic request, channel 0" },
	{ INTEL, VAL | 0x9f, .text = MEMORY "read, channel unspecified" },
	{ INTEL, VAL | 0xa1, .text = MEMORY "write, channel 1" },
	{ INTEL, VAL | 0xbe, .text = MEMORY "address or command, channel 14" },
	{ INTEL, VAL | 0xc7, .text = MEMORY "scrub, channel 7" },
	{ INTEL, VAL | 0xd0, .text = MEMORY "reserved request, channel 0" },
	{ INTEL, VAL | 0xff, .text = MEMORY "reserved request, channel unspecified" },
	{ INTEL, VAL | 0x1090, .text = MEMORY "read, channel 0, filtered" },
	/* extended memory */
	{ INTEL, VAL | 0x280, .text = EXTENDED "generic request, channel 0" },
	{ INTEL, VAL | 0x29f, .text = EXTENDED "read, channel unspecified" },
	{ INTEL, VAL | 0x12a3, .text = EXTENDED "write, channel 3, filtered" },
	{ INTEL, VAL | 0x200, .text = "unknown code 0x0200" },
	{ INTEL, VAL | 0x300, .text = "unknown code 0x0300" },
	/* bus and interconnect */
	{ INTEL, VAL | 0x800, .text = BUS "as source, generic error, memory, L0" },
	{ INTEL, VAL | 0xa35, .text = BUS "as responder, data read, reserved space, L1" },
	{ INTEL, VAL | 0xd4a, .text = BUS "as observer, data write, I/O, L2, timed out" },
	{ INTEL, VAL | 0xf0f,
	  .text = BUS
	  "generic participation, generic error, other space, generic level, timed out" },
	{ INTEL, VAL | 0x1800, .text = BUS "as source, generic error, memory, L0, filtered" },
	/* none of these */
	{ INTEL, VAL | 0x2000, .text = "unknown code 0x2000" },
	{ INTEL, VAL | 0x8134, .text = "unknown code 0x8134" },
	{ INTEL, ALL, ALL, .text = "unknown code 0xffff" },
	/* AMD: no filter bit, no simple codes, no I/O code */
	{ AMD, VAL, .text = "no architectural code" },
	{ AMD, VAL | 3, .text = "unknown code 0x0003" },
	{ AMD, VAL | 0xc, .text = "unknown code 0x000c" },
	{ AMD, VAL | 0x15, .text = "TLB error: data, L1" },
	{ AMD, VAL | 0x1015, .text = "unknown code 0x1015" },
	{ AMD, VAL | 0x135, .text = CACHE "data read, data, L1" },
	{ HYGON, VAL | 0x135, .text = CACHE "data read, data, L1" },
	{ AMD, VAL | 0x90, .text = "unknown code 0x0090" },
	{ AMD, VAL | 0x400, .text = "internal unclassified error, type 0" },
	{ AMD, VAL | 0x700, .text = "internal unclassified error, type 3" },
	{ AMD, VAL | 0x701, .text = "unknown code 0x0701" },
	{ AMD, VAL | MISCV | 0xe0b, ALL,
	  .text = BUS "generic participation, generic error, I/O, generic level" },
	{ AMD, VAL | 0x3f0135, 0, IPID_LS,
	  .text = CACHE "data read, data, L1, extended code 0x3f" },
	{ AMD, VAL | 0x11b, 0, IPID_UMC,
	  .text = CACHE
	  "generic read, generic, generic level, extended code 0x00 (DRAM ECC error), channel 2" },
	{ AMD, VAL | MCW_STATUS_SYNDV | 0x1011b, 0, IPID_UMC, 0xffd,
	  .text = CACHE "generic read, generic, generic level, extended code 0x01 (data poison), "
			"channel 2, chip select 1" },
	{ INTEL, VAL | 0x135, 0, IPID_UMC, .text = CACHE "data read, data, L1" },
};

static void test_code(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(code_cases); i++) {
		const struct code_case *c = &code_cases[i];
		struct mcw_event ev = event(c->vendor, SER, c->status);
		char text[MCW_TEXT_BYTES], name[100];

		ev.regs.misc = c->misc;
		ev.regs.ipid = c->ipid;
		ev.regs.synd = c->synd;
		snprintf(name, sizeof(name), "code: %s 0x%016llx%s",
			 mcw_vendor_is_amd(c->vendor) ? "AMD" : "Intel", c->status,
			 c->misc ? " with MISC" : "");
		is(mcw_code_text(&ev, text, sizeof(text)), c->text, name);
	}
}

static const struct count_case {
	unsigned int vendor;
	__u64 mcgcap;
	__u64 status;
	unsigned int count;
	bool more;
	const char *threshold;
	const char *why;
} count_cases[] = {
	{ INTEL, CMCI, VAL | 3ULL << 38, 3, false, NULL, "three" },
	{ INTEL, CMCI, VAL | 0x3fffULL << 38, 0x3fff, false, NULL, "the most that fits" },
	{ INTEL, CMCI, VAL | 0x7fffULL << 38, 0x3fff, true, NULL, "bit 52 is no count" },
	{ INTEL, CMCI, VAL | MCW_BIT(52), 0, true, NULL, "bit 52 alone" },
	{ INTEL, 0, VAL | 3ULL << 38, 0, false, NULL, "no CMCI_P: no count" },
	{ INTEL, CMCI | TES, VAL | UC | ALL >> 9, 0, false, NULL, "UC=1: neither" },
	{ AMD, CMCI | TES, VAL | ALL >> 9, 0, false, NULL, "AMD has neither" },
	{ INTEL, TES, VAL, 0, false, NULL, "threshold: no tracking" },
	{ INTEL, TES, VAL | MCW_BIT(53), 0, false, "green", "threshold: green" },
	{ INTEL, TES, VAL | MCW_BIT(54), 0, false, "yellow", "threshold: yellow" },
	{ INTEL, TES, VAL | 3ULL << 53, 0, false, NULL, "threshold: reserved" },
	{ INTEL, CMCI, VAL | MCW_BIT(53), 0, false, NULL, "threshold: no TES_P" },
};

static void test_count(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(count_cases); i++) {
		const struct count_case *c = &count_cases[i];
		struct mcw_event ev = event(c->vendor, c->mcgcap, c->status);
		char name[100];
		bool more;
		unsigned int count = mcw_event_count(&ev, &more);

		if (count != c->count || more != c->more)
			printf("# got %u %d, wanted %u %d\n", count, more, c->count, c->more);
		ktap_result_of(count == c->count && more == c->more, "count: %s", c->why);
		snprintf(name, sizeof(name), "threshold with count: %s", c->why);
		is(mcw_event_threshold(&ev), c->threshold, name);
	}
}

static const struct address_case {
	unsigned int vendor;
	__u64 mcgcap;
	__u64 status;
	__u64 misc;
	__u64 ipid;
	const char *text;
} address_cases[] = {
	{ INTEL, SER, VAL | MISCV, 0x8c, 0, "none" },
	{ INTEL, SER, VAL | ADDRV, 0x8c, 0, "0x0000000123456000" },
	{ INTEL, 0, READ | ADDRV | MISCV, 0x8c, 0, "0x0000000123456000" },
	{ INTEL, SER, READ | ADDRV | MISCV, 0x8c, 0, "0x0000000123456000 (physical, 4 KiB)" },
	{ INTEL, SER, READ | ADDRV | MISCV, 0x86, 0, "0x0000000123456000 (physical, 64 B)" },
	{ INTEL, SER, READ | ADDRV | MISCV, 0x15, 0, "0x0000000123456000 (segment offset, 2 MiB)" },
	{ INTEL, SER, READ | ADDRV | MISCV, 0x40, 0, "0x0000000123456000 (linear, 1 B)" },
	{ INTEL, SER, READ | ADDRV | MISCV, 0xde, 0, "0x0000000123456000 (memory, 1 GiB)" },
	{ INTEL, SER, READ | ADDRV | MISCV, 0x109, 0,
	  "0x0000000123456000 (mode 4, reserved, 512 B)" },
	{ INTEL, SER, READ | ADDRV | MISCV, 0x14a, 0,
	  "0x0000000123456000 (mode 5, reserved, 1 KiB)" },
	{ INTEL, SER, READ | ADDRV | MISCV, 0x180, 0,
	  "0x0000000123456000 (mode 6, reserved, 1 B)" },
	{ INTEL, SER, READ | ADDRV | MISCV, ALL, 0, "0x0000000123456000 (generic, 8 EiB)" },
	{ INTEL, SER, READ | ADDRV, 0x8c, 0, "0x0000000123456000" },
	/* only some errors have that layout of MISC */
	{ INTEL, SER, VAL | ADDRV | MISCV | 0x134, 0x8c, 0,
	  "0x0000000123456000 (physical, 4 KiB)" },
	{ INTEL, SER, VAL | ADDRV | MISCV | 0x1110a, 0x8c, 0,
	  "0x0000000123456000 (physical, 4 KiB)" },
	{ INTEL, SER, VAL | ADDRV | MISCV | 0x280, 0x8c, 0,
	  "0x0000000123456000 (physical, 4 KiB)" },
	{ INTEL, SER, VAL | ADDRV | MISCV | 0xe0f, 0x8c, 0,
	  "0x0000000123456000 (physical, 4 KiB)" },
	{ INTEL, SER, VAL | ADDRV | MISCV | 0x400, 0x8c, 0,
	  "0x0000000123456000 (of an instruction)" },
	{ INTEL, SER, VAL | ADDRV | MISCV | 0x402, 0x8c, 0, "0x0000000123456000" },
	{ INTEL, SER, VAL | ADDRV | MISCV | 0x5, 0x8c, 0, "0x0000000123456000" },
	{ INTEL, SER, VAL | ADDRV | MISCV | 0x14, 0x8c, 0, "0x0000000123456000" },
	{ INTEL, SER, VAL | ADDRV | MISCV | 0xe0b, 0x8c, 0, "0x0000000123456000" },
	{ AMD, SER, READ | ADDRV | MISCV, 0x8c, 0, "0x0000000123456000" },
	{ AMD, 0, VAL | ADDRV | MCW_STATUS_PADDRV, 0, 0, "0x0000000123456000" },
	{ AMD, 0, VAL | ADDRV | MCW_STATUS_PADDRV, 0, IPID_LS,
	  "0x0000000123456000 (physical, 4 KiB)" },
	{ AMD, 0, VAL | ADDRV | MCW_STATUS_POISON, 0, IPID_LS,
	  "0x0000000123456000 (physical, 4 KiB)" },
	{ AMD, 0, VAL | ADDRV | MCW_STATUS_POISON | 6ULL << 24, 0, IPID_LS,
	  "0x0000000123456000 (physical, 64 B)" },
	{ AMD, 0, VAL | ADDRV | MCW_STATUS_POISON, 0, IPID_UMC, "0x0000000123456000 (normalized)" },
	{ AMD, 0, VAL | ADDRV | MCW_STATUS_PADDRV, 0, IPID_UMC, "0x0000000123456000" },
	{ AMD, 0, VAL | ADDRV, 0, IPID_LS, "0x0000000123456000" },
	{ AMD, 0, VAL | ADDRV, 0, IPID_UMC, "0x0000000123456000 (normalized)" },
};

static void test_address(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(address_cases); i++) {
		const struct address_case *c = &address_cases[i];
		struct mcw_event ev = event(c->vendor, c->mcgcap, c->status);
		char text[MCW_TEXT_BYTES], name[100];

		ev.regs.addr = 0x123456000ULL;
		ev.regs.misc = c->misc;
		ev.regs.ipid = c->ipid;
		snprintf(name, sizeof(name), "address: case %zu, %s", i, c->text);
		is(mcw_address_text(&ev, text, sizeof(text)), c->text, name);
	}
}

static void test_names(void)
{
	static const char *const grades[] = {
		"NO", "DEFERRED", "KEEP", "SOME", "AO", "UC", "AR", "PANIC", "unknown",
	};
	static const char *const sources[] = {
		"unknown", "exception", "cmci", "poll", "firmware", "process", "unknown",
	};
	static const char *const flags[] = {
		"injected", "by_module", "leftover", "chain", NULL,
	};
	static const char *const lanes[] = { "severe", "other", "notice", "location", "unknown" };

	for (unsigned int i = 0; i < ARRAY_SIZE(grades); i++)
		is(mcw_grade_name(i), grades[i], "name of a grade");
	for (unsigned int i = 0; i < ARRAY_SIZE(sources); i++)
		is(mcw_source_name(i), sources[i], "name of a source");
	for (unsigned int i = 0; i < ARRAY_SIZE(flags); i++)
		is(mcw_flag_name(i), flags[i], "name of a flag");
	for (unsigned int i = 0; i < ARRAY_SIZE(lanes); i++)
		is(mcw_lane_name(i), lanes[i], "name of a lane");
	is(mcw_source_name(255), "unknown", "name of source 255");
	is(mcw_class_name(255), "unknown", "name of class 255");
}

static void test_unit(void)
{
	static const struct {
		unsigned int vendor;
		unsigned int bank;
		__u64 ipid;
		const char *text;
	} cases[] = {
		{ INTEL, 5, 0, "" },
		{ INTEL, 5, IPID_UMC, "" },
		{ INTEL, 255, 0, "firmware" },
		{ AMD, 5, 0, "" },
		{ AMD, 5, IPID_UMC, "UMC memory controller" },
		{ HYGON, 5, IPID_LS, "load-store" },
		{ AMD, 5, 0x000700b000000000ULL, "L3 cache" },
		{ AMD, 5, 0x0001002e00000000ULL, "PIE power and interrupts" },
		{ AMD, 5, 0x0002002e00000000ULL, "coherent station" },
		{ AMD, 5, 0x0000f05000000000ULL, "xGMI PCS" },
		{ AMD, 5, IPID_UNKNOWN, "unit 0x777 type 0x1234" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct mcw_event ev = event(cases[i].vendor, 0, VAL);
		char text[MCW_TEXT_BYTES], name[100];

		ev.regs.bank = cases[i].bank;
		ev.regs.ipid = cases[i].ipid;
		snprintf(name, sizeof(name), "unit: case %zu '%s'", i, cases[i].text);
		is(mcw_unit_text(&ev, text, sizeof(text)), cases[i].text, name);
	}
}

static void test_bits(void)
{
	struct mcw_event ev = event(INTEL, SER, ALL);
	char text[MCW_TEXT_BYTES];

	is(mcw_status_text(&ev, text, sizeof(text)), "VAL OVER UC EN MISCV ADDRV PCC S AR FW",
	   "status: all of Intel's bits");
	ev = event(INTEL, 0, ALL & ~MCW_STATUS_FW);
	is(mcw_status_text(&ev, text, sizeof(text)), "VAL OVER UC EN MISCV ADDRV PCC",
	   "status: no S and AR without SER_P");
	ev = event(AMD, SER, ALL);
	is(mcw_status_text(&ev, text, sizeof(text)),
	   "VAL OVER UC EN MISCV ADDRV PCC CECC UECC DEFERRED POISON SCRUB",
	   "status: AMD without scalable MCA");
	ev.cpu_caps = MCW_CAP_SMCA;
	is(mcw_status_text(&ev, text, sizeof(text)),
	   "VAL OVER UC EN MISCV ADDRV PCC TCC PADDRV SYNDV CECC UECC DEFERRED POISON SCRUB",
	   "status: AMD with scalable MCA");
	ev = event(INTEL, 0, 0);
	is(mcw_status_text(&ev, text, sizeof(text)), "", "status: no bit");
	is(mcw_mcgstatus_text(ALL, ALL, text, sizeof(text)), "RIPV EIPV MCIP LMCE_S SEAM_NR",
	   "MCG_STATUS: all ones");
	is(mcw_mcgcap_text(10, text, sizeof(text)), "10 banks", "MCG_CAP: banks alone");
	is(mcw_mcgcap_text(ALL, text, sizeof(text)),
	   "255 banks, MCG_CTL, corrected-error interrupt (CMCI), threshold status (TES), SEAM non-root status, software error recovery (SER), extended error log (ELOG), local machine check (LMCE), 255 extended registers",
	   "MCG_CAP: all ones");
}

static bool text_ok(const char *text, size_t size)
{
	size_t length = strnlen(text, size);

	for (size_t i = 0; i < length; i++)
		if (text[i] < ' ' || text[i] > '~' || text[i] == '"' || text[i] == '\\')
			return false;
	return length < size;
}

/*
 * With any numbers and any buffer size the text is terminated and printable, and whole at full
 * size.
 */
static void test_garbage(void)
{
	char *(*const texts[])(const struct mcw_event *, char *, size_t) = {
		mcw_code_text, mcw_unit_text, mcw_address_text, mcw_status_text,
		mcw_syndrome_text, mcw_fru_text, mcw_sentence_text,
	};
	size_t longest = 0;
	bool ok = true;

	srandom(1);
	for (unsigned int round = 0; round < 20000; round++) {
		static const __u8 vendors[] = { 0, 2, 9, 10 };
		struct mcw_event ev;
		size_t size = random() % 4 ? MCW_TEXT_BYTES : 1 + random() % 40;
		/* from the heap: AddressSanitizer knows its end */
		char *text = malloc(size);

		for (size_t i = 0; i < sizeof(ev); i++)
			((__u8 *)&ev)[i] = random() % 8 ? random() : 0xff;
		ev.regs.cpuvendor = vendors[random() % ARRAY_SIZE(vendors)];
		for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
			ok &= text_ok(texts[i](&ev, text, size), size);
			longest = strlen(text) > longest ? strlen(text) : longest;
		}
		for (unsigned int n = 0; mcw_remark_text(&ev, n, text, size); n++)
			ok &= text_ok(text, size) && text[0];
		free(text);
	}
	ktap_result_of(ok, "garbage: always terminated and printable");
	ktap_result_of(longest < MCW_TEXT_BYTES - 1 && longest > 100,
		       "garbage: longest text is %zu of %d", longest, MCW_TEXT_BYTES);
}

int main(void)
{
	ktap_begin();
	test_class();
	test_code();
	test_count();
	test_address();
	test_names();
	test_unit();
	test_bits();
	test_garbage();
	return ktap_end();
}
