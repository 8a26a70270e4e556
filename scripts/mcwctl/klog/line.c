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
#include "klog/line.h"

#include <string.h>

#include "decode/absent.h"
#include "decode/decode.h"
#include "klog/scan.h"

#define STATUS_DIGITS 16

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

static bool take_field(struct mcw_cursor *c, struct mcw_console_line *l)
{
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		if (mcw_take(c, fields[i].name)) {
			__u64 value;

			mcw_take_blanks(c);
			if (!mcw_take_hex(c, &value))
				return false;
			memcpy((char *)&l->event + fields[i].offset, &value, sizeof(value));
			l->said |= fields[i].said;
			mcw_event_has(&l->event, fields[i].absent);
			return true;
		}
	}
	return false;
}

/* Words that are not known are passed: later kernels may print more. */
static void take_fields(struct mcw_cursor *c, struct mcw_console_line *l)
{
	while (c->at < c->end) {
		mcw_take_blanks(c);
		if (take_field(c, l))
			continue;
		while (c->at < c->end && *c->at != ' ')
			c->at++;
	}
}

/* All digits of a status are always printed: where some are missing, the line is torn. */
static void take_status(struct mcw_cursor *c, struct mcw_console_line *l)
{
	l->torn = true;
	mcw_take_blanks(c);
	if (!mcw_take(c, ":") || (mcw_take_blanks(c), c->at == c->end))
		return;
	if (!mcw_take_hex_digits(c, &l->event.regs.status, &l->digits) ||
	    l->digits != STATUS_DIGITS) {
		l->event.regs.status = 0;
		return;
	}
	l->torn = false;
	mcw_event_has(&l->event, MCW_ABSENT_STATUS);
}

/* Whether a line that was cut off may end here. */
static bool at_gap(const struct mcw_cursor *c)
{
	return c->at == c->end || *c->at == ' ' || *c->at == ':';
}

static bool take_head(struct mcw_cursor c, struct mcw_console_line *l)
{
	struct mcw_regs *regs = &l->event.regs;

	if (!mcw_take(&c, "CPU ") || !mcw_take_u32(&c, 10, &regs->extcpu) ||
	    !mcw_take(&c, ": Machine Check"))
		return false;
	if (!mcw_take(&c, " Exception"))
		mcw_take(&c, " Event");
	if (!mcw_take(&c, ":"))
		return false;
	mcw_take_blanks(&c);
	if (!mcw_take_hex(&c, &regs->mcgstatus) || !mcw_take(&c, " Bank ") ||
	    !mcw_take_u8(&c, 10, &regs->bank) || !at_gap(&c))
		return false;
	take_status(&c, l);
	/* more digits than a status has: no such line */
	if (l->digits > STATUS_DIGITS) {
		l->torn = false;
		return false;
	}
	l->said = MCW_SAID_HEAD | MCW_SAID_MCGSTATUS;
	mcw_event_has(&l->event, MCW_ABSENT_CPU | MCW_ABSENT_BANK | MCW_ABSENT_MCGSTATUS);
	return true;
}

static bool take_rip(struct mcw_cursor c, struct mcw_console_line *l)
{
	const char *end;

	if (!mcw_take(&c, "RIP"))
		return false;
	l->inexact = mcw_take(&c, " !INEXACT!");
	if (!mcw_take(&c, " ") || !mcw_take_u8(&c, 16, &l->event.regs.cs) || !mcw_take(&c, ":<") ||
	    !mcw_take_hex(&c, &l->event.regs.ip) || !mcw_take(&c, ">"))
		return false;
	l->said = MCW_SAID_RIP;
	mcw_event_has(&l->event, MCW_ABSENT_CS | MCW_ABSENT_IP);
	mcw_take_blanks(&c);
	if (!mcw_take(&c, "{"))
		return true;
	end = memchr(c.at, '}', c.end - c.at);
	mcw_copy_text(l->symbol, sizeof(l->symbol), c.at, (end ? end : c.end) - c.at);
	return true;
}

