// SPDX-License-Identifier: GPL-2.0
/* LINK: mcwctl */
/*
 * The firmware's table of memory devices, also one that is cut short or lies, and which of its
 * slots a DIMM is in.
 */
#include <stdlib.h>
#include <string.h>

#include "ktap.h"
#include "cmd/edac_driver.h"
#include "decode/dimm.h"
#include "decode/dimm_facts.h"
#include "decode/facts.h"
#include "decode/smbios.h"

#define MEMORY_DEVICE 17
#define DEVICE_LENGTH 0x5c

static unsigned char table[8192];
static size_t used;
static struct mcw_smbios smbios;

static void put16(unsigned char *at, unsigned int value)
{
	at[0] = value;
	at[1] = value >> 8;
}

static void put32(unsigned char *at, __u32 value)
{
	put16(at, value);
	put16(at + 2, value >> 16);
}

/* A structure of zeros; its strings are numbered in this order. Returns its data. */
static unsigned char *structure(unsigned int type, unsigned int length, const char *const *strings)
{
	unsigned char *data = table + used;

	memset(data, 0, length);
	data[0] = type;
	data[1] = length;
	put16(data + 2, 0x1100 + used);
	used += length;
	for (; strings && *strings; strings++) {
		memcpy(table + used, *strings, strlen(*strings) + 1);
		used += strlen(*strings) + 1;
		table[used] = 0;
	}
	if (used == (size_t)(data - table) + length)
		table[used++] = 0; /* without strings there are two zeros */
	table[used++] = 0;
	return data;
}

static unsigned char *slot(const char *locator, const char *bank, const char *serial,
			   unsigned int mbytes)
{
	const char *const strings[] = { locator, bank, "Maker", serial, "PART-1   ", NULL };
	unsigned char *data = structure(MEMORY_DEVICE, DEVICE_LENGTH, strings);

	put16(data + 0x0c, mbytes < 0x7fff ? mbytes : 0x7fff);
	put32(data + 0x1c, mbytes);
	data[0x10] = 1;
	data[0x11] = 2;
	data[0x12] = 0x1a;
	put16(data + 0x15, 3200);
	data[0x17] = 3;
	data[0x18] = 4;
	data[0x1a] = 5;
	data[0x1b] = 2;
	put16(data + 0x20, 2933);
	return data;
}

static void begin(void)
{
	static const char *const board[] = { "Board maker", "Board 1", NULL };
	unsigned char *data;

	used = 0;
	data = structure(2, 0x0f, board);
	data[4] = 1;
	data[5] = 2;
}

static void parse(void)
{
	mcw_smbios_parse(&smbios, table, used);
}

static void test_table(void)
{
	const struct mcw_memory_device *d = smbios.devices;
	unsigned char *data;

	begin();
	slot("DIMM_A1", "BANK 0", "1A2B", 16384);
	slot(" DIMM_A2 ", "BANK 0", "00000000", 65536);
	slot("DIMM_B1", "BANK 1", "Not Specified", 0);
	data = slot("DIMM_B2", "BANK 1", "ffffffff", 0);
	put16(data + 0x0c, 0x8000 | 2048);
	data = slot("DIMM_C1", "BANK 2", "1", 0);
	put16(data + 0x0c, 0xffff);
	put16(data + 0x20, 0xffff);
	put32(data + 0x58, 70000);
	structure(127, 4, NULL);
	slot("BEHIND_THE_END", "BANK 2", "1", 1);
	parse();
	ktap_result(smbios.count == 5 && !smbios.truncated, "five devices before the end");
	ktap_result(!strcmp(smbios.board_maker, "Board maker") && !strcmp(smbios.board, "Board 1"),
		    "the board");
	ktap_result(!strcmp(d[0].locator, "DIMM_A1") && !strcmp(d[0].bank, "BANK 0"), "its place");
	ktap_result(!strcmp(d[0].maker, "Maker") && !strcmp(d[0].serial, "1A2B"), "its make");
	ktap_result(!strcmp(d[0].part, "PART-1"), "a text, without blanks around it");
	ktap_result(d[0].mbytes == 16384 && d[0].speed == 2933 && d[0].ranks == 2, "numbers");
	ktap_result(!strcmp(mcw_memory_type(d[0].type), "DDR4"), "its type");
	ktap_result(!strcmp(d[1].locator, "DIMM_A2") && !d[1].serial[0] && d[1].mbytes == 65536,
		    "serial 00000000 is none, and a large size");
	ktap_result(!d[2].populated && !d[2].mbytes && !d[2].serial[0], "an empty slot");
	ktap_result(d[3].mbytes == 2 && !d[3].serial[0], "a size in KB, serial ffffffff");
	ktap_result(d[4].populated && !d[4].mbytes && d[4].speed == 70000,
		    "a size that is not known");
}

