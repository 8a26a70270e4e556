// SPDX-License-Identifier: GPL-2.0
/* LINK: mcwctl */
/* FLAGS: -Wno-missing-field-initializers */
/*
 * The language of injected errors: the result for each text, or the line and message of its error.
 * Each text, and each beginning of it, is read from memory that ends with it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ktap.h"
#include "decode/decode.h"
#include "inject/text.h"

#define UC_EN (MCW_STATUS_VAL | MCW_STATUS_EN | MCW_STATUS_UC)
#define MAX_BLOCKS 3

static const struct text_case {
	const char *name;
	const char *text;
	/* Either: */
	struct mcw_injection blocks[MAX_BLOCKS]; /* ended by line 0 */
	/* Or: */
	unsigned int error_line;
	const char *error;
} cases[] = {
	{ "nothing", "" },
	{ "comments alone", "# one\n\n\t# two" },
	{ "a corrected error",
	  "CPU 1 BANK 2\nSTATUS CORRECTED 0x9f\nADDR 0x1234000\nMISC 0x8c\n",
	  { { .line = 1,
	      .regs = { .extcpu = 1,
			.bank = 2,
			.status = MCW_STATUS_VAL | MCW_STATUS_EN | MCW_STATUS_ADDRV |
				  MCW_STATUS_MISCV | 0x9f,
			.addr = 0x1234000,
			.misc = 0x8c } } } },
	{ "the status after the address, words small, on one line",
	  "cpu 0 3 addr 16 status val 010",
	  { { .line = 1,
	      .regs = { .bank = 3,
			.status = MCW_STATUS_VAL | MCW_STATUS_ADDRV | 8,
			.addr = 16 } } } },
	{ "yellow, as mce-inject has it",
	  "# above the threshold\nCPU 0 BANK 3\nMCGSTATUS TES_P\nSTATUS CORRECTED TES_YELLOW\n",
	  { { .line = 2,
	      .mcgstatus_given = true,
	      .regs = { .bank = 3,
			.mcgcap = MCW_MCGCAP_TES_P,
			.status = MCW_STATUS_VAL | MCW_STATUS_EN | MCW_BIT(54) } } } },
	{ "SRAR of user mode",
	  "CPU 0 BANK 1 MCGSTATUS RIPV EIPV MCIP LMCES NOBROADCAST\n"
	  "STATUS UNCORRECTED SRAR 0x134 RIP 0x33:0x1eadbabe",
	  { { .line = 1,
	      .mcgstatus_given = true,
	      .no_broadcast = true,
	      .regs = { .bank = 1,
			.mcgstatus = 0xf,
			.status = UC_EN | MCW_STATUS_S | MCW_STATUS_AR | 0x134,
			.cs = 0x33,
			.ip = 0x1eadbabe } } } },
	{ "several, one held for the next",
	  "CPU 0 HOLD STATUS UC\nCPU 1 STATUS FATAL RIP 12343434 IRQBROADCAST\n\nMCE POLL IN_IRQ\n",
	  { { .line = 1, .hold = true, .regs = { .status = MCW_STATUS_UC } },
	    { .line = 2,
	      .regs = { .extcpu = 1,
			.status = UC_EN | MCW_STATUS_PCC,
			.ip = 12343434,
			.inject_flags = MCW_INJECT_IRQ_BROADCAST } },
	    { .line = 4,
	      .any_cpu = true,
	      .poll = true,
	      .regs = { .inject_flags = MCW_INJECT_IRQ } } } },
	{ "all other words",
	  "CPU 0 TSC 1 TIME 2 SOCKETID 3 APICID 4 SYND 5 IPID 6 PPIN 7 MICROCODE 8 PROCESSOR 9:0xa\n"
	  "MCGCAP SER_P 0x100 EXCP IN_PROC NMIBROADCAST",
	  { { .line = 1,
	      .regs = { .tsc = 1,
			.time = 2,
			.socketid = 3,
			.apicid = 4,
			.synd = 5,
			.ipid = 6,
			.ppin = 7,
			.microcode = 8,
			.cpuvendor = 9,
			.cpuid = 10,
			.mcgcap = MCW_MCGCAP_SER_P | 0x100,
			.inject_flags = MCW_INJECT_EXCEPTION | MCW_INJECT_PROCESS |
					MCW_INJECT_NMI_BROADCAST } } } },
	{ "the kernel's own lines",
	  "[    7.5] mce: [Hardware Error]: CPU 1: Machine Check Exception: f Bank 10: bd80000000100134\n"
	  "[    7.6] mce: [Hardware Error]: RIP !INEXACT! 33:<00007f3c1a2b> {_raw+0x2/0x30 [mod]}\n"
	  "mce: [Hardware Error]: TSC 15a97bbbf4 ADDR 10 MISC 8c\n"
	  "mce: [Hardware Error]: PROCESSOR 0:50654 TIME 1795559119 SOCKET 0 APIC 10 microcode 1\n",
	  { { .line = 1,
	      .mcgstatus_given = true,
	      .regs = { .extcpu = 1,
			.bank = 10,
			.mcgstatus = 0xf,
			.status = 0xbd80000000100134 | MCW_STATUS_ADDRV | MCW_STATUS_MISCV,
			.cs = 0x33,
			.ip = 0x7f3c1a2b,
			.tsc = 0x15a97bbbf4,
			.addr = 0x10,
			.misc = 0x8c,
			.cpuid = 0x50654,
			.time = 1795559119,
			.apicid = 0x10,
			.microcode = 1 } } } },
	{ "a block, then decimal again",
	  "CPU 0: Machine Check: 0 Bank 4: 9c00000000000090\nCPU 10 ADDR 10",
	  { { .line = 1,
	      .mcgstatus_given = true,
	      .regs = { .bank = 4, .status = 0x9c00000000000090 } },
	    { .line = 2, .regs = { .extcpu = 10, .status = MCW_STATUS_ADDRV, .addr = 10 } } } },
	{ "no start", "\nSTATUS 1\n", .error_line = 2,
	  .error = "expected 'CPU' or 'MCE', found 'STATUS'" },
	{ "an unknown word", "CPU 0\nSTATUS UC\nSTATSU 1", .error_line = 3,
	  .error = "'STATSU' is not a word of this language" },
	{ "no number", "CPU 0 BANK\nADDR 1", .error_line = 2,
	  .error = "expected a number, found 'ADDR'" },
	{ "the end instead of a number", "CPU", .error_line = 1,
	  .error = "expected a number, found the end" },
	{ "a bank too large", "CPU 0 BANK 256", .error_line = 1,
	  .error = "256 is too large: the maximum is 255 (0xff)" },
	{ "more than 64 bits", "CPU 0 ADDR 0x10000000000000000", .error_line = 1,
	  .error = "expected a number" },
	{ "no octal digit", "CPU 0 ADDR 09", .error_line = 1,
	  .error = "expected a number, found '09'" },
	{ "a bad sign", "CPU 0 ADDR 1;", .error_line = 1, .error = "';' is not a word" },
	{ "not printable", "CPU 0 \001", .error_line = 1, .error = "'\\x01' is not a word" },
	{ "a code segment too large", "CPU 0\n\nRIP 0x100:1", .error_line = 3,
	  .error = "0x100 is not a code segment" },
	{ "a symbol without its end", "CPU 0 RIP 10:<1> {a\n", .error_line = 2,
	  .error = "expected '}', found the end" },
	{ "both ways", "CPU 0 POLL EXCP", .error_line = 1, .error = "exclude each other" },
	{ "two contexts", "CPU 0 IN_IRQ IN_PROC", .error_line = 1, .error = "exclude each other" },
	{ "two broadcasts", "CPU 0 IRQBROADCAST NOBROADCAST", .error_line = 1,
	  .error = "exclude each other" },
	{ "half of the kernel's line", "CPU 0: Machine Check: 5 4", .error_line = 1,
	  .error = "expected 'Bank', found '4'" },
};