static bool take_processor(struct mcw_cursor c, struct mcw_console_line *l)
{
	struct mcw_regs *regs = &l->event.regs;

	if (!mcw_take(&c, "PROCESSOR ") || !mcw_take_u8(&c, 10, &regs->cpuvendor) ||
	    !mcw_take(&c, ":") || !mcw_take_u32(&c, 16, &regs->cpuid))
		return false;
	l->said = MCW_SAID_CPUID | MCW_SAID_PROCESSOR;
	mcw_event_has(&l->event, MCW_ABSENT_VENDOR | MCW_ABSENT_CPUID);
	/* EDAC prints no microcode, and a line may be cut off anywhere. */
	if (!mcw_take(&c, " TIME ") || !mcw_take_number(&c, 10, ~0ULL, &regs->time))
		return true;
	mcw_event_has(&l->event, MCW_ABSENT_TIME);
	if (!mcw_take(&c, " SOCKET ") || !mcw_take_u32(&c, 10, &regs->socketid))
		return true;
	mcw_event_has(&l->event, MCW_ABSENT_SOCKET);
	if (!mcw_take(&c, " APIC ") || !mcw_take_u32(&c, 16, &regs->apicid))
		return true;
	mcw_event_has(&l->event, MCW_ABSENT_APIC);
	if (mcw_take(&c, " microcode ") && mcw_take_u32(&c, 16, &regs->microcode))
		mcw_event_has(&l->event, MCW_ABSENT_MICROCODE);
	return true;
}

/* "CPU:7 (19:21:2) MC15_STATUS[...]: 0x...": some kernels leave the CPU out. */
static bool take_amd_head(struct mcw_cursor c, struct mcw_console_line *l)
{
	struct mcw_regs *regs = &l->event.regs;
	__u32 family, model, stepping;
	struct mcw_cursor cpu = c;

	if (mcw_take(&cpu, "CPU:") && mcw_take_u32(&cpu, 10, &regs->extcpu)) {
		c = cpu;
		mcw_take_blanks(&c);
		mcw_event_has(&l->event, MCW_ABSENT_CPU);
	}
	if (c.at != cpu.at && mcw_take(&cpu, " (") && mcw_take_u32(&cpu, 16, &family) &&
	    mcw_take(&cpu, ":") && mcw_take_u32(&cpu, 16, &model) && mcw_take(&cpu, ":") &&
	    mcw_take_u32(&cpu, 16, &stepping) && mcw_take(&cpu, ")")) {
		c = cpu;
		mcw_take_blanks(&c);
		regs->cpuid = mcw_signature(family, model, stepping);
		l->said = MCW_SAID_CPUID;
		mcw_event_has(&l->event, MCW_ABSENT_CPUID);
	}
	if (!mcw_take(&c, "MC") || !mcw_take_u8(&c, 10, &regs->bank) || !mcw_take(&c, "_STATUS[") ||
	    !mcw_go_behind(&c, "]")) {
		l->said = 0;
		return false;
	}
	take_status(&c, l);
	regs->cpuvendor = MCW_VENDOR_AMD;
	l->said |= MCW_SAID_HEAD;
	mcw_event_has(&l->event, MCW_ABSENT_BANK | MCW_ABSENT_VENDOR);
	return true;
}

/* The text is what the two registers hold. */
static void take_fru(struct mcw_cursor *c, struct mcw_console_line *l)
{
	char bytes[sizeof(__u64) * 2] = "";
	size_t length = c->end - c->at;

	memcpy(bytes, c->at, length < sizeof(bytes) ? length : sizeof(bytes));
	memcpy(&l->event.synd1, bytes, sizeof(__u64));
	memcpy(&l->event.synd2, bytes + sizeof(__u64), sizeof(__u64));
	l->said |= MCW_SAID_SYND1 | MCW_SAID_SYND2;
	mcw_event_has(&l->event, MCW_ABSENT_SYND1 | MCW_ABSENT_SYND2);
}

