// SPDX-License-Identifier: GPL-2.0
/*
 * Firmware's error records (CPER), as the kernel prints them for GHES and at boot for BERT.
 *
 * A block begins with its severity and ends where the next begins or other messages come. It may
 * hold several errors, of which each is a record here. A processor's has its MSRs as a list of
 * numbers: for scalable MCA they are a bank's registers from MCA_CTL on.
 */
#include <string.h>

#include "klog/readers.h"

#define FORM MCW_PRINTER_CPER
#define SMCA_MSRS 0xc0002000
#define MCA_MSRS 0x400 /* IA32_MC0_CTL: CTL, STATUS, ADDR, MISC of each bank */
#define MCA_MSRS_END 0x480
#define SMCA_BANK 0x10 /* MSRs of one bank */

static const struct {
	const char *name;
	const char *stops;
	enum mcw_fact key;
} facts[] = {
	{ "fru_text: ", "", MCW_FACT_FRU },
	{ "DIMM location: ", "", MCW_FACT_DIMM },
	{ "error_type: ", "", MCW_FACT_ERROR },
	{ "error_status: ", "", MCW_FACT_DETAIL },
	{ "Error Structure Type: ", "", MCW_FACT_ERROR },
	{ "device_id: ", "", MCW_FACT_PCI },
	{ "vendor_id: ", "", MCW_FACT_PCI_ID },
	{ "port_type: ", "", MCW_FACT_DETAIL },
	{ "section_type: ", "", MCW_FACT_DETAIL },
	{ "section type: ", "", MCW_FACT_DETAIL },
	{ "aer_", "", MCW_FACT_DETAIL },
	{ "Transaction Type: ", "", MCW_FACT_DETAIL },
	{ "Operation: ", "", MCW_FACT_DETAIL },
	{ "requestor_id: ", "", MCW_FACT_PCI },
	{ "physical_address_mask: ", "", MCW_FACT_GRAIN },
};

/* Of "node: 1 card: 4 module: 0 ...", with and without blanks behind the colon. */
static const struct {
	const char *name;
	enum mcw_fact key;
} places[] = {
	{ "node:", MCW_FACT_NODE },
	{ "card:", MCW_FACT_CARD },
	{ "module:", MCW_FACT_MODULE },
	{ "rank:", MCW_FACT_RANK },
	{ "bank_group:", MCW_FACT_BANK_GROUP },
	{ "bank:", MCW_FACT_BANK },
	{ "device:", MCW_FACT_DEVICE },
	{ "row:", MCW_FACT_ROW },
	{ "column:", MCW_FACT_COLUMN },
	{ "bit_position:", MCW_FACT_BIT },
};

static void places_read(struct mcw_facts *f, struct mcw_cursor c)
{
	char text[24];

	for (; c.at < c.end; c.at++) {
		for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
			struct mcw_cursor at = c;

			if (!mcw_take(&at, places[i].name))
				continue;
			mcw_take_blanks(&at);
			mcw_copy_until(text, sizeof(text), &at, " ");
			mcw_facts_add(f, places[i].key, text, strlen(text));
			c.at = at.at;
			break;
		}
		while (c.at < c.end && *c.at != ' ')
			c.at++;
		if (c.at == c.end)
			return;
	}
}