/* In memory of exactly this size, so that the sanitizers see a read past its end. */
static char *copy(const char *text, size_t bytes)
{
	char *data = malloc(bytes ? bytes : 1);

	if (!data)
		exit(2);
	memcpy(data, text, bytes);
	return data;
}

static bool reads(const struct text_case *c)
{
	size_t bytes = strlen(c->text), block;
	char *data = copy(c->text, bytes);
	struct mcw_inject_text text;
	struct mcw_injection inj;
	bool good = true;
	int got;

	mcw_inject_text_begin(&text, data, bytes);
	for (block = 0; (got = mcw_inject_text_next(&text, &inj)) > 0; block++) {
		if (c->error)
			continue;
		if (block == MAX_BLOCKS || memcmp(&inj, &c->blocks[block], sizeof(inj))) {
			printf("# block %zu: line %u status 0x%llx\n", block, inj.line,
			       inj.regs.status);
			good = false;
			break;
		}
	}
	if (c->error)
		good = got < 0 && text.line == c->error_line && strstr(text.error, c->error);
	else
		good = good && !got && (block == MAX_BLOCKS || !c->blocks[block].line);
	if (!good)
		printf("# %d, line %u: %s\n", got, text.line, text.error);
	free(data);
	return good;
}

/* Whatever the text is, parsing ends and reads no byte after the end. */
static bool ends(const char *text, size_t bytes)
{
	char *data = copy(text, bytes);
	struct mcw_inject_text in;
	struct mcw_injection inj;
	size_t blocks = 0;

	mcw_inject_text_begin(&in, data, bytes);
	while (blocks <= bytes && mcw_inject_text_next(&in, &inj) > 0)
		blocks++;
	free(data);
	return blocks <= bytes;
}

static bool all_beginnings_end(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		for (size_t bytes = 0; bytes <= strlen(cases[i].text); bytes++)
			if (!ends(cases[i].text, bytes))
				return false;
	return true;
}

int main(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		ktap_result(reads(&cases[i]), cases[i].name);
	ktap_result(all_beginnings_end(), "each beginning of them comes to an end");
	return ktap_end();
}
