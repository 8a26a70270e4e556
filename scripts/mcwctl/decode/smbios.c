// SPDX-License-Identifier: GPL-2.0
/*
 * The memory devices of a machine, from the firmware's table.
 */
#include "decode/smbios.h"

#include <string.h>
#include <strings.h>

#define HEADER_BYTES	4

enum {
	TYPE_BIOS = 0,
	TYPE_SYSTEM = 1,
	TYPE_BOARD = 2,
	TYPE_MEMORY_DEVICE = 17,
	TYPE_END = 127,
};

/* Offsets in a structure of type 17, and of the names in types 0, 1 and 2. */
enum {
	MAKER = 0x04,
	PRODUCT = 0x05,
	BIOS_VERSION = 0x05,

	SIZE = 0x0c,
	LOCATOR = 0x10,
	BANK = 0x11,
	MEMORY_TYPE = 0x12,
	SPEED = 0x15,
	DEVICE_MAKER = 0x17,
	SERIAL = 0x18,
	PART = 0x1a,
	ATTRIBUTES = 0x1b,
	EXTENDED_SIZE = 0x1c,
	CONFIGURED_SPEED = 0x20,
	EXTENDED_SPEED = 0x54,
	EXTENDED_CONFIGURED_SPEED = 0x58,
};

#define SIZE_UNKNOWN	0xffff
#define SIZE_EXTENDED	0x7fff
#define SIZE_IN_KB	0x8000
#define SPEED_EXTENDED	0xffff
#define RANKS		0x0f

/* A structure, and the strings behind it, each with its end. */
struct structure {
	const unsigned char *data;
	size_t length;		/* of the data */
	const char *strings;
	size_t strings_bytes;
};

static unsigned int byte_at(const struct structure *s, size_t at)
{
	return at < s->length ? s->data[at] : 0;
}

static unsigned int word_at(const struct structure *s, size_t at)
{
	return at + 1 < s->length ? s->data[at] | (unsigned int)s->data[at + 1] << 8 : 0;
}

static __u32 dword_at(const struct structure *s, size_t at)
{
	return at + 3 < s->length ? word_at(s, at) | (__u32)word_at(s, at + 2) << 16 : 0;
}

/* What firmware writes where it knows nothing. */
static bool says_nothing(const char *text)
{
	static const char *const words[] = {
		"Unknown",   "Not Specified",	  "None",
		"No DIMM",   "NO DIMM Installed", "Not Available",
		"Undefined", "Default string",	  "To Be Filled By O.E.M.",
		"N/A",		 "Not Present",	  "Empty",
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!strcasecmp(text, words[i]))
			return true;
	/* "00000000", "FFFFFFFF" and "--------" are no serial numbers. */
	return strspn(text, "0") == strlen(text) || strspn(text, "Ff") == strlen(text) ||
	       strspn(text, "-. ") == strlen(text);
}

/* The string whose number is at that offset, without blanks around it. */
static void text_at(const struct structure *s, size_t at, char *to)
{
	unsigned int number = byte_at(s, at);
	const char *text = s->strings, *end = s->strings + s->strings_bytes;
	size_t length;

	to[0] = '\0';
	if (!number)
		return;
	while (--number) {
		text = memchr(text, 0, end - text);
		if (!text || ++text == end)
			return;
	}
	length = strnlen(text, end - text);
	while (length && *text == ' ') {
		text++;
		length--;
	}
	while (length && text[length - 1] == ' ')
		length--;
	if (length >= MCW_SMBIOS_TEXT)
		length = MCW_SMBIOS_TEXT - 1;
	memcpy(to, text, length);
	to[length] = '\0';
}

/* The same, empty if it says nothing. */
static void value_at(const struct structure *s, size_t at, char *to)
{
	text_at(s, at, to);
	if (says_nothing(to))
		to[0] = '\0';
}