/* Any content, at any length: what can be read is read, and nothing behind the end. */
static void test_broken(void)
{
	unsigned char *copy;
	size_t first, second, whole, good = 0;

	begin();
	first = used;
	slot("DIMM_A1", "BANK 0", "1A2B", 1024);
	second = used;
	slot("DIMM_A2", "BANK 0", "1A2C", 1024);
	whole = used;
	for (size_t bytes = 0; bytes < whole; bytes++) {
		copy = malloc(bytes ? bytes : 1); /* the sanitizer sees a read behind it */
		memcpy(copy, table, bytes);
		mcw_smbios_parse(&smbios, copy, bytes);
		good += smbios.count == (bytes >= second) &&
			smbios.truncated == (bytes && bytes != first && bytes != second);
		free(copy);
	}
	ktap_result(good == whole, "a table that is cut short anywhere");
	begin();
	structure(MEMORY_DEVICE, DEVICE_LENGTH, NULL)[0x10] = 1;
	structure(MEMORY_DEVICE, 4, NULL);
	parse();
	ktap_result(smbios.count == 2, "devices without strings, and without data");
	ktap_result(!smbios.devices[0].locator[0] && !smbios.devices[1].populated, "and so empty");
	begin();
	slot("A", "B", "C", 1)[0x18] = 200;
	parse();
	ktap_result(!smbios.devices[0].serial[0], "the number of a string that is not there");
	used = 0;
	memset(table, 0, 64);
	used = 64;
	parse();
	ktap_result(!smbios.count && smbios.truncated, "zeros only");
	used = 0;
	for (unsigned int i = 0; i < MCW_MEMORY_DEVICES_MAX + 8 && used < sizeof(table) - 8; i++)
		structure(MEMORY_DEVICE, 4, NULL);
	parse();
	ktap_result(smbios.count == MCW_MEMORY_DEVICES_MAX && smbios.more,
		    "more than there is room for");
}

static struct mcw_dimm dimm_of(const char *label, __u64 mbytes)
{
	struct mcw_dimm d = { .mbytes = mbytes, .layer = { -1, -1, -1 } };

	strcpy(d.label, label);
	return d;
}

static void is(const struct mcw_dimm *dimms, size_t count, const char *locator,
	       enum mcw_slot_reason reason, const char *name)
{
	struct mcw_slot found;

	parse();
	found = mcw_dimm_slot(dimms, dimms, count, &smbios);
	if (found.reason != reason)
		printf("# %s\n", mcw_slot_reason_name(found.reason));
	if (found.reason != reason || !found.device != !locator)
		ktap_result(false, name);
	else
		ktap_result(!locator || !strcmp(found.device->locator, locator), name);
}

/* Banks without a number for the DIMM. */
static void test_channel(void)
{
	struct mcw_dimm d[3] = { dimm_of("CPU_SrcID#0_MC#0_Chan#0_DIMM#0", 1024),
				 dimm_of("CPU_SrcID#0_MC#0_Chan#1_DIMM#0", 1024),
				 dimm_of("CPU_SrcID#0_MC#0_Chan#0_DIMM#1", 0) };

	begin();
	slot("A1", "NODE 0 CHANNEL 0", "1", 1024);
	slot("A2", "NODE 0 CHANNEL 0", "NO DIMM", 0);
	slot("B1", "NODE 0 CHANNEL 1", "3", 1024);
	slot("B2", "NODE 0 CHANNEL 1", "4", 1024);
	is(d, 3, "A1", MCW_SLOT_CHANNEL, "the only DIMM of its channel");
	is(d + 1, 1, NULL, MCW_SLOT_AMBIGUOUS, "the firmware has two DIMMs in the channel");
	d[2].mbytes = 1024;
	is(d, 3, NULL, MCW_SLOT_NOT_FOUND, "the driver has two DIMMs in the channel");
	strcpy(d[2].label, "CPU_SrcID#0_MC#1_Chan#0_DIMM#0");
	is(d, 3, NULL, MCW_SLOT_NOT_FOUND, "two controllers a socket");
}

/* Boards that do not pass serial numbers on give each DIMM the same one. */
static void test_same_serial(void)
{
	struct mcw_dimm d[2] = { dimm_of("A1", 1024), dimm_of("A2", 1024) };

	begin();
	slot("A1", "BANK 0", "00000000", 1024);
	slot("A2", "BANK 1", "00000000", 1024);
	is(d, 2, "A1", MCW_SLOT_LOCATOR, "the first of two with serial 00000000");
	is(d + 1, 1, "A2", MCW_SLOT_LOCATOR, "the second of them");
	ktap_result(!smbios.devices[0].serial[0] && !smbios.devices[1].serial[0],
		    "neither has a serial number");
}

