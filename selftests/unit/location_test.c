// SPDX-License-Identifier: GPL-2.0
/* LINK: mcwctl */
/*
 * A location put together from its LOCATION records, in any order and with records missing, and
 * what mcwctl prints of it.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ktap.h"
#include "decode/dimm.h"
#include "decode/location.h"
#include "show/location.h"

static struct mcw_location_join join;
static struct mcw_location_whole whole;

/* A record with part of that many parts; its text is the bytes from at of the three strings. */
static struct mcw_record part_of(__u32 id, unsigned int part, unsigned int parts, const char *texts,
				 size_t bytes)
{
	struct mcw_record r = {
		.head = { .lane = MCW_LANE_LOCATION, .type = MCW_LOCATION },
		.location = {
			.of_lane = MCW_LANE_OTHER, .of_pos = 5, .address = 0x12343000,
			.syndrome = 0x51, .id = id, .count = 1, .source = MCW_LOCATION_EDAC,
			.part = part, .parts = parts, .mc = 1, .grain_bits = 6,
			.layer = { 1, 0, -1 },
		},
	};
	size_t at = (part - 1) * MCW_LOCATION_TEXT;

	if (at < bytes)
		memcpy(r.location.text, texts + at,
		       bytes - at < MCW_LOCATION_TEXT ? bytes - at : MCW_LOCATION_TEXT);
	return r;
}

static bool take(const struct mcw_record *r)
{
	return mcw_location_take(&join, r, &whole);
}

static void strings_are(const char *label, const char *message, const char *detail, bool incomplete,
			const char *name)
{
	bool same = !strcmp(whole.label, label) && !strcmp(whole.message, message) &&
		    !strcmp(whole.detail, detail);

	ktap_result(same && whole.incomplete == incomplete, name);
}

static void test_single(void)
{
	static const char texts[] = "P0_A1\0memory read error\0row:0x400";
	struct mcw_record r = part_of(1, 1, 1, texts, sizeof(texts));

	ktap_result(take(&r), "one record is a whole location");
	strings_are("P0_A1", "memory read error", "row:0x400", false, "its strings");
	r = part_of(2, 1, 1, "\0\0", 3);
	ktap_result(take(&r), "a record without text");
	strings_are("", "", "", false, "its strings are empty");
}

/* Three strings whose last one goes on over four records. */
static char long_texts[4 * MCW_LOCATION_TEXT];

static void test_parts(void)
{
	static const unsigned int orders[][4] = { { 1, 2, 3, 4 }, { 4, 3, 2, 1 }, { 2, 4, 1, 3 } };
	char *detail = long_texts + sizeof("P0_B2\0error");
	struct mcw_record r;

	memcpy(long_texts, "P0_B2\0error", sizeof("P0_B2\0error"));
	memset(detail, 'x', sizeof(long_texts) - sizeof("P0_B2\0error") - 1);
	for (size_t i = 0; i < 3; i++) {
		bool early = false;

		for (unsigned int n = 0; n < 4; n++) {
			r = part_of(7 + i, orders[i][n], 4, long_texts, sizeof(long_texts));
			early |= n < 3 && take(&r);
		}
		ktap_result(!early && take(&r), "four records are whole with the last of them");
		strings_are("P0_B2", "error", detail, false, "their strings");
	}
}

static void test_missing(void)
{
	char *detail = strdup(long_texts + sizeof("P0_B2\0error"));
	struct mcw_record r = part_of(20, 1, 4, long_texts, sizeof(long_texts));
	bool given = take(&r);

	r = part_of(20, 3, 4, long_texts, sizeof(long_texts));
	ktap_result(!take(&r) && !given, "two of four records are no whole location");
	ktap_result(mcw_location_left(&join, &whole), "at the end it is given");
	detail[MCW_LOCATION_TEXT - sizeof("P0_B2\0error")] = '\0';
	strings_are("P0_B2", "error", detail, true, "what came before the gap, and incomplete");
	ktap_result(!mcw_location_left(&join, &whole), "nothing else is left");
	free(detail);

	given = false;
	for (__u32 id = 30; id < 30 + MCW_LOCATIONS_OPEN; id++) {
		r = part_of(id, 1, 2, long_texts, sizeof(long_texts));
		given |= take(&r);
	}
	r = part_of(50, 1, 2, long_texts, sizeof(long_texts));
	ktap_result(!given && take(&r) && whole.first.location.id == 30 && whole.incomplete,
		    "one more than have room pushes out the oldest, incomplete");
	r = part_of(51, 1, 1, "L\0M\0D", 6);
	ktap_result(take(&r) && whole.first.location.id == 51 && !whole.incomplete,
		    "a whole record needs no room");
	for (__u32 id = 31; id < 30 + MCW_LOCATIONS_OPEN; id++)
		ktap_result(mcw_location_left(&join, &whole) && whole.first.location.id == id,
			    "those left come in their order");
	ktap_result(mcw_location_left(&join, &whole) && whole.first.location.id == 50, "the last");
}

