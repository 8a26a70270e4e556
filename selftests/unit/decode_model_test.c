// SPDX-License-Identifier: GPL-2.0
/* LINK: mcwctl */
/* FLAGS: -Wno-missing-field-initializers */
/*
 * What mcwctl says by the CPU's model, and what it does not say where a register is not given.
 */
#include <stdio.h>
#include <string.h>

#include "ktap.h"
#include "decode/absent.h"
#include "decode/cpu.h"
#include "decode/decode.h"
#include "decode/erratum.h"
#include "decode/facts.h"

#define VAL MCW_STATUS_VAL
#define UC MCW_STATUS_UC
#define EN MCW_STATUS_EN
#define MISCV MCW_STATUS_MISCV
#define ADDRV MCW_STATUS_ADDRV
#define PCC MCW_STATUS_PCC
#define SER MCW_MCGCAP_SER_P
#define CMCI MCW_MCGCAP_CMCI_P
#define TES MCW_MCGCAP_TES_P
#define LMCE MCW_MCGCAP_LMCE_P
#define SEAM MCW_MCGCAP_SEAM_NR
#define INTEL MCW_VENDOR_INTEL
#define AMD MCW_VENDOR_AMD
#define HYGON MCW_VENDOR_HYGON

static char text[MCW_TEXT_BYTES];

static void is(const char *got, const char *wanted, const char *name)
{
	bool ok = !got || !wanted ? got == wanted : !strcmp(got, wanted);

	if (!ok)
		printf("# got '%s', wanted '%s'\n", got ? got : "nothing",
		       wanted ? wanted : "nothing");
	ktap_result_of(ok, "%s", name);
}

static void says(const char *got, const char *part, bool wanted, const char *name)
{
	bool ok = !!strstr(got, part) == wanted;

	if (!ok)
		printf("# '%s' in '%s'\n", part, got);
	ktap_result_of(ok, "%s", name);
}

