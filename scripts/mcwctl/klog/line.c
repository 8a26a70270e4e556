// SPDX-License-Identifier: GPL-2.0
/*
 * One line of the kernel's log, taken apart.
 *
 * The kernel prints a record on three or four lines, which tools read, so they stay as they
 * are: new words were only ever added. EDAC's drivers print the same for Intel with other words
 * around it, and lines of their own for AMD. What stands before a line depends on who kept it:
 * a level, time stamps, the CPU or task that printed, the name of a host. So a line is known
 * by the marks inside it and never by its beginning.
 */
#define _GNU_SOURCE
#include "klog/line.h"

#include <string.h>

#include "decode/absent.h"
#include "decode/decode.h"

struct cursor {
	const char *at;
	const char *end;
};

static bool take(struct cursor *c, const char *word)
{
	size_t length = strlen(word);

	if ((size_t)(c->end - c->at) < length || memcmp(c->at, word, length))
		return false;
	c->at += length;
	return true;
}

static void take_blanks(struct cursor *c)
{
	while (c->at < c->end && (*c->at == ' ' || *c->at == '\t'))
		c->at++;
}

static unsigned int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return 16;
}

static bool take_number(struct cursor *c, unsigned int base, __u64 max, __u64 *value)
{
	const char *begin;

	if (base == 16)
		take(c, "0x");
	begin = c->at;
	*value = 0;
	for (; c->at < c->end; c->at++) {
		unsigned int digit = digit_of(*c->at);

		if (digit >= base)
			break;
		if (*value > (max - digit) / base)
			return false;
		*value = *value * base + digit;
	}
	return c->at != begin;
}

static bool take_hex(struct cursor *c, __u64 *value)
{
	return take_number(c, 16, ~0ULL, value);
}

static bool take_u32(struct cursor *c, unsigned int base, __u32 *value)
{
	__u64 wide;

	if (!take_number(c, base, ~0U, &wide))
		return false;
	*value = wide;
	return true;
}

static bool take_u8(struct cursor *c, unsigned int base, __u8 *value)
{
	__u64 wide;

	if (!take_number(c, base, 0xff, &wide))
		return false;
	*value = wide;
	return true;
}

/* Goes behind the first word like this. */
static bool go_behind(struct cursor *c, const char *word)
{
	const char *found = memmem(c->at, c->end - c->at, word, strlen(word));

	if (!found)
		return false;
	c->at = found + strlen(word);
	return true;
}

/* For a terminal: what is no printable ASCII is a question mark. */
static void copy_text(char *to, size_t size, const char *from, size_t length)
{
	size_t i;

	for (i = 0; i < length && i < size - 1; i++)
		to[i] = from[i] < ' ' || from[i] > '~' ? '?' : from[i];
	to[i] = '\0';
}

/* Registers that stand behind their name. */
static const struct field {
	const char *name;
	unsigned int said;
	__u32 absent;
	size_t offset;
} fields[] = {
	{ "TSC ", MCW_SAID_TSC, MCW_ABSENT_TSC, offsetof(struct mcw_event, regs.tsc) },
	{ "ADDR ", MCW_SAID_ADDR, MCW_ABSENT_ADDR, offsetof(struct mcw_event, regs.addr) },
	{ "MISC ", MCW_SAID_MISC, MCW_ABSENT_MISC, offsetof(struct mcw_event, regs.misc) },
	{ "PPIN ", MCW_SAID_PPIN, MCW_ABSENT_PPIN, offsetof(struct mcw_event, regs.ppin) },
	{ "SYND ", MCW_SAID_SYND, MCW_ABSENT_SYND, offsetof(struct mcw_event, regs.synd) },
	{ "SYND1 ", MCW_SAID_SYND1, MCW_ABSENT_SYND1, offsetof(struct mcw_event, synd1) },
	{ "SYND2 ", MCW_SAID_SYND2, MCW_ABSENT_SYND2, offsetof(struct mcw_event, synd2) },
	{ "IPID ", MCW_SAID_IPID, MCW_ABSENT_IPID, offsetof(struct mcw_event, regs.ipid) },
};