static bool without_driver(const char *locator, enum mcw_slot_reason reason)
{
	struct mcw_slot found;

	mcw_smbios_parse(&smbios, table, used);
	found = mcw_dimm_slot_without_driver(&smbios);
	if (found.reason != reason || !found.device != !locator)
		return false;
	return !locator || !strcmp(found.device->locator, locator);
}

static void test_without_driver(void)
{
	begin();
	ktap_result(without_driver(NULL, MCW_SLOT_NO_TABLE), "no driver and no table");
	slot("EMPTY", "NO BANK", "NO DIMM", 0);
	ktap_result(without_driver(NULL, MCW_SLOT_NO_DIMM), "no driver, and no DIMM in the table");
	slot("ONE", "BANK", "1", 2048);
	ktap_result(without_driver("ONE", MCW_SLOT_ONLY_ONE), "no driver, and one DIMM");
	slot("TWO", "BANK", "2", 2048);
	ktap_result(without_driver(NULL, MCW_SLOT_NO_DIMM), "no driver, and two DIMMs");
}

static bool event_adds(struct mcw_dimm_known *known, __u64 status, __u64 ipid, __u64 synd)
{
	struct mcw_event ev = {
		.regs = { .status = status,
			  .ipid = ipid,
			  .synd = synd,
			  .cpuvendor = 2,
			  .cpuid = 0xa00f11 },
		.cpu_caps = MCW_CAP_SMCA,
	};

	mcw_dimm_add_event(known, &ev);
	return known->source == MCW_DIMM_BY_RECORD;
}

static void test_event(void)
{
	/* A UMC of AMD: hardware ID 0x96, type 0, its instance says the channel. */
	const __u64 umc = 0x0000009600250f00, ecc = 0xdc2041000000011b;
	struct mcw_dimm_known known = { .dimm = NULL };

	ktap_result(event_adds(&known, ecc, umc, 3) && known.place.known,
		    "the registers of a memory controller");
	known = (struct mcw_dimm_known){ .source = MCW_DIMM_BY_EDAC };
	mcw_place_set(&known.place, MCW_PLACE_CHANNEL, 7);
	ktap_result(!event_adds(&known, ecc, umc, 0x3) && known.place.value[MCW_PLACE_CHANNEL] == 7,
		    "what the driver said stays");
	known = (struct mcw_dimm_known){ .dimm = NULL };
	ktap_result(!event_adds(&known, ecc, 0x000000b000000000, 0) && !known.place.known,
		    "a core names no DIMM");
}

static void with_fact(struct mcw_facts *f, enum mcw_fact key, const char *text)
{
	mcw_facts_add(f, key, text, strlen(text));
}

static void test_facts(void)
{
	struct mcw_facts facts = { 0 };
	struct mcw_dimm_known known;
	struct mcw_dimm dimm;

	mcw_dimm_of_facts(NULL, &dimm, &known);
	ktap_result(!known.dimm && !known.place.known && !known.source, "a log without words");
	with_fact(&facts, MCW_FACT_CHANNEL, "1");
	with_fact(&facts, MCW_FACT_ROW, "10");
	with_fact(&facts, MCW_FACT_COLUMN, "not known");
	mcw_dimm_of_facts(&facts, &dimm, &known);
	ktap_result(!known.dimm && known.source == MCW_DIMM_BY_LOG, "a log without a label");
	ktap_result(known.place.value[MCW_PLACE_ROW] == 10, "its row");
	ktap_result(!mcw_place_has(&known.place, MCW_PLACE_COLUMN), "its column is no number");
	with_fact(&facts, MCW_FACT_CONTROLLER, "0");
	with_fact(&facts, MCW_FACT_SOURCE, "EDAC MC0");
	with_fact(&facts, MCW_FACT_DIMM, "DIMM_A1");
	mcw_dimm_of_facts(&facts, &dimm, &known);
	ktap_result(known.dimm == &dimm && !strcmp(dimm.label, "DIMM_A1"), "a label");
	ktap_result(known.source == MCW_DIMM_BY_EDAC, "a driver's line");
	ktap_result(known.place.value[MCW_PLACE_ROW] == 0x10, "whose row has digits alone");
}