static void test_assumed(void)
{
	static const struct {
		unsigned int vendor;
		__u32 cpuid;
		__u64 mcgcap;
		const char *name;
	} cases[] = {
		{ INTEL, 0, CMCI | TES | SER | LMCE, "no model" },
		{ INTEL, 0x206c2, CMCI | TES, "Westmere" },
		{ INTEL, 0x206f2, CMCI | TES | SER, "Westmere-EX" },
		{ INTEL, 0x206a7, CMCI | TES, "Sandy Bridge client" },
		{ INTEL, 0x206d7, CMCI | TES | SER, "Sandy Bridge server" },
		{ INTEL, 0x306c3, CMCI | TES, "Haswell client" },
		{ INTEL, 0x306f2, CMCI | TES | SER, "Haswell server" },
		{ INTEL, 0x50657, CMCI | TES | SER | LMCE, "Cascade Lake" },
		{ INTEL, 0x806f8, CMCI | TES | SER | LMCE | SEAM, "Sapphire Rapids" },
		{ INTEL, 0xd06d0, CMCI | TES | SER | LMCE | SEAM, "Clearwater Forest" },
		{ INTEL, 0xb0671, CMCI | TES, "Raptor Lake" },
		{ INTEL, 0x6fb, 0, "Core 2" },
		{ INTEL, 0xf43, 0, "Pentium 4" },
		{ AMD, 0xa20f10, 0, "AMD" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct mcw_event ev = { .regs = { .cpuvendor = cases[i].vendor,
						  .cpuid = cases[i].cpuid } };

		if (!cases[i].cpuid)
			ev.absent = MCW_ABSENT_CPUID;
		ktap_result_of(mcw_mcgcap_assumed(&ev) == cases[i].mcgcap, "assumed of %s",
			       cases[i].name);
	}
}

/* Of software's own records, which have no MCG_CAP. */
static void test_gradable(void)
{
	struct mcw_event ev = { .regs = { .status = VAL | UC } };

	ktap_result(!mcw_event_is_gradable(&ev), "gradable: not without MCG_CAP");
	ev.regs.status |= PCC;
	ktap_result(mcw_event_is_gradable(&ev), "gradable: what is fatal on every CPU");
	ev.regs.status = VAL;
	ktap_result(mcw_event_is_gradable(&ev), "gradable: what was corrected");
	ev.regs.status = VAL | UC;
	ev.absent = MCW_ABSENT_MCGCAP;
	ktap_result(mcw_event_is_gradable(&ev), "gradable: where MCG_CAP is assumed");
	ev.absent = 0;
	ev.regs.cpuvendor = AMD;
	ktap_result(mcw_event_is_gradable(&ev), "gradable: AMD's do not depend on it");
}

/* What is met alone proves it. */
static void test_assumed_local(void)
{
	struct mcw_event ev = { .regs = { .cpuid = 0xb0671, .mcgstatus = 0xd } };

	ktap_result(mcw_mcgcap_assumed(&ev) & SER, "assumed: SER, of a local machine check");
	ev.absent = MCW_ABSENT_MCGSTATUS;
	ktap_result(!(mcw_mcgcap_assumed(&ev) & SER), "assumed: no SER, where that is not given");
	ev.absent = 0;
	ev.regs.mcgstatus = 0x5;
	ktap_result(!(mcw_mcgcap_assumed(&ev) & SER), "assumed: no SER, where all CPUs met it");
}

/* Bit 12 was no SEAM on a Westmere, and LMCE_S is none without LMCE. */
static void test_capabilities(void)
{
	says(mcw_mcgcap_text(0x1c09, text, sizeof(text)), "SEAM", false, "SEAM: not of 0x1c09");
	says(mcw_mcgcap_text(0x1c09 | SER, text, sizeof(text)), "SEAM", false,
	     "SEAM: not without LMCE");
	says(mcw_mcgcap_text(0x1c09 | SER | LMCE, text, sizeof(text)), "SEAM", true,
	     "SEAM: with SER and LMCE");
	is(mcw_mcgstatus_text(0x100f, 0x1c09, text, sizeof(text)), "RIPV EIPV MCIP",
	   "MCG_STATUS without LMCE");
	is(mcw_mcgstatus_text(0x1008, SEAM | SER | LMCE, text, sizeof(text)), "LMCE_S SEAM_NR",
	   "MCG_STATUS with SEAM alone");
}

#define ICE_LAKE 0x606a6
#define SKYLAKE 0x50654
#define IVY_BRIDGE 0x306e4
#define HASWELL 0x306f2
#define WESTMERE 0x206c2
#define SAPPHIRE 0x806f8
#define CLIENT 0x506e3

static const struct code_case {
	__u32 cpuid;
	unsigned int bank;
	__u32 low; /* MCi_STATUS 31:0 */
	const char *unit;
	const char *code;
} code_cases[] = {
	{ SKYLAKE, 4, 0x42000402, "PCU power control unit", "SVID: VCCIN regulator, VOUT failure" },
	{ SKYLAKE, 4, 0xff000402, "PCU power control unit", "" },
	{ HASWELL, 4, 0x81000402, "PCU power control unit", "die is too hot (recoverable)" },
	{ ICE_LAKE, 4, 0x90050402, "PCU power control unit",
	  "die is too hot (recoverable), its controller: stack overflow" },
	{ SKYLAKE, 12, 0x00100e0f, "UPI link", "CRC error, LLR was aborted" },
	{ SKYLAKE, 19, 0x00120e0f, "UPI link", "control error of link or physical layer" },
	{ ICE_LAKE, 8, 0x80120e0f, "UPI link",
	  "control error of link or physical layer, transmit parity" },
	{ ICE_LAKE, 5, 0x003f0e0f, "UPI link", "" },
	{ HASWELL, 21, 0x00310e0f, "QPI link", "CRC error, link level retry worked" },
	{ WESTMERE, 1, 0x00810e0f, "QPI link", "header parity, unsupported credit" },
	{ SKYLAKE, 8, 0x01090091, "M2M mesh to memory", "read data error, full write data error" },
	{ ICE_LAKE, 20, 0x00200091, "M2M mesh to memory", "timeout" },
	{ SAPPHIRE, 12, 0x00090091, "M2M mesh to memory", "timeout" },
	{ SKYLAKE, 18, 0x000800c0, "iMC memory controller", "patrol scrub, corrected" },
	{ SKYLAKE, 18, 0x080e00c0, "iMC memory controller", "" },
	{ IVY_BRIDGE, 16, 0x00400090, "iMC memory controller", "sparing, uncorrected" },
	{ ICE_LAKE, 13, 0x00a00090, "iMC memory controller", "read, uncorrected" },
	{ ICE_LAKE, 27, 0x02000090, "iMC memory controller", "DDR command or address parity" },
	{ WESTMERE, 8, 0x0080009f, "iMC memory controller", "address parity" },
	{ SKYLAKE, 9, 0x0031110a, "CHA cache and home agent", "" },
	{ HASWELL, 7, 0x00010091, "home agent", "" },
	{ SKYLAKE, 3, 0x0031110a, "", "" },
	{ CLIENT, 6, 0x00041152, "L3 last level cache", "" },
	{ CLIENT, 6, 0x00041151, "", "" },
	{ CLIENT, 3, 0x00041152, "", "" },
	{ 0xb0671, 8, 0x00010091, "", "" },
};

static void test_codes(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(code_cases); i++) {
		const struct code_case *c = &code_cases[i];
		struct mcw_event ev = {
			.regs = { .cpuid = c->cpuid, .bank = c->bank, .status = VAL | c->low }
		};
		char name[100];

		snprintf(name, sizeof(name), "unit of bank %u, model 0x%x", c->bank, c->cpuid);
		is(mcw_unit_text(&ev, text, sizeof(text)), c->unit, name);
		snprintf(name, sizeof(name), "code 0x%08x of that bank", c->low);
		is(mcw_model_code_text(&ev, text, sizeof(text)), c->code, name);
		/* Without the bank, or without the model, nothing is known. */
		ev.absent = i & 1 ? MCW_ABSENT_BANK : MCW_ABSENT_CPUID;
		is(mcw_unit_text(&ev, text, sizeof(text)), "", "unit of what is not given");
		is(mcw_model_code_text(&ev, text, sizeof(text)), "", "code of what is not given");
	}
}

