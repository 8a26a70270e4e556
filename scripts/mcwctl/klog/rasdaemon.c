// SPDX-License-Identifier: GPL-2.0
/*
 * rasdaemon's log, ras-mc-ctl --errors, and the text of the tracepoint mce_record, as trace-cmd
 * and perf print it.
 *
 * All of them put a value behind a name, in orders that change from version to version, so each
 * name is looked for. rasdaemon may break the text of one record over two messages.
 */
#include <string.h>

#include "klog/readers.h"

#define FORM MCW_PRINTER_RASDAEMON

#define REG(name, hex, bit, member, bytes) \
	{ \
		name, hex, MCW_ABSENT_##bit, offsetof(struct mcw_event, member), bytes \
	}

/* Longer names first where one begins with another; a name begins behind a blank, comma or "(". */
static const struct {
	const char *name;
	bool hex; /* without 0x too */
	__u32 absent;
	size_t offset;
	size_t bytes;
} values[] = {
	REG("misc=", true, MISC, regs.misc, 8),
	REG("addr=", true, ADDR, regs.addr, 8),
	REG("synd=", true, SYND, regs.synd, 8),
	REG("synd1=", true, SYND1, synd1, 8),
	REG("synd2=", true, SYND2, synd2, 8),
	REG("ipid=", true, IPID, regs.ipid, 8),
	REG("mcgcap=", true, MCGCAP, regs.mcgcap, 8),
	REG("mcgstatus=", true, MCGSTATUS, regs.mcgstatus, 8),
	REG("tsc=", true, TSC, regs.tsc, 8),
	REG("ip=", true, IP, regs.ip, 8),
	REG("cs=", true, CS, regs.cs, 1),
	REG("ppin=", true, PPIN, regs.ppin, 8),
	REG("microcode=", true, MICROCODE, regs.microcode, 4),
	REG("cpuid=", true, CPUID, regs.cpuid, 4),
	REG("apicid=", true, APIC, regs.apicid, 4),
	REG("socketid=", false, SOCKET, regs.socketid, 4),
	REG("walltime=", false, TIME, regs.time, 8),
	REG("cpu=", false, CPU, regs.extcpu, 4),
	REG("bank=", false, BANK, regs.bank, 1),
	/* the tracepoint's */
	REG("ADDR: ", true, ADDR, regs.addr, 8),
	REG("MISC: ", true, MISC, regs.misc, 8),
	REG("SYND: ", true, SYND, regs.synd, 8),
	REG("SYND1: ", true, SYND1, synd1, 8),
	REG("SYND2: ", true, SYND2, synd2, 8),
	REG("IPID: ", true, IPID, regs.ipid, 8),
	REG("TSC: ", true, TSC, regs.tsc, 8),
	REG("PPIN: ", true, PPIN, regs.ppin, 8),
	REG("CPUID: ", true, CPUID, regs.cpuid, 4),
	REG("time: ", false, TIME, regs.time, 8),
	REG("TIME: ", false, TIME, regs.time, 8),
	REG("socket: ", false, SOCKET, regs.socketid, 4),
	REG("SOCKET: ", false, SOCKET, regs.socketid, 4),
	REG("vendor: ", false, VENDOR, regs.cpuvendor, 1),
	REG("APIC: ", true, APIC, regs.apicid, 4),
	REG("microcode: ", true, MICROCODE, regs.microcode, 4),
	REG("CPU: ", false, CPU, regs.extcpu, 4),
	REG("CPU ", false, CPU, regs.extcpu, 4),
};

static void value_read(struct mcw_event *ev, struct mcw_cursor *c)
{
	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		struct mcw_cursor at = *c;
		__u64 max = values[i].bytes == 8 ? ~0ULL : (1ULL << values[i].bytes * 8) - 1;
		__u64 value;

		if (!mcw_take(&at, values[i].name))
			continue;
		mcw_take_blanks(&at);
		if (values[i].hex ? !mcw_take_hex(&at, &value) : !mcw_take_either(&at, &value))
			return;
		/* what was said first holds: ras-mc-ctl names the bank twice */
		if (value > max || !mcw_event_lacks(ev, values[i].absent))
			return;
		memcpy((char *)ev + values[i].offset, &value, values[i].bytes);
		mcw_event_has(ev, values[i].absent);
		*c = at;
		return;
	}
}

static void status_read(struct mcw_console_record *r, struct mcw_cursor c)
{
	unsigned int digits;
	__u64 status;

	if (!mcw_go_behind(&c, " status=") && !mcw_go_behind(&c, ",status="))
		return;
	mcw_take_blanks(&c);
	if (mcw_take_hex_digits(&c, &status, &digits))
		mcw_record_status(r, status, status ? digits : 16);
}

