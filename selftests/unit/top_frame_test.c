// SPDX-License-Identifier: GPL-2.0
/* LINK: mcwctl */
/* mcwctl top: how a sample is shown, on screens of several sizes. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ktap.h"
#include "cmd/colour.h"
#include "cmd/command.h"
#include "cmd/top.h"
#include "decode/decode.h"

#define S 1000000000ULL
#define WALL (1764042206 * S) /* 2025-11-25 03:43:26 UTC */

static struct mcw_top top;
static struct mcw_dimm dimms[4];
static struct mcw_slot slots[4];
static struct mcw_top_dimm before[4];
static struct mcw_top_place places[12];
static const struct mcw_memory_device device = { .locator = "DIMM_A1" };

/* A sample two seconds after the one before. */
static void make(void)
{
	top = (struct mcw_top){
		.loaded = true,
		.version = "0.1.0",
		.wall_ns = WALL,
		.compares = true,
		.before = { .mono_ns = 100 * S, .value = { [MCW_TOP_OTHER] = 1000 } },
		.now = { .mono_ns = 102 * S,
			 .value = { [MCW_TOP_OTHER] = 1005, [MCW_TOP_LOST] = 3 } },
		.past = { { .mono_ns = 30 * S, .value = { [MCW_TOP_OTHER] = 7 } },
			  { .mono_ns = 60 * S, .value = { [MCW_TOP_OTHER] = 900 } } },
		.past_count = 2,
		.places = places,
		.place_count = ARRAY_SIZE(places),
		.dimms = { .dimms = dimms, .slots = slots, .count = ARRAY_SIZE(dimms) },
		.dimms_before = before,
		.dimms_before_count = ARRAY_SIZE(before),
		.fault_count = 2,
		.faults = { "fault, critical: one", "fault, warning: two" },
	};
	for (unsigned int i = 0; i < ARRAY_SIZE(dimms); i++) {
		snprintf(dimms[i].label, sizeof(dimms[i].label), "P0_A%u", i);
		dimms[i].corrected = i;
		before[i].corrected = i;
		slots[i].device = NULL;
	}
	before[1].corrected = 0;
	slots[1].device = &device;
	for (unsigned int i = 0; i < ARRAY_SIZE(places); i++)
		places[i] = (struct mcw_top_place){
			.cpu = i,
			.bank = 5,
			.grade = MCW_GRADE_DEFERRED,
			.events = 100 + i,
			.before = i ? 100 + i : 95,
			.last_wall_ns = WALL,
		};
	for (unsigned int i = 0; i < 200; i++)
		top.records[top.record_count++ % MCW_TOP_RECORDS] = (struct mcw_record){
			.head = { .type = MCW_EVENT, .lane = MCW_LANE_OTHER, .wall_ns = WALL },
			.event = { .regs = { .status = 0x9c00000000010090,
					     .addr = i << 12,
					     .misc = 0x8c,
					     .bank = 7,
					     .extcpu = 3 } },
		};
	top.findings.count = 2;
	top.findings.row[0].level = MCW_LEVEL_CRITICAL;
	strcpy(top.findings.row[0].sentence, "this is the worst of all that was found");
	top.findings.row[1].level = MCW_LEVEL_WARNING;
}

/* To be freed. */
static char *shown(unsigned int rows, unsigned int columns, bool colour)
{
	const struct mcw_top_screen screen = {
		.rows = rows,
		.columns = columns,
		.colour = colour,
		.hint = "  q: quit",
	};
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	mcw_top_print(out, &top, &screen);
	fclose(out);
	return text;
}

static unsigned int count(const char *text, const char *part)
{
	unsigned int n = 0;

	for (; (text = strstr(text, part)); text += strlen(part))
		n++;
	return n;
}

static void has(const char *text, const char *part, const char *name)
{
	ktap_result(count(text, part) == 1, name);
	if (count(text, part) != 1)
		printf("# not there once: '%s', in:\n# %s\n", part, text);
}

