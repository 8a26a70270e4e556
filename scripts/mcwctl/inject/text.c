// SPDX-License-Identifier: GPL-2.0
/*
 * Reads the language of inject/text.h by tables of words.
 */
#include "inject/text.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "decode/decode.h"
#include "inject/scan.h"

struct bit {
	const char *name;
	__u64 value;
};

static const struct bit status_bits[] = {
	{ "CORRECTED", MCW_STATUS_VAL | MCW_STATUS_EN },
	{ "UNCORRECTED", MCW_STATUS_VAL | MCW_STATUS_EN | MCW_STATUS_UC },
	{ "FATAL", MCW_STATUS_VAL | MCW_STATUS_EN | MCW_STATUS_UC | MCW_STATUS_PCC },
	{ "VAL", MCW_STATUS_VAL },
	{ "OVER", MCW_STATUS_OVER },
	{ "UC", MCW_STATUS_UC },
	{ "EN", MCW_STATUS_EN },
	{ "PCC", MCW_STATUS_PCC },
	{ "S", MCW_STATUS_S },
	{ "AR", MCW_STATUS_AR },
	{ "UCNA", 0 },
	{ "SRAO", MCW_STATUS_S },
	{ "SRAR", MCW_STATUS_S | MCW_STATUS_AR },
	{ "TES_GREEN", MCW_BIT(53) },
	{ "TES_YELLOW", MCW_BIT(54) },
	{ "DEFERRED", MCW_STATUS_DEFERRED },
	{ "POISON", MCW_STATUS_POISON },
	{ NULL, 0 },
};

static const struct bit mcgstatus_bits[] = {
	{ "RIPV", MCW_MCGSTATUS_RIPV },
	{ "EIPV", MCW_MCGSTATUS_EIPV },
	{ "MCIP", MCW_MCGSTATUS_MCIP },
	{ "LMCES", MCW_BIT(3) },
	{ "SEAM_NR", MCW_BIT(12) },
	{ "TES_P", MCW_MCGCAP_TES_P },
	{ NULL, 0 },
};

static const struct bit mcgcap_bits[] = {
	{ "TES_P", MCW_MCGCAP_TES_P },
	{ "SER_P", MCW_MCGCAP_SER_P },
	{ NULL, 0 },
};

static const struct bit *bit_find(const struct bit *bits, const char *name)
{
	for (; bits->name; bits++)
		if (!strcasecmp(bits->name, name))
			return bits;
	return NULL;
}

/* Reads numbers and names until another token comes. */
static bool take_bits(struct mcw_scan *p, const struct bit *bits, __u64 *value)
{
	*value = 0;
	for (;;) {
		const struct bit *bit = p->kind == MCW_TOKEN_WORD ? bit_find(bits, p->token) : NULL;
		__u64 number;

		if (bit) {
			*value |= bit->value;
			mcw_scan_next(p);
		} else if (p->kind == MCW_TOKEN_WORD &&
			   (isdigit((unsigned char)p->token[0]) ||
			    (p->hex && mcw_scan_number_of(p->token, 16, &number)))) {
			if (!mcw_scan_number(p, false, ~0ULL, &number))
				return false;
			*value |= number;
		} else {
			return true;
		}
	}
}

static bool take_mcgstatus(struct mcw_scan *p)
{
	struct mcw_regs *regs = &p->inj->regs;

	if (!take_bits(p, mcgstatus_bits, &regs->mcgstatus))
		return false;
	/* mce-inject accepts TES_P here, although it is a bit of MCG_CAP. */
	regs->mcgcap |= regs->mcgstatus & MCW_MCGCAP_TES_P;
	regs->mcgstatus &= ~MCW_MCGCAP_TES_P;
	p->inj->mcgstatus_given = true;
	return true;
}

static bool take_rip(struct mcw_scan *p)
{
	struct mcw_regs *regs = &p->inj->regs;
	__u64 number;

	if (!mcw_scan_number(p, false, ~0ULL, &number))
		return false;
	regs->ip = number;
	if (!mcw_scan_sign(p, ':'))
		return true;
	if (number > 0xff)
		return mcw_scan_fail(p, "0x%llx is not a code segment: the maximum is 0xff",
				     number);
	regs->cs = number;
	if (!mcw_scan_sign(p, '<'))
		return mcw_scan_number(p, false, ~0ULL, &regs->ip);
	if (!mcw_scan_number(p, false, ~0ULL, &regs->ip) || !mcw_scan_need_sign(p, '>'))
		return false;
	if (!mcw_scan_sign(p, '{'))
		return true;
	/* The symbol may be anything: symbol+offset/size, module. */
	while (p->kind != MCW_TOKEN_END && !(p->kind == MCW_TOKEN_SIGN && p->token[0] == '}'))
		mcw_scan_next(p);
	return mcw_scan_need_sign(p, '}');
}