/* Words that stand for a value: what the error was called, and the place of a DIMM. */
static void words_read(struct mcw_console_record *r, struct mcw_cursor c)
{
	static const struct {
		const char *name;
		const char *stops;
		enum mcw_fact key;
	} names[] = {
		{ "mca=", ",", MCW_FACT_ERROR },
		{ "memory_channel=", ", ", MCW_FACT_CHANNEL },
		{ "csrow=", ", ", MCW_FACT_CSROW },
		{ "CPU_type=", ",", MCW_FACT_CPU_MODEL },
		{ "cpu_type=", ",", MCW_FACT_CPU_MODEL },
		{ "mci=", ",", MCW_FACT_DETAIL },
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct mcw_cursor at = c;
		char text[MCW_FACT_VALUE_BYTES];

		if (!mcw_go_behind(&at, names[i].name))
			continue;
		mcw_take_blanks(&at);
		mcw_copy_until(text, sizeof(text), &at, names[i].stops);
		/* -1: it does not know */
		if (text[0] && text[0] != '-')
			mcw_facts_add(&r->facts, names[i].key, text, strlen(text));
	}
}

/* Of the bank's unit by name: type and HWID as MCA_IPID has them, where no IPID is printed. */
static const struct {
	const char *name;
	__u64 ipid;
} units[] = {
	{ "Unified Memory Controller", 0x0000009600000000 },
	{ "Load Store Unit", 0x000000b000000000 },
	{ "Instruction Fetch Unit", 0x000100b000000000 },
	{ "L2 Cache", 0x000200b000000000 },
	{ "Decode Unit", 0x000300b000000000 },
	{ "Execution Unit", 0x000500b000000000 },
	{ "Floating Point Unit", 0x000600b000000000 },
	{ "L3 Cache", 0x000700b000000000 },
	{ "Coherent Slave", 0x0000002e00000000 },
	{ "Power, Interrupts, etc.", 0x0001002e00000000 },
};

/* The maker follows from the family: Intel has none above 15 here. */
static void vendor_guess(struct mcw_console_record *r, struct mcw_cursor c)
{
	struct mcw_cursor amd = c;
	__u32 cpuid = r->event.regs.cpuid;
	bool known = !mcw_event_lacks(&r->event, MCW_ABSENT_VENDOR);

	if (!known && (mcw_go_behind(&amd, "AMD") || (cpuid >> 8 & 0xf) == 0xf ||
		       !mcw_event_lacks(&r->event, MCW_ABSENT_IPID))) {
		r->event.regs.cpuvendor = MCW_VENDOR_AMD;
		mcw_event_has(&r->event, MCW_ABSENT_VENDOR);
	}
	if (!mcw_vendor_is_amd(r->event.regs.cpuvendor) ||
	    !mcw_event_lacks(&r->event, MCW_ABSENT_IPID) || r->event.regs.ipid)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
		struct mcw_cursor at = c;

		if (mcw_go_behind(&at, units[i].name)) {
			r->event.regs.ipid = units[i].ipid;
			return;
		}
	}
}

/* "MCGc/s: f000c14/0, MC7: 8c00004000010091", "ADDR/MISC/SYND: a/b/c", "PROCESSOR: 0:50654" */
static void tracepoint_read(struct mcw_console_record *r, struct mcw_cursor all)
{
	struct mcw_regs *regs = &r->event.regs;
	struct mcw_cursor c = all;
	unsigned int digits;
	__u64 value;

	if (mcw_go_behind(&c, "MCGc/s: ") && mcw_take_hex(&c, &regs->mcgcap) && mcw_take(&c, "/") &&
	    mcw_take_hex(&c, &regs->mcgstatus))
		mcw_event_has(&r->event, MCW_ABSENT_MCGCAP | MCW_ABSENT_MCGSTATUS);
	if (mcw_take(&c, ", MC") && mcw_take_u8(&c, 10, &regs->bank) && mcw_take(&c, ": ") &&
	    mcw_take_hex_digits(&c, &value, &digits)) {
		mcw_record_bank(r, regs->bank);
		mcw_record_status(r, value, digits);
	}
	c = all;
	if (mcw_go_behind(&c, "ADDR/MISC")) {
		mcw_go_behind(&c, ": ");
		if (mcw_take_hex(&c, &value))
			mcw_record_addr(r, value);
		if (mcw_take(&c, "/") && mcw_take_hex(&c, &value))
			mcw_record_misc(r, value);
		if (mcw_take(&c, "/") && mcw_take_hex(&c, &regs->synd))
			mcw_event_has(&r->event, MCW_ABSENT_SYND);
	}
	c = all;
	if (mcw_go_behind(&c, "RIP: ") && mcw_take_u8(&c, 16, &regs->cs) && mcw_take(&c, ":<") &&
	    mcw_take_hex(&c, &regs->ip))
		mcw_event_has(&r->event, MCW_ABSENT_CS | MCW_ABSENT_IP);
	c = all;
	if (mcw_go_behind(&c, "PROCESSOR: ") && mcw_take_u8(&c, 10, &regs->cpuvendor) &&
	    mcw_take(&c, ":") && mcw_take_u32(&c, 16, &regs->cpuid))
		mcw_event_has(&r->event, MCW_ABSENT_VENDOR | MCW_ABSENT_CPUID);
}

