// SPDX-License-Identifier: GPL-2.0
/*
 * ACPI's Hardware Error Source Table (ACPI 6.5, section 18.3.2) has a header, a count, and that
 * many structures of several types, one after the other. Only a structure's type and its own fields
 * tell its length. The code looks for one thing: the banks of an enabled source of type "IA-32
 * corrected machine check" with the flag FIRMWARE_FIRST belong to the firmware.
 *
 * The table comes from the firmware and is not trusted: nothing beyond its length is read. An
 * unknown type, or a structure that does not fit, ends the walk, since the next structure cannot be
 * found. The banks that were found before that count.
 */
#include <mcewarden/hest.h>

#define COUNT_AT 36 /* behind the header that all ACPI tables have */
#define SOURCES_AT 40

/* In every source. */
#define TYPE_AT 0
/* In the sources with banks. */
#define FLAGS_AT 6
#define FLAG_FIRMWARE_FIRST 0x1
#define ENABLED_AT 7

#define BANK_BYTES 28 /* the first byte is the bank's number */
#define BANKS_MAX 64

#define TYPE_CORRECTED 1
#define TYPES 12

/* For each type: the length of the fixed part, and the offset of the number of banks in it. */
static const struct {
	u8 bytes; /* 0: no such type */
	u8 count_at; /* 0: no banks follow */
} types[TYPES] = {
	[0] = { 40, 32 }, /* IA-32 machine-check exception */
	[TYPE_CORRECTED] = { 48, 44 },
	[2] = { 20 }, /* IA-32 NMI */
	[6] = { 48 }, /* PCI Express root port */
	[7] = { 44 }, /* PCI Express device */
	[8] = { 56 }, /* PCI Express bridge */
	[9] = { 64 }, /* generic */
	[10] = { 92 }, /* generic, version 2 */
	[11] = { 48, 44 }, /* IA-32 deferred machine check */
};

static u32 read_le(const u8 *at, unsigned int bytes)
{
	u32 value = 0;

	while (bytes--)
		value = value << 8 | at[bytes];
	return value;
}

/* Returns the length of a source with its banks, or 0 if that is unknown or more than @left. */
static u32 source_bytes(const u8 *source, u32 left)
{
	u32 type, bytes;

	if (left < 2)
		return 0;
	type = read_le(source + TYPE_AT, 2);
	if (type >= TYPES)
		return 0;
	bytes = types[type].bytes;
	if (!bytes || bytes > left)
		return 0;
	if (types[type].count_at)
		bytes += source[types[type].count_at] * BANK_BYTES;
	return bytes > left ? 0 : bytes;
}

static u64 firmware_banks(const u8 *source)
{
	const u8 *bank = source + types[TYPE_CORRECTED].bytes;
	unsigned int count;
	u64 banks = 0;

	if (read_le(source + TYPE_AT, 2) != TYPE_CORRECTED || !source[ENABLED_AT] ||
	    !(source[FLAGS_AT] & FLAG_FIRMWARE_FIRST))
		return 0;
	for (count = source[types[TYPE_CORRECTED].count_at]; count--; bank += BANK_BYTES)
		if (*bank < BANKS_MAX)
			banks |= 1ULL << *bank;
	return banks;
}

/**
 * mcw_hest_banks() - the banks that belong to the firmware
 * @table: the table, its header included
 * @bytes: its length according to the header
 * @banks: filled, one bit per bank
 *
 * Context: any.
 * Return: false if the table ends early or has a source of an unknown type; @banks then has the
 * banks found before that.
 */
bool mcw_hest_banks(const u8 *table, u32 bytes, u64 *banks)
{
	u32 at = SOURCES_AT;
	u32 sources, length;

	*banks = 0;
	if (bytes < SOURCES_AT)
		return false;
	for (sources = read_le(table + COUNT_AT, 4); sources; sources--) {
		length = source_bytes(table + at, bytes - at);
		if (!length)
			return false;
		*banks |= firmware_banks(table + at);
		at += length;
	}
	return true;
}
