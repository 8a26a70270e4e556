// SPDX-License-Identifier: GPL-2.0
/* LINK: module/hest.c */
/* FLAGS: -Iselftests/unit/kernel */
/*
 * Reads the firmware's banks from ACPI HEST tables built here. Each table is in a block of exactly
 * its size, so that the sanitizers see a read beyond it.
 */
#include <mcewarden/hest.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ktap.h"

#define TABLE_MAX 4096

/* A table under construction. */
static u8 table[TABLE_MAX];
static u32 bytes;

static void begin(u32 sources)
{
	memset(table, 0, sizeof(table));
	memcpy(table, "HEST", 4);
	table[36] = sources;
	table[37] = sources >> 8;
	table[38] = sources >> 16;
	table[39] = sources >> 24;
	bytes = 40;
}

static u8 *source(u8 type, u32 length)
{
	u8 *at = table + bytes;

	at[0] = type;
	at[2] = 0x77; /* its number: any */
	bytes += length;
	return at;
}

static void bank(u8 number)
{
	table[bytes] = number;
	memset(table + bytes + 1, 0xff, 27);
	bytes += 28;
}

/*
 * Adds a source of a type with banks: their number is at count_at, the banks follow the fixed part.
 */
static void with_banks(u8 type, u32 length, u32 count_at, u8 flags, u8 enabled, u8 count,
		       const u8 *numbers)
{
	u8 *at = source(type, length);
	unsigned int i;

	at[6] = flags;
	at[7] = enabled;
	at[count_at] = count;
	for (i = 0; i < count; i++)
		bank(numbers[i]);
}

static void corrected(u8 flags, u8 enabled, u8 count, const u8 *numbers)
{
	with_banks(1, 48, 44, flags, enabled, count, numbers);
}

static bool parse(u32 length, u64 *banks)
{
	u8 *exact = malloc(length ? length : 1);
	bool whole;

	memcpy(exact, table, length);
	whole = mcw_hest_banks(exact, length, banks);
	free(exact);
	return whole;
}

static void gives(u64 wanted, bool whole, const char *name)
{
	u64 banks = ~0ULL;
	bool got = parse(bytes, &banks);

	if (banks != wanted || got != whole)
		printf("# banks 0x%llx, wanted 0x%llx; whole %d, wanted %d\n",
		       (unsigned long long)banks, (unsigned long long)wanted, got, whole);
	ktap_result(banks == wanted && got == whole, name);
}

static void good_tables(void)
{
	static const u8 some[] = { 3, 7, 8 };
	static const u8 edge[] = { 0, 63, 64, 255 };

	begin(0);
	gives(0, true, "no sources");
	begin(1);
	corrected(1, 1, 3, some);
	gives(0x188, true, "corrected, firmware first, enabled");
	begin(1);
	corrected(0, 1, 3, some);
	gives(0, true, "not firmware first");
	begin(1);
	corrected(6, 1, 3, some);
	gives(0, true, "other flags only");
	begin(1);
	corrected(7, 1, 3, some);
	gives(0x188, true, "other flags too");
	begin(1);
	corrected(1, 0, 3, some);
	gives(0, true, "not enabled");
	begin(1);
	corrected(1, 1, 0, some);
	gives(0, true, "no banks in it");
	begin(1);
	corrected(1, 1, 4, edge);
	gives(1ULL << 63 | 1, true, "banks 0 and 63 count, 64 and 255 do not exist");
	begin(2);
	corrected(1, 1, 1, some);
	corrected(1, 1, 2, some + 1);
	gives(0x188, true, "two sources");
}

/* The length of another source must be known, or the bank behind it would not be found. */
static void behind_others(void)
{
	static const u8 numbers[] = { 5, 6 };

	begin(9);
	with_banks(0, 40, 32, 1, 1, 2, numbers);
	source(2, 20);
	source(6, 48);
	source(7, 44);
	source(8, 56);
	source(9, 64);
	source(10, 92);
	with_banks(11, 48, 44, 1, 1, 2, numbers);
	corrected(1, 1, 1, numbers);
	gives(1 << 5, true, "behind one of each other type, whose banks do not count");
}

static void bad_tables(void)
{
	static const u8 numbers[] = { 4, 9 };
	static const u8 unknown[] = { 3, 4, 5, 12, 255 };
	unsigned int i;
	bool good = true;
	u64 banks;

	for (i = 0; i < sizeof(unknown); i++) {
		begin(3);
		corrected(1, 1, 1, numbers);
		source(unknown[i], 48);
		corrected(1, 1, 1, numbers + 1);
		good = good && !parse(bytes, &banks) && banks == 1 << 4;
	}
	ktap_result(good, "an unknown type ends the walk, what came before it counts");
	begin(1);
	corrected(1, 1, 2, numbers);
	table[41] = 1; /* type 0x101 */
	gives(0, false, "the type has 16 bits");
	begin(2);
	corrected(1, 1, 1, numbers);
	gives(1 << 4, false, "fewer sources than announced");
	begin(0xffffffff);
	corrected(1, 1, 1, numbers);
	gives(1 << 4, false, "four thousand million sources");
	begin(1);
	corrected(1, 1, 2, numbers);
	table[40 + 44] = 255;
	gives(0, false, "more banks than fit");
}

static void every_length(void)
{
	static const u8 numbers[] = { 4, 9 };
	bool good = true;
	u64 banks;
	u32 length;

	begin(3);
	source(10, 92);
	corrected(1, 1, 1, numbers);
	corrected(1, 1, 1, numbers + 1);
	for (length = 0; length < bytes; length++) {
		u64 wanted = length >= 40 + 92 + 76 ? 1 << 4 : 0;

		good = good && !parse(length, &banks) && banks == wanted;
	}
	ktap_result(good, "cut at every byte");
	gives(1 << 4 | 1 << 9, true, "not cut");
}

static void random_bytes(void)
{
	unsigned int round, i;
	u64 banks;

	srand(1);
	for (round = 0; round < 20000; round++) {
		begin(rand() % 8);
		bytes += rand() % 400;
		for (i = 40; i < bytes; i++)
			table[i] = rand() % 3 ? rand() % 12 : rand();
		parse(bytes, &banks);
	}
	ktap_result(true, "20,000 tables of random bytes, none read beyond its end");
}

int main(void)
{
	good_tables();
	behind_others();
	bad_tables();
	every_length();
	random_bytes();
	return ktap_end();
}