static bool take_field(struct cursor *c, struct mcw_console_line *l)
{
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		if (take(c, fields[i].name)) {
			if (!take_hex(c, (__u64 *)((char *)&l->event + fields[i].offset)))
				return false;
			l->said |= fields[i].said;
			mcw_event_has(&l->event, fields[i].absent);
			return true;
		}
	}
	return false;
}

/* Words that are not known are passed: later kernels may print more. */
static void take_fields(struct cursor *c, struct mcw_console_line *l)
{
	while (c->at < c->end) {
		take_blanks(c);
		if (take_field(c, l))
			continue;
		while (c->at < c->end && *c->at != ' ')
			c->at++;
	}
}

static bool take_head(struct cursor c, struct mcw_console_line *l)
{
	struct mcw_regs *regs = &l->event.regs;

	if (!take(&c, "CPU ") || !take_u32(&c, 10, &regs->extcpu) || !take(&c, ": Machine Check"))
		return false;
	if (!take(&c, " Exception"))
		take(&c, " Event");
	if (!take(&c, ":"))
		return false;
	take_blanks(&c);
	if (!take_hex(&c, &regs->mcgstatus) || !take(&c, " Bank ") ||
	    !take_u8(&c, 10, &regs->bank) || !take(&c, ": ") || !take_hex(&c, &regs->status))
		return false;
	l->said = MCW_SAID_HEAD | MCW_SAID_MCGSTATUS;
	mcw_event_has(&l->event,
		      MCW_ABSENT_CPU | MCW_ABSENT_BANK | MCW_ABSENT_STATUS | MCW_ABSENT_MCGSTATUS);
	return true;
}

static bool take_rip(struct cursor c, struct mcw_console_line *l)
{
	const char *end;

	if (!take(&c, "RIP"))
		return false;
	l->inexact = take(&c, " !INEXACT!");
	if (!take(&c, " ") || !take_u8(&c, 16, &l->event.regs.cs) || !take(&c, ":<") ||
	    !take_hex(&c, &l->event.regs.ip) || !take(&c, ">"))
		return false;
	l->said = MCW_SAID_RIP;
	mcw_event_has(&l->event, MCW_ABSENT_CS | MCW_ABSENT_IP);
	take_blanks(&c);
	if (!take(&c, "{"))
		return true;
	end = memchr(c.at, '}', c.end - c.at);
	copy_text(l->symbol, sizeof(l->symbol), c.at, (end ? end : c.end) - c.at);
	return true;
}

static bool take_processor(struct cursor c, struct mcw_console_line *l)
{
	struct mcw_regs *regs = &l->event.regs;

	if (!take(&c, "PROCESSOR ") || !take_u8(&c, 10, &regs->cpuvendor) || !take(&c, ":") ||
	    !take_u32(&c, 16, &regs->cpuid))
		return false;
	l->said = MCW_SAID_CPUID | MCW_SAID_PROCESSOR;
	mcw_event_has(&l->event, MCW_ABSENT_VENDOR | MCW_ABSENT_CPUID);
	/* EDAC prints no microcode, and a line may be cut off anywhere. */
	if (!take(&c, " TIME ") || !take_number(&c, 10, ~0ULL, &regs->time))
		return true;
	mcw_event_has(&l->event, MCW_ABSENT_TIME);
	if (!take(&c, " SOCKET ") || !take_u32(&c, 10, &regs->socketid))
		return true;
	mcw_event_has(&l->event, MCW_ABSENT_SOCKET);
	if (!take(&c, " APIC ") || !take_u32(&c, 16, &regs->apicid))
		return true;
	mcw_event_has(&l->event, MCW_ABSENT_APIC);
	if (take(&c, " microcode ") && take_u32(&c, 16, &regs->microcode))
		mcw_event_has(&l->event, MCW_ABSENT_MICROCODE);
	return true;
}

/* EAX of CPUID 1 that has these. */
static __u32 signature(__u32 family, __u32 model, __u32 stepping)
{
	__u32 extended = family > 0xf ? family - 0xf : 0;

	return (extended & 0xff) << 20 | (model >> 4 & 0xf) << 16 |
	       ((family - extended) & 0xf) << 8 | (model & 0xf) << 4 | (stepping & 0xf);
}

