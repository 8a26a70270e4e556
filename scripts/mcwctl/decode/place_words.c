// SPDX-License-Identifier: GPL-2.0
/*
 * Where in memory an error is, from the words of an EDAC driver or the firmware.
 *
 * A word is NAME:NUMBER between blanks. The firmware's node, card and module are not taken: each
 * maker counts them in its own way.
 */
#include "decode/place_words.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static const struct word {
	const char *name;
	enum mcw_place_part part;
} words[] = {
	{ "ProcessorSocketId", MCW_PLACE_SOCKET },
	{ "socket", MCW_PLACE_SOCKET },
	{ "MemoryControllerId", MCW_PLACE_CONTROLLER },
	{ "imc", MCW_PLACE_CONTROLLER },
	{ "ChannelId", MCW_PLACE_CHANNEL },
	{ "DimmSlotId", MCW_PLACE_DIMM },
	{ "PhysicalRankId", MCW_PLACE_RANK },
	{ "rank", MCW_PLACE_RANK },
	{ "ChipSelect", MCW_PLACE_CHIP_SELECT },
	{ "BankGroup", MCW_PLACE_BANK_GROUP },
	{ "bank_group", MCW_PLACE_BANK_GROUP },
	{ "bg", MCW_PLACE_BANK_GROUP },
	{ "Bank", MCW_PLACE_BANK },
	{ "bank", MCW_PLACE_BANK },
	{ "bank_address", MCW_PLACE_BANK },
	{ "ba", MCW_PLACE_BANK },
	{ "Row", MCW_PLACE_ROW },
	{ "row", MCW_PLACE_ROW },
	{ "Column", MCW_PLACE_COLUMN },
	{ "column", MCW_PLACE_COLUMN },
	{ "col", MCW_PLACE_COLUMN },
	{ "device", MCW_PLACE_DEVICE },
};

static const struct word *find(const char *name, size_t length)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strlen(words[i].name) == length && !strncmp(words[i].name, name, length))
			return &words[i];
	return NULL;
}

/* Skx up to 5.17 gives row and column in hexadecimal digits without 0x. */
static int base_of(const char *all, enum mcw_place_part part)
{
	if (part != MCW_PLACE_ROW && part != MCW_PLACE_COLUMN)
		return 0;
	return strstr(all, " imc:") ? 16 : 0;
}

/* One word, which ends at a blank or at the end. */
static void word_take(struct mcw_memory_place *place, const char *all, const char *at)
{
	size_t length = strcspn(at, ": ");
	unsigned long long value;
	const struct word *word;
	char *end;

	if (at[length] != ':' || !isxdigit((unsigned char)at[length + 1]))
		return;
	word = find(at, length);
	if (!word || mcw_place_has(place, word->part))
		return;
	value = strtoull(at + length + 1, &end, base_of(all, word->part));
	if ((*end && *end != ' ') || value > ~0U)
		return;
	mcw_place_set(place, word->part, value);
}

void mcw_place_add_words(struct mcw_memory_place *place, const char *words_of)
{
	for (const char *at = words_of; *at; at += strcspn(at, " ")) {
		at += strspn(at, " ");
		word_take(place, words_of, at);
	}
}