/* "MC4_ADDR: 0x...", "MC2 Error Address: 0x..." of families 10h to 16h. */
static bool take_amd_addr(struct mcw_cursor *c, struct mcw_console_line *l)
{
	struct mcw_cursor at = *c;

	if (!mcw_take(&at, "MC") || !mcw_take_u8(&at, 10, &l->event.regs.bank) ||
	    (!mcw_take(&at, "_ADDR: ") && !mcw_take(&at, " Error Address: ") &&
	     !mcw_take(&at, "_ADDRESS: ")))
		return false;
	mcw_event_has(&l->event, MCW_ABSENT_BANK);
	*c = at;
	return true;
}

static bool take_amd_rest(struct mcw_cursor c, struct mcw_console_line *l)
{
	struct mcw_regs *regs = &l->event.regs;

	if ((mcw_take(&c, "Error Addr: ") || take_amd_addr(&c, l)) &&
	    mcw_take_hex(&c, &regs->addr)) {
		l->said = MCW_SAID_ADDR;
		mcw_event_has(&l->event, MCW_ABSENT_ADDR);
	} else if (mcw_take(&c, "PPIN: ") && mcw_take_hex(&c, &regs->ppin)) {
		l->said = MCW_SAID_PPIN;
		mcw_event_has(&l->event, MCW_ABSENT_PPIN);
	} else if (mcw_take(&c, "TSC: ") && mcw_take_number(&c, 10, ~0ULL, &regs->tsc)) {
		l->said = MCW_SAID_TSC;
		mcw_event_has(&l->event, MCW_ABSENT_TSC);
	} else if (mcw_take(&c, "FRU Text: ")) {
		take_fru(&c, l);
	} else if (mcw_take(&c, "IPID: ") && mcw_take_hex(&c, &regs->ipid)) {
		l->said = MCW_SAID_IPID;
		mcw_event_has(&l->event, MCW_ABSENT_IPID);
		if (mcw_take(&c, ", Syndrome: ") && mcw_take_hex(&c, &regs->synd)) {
			l->said |= MCW_SAID_SYND;
			mcw_event_has(&l->event, MCW_ABSENT_SYND);
		}
	} else if (mcw_take(&c, "cache level: ") || mcw_take(&c, "internal: ")) {
		l->said = MCW_SAID_END;
	}
	return l->said;
}

/* What mce_amd makes of the registers: "MC2 Error: Fill ECC error on data fills." */
static bool take_words(struct mcw_cursor c, struct mcw_console_line *l)
{
	struct mcw_cursor at = c;

	if (mcw_take(&at, "MC") && mcw_take_u8(&at, 10, &l->event.regs.bank) &&
	    mcw_take(&at, " Error"))
		mcw_event_has(&l->event, MCW_ABSENT_BANK);
	else if (!mcw_go_behind(&at, " Ext. Error Code: ") && !mcw_take(&at, "Northbridge Error"))
		return false;
	l->said = MCW_SAID_WORDS;
	l->note_key = MCW_FACT_ERROR;
	mcw_copy_text(l->note, sizeof(l->note), c.at, mcw_left(&c));
	return true;
}

static void read_edac(struct mcw_cursor c, struct mcw_console_line *l)
{
	l->printer = MCW_PRINTER_EDAC;
	if (!take_head(c, l) && !take_processor(c, l))
		take_fields(&c, l);
}

static void read_hardware_error(struct mcw_cursor c, struct mcw_console_line *l)
{
	if (take_head(c, l) || take_rip(c, l) || take_processor(c, l))
		return;
	if (take_field(&c, l)) {
		take_fields(&c, l);
		return;
	}
	if (take_amd_head(c, l) || take_amd_rest(c, l) || take_words(c, l))
		l->printer = MCW_PRINTER_EDAC_AMD;
}

/*
 * Without the mark: kernels before 2.6.36 print none, and those who cut lines for a mail leave it
 * out. Registers alone are the rest of a line that printk tore.
 */