static void size_read(const struct structure *s, struct mcw_memory_device *d)
{
	unsigned int size = word_at(s, SIZE);

	d->populated = size;
	if (size == SIZE_EXTENDED)
		d->mbytes = dword_at(s, EXTENDED_SIZE) & 0x7fffffff;
	else if (size == SIZE_UNKNOWN)
		d->mbytes = 0;
	else
		d->mbytes = size & SIZE_IN_KB ? (size & ~SIZE_IN_KB) / 1024 : size;
}

static __u32 speed_read(const struct structure *s, size_t at, size_t extended)
{
	unsigned int speed = word_at(s, at);

	return speed == SPEED_EXTENDED ? dword_at(s, extended) & 0x7fffffff : speed;
}

static void device_read(const struct structure *s, struct mcw_memory_device *d)
{
	memset(d, 0, sizeof(*d));
	d->handle = word_at(s, 2);
	size_read(s, d);
	d->type = byte_at(s, MEMORY_TYPE);
	d->speed = speed_read(s, CONFIGURED_SPEED, EXTENDED_CONFIGURED_SPEED);
	if (!d->speed)
		d->speed = speed_read(s, SPEED, EXTENDED_SPEED);
	d->ranks = byte_at(s, ATTRIBUTES) & RANKS;
	text_at(s, LOCATOR, d->locator);
	text_at(s, BANK, d->bank);
	value_at(s, DEVICE_MAKER, d->maker);
	value_at(s, SERIAL, d->serial);
	value_at(s, PART, d->part);
}

static void structure_read(struct mcw_smbios *s, const struct structure *found)
{
	unsigned int type = byte_at(found, 0);

	if (type == TYPE_BIOS) {
		value_at(found, BIOS_VERSION, s->bios_version);
	} else if (type == TYPE_SYSTEM) {
		value_at(found, MAKER, s->system_maker);
		value_at(found, PRODUCT, s->system);
	} else if (type == TYPE_BOARD && !s->board[0]) {
		value_at(found, MAKER, s->board_maker);
		value_at(found, PRODUCT, s->board);
	} else if (type == TYPE_MEMORY_DEVICE) {
		if (s->count == MCW_MEMORY_DEVICES_MAX)
			s->more = true;
		else
			device_read(found, &s->devices[s->count++]);
	}
}

/* The strings end with an empty one; a structure without strings has two zeros. */
static const char *strings_end(const char *strings, const char *end)
{
	for (const char *at = strings; at + 1 < end; at++)
		if (!at[0] && !at[1])
			return at + 2;
	return NULL;
}

void mcw_smbios_parse(struct mcw_smbios *s, const void *table, size_t bytes)
{
	const char *at = table, *end = at + bytes;

	memset(s, 0, sizeof(*s));
	while (end - at >= HEADER_BYTES) {
		struct structure found = { .data = (const unsigned char *)at };
		const char *next;

		found.length = found.data[1];
		if (found.length < HEADER_BYTES || found.length > (size_t)(end - at))
			break;
		found.strings = at + found.length;
		next = strings_end(found.strings, end);
		if (!next)
			break;
		found.strings_bytes = next - found.strings;
		if (found.data[0] == TYPE_END)
			return;
		structure_read(s, &found);
		at = next;
	}
	s->truncated = at != end;
}

const char *mcw_memory_type(__u8 type)
{
	static const struct {
		__u8 type;
		const char *name;
	} names[] = {
		{ 0x12, "DDR" },    { 0x13, "DDR2" },	{ 0x14, "DDR2 FB-DIMM" },
		{ 0x18, "DDR3" },   { 0x1a, "DDR4" },	{ 0x1b, "LPDDR" },
		{ 0x1c, "LPDDR2" }, { 0x1d, "LPDDR3" }, { 0x1e, "LPDDR4" },
		{ 0x1f, "NVDIMM" }, { 0x20, "HBM" },	{ 0x21, "HBM2" },
		{ 0x22, "DDR5" },   { 0x23, "LPDDR5" }, { 0x24, "HBM3" },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].type == type)
			return names[i].name;
	return "memory";
}
