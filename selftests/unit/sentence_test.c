// SPDX-License-Identifier: GPL-2.0
/* LINK: mcwctl */
/* FLAGS: -Wno-missing-field-initializers */
/* A record as a sentence, the remarks about it, and AMD's banks and their codes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ktap.h"
#include "decode/decode.h"

#define VAL	MCW_STATUS_VAL
#define OVER	MCW_STATUS_OVER
#define UC	MCW_STATUS_UC
#define ADDRV	MCW_STATUS_ADDRV
#define MISCV	MCW_STATUS_MISCV
#define PCC	MCW_STATUS_PCC
#define S	MCW_STATUS_S
#define AR	MCW_STATUS_AR
#define SYNDV	MCW_STATUS_SYNDV
#define MCGCAP	(MCW_MCGCAP_SER_P | MCW_MCGCAP_CMCI_P | MCW_MCGCAP_TES_P)

#define INTEL	MCW_VENDOR_INTEL
#define AMD	MCW_VENDOR_AMD

static void is(const char *got, const char *wanted, const char *name)
{
	bool ok = !strcmp(got, wanted);

	if (!ok)
		printf("# got '%s', wanted '%s'\n", got, wanted);
	ktap_result(ok, name);
}

static struct mcw_event event(unsigned int vendor, __u64 status)
{
	struct mcw_event ev = {
		.regs = { .cpuvendor = vendor, .mcgcap = MCGCAP, .status = status },
	};

	return ev;
}

#define COUNT(n)	((__u64)(n) << 38)

/* Remarks, joined by semicolons. */
static const struct remark_case {
	unsigned int vendor;
	__u64 status;
	const char *text;
} remark_cases[] = {
	{ INTEL, VAL | 0x90, "" },
	{ INTEL, 0, "status not marked valid" },
	{ INTEL, VAL | COUNT(1), "" },
	{ INTEL, VAL | COUNT(2), "2 corrected errors" },
	{ INTEL, VAL | MCW_BIT(53), "threshold status green" },
	{ INTEL, VAL | MCW_BIT(54) | MCW_STATUS_FW,
	  "threshold status yellow; firmware updated the bank" },
	{ INTEL, VAL | OVER, "overflow: at least 1 other corrected error was not recorded" },
	{ INTEL, VAL | OVER | COUNT(2),
	  "2 corrected errors; overflow: at least 1 other corrected error was not recorded" },
	{ INTEL, VAL | OVER | COUNT(3),
	  "3 corrected errors; overflow: at least 2 other corrected errors were not recorded" },
	{ INTEL, VAL | OVER | COUNT(0x3fff) | MCW_BIT(52),
	  "at least 16383 corrected errors; "
	  "overflow: at least 16382 other corrected errors were not recorded" },
	{ INTEL, VAL | OVER | UC,
	  "overflow: an earlier corrected error was overwritten, or a later error was not "
	  "recorded" },
	{ INTEL, VAL | OVER | UC | S,
	  "overflow: an earlier corrected error was overwritten, or a later error was not "
	  "recorded, and S and AR may be that one's" },
	{ INTEL, VAL | OVER | UC | PCC,
	  "overflow: an earlier error, of any kind, was overwritten, or a later one was not "
	  "recorded" },
	{ INTEL, VAL | PCC, "PCC without UC, which no manual defines" },
	{ INTEL, VAL | UC | AR, "AR without S, which no manual defines" },
	{ AMD, VAL | MCW_STATUS_POISON | MCW_STATUS_SCRUB,
	  "poisoned data was consumed; found by a scrubber" },
	{ INTEL, VAL | UC | MCW_STATUS_POISON | MCW_STATUS_SCRUB, "" },
	{ AMD, VAL | OVER | MCW_STATUS_DEFERRED,
	  "overflow: an earlier corrected error was overwritten, or a later one was not recorded" },
	{ AMD, VAL | OVER | UC,
	  "overflow: an earlier corrected or deferred error was overwritten, or a later error was "
	  "not recorded" },
	{ AMD, VAL | MCW_STATUS_FW, "" },
};

static char *remarks(const struct mcw_event *ev, char *all)
{
	char text[MCW_TEXT_BYTES];

	all[0] = '\0';
	for (unsigned int n = 0; mcw_remark_text(ev, n, text, sizeof(text)); n++) {
		strcat(all, n ? "; " : "");
		strcat(all, text);
	}
	return all;
}

static void test_remarks(void)
{
	char all[10 * MCW_TEXT_BYTES], name[100];
	struct mcw_event ev;

	for (size_t i = 0; i < ARRAY_SIZE(remark_cases); i++) {
		ev = event(remark_cases[i].vendor, remark_cases[i].status);
		snprintf(name, sizeof(name), "remarks: vendor %u, 0x%016llx",
			 remark_cases[i].vendor, remark_cases[i].status);
		is(remarks(&ev, all), remark_cases[i].text, name);
	}
	ev = event(AMD, VAL | SYNDV | MCW_STATUS_TCC | UC);
	ev.cpu_caps = MCW_CAP_SMCA;
	ev.regs.synd = 0x00006bbf0a400203ULL;
	memcpy(&ev.synd1, "DIMM 7 A", sizeof(ev.synd1));
	memcpy(&ev.synd2, "1\0\0\0\0\0\0\0", sizeof(ev.synd2));
	is(remarks(&ev, all),
	   "the state of the task that ran is lost; "
	   "syndrome 0x6bbf of 16 bits, information 0x00203, of a corrected error; FRU DIMM 7 A1",
	   "remarks: scalable MCA, all of them");
	ev.synd2 = 0x3100000000000000ULL;
	is(remarks(&ev, all),
	   "the state of the task that ran is lost; "
	   "syndrome 0x6bbf of 16 bits, information 0x00203, of a corrected error",
	   "remarks: something after the end is no text");
	ev.synd1 = 0x0123456789abcdefULL;
	ev.synd2 = 0;
	ev.regs.status = VAL;
	is(remarks(&ev, all), "", "remarks: registers that are no text");
}