/* "00000010: 0000000000000000 d010000000000000": an offset, and two registers. */
static bool array_read(struct mcw_console_record *r, struct mcw_cursor c)
{
	static const struct {
		unsigned int offset;
		__u32 absent;
		size_t member;
	} smca[] = {
		{ 0x08, MCW_ABSENT_STATUS, offsetof(struct mcw_event, regs.status) },
		{ 0x10, MCW_ABSENT_ADDR, offsetof(struct mcw_event, regs.addr) },
		{ 0x18, MCW_ABSENT_MISC, offsetof(struct mcw_event, regs.misc) },
		{ 0x28, MCW_ABSENT_IPID, offsetof(struct mcw_event, regs.ipid) },
		{ 0x30, MCW_ABSENT_SYND, offsetof(struct mcw_event, regs.synd) },
		{ 0x70, MCW_ABSENT_SYND1, offsetof(struct mcw_event, synd1) },
		{ 0x78, MCW_ABSENT_SYND2, offsetof(struct mcw_event, synd2) },
	};
	unsigned int digits;
	__u64 offset, value;

	if (!r->msr || !mcw_take_hex_digits(&c, &offset, &digits) || digits != 8 ||
	    !mcw_take(&c, ":"))
		return false;
	for (unsigned int n = 0; n < 2; n++, offset += 8) {
		mcw_take_blanks(&c);
		if (!mcw_take_hex_digits(&c, &value, &digits) || digits != 16)
			break;
		for (size_t i = 0; i < ARRAY_SIZE(smca); i++) {
			/* of others than SMCA, four registers are all of a bank */
			if (smca[i].offset != offset || (r->msr < SMCA_MSRS && offset >= 0x20))
				continue;
			memcpy((char *)&r->event + smca[i].member, &value, sizeof(value));
			mcw_event_has(&r->event, smca[i].absent);
		}
	}
	return true;
}

/* "00000000: 00a00f11 00000000 3c400800 00000000": what CPUID 1 gave. */
static bool cpuid_read(struct mcw_console_record *r, struct mcw_cursor c)
{
	__u64 offset, eax;
	unsigned int digits;

	if (r->msr || !mcw_take_hex_digits(&c, &offset, &digits) || digits != 8 ||
	    !mcw_take(&c, ": ") || !mcw_take_hex_digits(&c, &eax, &digits) || digits != 8)
		return false;
	if (!offset && mcw_event_lacks(&r->event, MCW_ABSENT_CPUID)) {
		__u8 vendor = (eax >> 8 & 0xf) == 0xf && eax >> 20 ? MCW_VENDOR_AMD :
								     MCW_VENDOR_INTEL;

		mcw_record_cpuid(r, vendor, eax);
	}
	return true;
}

static bool processor_read(struct mcw_console_record *r, struct mcw_cursor c)
{
	__u64 value;
	struct mcw_cursor at = c;

	if (mcw_take(&at, "Local APIC_ID: ") && mcw_take_u32(&at, 16, &r->event.regs.apicid)) {
		mcw_event_has(&r->event, MCW_ABSENT_APIC);
		return true;
	}
	at = c;
	if (mcw_take(&at, "MSR Address: ") && mcw_take_hex(&at, &value)) {
		r->msr = 0;
		if (value >= MCA_MSRS && value < MCA_MSRS_END && value % 4 == 0) {
			r->msr = value;
			mcw_record_bank(r, (value - MCA_MSRS) / 4);
		} else if (value >= SMCA_MSRS && value < SMCA_MSRS + 0x1000) {
			r->msr = value;
			mcw_record_bank(r, (value - SMCA_MSRS) / SMCA_BANK);
			r->event.regs.cpuvendor = MCW_VENDOR_AMD;
			mcw_event_has(&r->event, MCW_ABSENT_VENDOR);
		}
		return true;
	}
	return array_read(r, c) || cpuid_read(r, c);
}

/* "error_type: 2": a number without the words that the kernel puts behind it. */
static bool error_type_read(struct mcw_console_record *r, struct mcw_cursor c)
{
	const char *words;
	__u64 type;

	if (!mcw_take_number(&c, 10, ~0U, &type) || mcw_left(&c))
		return false;
	words = mcw_cper_memory_error(type);
	if (words)
		mcw_facts_add(&r->facts, MCW_FACT_ERROR, words, strlen(words));
	return words;
}

static bool section_read(struct mcw_console_record *r, struct mcw_cursor c)
{
	struct mcw_cursor at = c;
	__u64 addr;

	if ((mcw_take(&at, "physical_address: ") || mcw_take(&at, "Physical Address: ")) &&
	    mcw_take_hex(&at, &addr)) {
		mcw_record_addr(r, addr);
		return true;
	}
	for (size_t i = 0; i < ARRAY_SIZE(facts); i++) {
		at = c;
		if (!mcw_take(&at, facts[i].name))
			continue;
		if (facts[i].key == MCW_FACT_DETAIL)
			at.at = c.at;
		if (facts[i].key == MCW_FACT_ERROR && error_type_read(r, at))
			return true;
		mcw_facts_add(&r->facts, facts[i].key, at.at, mcw_left(&at));
		return true;
	}
	at = c;
	if (mcw_take_one_of(&at, "node:|card:|module:|rank:|bank:|device:|row:|column:")) {
		places_read(&r->facts, c);
		return true;
	}
	return processor_read(r, c);
}