static bool take_amd_head(struct cursor c, struct mcw_console_line *l)
{
	struct mcw_regs *regs = &l->event.regs;
	__u32 family, model, stepping;

	if (!take(&c, "CPU:") || !take_u32(&c, 10, &regs->extcpu) || !take(&c, " (") ||
	    !take_u32(&c, 16, &family) || !take(&c, ":") || !take_u32(&c, 16, &model) ||
	    !take(&c, ":") || !take_u32(&c, 16, &stepping) || !take(&c, ") MC") ||
	    !take_u8(&c, 10, &regs->bank) || !take(&c, "_STATUS[") || !go_behind(&c, "]: ") ||
	    !take_hex(&c, &regs->status))
		return false;
	regs->cpuvendor = MCW_VENDOR_AMD;
	regs->cpuid = signature(family, model, stepping);
	l->said = MCW_SAID_HEAD | MCW_SAID_CPUID;
	mcw_event_has(&l->event, MCW_ABSENT_CPU | MCW_ABSENT_BANK | MCW_ABSENT_STATUS |
					 MCW_ABSENT_VENDOR | MCW_ABSENT_CPUID);
	return true;
}

/* The text is what the two registers hold. */
static void take_fru(struct cursor *c, struct mcw_console_line *l)
{
	char bytes[sizeof(__u64) * 2] = "";
	size_t length = c->end - c->at;

	memcpy(bytes, c->at, length < sizeof(bytes) ? length : sizeof(bytes));
	memcpy(&l->event.synd1, bytes, sizeof(__u64));
	memcpy(&l->event.synd2, bytes + sizeof(__u64), sizeof(__u64));
	l->said |= MCW_SAID_SYND1 | MCW_SAID_SYND2;
	mcw_event_has(&l->event, MCW_ABSENT_SYND1 | MCW_ABSENT_SYND2);
}

static bool take_amd_rest(struct cursor c, struct mcw_console_line *l)
{
	struct mcw_regs *regs = &l->event.regs;

	if (take(&c, "Error Addr: ") && take_hex(&c, &regs->addr)) {
		l->said = MCW_SAID_ADDR;
		mcw_event_has(&l->event, MCW_ABSENT_ADDR);
	} else if (take(&c, "PPIN: ") && take_hex(&c, &regs->ppin)) {
		l->said = MCW_SAID_PPIN;
		mcw_event_has(&l->event, MCW_ABSENT_PPIN);
	} else if (take(&c, "TSC: ") && take_number(&c, 10, ~0ULL, &regs->tsc)) {
		l->said = MCW_SAID_TSC;
		mcw_event_has(&l->event, MCW_ABSENT_TSC);
	} else if (take(&c, "FRU Text: ")) {
		take_fru(&c, l);
	} else if (take(&c, "IPID: ") && take_hex(&c, &regs->ipid)) {
		l->said = MCW_SAID_IPID;
		mcw_event_has(&l->event, MCW_ABSENT_IPID);
		if (take(&c, ", Syndrome: ") && take_hex(&c, &regs->synd)) {
			l->said |= MCW_SAID_SYND;
			mcw_event_has(&l->event, MCW_ABSENT_SYND);
		}
	} else if (take(&c, "cache level: ") || take(&c, "internal: ")) {
		l->said = MCW_SAID_END;
	}
	return l->said;
}

static void read_edac(struct cursor c, struct mcw_console_line *l)
{
	l->printer = MCW_PRINTER_EDAC;
	if (!take_head(c, l) && !take_processor(c, l))
		take_fields(&c, l);
}

static void read_hardware_error(struct cursor c, struct mcw_console_line *l)
{
	if (take_head(c, l) || take_rip(c, l) || take_processor(c, l))
		return;
	if (take_field(&c, l)) {
		take_fields(&c, l);
		return;
	}
	if (take_amd_head(c, l) || take_amd_rest(c, l))
		l->printer = MCW_PRINTER_EDAC_AMD;
}