static void test_misc(void)
{
	struct mcw_event ev = { .regs = { .cpuid = ICE_LAKE,
					  .bank = 17,
					  .status = VAL | MISCV | 0x00800091,
					  .misc = 0x0548c23456789a86ULL } };

	is(mcw_misc_text(&ev, text, sizeof(text)),
	   "DIMM 0x1, rank 0x5, subrank 0x4, bank group 0x2, bank 0x0, row 0x68acf, "
	   "column 0x134, failed device 0x23, ECC mode SDDC, memory mode (2LM)",
	   "MISC of an Ice Lake");
	ev.regs.status |= UC;
	says(mcw_misc_text(&ev, text, sizeof(text)), "device", false,
	     "no device is known of an uncorrected one");
	ev.absent = MCW_ABSENT_MISC;
	is(mcw_misc_text(&ev, text, sizeof(text)), "", "MISC that was not given");
	ev = (struct mcw_event){ .regs = { .cpuid = WESTMERE,
					   .bank = 8,
					   .status = VAL | MISCV | 0x9f,
					   .misc = 0x12345678000d0000ULL } };
	is(mcw_misc_text(&ev, text, sizeof(text)), "channel 3, DIMM 1, syndrome 0x12345678",
	   "MISC of a Westmere");
	ev.regs.bank = 5;
	is(mcw_misc_text(&ev, text, sizeof(text)), "", "MISC of another bank");
}

#define IF_IPID 0x000100b000000000ULL

