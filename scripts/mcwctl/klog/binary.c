// SPDX-License-Identifier: GPL-2.0
/*
 * Records that are no text.
 *
 * struct mce only ever grew at its end, so what a size has is known by the kernels that had it.
 * UEFI's appendix N has the records of CPER; ACPI's chapter 18 the error status around sections.
 * All numbers are little endian, as on the machines that write them.
 */
#include "klog/binary.h"

#include <stdio.h>
#include <string.h>

#include "klog/readers.h"

struct bytes {
	const unsigned char *at;
	size_t length;
};

/* 0 past the end. */
static __u64 number(const struct bytes *b, size_t offset, size_t size)
{
	__u64 value = 0;

	if (offset > b->length || size > b->length - offset)
		return 0;
	memcpy(&value, b->at + offset, size);
	return value;
}

static struct bytes part(const struct bytes *b, size_t offset, size_t length)
{
	if (offset > b->length)
		offset = b->length;
	if (length > b->length - offset)
		length = b->length - offset;
	return (struct bytes){ b->at + offset, length };
}

/* The sizes that kernels had, and the members that came with each. */
static const struct {
	size_t size;
	__u32 members;
} sizes[] = {
	{ 88, 0 },
	{ 104, MCW_ABSENT_SYND | MCW_ABSENT_IPID },
	{ 112, MCW_ABSENT_SYND | MCW_ABSENT_IPID | MCW_ABSENT_PPIN },
	{ 120, MCW_ABSENT_SYND | MCW_ABSENT_IPID | MCW_ABSENT_PPIN | MCW_ABSENT_MICROCODE },
	{ 128, MCW_ABSENT_SYND | MCW_ABSENT_IPID | MCW_ABSENT_PPIN | MCW_ABSENT_MICROCODE },
};

#define VALID (1ULL << 63)
#define VENDORS_MAX 11

/* A status that is valid, a vendor that there is, and padding that is empty. */
static bool is_mce(const struct bytes *b)
{
	return number(b, 0, 8) & VALID && number(b, 56, 1) <= VENDORS_MAX && !number(b, 59, 1) &&
	       number(b, 67, 1) <= 1 && number(b, 72, 4) < 4096;
}

static void mce_read(struct mcw_console *c, const struct bytes *b, __u32 members,
		     enum mcw_printer form)
{
	static const __u32 always = MCW_ABSENT_STATUS | MCW_ABSENT_MISC | MCW_ABSENT_ADDR |
				    MCW_ABSENT_MCGSTATUS | MCW_ABSENT_IP | MCW_ABSENT_CS |
				    MCW_ABSENT_TSC | MCW_ABSENT_TIME | MCW_ABSENT_VENDOR |
				    MCW_ABSENT_CPUID | MCW_ABSENT_BANK | MCW_ABSENT_CPU |
				    MCW_ABSENT_SOCKET | MCW_ABSENT_APIC | MCW_ABSENT_MCGCAP;
	struct mcw_console_record r = {
		.event = c->known,
		.printer = form,
		.line = 1,
		.last_line = 1,
		.said = MCW_SAID_CPUID,
	};
	size_t length = b->length < sizeof(r.event.regs) ? b->length : sizeof(r.event.regs);

	/* Offsets are those of the kernel, which never moved a member. */
	memcpy(&r.event.regs, b->at, length);
	mcw_event_has(&r.event, always | members);
	if (mcw_vendor_is_amd(r.event.regs.cpuvendor) && r.event.regs.ipid)
		r.event.cpu_caps |= MCW_CAP_SMCA;
	r.event.source = r.event.regs.mcgstatus & MCW_MCGSTATUS_MCIP ? MCW_SOURCE_EXCEPTION :
								       MCW_SOURCE_POLL;
	mcw_console_record_out(c, &r);
}

/* One, or several of the same size behind one another. */
static unsigned int mces_read(struct mcw_console *c, const struct bytes *b)
{
	unsigned int records = 0;

	for (size_t i = sizeof(sizes) / sizeof(sizes[0]); i-- > 0 && !records;) {
		size_t size = sizes[i].size;
		bool all = b->length >= size && b->length % size == 0;

		for (size_t at = 0; all && at < b->length; at += size) {
			struct bytes one = part(b, at, size);

			all = is_mce(&one);
		}
		for (size_t at = 0; all && at < b->length; at += size, records++) {
			struct bytes one = part(b, at, size);

			mce_read(c, &one, sizes[i].members, MCW_PRINTER_BINARY);
		}
	}
	return records;
}

/* As they lie in memory: the first three parts of a GUID are little endian. */
static const unsigned char memory_section[] = { 0x14, 0x11, 0xbc, 0xa5, 0x64, 0x6f, 0xde, 0x4e,
						0xb8, 0x63, 0x3e, 0x83, 0xed, 0x7c, 0x83, 0xb1 };
static const unsigned char mce_section[] = { 0xbe, 0xff, 0x08, 0xfe, 0xe4, 0x95, 0xe7, 0x4b,
					     0xbc, 0x73, 0x40, 0x96, 0x04, 0x4a, 0x38, 0xfc };