static bool take_processor(struct mcw_scan *p)
{
	__u64 vendor, cpuid;

	if (!mcw_scan_number(p, true, 0xff, &vendor) || !mcw_scan_need_sign(p, ':') ||
	    !mcw_scan_number(p, false, ~0U, &cpuid))
		return false;
	p->inj->regs.cpuvendor = vendor;
	p->inj->regs.cpuid = cpuid;
	return true;
}

#define AT(member) offsetof(struct mcw_injection, member)

/* A term with a number. */
static const struct number_term {
	const char *name;
	size_t offset;
	size_t bytes;
	bool decimal;
	__u64 status; /* bits of the status register that the term implies */
} number_terms[] = {
	{ "BANK", AT(regs.bank), 1, true, 0 },
	{ "ADDR", AT(regs.addr), 8, false, MCW_STATUS_ADDRV },
	{ "MISC", AT(regs.misc), 8, false, MCW_STATUS_MISCV },
	{ "TSC", AT(regs.tsc), 8, false, 0 },
	{ "TIME", AT(regs.time), 8, true, 0 },
	{ "SOCKET", AT(regs.socketid), 4, true, 0 },
	{ "SOCKETID", AT(regs.socketid), 4, true, 0 },
	{ "APIC", AT(regs.apicid), 4, false, 0 },
	{ "APICID", AT(regs.apicid), 4, false, 0 },
	{ "SYND", AT(regs.synd), 8, false, 0 },
	{ "IPID", AT(regs.ipid), 8, false, 0 },
	{ "PPIN", AT(regs.ppin), 8, false, 0 },
	{ "MICROCODE", AT(regs.microcode), 4, false, 0 },
};

/* A term without a number. */
static const struct word_term {
	const char *name;
	size_t flag; /* a bool of struct mcw_injection, or 0 */
	__u8 inject_flags;
} word_terms[] = {
	{ "POLL", AT(poll), 0 },
	{ "EXCP", 0, MCW_INJECT_EXCEPTION },
	{ "IN_PROC", 0, MCW_INJECT_PROCESS },
	{ "IN_IRQ", 0, MCW_INJECT_IRQ },
	{ "NOBROADCAST", AT(no_broadcast), 0 },
	{ "IRQBROADCAST", 0, MCW_INJECT_IRQ_BROADCAST },
	{ "NMIBROADCAST", 0, MCW_INJECT_NMI_BROADCAST },
	{ "HOLD", AT(hold), 0 },
};

static bool take_number_term(struct mcw_scan *p, const struct number_term *term, __u64 *implied)
{
	__u64 max = term->bytes == 8 ? ~0ULL : MCW_BIT(8 * term->bytes) - 1;
	__u64 value;

	mcw_scan_next(p);
	if (!mcw_scan_number(p, term->decimal, max, &value))
		return false;
	/* All CPUs with these registers are little endian. */
	memcpy((char *)p->inj + term->offset, &value, term->bytes);
	*implied |= term->status;
	return true;
}

static void take_word_term(struct mcw_scan *p, const struct word_term *term)
{
	mcw_scan_next(p);
	p->inj->regs.inject_flags |= term->inject_flags;
	if (term->flag)
		*((bool *)p->inj + term->flag) = true;
}

/* implied: status bits of other terms. They hold wherever STATUS itself stands. */
static bool take_term(struct mcw_scan *p, __u64 *implied)
{
	for (size_t i = 0; i < ARRAY_SIZE(number_terms); i++)
		if (mcw_scan_is(p, number_terms[i].name))
			return take_number_term(p, &number_terms[i], implied);
	for (size_t i = 0; i < ARRAY_SIZE(word_terms); i++) {
		if (mcw_scan_is(p, word_terms[i].name)) {
			take_word_term(p, &word_terms[i]);
			return true;
		}
	}
	if (mcw_scan_word(p, "STATUS"))
		return take_bits(p, status_bits, &p->inj->regs.status);
	if (mcw_scan_word(p, "MCGSTATUS"))
		return take_mcgstatus(p);
	if (mcw_scan_word(p, "MCGCAP"))
		return take_bits(p, mcgcap_bits, &p->inj->regs.mcgcap);
	if (mcw_scan_word(p, "RIP"))
		return take_rip(p);
	if (mcw_scan_word(p, "PROCESSOR"))
		return take_processor(p);
	return mcw_scan_fail(p, "%s is not a word of this language", mcw_scan_shown(p));
}