/* "2022-06-01 03:04:05 +0000", as rasdaemon prints the time. */
static bool date_take(struct mcw_cursor *c, char *text, size_t size)
{
	struct mcw_cursor at = *c;

	mcw_take_blanks(&at);
	if (mcw_left(&at) < 25 || at.at[4] != '-' || at.at[7] != '-' || at.at[13] != ':')
		return false;
	mcw_copy_text(text, size, at.at, 25);
	c->at = at.at + 25;
	return true;
}

static __u64 days_before(unsigned int year, unsigned int month, unsigned int day)
{
	/* of the Gregorian calendar, years beginning in March */
	unsigned int y = year - (month <= 2), m = (month + 9) % 12;

	return 365ULL * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719468;
}

/* Seconds since 1970 UTC of such a text; 0 where it is none. */
static __u64 seconds_of(const char *text)
{
	struct mcw_cursor c = { text, text + strlen(text) };
	__u64 n[6], zone;
	bool west;

	for (size_t i = 0; i < 6; i++) {
		if (!mcw_take_number(&c, 10, 9999, &n[i]))
			return 0;
		if (i < 5)
			c.at++;
	}
	if (n[0] < 1970 || !n[1] || n[1] > 12 || !n[2] || n[2] > 31)
		return 0;
	c.at++;
	west = mcw_take(&c, "-");
	mcw_take(&c, "+");
	if (!mcw_take_number(&c, 10, 9999, &zone))
		zone = 0;
	zone = zone / 100 * 3600 + zone % 100 * 60;
	n[3] = days_before(n[0], n[1], n[2]) * 86400 + n[3] * 3600 + n[4] * 60 + n[5];
	return west ? n[3] + zone : n[3] - zone;
}

bool mcw_rasdaemon_time_take(struct mcw_console_record *r, struct mcw_cursor *c)
{
	char date[32];

	if (!date_take(c, date, sizeof(date)))
		return false;
	if (seconds_of(date)) {
		r->event.regs.time = seconds_of(date);
		mcw_event_has(&r->event, MCW_ABSENT_TIME);
	}
	return true;
}

static void record_read(struct mcw_console_record *r, struct mcw_cursor c)
{
	mcw_rasdaemon_time_take(r, &c);
	status_read(r, c);
	tracepoint_read(r, c);
	words_read(r, c);
	for (struct mcw_cursor at = c; at.at < at.end; at.at++) {
		if (at.at == c.at || at.at[-1] == ' ' || at.at[-1] == ',' || at.at[-1] == '(' ||
		    at.at[-1] == '/')
			value_read(&r->event, &at);
		if (at.at >= at.end)
			break;
	}
	vendor_guess(r, c);
	r->event.source = MCW_SOURCE_UNKNOWN;
}

static bool is_more(const struct mcw_console *c, const struct mcw_message *m, struct mcw_cursor at)
{
	return mcw_block_is_open(c, FORM) && !strcmp(m->program, "rasdaemon") &&
	       (mcw_go_behind(&at, "cpu=") || mcw_go_behind(&at, "mcgstatus="));
}

bool mcw_rasdaemon_read(struct mcw_console *c, const struct mcw_message *m)
{
	struct mcw_cursor all = { m->text, m->text + m->length }, at = all;
	bool errors = mcw_go_behind(&at, " error: ") && mcw_go_behind(&at, "status=0x");

	if (is_more(c, m, all)) {
		record_read(mcw_block(c, FORM, m), all);
		mcw_block_end(c, FORM);
		return true;
	}
	at = all;
	if (!errors && !mcw_go_behind(&at, "mce_record:")) {
		mcw_block_end(c, FORM);
		return false;
	}
	mcw_block_end(c, FORM);
	record_read(mcw_block(c, FORM, m), errors ? all : at);
	/* The rest may come with the next message. */
	if (!mcw_event_lacks(&mcw_block(c, FORM, m)->event, MCW_ABSENT_CPU))
		mcw_block_end(c, FORM);
	return true;
}