static void test_errata(void)
{
	static const struct {
		unsigned int vendor;
		__u32 cpuid;
		unsigned int bank;
		__u64 status;
		__u64 ipid;
		const char *part; /* NULL: none */
	} cases[] = {
		{ INTEL, 0x306c3, 0, VAL | EN | 0x4000000f0005, 0, "HSD131" },
		{ INTEL, 0x40651, 0, VAL | 0xf0005, 0, "HSM142" },
		{ INTEL, 0x306d4, 0, VAL | 0xf0005, 0, "BDM48" },
		{ INTEL, 0x50657, 0, VAL | 0xf0005, 0, "SKX37" },
		{ INTEL, 0x306c3, 1, VAL | 0xf0005, 0, NULL },
		{ INTEL, 0x306c3, 0, VAL | UC | 0xf0005, 0, NULL },
		{ INTEL, 0x306c3, 0, VAL | 0xe0005, 0, NULL },
		{ INTEL, 0x306c3, 0, 0xf0005, 0, NULL },
		{ INTEL, 0x306f2, 0, VAL | 0xf0005, 0, NULL },
		{ INTEL, 0, 0, VAL | 0xf0005, 0, NULL },
		{ AMD, 0xa50f00, 7, VAL | UC | PCC | 0x135, 0, "EN=0" },
		{ AMD, 0xa50f00, 7, VAL | EN | 0x135, 0, NULL },
		{ AMD, 0xa50f01, 7, VAL | 0x135, 0, NULL },
		{ AMD, 0x810f10, 9, VAL | 0xa0150, IF_IPID, "1114" },
		{ AMD, 0x820f00, 9, VAL | 0xa0150, IF_IPID, "1114" },
		{ AMD, 0x830f10, 1, VAL | 0xa0150, IF_IPID, NULL },
		{ AMD, 0x810f10, 1, VAL | 0xb0150, IF_IPID, NULL },
		{ AMD, 0x810f10, 1, VAL | 0xa0150, 0x000200b000000000ULL, NULL },
		{ AMD, 0x600f12, 4, VAL | 0x50015, 0, "GART" },
		{ AMD, 0x600f12, 4, VAL | 0x60015, 0, NULL },
		{ AMD, 0x600f12, 3, VAL | 0x50015, 0, NULL },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct mcw_event ev = { .regs = { .cpuvendor = cases[i].vendor,
						  .cpuid = cases[i].cpuid,
						  .bank = cases[i].bank,
						  .status = cases[i].status,
						  .ipid = cases[i].ipid } };
		const char *erratum = mcw_erratum(&ev);
		char name[100];

		snprintf(name, sizeof(name), "erratum: case %zu", i);
		if (erratum && cases[i].part)
			says(erratum, cases[i].part, true, name);
		else
			is(erratum, cases[i].part, name);
	}
}

static bool remarked(const struct mcw_event *ev, const char *part)
{
	for (unsigned int n = 0; mcw_remark_text(ev, n, text, sizeof(text)); n++)
		if (strstr(text, part))
			return true;
	return false;
}

static void test_ucna(void)
{
	struct mcw_event ev = { .regs = { .mcgcap = SER, .status = VAL | UC | EN | 0x92 } };

	says(mcw_sentence_text(&ev, text, sizeof(text)), "poisoned, and not consumed yet (UCNA)",
	     true, "UCNA: the data is lost");
	ktap_result(remarked(&ev, "a task is killed"), "UCNA: what comes of it");
	ev.regs.status = VAL | UC | EN | 0x405;
	says(mcw_sentence_text(&ev, text, sizeof(text)), "poison", false,
	     "UCNA: no data in an internal error");
	ktap_result(!remarked(&ev, "a task is killed"), "UCNA: nor what comes of it");
	ev = (struct mcw_event){ .regs = { .cpuvendor = AMD,
					   .status = VAL | MCW_STATUS_DEFERRED } };
	says(mcw_sentence_text(&ev, text, sizeof(text)), "nobody has used yet", true,
	     "deferred: not used");
	ev.regs.status |= MCW_STATUS_POISON;
	says(mcw_sentence_text(&ev, text, sizeof(text)), "nobody has used yet", false,
	     "deferred: used, where poison was consumed");
	ktap_result(remarked(&ev, "poisoned data was consumed"), "deferred: consumed");
}