static const unsigned char x86_section[] = { 0xb0, 0xa0, 0x3e, 0xdc, 0x44, 0xa1, 0x97, 0x47,
					     0xb9, 0x5b, 0x53, 0xfa, 0x24, 0x2b, 0x6e, 0x1d };

#define SMCA_MSRS 0xc0002000

static void fact_number(struct mcw_facts *f, enum mcw_fact key, __u64 value)
{
	char text[24];

	mcw_facts_add(f, key, text, snprintf(text, sizeof(text), "%llu", value));
}

/* Memory errors, as UEFI's appendix N numbers them. */
const char *mcw_cper_memory_error(__u64 type)
{
	static const char *const types[] = {
		"unknown",
		"no error",
		"single-bit ECC",
		"multi-bit ECC",
		"single-symbol chipkill ECC",
		"multi-symbol chipkill ECC",
		"master abort",
		"target abort",
		"parity error",
		"watchdog timeout",
		"invalid address",
		"mirror Broken",
		"memory sparing",
		"scrub corrected error",
		"scrub uncorrected error",
		"physical memory map-out event",
	};

	return type < ARRAY_SIZE(types) ? types[type] : NULL;
}

/* What a memory section has; a bit of its first number says of each whether it is valid. */
static void memory_read(struct mcw_console_record *r, const struct bytes *b)
{
	static const struct {
		unsigned int bit, offset;
		enum mcw_fact key;
	} places[] = {
		{ 3, 32, MCW_FACT_NODE },   { 4, 34, MCW_FACT_CARD },	{ 5, 36, MCW_FACT_MODULE },
		{ 6, 38, MCW_FACT_BANK },   { 7, 40, MCW_FACT_DEVICE }, { 8, 42, MCW_FACT_ROW },
		{ 9, 44, MCW_FACT_COLUMN }, { 10, 46, MCW_FACT_BIT },	{ 15, 74, MCW_FACT_RANK },
	};
	__u64 valid = number(b, 0, 8), type = number(b, 72, 1);

	if (valid & 1 << 1)
		mcw_record_addr(r, number(b, 16, 8));
	for (size_t i = 0; i < ARRAY_SIZE(places); i++)
		if (valid & 1 << places[i].bit && places[i].offset + 2 <= b->length)
			fact_number(&r->facts, places[i].key, number(b, places[i].offset, 2));
	if (valid & 1 << 14 && mcw_cper_memory_error(type))
		mcw_facts_add(&r->facts, MCW_FACT_ERROR, mcw_cper_memory_error(type),
			      strlen(mcw_cper_memory_error(type)));
	mcw_facts_add(&r->facts, MCW_FACT_DETAIL, "memory error", 12);
}

/* The registers of a bank of scalable MCA, from MCA_CTL on. */
static void smca_read(struct mcw_console_record *r, const struct bytes *b, __u64 msr)
{
	struct mcw_event *ev = &r->event;

	mcw_record_bank(r, (msr - SMCA_MSRS) / 0x10);
	mcw_record_status(r, number(b, 8, 8), 16);
	mcw_record_addr(r, number(b, 16, 8));
	mcw_record_misc(r, number(b, 24, 8));
	ev->regs.ipid = number(b, 40, 8);
	ev->regs.synd = number(b, 48, 8);
	ev->regs.cpuvendor = MCW_VENDOR_AMD;
	ev->cpu_caps |= MCW_CAP_SMCA;
	mcw_event_has(ev, MCW_ABSENT_IPID | MCW_ABSENT_SYND | MCW_ABSENT_VENDOR);
}

/* IA32/X64 processor: information structures of 64 bytes, then contexts. */
static void x86_read(struct mcw_console_record *r, const struct bytes *b)
{
	__u64 valid = number(b, 0, 8);
	unsigned int infos = valid >> 2 & 0x3f, contexts = valid >> 8 & 0x3f;
	size_t at = 64 + 64UL * infos;

	if (valid & 1) {
		r->event.regs.apicid = number(b, 8, 8);
		mcw_event_has(&r->event, MCW_ABSENT_APIC);
	}
	if (valid & 2 && number(b, 16, 4)) {
		__u32 cpuid = number(b, 16, 4);

		mcw_record_cpuid(r,
				 (cpuid >> 8 & 0xf) == 0xf && cpuid >> 20 ? MCW_VENDOR_AMD :
									    MCW_VENDOR_INTEL,
				 cpuid);
	}
	mcw_facts_add(&r->facts, MCW_FACT_DETAIL, "IA32/X64 processor error", 24);
	for (; contexts && at + 16 <= b->length; contexts--) {
		__u64 type = number(b, at, 2), size = number(b, at + 2, 2);
		__u64 msr = number(b, at + 4, 4);
		struct bytes array = part(b, at + 16, size);

		if (type == 1 && msr >= SMCA_MSRS && msr < SMCA_MSRS + 0x1000 && size >= 56)
			smca_read(r, &array, msr);
		at += 16 + size;
	}
}