/* A file can have anything. */
static void test_wrong(void)
{
	struct mcw_record r = part_of(60, 1, 1, "L\0M\0D", 6);

	r.location.part = 0;
	ktap_result(!take(&r), "part 0 is nothing");
	r.location.part = 3;
	r.location.parts = 2;
	ktap_result(!take(&r), "part 3 of 2 is nothing");
	r.location.part = 1;
	r.location.parts = MCW_LOCATION_PARTS + 1;
	ktap_result(!take(&r), "part 1 of 7 is nothing");
	memset(r.location.text, 'y', sizeof(r.location.text));
	r.location.parts = 1;
	ktap_result(take(&r) && strlen(whole.label) == MCW_LOCATION_TEXT && !whole.message[0],
		    "a text without an end is a label");
	r = part_of(61, 1, 2, long_texts, sizeof(long_texts));
	take(&r);
	r.location.parts = 3;
	r.location.part = 2;
	ktap_result(!take(&r), "part 2 of 3 is not of one that has 2");
	ktap_result(mcw_location_left(&join, &whole) && whole.first.location.parts == 2,
		    "the one of 2 is still there");
}

static const struct mcw_dimm_known none;

/* Prints with the function, and compares what comes after the time. */
static void prints(const char *words, const char *name)
{
	char *text = NULL, *said;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	mcw_text_location(out, &whole, &none);
	fclose(out);
	said = strstr(text, " location ");
	ktap_result(said && !strcmp(said, words), name);
	if (!said || strcmp(said, words))
		printf("# %s", text);
	free(text);
}

static void test_words(void)
{
	static const char texts[] = "DIMM \"1\"\n\xc3\xa4\0memory error\0row:0x400";
	struct mcw_record r = part_of(70, 1, 1, texts, sizeof(texts));

	take(&r);
	prints(" location of other 5: \"DIMM \\\"1\\\"\\x0a\xc3\xa4\", mc 1 at 1:0; corrected, "
	       "address 0x12343000; memory error; row:0x400\n",
	       "a label cannot end its quotes or the line");
	r = part_of(71, 1, 1, "P0_A1\0\0", 8);
	r.location.flags = MCW_LOCATION_NO_EVENT;
	r.location.layer[0] = -1;
	r.location.address = 0;
	r.location.count = 3;
	r.location.error_type = 1;
	take(&r);
	prints(" location of no event: \"P0_A1\", mc 1; uncorrected, 3 errors\n", "of no event");
	r.location.flags = MCW_LOCATION_LOST | MCW_LOCATION_CUT;
	r.location.error_type = 9;
	take(&r);
	prints(" location of an event that was not stored: \"P0_A1\", mc 1; unknown, 3 errors; the"
	       " text was too long and is cut\n",
	       "of an event that was refused");
	r.location.flags = MCW_LOCATION_UNSURE;
	take(&r);
	prints(" location of other 5 (probably): \"P0_A1\", mc 1; unknown, 3 errors\n",
	       "of an event that was overwritten");
}

static void test_dimm(void)
{
	struct mcw_memory_device slot = { .locator = "DIMM_A1", .serial = "1A\n", .part = "M3" };
	struct mcw_dimm dimm = { .label = "P0_A1" };
	struct mcw_dimm_known known = { .dimm = &dimm, .slot = { &slot, MCW_SLOT_NUMBERS } };
	struct mcw_record r = part_of(90, 1, 1, "P0_A1\0\0", 8);
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	take(&r);
	mcw_text_location(out, &whole, &known);
	strcpy(slot.locator, "P0_A1");
	mcw_text_location(out, &whole, &known);
	known.slot.device = NULL;
	mcw_text_location(out, &whole, &known);
	known.source = MCW_DIMM_BY_EDAC;
	mcw_place_set(&known.place, MCW_PLACE_ROW, 10);
	mcw_json_location(out, &whole, &known, 0);
	fclose(out);
	ktap_result(strstr(text, ": \"P0_A1\", slot DIMM_A1, part M3, serial 1A\\x0a, mc 1"),
		    "slot, part and serial");
	ktap_result(strstr(text, ": \"P0_A1\", part M3, serial 1A"), "a slot of the label's name");
	ktap_result(strstr(text, ": \"P0_A1\", mc 1"), "no slot is known");
	ktap_result(strstr(text, "\"dimm\":{\"label\":\"P0_A1\",\"mc\":0,\"location\":null,"),
		    "in JSON");
	ktap_result(strstr(text, ",\"rank\":null,\"chip_select\":null,\"bank_group\":null,"
				 "\"bank\":null,\"row\":10,\"column\":null,\"device\":null,"
				 "\"source\":\"edac\"},"),
		    "the place in it, and who says so");
	free(text);
}

static void test_json(void)
{
	static const char texts[] = "A\"\n\0memory error\0row:0x400";
	static const char words[] =
		",\"of\":{\"lane\":\"other\",\"pos\":5,\"sure\":true},\"event_lost\":false,"
		"\"source\":\"edac\",\"label\":\"A\\\"\\u000a\",\"mc\":1,\"layers\":[1,0],"
		"\"dimm\":null,\"error\":\"corrected\",\"count\":1,\"address\":\"0x0000000012343000\",\"grain\":64,"
		"\"syndrome\":\"0x0000000000000051\",\"message\":\"memory error\","
		"\"detail\":\"row:0x400\",\"cut\":false,\"incomplete\":false}\n";
	struct mcw_record r = part_of(80, 1, 1, texts, sizeof(texts));
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	take(&r);
	mcw_json_location(out, &whole, &none, 7);
	fclose(out);
	ktap_result(strstr(text, "{\"type\":\"location\",\"lane\":\"location\"") == text,
		    "JSON begins with the head");
	ktap_result(strstr(text, words), "and has the location");
	if (!strstr(text, words))
		printf("# %s", text);
	free(text);
}

int main(void)
{
	ktap_begin();
	test_single();
	test_parts();
	test_missing();
	test_wrong();
	test_words();
	test_json();
	test_dimm();
	return ktap_end();
}