static void severity_read(struct mcw_console_record *r, struct mcw_cursor c)
{
	static const char *const words[][2] = {
		{ "fatal", "fatal" },
		{ "recoverable", "recoverable: uncorrected" },
		{ "corrected", "corrected" },
		{ "info", "info" },
	};

	/* before 3.13 a number stands before the word */
	if (mcw_is_digit(c.at < c.end ? *c.at : ' '))
		mcw_go_behind(&c, ", ");
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (mcw_take(&c, words[i][0]))
			mcw_facts_add(&r->facts, MCW_FACT_SEVERITY, words[i][1],
				      strlen(words[i][1]));
}

static void begin(struct mcw_console *c, const struct mcw_message *m)
{
	struct mcw_console_record *r;

	mcw_block_end(c, FORM);
	r = mcw_block(c, FORM, m);
	r->event.source = MCW_SOURCE_FIRMWARE;
	r->previous_boot = c->bert;
	if (c->bert)
		mcw_facts_add(&r->facts, MCW_FACT_SOURCE,
			      "firmware (BERT): an error of the boot before this one", 53);
	else
		mcw_facts_add(&r->facts, MCW_FACT_SOURCE, "firmware (GHES)", 15);
}

/* Return: whether it is a line of the kernel's about such a record. */
static bool take_mark(struct mcw_cursor *c)
{
	struct mcw_cursor at = *c;
	__u64 number;

	if (mcw_take(&at, "{")) {
		if (!mcw_take_number(&at, 10, ~0U, &number) || !mcw_take(&at, "}"))
			return false;
	}
	if (!mcw_take(&at, "[Hardware Error]:"))
		return false;
	*c = at;
	mcw_take_blanks(c);
	return true;
}

static bool open_read(struct mcw_console *c, const struct mcw_message *m, struct mcw_cursor at)
{
	struct mcw_console_record *r = mcw_block(c, FORM, m);
	struct mcw_cursor word = at;
	__u64 number;

	if (mcw_take(&word, "event severity: ") || mcw_take(&word, "severity: ")) {
		severity_read(r, word);
		return true;
	}
	/* " Error 0, type: fatal": a second one is a record of its own. */
	if (mcw_take(&word, "Error ") && mcw_take_number(&word, 10, ~0U, &number) &&
	    mcw_take(&word, ", type: ")) {
		if (number) {
			begin(c, m);
			r = mcw_block(c, FORM, m);
		}
		severity_read(r, word);
		return true;
	}
	return section_read(r, at);
}

bool mcw_cper_read(struct mcw_console *c, const struct mcw_message *m)
{
	struct mcw_cursor at = { m->text, m->text + m->length }, word;

	if (mcw_take(&at, "BERT: Error records from previous boot")) {
		c->bert = true;
		return true;
	}
	if (!take_mark(&at))
		return false;
	word = at;
	if (mcw_take(&word, "Hardware error from APEI Generic Hardware Error Source") ||
	    mcw_take(&word, "APEI generic hardware error status")) {
		c->bert = false;
		begin(c, m);
		return true;
	}
	if (mcw_take(&word, "event severity: ") &&
	    (!mcw_block_is_open(c, FORM) ||
	     mcw_facts_find(&mcw_block(c, FORM, m)->facts, MCW_FACT_SEVERITY)))
		begin(c, m);
	if (!mcw_block_is_open(c, FORM))
		return false;
	if (open_read(c, m, at))
		return true;
	/* A line of it that says nothing more, or one of another kind, which ends it. */
	if (mcw_go_to(&at, ": Machine Check") || mcw_go_to(&at, "_STATUS[")) {
		mcw_block_end(c, FORM);
		return false;
	}
	return m->text[0] == '{' || c->bert;
}