static void test_restart(void)
{
	const struct mcw_event boot = { .source = MCW_SOURCE_POLL,
					.regs = { .status = VAL | UC | PCC | 0x135 } };
	struct mcw_event ev = boot;

	ktap_result(remarked(&ev, "before the restart"), "restart: found by the first poll");
	ev.regs.tsc = 1;
	ktap_result(!remarked(&ev, "before the restart"), "restart: not with a TSC");
	ev = boot;
	ev.absent = MCW_ABSENT_TSC;
	ktap_result(!remarked(&ev, "before the restart"), "restart: not where TSC is not given");
	ev = boot;
	ev.source = MCW_SOURCE_EXCEPTION;
	ktap_result(!remarked(&ev, "before the restart"), "restart: not in an exception");
	ev = boot;
	ev.regs.status &= ~PCC;
	ktap_result(!remarked(&ev, "before the restart"), "restart: not without PCC");
}

static void test_virtual(void)
{
	const struct mcw_event real = {
		.absent = MCW_ABSENT_KFLAGS,
		.regs = { .status = VAL, .cpuid = SKYLAKE, .microcode = 0x2006b06 }
	};
	struct mcw_event ev = real;

	ktap_result(!remarked(&ev, "virtual"), "virtual: not a real one");
	ev.regs.microcode = 0xffffffff;
	ktap_result(remarked(&ev, "virtual"), "virtual: Hyper-V's microcode");
	ev.absent |= MCW_ABSENT_MICROCODE;
	ktap_result(!remarked(&ev, "virtual"), "virtual: not where it is not given");
	ev = real;
	ev.regs.microcode = 1;
	ktap_result(remarked(&ev, "virtual"), "virtual: KVM's microcode");
	ev.regs.cpuid = 0x6fb;
	ktap_result(!remarked(&ev, "virtual"), "virtual: not an old CPU");
	ev = real;
	ev.regs.cpuvendor = AMD;
	ev.regs.microcode = 0x01000065;
	ktap_result(remarked(&ev, "virtual"), "virtual: KVM's microcode for AMD");
	ev = real;
	ev.regs.microcode = 0xffffffff;
	ev.absent = 0;
	ktap_result(!remarked(&ev, "virtual"), "virtual: the device's own record");
}

static void test_amd(void)
{
	struct mcw_event ev = { .absent = MCW_ABSENT_IPID,
				.regs = { .cpuvendor = AMD,
					  .cpuid = 0x800f11,
					  .bank = 5,
					  .status = VAL | UC | PCC | 0xb0108 } };

	is(mcw_unit_text(&ev, text, sizeof(text)), "execution", "AMD: a core's bank without IPID");
	says(mcw_code_text(&ev, text, sizeof(text)), "hardware assertion", true,
	     "AMD: and its extended code");
	says(mcw_code_text(&ev, text, sizeof(text)), "reserved level", true, "AMD: LL 0");
	ev.regs.bank = 0;
	ev.regs.status = VAL | 0x160108;
	says(mcw_code_text(&ev, text, sizeof(text)), "pipe 0", true, "AMD: load-store of Zen");
	ev.regs.cpuid = 0x870f10;
	says(mcw_code_text(&ev, text, sizeof(text)), "hardware assertion", true,
	     "AMD: load-store of Zen 2");
	ev.regs.bank = 8;
	is(mcw_unit_text(&ev, text, sizeof(text)), "", "AMD: a bank that differs");
	ev.regs.bank = 5;
	ev.absent = 0;
	is(mcw_unit_text(&ev, text, sizeof(text)), "", "AMD: IPID is 0, a virtual CPU");
	ev = (struct mcw_event){ .regs = { .cpuvendor = AMD,
					   .cpuid = 0xa90f00,
					   .status = VAL | 0x5011b,
					   .ipid = 0x9600000000ULL } };
	says(mcw_code_text(&ev, text, sizeof(text)), "HBM write data parity", true,
	     "AMD: code 5 of MI300A");
	ev.regs.ipid = 0x0001009600207f00ULL;
	says(mcw_code_text(&ev, text, sizeof(text)), "memory controller 1, channel 7", true,
	     "AMD: controller and channel of HBM, even");
	ev.regs.ipid = 0x0001009600101f00ULL;
	ev.regs.status |= MCW_STATUS_SYNDV;
	ev.regs.synd = 3;
	says(mcw_code_text(&ev, text, sizeof(text)), "memory controller 0, channel 5", true,
	     "AMD: the same, odd");
	says(mcw_code_text(&ev, text, sizeof(text)), "chip select", false,
	     "AMD: it has no chip select");
	ev.regs.ipid = 0x9600000000ULL;
	ev.regs.cpuid = 0xa10f11;
	ev.absent = MCW_ABSENT_SYND;
	says(mcw_code_text(&ev, text, sizeof(text)), "chip select", false,
	     "AMD: no chip select without SYND");
	is(mcw_syndrome_text(&ev, text, sizeof(text)), "", "AMD: nor a syndrome");
}