static void read_unmarked(struct mcw_cursor c, struct mcw_console_line *l)
{
	struct mcw_cursor tsc;

	if (!mcw_take(&c, "mce: "))
		mcw_take(&c, "MCE: ");
	tsc = c;
	if (take_head(c, l) || take_rip(c, l) || take_processor(c, l))
		return;
	if (take_amd_head(c, l)) {
		l->printer = MCW_PRINTER_EDAC_AMD;
		return;
	}
	*l = (struct mcw_console_line){ .event = { .absent = MCW_ABSENT_ALL } };
	if (take_field(&c, l)) {
		l->more = !mcw_take(&tsc, "TSC ");
		take_fields(&c, l);
	} else if (mcw_take(&c, "{") && mcw_go_to(&c, "+0x") && mcw_go_to(&c, "}")) {
		/* where RIP is, on a line of its own */
		l->more = true;
		l->said = MCW_SAID_SYMBOL;
		mcw_copy_text(l->symbol, sizeof(l->symbol), tsc.at + 1, c.at - tsc.at - 1);
	}
}

/* What the kernel says it does: by its first words. */
static void read_note(struct mcw_cursor c, bool hardware_error, struct mcw_console_line *l)
{
	static const struct {
		const char *words;
		enum mcw_fact key;
		bool after_mark; /* right behind [Hardware Error]: */
	} notes[] = {
		{ "Kernel panic - not syncing: ", MCW_FACT_PANIC, false },
		{ "Memory failure: 0x", MCW_FACT_ACTION, false },
		{ "Machine check: ", MCW_FACT_PANIC, true },
		{ "Fake kernel panic: ", MCW_FACT_PANIC, true },
		{ "Some CPUs didn't answer", MCW_FACT_DETAIL, true },
	};

	for (size_t i = 0; i < ARRAY_SIZE(notes); i++) {
		size_t length = strlen(notes[i].words);
		struct mcw_cursor at = c;

		if (notes[i].after_mark ? !hardware_error || !mcw_take(&at, notes[i].words) :
					  !mcw_go_behind(&at, notes[i].words))
			continue;
		at.at -= length;
		mcw_copy_text(l->note, sizeof(l->note), at.at, at.end - at.at);
		l->note_key = notes[i].key;
		return;
	}
}

/* "EDAC name MCn: ", which is not "EDAC MCn: ": that says what a driver made of it. */
static bool go_behind_edac(struct mcw_cursor *c)
{
	__u64 number;

	return mcw_go_behind(c, "EDAC ") && !mcw_take(c, "MC") && mcw_go_behind(c, " MC") &&
	       mcw_take_number(c, 10, ~0U, &number) && mcw_take(c, ": ");
}

static void read_any(struct mcw_cursor all, struct mcw_console_line *l)
{
	struct mcw_cursor c = all;

	/* The mark stands in front mostly; to look for it takes longer. */
	if (mcw_take(&c, "mce: [Hardware Error]:") || mcw_go_behind(&c, "[Hardware Error]:")) {
		mcw_take_blanks(&c);
		read_hardware_error(c, l);
		if (!l->said)
			read_note(c, true, l);
		return;
	}
	c = all;
	if (go_behind_edac(&c)) {
		read_edac(c, l);
		return;
	}
	read_unmarked(all, l);
	if (!l->said)
		read_note(all, false, l);
}

void mcw_console_line_read(struct mcw_console_line *l, const struct mcw_message *m)
{
	struct mcw_cursor all = { m->text, m->text + m->length };

	*l = (struct mcw_console_line){ .event = { .absent = MCW_ABSENT_ALL } };
	while (all.end > all.at && all.end[-1] == ' ')
		all.end--;
	read_any(all, l);
	l->line = m->line;
	l->stamped = m->stamped;
	l->stamp_us = m->stamp_us;
	memcpy(l->caller, m->caller, sizeof(l->caller));
}

void mcw_console_line_merge(const struct mcw_console_line *l, struct mcw_event *ev,
			    unsigned int *said)
{
	mcw_event_merge(ev, &l->event);
	*said |= l->said;
}