static void test_slots(void)
{
	struct mcw_dimm d[2] = { dimm_of("dimm_a2", 2048), dimm_of("", 2048) };

	begin();
	is(d, 2, NULL, MCW_SLOT_NO_TABLE, "no memory device in the table");
	slot("DIMM_A1", "NODE 0 CHANNEL 0 DIMM 0", "1", 1024);
	slot("DIMM_A2", "NODE 0 CHANNEL 1 DIMM 0", "2", 2048);
	is(d, 2, "DIMM_A2", MCW_SLOT_LOCATOR, "the label is the locator, in other case");
	d[0] = dimm_of("NODE 0 CHANNEL 1 DIMM 0 DIMM_A2", 2048);
	is(d, 2, "DIMM_A2", MCW_SLOT_BANK_LOCATOR, "the label is bank and locator");
	d[0] = dimm_of("DIMM_A2", 4096);
	is(d, 2, NULL, MCW_SLOT_SIZE_DIFFERS, "the slot holds another size");
	d[0] = dimm_of("DIMM_A", 2048);
	is(d, 2, NULL, MCW_SLOT_NOT_FOUND, "a beginning is no name");
	is(d + 1, 1, NULL, MCW_SLOT_NO_LABEL, "no label");
	d[0] = dimm_of("CPU_SrcID#0_MC#0_Chan#1_DIMM#0", 2048);
	d[1] = dimm_of("CPU_SrcID#0_MC#0_Chan#0_DIMM#0", 1024);
	is(d, 2, "DIMM_A2", MCW_SLOT_NUMBERS, "the same numbers");
	d[1] = dimm_of("CPU_SrcID#0_MC#1_Chan#0_DIMM#0", 1024);
	is(d, 2, NULL, MCW_SLOT_NOT_FOUND, "two controllers a socket: the numbers say nothing");
	slot("DIMM_A2", "NODE 1 CHANNEL 1 DIMM 0", "2", 2048);
	d[0] = dimm_of("DIMM_A2", 2048);
	is(d, 2, NULL, MCW_SLOT_AMBIGUOUS, "two slots of one name");
	d[0] = dimm_of("mc#0csrow#0channel#0", 1024);
	strcpy(d[0].board_label, "dimm_a1");
	is(d, 2, "DIMM_A1", MCW_SLOT_LABEL_FILE, "a label file names the slot");
	d[0].mbytes = 512;
	is(d, 2, NULL, MCW_SLOT_SIZE_DIFFERS, "a label file of another board");
	test_channel();
	begin();
	slot("ONE", "", "1", 2048);
	slot("TWO", "", "", 0);
	d[0] = dimm_of("mc#0csrow#0channel#0", 2048);
	is(d, 1, "ONE", MCW_SLOT_ONLY_ONE, "the only one");
	d[1] = dimm_of("mc#0csrow#1channel#0", 2048);
	is(d, 2, NULL, MCW_SLOT_NOT_FOUND, "one of two");
}

static void test_find(void)
{
	struct mcw_dimm d[3] = { dimm_of("A", 1), dimm_of("B", 1), dimm_of("B", 1) };
	const __s8 first[3] = { 0, 1, -1 }, none[3] = { -1, -1, -1 };

	d[1].layer[0] = 0;
	d[1].layer[1] = 1;
	ktap_result(mcw_dimm_find(d, 3, "A", 0, none) == &d[0], "by its label");
	ktap_result(mcw_dimm_find(d, 3, "B", 0, first) == &d[1], "by controller and layers");
	ktap_result(!mcw_dimm_find(d, 3, "B", 0, none), "a label that two have");
	ktap_result(!mcw_dimm_find(d, 3, "", 1, none), "nothing known");
	ktap_result(!mcw_dimm_find(d, 3, "unknown memory", 0, none), "a label that none has");
}

static void test_driver(void)
{
	static const struct {
		unsigned int vendor, cpuid;
		const char *driver;
	} rows[] = {
		{ 0, 0x50654, "skx_edac" },   { 0, 0x806f8, "i10nm_edac" },
		{ 0, 0x306f2, "sb_edac" },    { 0, 0x906ea, "ie31200_edac" },
		{ 2, 0xa00f11, "amd64_edac" }, { 0, 0x6f0, NULL },
		{ 5, 0x50654, NULL },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *found = mcw_edac_driver(rows[i].vendor, rows[i].cpuid);

		ktap_result(rows[i].driver ? found && !strcmp(found, rows[i].driver) : !found,
			    rows[i].driver ? rows[i].driver : "no driver");
	}
}

int main(void)
{
	ktap_begin();
	test_table();
	test_broken();
	test_slots();
	test_same_serial();
	test_without_driver();
	test_event();
	test_facts();
	test_find();
	test_driver();
	return ktap_end();
}