static void test_sentence(void)
{
	struct mcw_event ev = event(INTEL, VAL | UC | S | ADDRV | MISCV | 0xc3);
	char text[MCW_TEXT_BYTES];

	ev.regs.addr = 0x12345000;
	ev.regs.misc = 0x8c;
	is(mcw_sentence_text(&ev, text, sizeof(text)),
	   "Uncorrected error, software may act (SRAO): memory controller error: scrub, channel 3 "
	   "(SRAO: memory scrub); address 0x0000000012345000 (physical, 4 KiB)",
	   "sentence: SRAO");
	ev = event(AMD, VAL | MCW_STATUS_DEFERRED | 0x0001010a);
	ev.regs.ipid = 0x000700b000000000ULL;
	is(mcw_sentence_text(&ev, text, sizeof(text)),
	   "Deferred error, uncorrected data that nobody has used yet: L3 cache, "
	   "cache hierarchy error: generic error, generic, L2, extended code 0x01 "
	   "(shadow tag multi-hit)",
	   "sentence: deferred, in the L3 cache");
	ev = event(INTEL, 0);
	is(mcw_sentence_text(&ev, text, sizeof(text)), "No valid error: no error",
	   "sentence: nothing there");
}

/* One code of each unit, and one past its last. */
static const struct extended_case {
	__u64 ipid;
	unsigned int code;
	const char *name;
} extended_cases[] = {
	{ 0x000000b000000000ULL, 16, "L2 TLB parity" },
	{ 0x000000b000000000ULL, 21, "store coalescing buffer, state or address" },
	{ 0x000000b000000000ULL, 27, NULL },
	{ 0x001000b000000000ULL, 16, "store coalescing buffer parity, data" },
	{ 0x001000b000000000ULL, 22, "hardware assertion" },
	{ 0x001000b000000000ULL, 23, "parity of data on its way to be stored" },
	{ 0x001000b000000000ULL, 24, NULL },
	{ 0x000100b000000000ULL, 12, "poison in a response of the L2 cache" },
	{ 0x000200b000000000ULL, 2, "data ECC" },
	{ 0x000300b000000000ULL, 8, "micro-op fetch queue parity" },
	{ 0x000500b000000000ULL, 0, "watchdog timeout" },
	{ 0x000600b000000000ULL, 4, "retire queue parity" },
	{ 0x000700b000000000ULL, 4, "data ECC" },
	{ 0x0000002e00000000ULL, 7, "atomic request parity" },
	{ 0x0002002e00000000ULL, 0, "illegal request" },
	{ 0x0000002e00000000ULL, 9, NULL },
	{ 0x0002002e00000000ULL, 9, "probe filter protocol" },
	{ 0x0002002e00000000ULL, 21, NULL },
	{ 0x0004002e00000000ULL, 6, "data ECC" },
	{ 0x0001002e00000000ULL, 3, "poison consumed" },
	{ 0x0000009600000000ULL, 4, "address or command parity" },
	{ 0x0001009600000000ULL, 0, "DRAM ECC error" },
	{ 0x0001009600000000ULL, 3, NULL },
	{ 0x0000009600000000ULL, 9, "ECS error" },
	{ 0x0000009600000000ULL, 13, NULL },
	{ 0x000100ff00000000ULL, 20, "SIB SRAM parity" },
	{ 0x0001000100000000ULL, 58, "corrected error in the graphics part" },
	{ 0x0001000100000000ULL, 60, NULL },
	{ 0x0002000100000000ULL, 10, "fuse SRAM ECC or parity" },
	{ 0x000000a800000000ULL, 7, "parity, port 7" },
	{ 0x000000aa00000000ULL, 4, "PHY RAM1 parity" },
	{ 0x0000024100000000ULL, 7, "transmit queue underflow" },
	{ 0x0000001800000000ULL, 1, "PCI Express" },
	{ 0x0000004600000000ULL, 4, "CCIX write response, data error" },
	{ 0x0001004600000000ULL, 0, "SDP data parity" },
	{ 0x0000005000000000ULL, 5, "CRC" },
	{ 0x0000025900000000ULL, 0, "RAM ECC" },
	{ 0x0000006c00000000ULL, 1, "SRAM ECC" },
	{ 0x0000077700000000ULL, 0, NULL },
	{ 0, 0, NULL },
};

static void test_extended(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(extended_cases); i++) {
		const struct extended_case *c = &extended_cases[i];
		struct mcw_event ev = event(AMD, VAL | (__u64)c->code << 16);
		char text[MCW_TEXT_BYTES], wanted[MCW_TEXT_BYTES], name[100];
		char *end;

		ev.regs.ipid = c->ipid;
		ev.cpu_caps = MCW_CAP_SMCA;
		snprintf(wanted, sizeof(wanted),
			 "no architectural code, extended code 0x%02x%s%s%s", c->code,
			 c->name ? " (" : "", c->name ? c->name : "", c->name ? ")" : "");
		mcw_code_text(&ev, text, sizeof(text));
		end = strstr(text, c->ipid >> 48 == 1 ? ", memory controller" : ", channel");
		if (end)
			*end = '\0';
		snprintf(name, sizeof(name), "extended code %u of 0x%016llx", c->code, c->ipid);
		is(text, wanted, name);
	}
}

int main(void)
{
	ktap_begin();
	test_remarks();
	test_sentence();
	test_extended();
	return ktap_end();
}