/* Columns of the widest line. */
static unsigned int width(const char *text)
{
	unsigned int widest = 0, columns = 0;

	for (; *text; text++) {
		if (*text == '\n')
			columns = 0;
		else if ((*text & 0xc0) != 0x80 && ++columns > widest)
			widest = columns;
	}
	return widest;
}

static void test_small(void)
{
	char *text;

	make();
	text = shown(24, 80, false);
	ktap_result(count(text, "\n") == 24 && width(text) <= 80, "24 lines of 80 columns");
	has(text, "  2025-11-25 03:43:26  q: quit\n", "the time, and the hint");
	has(text, "\ncritical  this is the worst of all that was found; 1 more: mcwctl doctor\n",
	    "the worst finding");
	has(text, "\nother errors                      2.5          105           1005\n",
	    "a rate, a minute's and all");
	has(text, "\n    0    5 DEFERRED         2.5            100  2025-11-25 03:43:26\n",
	    "the busiest bank");
	ktap_result(count(text, " DEFERRED ") == 2, "two banks");
	has(text, "\nP0_A1                    DIMM_A1                   1            0  +1\n",
	    "the memory module with new errors");
	has(text, "\nP0_A3                    ?                         3            0\n",
	    "and the one with most");
	has(text, "\nfault, critical: one\n", "a fault");
	has(text, "\n11-25 03:43:26 CPU 3 bank 7: corrected at 0xc7000: ", "the newest record");
	ktap_result(strrchr(text, '7') > strstr(text, "0xc6000"), "is the last one");
	free(text);
	text = shown(24, 60, false);
	has(text, "\ncritical  this is the worst of ...; 1 more: mcwctl doctor\n",
	    "a finding that does not fit");
	free(text);
}

static void test_large(void)
{
	char *text;

	make();
	text = shown(60, 200, false);
	ktap_result(count(text, "\n") == 60, "60 lines");
	ktap_result(count(text, " DEFERRED ") == 8, "more banks");
	ktap_result(count(text, "\nP0_A") == 4, "all memory modules");
	has(text, "\nfault, warning: two\n", "more faults");
	free(text);
	text = shown(200, 200, false);
	ktap_result(count(text, " CPU 3 bank 7: ") == MCW_TOP_RECORDS, "all records that are kept");
	free(text);
	for (unsigned int rows = 1; rows < 40; rows++) {
		text = shown(rows, rows, false);
		if (count(text, "\n") > rows || width(text) > rows)
			ktap_result_of(false, "%u lines of as many columns:\n# %s", rows, text);
		free(text);
	}
	ktap_result(true, "screens of all sizes");
}

/* Labels are what the firmware or an admin wrote. */
static void test_safe(void)
{
	char *text, *codes;

	make();
	strcpy(dimms[1].label, "\033[2J\2331Ä\302\2332\177");
	strcpy(top.findings.row[0].sentence, "\033]0;title\a");
	text = shown(24, 80, false);
	ktap_result(!strpbrk(text, "\033\a\177"), "no text commands the terminal");
	has(text, "\n?[2J?1Ä??2? ", "but it is shown");
	codes = shown(24, 80, true);
	ktap_result(count(codes, "\033[") > 5 && count(codes, "\033[") % 2 == 0,
		    "each colour has its end");
	has(codes, "\n" MCW_YELLOW "other errors", "what goes on is coloured");
	has(codes, "\nuncorrected, deferred ", "what does not is not");
	free(codes);
	free(text);
	top.hidden = 13;
	top.loaded = true;
	text = shown(24, 80, false);
	has(text, "\nrecords   cannot read the device: Permission denied\n", "without the right");
	free(text);
	top.loaded = false;
	text = shown(24, 80, false);
	has(text, "\ncritical  the module is not loaded: modprobe mcewarden\n",
	    "without the module");
	ktap_result(count(text, "\n") == 2, "and nothing else");
	free(text);
}

int main(void)
{
	setenv("TZ", "UTC", 1);
	test_small();
	test_large();
	test_safe();
	return ktap_end();
}