static void test_absent(void)
{
	struct mcw_event ev = { .absent = MCW_ABSENT_ALL,
				.regs = { .status = VAL | ADDRV | MISCV } };
	struct mcw_event more = { .absent = MCW_ABSENT_ALL, .regs = { .misc = 7 } };
	bool good;

	is(mcw_address_text(&ev, text, sizeof(text)), "not given", "address that is not given");
	ev.regs.status |= 0xe0b;
	is(mcw_code_text(&ev, text, sizeof(text)), "I/O error", "device that is not given");
	more.regs.addr = 0x1000;
	mcw_event_has(&more, MCW_ABSENT_ADDR);
	mcw_event_merge(&ev, &more);
	good = ev.regs.addr == 0x1000 && !ev.regs.misc &&
	       ev.absent == (MCW_ABSENT_ALL & ~MCW_ABSENT_ADDR);
	ktap_result(good, "merge: takes what is known, and nothing else");
	ev.regs.addr = 0;
	is(mcw_address_text(&ev, text, sizeof(text)), "0", "address that is 0");
}

static void test_facts(void)
{
	struct mcw_facts facts = { 0 }, more = { 0 };
	enum mcw_fact key = MCW_FACT_KEYS;
	size_t at = 0, count = 0;

	mcw_facts_add(&facts, MCW_FACT_DIMM, "  CPU_SrcID#0_DIMM#1 \r\n", 23);
	mcw_facts_add(&facts, MCW_FACT_ROW, "0x1\3772", 5);
	mcw_facts_add(&facts, MCW_FACT_DIMM, "CPU_SrcID#0_DIMM#1", 18);
	mcw_facts_add(&facts, MCW_FACT_COLUMN, " \t ", 3);
	is(mcw_facts_next(&facts, &at, &key), "CPU_SrcID#0_DIMM#1", "facts: blanks are left out");
	ktap_result(key == MCW_FACT_DIMM, "facts: the key");
	is(mcw_facts_next(&facts, &at, &key), "0x1?2", "facts: printable ASCII");
	is(mcw_facts_next(&facts, &at, &key), NULL, "facts: neither twice nor empty");
	is(mcw_facts_find(&facts, MCW_FACT_ROW), "0x1?2", "facts: found by key");
	is(mcw_facts_find(&facts, MCW_FACT_COLUMN), NULL, "facts: not found");
	for (unsigned int i = 0; i < 300; i++) {
		snprintf(text, sizeof(text), "value %u", i);
		mcw_facts_add(&more, MCW_FACT_DETAIL, text, strlen(text));
	}
	for (at = 0; mcw_facts_next(&more, &at, &key);)
		count++;
	ktap_result(count && count + more.missed == 300, "facts: bounded, and counted");
	mcw_facts_merge(&facts, &more);
	ktap_result(facts.missed > more.missed, "facts: merged, as far as there is room");
	for (unsigned int i = 0; i < MCW_FACT_KEYS; i++)
		ktap_result_of(mcw_fact_name(i) && mcw_fact_text(i), "facts: key %u has names", i);
}

int main(void)
{
	test_assumed();
	test_assumed_local();
	test_gradable();
	test_capabilities();
	test_codes();
	test_misc();
	test_errata();
	test_ucna();
	test_restart();
	test_virtual();
	test_amd();
	test_absent();
	test_facts();
	return ktap_end();
}