static unsigned int section_read(struct mcw_console *c, const unsigned char *type,
				 unsigned int severity, const struct bytes *fru,
				 const struct bytes *b, bool previous_boot)
{
	static const char *const severities[] = { "recoverable: uncorrected", "fatal", "corrected",
						  "info" };
	struct mcw_message m = { .line = 1 };
	struct mcw_console_record *r;

	if (!memcmp(type, mce_section, sizeof(mce_section))) {
		if (b->length < sizes[0].size)
			return 0;
		mce_read(c, b, b->length >= 128 ? sizes[4].members : 0, MCW_PRINTER_BINARY);
		return 1;
	}
	mcw_block_drop(c, MCW_PRINTER_CPER);
	r = mcw_block(c, MCW_PRINTER_CPER, &m);
	r->event.source = MCW_SOURCE_FIRMWARE;
	r->previous_boot = previous_boot;
	if (previous_boot)
		mcw_facts_add(&r->facts, MCW_FACT_SOURCE, "firmware: an error of the boot before",
			      37);
	if (severity < ARRAY_SIZE(severities))
		mcw_facts_add(&r->facts, MCW_FACT_SEVERITY, severities[severity],
			      strlen(severities[severity]));
	mcw_facts_add(&r->facts, MCW_FACT_FRU, (const char *)fru->at,
		      strnlen((const char *)fru->at, fru->length));
	if (!memcmp(type, memory_section, sizeof(memory_section)))
		memory_read(r, b);
	else if (!memcmp(type, x86_section, sizeof(x86_section)))
		x86_read(r, b);
	else
		mcw_facts_add(&r->facts, MCW_FACT_DETAIL, "a section of another type", 25);
	mcw_block_end(c, MCW_PRINTER_CPER);
	return 1;
}

#define CPER_HEADER 128
#define CPER_DESCRIPTOR 72

/* "CPER": a header, descriptors, and the sections that these name. */
static unsigned int cper_read(struct mcw_console *c, const struct bytes *b)
{
	unsigned int records = 0, sections = number(b, 10, 2);

	if (b->length < CPER_HEADER || memcmp(b->at, "CPER", 4))
		return 0;
	for (unsigned int i = 0; i < sections; i++) {
		struct bytes d =
			part(b, CPER_HEADER + (size_t)i * CPER_DESCRIPTOR, CPER_DESCRIPTOR);
		struct bytes body, fru;

		if (d.length < CPER_DESCRIPTOR)
			break;
		body = part(b, number(&d, 0, 4), number(&d, 4, 4));
		fru = part(&d, 52, number(&d, 10, 1) & 2 ? 20 : 0);
		records += section_read(c, d.at + 16, number(&d, 48, 4), &fru, &body, false);
	}
	return records;
}

#define STATUS_HEADER 20
#define ENTRY_BYTES 64
#define ENTRY_BYTES_3 72 /* from revision 3.0 on, with a time */

/* An error status block of ACPI, as /sys/firmware/acpi/tables/data/BERT has it. */
static unsigned int status_block_read(struct mcw_console *c, const struct bytes *b)
{
	size_t length = number(b, 12, 4), at = STATUS_HEADER;
	unsigned int records = 0;

	if (b->length < STATUS_HEADER + ENTRY_BYTES || !(number(b, 0, 4) & 0xf) ||
	    number(b, 0, 4) >> 14 || number(b, 16, 4) > 3 || !length ||
	    length > b->length - STATUS_HEADER)
		return 0;
	while (at + ENTRY_BYTES <= STATUS_HEADER + length) {
		struct bytes entry = part(b, at, b->length - at);
		size_t header = number(&entry, 20, 2) >= 0x300 ? ENTRY_BYTES_3 : ENTRY_BYTES;
		size_t size = number(&entry, 24, 4);
		struct bytes body = part(&entry, header, size);
		struct bytes fru = part(&entry, 44, number(&entry, 22, 1) & 2 ? 20 : 0);

		records += section_read(c, entry.at, number(&entry, 16, 4), &fru, &body, true);
		at += header + size;
	}
	return records;
}

bool mcw_binary_looks(const void *bytes, size_t length)
{
	const unsigned char *at = bytes;

	if (length >= 4 && !memcmp(at, "CPER", 4))
		return true;
	/* UTF-16 has such bytes too, but every second one at most. */
	for (size_t i = 0; i + 1 < length && i < 88; i++)
		if (!at[i] && !at[i + 1])
			return true;
	return false;
}

unsigned int mcw_binary_read(struct mcw_console *c, const void *bytes, size_t length)
{
	struct bytes b = { bytes, length };
	unsigned int records = cper_read(c, &b);

	if (!records)
		records = mces_read(c, &b);
	if (!records)
		records = status_block_read(c, &b);
	/* The table only says where the record is. */
	if (!records && length >= 48 && !memcmp(bytes, "BERT", 4))
		c->note(c->arg, 1, MCW_FACT_DETAIL,
			"the table BERT only says where the firmware's record is: that is in "
			"/sys/firmware/acpi/tables/data/BERT");
	return records;
}