/* What stands before a line: anything in brackets, and levels. */
static void read_prefix(struct cursor c, struct mcw_console_line *l)
{
	while (go_behind(&c, "[")) {
		struct cursor in = c;
		__u64 seconds, us;
		const char *end = memchr(c.at, ']', c.end - c.at);

		if (!end)
			return;
		take_blanks(&in);
		if (take_number(&in, 10, ~0U, &seconds) && take(&in, ".") &&
		    take_number(&in, 10, 999999, &us) && in.at == end) {
			l->stamped = true;
			l->stamp_us = seconds * 1000000 + us;
		} else if (in.at < end && (*in.at == 'T' || *in.at == 'C')) {
			copy_text(l->caller, sizeof(l->caller), in.at, end - in.at);
		}
		c.at = end + 1;
	}
}

/* The rest of a line that printk tore: only its own prefix before it. */
static void read_more(struct cursor c, struct mcw_console_line *l)
{
	const char *begin = c.at;

	go_behind(&c, " kernel: ");
	for (;;) {
		char close;
		const char *end;

		take_blanks(&c);
		if (c.at == c.end || (*c.at != '<' && *c.at != '['))
			break;
		close = *c.at == '<' ? '>' : ']';
		end = memchr(c.at, close, c.end - c.at);
		if (!end)
			return;
		c.at = end + 1;
	}
	read_prefix((struct cursor){ begin, c.at }, l);
	if (take_field(&c, l)) {
		l->more = true;
		take_fields(&c, l);
	}
}

/* What the kernel says it does: by its first words. */
static void read_note(struct cursor c, bool hardware_error, struct mcw_console_line *l)
{
	static const struct {
		const char *words;
		enum mcw_fact key;
		bool after_mark;	/* right behind [Hardware Error]: */
	} notes[] = {
		{ "Kernel panic - not syncing: ", MCW_FACT_PANIC, false },
		{ "Memory failure: 0x", MCW_FACT_ACTION, false },
		{ "Machine check: ", MCW_FACT_PANIC, true },
		{ "Fake kernel panic: ", MCW_FACT_PANIC, true },
		{ "Some CPUs didn't answer", MCW_FACT_DETAIL, true },
	};

	for (size_t i = 0; i < ARRAY_SIZE(notes); i++) {
		size_t length = strlen(notes[i].words);
		struct cursor at = c;

		if (notes[i].after_mark ? !hardware_error || !take(&at, notes[i].words) :
					  !go_behind(&at, notes[i].words))
			continue;
		at.at -= length;
		copy_text(l->note, sizeof(l->note), at.at, at.end - at.at);
		l->note_key = notes[i].key;
		return;
	}
}

/* "EDAC name MCn: ", which is not "EDAC MCn: ": that says what a driver made of it. */
static bool go_behind_edac(struct cursor *c)
{
	__u64 number;

	return go_behind(c, "EDAC ") && !take(c, "MC") && go_behind(c, " MC") &&
	       take_number(c, 10, ~0U, &number) && take(c, ": ");
}

void mcw_console_line_read(struct mcw_console_line *l, const char *text, size_t length)
{
	struct cursor all = { text, text + length }, c;

	*l = (struct mcw_console_line){ .event = { .absent = MCW_ABSENT_ALL } };
	while (all.end > all.at && (all.end[-1] == '\r' || all.end[-1] == ' '))
		all.end--;
	c = all;
	if (go_behind(&c, "[Hardware Error]: ")) {
		read_prefix((struct cursor){ all.at, c.at }, l);
		read_hardware_error(c, l);
		if (!l->said)
			read_note(c, true, l);
		return;
	}
	c = all;
	if (go_behind_edac(&c)) {
		read_prefix((struct cursor){ all.at, c.at }, l);
		read_edac(c, l);
		return;
	}
	read_more(all, l);
	if (!l->said)
		read_note(all, false, l);
}

void mcw_console_line_merge(const struct mcw_console_line *l, struct mcw_event *ev,
			    unsigned int *said)
{
	mcw_event_merge(ev, &l->event);
	*said |= l->said;
}
