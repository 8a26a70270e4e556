// SPDX-License-Identifier: GPL-2.0
/* LINK: mcwctl */
/* Where in memory an error is, from the words of EDAC's drivers and the firmware. */
#include <stdio.h>
#include <string.h>

#include "ktap.h"
#include "decode/place_words.h"

/* What the words say, as "key=value key=value". */
static const char *said(struct mcw_memory_place *place, const char *words)
{
	static char text[400];
	size_t used = 0;

	mcw_place_add_words(place, words);
	text[0] = '\0';
	for (unsigned int part = 0; part < MCW_PLACE_PARTS; part++)
		if (mcw_place_has(place, part))
			used += snprintf(text + used, sizeof(text) - used, "%s%s=%u",
					 used ? " " : "", mcw_place_key(part), place->value[part]);
	return text;
}

static void is(const char *words, const char *wanted, const char *name)
{
	struct mcw_memory_place place = { 0 };
	const char *text = said(&place, words);

	if (strcmp(text, wanted))
		printf("# %s\n", text);
	ktap_result(!strcmp(text, wanted), name);
}

int main(void)
{
	struct mcw_memory_place place = { 0 };

	ktap_begin();
	is(" err_code:0x0101:0x0092 ProcessorSocketId:0x1 MemoryControllerId:0x2 PhysicalRankId:0x3"
	   " Row:0x1b5f7 Column:0x3e8 Bank:0x3 BankGroup:0x2 ChannelId:0x1",
	   "socket=1 controller=2 channel=1 rank=3 bank_group=2 dram_bank=3 row=112119 column=1000",
	   "i10nm_edac");
	is(" OVERFLOW err_code:0101:0092 socket:1 imc:1 rank:0 bg:1 ba:3 row:1b5f7 col:10",
	   "socket=1 controller=1 rank=0 bank_group=1 dram_bank=3 row=112119 column=16",
	   "skx_edac with hexadecimal digits alone");
	is("ProcessorSocketId:0x0 ChannelId:0x1 DimmSlotId:0x1 ChipSelect:0x2",
	   "socket=0 channel=1 dimm=1 chip_select=2", "a firmware that translates");
	is("node:1 card:2 rank:8 bank_group:4 bank_address:5 device:6 row:10 column:7",
	   "rank=8 bank_group=4 dram_bank=5 row=10 column=7 device=6",
	   "a firmware that reports; decimal");
	is("area:DRAM err_code:0008:00c2 socket:1 ha:0 channel_mask:1 rank:0", "socket=1 rank=0",
	   "sb_edac");
	is("", "", "nothing said");
	is("Row: Column:x Bank:0x BankGroup", "", "no numbers");
	is("Row:0x1ffffffff Column:99999999999999999999 Bank:12abc rank:1,", "", "bad numbers");
	is("myRow:1 Rows:2 NmChannelId:3", "", "other words");
	is("row:1 row:2", "row=1", "the first one counts");
	mcw_place_set(&place, MCW_PLACE_ROW, 9);
	ktap_result(!strcmp(said(&place, "row:1 column:2"), "row=9 column=2"),
		    "what is there stays");
	return ktap_end();
}