/* Reads the rest of the kernel's first line, after "CPU n:". */
static bool take_kernel_line(struct mcw_scan *p)
{
	struct mcw_regs *regs = &p->inj->regs;
	__u64 bank;

	p->hex = true;
	p->inj->mcgstatus_given = true;
	if (!mcw_scan_word(p, "MACHINE") || !mcw_scan_word(p, "CHECK"))
		return mcw_scan_fail(p, "expected 'Machine Check', found %s", mcw_scan_shown(p));
	mcw_scan_word(p, "EXCEPTION");
	if (!mcw_scan_need_sign(p, ':') || !mcw_scan_number(p, false, ~0ULL, &regs->mcgstatus))
		return false;
	if (!mcw_scan_word(p, "BANK"))
		return mcw_scan_fail(p, "expected 'Bank', found %s", mcw_scan_shown(p));
	if (!mcw_scan_number(p, true, 0xff, &bank) || !mcw_scan_need_sign(p, ':') ||
	    !mcw_scan_number(p, false, ~0ULL, &regs->status))
		return false;
	regs->bank = bank;
	return true;
}

static bool starts_block(const struct mcw_scan *p)
{
	return mcw_scan_is(p, "CPU") || mcw_scan_is(p, "MCE");
}

static bool take_start(struct mcw_scan *p)
{
	__u64 number;

	if (mcw_scan_word(p, "MCE")) {
		p->inj->any_cpu = true;
		return true;
	}
	if (!mcw_scan_word(p, "CPU"))
		return mcw_scan_fail(p, "expected 'CPU' or 'MCE', found %s", mcw_scan_shown(p));
	if (!mcw_scan_number(p, false, ~0U, &number))
		return false;
	p->inj->regs.extcpu = number;
	if (mcw_scan_sign(p, ':'))
		return take_kernel_line(p);
	if (p->kind == MCW_TOKEN_WORD && isdigit((unsigned char)p->token[0])) {
		if (!mcw_scan_number(p, false, 0xff, &number))
			return false;
		p->inj->regs.bank = number;
	}
	return true;
}

/* Refuses words that contradict each other. */
static bool check_block(struct mcw_scan *p)
{
	__u8 flags = p->inj->regs.inject_flags;
	unsigned int ways = p->inj->no_broadcast + !!(flags & MCW_INJECT_IRQ_BROADCAST) +
			    !!(flags & MCW_INJECT_NMI_BROADCAST);

	if (p->inj->poll && flags & MCW_INJECT_EXCEPTION)
		return mcw_scan_fail(p, "POLL and EXCP exclude each other");
	if (flags & MCW_INJECT_PROCESS && flags & MCW_INJECT_IRQ)
		return mcw_scan_fail(p, "IN_PROC and IN_IRQ exclude each other");
	if (ways > 1)
		return mcw_scan_fail(p,
				     "NOBROADCAST, IRQBROADCAST and NMIBROADCAST exclude each other");
	return true;
}

void mcw_inject_text_begin(struct mcw_inject_text *text, const char *data, size_t bytes)
{
	memset(text, 0, sizeof(*text));
	text->at = data;
	text->end = data + bytes;
	text->line = 1;
	mcw_scan_begin_line(text);
}

int mcw_inject_text_next(struct mcw_inject_text *text, struct mcw_injection *inj)
{
	struct mcw_scan p = { .text = text, .inj = inj };
	__u64 implied = 0;

	memset(inj, 0, sizeof(*inj));
	mcw_scan_next(&p);
	if (p.kind == MCW_TOKEN_END)
		return 0;
	inj->line = p.line;
	if (!take_start(&p))
		return -1;
	while (p.kind != MCW_TOKEN_END && !starts_block(&p))
		if (!take_term(&p, &implied))
			return -1;
	inj->regs.status |= implied;
	if (!check_block(&p))
		return -1;
	/* The next call reads the next block's first word again. */
	text->at = p.begin;
	text->line = p.line;
	return 1;
}
